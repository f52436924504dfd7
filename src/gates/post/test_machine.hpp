// SPDX-License-Identifier: AGPL-3.0-or-later
// For tests only: machines with vaults, each with stores of its own, and the line between them over
// loopback with real keys.
#pragma once

#include <csignal>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

#include "base/scratch_folder.hpp"
#include "base/test_result.hpp"
#include "base/test_wait.hpp"
#include "db/postgres_server.hpp"
#include "db/test_database.hpp"
#include "gates/post/commons_post.hpp"
#include "gates/post/telling.hpp"
#include "gates/post/vault_post.hpp"
#include "gates/referral/referral_gate.hpp"
#include "gates/release/two_vaults.hpp"
#include "trust/migrations.hpp"
#include "vault/pins/pins.hpp"
#include "vault/test_address.hpp"

namespace daybreak::gates::post {

using trust::OrganizationId;
using trust::Role;
using vault::id_number;
using vault::test_member;

// Where a machine's stores are; empty is a file in its folder.
struct Stores {
  std::string own, vault;
};

// A store of its own on the PostgreSQL server of the tests, gone afterwards.
class Schema {
 public:
  Schema(const std::string& server, std::string name) : server_(server), name_(std::move(name)) {
    run("CREATE SCHEMA " + name_);
  }
  ~Schema() { run("DROP SCHEMA " + name_ + " CASCADE"); }
  Schema(const Schema&) = delete;
  Schema& operator=(const Schema&) = delete;
  std::string url() const {
    return server_ + (server_.find('?') == std::string::npos ? "?" : "&") +
           "options=-csearch_path%3D" + name_;
  }
  // As its owner, which a vault is not.
  void change(const std::string& statement) {
    EXPECT_TRUE(db::PostgresServer::connect(url())->run(statement)) << statement;
  }

 private:
  void run(const std::string& statement) {
    EXPECT_TRUE(db::PostgresServer::connect(server_)->run(statement));
  }
  std::string server_, name_;
};

struct Machine {
  // `vaults_of`: the organisations whose vaults are here; a commons knows all three.
  Machine(std::filesystem::path at, bool is_commons, std::vector<int> vaults_of, const Clock& clock,
          Random& random, const Stores& stores = {})
      : folder(std::move(at)),
        clock(clock),
        random(random),
        key(trust::NodeKey::load_or_create(make(folder), random).value()),
        store(db::Database::open(stores.own.empty() ? "sqlite:" + (folder / "commons.db").string()
                                                    : stores.own)
                  .value()),
        vaults(folder, rooms(), clock, random),
        referrals(
            *store, clock,
            is_commons ? tell_nodes(clock, random) : tell_commons_of_referrals(clock, random)),
        measures(*store, clock, random,
                 is_commons ? measures::Told() : tell_commons_of_measures(clock, random)),
        members({*store, key, clock, random}),
        nodes(*store, clock, random),
        identity(*line::Identity::load_or_create(folder)) {
    auto modules = trust::commons_migrations();
    for (const auto& more : {referrals::migrations(), measures::migrations(), line::migrations(),
                             line::elsewhere::migrations(), nodes::migrations()})
      modules.push_back(more);
    check(db::migrate(*store, modules, clock).map([](const auto&) {}));
    for (int number = 1; number <= 3; ++number)
      if (is_commons || std::ranges::count(vaults_of, number) > 0) add_organization(number);
    for (const int number : vaults_of) found_vault(number, stores.vault);
  }
  static std::filesystem::path make(const std::filesystem::path& path) {
    std::filesystem::create_directories(path);
    return path;
  }
  static std::vector<db::ModuleMigrations> rooms() {
    auto all = rooms_for_tests();
    all.push_back(vault::referred::migrations());
    all.push_back(vault::pins::migrations());
    all.push_back(line::migrations());
    return all;
  }
  static void check(const Result<void>& done) {
    if (!done) throw std::runtime_error(done.error().describe());
  }
  void run(const std::string& sql, std::vector<db::Value> values) {
    check(store->write([&](db::Connection& connection) -> Result<void> {
      TRY(connection.execute(sql, values));
      return {};
    }));
  }
  void add_organization(int number) {
    run("INSERT INTO trust_organization (id, name, kind, standing, active, created_at)"
        " VALUES ($1, $2, $3, 'task_force', 1, 0)",
        {id_number<OrganizationId>(number), "Example " + std::to_string(number) + "_",
         number == 2 ? "law_enforcement" : "victim_service_provider"});
  }
  // With one member, whose number is the organisation's.
  void found_vault(int number, const std::string& url) {
    const auto organization = id_number<OrganizationId>(number);
    run("INSERT INTO trust_member (id, organization, name, email, roles, state, language,"
        " created_at) VALUES ($1, $2, $3, $4, 'advocate', 'active', 'en', 0)",
        {id_number<trust::MemberId>(1000 + number), organization,
         "Worker " + std::to_string(number) + "_",
         "worker" + std::to_string(number) + "@example.org"});
    check(vaults.create(organization, vault::test_address(url)));
    rings[number] = vault::test_keyring(organization, random);
    check(vault(number).database().write([&](db::Connection& connection) -> Result<void> {
      TRY(connection.execute(
          "INSERT INTO vault_identity (id, organization, public_key, founded_at, founded_by)"
          " VALUES (1, $1, $2, 0, '')",
          {organization, db::Blob{std::string(rings[number]->pair().public_key().view())}}));
      return {};
    }));
  }
  vault::Vault& vault(int number) { return **vaults.find(id_number<OrganizationId>(number)); }
  vault::Work work(int number, const trust::Actor& actor) {
    return {vault(number), actor, rings.at(number)};
  }
  Here here() {
    return {*store, vaults, releases, referrals, measures, members, clock, random, *log};
  }

  // As a commons.
  std::uint16_t listen(std::uint16_t port = 0) {
    commons_post = std::make_unique<CommonsPost>(here(), key, nodes);
    releases.reach(*commons_post);
    check(commons_post->listen({"127.0.0.1", port}, identity));
    return commons_post->port();
  }
  // As a vault's own node.
  void connect(std::uint16_t port, const std::string& pin) {
    vault_post = std::make_unique<VaultPost>(here(), key);
    releases.reach(*vault_post);
    vault_post->connect({{"127.0.0.1", port}, pin}, identity);
  }
  bool knows_key_of(int number) {
    Beyond* beyond = releases.beyond();
    const auto key_there = beyond->key_of(id_number<OrganizationId>(number));
    return key_there && key_there->has_value();
  }
  std::int64_t count(const std::string& sql) {
    return (*store->read([&](db::Connection& connection) { return connection.query_one(sql); }))
        ->integer(0);
  }
  // Every leaf of a log.
  static std::string log_of(db::Database& database) {
    std::string all;
    const auto entries = database.read(
        [](db::Connection& connection) { return trust::audit_entries(connection, 0, 10000); });
    for (const auto& entry : *entries) all += entry.leaf + "\n";
    return all;
  }

  std::filesystem::path folder;
  const Clock& clock;
  Random& random;
  std::unique_ptr<Log> log = Log::silent();
  trust::NodeKey key;
  std::unique_ptr<db::Database> store;
  vault::Vaults vaults;
  ReleaseGate releases{vaults};
  referrals::Referrals referrals;
  measures::Measures measures;
  trust::Members members;
  nodes::Register nodes;
  line::Identity identity;
  std::map<int, std::shared_ptr<const trust::keys::Keyring>> rings;
  std::unique_ptr<CommonsPost> commons_post;
  std::unique_ptr<VaultPost> vault_post;
};

}  // namespace daybreak::gates::post
