// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/assess.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <set>

#include "base/digest.hpp"
#include "commons/threat/assess_scan.hpp"
#include "commons/threat/cases.hpp"
#include "commons/threat/finding.hpp"
#include "commons/threat/linkage_draws.hpp"
#include "commons/threat/words.hpp"
#include "geography/geography.hpp"
#include "stats/estimate/multiplicity.hpp"

namespace daybreak::threat {
namespace {

constexpr std::array<Denominator, 4> kDenominators = {
    Denominator::kJobs, Denominator::kEstablishments, Denominator::kInspections,
    Denominator::kPositions};

std::size_t shared_counties(const Window& a, const Window& b) {
  return static_cast<std::size_t>(std::ranges::count_if(a.counties, [&](std::uint32_t county) {
    return std::ranges::binary_search(b.counties, county);
  }));
}

struct Candidate {
  Window window;
  std::size_t denominator;  // the one that shows it best
  std::set<std::size_t> holds_in;
};

std::vector<Candidate> candidates_of(const std::vector<DenominatorReport>& reports, double share) {
  std::vector<std::pair<Window, std::size_t>> windows;
  for (std::size_t i = 0; i < reports.size(); ++i)
    for (const Window& window : reports[i].tree_and_places)
      if (window.p_value <= share && window.relative_risk > 1) windows.emplace_back(window, i);
  std::ranges::stable_sort(windows,
                           [](const auto& a, const auto& b) { return a.first.llr > b.first.llr; });
  std::vector<Candidate> found;
  for (const auto& [window, denominator] : windows) {
    const auto same = std::ranges::find_if(
        found, [&](const Candidate& known) { return same_finding(known.window, window); });
    if (same == found.end()) {
      found.push_back({window, denominator, {denominator}});
    } else {
      same->holds_in.insert(denominator);
    }
  }
  return found;
}

// Whether the windows of a denominator say anything about this branch and these counties.
std::vector<Denominator> list_of(const std::vector<DenominatorReport>& reports, const Candidate& c,
                                 const Lens& lens, bool with_numbers) {
  std::vector<Denominator> out;
  for (std::size_t i = 0; i < reports.size(); ++i) {
    const bool farm = is_in_branch(c.window.industry, "11");
    const bool about = reports[i].denominator != Denominator::kPositions ||
                       (farm ? lens.by_farm_positions() : lens.by_other_positions());
    const bool has = !reports[i].basis.empty();
    if (!c.holds_in.contains(i) && about && has == with_numbers)
      out.push_back(reports[i].denominator);
  }
  return out;
}

std::string_view one_of(const Lens& lens) {
  if (lens.program == Program::kWages) return "Wage and Hour case";
  if (lens.program == Program::kSafety) return "OSHA inspection";
  return lens.program == Program::kFarmVisas ? "H-2A application" : "H-2B application";
}
std::string_view file_of(const Lens& lens) {
  if (lens.program == Program::kWages) return "WHD";
  if (lens.program == Program::kSafety) return "OSHA";
  return lens.program == Program::kFarmVisas ? "H-2A" : "H-2B";
}

std::string mostly_left_out(const Comparison& comparison) {
  std::string worst;
  std::int64_t most = 0;
  for (const auto& [naics, cases] : comparison.left_out_industries)
    if (cases > most) worst = naics, most = cases;
  return worst;
}

}  // namespace

bool same_finding(const Window& a, const Window& b) {
  if (!is_in_branch(a.industry, b.industry) && !is_in_branch(b.industry, a.industry)) return false;
  const std::size_t smaller = std::min(a.counties.size(), b.counties.size());
  return shared_counties(a, b) * 2 >= smaller && smaller > 0;
}

std::string_view name_of(Denominator denominator) {
  constexpr std::array<std::string_view, 4> kNames = {"jobs", "establishments", "inspections",
                                                      "positions"};
  return kNames[static_cast<std::size_t>(denominator)];
}

const std::vector<std::uint32_t>& western_new_york() {
  // The counties of the Western District of New York (28 U.S.C. 112(d)).
  static const std::vector<std::uint32_t> counties = {36003, 36009, 36013, 36015, 36029, 36037,
                                                      36051, 36055, 36063, 36069, 36073, 36097,
                                                      36099, 36101, 36117, 36121, 36123};
  return counties;
}

Result<Assessment> assess(db::Database& database, const AssessRequest& wanted,
                          const AssessProgress& progress) {
  constexpr int kSteps = static_cast<int>(kDenominators.size()) + 1;
  Assessment out;
  out.request = wanted;
  AssessRequest& request = out.request;
  std::ranges::sort(request.counties);
  request.counties.erase(std::ranges::unique(request.counties).begin(), request.counties.end());
  for (const std::uint32_t fips : request.counties)
    if (!geography::find_county(geography::CountyFips(fips)))
      return fail(ErrorKind::kInvalid, fmt::format("{:05} is no county", fips), "counties",
                  "Use five-digit FIPS codes");
  const CaseSet set = TRY(database.read([&](db::Connection& c) { return read_cases(c, request); }));
  if (set.cases.empty())
    return fail(ErrorKind::kNotFound,
                fmt::format("no {} is of these counties and this period", one_of(request.lens)),
                "counties",
                fmt::format("Import the {} file, or choose more counties or years",
                            file_of(request.lens)));
  out.dataset = set.dataset;
  out.undated = set.undated;
  out.without_industry = set.without_industry;
  out.data_versions =
      TRY(database.read([&](db::Connection& c) { return read_versions(c, request.lens.program); }));
  out.inspections = static_cast<std::int64_t>(set.cases.size());
  out.violating = std::ranges::count_if(set.cases, &Case::counts);

  std::vector<Comparison> comparisons;
  std::vector<std::vector<double>> maxima;
  for (const Denominator denominator : kDenominators) {
    DenominatorReport report;
    report.denominator = denominator;
    if (progress) TRY(progress(static_cast<int>(out.denominators.size()), kSteps));
    Sizes sizes;
    if (denominator == Denominator::kInspections) {
      sizes.basis = "cases";
    } else {
      sizes = TRY(
          database.read([&](db::Connection& c) { return read_sizes(c, request, denominator); }));
    }
    maxima.emplace_back();
    Comparison comparison = compare(set, sizes, request.counties.size(), denominator);
    report.basis = sizes.basis;
    report.year = sizes.year;
    report.withheld = denominator == Denominator::kJobs ? sizes.withheld : 0;
    if (!sizes.basis.empty()) {
      report.cases_left_out = comparison.left_out;
      report.left_out_mostly = mostly_left_out(comparison);
      report.tree = TRY(scan_tree(comparison, request));
      PlaceResult places = TRY(scan_tree_and_places(comparison, request));
      report.tree_and_places = std::move(places.windows);
      maxima.back() = std::move(places.maxima);
      for (auto* windows : {&report.tree, &report.tree_and_places})
        for (Window& window : *windows) count_employers(window, set, request);
      report.cases = static_cast<std::int64_t>(comparison.all_cases);
    }
    comparisons.push_back(std::move(comparison));
    out.denominators.push_back(std::move(report));
  }
  if (progress) TRY(progress(kSteps - 1, kSteps));
  const DrawnEmployers drawn = TRY(database.read(
      [&](db::Connection& c) { return draw_employers(c, set, request.seed); }));
  const double share = request.level / static_cast<double>(kDenominators.size());
  for (const Candidate& candidate : candidates_of(out.denominators, share)) {
    Finding finding;
    finding.window = candidate.window;
    for (const std::size_t i : candidate.holds_in) finding.holds_in.push_back(kDenominators[i]);
    finding.not_in = list_of(out.denominators, candidate, request.lens, true);
    finding.without = list_of(out.denominators, candidate, request.lens, false);
    const Comparison& comparison = comparisons[candidate.denominator];
    fill_sides(finding, set, request);
    fill_employers(finding, set, comparison, maxima[candidate.denominator], request);
    // Where spellings of one firm count as several, chance alone gives findings.
    finding.robust =
        candidate.holds_in.size() >= 2 && finding.employers_p <= share && !drawn.empty();
    if (!may_see(finding.window, request.readers)) {
      ++out.withheld;
      continue;
    }
    TimeResult time = TRY(scan_time(set, comparison, finding.window, request));
    if (time.window) {
      count_employers(*time.window, set, request);
      if (!may_see(*time.window, request.readers)) time = {};
    }
    fill_time(finding, time);
    fill_drivers(finding, set, comparison, request);
    fill_draws(finding, set, comparison, drawn, request);
    finding.words = words_of(finding, out, language::Language::kEnglish);
    out.findings.push_back(std::move(finding));
  }
  std::ranges::stable_sort(out.findings, [](const Finding& a, const Finding& b) {
    if (a.robust != b.robust) return a.robust;
    return a.holds_in.size() != b.holds_in.size() ? a.holds_in.size() > b.holds_in.size()
                                                  : a.window.llr > b.window.llr;
  });
  return out;
}

Result<void> register_run(db::Database& database, Assessment& assessment, Instant now) {
  double best = 1;
  for (const DenominatorReport& report : assessment.denominators)
    if (!report.tree_and_places.empty())
      best = std::min(best, report.tree_and_places.front().p_value);
  const std::string region = sha256_hex(to_text(*to_json(assessment.request).find("counties")));
  const std::string request = to_text(to_json(assessment.request));
  std::vector<double> family;
  TRY(database.write([&](db::Connection& c) -> Result<void> {
    // The same question asked again is not another look.
    TRY(c.execute("DELETE FROM threat_run WHERE region = $1 AND request = $2", {region, request}));
    TRY(c.execute("INSERT INTO threat_run (region, request, best_p, at) VALUES ($1, $2, $3, $4)",
                  {region, request, best, now}));
    family.clear();
    for (const db::Row& row :
         TRY(c.query("SELECT best_p FROM threat_run WHERE region = $1 ORDER BY id", {region})))
      family.push_back(row.number(0));
    return {};
  }));
  const auto adjusted =
      TRY(stats::adjust_p_values(family, stats::FalseDiscovery::kBenjaminiHochberg));
  assessment.runs = static_cast<std::int64_t>(family.size());
  assessment.family_p = adjusted.back();
  return {};
}

Result<std::vector<RegisteredRun>> registered_runs(db::Database& database) {
  std::map<std::string, std::vector<std::size_t>> regions;
  std::vector<RegisteredRun> runs;
  TRY(database.read([&](db::Connection& c) -> Result<void> {
    for (const db::Row& row :
         TRY(c.query("SELECT region, request, best_p, at FROM threat_run ORDER BY id DESC"))) {
      regions[row.text(0)].push_back(runs.size());
      runs.push_back(
          {TRY(parse_request(TRY(parse_json(row.text(1))))), row.instant(3), row.number(2), 1});
    }
    return {};
  }));
  for (const auto& [region, members] : regions) {
    std::vector<double> family;
    for (const std::size_t member : members) family.push_back(runs[member].best_p);
    const auto adjusted =
        TRY(stats::adjust_p_values(family, stats::FalseDiscovery::kBenjaminiHochberg));
    for (std::size_t i = 0; i < members.size(); ++i) runs[members[i]].family_p = adjusted[i];
  }
  return runs;
}

}  // namespace daybreak::threat
