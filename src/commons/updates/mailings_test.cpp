// SPDX-License-Identifier: AGPL-3.0-or-later
// Of 50,000 mails none is lost and none doubled, however often the process is killed; a bulletin
// reaches nobody else; a bounce is believed only when it knows the mail.
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "commons/updates/bounces.hpp"
#include "commons/updates/updates_testing.hpp"
#include "db/test_database.hpp"

namespace daybreak::updates {
namespace {

const Instant kNow = parse_instant("2026-11-22T12:00:00Z").value();

// `count` confirmed subscribers with preferences of all kinds, without the mails of asking.
void add_subscribers(TestNewsroom& news, int count) {
  static constexpr const char* kTopics[] = {"law", "training", "funding", "tools", "local"};
  const auto done = news.room.database.write([&](db::Connection& c) -> Result<void> {
    for (int i = 0; i < count; ++i) {
      const Uuid id = Uuid::generate(news.room.clock, news.room.random);
      const std::string address = "reader" + std::to_string(i) + "@example.org";
      const std::string token = "token-" + std::to_string(i);
      TRY(c.execute(
          "INSERT INTO updates_subscriber (id, address_hash, sealed, token_hash, state, "
          "frequency, language, format, neutral, created_at, soft_bounces) VALUES ($1, $2, "
          "$3, $4, 'active', 'each', $5, $6, $7, $8, 0)",
          {id, hash_of_address(news.room, address),
           seal(news.room, {address, Secret<std::string>(token)}, id.to_string()), token,
           i % 4 == 0 ? "es" : "en", i % 3 == 0 ? "text" : "html", i % 10 == 0 ? 1 : 0, kNow}));
      TRY(c.execute("INSERT INTO updates_subscription (subscriber_id, topic) VALUES ($1, 'law')",
                    {id}));
      if (i % 5 != 0)
        TRY(c.execute("INSERT INTO updates_subscription (subscriber_id, topic) VALUES ($1, $2)",
                      {id, kTopics[i % 5]}));
    }
    return {};
  });
  ASSERT_TRUE(done) << done.error().describe();
}

std::string body_of_an_issue() {
  std::string body = "## What changes\n\n";
  for (int i = 0; i < 12; ++i)
    body += "- A line of news with **weight** and a [link](https://example.org/" +
            std::to_string(i) + ") for readers in several trades.\n";
  return body;
}

// Counts only: what composing and keeping the queue cost.
class CountingOutlet final : public Outlet {
 public:
  Result<void> hand_over(const std::string&, const mail::Envelope&, const std::string& m) override {
    bytes += m.size();
    ++mails;
    return {};
  }
  bool knows_repeats() const override { return true; }
  std::size_t mails = 0, bytes = 0;
};

struct FileStore {
  explicit FileStore(const std::filesystem::path& folder)
      : database(db::Database::open("sqlite:" + (folder / "commons.db").string()).value()) {}
  std::unique_ptr<db::Database> database;
  ManualClock clock{kNow};
  SystemRandom random;
};

TEST(Mailings, Composes3000MailsASecond) {
  db::TestFolder folder;
  FileStore store(folder.path());
  ASSERT_TRUE(db::migrate(*store.database, modules_for_tests(), store.clock));
  TestNewsroom news(*store.database, store.clock, store.random);
  constexpr int kSubscribers = 50'000;
  add_subscribers(news, kSubscribers);
  const Uuid mailing = news.publish("law", "What is new", body_of_an_issue());
  CountingOutlet outlet;
  const auto start = std::chrono::steady_clock::now();
  ASSERT_TRUE(news.mailings.send(mailing, outlet));
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  EXPECT_EQ(outlet.mails, kSubscribers);
  std::printf("50,000 mails, %.0f MB, %.1f s: %.0f a second\n", outlet.bytes / 1e6, seconds,
              kSubscribers / seconds);
  EXPECT_GE(kSubscribers / seconds, 3000);
}

// Runs `work` in a process of its own and kills it after a while; false when it ended before.
bool kill_in_the_middle(std::chrono::milliseconds after, const std::function<void()>& work) {
  const pid_t child = fork();
  if (child == 0) {
    work();
    _exit(0);
  }
  std::this_thread::sleep_for(after);
  ::kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status);
}

TEST(Mailings, LosesAndDoublesNothingOver20Kills) {
  db::TestFolder folder;
  constexpr int kSubscribers = 50'000;
  Uuid mailing;
  {
    FileStore store(folder.path());
    ASSERT_TRUE(db::migrate(*store.database, modules_for_tests(), store.clock));
    TestNewsroom news(*store.database, store.clock, store.random);
    add_subscribers(news, kSubscribers);
    mailing = news.publish("law", "What is new", body_of_an_issue());
  }
  const auto send = [&] {
    FileStore store(folder.path());
    TestNewsroom news(*store.database, store.clock, store.random);
    FolderOutlet outlet = FolderOutlet::open(folder.path() / "sink").value();
    return news.mailings.send(mailing, outlet);
  };
  SeededRandom random(11);
  int kills = 0;
  for (int i = 0; i < 20; ++i)
    kills += kill_in_the_middle(std::chrono::milliseconds(60 + random.below(300)),
                                [&] { (void)send(); });
  EXPECT_EQ(kills, 20) << "the mailing ended too soon for the kills to mean anything";
  ASSERT_TRUE(send());
  std::multiset<std::string> to;
  for (const auto& file : std::filesystem::directory_iterator(folder.path() / "sink")) {
    if (file.path().extension() != ".eml" || file.path().filename().string().front() == '.')
      continue;
    std::ifstream in(file.path());
    std::string line;
    std::getline(in, line);
    std::getline(in, line);
    to.insert(line);
  }
  EXPECT_EQ(to.size(), kSubscribers);
  EXPECT_EQ(std::set<std::string>(to.begin(), to.end()).size(), kSubscribers) << "someone got two";
}

// A server: takes a line for good, tells nobody afterwards.
class LineServer final : public Outlet {
 public:
  explicit LineServer(const std::filesystem::path& file)
      : file_(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) {}
  ~LineServer() override { ::close(file_); }
  Result<void> hand_over(const std::string&, const mail::Envelope& envelope,
                         const std::string&) override {
    const std::string line = envelope.to.front() + "\n";
    return ::write(file_, line.data(), line.size()) == static_cast<ssize_t>(line.size())
               ? Result<void>()
               : fail(ErrorKind::kUnavailable, "disk");
  }
  bool knows_repeats() const override { return false; }

