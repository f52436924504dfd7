// SPDX-License-Identifier: AGPL-3.0-or-later
// The news as other programs see it: every kind of mail by Python's strict parser, and a mailing
// through a real mail server on this machine while the sender is killed twenty times.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "base/test_result.hpp"
#include "commons/updates/bureau.hpp"
#include "commons/updates/throttle.hpp"
#include "commons/updates/topic_list.hpp"
#include "commons/updates/updates_testing.hpp"
#include "db/test_database.hpp"

namespace daybreak::updates {
namespace {

using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

const Instant kNow = parse_instant("2026-11-22T12:00:00Z").value();
constexpr const char* kPython = "/usr/bin/python3";  // Debian's, which has python3-aiosmtpd

fs::path script(const char* name) { return fs::path(DAYBREAK_SOURCE_DIR) / "tests/mail" / name; }

void keep(const fs::path& folder, const KeepingOutlet& outlet) {
  static int number = 0;
  for (const std::string& message : outlet.messages)
    std::ofstream(folder / (std::to_string(++number) + ".eml"), std::ios::binary) << message;
}

// What the validator printed, and whether it was content.
std::pair<std::string, bool> validate(const fs::path& folder) {
  const std::string command = std::string(kPython) + " " + script("validate.py").string() + " " +
                              folder.string() + " --bulk 2>&1";
  FILE* pipe = ::popen(command.c_str(), "r");
  std::string said;
  char buffer[512];
  while (::fgets(buffer, sizeof buffer, pipe) != nullptr) said += buffer;
  return {said, ::pclose(pipe) == 0};
}

class OutsideTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(kPython)) GTEST_SKIP() << "no " << kPython;
    if (!fs::exists(script("validate.py"))) GTEST_SKIP() << "the sources are not there";
    database_ = db::Database::open("sqlite:" + (folder_.path() / "commons.db").string()).value();
    ASSERT_TRUE(db::migrate(*database_, modules_for_tests(), clock_));
    news_.emplace(*database_, clock_, random_);
    fs::create_directories(folder_.path() / "mails");
  }
  void TearDown() override { use_topics(built_in_topics()); }

  db::TestFolder folder_;
  ManualClock clock_{kNow};
  SystemRandom random_;
  std::unique_ptr<db::Database> database_;
  std::optional<TestNewsroom> news_;
};

TEST_F(OutsideTest, EveryKindOfMailIsReadWithoutADefect) {
  int number = 0;
  for (const Language language : language::kLanguages)
    for (const Format format : {Format::kHtml, Format::kText})
      for (const bool neutral : {false, true})
        for (const Frequency frequency : {Frequency::kEach, Frequency::kWeekly})
          news_->subscribe("lector" + std::to_string(++number) + "@example.org",
                           {.topics = {"law", "funding"},
                            .frequency = frequency,
                            .language = language,
                            .format = format,
                            .neutral = neutral});
  const trust::MemberId officer(Uuid({9}));
  trust::Member member{.id = officer, .roles = {trust::Role::kInvestigator}};
  member.email = "officer@example.org";
  member.state = trust::MemberState::kActive;
  news_->members[officer] = {member, true, trust::Standing::kTaskForce};
  ASSERT_TRUE(news_->lists.verify(staff(1, kNow), "enforcement-bulletin", officer));
  KeepingOutlet outlet;
  const std::string long_line(3000, 'x');
  ASSERT_TRUE(news_->mailings.send(
      news_->publish("law",
                     "Título con eñe, comillas \" y <signos>; una línea larga que no cabe en "
                     "setenta y ocho octetos de ninguna manera",
                     "## Uno\n\n- [enlace](https://example.org/a?b=1&c=2)\n\n" + long_line +
                         "\n\n.\n\nFrom here\n\n```\n<script>alert(1)</script>\n```\n"),
      outlet));
  ASSERT_TRUE(news_->mailings.send(news_->publish("enforcement-bulletin"), outlet));
  for (int i = 1; i <= number; ++i) {
    const auto row = database_->read([&](db::Connection& c) {
      return c.query_one(
          "SELECT id FROM updates_subscriber WHERE address_hash = $1",
          {hash_of_address(news_->room, "lector" + std::to_string(i) + "@example.org")});
    });
    ASSERT_TRUE(news_->mailings.welcome(row.value()->uuid(0), outlet));
  }
  clock_.advance(std::chrono::days(1));  // Monday
  ASSERT_GE(news_->issues.publish_digests().value(), 1);
  const auto weekly = database_->read([](db::Connection& c) {
    return c.query_one(
        "SELECT id FROM updates_mailing WHERE kind = 'weekly' ORDER BY created_at "
        "DESC LIMIT 1");
  });
  ASSERT_TRUE(news_->mailings.send(weekly.value()->uuid(0), outlet));
  EXPECT_EQ(outlet.messages.size(), 8u + 1u + 16u + 8u);
  keep(folder_.path() / "mails", outlet);
  const auto [said, content] = validate(folder_.path() / "mails");
  std::printf("%s", said.c_str());
  EXPECT_TRUE(content) << said;
}

