// SPDX-License-Identifier: AGPL-3.0-or-later
// Mutants of the gates and of what decides in a vault: makes one small mistake after the other
// (tests/wall/mutants/schemata.py) and runs the tests that come by it, random histories against the
// model among them, until one fails. At least 95 of 100 mistakes must be found; those that survive
// are listed, and which of them no test reaches at all.
//   DAYBREAK_MUTANTS=survivors   only those that were not found in the last run; or `rest` for
//   those
//       without a result, 10-90 for numbers, gates/release for places; others keep their results
//   DAYBREAK_MUTANT_RESULTS=FILE   where results are kept (build/release/gate_mutants.txt)
//   DAYBREAK_MUTANT=n   the suites once with one mistake, =0 with none
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <mutex>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "prove/proof.hpp"
#include "tests/wall/mutants/mutants.hpp"

extern char** environ;

namespace daybreak {
namespace {

using wall::mutants::Mutant;

TEST(Histories, FollowTheModel) {
  const prove::Proof proof = prove::prove_wall(150, 4);
  for (const std::string& fault : proof.faults) ADD_FAILURE() << fault;
}

enum class End { kFound, kSurvived };

// Which tests come by which places, seen in one run without a mistake. Only those tests can find a
// mistake there; what is reached before the first test is for all of them.
class Reached : public testing::EmptyTestEventListener {
 public:
  struct One {
    std::string name;
    bool is_quick, needs_server;
    std::vector<bool> places;
  };
  explicit Reached(std::size_t mutants) : mutants_(mutants), before_(seen()) {}
  void OnTestStart(const testing::TestInfo&) override {
    for (auto& one : wall::mutants::reached) one = false;
  }
  void OnTestEnd(const testing::TestInfo& test) override {
    const std::string name = std::string(test.test_suite_name()) + "." + test.name();
    const bool needs_server = name.ends_with("/PostgreSQL") || name.starts_with("SecondWall");
    if (name.find("ReleaseGateCases") != std::string::npos && needs_server &&
        name.find("ADatabase") == std::string::npos)
      return;  // nothing that the SQLite half does not show
    tests_.push_back({name, test.result()->elapsed_time() < 60, needs_server, seen()});
  }
  bool at_all(std::size_t number) const {
    return before_[number] || std::any_of(tests_.begin(), tests_.end(),
                                          [&](const One& one) { return one.places[number]; });
  }
  // Empty when there is none.
  std::string filter(std::size_t number, bool quick, bool server) const {
    std::string names;
    for (const One& one : tests_)
      if (one.is_quick == quick && one.needs_server == server &&
          (before_[number] || one.places[number]))
        names += (names.empty() ? "" : ":") + one.name;
    return names;
  }

