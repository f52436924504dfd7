// SPDX-License-Identifier: AGPL-3.0-or-later
// Nobody gets mail without having said yes; a link does what its bearer wants and nothing else; an
// issue needs two people; mails tell a bystander nothing when asked not to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test_result.hpp"
#include "commons/updates/updates_testing.hpp"
#include "db/test_database.hpp"
#include "html/page.hpp"

namespace daybreak::updates {
namespace {

using testing::HasSubstr;
using testing::Not;

const Preferences kLaw{.topics = {"law"}};

class UpdatesTest : public db::StoreTest {
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
  std::int64_t count(const std::string& table) {
    return database()
        .read([&](db::Connection& c) { return c.query_one("SELECT COUNT(*) FROM " + table); })
        .value()
        ->integer(0);
  }
  Subscriber only() {
    const auto id = database().read(
        [](db::Connection& c) { return c.query_one("SELECT id FROM updates_subscriber"); });
    return news_->subscribers.find(id.value()->uuid(0)).value();
  }

  ManualClock clock_{parse_instant("2026-11-22T12:00:00Z").value()};
  SeededRandom random_{7};
  std::optional<TestNewsroom> news_;
};
DAYBREAK_ON_BOTH_ENGINES(UpdatesTest);

TEST_P(UpdatesTest, AskingIsNotSubscribing) {
  ASSERT_TRUE(news_->subscribers.ask("rosa@example.org", kLaw));
  const Uuid mailing = news_->publish("law");
  KeepingOutlet outlet;
  ASSERT_TRUE(news_->mailings.send(mailing, outlet));
  EXPECT_TRUE(outlet.to.empty());
  ASSERT_TRUE(news_->subscribers.confirm(only().contact.token));
  ASSERT_TRUE(news_->mailings.send(news_->publish("law"), outlet));
  EXPECT_EQ(outlet.to, std::vector<std::string>{"rosa@example.org"});
}

TEST_P(UpdatesTest, TheStoreTellsNoAddress) {
  ASSERT_TRUE(news_->subscribers.ask("rosa@example.org", kLaw));
  const auto row = database().read([](db::Connection& c) {
    return c.query_one("SELECT address_hash, sealed, token_hash FROM updates_subscriber");
  });
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_THAT(row.value()->text(i), Not(HasSubstr("rosa")));
    EXPECT_THAT(from_hex(row.value()->text(i)).value_or(""), Not(HasSubstr("rosa")));
  }
}

TEST_P(UpdatesTest, AskingTwiceNeitherMailsTwiceNorChangesWhatWasConfirmed) {
  jobs::Queue queue(database(), clock_);
  int welcomes = 0;
  queue.handle(std::string(kWelcomeJob), [&](jobs::RunningJob&) -> Result<void> {
    ++welcomes;
    return {};
  });
  ASSERT_TRUE(news_->subscribers.ask("rosa@example.org", kLaw));
  ASSERT_TRUE(queue.run_due());
  ASSERT_TRUE(news_->subscribers.confirm(only().contact.token));
  ASSERT_TRUE(news_->subscribers.ask("Rosa@example.org", {.topics = {"funding"}}));
  ASSERT_TRUE(queue.run_due());
  EXPECT_EQ(welcomes, 1) << "somebody could fill a mailbox";
  EXPECT_EQ(only().preferences.topics, std::vector<std::string>{"law"});
  clock_.advance(std::chrono::minutes(11));
  ASSERT_TRUE(news_->subscribers.ask("rosa@example.org", {.topics = {"funding"}}));
  ASSERT_TRUE(queue.run_due());
  EXPECT_EQ(welcomes, 2);
  EXPECT_EQ(only().preferences.topics, std::vector<std::string>{"law"});
}

TEST_P(UpdatesTest, ForgetsWhoNeverConfirmed) {
  ASSERT_TRUE(news_->subscribers.ask("rosa@example.org", kLaw));
  news_->subscribe("ana@example.org", kLaw);
  clock_.advance(std::chrono::days(8));
  EXPECT_EQ(news_->subscribers.remove_unconfirmed().value(), 1);
  EXPECT_EQ(only().contact.address, "ana@example.org");
}

TEST_P(UpdatesTest, StopsOneTopicThenAll) {
  const Subscriber ana = news_->subscribe("ana@example.org", {.topics = {"law", "funding"}});
  ASSERT_TRUE(news_->subscribers.stop(ana.contact.token, "law"));
  EXPECT_EQ(only().preferences.topics, std::vector<std::string>{"funding"});
  ASSERT_TRUE(news_->subscribers.stop(ana.contact.token, "law"));
  ASSERT_TRUE(news_->subscribers.stop(ana.contact.token, "funding"));
  EXPECT_EQ(count("updates_subscriber"), 0);
  EXPECT_EQ(count("updates_subscription"), 0);
  EXPECT_TRUE(news_->subscribers.stop(ana.contact.token, "funding"));
}

TEST_P(UpdatesTest, GivesOutAndErasesWhatIsKept) {
  const Subscriber ana = news_->subscribe("ana@example.org", kLaw);
  KeepingOutlet outlet;
  ASSERT_TRUE(news_->mailings.send(news_->publish("law"), outlet));
  const std::string own = news_->subscribers.export_own(ana.contact.token).value();
  EXPECT_THAT(own, HasSubstr("\"ana@example.org\""));
  EXPECT_THAT(own, HasSubstr("\"sent\": true"));
  ASSERT_TRUE(news_->subscribers.erase(ana.contact.token));
  EXPECT_EQ(count("updates_subscriber"), 0);
  EXPECT_EQ(kind_of(news_->subscribers.find(ana.contact.token)), ErrorKind::kNotFound);
}

TEST_P(UpdatesTest, RefusesWrongChoicesAndAddresses) {
  EXPECT_FALSE(news_->subscribers.ask("rosa@example.org", {}));
  EXPECT_FALSE(news_->subscribers.ask("rosa@example.org", {.topics = {"enforcement-bulletin"}}));
  EXPECT_FALSE(news_->subscribers.ask("rosa@example.org", {.topics = {"nothing"}}));
  EXPECT_FALSE(news_->subscribers.ask("rosa@example.org\r\nBcc: all@example.org", kLaw));
  EXPECT_FALSE(news_->subscribers.ask("rosa", kLaw));
  EXPECT_EQ(count("updates_subscriber"), 0);
}

TEST_P(UpdatesTest, AnIssueNeedsTwoPeopleAndTheVersionThatTheSecondRead) {
  const Instant now = clock_.now();
  const auto ana = staff(1, now), ben = staff(2, now);
  Issue issue =
      news_->issues.save(ana, {.topic = "law", .title = {"New", ""}, .body = {"Text", ""}}).value();
  EXPECT_FALSE(news_->issues.approve(ben, issue.id, issue.version, {})) << "not handed in";
  ASSERT_TRUE(news_->issues.submit(ana, issue.id));
  EXPECT_FALSE(news_->issues.approve(ana, issue.id, issue.version, {})) << "by its author";
  trust::Actor tired = ben;
  tired.confirmed_at.reset();
  EXPECT_EQ(kind_of(news_->issues.approve(tired, issue.id, issue.version, {})), ErrorKind::kDenied);
  issue.body.en = "Other text";
  issue = news_->issues.save(ana, issue).value();
  ASSERT_TRUE(news_->issues.submit(ana, issue.id));
  EXPECT_FALSE(news_->issues.approve(ben, issue.id, issue.version - 1, {})) << "an older version";
  EXPECT_TRUE(news_->issues.approve(ben, issue.id, issue.version, {}));
  issue.version = 1;
  EXPECT_EQ(kind_of(news_->issues.save(ana, issue)), ErrorKind::kConflict);
}

TEST_P(UpdatesTest, AChangeAfterApprovalTakesTheApprovalAway) {
  const Instant now = clock_.now();
  Issue issue =
      news_->issues
          .save(staff(1, now), {.topic = "law", .title = {"New", ""}, .body = {"Text", ""}})
          .value();
  ASSERT_TRUE(news_->issues.submit(staff(1, now), issue.id));
  ASSERT_TRUE(
      news_->issues.approve(staff(2, now), issue.id, issue.version, now + std::chrono::hours(2)));
  ASSERT_TRUE(news_->issues.save(staff(1, now), issue));
  clock_.advance(std::chrono::hours(3));
  ASSERT_TRUE(
      database().write([&](db::Connection& c) { return news_->issues.publish(c, issue.id); }));
  EXPECT_EQ(count("updates_mailing"), 0);
}

TEST_P(UpdatesTest, RefusesHeaderInjectionAndWhatMailCannotCarry) {
  const auto actor = staff(1, clock_.now());
  const auto save = [&](std::string title, std::string body) {
    return news_->issues.save(actor, {.topic = "law", .title = {title, ""}, .body = {body, ""}});
  };
  const auto injected = save("News\r\nBcc: all@example.org", "Text");
  ASSERT_FALSE(injected);
  EXPECT_EQ(place_of(injected), "title_en");
  EXPECT_EQ(place_of(save("", "Text")), "title_en");
  EXPECT_EQ(place_of(save("News", " ")), "body_en");
  EXPECT_FALSE(save("News", std::string(10 << 20, 'a'))) << "10 MB of Markdown";
  EXPECT_FALSE(save("News", std::string(200, '>') + " deep"));
  const auto fine = save("News", "<script>alert(1)</script>\n\n![x](https://example.org/x.png)");
  ASSERT_TRUE(fine);
  const Rendered made = render(*fine, Language::kEnglish).value();
  EXPECT_THAT(made.html, Not(HasSubstr("<script")));
  EXPECT_THAT(made.html, Not(HasSubstr("<img")));
}

TEST_P(UpdatesTest, EveryMailCanBeStoppedAndSaysInWhatLanguageItIs) {
  news_->subscribe("ana@example.org", {.topics = {"law"}, .language = Language::kSpanish});
  KeepingOutlet outlet;
  ASSERT_TRUE(news_->mailings.send(news_->publish("law"), outlet));
  ASSERT_TRUE(news_->mailings.welcome(only().id, outlet));
  ASSERT_EQ(outlet.messages.size(), 2u);
  for (const std::string& message : outlet.messages) {
    EXPECT_THAT(message,
                HasSubstr("List-Unsubscribe: <https://resources.example.org/es/news/stop?k="));
    EXPECT_THAT(message, HasSubstr("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
    EXPECT_THAT(message, HasSubstr("Content-Language: es\r\n"));
  }
  EXPECT_THAT(readable(outlet.messages[0]), HasSubstr("\nAlgo nuevo.\n"));
  EXPECT_THAT(readable(outlet.messages[0]), HasSubstr("<em>nuevo</em>"));
}

TEST_P(UpdatesTest, NeutralMailTellsNothing) {
  news_->subscribe("ana@example.org", {.topics = {"law"}, .neutral = true});
  KeepingOutlet outlet;
  ASSERT_TRUE(news_->mailings.send(
      news_->publish("law", "Labor trafficking law changes", "For victims of trafficking."),
      outlet));
  ASSERT_EQ(outlet.messages.size(), 1u);
  EXPECT_TRUE(html::is_neutral(readable(outlet.messages[0]))) << readable(outlet.messages[0]);
  EXPECT_THAT(readable(outlet.messages[0]), HasSubstr("Subject: News from Community resources"));
}

TEST_P(UpdatesTest, DigestsHoldTheWeekOnce) {
  news_->subscribe("ana@example.org",
                   {.topics = {"law", "funding"}, .frequency = Frequency::kWeekly});
  news_->subscribe("ben@example.org", {.topics = {"training"}, .frequency = Frequency::kWeekly});
  news_->publish("law", "First of the week");
  news_->publish("funding", "Second of the week");
  clock_.advance(std::chrono::days(1));                   // Monday
  EXPECT_EQ(news_->issues.publish_digests().value(), 2);  // week, and the month before: empty
  EXPECT_EQ(news_->issues.publish_digests().value(), 0);
  const auto weekly = database().read([](db::Connection& c) {
    return c.query_one("SELECT id FROM updates_mailing WHERE kind = 'weekly'");
  });
  KeepingOutlet outlet;
  ASSERT_TRUE(news_->mailings.send(weekly.value()->uuid(0), outlet));
  ASSERT_EQ(outlet.to, std::vector<std::string>{"ana@example.org"});
  EXPECT_THAT(readable(outlet.messages[0]), HasSubstr("First of the week"));
  EXPECT_THAT(readable(outlet.messages[0]), HasSubstr("Second of the week"));
}

TEST_P(UpdatesTest, AWithdrawnIssueIsNoLongerThere) {
  news_->publish("law");
  const Issue issue = news_->issues.archive({}, 10, 0).value().at(0);
  EXPECT_TRUE(news_->issues.read(trust::Actor::anyone(), issue.id));
  ASSERT_TRUE(news_->issues.withdraw(staff(1, clock_.now()), issue.id));
  EXPECT_TRUE(news_->issues.archive({}, 10, 0).value().empty());
  EXPECT_FALSE(news_->issues.read(trust::Actor::anyone(), issue.id));
}

}  // namespace
}  // namespace daybreak::updates
