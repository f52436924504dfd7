// SPDX-License-Identifier: AGPL-3.0-or-later
// Every form of the vaults with wrong, huge, malformed, repeated, missing and out-of-order input:
// the answer says so in words (4xx) or goes on (3xx), never 5xx; what was refused stored nothing;
// what was typed is in no address. Routes are walked in the router and the names of fields read
// from the pages themselves, so that a new form is in this test when it is in the program. Runs
// `daybreak init --demonstration` ($DAYBREAK) and then calls the site in this process.
#include <cstdlib>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "base/scratch_folder.hpp"
#include "base/text.hpp"
#include "gates/demonstration/demonstration.hpp"
#include "trust/demonstration.hpp"
#include "web/site.hpp"

namespace daybreak::web {
namespace {

using http::Method;

constexpr std::string_view kTyped = "kanarietyped";

class BadInputTest : public testing::Test {
 protected:
  void SetUp() override {
    const char* program = std::getenv("DAYBREAK");
    if (program == nullptr) GTEST_SKIP() << "DAYBREAK is not set: it names the program";
    const std::string data = (folder_.path() / "data").string();
    const std::string command =
        fmt::format("'{}' init --demonstration --data '{}' > /dev/null 2>&1", program, data);
    ASSERT_EQ(std::system(command.c_str()), 0);
    auto opened = Site::open({.data = data}, clock_, random_, *log_);
    ASSERT_TRUE(opened) << opened.error().describe();
    site_ = std::move(*opened);
    sign_in();
    unlock();
    open_store();
  }

  http::Response call(Method method, const std::string& target, std::string body = {}) {
    http::RequestParts parts{.method = method,
                             .target = target,
                             .headers = {{"Host", "localhost"}, {"Accept", "text/html"}}};
    if (!cookie_.empty()) parts.headers.emplace_back("Cookie", cookie_);
    if (method != Method::kGet) {
      parts.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
      parts.body = "csrf=" + csrf_ + "&" + body;
    }
    auto request = http::Request::create(std::move(parts));
    // What is no form at all is refused before any handler.
    if (!request) return http::Response::html("refused", http::Status::kBadRequest);
    return site_->router().handle(*request);
  }

  void sign_in() {
    csrf_ = "x";
    const http::Response answer =
        call(Method::kPost, "/sign-in",
             "email=advocate%40demonstration.example.org&password=" +
                 replace_all(std::string(trust::kDemonstrationPassword), " ", "+") +
                 "&code=" + std::string(trust::kDemonstrationCode));
    const auto set = answer.header("Set-Cookie");
    ASSERT_TRUE(set);
    cookie_ = std::string(set->substr(0, set->find(';')));
    csrf_ = trust::csrf_token(Secret<std::string>(cookie_.substr(cookie_.find('=') + 1)));
  }
  void unlock() {
    (void)call(Method::kPost, "/vault/unlock",
               "passphrase=" + replace_all(std::string(gates::kDemonstrationPassphrase), " ", "+"));
  }

  // The store of the vault that has people in it, and the ids in it.
  void open_store() {
    for (const auto& entry :
         std::filesystem::directory_iterator(folder_.path() / "data" / "vaults")) {
      auto store = db::Database::open("sqlite:" + (entry.path() / "vault.db").string());
      ASSERT_TRUE(store) << store.error().describe();
      const auto clients = (*store)->read([](db::Connection& c) {
        return c.query("SELECT id FROM clients_client ORDER BY number LIMIT 2");
      });
      ASSERT_TRUE(clients);
      if (clients->empty()) continue;
      store_ = std::move(*store);
      client_ = clients->front().text(0);
    }
    ASSERT_TRUE(store_);
    for (const std::string& table : tables()) {
      const auto rows = store_->read([&](db::Connection& c) {
        return c.query("SELECT id FROM " + table + " WHERE typeof(id) = 'text' LIMIT 1");
      });
      // A table without such a column has no id that stands in an address.
      if (rows && !rows->empty() && Uuid::parse(rows->front().text(0)))
        children_.insert(rows->front().text(0));
    }
  }
  std::vector<std::string> tables() {
    std::vector<std::string> names;
    const auto rows = store_->read([](db::Connection& c) {
      return c.query(
          "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE "
          "'sqlite%' AND name NOT LIKE '%audit%' AND name NOT IN ('vault_failure', 'vault_look')"
          " ORDER BY name");
    });
    for (const db::Row& row : *rows) names.push_back(row.text(0));
    return names;
  }
  // How many rows each table has; aside of the log, which tells of refusals too, and of what is
  // kept of it to be found: wrong passphrases, and who looked at a file.
  std::map<std::string, std::int64_t> counts() {
    std::map<std::string, std::int64_t> all;
    for (const std::string& table : tables()) {
      const auto row = store_->read(
          [&](db::Connection& c) { return c.query_one("SELECT count(*) FROM " + table); });
      all[table] = (*row)->integer(0);
    }
    return all;
  }

