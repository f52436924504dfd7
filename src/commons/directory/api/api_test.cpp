// SPDX-License-Identifier: AGPL-3.0-or-later
// The public catalogue and the API over it: nothing confidential, whole pages, changes at once.
#include "commons/directory/api/api.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <set>
#include <sstream>

#include "db/test_database.hpp"

namespace daybreak::directory {
namespace {

Json parse(std::string_view text) { return parse_json(text).value(); }

std::string id(int number) {
  char text[40];
  std::snprintf(text, sizeof text, "0c7d0b44-0000-4000-8000-%012d", number);
  return text;
}

std::shared_ptr<const search::NeedTree> needs() {
  std::ifstream file(DAYBREAK_SOURCE_DIR "/data/directory/needs.csv");
  std::stringstream text;
  text << file.rdbuf();
  return std::make_shared<const search::NeedTree>(search::NeedTree::parse(text.str()).value());
}

class DirectoryApi : public db::StoreTest {
 protected:
  void SetUp() override {
    db::StoreTest::SetUp();
    if (IsSkipped()) return;
    const db::ModuleMigrations modules[] = {store::migrations()};
    ASSERT_TRUE(db::migrate(database(), modules, clock_));
    directory_.emplace(database(), clock_, random_);
    add(Entity::kOrganization,
        R"({"id": ")" + id(1) +
            R"(", "name": "Demonstration House", "description": "An example."})");
    add(Entity::kLocation,
        R"({"id": ")" + id(2) +
            R"(", "location_type": "physical", "name": "Front office", "latitude": 42.88, "longitude": -78.87,
        "addresses": [{"id": ")" +
            id(3) +
            R"(", "address_1": "1 Example Way", "city": "Buffalo", "state_province": "NY", "postal_code": "14201", "country": "US", "address_type": "physical"}]})");
    add(Entity::kLocation, hidden_location(42.777777));
    add_service(10, "Safe beds", 2, R"(, "needs": ["housing.shelter"])");
    add_service(11, "Quiet house", 4, R"(, "needs": ["housing.trafficking"])");
    add_service(12, "Staff only list", 2,
                R"(, "visibility": "confidential", "description": "CANARYSERVICE")");
    add_service(13, "Partners night line", 2,
                R"(, "visibility": "task_force", "description": "CANARYTASKFORCE")");
    open();
  }
  static std::string hidden_location(double latitude) {
    return R"({"id": ")" + id(4) +
           R"(", "location_type": "physical", "visibility": "confidential", "name": "CANARYPLACE", "latitude": )" +
           std::to_string(latitude) +
           R"(, "longitude": -78.777777, "public_latitude": 42.9, "public_longitude": -78.8,
           "phones": [{"id": ")" +
           id(5) + R"(", "number": "CANARYPHONE"}],
           "addresses": [{"id": ")" +
           id(6) +
           R"(", "address_1": "12 CANARYSTREET", "city": "CANARYTOWN", "state_province": "NY", "postal_code": "14999", "country": "US", "address_type": "physical"}]})";
  }
  void add(Entity entity, const std::string& text) {
    Json body = parse(text);
    std::int64_t revision = 0;
    const Uuid wanted = id_of(body);
    const auto stored =
        database().read([&](db::Connection& c) { return store::load(c, std::span(&wanted, 1)); });
    if (stored && !stored->empty()) revision = stored->front().revision;
    const auto saved = directory_->save(entity, std::move(body), revision, "test");
    ASSERT_TRUE(saved) << saved.error().describe();
  }
  void add_service(int number, const std::string& name, int location, const std::string& more) {
    add(Entity::kService, R"({"id": ")" + id(number) + R"(", "name": ")" + name +
                              R"(", "status": "active", "organization_id": ")" + id(1) + "\"" +
                              more + "}");
    add(Entity::kServiceAtLocation, R"({"id": ")" + id(number + 100) + R"(", "service_id": ")" +
                                        id(number) + R"(", "location_id": ")" + id(location) +
                                        "\"}");
  }
  void open() {
    catalogue_ = Catalogue::open(*directory_, Audience::everyone(), folder_.path() / "public",
                                 needs(), clock_)
                     .value();
    task_force_ = Catalogue::open(*directory_, Audience::task_force(),
                                  folder_.path() / "task_force", needs(), clock_)
                      .value();
    router_ = http::Router();
    api::add_routes(router_, *catalogue_);
  }
  http::Response ask(const std::string& target, http::Method method = http::Method::kGet,
                     std::string body = {}) {
    http::RequestParts parts{.method = method, .target = target, .body = std::move(body)};
    if (!parts.body.empty()) parts.headers.emplace_back("Content-Type", "application/json");
    http::Request request = http::Request::create(std::move(parts)).value();
    return router_.handle(request);
  }
  std::string text(const std::string& target) { return ask(target).read_all().value(); }
  Json json(const std::string& target) { return parse(text(target)); }
  static std::set<std::string> names(const Json& page) {
    std::set<std::string> found;
    for (const Json& item : *page.find("contents")->if_array())
      found.emplace(text_of(item, "name"));
    return found;
  }

  db::TestFolder folder_;
  ManualClock clock_{parse_instant("2026-11-21T12:00:00Z").value()};
  SeededRandom random_{7};
  std::optional<Directory> directory_;
  std::unique_ptr<Catalogue> catalogue_, task_force_;
  http::Router router_;
};
DAYBREAK_ON_BOTH_ENGINES(DirectoryApi);

