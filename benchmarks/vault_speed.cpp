// SPDX-License-Identifier: AGPL-3.0-or-later
// A vault at work: 100,000 survivors' files saved by 50 writers at once, each file sealed, indexed
// and recorded, and each write flushed to disk before it is answered; then opening a case among
// them, decisions and the audit log. On SQLite and, where $DAYBREAK_TEST_POSTGRES names a server,
// PostgreSQL (with flushes when $DAYBREAK_TEST_POSTGRES_FSYNC is "on"). Exits 1 when a bar is
// missed: 2,000 writes a second with p99 of 50 ms, p99 of 100 ms for each step of opening a case,
// 10 µs for a decision, 20,000 leaves a second. $DAYBREAK_CLIENTS chooses another number of files;
// with $DAYBREAK_NEW_SERVER PostgreSQL makes the files of its log while it is measured.
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <ctime>
#include <fmt/format.h>
#include <fstream>
#include <thread>

#include "base/progress.hpp"
#include "base/scratch_folder.hpp"
#include "base/text.hpp"
#include "db/database.hpp"
#include "vault/clients/clients.hpp"
#include "vault/example_vault.hpp"
#include "vault/notes/notes.hpp"
#include "vault/services/services.hpp"
#include "vault/test_address.hpp"

namespace {

using namespace daybreak;
using vault::Work;
using vault::clients::Answer;
using vault::clients::ClientId;
using vault::clients::Clients;

constexpr int kWriters = 50;
bool all_met = true;

double cpu_seconds() {
  timespec now;
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}
using Steady = std::chrono::steady_clock;
double seconds_since(Steady::time_point begun) {
  return std::chrono::duration<double>(Steady::now() - begun).count();
}

std::string load() {
  std::ifstream file("/proc/loadavg");
  std::string one;
  file >> one;
  return one;
}

template <typename T>
T need(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().describe());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// Times of single acts, in seconds.
class Times {
 public:
  explicit Times(std::size_t count) { all_.reserve(count); }
  template <typename Act>
  void time(Act&& act) {
    const auto begun = Steady::now();
    act();
    all_.push_back(seconds_since(begun));
  }
  void add(const Times& other) { all_.insert(all_.end(), other.all_.begin(), other.all_.end()); }
  double at(double part) {
    std::sort(all_.begin(), all_.end());
    return all_[std::min(all_.size() - 1,
                         static_cast<std::size_t>(part * static_cast<double>(all_.size())))];
  }

 private:
  std::vector<double> all_;
};

void report(const std::string& what, const std::string& measured, bool met) {
  all_met = all_met && met;
  fmt::print("  {:<58} {}{}\n", what, measured, met ? "" : "   MISSED");
  std::fflush(stdout);
}
void report_times(const std::string& what, Times& times, double bar_ms) {
  report(what,
         fmt::format("p50 {:.2f} ms, p99 {:.2f} ms (bar {} ms)", times.at(0.5) * 1e3,
                     times.at(0.99) * 1e3, bar_ms),
         times.at(0.99) * 1e3 <= bar_ms);
}

// Invented names: 200 first ones and 500 last ones, each pair again and again.
std::string name_of(int number) {
  constexpr std::string_view kSyllables[] = {"ba", "ce", "di", "fo", "gu", "ha", "je", "ki",
                                             "lo", "mu", "na", "pe", "ri", "so", "tu"};
  const auto word = [&](int n) {
    return std::string(kSyllables[n % 15]) + std::string(kSyllables[n / 15 % 15]) +
           std::string(kSyllables[n / 225 % 15]);
  };
  return word(number % 200) + " " + word(number / 200 % 500 + 300) + "_";
}

std::vector<Answer> answers_of(int number) {
  const auto said = [](std::string question, std::string text) {
    return Answer{.question = std::move(question), .text = Secret<std::string>(std::move(text))};
  };
  return {said("preferred_name", name_of(number)),
          said("phone", fmt::format("716-555-{:04}", number % 10000)),
          said("goals", "A place of my own by spring, and my papers back."),
          Answer{.question = "language", .codes = {"es"}}};
}

// Each writer saves files until all are there.
void save_files(const Work& work, int count, std::vector<ClientId>& ids) {
  const Date today(std::chrono::floor<std::chrono::days>(work.now()));
  std::atomic<int> next = 0;
  std::vector<Times> times(kWriters, Times(static_cast<std::size_t>(count / kWriters * 2)));
  ids.resize(static_cast<std::size_t>(count));
  const auto begun = Steady::now();
  const double cpu = cpu_seconds();
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer)
    writers.emplace_back([&, writer] {
      for (int number = next++; number < count; number = next++)
        times[static_cast<std::size_t>(writer)].time([&] {
          ids[static_cast<std::size_t>(number)] =
              need(Clients(work).open(answers_of(number), today));
        });
    });
  for (std::thread& writer : writers) writer.join();
  const double wall = seconds_since(begun);
  Times together(static_cast<std::size_t>(count));
  for (const Times& one : times) together.add(one);
  report(fmt::format("{} new files by {} writers, acknowledged", with_commas(count), kWriters),
         fmt::format("{:.0f}/s ({:.0f} a CPU s)", count / wall, count / (cpu_seconds() - cpu)),
         count / wall >= 2000);
  report_times("  one new file: 4 answers sealed, words indexed, recorded", together, 50);
}

