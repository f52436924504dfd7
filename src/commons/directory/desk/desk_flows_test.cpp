// SPDX-License-Identifier: AGPL-3.0-or-later
// What others propose, what is there twice, what is imported, the words of the search.
#include <fstream>

#include "commons/directory/catalogue/partners.hpp"
#include "commons/directory/desk/desk_fixture.hpp"
#include "commons/directory/desk/merge_records.hpp"

namespace daybreak::directory::desk {
namespace {

using testing::HasSubstr;
using testing::Not;

class DeskFlowsTest : public DeskFixture {
 protected:
  Uuid propose(std::vector<FieldChange> changes, std::string_view note = "") {
    return directory_->propose(Entity::kService, uuid(kService), std::move(changes), "public", note)
        .value();
  }
  std::string state_of(const Uuid& proposal) {
    return database()
        .read([&](db::Connection& c) { return directory::store::proposal(c, proposal); })
        .value()
        ->state;
  }
};
DAYBREAK_ON_BOTH_ENGINES(DeskFlowsTest);

TEST_P(DeskFlowsTest, AProposalIsTakenAndRejectedFieldByFieldWithAReason) {
  const Uuid id = propose({{"name", "Example Shelter", "Example Shelter South"},
                           {"description", "A bed and a meal.", "A tent."}});
  const std::string at = "/directory/proposals/" + id.to_string();
  EXPECT_THAT(page("coordinator", "/directory/proposals"), HasSubstr("Example Shelter"));
  EXPECT_THAT(page("coordinator", at), HasSubstr("tent."));
  const auto without =
      post("coordinator", at, {{"revision", "1"}, {"field-0", "take"}, {"field-1", "keep"}});
  EXPECT_EQ(without.status(), http::Status::kUnprocessable) << "a rejection needs its reason";
  EXPECT_EQ(text_of(body(Entity::kService, kService), "name"), "Example Shelter");
  const auto done = post(
      "coordinator", at,
      {{"revision", "1"}, {"field-0", "take"}, {"field-1", "keep"}, {"reason", "It is a house."}});
  EXPECT_EQ(done.status(), http::Status::kSeeOther);
  const Json now = body(Entity::kService, kService);
  EXPECT_EQ(text_of(now, "name"), "Example Shelter South");
  EXPECT_EQ(text_of(now, "description"), "A bed and a meal.");
  EXPECT_EQ(state_of(id), "accepted");
  EXPECT_THAT(audit(), HasSubstr("taken=1,rejected=1"));
  EXPECT_THAT(audit(), Not(HasSubstr("It is a house")));
  EXPECT_EQ(get("coordinator", at).status(), http::Status::kNotFound) << "decided once";
}

TEST_P(DeskFlowsTest, AProposalForARecordThatChangedIsShownThreeWays) {
  const Uuid id = propose({{"name", "Example Shelter", "Example Shelter South"}});
  post("coordinator", record("service", kService) + "/edit/names",
       names("1", "Example Shelter North", "A bed and a meal."));
  const std::string at = "/directory/proposals/" + id.to_string();
  const std::string shown = page("coordinator", at);
  EXPECT_THAT(shown, HasSubstr("Changed since"));
  for (const char* name : {"Example Shelter<", "North", "South"})
    EXPECT_THAT(shown, HasSubstr(name));
  EXPECT_EQ(post("coordinator", at, {{"revision", "1"}, {"field-0", "take"}}).status(),
            http::Status::kConflict)
      << "decided on what is no longer there";
  EXPECT_EQ(post("coordinator", at, {{"revision", "2"}, {"field-0", "take"}}).status(),
            http::Status::kSeeOther);
}

TEST_P(DeskFlowsTest, AProposalOnAHiddenPartIsForTheClearedAlone) {
  const std::string path = "phones[" + std::string(kSecretPhone) + "].number";
  const Uuid id = propose({{path, "716-555-0199", "716-555-0177"}});
  const std::string at = "/directory/proposals/" + id.to_string();
  const std::string seen = page("coordinator", "/directory/proposals") + page("coordinator", at) +
                           page("coordinator", "/today");
  EXPECT_THAT(seen, Not(HasSubstr("0177")));
  EXPECT_THAT(seen, Not(HasSubstr("0199")));
  EXPECT_NE(post("coordinator", at, {{"revision", "1"}, {"field-0", "take"}}).status(),
            http::Status::kSeeOther);
  EXPECT_EQ(post("advocate", at, {{"revision", "1"}, {"field-0", "take"}}).status(),
            http::Status::kSeeOther);
  EXPECT_THAT(to_text(body(Entity::kService, kService)), HasSubstr("716-555-0177"));
}

TEST_P(DeskFlowsTest, MergingKeepsWhatPointedToTheOtherAndIsTakenBack) {
  constexpr const char* kTwin = "0c7d0b44-0000-4000-8000-0000000000b1";
  constexpr const char* kOther = "0c7d0b44-0000-4000-8000-0000000000b2";
  put(Entity::kOrganization,
      R"({"id": ")" + std::string(kTwin) +
          R"(", "name": "Harbor Demonstration Services", "email": "a@example.org"})");
  put(Entity::kService, R"({"id": ")" + std::string(kOther) + R"(", "organization_id": ")" + kTwin +
                            R"(", "name": "Example Counsel", "status": "active"})");
  EXPECT_EQ(post("coordinator", "/directory/duplicates/find", {}).status(),
            http::Status::kSeeOther);
  const std::string pair = "/directory/duplicates/" + std::string(kOrganization) + "/" + kTwin;
  EXPECT_THAT(page("coordinator", "/directory/duplicates"), HasSubstr(pair));
  EXPECT_THAT(page("coordinator", pair), HasSubstr("a@example.org"));
  const auto merged = post(
      "coordinator", pair,
      {{"keep", kOrganization}, {"revision", "1"}, {"other-revision", "1"}, {"field-0", "take"}});
  ASSERT_EQ(merged.status(), http::Status::kSeeOther);
  EXPECT_EQ(text_of(body(Entity::kOrganization, kOrganization), "email"), "a@example.org");
  EXPECT_EQ(text_of(body(Entity::kService, kOther), "organization_id"), kOrganization);
  EXPECT_THAT(page("coordinator", "/directory/duplicates"), Not(HasSubstr(pair)));
  EXPECT_THAT(audit(), HasSubstr("directory_record.merge"));

  const auto merges =
      database().read([](db::Connection& c) { return papers::merges(c, 10); }).value();
  ASSERT_EQ(merges.size(), 1u);
  EXPECT_EQ(merged_into(*directory_, merges[0].gone).value(), merges[0].kept);
  EXPECT_EQ(merged_into(*directory_, merges[0].kept).value(), std::nullopt);
  EXPECT_EQ(
      post("coordinator", "/directory/merges/" + merges[0].id.to_string() + "/undo", {}).status(),
      http::Status::kSeeOther);
  EXPECT_EQ(text_of(body(Entity::kOrganization, kOrganization), "email"), "");
  EXPECT_EQ(text_of(body(Entity::kService, kOther), "organization_id"), kTwin);
  EXPECT_EQ(post("coordinator", pair, {{"different", "yes"}}).status(), http::Status::kSeeOther);
  EXPECT_EQ(merged_into(*directory_, merges[0].gone).value(), std::nullopt) << "was taken back";
  post("coordinator", "/directory/duplicates/find", {});
  EXPECT_THAT(page("coordinator", "/directory/duplicates"), Not(HasSubstr(pair)))
      << "what a person said is remembered";
}

