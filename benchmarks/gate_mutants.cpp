// SPDX-License-Identifier: AGPL-3.0-or-later
// Mutants of the gates and of what decides in a vault: makes one small mistake after the other
// (tests/wall/mutants/schemata.py) and runs the tests that come by it, random histories against the
// model among them, until one fails. At least 95 of 100 mistakes must be found; those that survive
// are listed, and which of them no test reaches at all. What carries the letters between nodes
// (line_mutants) and the pages of the gates (desk_mutants) are programs of their own with the same
// runner, and figures of their own.
//   DAYBREAK_MUTANTS=rest   only those without a result: goes on where a run was ended
//   DAYBREAK_MUTANTS=survivors, 10-90 for numbers, gates/release for places; others keep theirs
//   DAYBREAK_MUTANT_MINUTES=30   none is begun later; what was not tried is said
//   DAYBREAK_MUTANT_WORKERS=4   at the same time; two for each processor otherwise, as many wait
//   DAYBREAK_MUTANT_RESULTS=FILE   where results are kept (build/release/gate_mutants.txt)
//   DAYBREAK_MUTANT=n   the suites once with one mistake, =0 with none
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <deque>
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

#include "tests/wall/mutants/mutants.hpp"

extern char** environ;

namespace daybreak {
namespace {

using wall::mutants::Mutant;

enum class End { kFound, kSurvived };

// Which tests come by which places, seen in one run without a mistake. Only those tests can find a
// mistake there; what is reached before the first test is for all of them.
class Reached : public testing::EmptyTestEventListener {
 public:
  struct One {
    std::string name;
    std::chrono::milliseconds takes;
    bool needs_server;
    std::vector<bool> places;
    bool is_quick() const { return takes < std::chrono::milliseconds(60); }
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
    tests_.push_back(
        {name, std::chrono::milliseconds(test.result()->elapsed_time()), needs_server, seen()});
  }
  bool at_all(std::size_t number) const {
    return before_[number] || std::any_of(tests_.begin(), tests_.end(),
                                          [&](const One& one) { return one.places[number]; });
  }
  // What to run, and how long it takes without a mistake.
  struct Wanted {
    std::string filter;  // empty: nothing
    std::chrono::milliseconds takes{0};
  };
  template <typename Fits>
  Wanted tests_at(std::size_t number, Fits fits) const {
    Wanted wanted;
    for (const One& one : tests_)
      if ((before_[number] || one.places[number]) && fits(one)) {
        wanted.filter += (wanted.filter.empty() ? "" : ":") + one.name;
        wanted.takes += one.takes;
      }
    return wanted;
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
  all.push_back("DAYBREAK_TEST_PATIENCE_MS=4000");
  if (engines == Engines::kSqlite) all.push_back("TMPDIR=" + scratch);
  return all;
}

// Which test failed, where the suites could say it.
std::string failed_in(const std::string& file) {
  constexpr std::string_view kMark = "[  FAILED  ] ";
  std::ifstream said(file);
  for (std::string line; std::getline(said, line);)
    if (line.starts_with(kMark)) {
      const std::string rest = line.substr(kMark.size());
      return rest.substr(0, rest.find_first_of(", "));
    }
  return {};
}

struct Ran {
  End end;
  std::string test;  // the one that found it
  int signal = 0;    // that ended the suites: SIGKILL when it took too long
};

Ran run_suites(const char* program, int number, Engines engines,
               const Reached::Wanted& wanted_tests, const std::string& scratch) {
  const auto most = std::chrono::seconds(15) + 5 * wanted_tests.takes;
  const std::string said = scratch + "/said";
  std::vector<std::string> words = environment_with(number, engines, scratch);
  const auto computes = std::chrono::seconds(15) + 2 * wanted_tests.takes;
  words.push_back(
      "DAYBREAK_MUTANT_CPU_SECONDS=" +
      std::to_string(std::chrono::duration_cast<std::chrono::seconds>(computes).count()));
  std::vector<char*> variables;
  for (std::string& word : words) variables.push_back(word.data());
  variables.push_back(nullptr);
  std::string name = program, wanted = "--gtest_filter=" + wanted_tests.filter,
              fast = "--gtest_fail_fast", brief = "--gtest_brief=1";
  // Each mistake has a server of its own: a test that fails leaves its databases behind.
  std::string server = "scripts/start-test-postgres";
  char* with_server[] = {server.data(), name.data(),  wanted.data(),
                         fast.data(),   brief.data(), nullptr};
  char** arguments = engines == Engines::kPostgres ? with_server : with_server + 1;
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, said.c_str(),
                                     O_WRONLY | O_CREAT | O_TRUNC, 0600);
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
    if (std::chrono::steady_clock::now() - began > most) {
      ::kill(child, SIGKILL);  // it hangs, which is noticed too
      ::waitpid(child, &status, 0);
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {End::kSurvived, {}, 0};
  return {End::kFound, failed_in(said), WIFSIGNALED(status) ? WTERMSIG(status) : 0};
}

// Stores of the suites live in memory where that can be had: nothing here is about the disk.
std::string scratch_folder() {
  const std::filesystem::path memory = "/dev/shm";
  const auto below =
      ::access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path();
  std::string name = (below / "daybreak-mutants-XXXXXX").string();
  return ::mkdtemp(name.data()) == nullptr ? below.string() : name;
}

// Which tests found the last mistakes of a file: they are asked first.
class Killers {
 public:
  std::vector<std::string> of(const std::string& file) {
    const std::lock_guard lock(mutex_);
    return {found_[file].begin(), found_[file].end()};
  }
  void found(const std::string& file, const std::string& test) {
    const std::lock_guard lock(mutex_);
    std::deque<std::string>& last = found_[file];
    std::erase(last, test);
    last.push_front(test);
    if (last.size() > 4) last.pop_back();
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::deque<std::string>> found_;
};

class Trials {
 public:
  Trials(const char* program, const Reached& reached) : program_(program), reached_(reached) {}