void save_notes(const Work& work, const std::vector<ClientId>& ids) {
  constexpr int kEach = 400;
  std::vector<Times> times(kWriters, Times(kEach));
  const auto begun = Steady::now();
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer)
    writers.emplace_back([&, writer] {
      for (int i = 0; i < kEach; ++i)
        times[static_cast<std::size_t>(writer)].time([&] {
          need(vault::notes::Notes(work).write(
              ids[static_cast<std::size_t>(writer * kEach + i) % ids.size()],
              vault::notes::NoteClass::kFactual,
              Secret<std::string>("Went with her to the clerk's office. Form filed.")));
        });
    });
  for (std::thread& writer : writers) writer.join();
  const double rate = kWriters * kEach / seconds_since(begun);
  Times together(static_cast<std::size_t>(kWriters) * kEach);
  for (const Times& one : times) together.add(one);
  report("notes by 50 writers, acknowledged", fmt::format("{:.0f}/s", rate), rate >= 2000);
  report_times("  one note", together, 50);
}

void open_cases(const Work& work, const std::vector<ClientId>& ids) {
  constexpr int kTimes = 300;
  Times list(kTimes), later(kTimes), name(kTimes), first_name(kTimes), file(kTimes);
  SeededRandom dice(5);
  Clients clients(work);
  for (int i = 0; i < kTimes; ++i) {
    const int number = static_cast<int>(dice.below(ids.size()));
    list.time([&] { need(clients.list({})); });
    later.time([&] {
      need(clients.list({.skip = static_cast<std::int64_t>(dice.below(ids.size() - 50))}));
    });
    name.time([&] {
      if (need(clients.list({.words = name_of(number)})).lines.empty())
        throw std::runtime_error("a name is not found");
    });
    const std::string whole = name_of(number);
    first_name.time([&] { need(clients.list({.words = whole.substr(0, whole.find(' '))})); });
    file.time([&] {
      if (need(clients.read(ids[static_cast<std::size_t>(number)])).answers.size() != 4)
        throw std::runtime_error("a file is not whole");
    });
  }
  report_times("the list of files, its first 50", list, 100);
  report_times("the list, 50 somewhere in it", later, 100);
  report_times("search by first and last name", name, 100);
  report_times("search by a first name that 500 of 100,000 have", first_name, 100);
  report_times("open one file", file, 100);
}

void decide_often(const Work& work) {
  constexpr int kTimes = 200'000;
  Times times(kTimes);
  int permitted = 0;
  for (int i = 0; i < kTimes; ++i)
    times.time([&] {
      permitted += trust::decide(work.actor, {i % 2 == 0 ? "read" : "shred"},
                                 {.type = "client",
                                  .owner = work.vault.organization(),
                                  .audience = trust::Audience::kConfidential},
                                 {}, work.now())
                       ? 1
                       : 0;
    });
  report("a decision",
         fmt::format("p50 {:.2f} us, p99 {:.2f} us (bar 10 us), {} permitted", times.at(0.5) * 1e6,
                     times.at(0.99) * 1e6, permitted),
         times.at(0.99) <= 10e-6);
}

void add_leaves(const Work& work) {
  constexpr int kBatches = 400, kBatch = 256;
  const std::vector<trust::AuditEvent> events(
      kBatch, {.action = "client.read", .object_type = "client", .object = "0a1b2c"});
  const auto begun = Steady::now();
  for (int i = 0; i < kBatches; ++i)
    need(work.vault.database().write([&](db::Connection& connection) {
      return trust::append_audit(connection, work.actor, events, work.now());
    }));
  const double rate = kBatches * kBatch / seconds_since(begun);
  report("leaves of the audit log, 256 in a transaction", fmt::format("{:.0f}/s", rate),
         rate >= 20'000);
}

void measure(const std::string& url, int count) {
  SystemClock clock;
  SystemRandom random;
  const auto organization = vault::id_number<trust::OrganizationId>(1);
  const std::vector modules = {vault::clients::migrations(), vault::services::migrations(),
                               vault::notes::migrations()};
  const auto address = vault::test_address(url);
  const auto store = need(vault::Vault::open(
      {.url = address.url, .owner_url = address.owner, .create = true, .modules = modules},
      organization, clock, random));
  const auto advocate = vault::test_member(1, 1, {trust::Role::kAdvocate}, clock.now());
  const Work work{*store, advocate, vault::test_keyring(organization, random)};
  fmt::print("{}, load {}\n", db::name_of(store->database().engine()), load());
  std::fflush(stdout);
  std::vector<ClientId> ids;
  save_files(work, count, ids);
  save_notes(work, ids);
  open_cases(work, ids);
  decide_often(work);
  add_leaves(work);
}

// A server that has been at work has written its log's files once and uses them again; a new one
// makes and flushes 16 MB of zeros every few seconds, for which every writer waits.
Result<void> write_the_log_once(db::Database& server) {
  TRY(server.write([](db::Connection& c) {
    return c.query_one(
        "SELECT count(pg_logical_emit_message(false, 'log', repeat('x', 1048576)))"
        " FROM generate_series(1, 1100)");
  }));
  return server.write([](db::Connection& c) { return c.execute_script("CHECKPOINT"); });
}

}  // namespace

int main() {
  const char* wanted = std::getenv("DAYBREAK_CLIENTS");
  const int count = wanted == nullptr ? 100'000 : std::atoi(wanted);
  const ScratchFolder folder("/var/tmp");  // on a disk
  measure("sqlite:" + (folder.path() / "vault.db").string(), count);
  const char* server = std::getenv("DAYBREAK_TEST_POSTGRES");
  if (server == nullptr) return all_met ? 0 : 1;
  const auto made = db::Database::open(server);
  if (!made) return 1;
  if (!(*made)->write([](db::Connection& c) { return c.execute_script("CREATE SCHEMA bench"); }))
    return 1;
  if (std::getenv("DAYBREAK_NEW_SERVER") == nullptr && !write_the_log_once(**made)) return 1;
  measure(std::string(server) + "?options=-csearch_path%3Dbench", count);
  fmt::print("load at the end {}\n", load());
  return all_met ? 0 : 1;
}
