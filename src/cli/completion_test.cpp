// SPDX-License-Identifier: AGPL-3.0-or-later
// The completion script, run by a real bash: what a user would be offered after each word.
#include "cli/completion.hpp"

#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <fstream>
#include <gtest/gtest.h>

#include "cli/command.hpp"
#include "db/test_database.hpp"

namespace daybreak::cli {
namespace {

class Completion : public testing::Test {
 protected:
  Completion() {
    add_commands(program_);
    std::ofstream(script_) << bash_completion(program_);
  }

  // What bash offers when the cursor stands at the end of these words.
  std::string offered(const std::string& words, int cursor) {
    const std::string command = "cd '" + folder_.path().string() + "' && bash -c 'source " +
                                script_ + "; COMP_WORDS=(" + words +
                                "); COMP_CWORD=" + std::to_string(cursor) +
                                "; _daybreak; echo \"${COMPREPLY[*]}\"'";
    std::string text;
    FILE* pipe = popen(command.c_str(), "r");
    std::array<char, 512> chunk;
    while (fgets(chunk.data(), chunk.size(), pipe)) text += chunk.data();
    pclose(pipe);
    if (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
  }

  CLI::App program_;
  db::TestFolder folder_;
  std::string script_ = (folder_.path() / "completion.bash").string();
};

TEST_F(Completion, CommandsOfTheirGroup) {
  EXPECT_EQ(offered("daybreak bac", 1), "backup");
  EXPECT_EQ(offered("daybreak directory exp", 2), "export");
}

TEST_F(Completion, OptionsOfTheCommandAlsoAfterValues) {
  EXPECT_EQ(offered("daybreak serve --data demo --po", 4), "--port");
  EXPECT_EQ(offered("daybreak version --po", 2), "");
}

TEST_F(Completion, FilesWhereAFileMayStand) {
  std::ofstream(folder_.path() / "guide.xlsx") << "x";
  EXPECT_EQ(offered("daybreak directory import gui", 3), "guide.xlsx");
}

}  // namespace
}  // namespace daybreak::cli