  // Every id but the last is the client's.
  std::string path_of(const std::string& pattern, const std::string& child) const {
    std::string path;
    const std::size_t last = pattern.rfind('{');
    for (std::size_t at = 0; at < pattern.size();) {
      const std::size_t open = pattern.find('{', at);
      path += pattern.substr(at, open - at);
      if (open == std::string::npos) break;
      const std::size_t close = pattern.find('}', open);
      const bool is_uuid = pattern.substr(open, close - open).ends_with(":uuid");
      path += !is_uuid ? std::string("1") : open == last ? child : client_;
      at = close + 1;
    }
    return path;
  }

  // The names of all fields on all pages of the vault.
  std::set<std::string> field_names() {
    std::set<std::string> names;
    for (const auto& route : site_->router().routes()) {
      if (route->method != Method::kGet || !route->pattern.starts_with("/vault")) continue;
      std::set<std::string> tried = {client_};
      tried.insert(children_.begin(), children_.end());
      for (const std::string& child : tried) {
        const std::string page(call(Method::kGet, path_of(route->pattern, child)).body());
        for (std::size_t at = page.find(" name=\""); at != std::string::npos;
             at = page.find(" name=\"", at + 7)) {
          const std::string name = page.substr(at + 7, page.find('"', at + 7) - at - 7);
          if (name != "csrf" && name != "viewport" && name != "referrer") names.insert(name);
        }
        if (route->pattern.find('{') == std::string::npos) break;
      }
    }
    return names;
  }

  ScratchFolder folder_{memory_place()};
  SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<Log> log_ = Log::silent();
  std::unique_ptr<Site> site_;
  std::unique_ptr<db::Database> store_;
  std::string cookie_, csrf_, client_;
  std::set<std::string> children_;
};

struct Bad {
  const char* what;
  std::string body;
};

std::vector<Bad> bodies_of(const std::set<std::string>& names) {
  const auto every = [&](std::string_view value) {
    std::string body;
    for (const std::string& name : names) body += name + "=" + std::string(value) + "&";
    return body;
  };
  std::vector<Bad> all = {{"missing", ""},
                          {"wrong", every(kTyped)},
                          {"number", every("99999999999999999999")},
                          {"negative", every("-1")},
                          {"day", every("2026-02-31")},
                          {"markup", every("%3Cscript%3E" + std::string(kTyped))},
                          {"quotes", every("%27%20OR%201%3D1%20--")},
                          {"not UTF-8", every("%FF%FE" + std::string(kTyped))},
                          {"NUL", every(std::string(kTyped) + "%00x")},
                          {"half an escape", every("%")},
                          {"repeated", every("1") + every(kTyped) + every("2")},
                          {"other names", "nothing=1&__proto__=2&" + std::string(kTyped) + "=3"},
                          {"no form", std::string(2000, '&') + "=" + std::string(500, '=')}};
  // 2 MB in one field after the other would only repeat the first limit that is met.
  for (const char* name : {"body", "words", "name", "text", "preferred_name", "purpose", "note"})
    all.push_back({"huge", std::string(name) + "=" + std::string(2'000'000, 'a')});
  return all;
}

TEST_F(BadInputTest, EveryFormOfTheVaultRefusesItInWordsAndStoresNothing) {
  const auto names = field_names();
  EXPECT_GT(names.size(), 30u) << "the pages were not read";
  const auto bodies = bodies_of(names);
  std::uint64_t forms = 0, asked = 0, refused = 0;
  for (const auto& route : site_->router().routes()) {
    if (route->method != Method::kPost || !route->pattern.starts_with("/vault")) continue;
    // These ask for the passphrase again and again, and make the machine wait by intention.
    if (route->pattern == "/vault/unlock" || route->pattern == "/vault/lock") continue;
    ++forms;
    std::set<std::string> children = {client_, Uuid::generate(clock_, random_).to_string()};
    if (route->pattern.find("{") != std::string::npos)
      children.insert(children_.begin(), children_.end());
    for (const std::string& child : children) {
      const std::string path = path_of(route->pattern, child);
      for (const Bad& bad : bodies) {
        if (bad.body.size() > 1'000'000 && child != client_) continue;
        const auto before = counts();
        const http::Response answer = call(Method::kPost, path, bad.body);
        const int status = static_cast<int>(answer.status());
        ++asked;
        SCOPED_TRACE(fmt::format("{} with {}: {}", route->pattern, bad.what, status));
        ASSERT_LT(status, 500);
        const std::string location(answer.header("Location").value_or(""));
        EXPECT_EQ(location.find(kTyped), std::string::npos) << location;
        if (status >= 400) {
          ++refused;
          EXPECT_NE(answer.body().find("<h1"), std::string_view::npos) << "no words";
          EXPECT_EQ(answer.body().find("<script>kanarie"), std::string_view::npos);
          EXPECT_EQ(counts(), before) << "something was stored";
        }
        if (location.find("/vault/unlock") != std::string::npos) unlock();
        if (route->pattern.find('{') == std::string::npos && child != client_) break;
      }
    }
  }
  fmt::print(
      "[ figure  ] {} forms, {} names of fields, {} requests, {} refused, 0 of them stored\n",
      forms, names.size(), asked, refused);
  EXPECT_GT(forms, 20u);
  EXPECT_GT(refused, asked / 3);
}

}  // namespace
}  // namespace daybreak::web
