// SPDX-License-Identifier: AGPL-3.0-or-later
// A reminder reaches the provider without telling a bystander anything; its link answers for one
// record, once, for a while.
#include "commons/directory/reminders/reminders.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test_result.hpp"
#include "base/text.hpp"
#include "commons/directory/reminders/pages.hpp"
#include "db/test_database.hpp"
#include "html/page.hpp"
#include "trust/audit.hpp"
#include "trust/migrations.hpp"

namespace daybreak::directory::reminders {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kSite = "https://resources.example.org";

// Keeps what was sent; refuses when told to.
class KeepingSender final : public mail::Sender {
 public:
  Result<void> send(const mail::Envelope& envelope, const std::string& message) override {
    if (refuses) return fail(ErrorKind::kUnavailable, "the mail server is away");
    envelopes.push_back(envelope);
    messages.push_back(message);
    return {};
  }
  std::vector<mail::Envelope> envelopes;
  std::vector<std::string> messages;
  bool refuses = false;
};

std::string id(int number) {
  char text[40];
  std::snprintf(text, sizeof text, "0c7d0b44-0000-4000-8000-%012d", number);
  return text;
}
Uuid uuid(int number) { return Uuid::parse(id(number)).value(); }

class RemindersTest : public db::StoreTest {
 protected:
  void SetUp() override {
    db::StoreTest::SetUp();
    if (IsSkipped()) return;
    auto modules = trust::commons_migrations();
    modules.push_back(jobs::migrations());
    modules.push_back(store::migrations());
    modules.push_back(migrations());
    migrate_with(modules);
    directory_.emplace(database(), clock_, random_);
    reminders_.emplace(*directory_, clock_, random_,
                       Options{.site = std::string(kSite), .site_name = "Community resources"});
    auto sender = std::make_unique<KeepingSender>();
    sender_ = sender.get();
    post_ = {.from = {"desk@example.org", {}}, .sender = std::move(sender)};
    add(Entity::kOrganization,
        R"({"id":")" + id(1) + R"(","name":"Example House","description":"Fictional."})");
    add_service(10, R"(,"email":"one@example.org")");
  }
  void add(Entity entity, const std::string& text) {
    const auto saved = directory_->save(entity, parse_json(text).value(), 0, "test");
    ASSERT_TRUE(saved) << saved.error().describe();
  }
  void add_service(int number, const std::string& more) {
    add(Entity::kService, R"({"id":")" + id(number) +
                              R"(","name":"Shelter for victims of trafficking","status":"active",)"
                              R"("organization_id":")" +
                              id(1) + "\"" + more + "}");
  }
  // Everything due is asked about; the tokens in the order of the links.
  std::vector<Secret<std::string>> ask() {
    const Plan plan = reminders_->plan().value();
    for (const Letter& letter : plan.letters) {
      const auto sent = reminders_->remind(letter.services, post_);
      EXPECT_TRUE(sent) << sent.error().describe();
    }
    std::vector<Secret<std::string>> tokens;
    for (const std::string& message : sender_->messages) {
      std::string whole = replace_all(message, "=\r\n", "");  // quoted-printable
      whole = whole.substr(0, whole.find("----"));
      constexpr std::string_view kMark = "/check?token=3D";
      for (std::size_t at = 0; (at = whole.find(kMark, at)) != std::string::npos;) {
        at += kMark.size();
        tokens.emplace_back(whole.substr(at, whole.find_first_of("\r\n ", at) - at));
      }
    }
    return tokens;
  }
  Json body(int number) {
    const Uuid wanted = uuid(number);
    const auto found =
        database().read([&](db::Connection& c) { return store::load(c, std::span(&wanted, 1)); });
    return found.value().front().record.body;
  }

  ManualClock clock_{parse_instant("2026-11-21T12:00:00Z").value()};
  SeededRandom random_{7};
  std::optional<Directory> directory_;
  std::optional<Reminders> reminders_;
  mail::Post post_;
  KeepingSender* sender_ = nullptr;
};
DAYBREAK_ON_BOTH_ENGINES(RemindersTest);

TEST_P(RemindersTest, WritesToTheProviderInWordsThatTellNothing) {
  ask();
  ASSERT_EQ(sender_->messages.size(), 1u);
  EXPECT_EQ(sender_->envelopes[0].to, std::vector<std::string>{"one@example.org"});
  EXPECT_TRUE(html::is_neutral(sender_->messages[0]));
  EXPECT_THAT(sender_->messages[0], Not(HasSubstr("Shelter")));
  EXPECT_THAT(sender_->messages[0], Not(HasSubstr(id(10))));
}

