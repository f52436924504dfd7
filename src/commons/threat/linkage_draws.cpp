// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/linkage_draws.hpp"

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "commons/threat/assess_scan.hpp"
#include "commons/threat/finding.hpp"
#include "stats/estimate/counter_random.hpp"

namespace daybreak::threat {
namespace {

struct Link {
  std::uint32_t a = 0, b = 0;
  double probability = 0;
  std::uint64_t name = 0;  // of the pair: its own stream of random numbers
};

struct Links {
  std::unordered_map<std::string, std::uint32_t> number;  // of a spelling
  std::vector<Link> all;                                  // the most probable first
  std::vector<std::pair<std::uint32_t, std::uint32_t>> apart;  // decided to be two

  std::uint32_t number_of(const std::string& key) {
    return number.emplace(key, static_cast<std::uint32_t>(number.size())).first->second;
  }
};

std::uint64_t name_of_pair(std::string_view a, std::string_view b) {
  std::uint64_t name = 14695981039346656037u;
  for (const std::string_view key : {a, b})
    for (const char c : key) name = (name ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return name;
}

Result<Links> read_links(db::Connection& c) {
  Links links;
  TRY(c.query_each(
      "SELECT p.a, p.b, p.probability FROM threat_employer_pair p WHERE NOT EXISTS (SELECT 1 FROM "
      "threat_employer_decision d WHERE d.a = p.a AND d.b = p.b)",
      {}, [&](const db::Row& row) -> Result<void> {
        const std::string a = row.text(0), b = row.text(1);
        links.all.push_back(
            {links.number_of(a), links.number_of(b), row.number(2), name_of_pair(a, b)});
        return {};
      }));
  TRY(c.query_each("SELECT a, b, same FROM threat_employer_decision", {},
                   [&](const db::Row& row) -> Result<void> {
                     const std::string a = row.text(0), b = row.text(1);
                     const auto first = links.number_of(a), second = links.number_of(b);
                     if (row.boolean(2))
                       links.all.push_back({first, second, 2, name_of_pair(a, b)});  // always
                     else
                       links.apart.emplace_back(first, second);
                     return {};
                   }));
  std::ranges::sort(links.all, [](const Link& a, const Link& b) {
    return a.probability != b.probability ? a.probability > b.probability : a.name < b.name;
  });
  return links;
}

class Forest {
 public:
  explicit Forest(std::size_t size) : above_(size) {
    std::iota(above_.begin(), above_.end(), std::uint32_t{0});
  }
  std::uint32_t top(std::uint32_t one) {
    while (above_[one] != one) one = above_[one] = above_[above_[one]];
    return one;
  }
  void join(std::uint32_t a, std::uint32_t b) { above_[top(b)] = top(a); }

 private:
  std::vector<std::uint32_t> above_;
};

Forest draw(const Links& links, std::uint64_t seed, std::uint32_t number) {
  Forest forest(links.number.size());
  for (const Link& link : links.all) {
    if (stats::CounterRandom(seed, number, link.name).uniform() >= link.probability) continue;
    const std::uint32_t a = forest.top(link.a), b = forest.top(link.b);
    const bool forbidden = std::ranges::any_of(links.apart, [&](const auto& pair) {
      const std::uint32_t x = forest.top(pair.first), y = forest.top(pair.second);
      return (x == a && y == b) || (x == b && y == a);
    });
    if (!forbidden) forest.join(a, b);
  }
  return forest;
}

}  // namespace

Result<DrawnEmployers> draw_employers(db::Connection& c, const CaseSet& set, std::uint64_t seed) {
  DrawnEmployers drawn;
  if (set.spellings.empty()) return drawn;
  Links links = TRY(read_links(c));
  std::vector<std::uint32_t> node;
  for (const std::string& key : set.spellings) node.push_back(links.number_of(key));
  for (std::uint32_t number = 0; number < kLinkageDraws; ++number) {
    Forest forest = draw(links, seed, number);
    auto& employers = drawn.emplace_back();
    for (const std::uint32_t one : node) employers.push_back(forest.top(one));
  }
  return drawn;
}

void fill_draws(Finding& finding, const CaseSet& set, const Comparison& comparison,
                const DrawnEmployers& drawn, const AssessRequest& request) {
  if (drawn.empty()) return;
  const std::vector<bool> inside = marked(request, finding.window.counties);
  LinkageRange range{.draws = static_cast<int>(drawn.size())};
  bool first = true;
  for (const auto& employer : drawn) {
    std::unordered_map<std::uint64_t, std::int64_t> cases;  // of each employer
    set.in_window(finding.window.industry, inside, [&](const Case& one) {
      if (!one.counts) return;
      constexpr std::uint64_t kPerson = std::uint64_t{1} << 32;
      ++cases[one.spelling == kNoSpelling ? kPerson | one.employer : employer[one.spelling]];
    });
    std::int64_t largest = 0;
    for (const auto& [name, number] : cases) largest = std::max(largest, number);
    const auto employers = static_cast<std::int64_t>(cases.size());
    const double share = finding.window.cases > 0 ? static_cast<double>(largest) /
                                                        static_cast<double>(finding.window.cases)
                                                  : 0;
    const double risk = risk_without(finding.window, comparison, static_cast<double>(largest));
    range.fewest_employers = first ? employers : std::min(range.fewest_employers, employers);
    range.most_employers = std::max(range.most_employers, employers);
    range.least_share = first ? share : std::min(range.least_share, share);
    range.most_share = std::max(range.most_share, share);
    range.least_risk = first ? risk : std::min(range.least_risk, risk);
    range.most_risk = std::max(range.most_risk, risk);
    range.by_employers += share > kLargeEmployerShare;
    range.too_few += employers < kFewestEmployers;
    first = false;
  }
  finding.draws = range;
}

}  // namespace daybreak::threat
