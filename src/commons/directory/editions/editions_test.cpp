// SPDX-License-Identifier: AGPL-3.0-or-later
// An edition is made once and handed out as it was; it holds what the public may see and nothing
// else.
#include "commons/directory/editions/editions.hpp"

#include <algorithm>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

#include "base/test_result.hpp"
#include "db/test_database.hpp"
#include "doc/pdf_check.hpp"
#include "trust/migrations.hpp"

namespace daybreak::directory::editions {
namespace {

using language::Language;

std::string id(int number) {
  char text[40];
  std::snprintf(text, sizeof text, "0c7d0b44-0000-4000-8000-%012d", number);
  return text;
}

class EditionsTest : public db::StoreTest {
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
    queue_.emplace(database(), clock_);
    std::ifstream file(DAYBREAK_SOURCE_DIR "/data/directory/needs.csv");
    std::stringstream text;
    text << file.rdbuf();
    editions_.emplace(
        *directory_,
        std::make_shared<const search::NeedTree>(search::NeedTree::parse(text.str()).value()),
        Imprint{.publisher = "Example Task Force",
                .region = "Example County",
                .site = "https://resources.example.org",
                .corrections = "716-555-0100",
                .demonstration = true,
                .hotlines =
                    [](Language) {
                      return std::vector<guide::Hotline>{
                          {"Example line", "716-555-0101", "Day and night", "Line 1"}};
                    }},
        clock_, random_);
    editions_->add_handler(*queue_);
    coordinator_.kind = trust::Actor::Kind::kMember;
    coordinator_.member = trust::MemberId(Uuid::parse(id(90)).value());
    coordinator_.organization = trust::OrganizationId(Uuid::parse(id(91)).value());
    coordinator_.standing = trust::Standing::kTaskForce;
    coordinator_.roles = {trust::Role::kCoordinator};
    coordinator_.source = "web";
    add(Entity::kOrganization,
        R"({"id":")" + id(1) + R"(","name":"Example","description":"Fictional."})");
    add_service(10, "Beds", R"("housing.shelter")", "");
    add_service(11, "Lawyers", R"("legal")", "");
    add_service(12, "Quiet CANARY house", R"("housing.shelter")",
                R"(,"visibility":"confidential")");
  }
  void add(Entity entity, const std::string& text) {
    const auto saved = directory_->save(entity, parse_json(text).value(), 0, "test");
    ASSERT_TRUE(saved) << saved.error().describe();
  }
  void add_service(int number, const std::string& name, const std::string& need,
                   const std::string& more) {
    add(Entity::kService, R"({"id":")" + id(number) + R"(","name":")" + name +
                              R"(","status":"active","organization_id":")" + id(1) +
                              R"(","needs":[)" + need + "]" + more + "}");
  }
  // Asks, lets the job run, and gives the newest edition.
  Edition make(const Wanted& wanted) {
    clock_.advance(std::chrono::hours(24));
    const auto asked = editions_->ask_for(coordinator_, wanted);
    EXPECT_TRUE(asked) << asked.error().describe();
    EXPECT_TRUE(queue_->run_due());
    const auto all = editions_->list(Editions::Which::kReady).value();
    return all.empty() ? Edition{} : all.front();
  }
  std::string bytes(const Edition& edition, Language language, Form form) {
    return editions_->file(edition.id, language, form).value_or("");
  }

  ManualClock clock_{parse_instant("2026-11-21T12:00:00Z").value()};
  SeededRandom random_{7};
  std::optional<Directory> directory_;
  std::optional<jobs::Queue> queue_;
  std::optional<Editions> editions_;
  trust::Actor coordinator_;
};
DAYBREAK_ON_BOTH_ENGINES(EditionsTest);

