// SPDX-License-Identifier: AGPL-3.0-or-later
// `daybreak vault` on a demonstration: its vaults are whole, an edited log is found, export needs
// the passphrase, destroying needs --yes.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iostream>
#include <sstream>

#include "cli/command.hpp"
#include "db/database.hpp"
#include "db/test_database.hpp"
#include "gates/demonstration/demonstration.hpp"

namespace daybreak::cli {

void add_init_command(CLI::App& program);
void add_vault_command(CLI::App& program);

namespace {

using testing::HasSubstr;

class VaultCommand : public testing::Test {
 protected:
  int run(std::vector<std::string> words, const std::string& typed = {}) {
    CLI::App program;
    add_init_command(program);
    add_vault_command(program);
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

  db::TestFolder folder_;
  std::string data_ = (folder_.path() / "node").string();
  std::string printed_;
};

TEST_F(VaultCommand, ListsVerifiesExportsAndDestroys) {
  ASSERT_EQ(run({"init", "--demonstration", "--data", data_}), kExitSuccess);
  ASSERT_EQ(run({"vault", "list", "--data", data_}), kExitSuccess);
  EXPECT_THAT(printed_, HasSubstr("Harbor Light Demonstration Services"));
  EXPECT_EQ(run({"vault", "verify", "--data", data_}), kExitSuccess);
  EXPECT_THAT(printed_, HasSubstr("whole"));

  const std::vector<std::string> exporting = {
      "vault", "export-own", "--data", data_, "--member", "advocate@demonstration.example.org"};
  EXPECT_NE(run(exporting, "not the passphrase\n"), kExitSuccess);
  EXPECT_EQ(printed_, "");
  EXPECT_EQ(run(exporting, "seven quiet herons wade\n"), kExitSuccess);
  EXPECT_EQ(std::count(printed_.begin(), printed_.end(), '\n'), gates::kDemonstrationPeople);
  EXPECT_THAT(printed_, HasSubstr("Ana Ejemplo_"));

  const std::vector<std::string> destroying = {
      "vault", "destroy", "--data", data_, "--organization", "Demonstration County Sheriff"};
  EXPECT_EQ(run(destroying), kExitInput);
  auto sure = destroying;
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

}  // namespace
}  // namespace daybreak::cli
