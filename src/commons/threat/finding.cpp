// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/finding.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace daybreak::threat {
namespace {

bool is_inside(const Case& one, const Window& window, const AssessRequest& request) {
  return is_in_branch(one.naics, window.industry) &&
         std::ranges::binary_search(window.counties, request.counties[one.county]);
}

void count(Side& side, std::set<std::uint32_t>& employers, const Case& one) {
  ++side.inspections;
  side.violating += one.violating();
  side.violations += one.violations;
  side.workers += one.workers;
  side.back_wages += one.back_wages;
  side.h2a += one.h2a;
  side.h2b += one.h2b;
  side.mspa += one.mspa;
  side.child_labor += one.child_labor;
  side.minimum_wage_cases += one.minimum_wage;
  side.retaliation_cases += one.retaliation;
  if (one.violating()) employers.insert(one.employer);
}

// Relative risk of c cases where e of C are expected.
double relative_risk(double cases, double expected, double all) {
  if (expected <= 0 || all - expected <= 0 || cases >= all) return 0;
  return (cases / expected) / ((all - cases) / (all - expected));
}

// Byar's approximation of the exact Poisson lower 95 % bound (Breslow and Day 1987, 2.13).
double lower_bound(double cases) {
  if (cases <= 0) return 0;
  const double root = 1 - 1 / (9 * cases) - 1.959964 / (3 * std::sqrt(cases));
  return root <= 0 ? 0 : cases * root * root * root;
}

// Hides small counts, and a second one where a single hidden count could be worked out.
void hide_small(std::vector<Contribution>& parts, const AssessRequest& request,
                const std::vector<std::int64_t>& employers) {
  if (request.readers == Readers::kAnalyst) return;
  std::size_t hidden = 0;
  for (std::size_t i = 0; i < parts.size(); ++i)
    if (employers[i] < kFewestEmployers) parts[i].cases.reset(), ++hidden;
  if (hidden != 1) return;
  Contribution* least = nullptr;
  for (Contribution& part : parts)
    if (part.cases && (!least || *part.cases < *least->cases)) least = &part;
  if (least) least->cases.reset();
}

double per(double number, double of) { return of > 0 ? number / of : 0; }

}  // namespace

void count_employers(Window& window, const CaseSet& set, const AssessRequest& request) {
  std::set<std::uint32_t> employers;
  window.workers = 0;
  for (const Case& one : set.cases) {
    if (!one.violating() || !is_inside(one, window, request)) continue;
    if (!window.first_quarter.empty()) {
      if (one.quarter < 0) continue;
      const std::string quarter = quarter_name(request, one.quarter);
      if (quarter < window.first_quarter || quarter > window.last_quarter) continue;
    }
    employers.insert(one.employer);
    window.workers += one.workers;
  }
  window.employers = static_cast<std::int64_t>(employers.size());
}

bool may_see(const Window& window, Readers readers) {
  return readers == Readers::kAnalyst ||
         (window.employers >= kFewestEmployers && window.workers >= kFewestWorkers);
}

void fill_sides(Finding& finding, const CaseSet& set, const AssessRequest& request) {
  std::set<std::uint32_t> inside, rest;
  for (const Case& one : set.cases) {
    const bool in = is_inside(one, finding.window, request);
    count(in ? finding.inside : finding.rest, in ? inside : rest, one);
  }
  finding.inside.employers = static_cast<std::int64_t>(inside.size());
  finding.rest.employers = static_cast<std::int64_t>(rest.size());
}

void fill_time(Finding& finding, const TimeResult& time, const AssessRequest& request) {
  finding.time = time.window;
  for (std::size_t i = 0; i < time.certainty.size(); ++i) {
    if (time.certainty[i] > 0.9) {
      finding.certain.push_back(request.counties[i]);
    } else if (time.certainty[i] > 0.1) {
      finding.border.push_back(request.counties[i]);
    }
  }
}

void fill_drivers(Finding& finding, const CaseSet& set, const Comparison& comparison,
                  const AssessRequest& request) {
  const Window& window = finding.window;
  std::map<std::string, std::pair<std::int64_t, std::set<std::uint32_t>>> by_industry;
  std::map<std::uint32_t, std::int64_t> by_employer;
  std::map<int, std::int64_t> by_year;
  for (const Case& one : set.cases) {
    if (!one.violating() || !is_inside(one, window, request)) continue;
    auto& [cases, employers] = by_industry[one.naics];
    ++cases;
    employers.insert(one.employer);
    ++by_employer[one.employer];
    if (one.quarter >= 0) ++by_year[one.quarter / 4];
  }
  std::vector<std::pair<std::int64_t, std::string>> order;
  for (const auto& [naics, found] : by_industry) order.emplace_back(-found.first, naics);
  std::ranges::sort(order);
  std::vector<std::int64_t> employers;
  for (const auto& [minus, naics] : order) {
    finding.industries.push_back({naics, -minus});
    employers.push_back(static_cast<std::int64_t>(by_industry[naics].second.size()));
  }
  hide_small(finding.industries, request, employers);

  double all = 0;
  for (const std::uint32_t cases : comparison.cases) all += cases;
  const double cases = static_cast<double>(window.cases), expected = window.expected;
  std::int64_t largest = 0;
  for (const auto& [employer, number] : by_employer) largest = std::max(largest, number);
  const auto without = [&](double fewer) {
    return relative_risk(cases - fewer, expected * (all - fewer) / all, all - fewer);
  };
  finding.largest_employer_share = per(static_cast<double>(largest), cases);
  finding.by_employers = finding.largest_employer_share > kLargeEmployerShare;
  finding.risk_without_largest_employer = without(static_cast<double>(largest));
  finding.least_risk_without_a_year = window.relative_risk;
  for (const auto& [year, number] : by_year)
    finding.least_risk_without_a_year =
        std::min(finding.least_risk_without_a_year, without(static_cast<double>(number)));
  finding.lower_risk = relative_risk(lower_bound(cases), expected, all);
  // Inspections for the size of the window against the rest, by the same denominator.
  double inside_measure = 0, measure = 0;
  const std::size_t counties = request.counties.size();
  for (std::size_t cell = 0; cell < comparison.measure.size(); ++cell) {
    measure += comparison.measure[cell];
    if (is_in_branch(comparison.leaves[cell / counties], window.industry) &&
        std::ranges::binary_search(window.counties, request.counties[cell % counties]))
      inside_measure += comparison.measure[cell];
  }
  finding.inspections_ratio =
      per(per(static_cast<double>(finding.inside.inspections), inside_measure),
          per(static_cast<double>(finding.rest.inspections), measure - inside_measure));
}

}  // namespace daybreak::threat