TEST_P(EditionsTest, MakesEveryFormInBothLanguagesOfWhatThePublicSees) {
  const Edition edition = make({});
  ASSERT_EQ(edition.texts.size(), 2u);
  EXPECT_EQ(edition.texts[0].services, 2);
  EXPECT_EQ(edition.files.size(), 10u);
  for (const Language language : {Language::kEnglish, Language::kSpanish}) {
    for (const Form form : {Form::kPrint, Form::kLargePrint, Form::kCard}) {
      const auto report = doc::check_pdf(bytes(edition, language, form));
      ASSERT_TRUE(report);
      EXPECT_TRUE(report->passes());
      EXPECT_EQ(report->language, language::code_of(language));
    }
    EXPECT_EQ(bytes(edition, language, Form::kHtml).find("CANARY"), std::string::npos);
    EXPECT_EQ(bytes(edition, language, Form::kSnapshot).find("CANARY"), std::string::npos);
  }
}

TEST_P(EditionsTest, HoldsTheServicesThatWereNamedAndNoOthers) {
  const auto uuid = [](int number) { return Uuid::parse(id(number)).value(); };
  const Edition edition = make({.kind = Kind::kCrisis,
                                .reason = "Flood in the valley",
                                .selection = {.services = {uuid(11)}}});
  ASSERT_EQ(edition.texts.size(), 2u);
  EXPECT_EQ(edition.texts[0].services, 1);
  const std::string html = bytes(edition, Language::kEnglish, Form::kHtml);
  EXPECT_NE(html.find("Lawyers"), std::string::npos);
  // What the public may not see cannot be named, and is told apart from nothing by nobody.
  for (const int number : {12, 99}) {
    const auto refused =
        editions_->ask_for(coordinator_, {.selection = {.services = {uuid(10), uuid(number)}}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(place_of(refused), "service 2");
    EXPECT_EQ(refused.error().message, "is not public");
  }
}

TEST_P(EditionsTest, StaysAsItWasWhenTheDirectoryChanges) {
  const Edition edition = make({});
  const std::string before = bytes(edition, Language::kEnglish, Form::kPrint);
  add_service(13, "New place", R"("food")", "");
  EXPECT_EQ(bytes(edition, Language::kEnglish, Form::kPrint), before);
  const Edition next = make({});
  ASSERT_EQ(next.texts.size(), 2u);
  EXPECT_EQ(next.texts[0].added, std::vector<std::string>{"New place"});
  EXPECT_NE(next.texts[0].fingerprint, edition.texts[0].fingerprint);
}

TEST_P(EditionsTest, ACrisisEditionHoldsTheSelectionAndSaysWhatIsDifferent) {
  make({});
  EXPECT_EQ(place_of(editions_->ask_for(coordinator_, {.kind = Kind::kCrisis})), "field reason");
  const Edition crisis = make({.kind = Kind::kCrisis,
                               .title = {},
                               .reason = "Example flood",
                               .selection = {.needs = {"housing"}}});
  EXPECT_EQ(crisis.kind, Kind::kCrisis);
  ASSERT_EQ(crisis.texts.size(), 2u);
  EXPECT_EQ(crisis.texts[0].services, 1);
  EXPECT_EQ(crisis.texts[0].removed, std::vector<std::string>{"Lawyers"});
  ASSERT_TRUE(editions_->withdraw(coordinator_, crisis.id));
  EXPECT_EQ(bytes(crisis, Language::kEnglish, Form::kPrint), "");
  EXPECT_EQ(editions_->list(Editions::Which::kReady)->size(), 1u);
}

TEST_P(EditionsTest, OnlyThoseWhoKeepTheDirectoryMakeOne) {
  trust::Actor advocate = coordinator_;
  advocate.roles = {trust::Role::kAdvocate};
  EXPECT_EQ(kind_of(editions_->ask_for(advocate, {})), ErrorKind::kNotFound);
  const Edition edition = make({});
  EXPECT_EQ(kind_of(editions_->withdraw(advocate, edition.id)), ErrorKind::kNotFound);
}

TEST_P(EditionsTest, ADemonstrationBeginsWithOneAndOnlyOne) {
  ASSERT_TRUE(editions_->begin());
  ASSERT_TRUE(editions_->begin());
  EXPECT_EQ(queue_->run_due().value(), 1);
  EXPECT_EQ(editions_->list(Editions::Which::kReady)->size(), 1u);
}

}  // namespace
}  // namespace daybreak::directory::editions
