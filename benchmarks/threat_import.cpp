// SPDX-License-Identifier: AGPL-3.0-or-later
// Taking in official files: 370,000 WHD cases and 500,000 OSHA rows, invented. Reading alone in one
// thread (CPU time), and storing in an empty store (wall time), in SQLite and, where a server is
// given, PostgreSQL. Exits 1 when a bar is missed: 300,000 WHD rows read and 100,000 stored a
// second, on SQLite.
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fmt/format.h>
#include <sys/resource.h>

#include "commons/threat/assess.hpp"
#include "commons/threat/import.hpp"
#include "commons/threat/synthesize.hpp"

namespace {

using namespace daybreak;
namespace fs = std::filesystem;

double cpu_seconds() {
  timespec now;
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}
double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
long peak_megabytes() {
  rusage used;
  ::getrusage(RUSAGE_SELF, &used);
  return used.ru_maxrss / 1024;
}

// The best of some runs: what the machine does besides only adds.
double read_rate(const fs::path& file, int runs) {
  double best = 0;
  for (int run = 0; run < runs; ++run) {
    const double begun = cpu_seconds();
    const auto load = threat::read_only(file, Date(std::chrono::year(2026) / 11 / 22)).value();
    best = std::max(best, static_cast<double>(load.rows_in) / (cpu_seconds() - begun));
  }
  return best;
}

double store_rate(const std::string& url, const std::vector<fs::path>& files, const char* what) {
  const SystemClock clock;
  const auto database = db::Database::open(url).value();
  const db::ModuleMigrations migrations = threat::store::migrations();
  db::migrate(*database, std::span(&migrations, 1), clock).value();
  const double begun = wall_seconds(), cpu = cpu_seconds();
  auto imported = threat::import_files(*database, clock, files, {});
  if (!imported) fmt::print("{}\n", imported.error().describe());
  const auto result = std::move(imported).value();
  const double wall = wall_seconds() - begun;
  std::int64_t rows = 0;
  for (const auto& report : result.loads) rows += report.load.rows_kept;
  for (const auto& failed : result.failed) fmt::print("{}\n", failed.error.describe());
  const double rate = static_cast<double>(rows) / wall;
  fmt::print("{}: {} rows in {:.2f} s ({:.2f} CPU s): {:.0f} rows/s, peak {} MiB\n", what, rows,
             wall, cpu_seconds() - cpu, rate, peak_megabytes());
  return rate;
}

}  // namespace

int main() {
  const fs::path folder = fs::temp_directory_path() / fmt::format("daybreak-bench-{}", ::getpid());
  fs::create_directories(folder);
  const auto made =
      threat::synthesize(
          folder, {.counties = threat::western_new_york(), .cases = 370'000, .osha_rows = 500'000})
          .value();
  const double read = read_rate(made.whd, 5);
  fmt::print("WHD rows read: {:.0f}/s of one core\n", read);
  fmt::print("OSHA inspections read: {:.0f}/s of one core\n", read_rate(made.osha.front(), 3));
  const double stored =
      store_rate("sqlite:" + (folder / "whd.db").string(), {made.whd}, "WHD stored in SQLite");
  store_rate("sqlite:" + (folder / "osha.db").string(), made.osha, "OSHA stored in SQLite");
  if (const char* server = std::getenv("DAYBREAK_TEST_POSTGRES"))
    store_rate(server, {made.whd}, "WHD stored in PostgreSQL");
  fs::remove_all(folder);
  return read >= 300'000 && stored >= 100'000 ? 0 : 1;
}