TEST(DeskMerge, NothingIsOfferedThatTheOtherDoesNotSay) {
  const Json kept = parse_json(R"({"id": "a", "name": "X", "email": "x@example.org",
      "phones": [{"id": "p", "number": "716-555-0101"}]})")
                        .value();
  const Json gone = parse_json(R"({"id": "b", "name": "Y",
      "phones": [{"id": "q", "number": "(716) 555-0101"}, {"id": "r", "number": "716-555-0102"}]})")
                        .value();
  const auto changes = offered(kept, gone);
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[0].path, "name");
  EXPECT_EQ(changes[1].path, "phones[r]");
}

TEST_P(DeskFlowsTest, WordsOfTheSearchAreAddedUsedAndRemoved) {
  int used = 0;
  use_words_ = [&] { ++used; };
  EXPECT_EQ(post("coordinator", "/directory/words", {{"words", "only one"}}).status(),
            http::Status::kUnprocessable);
  post("coordinator", "/directory/words", {{"words", "crash pad, A safe bed tonight"}});
  EXPECT_EQ(used, 1);
  EXPECT_THAT(page("coordinator", "/directory/words"), HasSubstr("crash pad"));
  EXPECT_EQ(words_of_search(*directory_).value(),
            (std::vector<std::vector<std::string>>{{"crash pad", "A safe bed tonight"}}));
  const auto groups = database().read([](db::Connection& c) { return papers::synonyms(c); });
  post("coordinator", "/directory/words/remove", {{"id", groups->front().id.to_string()}});
  EXPECT_EQ(used, 2);
  EXPECT_TRUE(words_of_search(*directory_)->empty());
  EXPECT_EQ(get("advocate", "/directory/words").status(), http::Status::kNotFound);
}