const std::vector<std::string> kEverything{
    "/hsds/3.1",
    "/hsds/3.1/services",
    "/hsds/3.1/services?full=true",
    "/hsds/3.1/services?format=ndjson&full=true",
    "/hsds/3.1/organizations?full=true",
    "/hsds/3.1/organizations?full_service=true",
    "/hsds/3.1/service_at_locations",
    "/hsds/3.1/service_at_locations?full=true",
    "/hsds/3.1/service_at_locations?postcode=14201&proximity=100000",
    "/hsds/3.1/services?search=quiet",
    "/hsds/3.1/services?minimal=true",
    "/hsds/3.1/services/" + id(11),
    "/hsds/3.1/service_at_locations/" + id(111),
    "/hsds/3.1/organizations/" + id(1)};

TEST_P(DirectoryApi, NothingConfidentialIsInAnyAnswerOrInTheIndexOfThePublic) {
  for (const std::string& target : kEverything) {
    const std::string answer = text(target);
    EXPECT_FALSE(answer.empty()) << target;
    EXPECT_EQ(answer.find("CANARY"), std::string::npos) << target << "\n" << answer;
    EXPECT_EQ(answer.find("777777"), std::string::npos) << target;
    EXPECT_EQ(answer.find("14999"), std::string::npos) << target;
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path() / "public")) {
    std::ifstream file(entry.path(), std::ios::binary);
    std::stringstream bytes;
    bytes << file.rdbuf();
    std::string content = bytes.str();
    std::ranges::transform(content, content.begin(),
                           [](unsigned char c) { return std::tolower(c); });
    EXPECT_EQ(content.find("canary"), std::string::npos) << entry.path();
  }
  EXPECT_EQ(ask("/hsds/3.1/services/" + id(12)).code(), 404);
  EXPECT_EQ(ask("/hsds/3.1/services/" + id(12)).body(), ask("/hsds/3.1/services/" + id(99)).body())
      << "hidden looks like absent";
  EXPECT_EQ(task_force_->listing().value()->services.size(), 3u);
  EXPECT_EQ(catalogue_->listing().value()->services.size(), 2u);
}

TEST_P(DirectoryApi, MovingTheRealPointOfAConfidentialPlaceChangesNoAnswer) {
  std::vector<std::string> before;
  for (const std::string& target : kEverything) before.push_back(text(target));
  const auto hits = [&] {
    std::string all;
    for (const double radius : {5.0, 12.0, 25.0, 80.0}) {
      const auto answer =
          catalogue_->index()
              .search({.place = search::Place{.point = {42.8, -78.8}, .radius_km = radius}})
              .value();
      for (const search::Hit& hit : answer.hits)
        all += hit.id.to_string() + std::to_string(hit.distance_km.value_or(-1)) + ' ';
      all += '|';
    }
    return all;
  };
  const std::string found = hits();
  add(Entity::kLocation, hidden_location(40.123456));
  clock_.advance(std::chrono::seconds(1));
  for (std::size_t i = 0; i < kEverything.size(); ++i) {
    // Only the time of the change may differ; it is taken out of both.
    EXPECT_EQ(text(kEverything[i]), before[i]) << kEverything[i];
  }
  EXPECT_EQ(hits(), found);
}

