// SPDX-License-Identifier: AGPL-3.0-or-later
// A threat assessment: which branch of industry, in which counties, since when, shows more cases
// that count (Wage and Hour cases, OSHA inspections, visa applications: lens.hpp) than its size
// explains. The unit is industry x county x quarter: no
// score of a person or of a named employer. Each stage is a scan statistic
// (docs/statistics/scan.md) with several denominators side by side; a finding is robust when it
// holds in two of them. The same store, request and seed give the same report. Blocking; any
// thread.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "commons/threat/lens.hpp"
#include "db/database.hpp"

namespace daybreak::threat {

// Who will read it: only an analyst sees cells of fewer than 5 employers or 11 workers.
enum class Readers : std::uint8_t { kEveryone, kAnalyst };
inline constexpr std::int64_t kFewestEmployers = 5;
inline constexpr std::int64_t kFewestWorkers = 11;
// More than this share of the cases from one employer: count employers instead.
inline constexpr double kLargeEmployerShare = 0.3;
// Of a region of more counties windows are circles of at most that radius, and branches of industry
// at most that long; "since when" is asked of the surroundings of a finding.
inline constexpr std::size_t kWideRegion = 500;
inline constexpr double kWideRadius = 150;  // km
inline constexpr std::size_t kWideDigits = 5, kSurroundings = 60;
// Random copies that are enough to tell a finding at its share of the level.
inline constexpr std::uint32_t kCopies = 999, kWideCopies = 199;
inline std::uint32_t usual_copies(std::size_t counties) {
  return counties > kWideRegion ? kWideCopies : kCopies;
}

struct AssessRequest {
  std::string region;                   // what the counties are called together
  std::vector<std::uint32_t> counties;  // FIPS
  Date from, to;  // by the end of the period of violations, the day of inspection or of decision
  std::uint32_t replications = kCopies;
  std::uint64_t seed = 1;
  unsigned threads = 1;
  double level = 0.05;  // of the whole assessment; each denominator gets its share
  Readers readers = Readers::kEveryone;
  Lens lens = any_violation();  // whose cases, and which of them count
};
Json to_json(const AssessRequest& request);
Result<AssessRequest> parse_request(const Json& json);

enum class Denominator : std::uint8_t { kJobs, kEstablishments, kInspections, kPositions };
std::string_view name_of(Denominator denominator);  // "jobs", …

// A branch of industry in some counties.
struct Window {
  std::string industry;  // NAICS 2017, two to six digits
  std::vector<std::uint32_t> counties;
  std::string first_quarter, last_quarter;  // "2019-Q2"; empty: the whole period
  std::int64_t cases = 0;
  double expected = 0, relative_risk = 0, llr = 0, p_value = 1;
  std::int64_t employers = 0, workers = 0;  // of the violating cases
};

struct DenominatorReport {
  Denominator denominator = Denominator::kJobs;
  // Where the numbers are from: "cases", "qcew", "positions", "spread" (national totals by
  // population, a stand-in); empty: there are none. In words: words.hpp.
  std::string basis;
  int year = 0;                 // of QCEW
  std::int64_t withheld = 0;    // withheld by the publisher and estimated
  std::string left_out_mostly;  // the industry of most cases left out
  std::int64_t cases = 0, cases_left_out = 0;
  std::vector<Window> tree;             // which branch
  std::vector<Window> tree_and_places;  // which branch, where
};

// Counts of a window and of the rest of the region; a count may be hidden.
struct Side {
  std::int64_t inspections = 0, violating = 0, violations = 0, workers = 0, employers = 0;
  std::int64_t money = 0;                           // back wages or penalties, in cents
  std::array<std::int64_t, kMostKinds> kinds = {};  // kinds_of() the program
};

struct Contribution {
  std::string name;
  std::optional<std::int64_t> cases;  // nothing: hidden, too few
};

// How much hangs on which spellings are one employer: the finding over employers drawn by the
// probabilities of their links.
struct LinkageRange {
  int draws = 0;
  std::int64_t fewest_employers = 0, most_employers = 0;
  double least_share = 0, most_share = 0;  // of the largest employer
  double least_risk = 0, most_risk = 0;    // without it
  int by_employers = 0;                    // draws in which it has more than kLargeEmployerShare
  int too_few = 0;                         // draws with fewer than kFewestEmployers
};

struct Finding {
  Window window;                             // by the denominator that shows it most clearly
  std::vector<Denominator> holds_in;         // with p at or below the share of the level
  std::vector<Denominator> not_in, without;  // scanned and not found; no numbers
  // Holds in two, and when each employer is counted once, once employers were linked.
  bool robust = false;
  std::optional<Window> time;                  // since when
  std::vector<std::uint32_t> certain, border;  // counties by bootstrap
  Side inside, rest;
  double lower_risk = 0;  // 95 % lower bound of the relative risk (Byar): how many times more
                          // inspections for its size would explain it away
  double inspections_ratio = 0;          // inspections for the size of the window, against the rest
  std::vector<Contribution> industries;  // what drives it
  double largest_employer_share = 0;
  double risk_without_largest_employer = 0, least_risk_without_a_year = 0;
  // Each employer counted once: how many are expected, and how many random copies score as much.
  double employers_expected = 0, employers_p = 1;
  bool by_employers = false;          // one employer gives more than 30 % of the cases
  std::optional<LinkageRange> draws;  // nothing where employers were not linked
  std::vector<std::string> words;  // each a sentence made of the numbers above
};

struct Assessment {
  AssessRequest request;
  std::string dataset;  // of the cases
  Json data_versions;   // the loads it was made from
  std::int64_t inspections = 0, violating = 0, undated = 0, without_industry = 0;
  std::vector<DenominatorReport> denominators;
  std::vector<Finding> findings;  // robust ones first
  std::int64_t withheld = 0;      // findings of too few employers or workers
  std::int64_t runs = 0;          // of this region so far, this one included
  double family_p = 1;            // best p after all of them (Benjamini-Hochberg)
};

// The same branch, or one inside the other, in mostly the same counties.
bool same_finding(const Window& a, const Window& b);

// Told before each step: how many of how many are done.
using AssessProgress = std::function<Result<void>(int done, int all)>;

// Fails when there are no cases for the region and period, a county is unknown, or `progress`
// fails.
Result<Assessment> assess(db::Database& database, const AssessRequest& request,
                          const AssessProgress& progress = {});
// Writes the run down, so that it counts in the family of the region.
Result<void> register_run(db::Database& database, Assessment& assessment, Instant now);

struct RegisteredRun {
  AssessRequest request;
  Instant at;
  double best_p = 1, family_p = 1;  // family_p: among all runs of its region
};
// Every run that was written down, newest first.
Result<std::vector<RegisteredRun>> registered_runs(db::Database& database);

// All of it, with a fingerprint over request, data versions and results.
Json to_json(const Assessment& assessment);
// What to_json() wrote; stages go without the windows that were hidden.
Result<Assessment> parse_assessment(const Json& report);
std::string fingerprint_of(const Json& report);

// The 17 counties of western New York, for the demonstration.
const std::vector<std::uint32_t>& western_new_york();

}  // namespace daybreak::threat