 private:
  int file_;
};

TEST(Mailings, AServerGetsNoMailTwiceAndWhatIsInDoubtIsSaid) {
  db::TestFolder folder;
  constexpr int kSubscribers = 3'000;
  Uuid mailing;
  {
    FileStore store(folder.path());
    ASSERT_TRUE(db::migrate(*store.database, modules_for_tests(), store.clock));
    TestNewsroom news(*store.database, store.clock, store.random);
    add_subscribers(news, kSubscribers);
    mailing = news.publish("law");
  }
  const auto send = [&] {
    FileStore store(folder.path());
    TestNewsroom news(*store.database, store.clock, store.random);
    LineServer server(folder.path() / "server");
    return news.mailings.send(mailing, server);
  };
  SeededRandom random(13);
  for (int i = 0; i < 20; ++i)
    kill_in_the_middle(std::chrono::milliseconds(20 + random.below(80)), [&] { (void)send(); });
  ASSERT_TRUE(send());
  FileStore store(folder.path());
  TestNewsroom news(*store.database, store.clock, store.random);
  const Tally tally = news.mailings.tally(mailing).value();
  std::vector<std::string> lines;
  std::ifstream in(folder.path() / "server");
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  EXPECT_EQ(std::set<std::string>(lines.begin(), lines.end()).size(), lines.size());
  EXPECT_EQ(tally.waiting, 0);
  EXPECT_EQ(tally.sent + tally.in_doubt, kSubscribers);
  EXPECT_LE(tally.in_doubt, 20) << "more than one for each kill";
  EXPECT_GE(static_cast<std::int64_t>(lines.size()), tally.sent);
  ASSERT_TRUE(news.mailings.settle_doubt(staff(1, kNow), mailing, Mailings::Doubt::kTakeAsSent));
  EXPECT_EQ(news.mailings.tally(mailing).value().in_doubt, 0);
}

class BulletinTest : public db::StoreTest {
 protected:
  void SetUp() override {
    db::StoreTest::SetUp();
    if (IsSkipped()) return;
    migrate_with(modules_for_tests());
    news_.emplace(database(), clock_, random_);
  }
  void TearDown() override {
    news_.reset();
    db::StoreTest::TearDown();
  }
  ManualClock clock_{kNow};
  SystemRandom random_;
  std::optional<TestNewsroom> news_;
};
DAYBREAK_ON_BOTH_ENGINES(BulletinTest);

// 10,000 random members, of all roles and states, some with a place on the list, confirmed long or
// lately; and public subscribers. Who must get it is told here by other words than the service's.
TEST_P(BulletinTest, TenThousandRandomMembershipsAndNoWrongRecipient) {
  SeededRandom random(5);
  std::set<std::string> expected;
  const std::set<trust::Role> cleared = {trust::Role::kInvestigator, trust::Role::kProsecutor,
                                         trust::Role::kLaborInspector, trust::Role::kCoordinator};
  ASSERT_TRUE(database().write([&](db::Connection& c) -> Result<void> {
    for (int i = 0; i < 10'000; ++i) {
      const trust::MemberId id = trust::MemberId::generate(clock_, random_);
      MemberFacts facts;
      facts.member.id = id;
      facts.member.email = "member" + std::to_string(i) + "@example.org";
      facts.member.state = static_cast<trust::MemberState>(random.below(4));
      bool has_role = false;
      for (std::size_t role = 0; role < trust::kRoles; ++role) {
        if (random.below(8) != 0) continue;
        facts.member.roles.add(static_cast<trust::Role>(role));
        has_role = has_role || cleared.contains(static_cast<trust::Role>(role));
      }
      facts.organization_active = random.below(4) != 0;
      facts.standing =
          random.below(3) == 0 ? trust::Standing::kPartner : trust::Standing::kTaskForce;
      news_->members[id] = facts;
      const auto place = random.below(4);
      if (place == 0) continue;
      const auto age = std::chrono::days(random.below(730));
      TRY(c.execute(
          "INSERT INTO updates_list_member (topic, member_id, verified_at, verified_by, "
          "token_hash, sealed) VALUES ($1, $2, $3, $2, $4, $5)",
          {place == 1 ? "provider-bulletin" : "enforcement-bulletin", id, kNow - age,
           "hash" + std::to_string(i),
           seal(news_->room, {{}, Secret<std::string>("token" + std::to_string(i))},
                (place == 1 ? "provider-bulletin:" : "enforcement-bulletin:") + id.to_string())}));
      if (place != 1 && has_role && facts.organization_active &&
          facts.standing == trust::Standing::kTaskForce &&
          facts.member.state == trust::MemberState::kActive && age < std::chrono::days(365))
        expected.insert(facts.member.email);
    }
    return {};
  }));
  add_subscribers(*news_, 200);
  const Uuid mailing = news_->publish("enforcement-bulletin", "Sensitive title", "Sensitive text");
  KeepingOutlet outlet;
  ASSERT_TRUE(news_->mailings.send(mailing, outlet));
  EXPECT_GT(expected.size(), 100u);
  EXPECT_EQ(std::set<std::string>(outlet.to.begin(), outlet.to.end()), expected);
  EXPECT_EQ(outlet.to.size(), expected.size());
  for (const std::string& message : outlet.messages)
    EXPECT_THAT(readable(message), testing::Not(testing::HasSubstr("Sensitive")));
  // On the page: the same people and nobody else.
  const auto row = database().read(
      [](db::Connection& c) { return c.query_one("SELECT id FROM updates_issue"); });
  const Uuid issue = row.value()->uuid(0);
  EXPECT_FALSE(news_->issues.read(trust::Actor::anyone(), issue));
  int wrong = 0, seen = 0;
  for (const auto& [id, facts] : news_->members) {
    if (++seen > 1000) break;
    trust::Actor actor = staff(1, kNow);
    actor.member = id;
    actor.standing = facts.standing;
    actor.roles = facts.member.roles;
    wrong += news_->issues.read(actor, issue).has_value() != expected.contains(facts.member.email);
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_TRUE(news_->issues.archive({}, 100, 0).value().empty());
}

TEST_P(BulletinTest, ALinkEndsAMembersPlace) {
  const trust::MemberId id = trust::MemberId::generate(clock_, random_);
  MemberFacts facts{
      .member = {}, .organization_active = true, .standing = trust::Standing::kTaskForce};
  facts.member.id = id;
  facts.member.email = "ana@example.org";
  facts.member.state = trust::MemberState::kActive;
  news_->members[id] = facts;
  EXPECT_FALSE(news_->lists.verify(staff(1, kNow), "enforcement-bulletin", id)) << "no role for it";
  news_->members[id].member.roles = {trust::Role::kInvestigator};
  ASSERT_TRUE(news_->lists.verify(staff(1, kNow), "enforcement-bulletin", id));
  const auto contact = news_->lists.contact("enforcement-bulletin", id).value();
  ASSERT_TRUE(contact);
  ASSERT_TRUE(news_->lists.stop(contact->token));
  EXPECT_FALSE(news_->lists.receives("enforcement-bulletin", id).value());
}

std::string report(const std::string& mail_id, const std::string& status,
                   const std::string& action = "failed") {
  return "From: MAILER-DAEMON@mx.example.org\r\nTo: news@example.org\r\nContent-Type: "
         "multipart/report; report-type=delivery-status;\r\n boundary=\"b\"\r\n\r\n--b\r\n"
         "Content-Type: text/plain\r\n\r\nIt did not work.\r\n--b\r\nContent-Type: "
         "message/delivery-status\r\n\r\nReporting-MTA: dns; "
         "mx.example.org\r\n\r\nFinal-Recipient: "
         "rfc822; reader@example.org\r\nAction: " +
         action + "\r\nStatus: " + status +
         "\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <" + mail_id +
         "@example.org>\r\nSubject: What is new\r\n\r\nText\r\n--b--\r\n";
}

TEST_P(BulletinTest, ABounceIsBelievedOnlyWhenItKnowsTheMail) {
  const Subscriber ana = news_->subscribe("ana@example.org", {.topics = {"law"}});
  const Uuid mailing = news_->publish("law");
  KeepingOutlet outlet;
  ASSERT_TRUE(news_->mailings.send(mailing, outlet));
  std::string forged = outlet.ids[0];
  forged.back() = forged.back() == '0' ? '1' : '0';
  EXPECT_FALSE(news_->mailings.take_bounce(report(forged, "5.1.1")).value());
  EXPECT_FALSE(news_->mailings.take_bounce("Subject: out of office\r\n\r\nI am away").value());
  EXPECT_FALSE(news_->mailings.take_bounce(report(outlet.ids[0], "2.0.0", "delivered")).value());
  EXPECT_EQ(news_->subscribers.find(ana.id)->state, SubscriberState::kActive);
  EXPECT_TRUE(news_->mailings.take_bounce(report(outlet.ids[0], "5.1.1")).value());
  EXPECT_FALSE(news_->mailings.take_bounce(report(outlet.ids[0], "5.1.1")).value()) << "told twice";
  EXPECT_EQ(news_->subscribers.find(ana.id)->state, SubscriberState::kStopped);
}

TEST_P(BulletinTest, SoftBouncesStopAfterSeveralBadDays) {
  const Subscriber ana = news_->subscribe("ana@example.org", {.topics = {"law"}});
  KeepingOutlet outlet;
  for (int day = 0; day < 5; ++day) {
    EXPECT_EQ(news_->subscribers.find(ana.id)->state, SubscriberState::kActive) << day;
    for (int twice = 0; twice < 2; ++twice) {
      ASSERT_TRUE(news_->mailings.send(news_->publish("law"), outlet));
      EXPECT_EQ(news_->mailings.take_bounce(report(outlet.ids.back(), "4.2.2")).value(), true);
      if (day == 4) break;
    }
    clock_.advance(std::chrono::hours(25));
  }
  EXPECT_EQ(news_->subscribers.find(ana.id)->state, SubscriberState::kStopped);
}

TEST_P(BulletinTest, AHundredThousandBouncesAreReadInTime) {
  news_->subscribe("ana@example.org", {.topics = {"law"}});
  const Uuid mailing = news_->publish("law");
  KeepingOutlet outlet;
  ASSERT_TRUE(news_->mailings.send(mailing, outlet));
  const auto start = std::chrono::steady_clock::now();
  int changed = 0;
  for (int i = 0; i < 100'000; ++i) {
    const bool own = i == 50'000;
    changed +=
        news_->mailings
            .take_bounce(report(
                own ? outlet.ids[0] : news_->mailings.mail_id(mailing, 1) + std::to_string(i),
                "5.1.1"))
            .value();
  }
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf("100,000 bounces: %.1f s\n", seconds);
  EXPECT_EQ(changed, 1);
  EXPECT_LE(seconds, 60);
  EXPECT_FALSE(read_delivery_report(std::string(2 << 20, 'x')));
}

}  // namespace
}  // namespace daybreak::updates