 private:
  std::vector<bool> seen() const {
    std::vector<bool> places(mutants_ + 1);
    for (std::size_t i = 0; i <= mutants_; ++i) places[i] = wall::mutants::reached[i];
    return places;
  }
  std::size_t mutants_;
  std::vector<bool> before_;
  std::vector<One> tests_;
};

// Of both engines; the SQLite halves are asked first.
enum class Engines { kSqlite, kPostgres };

std::vector<std::string> environment_with(int number, Engines engines, const std::string& scratch) {
  std::vector<std::string> all;
  for (char** one = environ; *one != nullptr; ++one)
    if (!std::string_view(*one).starts_with("DAYBREAK_MUTANT=") &&
        (engines == Engines::kPostgres || !std::string_view(*one).starts_with("TMPDIR=")) &&
        !std::string_view(*one).starts_with("DAYBREAK_TEST_POSTGRES="))
      all.emplace_back(*one);
  all.push_back("DAYBREAK_MUTANT=" + std::to_string(number));
  if (engines == Engines::kSqlite) all.push_back("TMPDIR=" + scratch);
  return all;
}

End run_suites(const char* program, int number, Engines engines, const std::string& filter,
               const std::string& scratch) {
  constexpr std::chrono::minutes kMost{5};
  std::vector<std::string> words = environment_with(number, engines, scratch);
  std::vector<char*> variables;
  for (std::string& word : words) variables.push_back(word.data());
  variables.push_back(nullptr);
  std::string name = program, wanted = "--gtest_filter=" + filter, fast = "--gtest_fail_fast",
              brief = "--gtest_brief=1";
  // Each mistake has a server of its own: a test that fails leaves its databases behind.
  std::string server = "scripts/start-test-postgres";
  char* with_server[] = {server.data(), name.data(),  wanted.data(),
                         fast.data(),   brief.data(), nullptr};
  char** arguments = engines == Engines::kPostgres ? with_server : with_server + 1;
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
  pid_t child = 0;
  const int failed =
      ::posix_spawn(&child, arguments[0], &files, nullptr, arguments, variables.data());
  ::posix_spawn_file_actions_destroy(&files);
  if (failed != 0) {
    fmt::print("The suites cannot be started.\n");
    std::exit(1);
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

// Stores of the suites live in memory where that can be had: nothing here is about the disk.
std::string scratch_folder() {
  const std::filesystem::path memory = "/dev/shm";
  const auto below =
      ::access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path();
  std::string name = (below / "daybreak-mutants-XXXXXX").string();
  return ::mkdtemp(name.data()) == nullptr ? below.string() : name;
}

End run_with(const char* program, const Mutant& mutant, std::size_t place, const Reached& reached) {
  const std::string scratch = scratch_folder();
  const int number = static_cast<int>(place);
  End end = End::kSurvived;
  for (const bool quick : {true, false})
    if (const std::string filter = reached.filter(place, quick, false);
        end == End::kSurvived && !filter.empty())
      end = run_suites(program, number, Engines::kSqlite, filter, scratch);
  // What only a server shows: a vault opens otherwise on one, and tells that it was restored.
  const bool asks_server = mutant.place.starts_with("vault/vault.cpp") ||
                           mutant.place.starts_with("vault/releases/restored.cpp") ||
                           mutant.words.find("end_if_restored") != std::string::npos;
  for (const bool quick : {true, false})
    if (const std::string filter = reached.filter(place, quick, true);
        asks_server && end == End::kSurvived && !filter.empty() &&
        std::getenv("DAYBREAK_TEST_POSTGRES") != nullptr)
      end = run_suites(program, number, Engines::kPostgres, filter, scratch);
  std::error_code ignored;
  std::filesystem::remove_all(scratch, ignored);
  return end;
}

// What names a mistake when lines move: its file, what it is, its words and which of them it is.
std::vector<std::string> names_of(const std::vector<Mutant>& all) {
  std::vector<std::string> names;
  std::map<std::string, int> seen;
  for (const Mutant& one : all) {
    const std::string name =
        one.place.substr(0, one.place.find(':')) + "\t" + one.what + "\t" + one.words;
    names.push_back(name + "\t" + std::to_string(++seen[name]));
  }
  return names;
}

class Results {
 public:
  explicit Results(std::string path) : path_(std::move(path)) {
    std::ifstream file(path_);
    for (std::string line; std::getline(file, line);)
      if (line.size() > 2) ends_[line.substr(2)] = line[0] == '+' ? End::kFound : End::kSurvived;
  }
  const End* find(const std::string& name) const {
    const auto found = ends_.find(name);
    return found == ends_.end() ? nullptr : &found->second;
  }
  void keep(const std::string& name, End end) {
    ends_[name] = end;
    std::ofstream(path_, std::ios::app) << (end == End::kFound ? "+ " : "- ") << name << "\n";
  }
  void forget() {
    ends_.clear();
    std::ofstream(path_, std::ios::trunc);
  }

 private:
  std::string path_;
  std::map<std::string, End> ends_;
};

bool is_wanted(const std::string& part, std::size_t number, const Mutant& mutant, const End* end) {
  if (part.empty()) return true;
  if (part == "survivors") return end == nullptr || *end == End::kSurvived;
  if (part == "rest") return end == nullptr;
  std::size_t from = 0, to = 0;
  if (std::sscanf(part.c_str(), "%zu-%zu", &from, &to) == 2) return number >= from && number <= to;
  return mutant.place.starts_with(part);
}

// The whole set is counted, whatever was tried now; what has no result was not found.
int report(const std::vector<Mutant>& all, const std::vector<std::string>& names,
           const Results& results, const Reached& reached) {
  std::map<std::string, std::pair<int, int>> files;  // found, all
  std::size_t found = 0, untried = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const End* end = results.find(names[i]);
    auto& [found_here, all_here] = files[all[i].place.substr(0, all[i].place.find(':'))];
    ++all_here;
    if (end == nullptr) ++untried;
    if (end != nullptr && *end == End::kFound) {
      ++found_here;
      ++found;
    } else if (end != nullptr) {
      fmt::print("survived {:>4}{} {}  {}: {}\n", i + 1,
                 reached.at_all(i + 1) ? " " : " (not reached)", all[i].place, all[i].what,
                 all[i].words);
    }
  }
  for (const auto& [file, counts] : files)
    fmt::print("{:<40} {:>4} of {:>4}\n", file, counts.first, counts.second);
  if (untried > 0) fmt::print("{} not tried\n", untried);
  fmt::print("found {} of {} mutants, {:.1f} %\n", found, all.size(),
             100.0 * static_cast<double>(found) / static_cast<double>(all.size()));
  return found * 100 >= all.size() * 95 ? 0 : 1;
}

int run_all(const char* program) {
  const auto& all = wall::mutants::all();
  const auto names = names_of(all);
  const char* part_text = std::getenv("DAYBREAK_MUTANTS");
  const std::string part = part_text == nullptr ? "" : part_text;
  const char* file = std::getenv("DAYBREAK_MUTANT_RESULTS");
  Results results(file == nullptr ? "build/release/gate_mutants.txt" : file);
  auto* reached = new Reached(all.size());  // the list of listeners owns it
  testing::UnitTest::GetInstance()->listeners().Append(reached);
  // On the server only what asks it in another way than a SQLite store is asked.
  GTEST_FLAG_SET(filter,
                 "-Both/ReleaseGateTest.*/PostgreSQL:Both/ReleaseGateFiles.*/PostgreSQL:"
                 "Both/ReleaseCases.*/PostgreSQL:Both/ReleasesTest.*/PostgreSQL:"
                 "Both/ReferralGateTest.*/PostgreSQL:Both/AggregateGateTest.*/PostgreSQL");
  if (RUN_ALL_TESTS() != 0) {
    fmt::print("The suites fail without any mutant.\n");
    return 1;
  }
  if (part.empty()) results.forget();
  std::vector<std::size_t> wanted;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (is_wanted(part, i + 1, all[i], results.find(names[i]))) wanted.push_back(i);
  fmt::print("trying {} of {} mutants\n", wanted.size(), all.size());
  std::fflush(stdout);
  std::atomic<std::size_t> next{0};
  std::mutex keeping;
  std::vector<std::jthread> workers;
  for (unsigned worker = 0; worker < std::max(1u, std::thread::hardware_concurrency()); ++worker)
    workers.emplace_back([&] {
      for (std::size_t at = next++; at < wanted.size(); at = next++) {
        const std::size_t i = wanted[at];
        const End end = run_with(program, all[i], i + 1, *reached);
        const std::lock_guard lock(keeping);
        results.keep(names[i], end);
      }
    });
  workers.clear();
  return report(all, names, results, *reached);
}

}  // namespace
}  // namespace daybreak

int main(int count, char** arguments) {
  testing::InitGoogleTest(&count, arguments);
  if (std::getenv("DAYBREAK_MUTANT") != nullptr) {
    // A loop without an end is ended by the time that it computed, however busy the machine is.
    const rlimit most{15, 15};
    ::setrlimit(RLIMIT_CPU, &most);
    return RUN_ALL_TESTS();
  }
  return daybreak::run_all(arguments[0]);
}
