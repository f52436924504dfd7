// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/finding.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "stats/scan/scan.hpp"

namespace daybreak::threat {
namespace {

void count(Side& side, const Case& one) {
  ++side.inspections;
  side.violating += one.counts;
  side.violations += one.violations;
  side.workers += one.workers;
  side.money += one.money;
  for (std::size_t i = 0; i < one.kinds.size(); ++i) side.kinds[i] += one.kinds[i];
}

// How many of the numbers that it is given differ.
class Different {
 public:
  explicit Different(std::uint32_t numbers) : seen_(numbers) {}
  void add(std::uint32_t number) {
    if (!seen_[number]) seen_[number] = true, ++count_;
  }
  std::int64_t count() const { return count_; }

 private:
  std::vector<bool> seen_;
  std::int64_t count_ = 0;
};

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
  const std::int64_t fewest = request.readers == Readers::kAnalyst ? 2 : kFewestEmployers;
  std::size_t hidden = 0;
  for (std::size_t i = 0; i < parts.size(); ++i)
    if (employers[i] < fewest) parts[i].cases.reset(), ++hidden;
  if (hidden != 1) return;
  Contribution* least = nullptr;
  for (Contribution& part : parts)
    if (part.cases && (!least || *part.cases < *least->cases)) least = &part;
  if (least) least->cases.reset();
}

double per(double number, double of) { return of > 0 ? number / of : 0; }

}  // namespace

double risk_without(const Window& window, const Comparison& comparison, double fewer) {
  const auto all = static_cast<double>(comparison.all_cases);
  return relative_risk(static_cast<double>(window.cases) - fewer,
                       window.expected * (all - fewer) / all, all - fewer);
}

void count_employers(Window& window, const CaseSet& set, const AssessRequest& request) {
  Different employers(set.employers);
  window.workers = 0;
  set.in_window(window.industry, marked(request, window.counties), [&](const Case& one) {
    if (!one.counts) return;
    if (!window.first_quarter.empty()) {
      if (one.quarter < 0) return;
      const std::string quarter = quarter_name(request, one.quarter);
      if (quarter < window.first_quarter || quarter > window.last_quarter) return;
    }
    employers.add(one.employer);
    window.workers += one.workers;
  });
  window.employers = employers.count();
}

bool may_see(const Window& window, Readers readers) {
  if (window.employers < 2) return false;  // one employer is nobody's to see here
  return readers == Readers::kAnalyst ||
         (window.employers >= kFewestEmployers && window.workers >= kFewestWorkers);
}

void fill_sides(Finding& finding, const CaseSet& set, const AssessRequest& request) {
  const std::vector<bool> marks = marked(request, finding.window.counties);
  std::vector<bool> branch;
  for (const std::string& naics : set.industries)
    branch.push_back(is_in_branch(naics, finding.window.industry));
  Different inside(set.employers), rest(set.employers);
  for (const Case& one : set.cases) {
    const bool in = branch[one.industry] && marks[one.county];
    count(in ? finding.inside : finding.rest, one);
    if (one.counts) (in ? inside : rest).add(one.employer);
  }
  finding.inside.employers = inside.count();
  finding.rest.employers = rest.count();
}

void fill_time(Finding& finding, const TimeResult& time) {
  finding.time = time.window;
  for (std::size_t i = 0; i < time.certainty.size(); ++i) {
    if (time.certainty[i] > 0.9) {
      finding.certain.push_back(time.counties[i]);
    } else if (time.certainty[i] > 0.1) {
      finding.border.push_back(time.counties[i]);
    }
  }
}

void fill_employers(Finding& finding, const CaseSet& set, const Comparison& comparison,
                    const std::vector<double>& maxima, const AssessRequest& request) {
  const Window& window = finding.window;
  const std::vector<bool> marks = marked(request, window.counties);
  std::vector<bool> branch;
  for (const std::string& naics : set.industries)
    branch.push_back(is_in_branch(naics, window.industry));
  Different inside(set.employers), rest(set.employers);
  for (const Case& one : set.cases)
    if (one.counts && comparison.has_industry[one.industry])
      (branch[one.industry] && marks[one.county] ? inside : rest).add(one.employer);
  const auto here = static_cast<double>(inside.count());
  const double all = here + static_cast<double>(rest.count());
  finding.employers_expected =
      window.expected * all / static_cast<double>(comparison.all_cases);
  const double score = score_of(comparison.denominator, here, finding.employers_expected, all,
                                comparison.all_measure);
  finding.employers_p = stats::monte_carlo_p(score, maxima, 1e-9 * std::max(1.0, score));
}

void fill_drivers(Finding& finding, const CaseSet& set, const Comparison& comparison,
                  const AssessRequest& request) {
  const Window& window = finding.window;
  std::map<std::string, std::pair<std::int64_t, std::set<std::uint32_t>>> by_industry;
  std::map<std::uint32_t, std::int64_t> by_employer;
  std::map<int, std::int64_t> by_year;
  const std::vector<bool> marks = marked(request, window.counties);
  set.in_window(window.industry, marks, [&](const Case& one) {
    if (!one.counts) return;
    auto& [cases, employers] = by_industry[set.industries[one.industry]];
    ++cases;
    employers.insert(one.employer);
    ++by_employer[one.employer];
    if (one.quarter >= 0) ++by_year[one.quarter / 4];
  });
  std::vector<std::pair<std::int64_t, std::string>> order;
  for (const auto& [naics, found] : by_industry) order.emplace_back(-found.first, naics);
  std::ranges::sort(order);
  std::vector<std::int64_t> employers;
  for (const auto& [minus, naics] : order) {
    finding.industries.push_back({naics, -minus});
    employers.push_back(static_cast<std::int64_t>(by_industry[naics].second.size()));
  }
  hide_small(finding.industries, request, employers);

  const double cases = static_cast<double>(window.cases);
  std::int64_t largest = 0;
  for (const auto& [employer, number] : by_employer) largest = std::max(largest, number);
  const auto without = [&](double fewer) { return risk_without(window, comparison, fewer); };
  finding.largest_employer_share = per(static_cast<double>(largest), cases);
  finding.by_employers = finding.largest_employer_share > kLargeEmployerShare;
  finding.risk_without_largest_employer = without(static_cast<double>(largest));
  finding.least_risk_without_a_year = window.relative_risk;
  for (const auto& [year, number] : by_year)
    finding.least_risk_without_a_year =
        std::min(finding.least_risk_without_a_year, without(static_cast<double>(number)));
  finding.lower_risk = relative_risk(lower_bound(cases), window.expected,
                                     static_cast<double>(comparison.all_cases));
  // Inspections for the size of the window against the rest, by the same denominator.
  double inside_measure = 0;
  const std::size_t counties = request.counties.size();
  for (std::size_t leaf = 0; leaf < comparison.leaves.size(); ++leaf) {
    if (!is_in_branch(comparison.leaves[leaf], window.industry)) continue;
    for (std::size_t i = 0; i < counties; ++i)
      if (marks[i]) inside_measure += comparison.measure[leaf * counties + i];
  }
  finding.inspections_ratio =
      per(per(static_cast<double>(finding.inside.inspections), inside_measure),
          per(static_cast<double>(finding.rest.inspections), comparison.all_measure - inside_measure));
}

}  // namespace daybreak::threat