TEST_P(DirectoryApi, PagesFiltersAndPostAnswerAsHsdsAsks) {
  const Json all = json("/hsds/3.1/services?per_page=1");
  EXPECT_EQ(*all.find("total_items"), Json(2));
  EXPECT_EQ(*all.find("total_pages"), Json(2));
  EXPECT_EQ(names(json("/hsds/3.1/services")), (std::set<std::string>{"Safe beds", "Quiet house"}));
  EXPECT_EQ(names(json("/hsds/3.1/services?search=beds")), (std::set<std::string>{"Safe beds"}));
  EXPECT_EQ(names(json("/hsds/3.1/services?search=beds&organization_id=" + id(1))),
            (std::set<std::string>{"Safe beds"}));
  EXPECT_TRUE(names(json("/hsds/3.1/services?search=beds&organization_id=" + id(77))).empty());
  EXPECT_EQ(*json("/hsds/3.1/services?page=9").find("empty"), Json(true));
  const std::string posted =
      ask("/hsds/3.1/services", http::Method::kPost, R"({"search": "quiet"})").read_all().value();
  EXPECT_EQ(names(parse(posted)), (std::set<std::string>{"Quiet house"}));
  EXPECT_EQ(ask("/hsds/3.1/").code(), 200) << "with and without the slash";
  for (const char* bad :
       {"page=abc", "page=0", "per_page=-1", "format=exe", "modified_after=yesterday",
        "organization_id=x", "full=maybe", "postcode=00000", "proximity=5"}) {
    const http::Response answer = ask(std::string("/hsds/3.1/service_at_locations?") + bad);
    EXPECT_EQ(answer.code(), 400) << bad;
    EXPECT_NE(answer.body().find("cure"), std::string::npos) << bad;
  }
}

TEST_P(DirectoryApi, TheDescriptionNamesEveryRouteAndNoOther) {
  constexpr std::string_view kBase = "/hsds/3.1";
  std::set<std::string> served, described;
  for (const auto& route : router_.routes()) {
    ASSERT_TRUE(route->pattern.starts_with(kBase)) << route->pattern;
    const std::string path = route->pattern.substr(kBase.size());
    const std::string method = route->method == http::Method::kGet ? "get" : "post";
    served.insert(method + " " + (path.empty() ? "/" : path));
  }
  const Json description = json("/hsds/3.1/openapi.json");
  for (const JsonMember& path : *description.find("paths")->if_object())
    for (const JsonMember& operation : *path.value.if_object())
      if (operation.key != "parameters") described.insert(operation.key + " " + path.key);
  EXPECT_EQ(served, described);
}

TEST_P(DirectoryApi, AChangeIsSeenWithinAMoment) {
  clock_.advance(std::chrono::seconds(1));
  add_service(14, "Lantern kitchen", 2, R"(, "needs": ["food.meal"])");
  EXPECT_EQ(names(json("/hsds/3.1/services?search=lantern")),
            (std::set<std::string>{"Lantern kitchen"}));
  clock_.advance(std::chrono::seconds(1));
  const Uuid gone = Uuid::parse(id(14)).value();
  const auto stored =
      database()
          .read([&](db::Connection& c) { return store::load(c, std::span(&gone, 1)); })
          .value();
  ASSERT_TRUE(directory_->remove(gone, stored.front().revision, "test"));
  EXPECT_TRUE(names(json("/hsds/3.1/services?search=lantern")).empty());
  EXPECT_EQ(ask("/hsds/3.1/services/" + id(14)).code(), 404);
  catalogue_.reset();
  task_force_.reset();
  open();  // what is on disk is what was shown
  EXPECT_EQ(names(json("/hsds/3.1/services")), (std::set<std::string>{"Safe beds", "Quiet house"}));
}

}  // namespace
}  // namespace daybreak::directory
