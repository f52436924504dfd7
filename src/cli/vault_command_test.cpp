// SPDX-License-Identifier: AGPL-3.0-or-later
// `daybreak vault` on a demonstration: its vaults are whole, an edited log is found, one person
// alone exports nothing, destroying needs --yes.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iostream>
#include <sstream>

#include "cli/command.hpp"
#include "db/database.hpp"
#include "db/test_database.hpp"
#include "vault/takeout/package.hpp"
#include "web/site.hpp"

namespace daybreak::cli {

void add_init_command(CLI::App& program);
void add_vault_command(CLI::App& program);
void add_backup_command(CLI::App& program);
void add_restore_command(CLI::App& program);

namespace {

using testing::HasSubstr;

class VaultCommand : public testing::Test {
 protected:
  int run(std::vector<std::string> words, const std::string& typed = {}) {
    CLI::App program;
    add_init_command(program);
    add_vault_command(program);
    add_backup_command(program);
    add_restore_command(program);
    std::reverse(words.begin(), words.end());
    std::istringstream input(typed);
    auto* before = std::cin.rdbuf(input.rdbuf());
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    int code = kExitSuccess;
    try {
      program.parse(words);
    } catch (const Exit& exit) {
      code = exit.code;
    } catch (const CLI::ParseError&) {
      code = kExitUsage;
    }
    std::cin.rdbuf(before);
    printed_ = testing::internal::GetCapturedStdout();
    (void)testing::internal::GetCapturedStderr();
    return code;
  }

  std::string place(const char* name) { return (folder_.path() / name).string(); }

