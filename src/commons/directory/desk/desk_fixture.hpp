// SPDX-License-Identifier: AGPL-3.0-or-later
// A small directory with hidden parts and the members of the demonstration, for the desk's tests.
#pragma once

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <sstream>

#include "commons/directory/desk/access.hpp"
#include "commons/directory/desk/desk.hpp"
#include "commons/directory/desk/form.hpp"
#include "commons/directory/desk/store.hpp"
#include "db/test_database.hpp"
#include "http/url.hpp"
#include "trust/demonstration.hpp"
#include "trust/migrations.hpp"

namespace daybreak::directory::desk {
using Fields = std::vector<std::pair<std::string, std::string>>;

inline constexpr const char* kOrganization = "0c7d0b44-0000-4000-8000-000000000001";
inline constexpr const char* kService = "0c7d0b44-0000-4000-8000-000000000002";
inline constexpr const char* kLocation = "0c7d0b44-0000-4000-8000-000000000003";
inline constexpr const char* kPlace = "0c7d0b44-0000-4000-8000-000000000004";
inline constexpr const char* kPhone = "0c7d0b44-0000-4000-8000-000000000005";
inline constexpr const char* kSecretPhone = "0c7d0b44-0000-4000-8000-000000000006";
inline constexpr const char* kSealed = "0c7d0b44-0000-4000-8000-000000000007";

inline Uuid uuid(std::string_view text) { return Uuid::parse(text).value(); }
inline std::string record(std::string_view entity, std::string_view id) {
  return "/directory/records/" + std::string(entity) + "/" + std::string(id);
}

class DeskFixture : public db::StoreTest {
 protected:
  void SetUp() override {
    db::StoreTest::SetUp();
    if (IsSkipped()) return;
    auto modules = trust::commons_migrations();
    modules.push_back(directory::store::migrations());
    modules.push_back(papers::migrations());
    migrate_with(modules);
    key_.emplace(trust::NodeKey::load_or_create(folder(), random_).value());
    const trust::Keeper keeper{database(), *key_, clock_, random_};
    ASSERT_TRUE(trust::seed_demonstration(keeper));
    members_.emplace(keeper);
    sessions_.emplace(keeper);
    visits_.emplace(*sessions_, *key_, visit::Settings{.site_name = "Test", .demonstration = true});
    gatekeeper_.emplace(database(), clock_);
    directory_.emplace(database(), clock_, random_);
    std::ifstream file(DAYBREAK_SOURCE_DIR "/data/directory/needs.csv");
    std::stringstream text;
    text << file.rdbuf();
    needs_.emplace(search::NeedTree::parse(text.str()).value());
    router_.set_languages({"en", "es"});
    router_.add_step(visits_->step());
    router_.set_authorizer(visits_->authorizer());
    add_routes(router_, {*visits_, *directory_, *members_, *gatekeeper_, *needs_, clock_, random_,
                         folder(), [this] {
                           if (use_words_) use_words_();
                         }});
    fill();
  }

