// SPDX-License-Identifier: AGPL-3.0-or-later
// Every route of the router, asked by every demonstration account for what is not theirs: the
// answer is the one for what does not exist, in status and body, and takes no longer. Routes are
// walked, not listed, so a new one is in this test when it is in the router. Runs `daybreak init
// --demonstration` ($DAYBREAK) and then calls the site in this process.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "base/scratch_folder.hpp"
#include "base/text.hpp"
#include "gates/demonstration/demonstration.hpp"
#include "tests/wall/paths.hpp"
#include "trust/demonstration.hpp"
#include "web/site.hpp"

namespace daybreak::web {
namespace {

using http::Method;
using wall::path_of;
using Ids = std::set<Uuid>;

constexpr std::size_t kEachTable = 3;  // ids of a table that are tried

// The ids of every table of a store: all, or a few of each column.
Ids ids_in(const std::string& url, std::size_t most = 1'000'000) {
  const auto store = db::Database::open(url);
  if (!store) throw std::runtime_error(store.error().describe());
  const auto found = (*store)->read([&](db::Connection& c) -> Result<Ids> {
    Ids ids;
    const auto columns =
        TRY(c.query("SELECT CAST(m.name AS TEXT), CAST(p.name AS TEXT) FROM sqlite_schema m JOIN "
                    "pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name NOT LIKE "
                    "'sqlite%' AND p.type = 'TEXT'"));
    for (const db::Row& column : columns)
      for (const db::Row& row : TRY(c.query(fmt::format(
               "SELECT DISTINCT \"{1}\" FROM \"{0}\" WHERE length(\"{1}\") = 36 LIMIT {2}",
               column.text(0), column.text(1), most))))
        if (const auto id = Uuid::parse(row.text(0))) ids.insert(*id);
    return ids;
  });
  if (!found) throw std::runtime_error(found.error().describe());
  return *found;
}

struct Asked {
  http::Status status = http::Status::kOk;
  std::string body;  // without what differs between any two requests
  std::string location;
  bool operator==(const Asked&) const = default;
  friend void PrintTo(const Asked& asked, std::ostream* out) {
    *out << static_cast<int>(asked.status) << " " << asked.location << "\n" << asked.body;
  }
};

// One account of the demonstration, signed in, its vault open where it has one.
struct Account {
  std::string email;
  std::string cookie;
  std::string csrf;
  std::string vault;  // folder name below vaults/; empty: none
};

class RoutesTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    const char* program = std::getenv("DAYBREAK");
    if (program == nullptr) return;
    folder_ = new ScratchFolder(memory_place());
    const std::string command = fmt::format(
        "'{}' init --demonstration --data '{}' > /dev/null 2>&1", program, data().string());
    if (std::system(command.c_str()) != 0) throw std::runtime_error("init --demonstration failed");
  }
  static void TearDownTestSuite() { delete folder_; }

  void SetUp() override {
    if (folder_ == nullptr) GTEST_SKIP() << "DAYBREAK is not set: it names the program";
    auto opened = Site::open({.data = data()}, clock_, random_, *log_);
    ASSERT_TRUE(opened) << opened.error().describe();
    site_ = std::move(*opened);
    commons_ = ids_in("sqlite:" + (data() / "commons.db").string(), kEachTable);
    known_ = ids_in("sqlite:" + (data() / "commons.db").string());
    for (const auto& entry : std::filesystem::directory_iterator(data() / "vaults"))
      vaults_[entry.path().filename()] =
          ids_in("sqlite:" + (entry.path() / "vault.db").string(), kEachTable);
    ASSERT_GE(vaults_.size(), 3u);
    for (const auto& account : trust::demonstration_accounts()) sign_in(account.email);
    ASSERT_EQ(std::count_if(accounts_.begin(), accounts_.end(),
                            [](const Account& account) { return !account.vault.empty(); }),
              3)
        << "an advocate, a detective and a prosecutor have a vault";
  }

  static std::filesystem::path data() { return folder_->path() / "data"; }

  http::Response call(Method method, const std::string& target, const Account* account,
                      std::string body = {}) {
    http::RequestParts parts{.method = method,
                             .target = target,
                             .headers = {{"Host", "localhost"}, {"Accept", "text/html"}}};
    if (account != nullptr) parts.headers.emplace_back("Cookie", account->cookie);
    if (method != Method::kGet) {
      parts.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
      if (account != nullptr) body += "&csrf=" + account->csrf;
      parts.body = std::move(body);
    }
    auto request = http::Request::create(std::move(parts));
    if (!request) throw std::runtime_error(request.error().describe());
    return site_->router().handle(*request);
  }

  void sign_in(const std::string& email) {
    Account account{.email = email};
    const http::Response answer =
        call(Method::kPost, "/sign-in", nullptr,
             "csrf=x&email=" + replace_all(email, "@", "%40") +
                 "&password=" + replace_all(std::string(trust::kDemonstrationPassword), " ", "+") +
                 "&code=" + std::string(trust::kDemonstrationCode));
    const auto set = answer.header("Set-Cookie");
    ASSERT_TRUE(set) << email << " cannot sign in";
    account.cookie = std::string(set->substr(0, set->find(';')));
    account.csrf =
        trust::csrf_token(Secret<std::string>(account.cookie.substr(account.cookie.find('=') + 1)));
    const http::Response unlocked =
        call(Method::kPost, "/vault/unlock", &account,
             "passphrase=" + replace_all(std::string(gates::kDemonstrationPassphrase), " ", "+"));
    if (unlocked.status() == http::Status::kSeeOther) account.vault = vault_of(email);
    accounts_.push_back(std::move(account));
  }