TEST_P(RemindersTest, ALinkConfirmsItsRecordOnceAndIsWrittenDown) {
  add_service(11, R"(,"email":"two@example.org")");
  const auto tokens = ask();
  ASSERT_EQ(tokens.size(), 2u);
  EXPECT_EQ(reminders_->record_of(tokens[0]).value(), uuid(10));
  EXPECT_EQ(body(10).find("assured_date"), nullptr) << "looking changed something";
  ASSERT_TRUE(reminders_->confirm(tokens[0]));
  EXPECT_EQ(text_of(body(10), "assured_date"), "2026-11-21");
  EXPECT_EQ(body(11).find("assured_date"), nullptr) << "the link acted on another record";
  EXPECT_EQ(kind_of(reminders_->confirm(tokens[0])), ErrorKind::kNotFound);
  EXPECT_EQ(kind_of(reminders_->propose(tokens[0], {}, "again")), ErrorKind::kNotFound);
  const auto entries =
      database().read([](db::Connection& c) { return trust::audit_entries(c, 0, 100); });
  int verified = 0;
  for (const auto& entry : entries.value())
    verified += entry.leaf.find("directory_record.verify") != std::string::npos;
  EXPECT_EQ(verified, 1);
}

TEST_P(RemindersTest, ProposedChangesWaitForAPersonAndChangeNothing) {
  const auto tokens = ask();
  ASSERT_EQ(tokens.size(), 1u);
  ASSERT_TRUE(
      reminders_->propose(tokens[0], {{"name", Json("Shelter"), Json("New name")}}, "note"));
  EXPECT_EQ(text_of(body(10), "name"), "Shelter for victims of trafficking");
  const auto waiting =
      database().read([](db::Connection& c) { return store::proposals(c, "open", 10); });
  ASSERT_EQ(waiting.value().size(), 1u);
  EXPECT_EQ(waiting.value()[0].origin, "provider");
  EXPECT_EQ(waiting.value()[0].changes[0].path, "name");
}

TEST_P(RemindersTest, ALinkEndsWithItsTimeAndWithItsSibling) {
  const auto first = ask();
  ASSERT_EQ(first.size(), 1u);
  clock_.advance(std::chrono::days(31));
  EXPECT_EQ(kind_of(reminders_->confirm(first[0])), ErrorKind::kNotFound);
  sender_->messages.clear();
  const auto second = ask();
  sender_->messages.clear();
  ASSERT_TRUE(reminders_->remind(std::vector{uuid(10)}, post_));  // as a job that ran twice
  sender_->messages.erase(sender_->messages.begin(), sender_->messages.end() - 1);
  const auto third = ask();
  ASSERT_EQ(second.size(), 1u);
  ASSERT_EQ(third.size(), 1u);
  ASSERT_TRUE(reminders_->confirm(second[0]));
  EXPECT_EQ(kind_of(reminders_->record_of(third[0])), ErrorKind::kNotFound);
}

TEST_P(RemindersTest, AsksOnlyWhoIsDueAndNotTwice) {
  add_service(12, R"(,"email":"fresh@example.org","assured_date":"2026-11-01")");
  add_service(13, R"(,"email":"hidden@example.org","visibility":"confidential")");
  add_service(14, "");
  const Plan plan = reminders_->plan().value();
  EXPECT_EQ(plan.due, 2);
  EXPECT_EQ(plan.without_address, 1);
  ask();
  EXPECT_EQ(sender_->messages.size(), 1u);
  const Plan again = reminders_->plan().value();
  EXPECT_EQ(again.asked_lately, 1);
  EXPECT_TRUE(again.letters.empty());
}

TEST_P(RemindersTest, WhatCouldNotBeSentIsNotCountedAsAsked) {
  sender_->refuses = true;
  EXPECT_FALSE(reminders_->remind(std::vector{uuid(10)}, post_));
  EXPECT_EQ(reminders_->plan().value().letters.size(), 1u);
}

TEST_P(RemindersTest, RunsEveryDayAsAJob) {
  jobs::Queue queue(database(), clock_);
  reminders_->add_handlers(queue, post_);
  ASSERT_TRUE(reminders_->schedule());
  ASSERT_TRUE(reminders_->schedule());
  EXPECT_EQ(queue.run_due().value(), 2);  // the plan, then its one letter
  EXPECT_EQ(sender_->messages.size(), 1u);
  clock_.advance(std::chrono::days(1));
  EXPECT_EQ(queue.run_due().value(), 1);  // the next plan: nobody is asked again so soon
  EXPECT_EQ(sender_->messages.size(), 1u);
}

}  // namespace
}  // namespace daybreak::directory::reminders
