// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/finding.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <set>

#include "base/text.hpp"
#include "commons/threat/values.hpp"
#include "geography/geography.hpp"

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

std::string list_words(const std::vector<std::string>& items) {
  if (items.empty()) return "";
  if (items.size() == 1) return items.front();
  return join({items.begin(), items.end() - 1}, ", ") + " and " + items.back();
}

std::string denominators_words(const std::vector<Denominator>& list) {
  std::vector<std::string> names;
  for (const Denominator one : list) names.emplace_back(name_of(one));
  return list_words(names);
}

double per(double number, double of) { return of > 0 ? number / of : 0; }

std::string attention_words(const Finding& finding) {
  const Side &in = finding.inside, &out = finding.rest;
  const auto share = [](const Side& s) {
    return 100 * per(static_cast<double>(s.violating), static_cast<double>(s.inspections));
  };
  const auto each = [](const Side& s) {
    return per(static_cast<double>(s.violations), static_cast<double>(s.inspections));
  };
  const auto wages = [](const Side& s) {
    return per(static_cast<double>(s.back_wages) / 100, static_cast<double>(s.workers));
  };
  return fmt::format(
      "Attention or harm: {:.0f} % of {} inspections found violations, {:.0f} % of {} in the rest "
      "of the "
      "region; {:.1f} violations an inspection against {:.1f}; {:.0f} dollars of back wages a "
      "worker "
      "against {:.0f}.",
      share(in), in.inspections, share(out), out.inspections, each(in), each(out), wages(in),
      wages(out));
}

std::string serious_words(const Side& in) {
  return fmt::format(
      "Serious kinds inside: {} H-2A, {} H-2B, {} migrant worker protection and {} child "
      "labor violations; {} cases of wages under the minimum, {} of retaliation.",
      in.h2a, in.h2b, in.mspa, in.child_labor, in.minimum_wage_cases, in.retaliation_cases);
}

}  // namespace

std::string industry_words(std::string_view code) {
  const std::string_view title = naics_title(code.substr(0, code.find('-')));
  return title.empty() ? fmt::format("NAICS {}", code) : fmt::format("{} (NAICS {})", title, code);
}

std::string county_words(const std::vector<std::uint32_t>& counties) {
  std::vector<std::string> names;
  for (const std::uint32_t fips : counties) {
    const geography::County* county = geography::find_county(geography::CountyFips(fips));
    names.push_back(county ? fmt::format("{} ({})", county->short_name, county->state)
                           : fmt::format("{:05}", fips));
  }
  return names.size() > 12 ? fmt::format("{} counties", names.size()) : list_words(names);
}

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
  finding.by_employers = finding.largest_employer_share > 0.3;
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

std::vector<std::string> words_of(const Finding& finding, const Assessment& assessment) {
  const Window& w = finding.window;
  std::vector<std::string> words;
  words.push_back(fmt::format(
      "{} in {}: {} cases with violations where {:.1f} are expected, {:.1f} times the rate of the "
      "rest.",
      industry_words(w.industry), county_words(w.counties), w.cases, w.expected, w.relative_risk));
  words.push_back(fmt::format(
      "How sure: of {} random copies of the region {} showed as much anywhere (p = {:.3f}); the "
      "lower "
      "bound of the rate is {:.1f} times.",
      assessment.request.replications,
      static_cast<int>(std::lround(w.p_value * (assessment.request.replications + 1))) - 1,
      w.p_value, finding.lower_risk));
  if (finding.time && finding.time->p_value <= 0.05)
    words.push_back(fmt::format("Since when: most clearly from {} to {} in {}.",
                                finding.time->first_quarter, finding.time->last_quarter,
                                county_words(finding.time->counties)));
  if (!finding.certain.empty())
    words.push_back("Certain counties: " + county_words(finding.certain) + ".");
  if (!finding.border.empty())
    words.push_back("Border counties: " + county_words(finding.border) + ".");
  std::string holds = fmt::format("It holds by {}", denominators_words(finding.holds_in));
  if (!finding.not_in.empty())
    holds += fmt::format(", not by {}", denominators_words(finding.not_in));
  if (!finding.without.empty())
    holds += fmt::format("; there are no numbers of {}", denominators_words(finding.without));
  words.push_back(holds +
                  (finding.robust ? ": the finding is robust." : ": the finding is not robust."));
  words.push_back(attention_words(finding));
  words.push_back(serious_words(finding.inside));
  words.push_back(
      fmt::format("What would explain it away: {:.1f} times as many inspections for its size as "
                  "elsewhere; there were "
                  "{:.1f} times as many.",
                  finding.lower_risk, finding.inspections_ratio));
  words.push_back(
      fmt::format("What drives it: the largest employer gives {:.0f} % of the cases; without it "
                  "the rate is {:.1f} "
                  "times, without the strongest year {:.1f} times.",
                  100 * finding.largest_employer_share, finding.risk_without_largest_employer,
                  finding.least_risk_without_a_year));
  if (finding.by_employers)
    words.push_back(
        fmt::format("One employer gives more than 30 % of the cases: count employers, of which "
                    "there are {}.",
                    finding.inside.employers));
  words.push_back(
      "What it does not say: enforcement records show where inspectors went and what they found, "
      "never "
      "trafficking; no report is no proof of no exploitation; nothing is said of any one "
      "employer.");
  return words;
}

}  // namespace daybreak::threat