  // The folder of the vault of this member's organisation.
  std::string vault_of(const std::string& email) {
    const auto row = site_->commons().read([&](db::Connection& c) {
      return c.query_one("SELECT organization FROM trust_member WHERE email = $1", {email});
    });
    if (!row || !*row) throw std::runtime_error("no member " + email);
    return (*row)->uuid(0).to_string();
  }

  Asked ask(const http::Route& route, const Uuid& parent, const Uuid& child,
            const Account* account) {
    const auto began = std::chrono::steady_clock::now();
    const http::Response answer =
        call(route.method, *path_of(route.pattern, parent, child), account);
    last_microseconds_ =
        std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - began).count();
    const auto without_ids = [&](std::string_view text) {
      return replace_all(replace_all(text, child.to_string(), "ID"), parent.to_string(), "ID");
    };
    return {answer.status(), without_ids(answer.body()),
            without_ids(answer.header("Location").value_or(""))};
  }

  static ScratchFolder* folder_;
  SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<Log> log_ = Log::silent();
  std::unique_ptr<Site> site_;
  std::vector<Account> accounts_;
  Ids commons_, known_;  // some, all
  std::map<std::string, Ids> vaults_;
  double last_microseconds_ = 0;
};
ScratchFolder* RoutesTest::folder_ = nullptr;

// How a refusal is told apart from an answer: 403 and 404 are all that say "not for you".
bool refuses(http::Status status) {
  return status == http::Status::kNotFound || status == http::Status::kForbidden;
}

TEST_F(RoutesTest, AnotherVaultsIdsAnswerAsIdsThatDoNotExist) {
  std::uint64_t asked = 0, routes = 0;
  double foreign_time = 0, absent_time = 0;
  for (const auto& route : site_->router().routes()) {
    const Uuid absent = Uuid::generate(clock_, random_);
    if (!path_of(route->pattern, absent, absent)) continue;
    ++routes;
    for (const Account& account : accounts_) {
      const Uuid parent = account.vault.empty() ? absent : *vaults_[account.vault].begin();
      const Asked nothing = ask(*route, parent, absent, &account);
      for (const auto& [vault, ids] : vaults_) {
        if (vault == account.vault) continue;
        for (const Uuid& id : ids) {
          if (known_.contains(id)) continue;  // an organisation, a member: known to all
          if (!account.vault.empty() && vaults_[account.vault].contains(id)) continue;
          const Asked answer = ask(*route, parent, id, &account);
          foreign_time += last_microseconds_;
          ++asked;
          ASSERT_EQ(static_cast<int>(answer.status), static_cast<int>(nothing.status))
              << route->pattern << " tells " << account.email << " of an id of another vault";
          ASSERT_EQ(answer, nothing)
              << route->pattern << " tells " << account.email << " of an id of another vault";
          const Uuid other = Uuid::generate(clock_, random_);
          (void)ask(*route, parent, other, &account);
          absent_time += last_microseconds_;
        }
      }
    }
  }
  fmt::print(
      "[ figure  ] {} routes with ids, {} accounts, {} questions, 0 told apart; {:.1f} µs for "
      "what is another's, {:.1f} µs for what is not there\n",
      routes, accounts_.size(), asked, foreign_time / static_cast<double>(asked),
      absent_time / static_cast<double>(asked));
  EXPECT_GT(asked, 1000u);
  EXPECT_LT(foreign_time, absent_time * 1.5);
  EXPECT_LT(absent_time, foreign_time * 1.5);
}

TEST_F(RoutesTest, WhatIsRefusedInTheCommonsAnswersAsWhatDoesNotExist) {
  std::uint64_t asked = 0, refused = 0;
  for (const auto& route : site_->router().routes()) {
    if (route->method != Method::kGet) continue;  // others would change what is asked about
    const Uuid absent = Uuid::generate(clock_, random_);
    if (!path_of(route->pattern, absent, absent)) continue;
    std::vector<const Account*> askers = {nullptr};
    for (const Account& account : accounts_) askers.push_back(&account);
    for (const Account* account : askers) {
      const Asked nothing = ask(*route, absent, absent, account);
      for (const Uuid& id : commons_) {
        const Asked answer = ask(*route, absent, id, account);
        ++asked;
        if (!refuses(answer.status)) continue;
        ++refused;
        ASSERT_EQ(answer, nothing)
            << route->pattern << " tells " << (account ? account->email : std::string("anyone"))
            << " that something is there";
      }
    }
  }
  fmt::print("[ figure  ] {} questions, {} refused, each as what does not exist\n", asked, refused);
  EXPECT_GT(refused, 1000u);
}

TEST_F(RoutesTest, WithoutASessionNothingBehindItAnswers) {
  std::uint64_t closed = 0;
  for (const auto& route : site_->router().routes()) {
    if (route->access.kind() == http::Access::Kind::kAnyone) continue;
    const Uuid id = *vaults_.begin()->second.begin();
    const auto path = path_of(route->pattern, id, id);
    if (!path && route->pattern.find('{') != std::string::npos) continue;
    const http::Response answer = call(route->method, path.value_or(route->pattern), nullptr);
    const std::string_view location = answer.header("Location").value_or("");
    ++closed;
    EXPECT_TRUE(location.starts_with("/sign-in") || refuses(answer.status()))
        << route->pattern << ": " << static_cast<int>(answer.status()) << " " << location;
  }
  fmt::print("[ figure  ] {} routes behind the sign-in, none answers without it\n", closed);
  EXPECT_GT(closed, 50u);
}

}  // namespace
}  // namespace daybreak::web
