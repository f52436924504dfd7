// SPDX-License-Identifier: AGPL-3.0-or-later
#include "web/site.hpp"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

#include "base/test_result.hpp"

namespace daybreak::web {
namespace {

using testing::HasSubstr;
using testing::Not;

class SiteTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "daybreak-site-XXXXXX").string();
    folder = ::mkdtemp(name.data());
    auto opened = Site::open({.data = folder}, clock, random, *log);
    ASSERT_TRUE(opened.has_value()) << opened.error().describe();
    site = std::move(*opened);
  }
  void TearDown() override {
    site.reset();
    std::filesystem::remove_all(folder);
  }
  http::Response get(std::string target, std::string accept = "text/html") {
    auto request = http::Request::create(
        {.target = std::move(target), .headers = {{"Accept", std::move(accept)}}});
    return site->router().handle(*request);
  }

  std::filesystem::path folder;
  SystemClock clock;
  SeededRandom random{1};
  std::unique_ptr<Log> log = Log::silent();
  std::unique_ptr<Site> site;
};

TEST_F(SiteTest, ShowsTheFirstPageInBothLanguages) {
  EXPECT_THAT(std::string(get("/").body()), HasSubstr("<html lang=\"en\""));
  const std::string spanish(get("/es").body());
  EXPECT_THAT(spanish, HasSubstr("<html lang=\"es\""));
  EXPECT_THAT(spanish, Not(HasSubstr("Help now")));
}

TEST_F(SiteTest, ServesTheStylesThatItsPagesName) {
  const std::string page(get("/").body());
  const std::size_t at = page.find("/assets/");
  ASSERT_NE(at, std::string::npos);
  const http::Response style = get(page.substr(at, page.find('"', at) - at), "text/css");
  EXPECT_EQ(style.status(), http::Status::kOk);
  EXPECT_EQ(get("/assets/none.css").status(), http::Status::kNotFound);
}

TEST_F(SiteTest, ErrorsArePagesForPeopleAndJsonForPrograms) {
  const http::Response page = get("/es/nada");
  EXPECT_EQ(page.status(), http::Status::kNotFound);
  EXPECT_THAT(std::string(page.body()), HasSubstr("<html lang=\"es\""));
  EXPECT_THAT(std::string(page.body()), Not(HasSubstr("This page")));
  EXPECT_THAT(std::string(get("/none", "application/json").body()),
              HasSubstr("{\"status\":404,\"error\":\"Not Found\""));
}

// A choice of the first page that asks for a need the directory does not know would find nothing.
TEST_F(SiteTest, EveryChoiceOfTheFirstPageIsANeedOfTheDirectory) {
  std::ifstream file(DAYBREAK_SOURCE_DIR "/data/directory/needs.csv");
  std::set<std::string> needs;
  for (std::string line; std::getline(file, line);) needs.insert(line.substr(0, line.find(',')));
  const std::string page(get("/").body());
  constexpr std::string_view kChoice = "name=\"need\" value=\"";
  int choices = 0;
  for (std::size_t at = page.find(kChoice); at != std::string::npos;
       at = page.find(kChoice, at + 1)) {
    const std::size_t start = at + kChoice.size();
    EXPECT_TRUE(needs.contains(page.substr(start, page.find('"', start) - start)))
        << page.substr(start, 30);
    ++choices;
  }
  EXPECT_EQ(choices, 6);
}

TEST_F(SiteTest, LeavingClearsWhatTheBrowserKeeps) {
  const http::Response response = get("/leave");
  EXPECT_EQ(response.header("Clear-Site-Data"), "\"cache\", \"cookies\", \"storage\"");
  EXPECT_EQ(response.header("Location"), "https://www.weather.gov/");
}

TEST_F(SiteTest, TellsTheMonitorThatItIsWell) {
  EXPECT_EQ(get("/health").body(), "{\"status\":\"ok\"}\n");
}

TEST_F(SiteTest, TellsTheMonitorThatItCanSave) {
  EXPECT_EQ(get("/health/audit").body(), "{\"status\":\"ok\"}\n");
  const auto entries = site->commons().read([](db::Connection& connection) {
    return connection.query_one("SELECT count(*) FROM audit_entry WHERE leaf LIKE '%check%'");
  });
  EXPECT_EQ((*entries)->integer(0), 0);  // what was tried was taken back
}

TEST_F(SiteTest, TellsTheMonitorWhenTheAuditLogCannotBeWritten) {
  ASSERT_TRUE(site->commons().write([](db::Connection& connection) {
    return connection.execute_script("ALTER TABLE audit_entry RENAME TO audit_away");
  }));
  const http::Response answer = get("/health/audit");
  EXPECT_EQ(answer.status(), http::Status::kUnavailable);
  EXPECT_EQ(answer.body(), "{\"status\":\"unavailable\"}\n");
}

TEST(Site, NamesADataDirectoryThatIsNotThere) {
  SystemClock clock;
  SeededRandom random(1);
  const auto log = Log::silent();
  const auto site = Site::open({.data = "/nowhere/daybreak"}, clock, random, *log);
  ASSERT_FALSE(site.has_value());
  EXPECT_EQ(place_of(site), "/nowhere/daybreak");
}

}  // namespace
}  // namespace daybreak::web
