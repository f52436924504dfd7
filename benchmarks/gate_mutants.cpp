// SPDX-License-Identifier: AGPL-3.0-or-later
// Mutants of the gates and of what decides in a vault: makes one small mistake after the other
// (tests/wall/mutants/schemata.py) and runs the suites that hold these files, and random histories
// against the model. At least 95 of 100 mistakes must be found. DAYBREAK_MUTANT=n runs the suites
// with one mistake, =0 with none; DAYBREAK_MUTANTS=from-to only some.
#include <chrono>
#include <cstdio>
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>
#include <signal.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "prove/proof.hpp"
#include "tests/wall/mutants/mutants.hpp"

namespace daybreak {
namespace {

using wall::mutants::Mutant;

TEST(Histories, FollowTheModel) {
  const prove::Proof proof = prove::prove_wall(150, 4);
  for (const std::string& fault : proof.faults) ADD_FAILURE() << fault;
}

enum class End { kFound, kSurvived };

End run_with(const char* program, int number) {
  constexpr std::chrono::seconds kMost{120};
  const pid_t child = ::fork();
  if (child == 0) {
    ::setenv("DAYBREAK_MUTANT", std::to_string(number).c_str(), 1);
    const int nothing = ::open("/dev/null", O_WRONLY);
    ::dup2(nothing, STDOUT_FILENO);
    ::dup2(nothing, STDERR_FILENO);
    ::execl(program, program, "--gtest_fail_fast", "--gtest_brief=1", nullptr);
    _exit(126);
  }
  const auto began = std::chrono::steady_clock::now();
  int status = 0;
  while (::waitpid(child, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() - began > kMost) {
      ::kill(child, SIGKILL);  // it hangs, which is noticed too
      ::waitpid(child, &status, 0);
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? End::kSurvived : End::kFound;
}

int run_all(const char* program) {
  const auto& all = wall::mutants::all();
  if (run_with(program, 0) != End::kSurvived) {
    fmt::print("The suites fail without any mutant.\n");
    return 1;
  }
  std::size_t from = 1, to = all.size();
  if (const char* part = std::getenv("DAYBREAK_MUTANTS"); part != nullptr)
    std::sscanf(part, "%zu-%zu", &from, &to);
  std::size_t found = 0;
  std::map<std::string, std::pair<int, int>> files;  // found, all
  for (std::size_t number = from; number <= to; ++number) {
    const Mutant& mutant = all.at(number - 1);
    const bool is_found = run_with(program, static_cast<int>(number)) == End::kFound;
    found += is_found ? 1 : 0;
    auto& [found_here, all_here] = files[mutant.place.substr(0, mutant.place.find(':'))];
    found_here += is_found ? 1 : 0;
    ++all_here;
    if (!is_found)
      fmt::print("survived {:>3}  {}  {}: {}\n", number, mutant.place, mutant.what, mutant.words);
    std::fflush(stdout);
  }
  const std::size_t count = to - from + 1;
  for (const auto& [file, counts] : files)
    fmt::print("{:<40} {:>3} of {:>3}\n", file, counts.first, counts.second);
  fmt::print("found {} of {} mutants, {:.1f} %\n", found, count,
             100.0 * static_cast<double>(found) / static_cast<double>(count));
  return found * 100 >= count * 95 ? 0 : 1;
}

}  // namespace
}  // namespace daybreak

int main(int count, char** arguments) {
  testing::InitGoogleTest(&count, arguments);
  if (std::getenv("DAYBREAK_MUTANT") != nullptr) return RUN_ALL_TESTS();
  return daybreak::run_all(arguments[0]);
}