  End run(const Mutant& mutant, std::size_t place) {
    const std::string scratch = scratch_folder();
    const End end = run_in(scratch, mutant, place);
    std::error_code ignored;
    std::filesystem::remove_all(scratch, ignored);
    return end;
  }
  // The same tests without a mistake, under the same load: must not fail. Which one did, or empty.
  std::string found_without(std::size_t place) {
    const std::string scratch = scratch_folder();
    const auto wanted =
        reached_.tests_at(place, [](const Reached::One& one) { return !one.needs_server; });
    const Ran ran = wanted.filter.empty()
                        ? Ran{End::kSurvived, {}, 0}
                        : run_suites(program_, 0, Engines::kSqlite, wanted, scratch);
    std::error_code ignored;
    std::filesystem::remove_all(scratch, ignored);
    if (ran.end == End::kSurvived) return {};
    return ran.test.empty() ? fmt::format("(ended by signal {})", ran.signal) : ran.test;
  }

 private:
  static std::string file_of(const Mutant& mutant) {
    return mutant.place.substr(0, mutant.place.find(':'));
  }
  bool finds(const std::string& scratch, const Mutant& mutant, std::size_t place, Engines engines,
             const Reached::Wanted& wanted) {
    if (wanted.filter.empty()) return false;
    // A test counts when it fails once more, alone: not for want of a processor. When it does not,
    // all are asked again.
    const int number = static_cast<int>(place);
    for (int attempt = 0; attempt < 3; ++attempt) {
      const Ran ran = run_suites(program_, number, engines, wanted, scratch);
      if (ran.end == End::kSurvived) return false;
      Reached::Wanted again = wanted;
      if (!ran.test.empty()) again.filter = ran.test;
      if (run_suites(program_, number, engines, again, scratch).end == End::kSurvived) continue;
      if (!ran.test.empty()) killers_.found(file_of(mutant), ran.test);
      return true;
    }
    return false;
  }
  End run_in(const std::string& scratch, const Mutant& mutant, std::size_t place) {
    using One = Reached::One;
    const auto last = killers_.of(file_of(mutant));
    const auto before = [&](const One& one) { return std::ranges::count(last, one.name) > 0; };
    const auto find = [&](Engines engines, auto fits) {
      return finds(scratch, mutant, place, engines, reached_.tests_at(place, fits));
    };
    if (find(Engines::kSqlite, [&](const One& one) { return !one.needs_server && before(one); }))
      return End::kFound;
    for (const bool quick : {true, false})
      if (find(Engines::kSqlite, [&](const One& one) {
            return !one.needs_server && one.is_quick() == quick && !before(one);
          }))
        return End::kFound;
    // What only a server shows: a vault opens otherwise on one, and tells that it was restored.
    const bool asks_server = mutant.place.starts_with("vault/vault.cpp") ||
                             mutant.place.starts_with("vault/releases/restored.cpp") ||
                             mutant.words.find("end_if_restored") != std::string::npos;
    if (!asks_server || std::getenv("DAYBREAK_TEST_POSTGRES") == nullptr) return End::kSurvived;
    for (const bool quick : {true, false})
      if (find(Engines::kPostgres,
               [&](const One& one) { return one.needs_server && one.is_quick() == quick; }))
        return End::kFound;
    return End::kSurvived;
  }