TEST_P(DeskFlowsTest, AnImportIsTriedThenRunAndABadRowCostsNoOther) {
  const std::string csv =
      "Agency,Program,Phone,Website\n"
      "Lakeside Demonstration,Food shelf,716-555-0111,example.org\n"
      "Lakeside Demonstration,,716-555-0112,\n"
      "Lakeside Demonstration,Bus tickets,716-555-0113\n";
  const auto uploaded = upload("coordinator", "guide.csv", csv, "A guide");
  ASSERT_EQ(uploaded.status(), http::Status::kSeeOther) << uploaded.body();
  const std::string at(*uploaded.header("Location"));
  EXPECT_THAT(page("coordinator", at), HasSubstr("We do not know this table yet"));
  EXPECT_EQ(post("coordinator", at + "/mapping",
                 {{"name", "A guide"},
                  {"column-0", "organization.name"},
                  {"column-1", "name"},
                  {"column-2", "phones[main].number"},
                  {"column-3", "url"}})
                .status(),
            http::Status::kSeeOther);
  EXPECT_THAT(page("coordinator", at), HasSubstr("What would happen"));
  EXPECT_THAT(page("coordinator", "/directory"), Not(HasSubstr("Food shelf")))
      << "a trial changes nothing";
  post("coordinator", at + "/run", {});
  EXPECT_THAT(page("coordinator", at), HasSubstr("What happened"));
  EXPECT_THAT(page("coordinator", "/directory"), HasSubstr("Food shelf"));
  const std::string rejects(get("coordinator", at + "/rejects.csv").body());
  EXPECT_THAT(rejects, HasSubstr("guide.csv:3"));
  EXPECT_THAT(audit(), HasSubstr("directory_import.run"));
  EXPECT_EQ(get("advocate", "/directory/imports").status(), http::Status::kNotFound);
}

TEST_P(DeskFlowsTest, ANamedPartnerFindsWhatNamesItAndNothingElse) {
  const std::string named = member_organization("trainer");
  put(Entity::kService, R"({"id": "0c7d0b44-0000-4000-8000-0000000000c1", "name": "For the partner",
      "status": "active", "visibility": "partner", "partners": [")" +
                            named + R"("]})");
  put(Entity::kService, R"({"id": "0c7d0b44-0000-4000-8000-0000000000c2", "name": "CANARYOTHER",
      "status": "active", "visibility": "partner", "partners": ["0c7d0b44-0000-4000-8000-0000000000c9"]})");
  put(Entity::kService, R"({"id": "0c7d0b44-0000-4000-8000-0000000000c3", "name": "CANARYFORCE",
      "status": "active", "visibility": "task_force"})");
  PartnerCatalogues partners(*directory_, folder() / "search",
                             std::make_shared<const search::NeedTree>(*needs_), clock_);
  const auto found = partners.find(Audience::outside_partner(named), named);
  ASSERT_TRUE(found && *found);
  const auto answer = (*found)->index().search({.now = clock_.now(), .limit = 100});
  std::string all;
  for (const search::Hit& hit : answer->hits) all += hit.card;
  EXPECT_THAT(all, HasSubstr("For the partner"));
  EXPECT_THAT(all, HasSubstr("Example Shelter"));
  EXPECT_THAT(all, Not(HasSubstr("CANARY")));
  const auto stranger = partners.find(Audience::outside_partner(kPhone), kPhone);
  ASSERT_TRUE(stranger);
  EXPECT_EQ(*stranger, nullptr) << "nothing names it";
}

}  // namespace
}  // namespace daybreak::directory::desk
