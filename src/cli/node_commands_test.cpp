// SPDX-License-Identifier: AGPL-3.0-or-later
// `daybreak init`, `member`, `audit`, `backup` and `restore` from the command line, one after
// another.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/command.hpp"
#include "db/test_database.hpp"

namespace daybreak::cli {

void add_audit_command(CLI::App& program);
void add_backup_command(CLI::App& program);
void add_init_command(CLI::App& program);
void add_member_command(CLI::App& program);
void add_restore_command(CLI::App& program);

namespace {

using testing::HasSubstr;

class NodeCommands : public testing::Test {
 protected:
  int run(std::vector<std::string> words) {
    CLI::App program;
    add_audit_command(program);
    add_backup_command(program);
    add_init_command(program);
    add_member_command(program);
    add_restore_command(program);
    std::reverse(words.begin(), words.end());
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
    printed_ = testing::internal::GetCapturedStdout();
    complained_ = testing::internal::GetCapturedStderr();
    return code;
  }
  int init() {
    return run({"init", "--data", data_, "--organization", "Example Services_", "--kind",
                "victim_service_provider", "--name", "Ada Example_", "--email", "ada@example.org"});
  }
  std::string path(const char* name) const { return (folder_.path() / name).string(); }

  db::TestFolder folder_;
  std::string data_ = path("node");
  std::string printed_, complained_;
};

TEST_F(NodeCommands, ANodeBeginsWithALinkForItsAdministrator) {
  EXPECT_EQ(run({"init", "--data", data_}), kExitUsage);
  EXPECT_EQ(run({"init", "--data", data_, "--organization", "X", "--kind", "spaceship", "--name",
                 "Y", "--email", "z@example.org"}),
            kExitInput);
  ASSERT_EQ(init(), kExitSuccess) << complained_;
  EXPECT_THAT(printed_, HasSubstr("/set-up?token="));
  const std::string first = printed_;
  ASSERT_EQ(init(), kExitSuccess) << "a lost link is replaced";
  EXPECT_NE(printed_, first);
  ASSERT_EQ(run({"member", "list", "--data", data_, "--json"}), kExitSuccess);
  EXPECT_THAT(
      printed_,
      HasSubstr("\"email\":\"ada@example.org\",\"state\":\"invited\",\"roles\":\"administrator\""));
}

TEST_F(NodeCommands, AccountsAreKeptFromTheCommandLine) {
  ASSERT_EQ(init(), kExitSuccess);
  ASSERT_EQ(
      run({"member", "invite", "--data", data_, "--organization", "Example Services_", "--name",
           "Bo Example_", "--email", "bo@example.org", "--roles", "advocate,account_steward"}),
      kExitSuccess)
      << complained_;
  EXPECT_EQ(run({"member", "invite", "--data", data_, "--organization", "Example Services_",
                 "--name", "C_", "--email", "c@example.org", "--roles", "king"}),
            kExitInput);
  EXPECT_EQ(run({"member", "disable", "--data", data_, "ada@example.org"}), kExitFailure);
  EXPECT_THAT(complained_, HasSubstr("last administrator"));
  EXPECT_EQ(run({"member", "disable", "--data", data_, "bo@example.org"}), kExitSuccess)
      << complained_;
  EXPECT_EQ(run({"member", "disable", "--data", data_, "nobody@example.org"}), kExitFailure);
}

TEST_F(NodeCommands, ADemonstrationSaysItsAccountsAndARealNodeCannotBecomeOne) {
  ASSERT_EQ(run({"init", "--data", path("demo"), "--demonstration", "--json"}), kExitSuccess)
      << complained_;
  EXPECT_THAT(printed_, HasSubstr("coordinator@demonstration.example.org"));
  ASSERT_EQ(init(), kExitSuccess);
  EXPECT_EQ(run({"init", "--data", data_, "--demonstration"}), kExitFailure);
}

TEST_F(NodeCommands, TheLogIsVerifiedAgainstANotedHead) {
  ASSERT_EQ(init(), kExitSuccess);
  ASSERT_EQ(run({"audit", "head", "--data", data_}), kExitSuccess);
  std::string head = printed_;
  head.pop_back();
  ASSERT_EQ(init(), kExitSuccess);
  EXPECT_EQ(run({"audit", "verify", "--data", data_, "--head", head, "--json"}), kExitSuccess)
      << printed_;
  EXPECT_THAT(printed_, HasSubstr("\"whole\":true"));
  head.back() = head.back() == '0' ? '1' : '0';
  EXPECT_EQ(run({"audit", "verify", "--data", data_, "--head", head}), kExitFailure);
  EXPECT_THAT(printed_, HasSubstr("NOT whole"));
  EXPECT_EQ(run({"audit", "verify", "--data", data_, "--head", "7"}), kExitInput);
  EXPECT_EQ(run({"audit", "list", "--data", data_}), kExitSuccess);
  EXPECT_THAT(printed_, HasSubstr("\"action\":\"member.invite\""));
}

TEST_F(NodeCommands, ABackupComesBackIntoANewDirectoryOnly) {
  ASSERT_EQ(init(), kExitSuccess);
  ASSERT_EQ(run({"backup", "--data", data_, "--to", path("b.backup")}), kExitSuccess)
      << complained_;
  EXPECT_EQ(run({"backup", "--data", data_, "--to", path("b.backup")}), kExitFailure);
  EXPECT_EQ(run({"backup", "--verify", path("b.backup")}), kExitSuccess);
  EXPECT_EQ(run({"restore", path("b.backup"), "--into", data_}), kExitFailure);
  ASSERT_EQ(run({"restore", path("b.backup"), "--into", path("new")}), kExitSuccess) << complained_;
  ASSERT_EQ(run({"member", "list", "--data", path("new")}), kExitSuccess);
  EXPECT_THAT(printed_, HasSubstr("ada@example.org"));
  std::ofstream(path("b.backup"), std::ios::binary | std::ios::app).close();
  std::filesystem::resize_file(path("b.backup"), std::filesystem::file_size(path("b.backup")) / 2);
  EXPECT_EQ(run({"backup", "--verify", path("b.backup")}), kExitInput);
  EXPECT_EQ(run({"restore", path("b.backup"), "--into", path("other")}), kExitInput);
  EXPECT_EQ(run({"audit", "verify", "--data", path("other")}), kExitFailure);
}

}  // namespace
}  // namespace daybreak::cli