  const char* program_;
  const Reached& reached_;
  Killers killers_;
};

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

struct Counts {
  int found = 0, tried = 0, all = 0;
};

// The whole set is counted, whatever was tried now; what has no result was not found.
int report(const std::vector<Mutant>& all, const std::vector<std::string>& names,
           const Results& results, const Reached& reached) {
  std::map<std::string, Counts> files;
  Counts sum;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const End* end = results.find(names[i]);
    for (Counts* one : {&files[all[i].place.substr(0, all[i].place.find(':'))], &sum}) {
      ++one->all;
      one->tried += end != nullptr ? 1 : 0;
      one->found += end != nullptr && *end == End::kFound ? 1 : 0;
    }
    if (end != nullptr && *end == End::kSurvived)
      fmt::print("survived {:>4}{} {}  {}: {}\n", i + 1,
                 reached.at_all(i + 1) ? " " : " (not reached)", all[i].place, all[i].what,
                 all[i].words);
  }
  fmt::print("{:<40} {:>5} {:>5} {:>5}\n", "file", "found", "tried", "all");
  for (const auto& [file, counts] : files)
    fmt::print("{:<40} {:>5} {:>5} {:>5}\n", file, counts.found, counts.tried, counts.all);
  if (sum.tried < sum.all)
    fmt::print("{} were not tried: go on with DAYBREAK_MUTANTS=rest\n", sum.all - sum.tried);
  fmt::print("found {} of {} mutants, {:.1f} %; of the {} that were tried {:.1f} %\n", sum.found,
             sum.all, 100.0 * sum.found / std::max(1, sum.all), sum.tried,
             100.0 * sum.found / std::max(1, sum.tried));
  return sum.found * 100 >= sum.all * 95 ? 0 : 1;
}

long number_in(const char* variable, long usual) {
  const char* text = std::getenv(variable);
  return text == nullptr ? usual : std::max(1L, std::atol(text));
}

// Tries them until all have a result or the time is over.
void try_all(const char* program, const std::vector<Mutant>& all,
             const std::vector<std::string>& names, const std::vector<std::size_t>& wanted,
             const Reached& reached, Results& results) {
  using Time = std::chrono::steady_clock;
  constexpr std::size_t kControlEvery = 25;
  const auto end = Time::now() + std::chrono::minutes(number_in("DAYBREAK_MUTANT_MINUTES", 30));
  const auto processors = std::max(1u, std::thread::hardware_concurrency());
  Trials trials(program, reached);
  std::atomic<std::size_t> next{0}, controls{0}, false_alarms{0};
  std::mutex keeping;
  std::vector<std::jthread> workers;
  for (long worker = number_in("DAYBREAK_MUTANT_WORKERS", 2L * processors); worker > 0; --worker)
    workers.emplace_back([&] {
      for (std::size_t at = next++; at < wanted.size() && Time::now() < end; at = next++) {
        const std::size_t i = wanted[at];
        const End tried = trials.run(all[i], i + 1);
        if (at % kControlEvery == 0) {
          ++controls;
          if (const std::string test = trials.found_without(i + 1); !test.empty()) {
            ++false_alarms;
            fmt::print("without a mistake, at {}: {} failed\n", all[i].place, test);
            std::fflush(stdout);
          }
        }
        const std::lock_guard lock(keeping);
        results.keep(names[i], tried);
      }
    });
  workers.clear();
  fmt::print("without a mistake, under the same load: {} of {} runs failed\n", false_alarms.load(),
             controls.load());
}

// build/release/gate_mutants.txt of bench_gate_mutants.
std::string usual_results(const char* program) {
  const std::string name = std::filesystem::path(program).filename().string();
  return "build/release/" + name.substr(name.find('_') + 1) + ".txt";
}

int run_all(const char* program) {
  const auto& all = wall::mutants::all();
  const auto names = names_of(all);
  const char* part_text = std::getenv("DAYBREAK_MUTANTS");
  const std::string part = part_text == nullptr ? "" : part_text;
  const char* file = std::getenv("DAYBREAK_MUTANT_RESULTS");
  Results results(file == nullptr ? usual_results(program) : std::string(file));
  auto* reached = new Reached(all.size());  // the list of listeners owns it
  testing::UnitTest::GetInstance()->listeners().Append(reached);
  // On the server only what asks it in another way than a SQLite store is asked.
  GTEST_FLAG_SET(
      filter,
      "-Both/ReleaseGateTest.*/PostgreSQL:Both/ReleaseGateFiles.*/PostgreSQL:"
      "Both/ReleaseCases.*/PostgreSQL:Both/ReleasesTest.*/PostgreSQL:"
      "Both/ReferralGateTest.*/PostgreSQL:Both/AggregateGateTest.*/PostgreSQL:"
      "Both/PostTest.*/PostgreSQL:Both/StrangersTest.*/PostgreSQL:Both/OutboxTest.*/PostgreSQL:"
      "Both/ElsewhereTest.*/PostgreSQL");
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
  try_all(program, all, names, wanted, *reached, results);
  return report(all, names, results, *reached);
}

}  // namespace
}  // namespace daybreak

int main(int count, char** arguments) {
  testing::InitGoogleTest(&count, arguments);
  if (GTEST_FLAG_GET(list_tests)) return RUN_ALL_TESTS();
  if (std::getenv("DAYBREAK_MUTANT") != nullptr) {
    // A loop without an end is ended by the time that it computed, however busy the machine is.
    const auto seconds =
        static_cast<rlim_t>(daybreak::number_in("DAYBREAK_MUTANT_CPU_SECONDS", 15));
    const rlimit most{seconds, seconds};
    ::setrlimit(RLIMIT_CPU, &most);
    return RUN_ALL_TESTS();
  }
  return daybreak::run_all(arguments[0]);
}