  db::TestFolder folder_;
  std::string data_ = (folder_.path() / "node").string();
  std::string printed_;
};

TEST_F(VaultCommand, ListsVerifiesExportsAndDestroys) {
  ASSERT_EQ(run({"init", "--demonstration", "--data", data_}), kExitSuccess);
  ASSERT_EQ(run({"vault", "list", "--data", data_}), kExitSuccess);
  EXPECT_THAT(printed_, HasSubstr("Harbor Light Demonstration Services"));
  const auto locking = [&](std::vector<std::string> more) {
    std::vector<std::string> words{"vault",          "unlock-policy",
                                   "--data",         data_,
                                   "--organization", "Harbor Light Demonstration Services"};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  };
  EXPECT_EQ(locking({}), kExitSuccess);
  EXPECT_THAT(printed_, HasSubstr("after 5 minutes without a click, and 12 hours"));
  EXPECT_EQ(locking({"--idle-minutes", "2", "--json"}), kExitSuccess);
  EXPECT_THAT(printed_, HasSubstr("\"idle_minutes\":2,\"most_hours\":12"));
  EXPECT_EQ(locking({"--idle-minutes", "31"}), kExitUsage);
  EXPECT_EQ(locking({"--most-hours", "0"}), kExitUsage);
  EXPECT_EQ(run({"vault", "verify", "--data", data_}), kExitSuccess);
  EXPECT_THAT(printed_, HasSubstr("whole"));

  // One person alone exports nothing, and leaves no file.
  const std::string package = (folder_.path() / "own.package").string();
  const std::vector<std::string> exporting = {"vault",    "export-own",
                                              "--data",   data_,
                                              "--member", "advocate@demonstration.example.org",
                                              "--second", "advocate@demonstration.example.org",
                                              "--to",     package};
  EXPECT_NE(run(exporting, "not the passphrase\n"), kExitSuccess);
  EXPECT_NE(run(exporting,
                "seven quiet herons wade\nseven quiet herons wade\n"
                "nine slow otters sleep\n"),
            kExitSuccess);
  EXPECT_FALSE(std::filesystem::exists(package));

  const std::vector<std::string> destroying = {
      "vault", "destroy", "--data", data_, "--organization", "Demonstration County Sheriff"};
  EXPECT_EQ(run(destroying), kExitInput);
  auto alone = destroying;
  alone.push_back("--yes");
  EXPECT_EQ(run(alone), kExitInput) << "no two officers agreed";
  auto sure = destroying;
  sure.push_back("--without-officers");
  sure.emplace_back("--yes");
  EXPECT_EQ(run(sure), kExitSuccess);
  EXPECT_EQ(run({"vault", "list", "--data", data_}), kExitSuccess);
  EXPECT_THAT(printed_, testing::Not(HasSubstr("Sheriff")));
}

TEST_F(VaultCommand, FindsALogThatWasEdited) {
  ASSERT_EQ(run({"init", "--demonstration", "--data", data_}), kExitSuccess);
  const auto vaults = std::filesystem::path(data_) / "vaults";
  const auto folder = *std::filesystem::directory_iterator(vaults);
  const auto store = db::Database::open("sqlite:" + (folder.path() / "vault.db").string());
  ASSERT_TRUE(store);
  ASSERT_TRUE((*store)->write([](db::Connection& connection) -> Result<void> {
    TRY(connection.execute("DROP TRIGGER audit_entry_no_update"));
    TRY(
        connection.execute("UPDATE audit_entry SET leaf = replace(leaf, 'done', 'none')"
                           " WHERE number = 1"));
    return {};
  }));
  EXPECT_EQ(run({"vault", "verify", "--data", data_}), kExitFailure);
}

TEST_F(VaultCommand, OpensAPackageWithItsPassphraseOnly) {
  const std::string package = (folder_.path() / "own.package").string();
  const std::string into = (folder_.path() / "opened").string();
  SystemRandom random;
  std::string bytes;
  auto writer = *vault::takeout::PackageWriter::begin(
      [&](std::string_view piece) -> Result<void> {
        bytes += piece;
        return {};
      },
      Secret<std::string>("nine slow otters sleep"),
      trust::OrganizationId::generate(SystemClock(), random), random);
  ASSERT_TRUE(writer.file("attachments/C-1/attachment-1.txt"));
  ASSERT_TRUE(writer.append("a letter"));
  ASSERT_TRUE(writer.end());
  std::ofstream(package, std::ios::binary) << bytes;
  const std::vector<std::string> opening = {"vault", "open-export", package, "--into", into};
  EXPECT_NE(run(opening, "another passphrase\n"), kExitSuccess);
  EXPECT_FALSE(std::filesystem::exists(into));
  EXPECT_EQ(run(opening, "nine slow otters sleep\n"), kExitSuccess);
  std::ifstream file(into + "/attachments/C-1/attachment-1.txt");
  std::string line;
  std::getline(file, line);
  EXPECT_EQ(line, "a letter");
  EXPECT_NE(run(opening, "nine slow otters sleep\n"), kExitSuccess)
      << "over a folder that is there";
}

TEST_F(VaultCommand, WhatWasShreddedIsShreddedAgainAfterARestore) {
  ASSERT_EQ(run({"init", "--demonstration", "--data", data_}), kExitSuccess);
  ASSERT_EQ(run({"backup", "--data", data_, "--to", place("old.backup")}), kExitSuccess);
  // In the provider's vault, one file and its key, then the list.
  const auto keys_of = [&](const std::string& data, const char* change) {
    std::int64_t keys = 0;
    for (const auto& folder : std::filesystem::directory_iterator(data + "/vaults")) {
      const auto store = db::Database::open("sqlite:" + (folder.path() / "vault.db").string());
      const auto counted = (*store)->write([&](db::Connection& connection) -> Result<std::int64_t> {
        TRY(connection.execute(change));
        return TRY(connection.query_one("SELECT count(*) FROM clients_client WHERE number = 3"
                                        " AND wrapped_key IS NOT NULL"))
            ->integer(0);
      });
      keys += counted.value();
    }
    return keys;
  };
  const char* nothing = "UPDATE clients_client SET number = number WHERE number < 0";
  ASSERT_EQ(keys_of(data_, nothing), 1);
  ASSERT_EQ(keys_of(data_,
                    "UPDATE clients_client SET state = 'shredded', wrapped_key = NULL"
                    " WHERE number = 3"),
            0);
  ASSERT_EQ(run({"vault", "shred-list", place("list"), "--data", data_}), kExitSuccess);
  EXPECT_THAT(printed_, HasSubstr("1 things"));

  ASSERT_EQ(run({"restore", place("old.backup"), "--into", place("plain")}), kExitSuccess);
  EXPECT_EQ(keys_of(place("plain"), nothing), 1) << "the backup held no key: this proves nothing";
  ASSERT_EQ(run({"vault", "shred-again", place("list"), "--data", place("plain")}), kExitSuccess);
  EXPECT_THAT(printed_, HasSubstr("1 things"));
  EXPECT_EQ(keys_of(place("plain"), nothing), 0);
  ASSERT_EQ(run({"restore", place("old.backup"), "--into", place("again"), "--shred-list",
                 place("list")}),
            kExitSuccess);
  EXPECT_EQ(keys_of(place("again"), nothing), 0);
  EXPECT_EQ(run({"vault", "verify", "--data", place("again")}), kExitSuccess);
}

TEST_F(VaultCommand, EveryReleaseEndsWhereACopyBroughtAStoreBack) {
  ASSERT_EQ(run({"init", "--demonstration", "--data", data_}), kExitSuccess);
  ASSERT_EQ(run({"vault", "end-releases", "--data", data_}), kExitSuccess);
  EXPECT_THAT(printed_, HasSubstr(" releases were ended"));
  EXPECT_THAT(printed_, testing::Not(testing::StartsWith("0 ")))
      << "none lived: this shows nothing";
  ASSERT_EQ(run({"vault", "end-releases", "--data", data_}), kExitSuccess);
  EXPECT_THAT(printed_, testing::StartsWith("0 "));
}

TEST_F(VaultCommand, ARestoredNodeOfVaultsAsksItsCommonsWhatItMissed) {
  ASSERT_EQ(run({"init", "--demonstration", "--data", data_}), kExitSuccess);
  const auto asked = [&](const std::string& into) {
    const auto store = db::Database::open("sqlite:" + into + "/commons.db");
    return (*store)
        ->read([](db::Connection& connection) {
          return connection.query_one(
              "SELECT count(*) FROM line_outbox WHERE kind = 'referral.again'");
        })
        .value()
        ->integer(0);
  };
  ASSERT_EQ(run({"backup", "--data", data_, "--to", place("commons.backup")}), kExitSuccess);
  ASSERT_EQ(run({"restore", place("commons.backup"), "--into", place("commons")}), kExitSuccess);
  EXPECT_EQ(asked(place("commons")), 0);  // it asks nobody
  ASSERT_TRUE(web::mark_vault_node(data_));
  ASSERT_EQ(run({"backup", "--data", data_, "--to", place("node.backup")}), kExitSuccess);
  ASSERT_EQ(run({"restore", place("node.backup"), "--into", place("restored")}), kExitSuccess);
  EXPECT_EQ(asked(place("restored")), 3);  // for each of its vaults
}

}  // namespace
}  // namespace daybreak::cli
