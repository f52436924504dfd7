// SPDX-License-Identifier: AGPL-3.0-or-later
// The desk through its own pages, as members of the demonstration: what they change stands in the
// history and the audit log and can be taken back; who is not cleared meets no canary word.
#include "base/test_result.hpp"
#include "commons/directory/desk/desk_fixture.hpp"

namespace daybreak::directory::desk {
namespace {

using testing::HasSubstr;
using testing::Not;

class DeskTest : public DeskFixture {};
DAYBREAK_ON_BOTH_ENGINES(DeskTest);

TEST_P(DeskTest, AnEditStandsInTheHistoryAndTheLogAndIsTakenBack) {
  const std::string at = record("service", kService);
  const auto saved = post("coordinator", at + "/edit/names",
                          names("1", "Example Shelter North", "A bed and a meal."));
  EXPECT_EQ(saved.status(), http::Status::kSeeOther);
  EXPECT_EQ(text_of(body(Entity::kService, kService), "name"), "Example Shelter North");
  EXPECT_THAT(audit(), HasSubstr("directory_record.edit"));
  EXPECT_THAT(audit(), HasSubstr("fields=name"));
  EXPECT_THAT(audit(), Not(HasSubstr("North"))) << "the log holds codes, no words";
  const std::string history = page("coordinator", at + "/history");
  EXPECT_THAT(history, HasSubstr("Cora Coordinator_"));
  EXPECT_THAT(history, HasSubstr("North"));

  const std::string undo = at + "/history/" + std::to_string(last_change(kService));
  EXPECT_THAT(page("coordinator", undo), HasSubstr("Take back what is marked"));
  EXPECT_EQ(post("coordinator", undo, {{"revision", "2"}, {"field-0", "take"}}).status(),
            http::Status::kSeeOther);
  EXPECT_EQ(text_of(body(Entity::kService, kService), "name"), "Example Shelter");
  EXPECT_THAT(audit(), HasSubstr("directory_record.restore"));
}

TEST_P(DeskTest, SavingWithoutAChangeLeavesNoTrace) {
  const std::string at = record("service", kService);
  post("coordinator", at + "/edit/names", names("1", "Example Shelter", "A bed and a meal."));
  EXPECT_THAT(audit(), Not(HasSubstr("directory_record.edit")));
  EXPECT_EQ(page("coordinator", at).find("This is no page"), std::string::npos);
}

TEST_P(DeskTest, ChangesOfTwoAreJoinedAndClashesShownThreeWays) {
  const std::string at = record("service", kService) + "/edit/names";
  post("coordinator", at, names("1", "Example Shelter", "A bed, a meal and a lawyer."));
  // The other began before and changed the name only: both stand.
  EXPECT_EQ(post("advocate", at, names("1", "Example House", "A bed and a meal.")).status(),
            http::Status::kSeeOther);
  const Json joined = body(Entity::kService, kService);
  EXPECT_EQ(text_of(joined, "name"), "Example House");
  EXPECT_EQ(text_of(joined, "description"), "A bed, a meal and a lawyer.");
  // A third began at the start as well and changed the name to something else.
  const auto clash = post("coordinator", at, names("1", "Example Home", "A bed and a meal."));
  EXPECT_EQ(clash.status(), http::Status::kConflict);
  EXPECT_THAT(std::string(clash.body()), HasSubstr("Example House"));
  EXPECT_THAT(std::string(clash.body()), HasSubstr("Example Home"));
  EXPECT_THAT(std::string(clash.body()), HasSubstr("Example Shelter"));
  EXPECT_EQ(text_of(body(Entity::kService, kService), "name"), "Example House");
}

TEST_P(DeskTest, WhoIsNotClearedMeetsNoCanaryOnAnyPage) {
  const std::string service = record("service", kService);
  // The cleared one changes hidden parts first, so that they stand in the history too.
  const auto edited = post("advocate", record("location", kLocation) + "/edit/place",
                           {{"revision", "1"},
                            {"name", "CANARYHOME"},
                            {"location_type", "physical"},
                            {"addresses-0-id", "0c7d0b44-0000-4000-8000-0000000000a1"},
                            {"addresses-0-address_1", "13 CANARYSTREET"},
                            {"addresses-0-city", "CANARYTOWN"},
                            {"addresses-0-visibility", "public"}});
  EXPECT_EQ(edited.status(), http::Status::kSeeOther) << edited.body();
  const auto phones = post("advocate", service + "/edit/contact",
                           {{"revision", "1"},
                            {"phones-0-id", kPhone},
                            {"phones-0-number", "716-555-0101"},
                            {"phones-0-visibility", "public"},
                            {"phones-1-id", kSecretPhone},
                            {"phones-1-number", "716-555-0198"},
                            {"phones-1-description", "CANARYDIRECT"},
                            {"phones-1-visibility", "confidential"}});
  EXPECT_EQ(phones.status(), http::Status::kSeeOther);
  std::string all;
  for (const std::string& path :
       {std::string("/directory"), service, service + "/history", service + "/edit/contact",
        service + "/edit/names", record("organization", kOrganization),
        service + "/history/" + std::to_string(last_change(kService)),
        record("location", kLocation), record("location", kLocation) + "/history",
        record("location", kLocation) + "/edit/place", record("service_at_location", kPlace),
        record("service_at_location", kPlace) + "/edit/contact", record("service", kSealed),
        record("service", kSealed) + "/history", std::string("/directory/duplicates"),
        std::string("/directory/imports"), std::string("/directory/words"),
        std::string("/directory/proposals")})
    for (const std::string_view language : {"", "/es"})
      all += page("coordinator", std::string(language) + path);
  for (const char* entity : {"service", "organization", "location"})
    for (const char* choice : {"", "csv"})
      for (const char* state : {"", "archived", "unchecked"})
        all += post("coordinator", "/directory",
                    {{"entity", entity}, {"export", choice}, {"state", state}})
                   .body();
  EXPECT_THAT(all, HasSubstr("Example Shelter"));
  EXPECT_THAT(all, HasSubstr("716-555-0101"));
  for (const char* hidden : {"CANARY", "716-555-0199", "716-555-0198", "777777"})
    EXPECT_THAT(all, Not(HasSubstr(hidden)));
  // The cleared one finds all of it: the search above looks for what is there.
  const std::string cleared = page("advocate", record("location", kLocation)) +
                              page("advocate", service) + page("advocate", service + "/history");
  for (const char* hidden : {"CANARYSTREET", "CANARYDIRECT", "716-555-0199", "777777"})
    EXPECT_THAT(cleared, HasSubstr(hidden));
}

TEST_P(DeskTest, AHiddenPartStaysWhenOneWhoCannotSeeItSaves) {
  const auto saved = post("coordinator", record("service", kService) + "/edit/contact",
                          {{"revision", "1"},
                           {"phones-0-id", kPhone},
                           {"phones-0-number", "716-555-0102"},
                           {"phones-0-visibility", "public"},
                           // Naming the hidden one in a form of one's own changes nothing of it.
                           {"phones-1-id", kSecretPhone},
                           {"phones-1-number", ""},
                           {"phones-2-id", ""},
                           {"phones-2-number", "716-555-0103"},
                           {"phones-2-visibility", "public"}});
  EXPECT_EQ(saved.status(), http::Status::kSeeOther);
  const std::string phones = to_text(*body(Entity::kService, kService).find("phones"));
  EXPECT_THAT(phones, HasSubstr("716-555-0102"));
  EXPECT_THAT(phones, HasSubstr("716-555-0103"));
  EXPECT_THAT(phones, HasSubstr("716-555-0199"));
}

TEST_P(DeskTest, AWiderAudienceTakesAFreshConfirmation) {
  const std::string at = record("service", kService) + "/edit/visibility";
  // A new session counts as not confirmed lately? Its sign-in is the confirmation; so wait.
  const auto narrowed = post("coordinator", at, {{"revision", "1"}, {"visibility", "task_force"}});
  EXPECT_EQ(narrowed.status(), http::Status::kSeeOther) << "fewer people is never a danger";
  EXPECT_EQ(text_of(body(Entity::kService, kService), "visibility"), "task_force");
  const auto opened = post("advocate", at, {{"revision", "2"}, {"visibility", "public"}});
  EXPECT_EQ(opened.status(), http::Status::kNotFound) << "an advocate opens nothing";
  EXPECT_EQ(text_of(body(Entity::kService, kService), "visibility"), "task_force");
}

TEST_P(DeskTest, OnlyThoseWhoKeepTheDirectoryEnterAndDenialsAreRecorded) {
  EXPECT_EQ(get("detective", "/directory").status(), http::Status::kNotFound);
  EXPECT_THAT(audit(), HasSubstr("\"denied\""));
  EXPECT_EQ(get("detective", record("service", kService)).status(), http::Status::kNotFound);
  EXPECT_EQ(
      post("trainer", record("service", kService) + "/edit/names", names("1", "x", "y")).status(),
      http::Status::kNotFound);
  EXPECT_EQ(text_of(body(Entity::kService, kService), "name"), "Example Shelter");
  EXPECT_THAT(page("coordinator", "/directory"), HasSubstr("Example Shelter"));
}

TEST_P(DeskTest, ACheckedGroupHasItsDateAndTheOldestCountsForTheRecord) {
  const std::string at = record("service", kService);
  EXPECT_EQ(post("coordinator", at + "/verify", {{"group", "contact"}, {"how-contact", "phone"}})
                .status(),
            http::Status::kSeeOther);
  Json checked = body(Entity::kService, kService);
  EXPECT_EQ(text_of(*checked.find("verifications")->find("contact"), "how"), "phone");
  EXPECT_EQ(text_of(checked, "assured_date"), "") << "one group is not the whole record";
  post("coordinator", at + "/verify", {{"group", "all"}, {"how-all", "visit"}});
  checked = body(Entity::kService, kService);
  EXPECT_EQ(text_of(checked, "assured_date"), format_instant(clock_.now()).substr(0, 10));
  EXPECT_THAT(page("coordinator", at), HasSubstr("on a visit"));
}

TEST_P(DeskTest, MakesArchivesAndTakesBack) {
  const auto made = post("coordinator", "/directory/new/service",
                         {{"name", "New Example"}, {"of", kOrganization}});
  ASSERT_EQ(made.status(), http::Status::kSeeOther);
  const std::string at(*made.header("Location"));
  EXPECT_THAT(page("coordinator", at), HasSubstr("The task force"));
  EXPECT_EQ(post("coordinator", at + "/archive", {{"revision", "1"}}).status(),
            http::Status::kSeeOther);
  EXPECT_THAT(std::string(post("coordinator", "/directory", {{"state", "archived"}}).body()),
              HasSubstr("New Example"));
  EXPECT_THAT(page("coordinator", "/directory"), Not(HasSubstr("New Example")));
  post("coordinator", at + "/restore", {{"revision", "2"}});
  EXPECT_THAT(page("coordinator", "/directory"), HasSubstr("New Example"));
}

TEST(DeskRule, AnOutlineGivesTheRuleAndBack) {
  const std::string text =
      "all of\n"
      "  age from 18 to 64\n"
      "  any of\n"
      "    gender: female, transgender\n"
      "    dependants: yes\n"
      "  not\n"
      "    county: 36001\n";
  const auto rule = rule_from_outline(text);
  ASSERT_TRUE(rule) << rule.error().describe();
  EXPECT_EQ(outline_of(*rule), text);
  EXPECT_EQ(to_text(*rule),
            R"({"all":[{"age":{"min":18,"max":64}},{"any":[{"gender":["female","transgender"]},)"
            R"({"dependants":true}]},{"not":{"county":["36001"]}}]})");
  const auto deep = rule_from_outline("all of\n      age from 18\n");
  ASSERT_FALSE(deep);
  EXPECT_EQ(place_of(deep), "line 2");
  EXPECT_EQ(place_of(rule_from_outline("any of\n")), "line 1");
  EXPECT_EQ(kind_of(rule_from_outline("height: tall")), ErrorKind::kInvalid);
}

}  // namespace
}  // namespace daybreak::directory::desk