  void fill() {
    put(Entity::kOrganization, R"({"id": ")" + std::string(kOrganization) +
                                   R"(", "name": "Harbor Demonstration Services"})");
    put(Entity::kLocation,
        R"({"id": ")" + std::string(kLocation) +
            R"(", "location_type": "physical", "visibility": "confidential", "name": "CANARYHOUSE",
            "latitude": 42.777777, "longitude": -78.777777, "public_latitude": 42.9, "public_longitude": -78.8,
            "addresses": [{"id": "0c7d0b44-0000-4000-8000-0000000000a1", "address_1": "12 CANARYSTREET", "city": "CANARYTOWN"}]})");
    put(Entity::kService,
        R"({"id": ")" + std::string(kService) + R"(", "organization_id": ")" + kOrganization +
            R"(", "name": "Example Shelter", "status": "active", "description": "A bed and a meal.",
            "phones": [{"id": ")" +
            kPhone + R"(", "number": "716-555-0101"}, {"id": ")" + kSecretPhone +
            R"(", "number": "716-555-0199", "description": "CANARYDIRECT", "visibility": "confidential"}]})");
    put(Entity::kServiceAtLocation,
        R"({"id": ")" + std::string(kPlace) + R"(", "service_id": ")" + kService +
            R"(", "location_id": ")" + kLocation +
            R"(", "schedules": [{"id": "0c7d0b44-0000-4000-8000-0000000000a2", "description": "CANARYHOURS"}]})");
    put(Entity::kService, R"({"id": ")" + std::string(kSealed) +
                              R"(", "name": "CANARYSEALED", "visibility": "confidential"})");
  }
  void put(Entity entity, const std::string& json) {
    const auto saved = directory_->save(entity, parse_json(json).value(), 0, "member:nobody");
    ASSERT_TRUE(saved) << saved.error().describe();
  }
  Json body(Entity entity, std::string_view id) {
    const Uuid wanted = uuid(id);
    auto found = database().read([&](db::Connection& c) {
      return directory::store::load(c, std::span(&wanted, 1), directory::store::Removed::kInclude);
    });
    for (auto& one : *found)
      if (one.record.entity == entity) return one.record.body;
    return {};
  }
  const Secret<std::string>& token(const std::string& mailbox) {
    auto& token = tokens_[mailbox];
    if (!token) {
      auto made = sessions_->sign_in(
          {.email = mailbox + "@demonstration.example.org",
           .password = Secret<std::string>(std::string(trust::kDemonstrationPassword)),
           .code = std::string(trust::kDemonstrationCode),
           .from_this_machine = true});
      EXPECT_TRUE(made) << made.error().describe();
      token = std::move(*made);
    }
    return *token;
  }
  http::Response get(const std::string& who, std::string target) {
    auto request = http::Request::create(
        {.target = std::move(target),
         .headers = {{"Accept", "text/html"}, {"Cookie", "session=" + token(who).reveal()}}});
    return router_.handle(*request);
  }
  http::Response post(const std::string& who, std::string target, const Fields& fields) {
    std::string body = "csrf=" + trust::csrf_token(token(who));
    for (const auto& [name, value] : fields)
      body += "&" + http::percent_encode(name) + "=" + http::percent_encode(value);
    auto request =
        http::Request::create({.method = http::Method::kPost,
                               .target = std::move(target),
                               .headers = {{"Accept", "text/html"},
                                           {"Content-Type", "application/x-www-form-urlencoded"},
                                           {"Cookie", "session=" + token(who).reveal()}},
                               .body = std::move(body)});
    return router_.handle(*request);
  }
  http::Response upload(const std::string& who, const std::string& name, const std::string& content,
                        const std::string& source) {
    const std::string line = "--example-boundary\r\nContent-Disposition: form-data; name=";
    const std::string body =
        line + "\"csrf\"\r\n\r\n" + trust::csrf_token(token(who)) + "\r\n" + line +
        "\"source\"\r\n\r\n" + source + "\r\n" + line + "\"file\"; filename=\"" + name +
        "\"\r\nContent-Type: text/csv\r\n\r\n" + content + "\r\n--example-boundary--\r\n";
    auto request = http::Request::create(
        {.method = http::Method::kPost,
         .target = "/directory/imports",
         .headers = {{"Accept", "text/html"},
                     {"Content-Type", "multipart/form-data; boundary=example-boundary"},
                     {"Cookie", "session=" + token(who).reveal()}},
         .body = body});
    return router_.handle(*request);
  }
  std::string member_organization(const std::string& mailbox) {
    return sessions_->find(token(mailbox)).value()->organization.id.to_string();
  }
  std::string page(const std::string& who, const std::string& target) {
    return std::string(get(who, target).body());
  }
  std::string audit() {
    std::string all;
    auto entries =
        database().read([](db::Connection& c) { return trust::audit_entries(c, 0, 1000); });
    for (const trust::AuditEntry& entry : *entries) all += entry.leaf + "\n";
    return all;
  }
  std::int64_t last_change(std::string_view id) {
    return database()
        .read([&](db::Connection& c) { return directory::store::history(c, uuid(id)); })
        ->back()
        .seq;
  }
  Fields names(std::string revision, std::string name, std::string description) {
    return {{"revision", std::move(revision)},
            {"name", std::move(name)},
            {"description", std::move(description)},
            {"status", "active"}};
  }

  SystemClock clock_;
  SystemRandom random_;
  std::optional<trust::NodeKey> key_;
  std::optional<trust::Members> members_;
  std::optional<trust::Sessions> sessions_;
  std::optional<visit::Visits> visits_;
  std::optional<trust::Gatekeeper> gatekeeper_;
  std::optional<Directory> directory_;
  std::optional<search::NeedTree> needs_;
  std::map<std::string, std::optional<Secret<std::string>>> tokens_;
  http::Router router_;
  std::function<void()> use_words_;
};

}  // namespace daybreak::directory::desk
