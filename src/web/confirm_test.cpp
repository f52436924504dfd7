// SPDX-License-Identifier: AGPL-3.0-or-later
// A sensitive form that was sent too long after the last confirmation: it comes along to the page
// that asks for it and goes on by itself; what must not stand in a page does not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/scratch_folder.hpp"
#include "base/text.hpp"
#include "db/migration.hpp"
#include "trust/demonstration.hpp"
#include "web/site.hpp"

namespace daybreak::web {
namespace {

using http::Status;
using testing::HasSubstr;
using testing::Not;

class ConfirmTest : public testing::Test {
 protected:
  void SetUp() override {
    {
      auto commons = db::Database::open("sqlite:" + (folder_.path() / "commons.db").string());
      ASSERT_TRUE(commons) << commons.error().describe();
      ASSERT_TRUE(db::migrate(**commons, commons_modules(), clock_));
      const auto key = trust::NodeKey::load_or_create(folder_.path(), random_);
      ASSERT_TRUE(key) << key.error().describe();
      ASSERT_TRUE(trust::seed_demonstration({**commons, *key, clock_, random_}));
    }
    auto opened = Site::open({.data = folder_.path()}, clock_, random_, *log_);
    ASSERT_TRUE(opened) << opened.error().describe();
    site_ = std::move(*opened);
    const http::Response in = post(
        "/sign-in", "email=administrator%40demonstration.example.org&" + proof("password", "code"));
    const auto cookie = in.header("Set-Cookie");
    ASSERT_TRUE(cookie);
    cookie_ = std::string(cookie->substr(0, cookie->find(';')));
    csrf_ = trust::csrf_token(Secret<std::string>(cookie_.substr(cookie_.find('=') + 1)));
    clock_.advance(std::chrono::minutes(6));
  }
  static std::string proof(const std::string& password, const std::string& code) {
    return password + "=" + replace_all(std::string(trust::kDemonstrationPassword), " ", "+") +
           "&" + code + "=" + std::string(trust::kDemonstrationCode);
  }
  http::Response post(const std::string& target, const std::string& body) {
    http::RequestParts parts{.method = http::Method::kPost,
                             .target = target,
                             .headers = {{"Host", "localhost"},
                                         {"Accept", "text/html"},
                                         {"Content-Type", "application/x-www-form-urlencoded"}}};
    if (!cookie_.empty()) parts.headers.emplace_back("Cookie", cookie_);
    parts.body = body + "&csrf=" + csrf_;
    auto request = http::Request::create(std::move(parts));
    if (!request) throw std::runtime_error(request.error().describe());
    return site_->router().handle(*request);
  }

  ScratchFolder folder_{std::filesystem::temp_directory_path()};
  ManualClock clock_{Instant(std::chrono::milliseconds(1'800'000'000'000))};
  SystemRandom random_;
  std::unique_ptr<Log> log_ = Log::silent();
  std::unique_ptr<Site> site_;
  std::string cookie_, csrf_;
};

TEST_F(ConfirmTest, AFormComesAlongAndGoesOnByItself) {
  const std::string typed = "name=Bo+%22Example%22_&email=bo%40example.org&roles=advocate";
  const http::Response asked = post("/es/administration/members/new", typed);
  ASSERT_EQ(asked.status(), Status::kOk);
  const std::string page(asked.body());
  EXPECT_THAT(page, HasSubstr("action=\"/es/confirm\""));
  EXPECT_THAT(page, HasSubstr("name=\"confirm_again\" value=\"/es/administration/members/new\""));
  EXPECT_THAT(page, HasSubstr("name=\"name\" value=\"Bo &quot;Example&quot;_\""));
  EXPECT_THAT(page, HasSubstr("name=\"email\" value=\"bo@example.org\""));

  const std::string again = typed +
                            "&confirm_again=%2Fes%2Fadministration%2Fmembers%2Fnew"
                            "&confirm_return=%2Fadministration%2Fmembers%2Fnew&";
  const http::Response wrong = post("/es/confirm", again + "confirm_password=wrong&confirm_code=1");
  EXPECT_EQ(wrong.status(), Status::kUnprocessable);
  EXPECT_THAT(std::string(wrong.body()), HasSubstr("name=\"email\" value=\"bo@example.org\""));
  EXPECT_THAT(std::string(wrong.body()), Not(HasSubstr("value=\"wrong\"")));
  const http::Response right =
      post("/es/confirm", again + proof("confirm_password", "confirm_code"));
  EXPECT_EQ(right.status(), Status::kTemporaryRedirect);
  EXPECT_EQ(right.header("Location"), "/es/administration/members/new");
}

TEST_F(ConfirmTest, LeadsToNoOtherSite) {
  for (const char* there : {"%2F%2Fevil.example.org", "https%3A%2F%2Fevil.example.org",
                            "javascript%3Aalert(1)", "%5C%5Cevil.example.org"}) {
    const http::Response answer =
        post("/confirm", std::string("confirm_again=") + there + "&confirm_return=" + there + "&" +
                             proof("confirm_password", "confirm_code"));
    EXPECT_THAT(std::string(answer.header("Location").value_or("")), HasSubstr("/today")) << there;
  }
}

TEST_F(ConfirmTest, APassphraseDoesNotStandInThePage) {
  const http::Response answer =
      post("/administration/members/new", "name=Bo&passphrase=seven+quiet+herons");
  EXPECT_EQ(answer.status(), Status::kSeeOther);
  EXPECT_THAT(std::string(answer.header("Location").value_or("")), HasSubstr("/confirm?return="));
}

}  // namespace
}  // namespace daybreak::web