TEST_F(OutsideTest, TheValidatorRefusesWhatIsWrong) {
  const char* kBad[] = {
      "From: a@example.org\r\nSubject: x\r\n\r\nno To\r\n",
      "From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\nDate: Sun, 22 Nov 2026 12:00:00 "
      "+0000\r\nMessage-ID: <1@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: "
      "text/html\r\n\r\n<img src=\"https://example.org/p.gif\">\r\n"};
  for (const char* bad : kBad) {
    const fs::path folder = folder_.path() / "bad";
    fs::remove_all(folder);
    fs::create_directories(folder);
    std::ofstream(folder / "1.eml", std::ios::binary) << bad;
    EXPECT_FALSE(validate(folder).second) << bad;
  }
}

// tests/mail/sink.py in a process of its own.
class Sink {
 public:
  explicit Sink(const fs::path& file) {
    int in[2], out[2];
    if (::pipe(in) != 0 || ::pipe(out) != 0) return;
    child_ = ::fork();
    if (child_ == 0) {
      ::dup2(in[0], 0);
      ::dup2(out[1], 1);
      for (const int end : {in[0], in[1], out[0], out[1]}) ::close(end);
      ::execl(kPython, kPython, script("sink.py").c_str(), file.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(in[0]);
    ::close(out[1]);
    input_ = in[1];
    std::string said;
    char c = 0;
    while (::read(out[0], &c, 1) == 1 && c != '\n') said += c;
    ::close(out[0]);
    port = static_cast<int>(to_integer(said).value_or(0));
  }
  ~Sink() {
    ::close(input_);
    ::waitpid(child_, nullptr, 0);
  }
  int port = 0;

 private:
  pid_t child_ = -1;
  int input_ = -1;
};

TEST_F(OutsideTest, AMailServerGetsEachMailOnceOver20Kills) {
  constexpr int kSubscribers = 1200;
  for (int i = 0; i < kSubscribers; ++i)
    news_->subscribe("reader" + std::to_string(i) + "@example.org", {.topics = {"law"}});
  const Uuid mailing = news_->publish("law");
  news_.reset();
  database_.reset();
  const fs::path taken = folder_.path() / "taken";
  Sink sink(taken);
  if (sink.port == 0) GTEST_SKIP() << "python3-aiosmtpd is not installed";
  const auto send = [&] {
    const auto database =
        db::Database::open("sqlite:" + (folder_.path() / "commons.db").string()).value();
    TestNewsroom news(*database, clock_, random_);
    auto sender = mail::SmtpSender::create({.host = "127.0.0.1",
                                            .port = sink.port,
                                            .encryption = mail::SmtpSettings::Encryption::kNone});
    if (!sender) return Result<void>(tl::make_unexpected(sender.error()));
    SenderOutlet outlet(*sender);
    return news.mailings.send(mailing, outlet);
  };
  SeededRandom random(17);
  int kills = 0;
  for (int i = 0; i < 20; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      (void)send();
      ::_exit(0);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(60 + random.below(100)));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    kills += WIFSIGNALED(status) ? 1 : 0;
  }
  EXPECT_EQ(kills, 20) << "the mailing ended too soon for the kills to mean anything";
  const auto start = std::chrono::steady_clock::now();
  ASSERT_TRUE(send());
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const auto database =
      db::Database::open("sqlite:" + (folder_.path() / "commons.db").string()).value();
  TestNewsroom news(*database, clock_, random_);
  const auto lines = [&] {
    std::multiset<std::string> all;
    std::ifstream in(taken);
    for (std::string line; std::getline(in, line);) all.insert(line);
    return all;
  };
  const Tally before = news.mailings.tally(mailing).value();
  std::printf("after 20 kills: %lld sent, %lld in doubt; the rest in %.1f s\n",
              static_cast<long long>(before.sent), static_cast<long long>(before.in_doubt),
              seconds);
  EXPECT_LE(before.in_doubt, 20);
  EXPECT_EQ(before.waiting, 0);
  const auto got = lines();
  EXPECT_EQ(std::set<std::string>(got.begin(), got.end()).size(), got.size()) << "somebody got two";
  // A person looks at the server's log: what it has was sent, the rest is sent again. None is lost.
  const std::int64_t missing = kSubscribers - static_cast<std::int64_t>(got.size());
  EXPECT_GE(missing, 0);
  EXPECT_LE(missing, before.in_doubt) << "a mail is neither taken nor in doubt";
}

TEST_F(OutsideTest, TopicsAreAddedAndRetiredOnAPage) {
  TopicList list(news_->room);
  const Topic saved = list.save(staff(1, kNow), {.id = {},
                                                 .name = {"Farm work & camps", "Campo"},
                                                 .about = {"About farms.", "Sobre el campo."},
                                                 .roles = {}})
                          .value();
  EXPECT_EQ(saved.id, "farm-work-camps");
  EXPECT_TRUE(check({.topics = {saved.id}}));
  EXPECT_EQ(
      place_of(list.save(staff(1, kNow), {.id = {}, .name = saved.name, .about = saved.about})),
      "name_en");
  EXPECT_FALSE(list.save(trust::Actor::anyone(), saved));
  // Words of a restricted topic may change, who gets it may not.
  Topic bulletin = *find_topic("enforcement-bulletin");
  bulletin.roles = {};
  bulletin.name.en = "Officers' bulletin";
  ASSERT_TRUE(list.save(staff(1, kNow), bulletin));
  EXPECT_EQ(find_topic("enforcement-bulletin")->name.en, "Officers' bulletin");
  EXPECT_TRUE(find_topic("enforcement-bulletin")->is_restricted());
  ASSERT_TRUE(list.set_retired(staff(1, kNow), saved.id, true));
  EXPECT_FALSE(check({.topics = {saved.id}})) << "a retired topic is offered";
  // Another node reads the same list.
  use_topics(built_in_topics());
  EXPECT_EQ(find_topic(saved.id), nullptr);
  ASSERT_TRUE(TopicList(news_->room).refresh());
  EXPECT_TRUE(find_topic(saved.id)->retired);
}

TEST_F(OutsideTest, AStoryThatIsTakenBackIsInNoMailThatWasNotYetSent) {
  const Uuid id({42});
  bool allowed = true;
  news_->room.story = [&](const Uuid& story, std::string_view,
                          std::string_view) -> std::optional<std::string> {
    if (story != id || !allowed) return std::nullopt;
    return "I left at dawn *canary*.";
  };
  TestNewsroom& news = *news_;
  Issues issues(news.room, news.lists);
  Mailings mailings(news.room, news.subscribers, news.lists, {"news@example.org", {}});
  for (int i = 0; i < 300; ++i)
    news.subscribe("reader" + std::to_string(i) + "@example.org", {.topics = {"law"}});
  const Issue issue =
      issues
          .save(staff(1, kNow),
                {.topic = "law", .title = {"News", ""}, .body = {"Hello\n\n" + story_line(id), ""}})
          .value();
  ASSERT_TRUE(issues.submit(staff(1, kNow), issue.id));
  ASSERT_TRUE(issues.approve(staff(2, kNow), issue.id, issue.version, std::nullopt));
  ASSERT_TRUE(database_->write([&](db::Connection& c) { return issues.publish(c, issue.id); }));
  EXPECT_THAT(issues.archive({}, 1, 0).value()[0].body.en, HasSubstr("canary"));
  // Taken back after the first batch went out.
  class Turning final : public Outlet {
   public:
    explicit Turning(bool& allowed) : allowed_(allowed) {}
    Result<void> hand_over(const std::string&, const mail::Envelope&,
                           const std::string& message) override {
      const bool told = message.find("canary") != std::string::npos;
      if (!allowed_) after += told;
      before += told;
      return {};
    }
    Result<void> settle() override {
      allowed_ = false;
      return {};
    }
    bool knows_repeats() const override { return true; }
    int before = 0, after = 0;

   private:
    bool& allowed_;
  } outlet(allowed);
  ASSERT_TRUE(mailings.send(mailings.mailing_of(issue.id).value().value(), outlet));
  EXPECT_EQ(outlet.before, 250);
  EXPECT_EQ(outlet.after, 0) << "mails told her story after she took it back";
  const Issue read = issues.read(trust::Actor::anyone(), issue.id).value();
  EXPECT_THAT(read.body.en, Not(HasSubstr("canary")));
  EXPECT_FALSE(issues.save(staff(1, kNow),
                           {.topic = "law", .title = {"Again", ""}, .body = {story_line(id), ""}}))
      << "an issue quotes a story that may not be sent";
}

TEST(ThrottleTest, LetsAnAddressDoSomeAndForgetsThem) {
  ManualClock clock(kNow);
  Throttle throttle(clock, 3, std::chrono::minutes(60), 100);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(throttle.allows("one"));
  EXPECT_FALSE(throttle.allows("one"));
  EXPECT_TRUE(throttle.allows("two"));
  clock.advance(std::chrono::minutes(60));
  EXPECT_TRUE(throttle.allows("one"));
  for (int i = 0; i < 10'000; ++i) {
    clock.advance(std::chrono::milliseconds(1));
    EXPECT_TRUE(throttle.allows("many" + std::to_string(i)));
  }
}

}  // namespace
}  // namespace daybreak::updates
