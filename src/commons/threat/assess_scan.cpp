// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/assess_scan.hpp"

#include <algorithm>
#include <numeric>

#include "base/text.hpp"
#include "geography/geography.hpp"
#include "stats/scan/lanes.hpp"

namespace daybreak::threat {
namespace {

constexpr std::size_t kMostWindows = 20;  // reported of each scan

struct Industries {
  stats::ScanTree tree;
  std::vector<std::string> codes;  // of each node
  std::vector<std::uint32_t> leaf_node;
};

std::uint32_t node_of(Industries& all, std::map<std::string, std::uint32_t>& known,
                      const std::string& code) {
  if (const auto found = known.find(code); found != known.end()) return found->second;
  const std::string parent = parent_industry(code);
  const std::uint32_t above = parent.empty() ? stats::kNoParent : node_of(all, known, parent);
  const auto node = static_cast<std::uint32_t>(all.codes.size());
  known.emplace(code, node);
  all.codes.push_back(code);
  all.tree.parent.push_back(above);
  return node;
}

Industries industries_of(const Comparison& comparison) {
  Industries all;
  std::map<std::string, std::uint32_t> known;
  for (const std::string& leaf : comparison.leaves)
    all.leaf_node.push_back(node_of(all, known, leaf));
  return all;
}

stats::ScanOptions options_of(const AssessRequest& request) {
  stats::ScanOptions options;
  options.replications = request.replications;
  options.seed = request.seed;
  options.threads = request.threads;
  options.simd = stats::best_simd();
  options.most_clusters = kMostWindows;
  return options;
}

std::vector<stats::Point> points_of(const AssessRequest& request) {
  std::vector<stats::Point> points;
  for (const std::uint32_t fips : request.counties) {
    const geography::County* county = geography::find_county(geography::CountyFips(fips));
    points.push_back(county ? stats::Point{county->center.latitude, county->center.longitude}
                            : stats::Point{});
  }
  return points;
}

Result<stats::SpaceWindows> circles(const AssessRequest& request,
                                    std::span<const double> by_county) {
  const double total = std::accumulate(by_county.begin(), by_county.end(), 0.0);
  const std::vector<stats::Shape> circle{stats::Shape{}};
  // A nation's windows are capped at 15 % of the measure, a region's at half of it.
  const double share = by_county.size() > 500 ? 0.15 : 0.5;
  return stats::compact_windows(
      stats::Coordinates::kLatitudeLongitude, points_of(request), by_county, circle,
      {.measure = total * share, .radius = 0, .total_steps = std::size_t{200} << 20});
}

stats::Model model_of(Denominator denominator) {
  return denominator == Denominator::kInspections ? stats::Model::kBernoulli
                                                  : stats::Model::kPoisson;
}

Window window_of(const stats::Cluster& cluster, const AssessRequest& request) {
  Window window;
  for (const std::uint32_t member : cluster.members)
    window.counties.push_back(request.counties[member]);
  std::ranges::sort(window.counties);
  window.cases = cluster.cases;
  window.expected = cluster.expected;
  window.relative_risk = cluster.relative_risk;
  window.llr = cluster.llr;
  window.p_value = cluster.p_value;
  return window;
}

// Two digits of a sector of several: "48" is "48-49".
std::string whole_sector(const std::string& code) {
  if (code.size() != 2) return code;
  const std::string sector = parent_industry(code + "0");
  return sector.empty() ? code : sector;
}

bool has_cases(const Comparison& comparison) {
  return std::accumulate(comparison.cases.begin(), comparison.cases.end(), std::uint64_t{0}) > 0;
}

}  // namespace

std::string parent_industry(std::string_view code) {
  if (code.size() == 5 && code[2] == '-') return {};  // "31-33"
  if (code.size() <= 2) return {};
  const std::string_view up = code.substr(0, code.size() - 1);
  if (up == "31" || up == "32" || up == "33") return "31-33";
  if (up == "44" || up == "45") return "44-45";
  if (up == "48" || up == "49") return "48-49";
  return std::string(up);
}

bool is_in_branch(std::string_view code, std::string_view branch) {
  if (branch.size() == 5 && branch[2] == '-')
    return code == branch ||
           (code.substr(0, 2) >= branch.substr(0, 2) && code.substr(0, 2) <= branch.substr(3));
  return code.starts_with(branch);
}

Comparison compare(const CaseSet& set, const Sizes& sizes, std::size_t counties,
                   Denominator denominator) {
  Comparison out{denominator, {}, {}, {}, 0, {}};
  const bool positions = denominator == Denominator::kPositions;
  const bool inspections = denominator == Denominator::kInspections;
  std::map<std::string, std::size_t> index;
  const auto leaf_of = [&](const std::string& naics) {
    const auto [at, is_new] = index.emplace(naics, out.leaves.size());
    if (is_new) {
      out.leaves.push_back(naics);
      out.measure.resize(out.measure.size() + counties);
      out.cases.resize(out.cases.size() + counties);
    }
    return at->second;
  };
  if (!inspections)
    for (const auto& [key, size] : sizes.of)
      if (size > 0) out.measure[leaf_of(key.first) * counties + key.second] += size;
  for (const Case& one : set.cases) {
    if (positions && !one.naics.starts_with("11")) continue;
    const std::string naics = positions ? "11" : whole_sector(one.naics);
    if (!inspections && !index.contains(naics)) {
      if (one.violating()) ++out.left_out, ++out.left_out_industries[naics];
      continue;
    }
    const std::size_t cell = leaf_of(naics) * counties + one.county;
    if (inspections) out.measure[cell] += 1;
    // An industry that is here, by its cases, where the numbers know none: the smallest there is.
    if (one.violating() && out.measure[cell] <= 0) out.measure[cell] = 1;
    if (one.violating()) ++out.cases[cell];
  }
  return out;
}

Result<std::vector<Window>> scan_tree(const Comparison& comparison, const AssessRequest& request) {
  std::vector<Window> windows;
  if (!has_cases(comparison)) return windows;
  const Industries industries = industries_of(comparison);
  const std::size_t counties = request.counties.size();
  stats::ScanData data;
  data.model = model_of(comparison.denominator);
  data.leaves = static_cast<std::uint32_t>(comparison.leaves.size());
  data.tree = industries.tree;
  data.leaf_node = industries.leaf_node;
  for (std::size_t leaf = 0; leaf < comparison.leaves.size(); ++leaf) {
    const auto first = static_cast<std::ptrdiff_t>(leaf * counties);
    const auto last = first + static_cast<std::ptrdiff_t>(counties);
    data.cases.push_back(
        std::accumulate(comparison.cases.begin() + first, comparison.cases.begin() + last, 0u));
    data.measure.push_back(std::accumulate(comparison.measure.begin() + first,
                                           comparison.measure.begin() + last, 0.0));
  }
  stats::ScanOptions options = options_of(request);
  options.secondary = stats::Secondary::kAll;
  const auto result = TRY(stats::scan(data, stats::single_place(), {}, options));
  for (const stats::Cluster& cluster : result.clusters) {
    Window window = window_of(cluster, request);
    window.counties = request.counties;
    window.industry = industries.codes[cluster.node];
    windows.push_back(std::move(window));
  }
  return windows;
}

Result<std::vector<Window>> scan_tree_and_places(const Comparison& comparison,
                                                 const AssessRequest& request) {
  std::vector<Window> windows;
  if (!has_cases(comparison)) return windows;
  const Industries industries = industries_of(comparison);
  const std::size_t counties = request.counties.size();
  stats::ScanData data;
  data.model = model_of(comparison.denominator);
  data.leaves = static_cast<std::uint32_t>(comparison.leaves.size());
  data.places = static_cast<std::uint32_t>(counties);
  data.tree = industries.tree;
  data.leaf_node = industries.leaf_node;
  data.cases = comparison.cases;
  data.measure = comparison.measure;
  std::vector<double> by_county(counties);
  for (std::size_t cell = 0; cell < comparison.measure.size(); ++cell)
    by_county[cell % counties] += comparison.measure[cell];
  const auto space = TRY(circles(request, by_county));
  const auto result = TRY(stats::scan(data, space, {}, options_of(request)));
  for (const stats::Cluster& cluster : result.clusters) {
    Window window = window_of(cluster, request);
    window.industry = industries.codes[cluster.node];
    windows.push_back(std::move(window));
  }
  return windows;
}

Result<TimeResult> scan_time(const CaseSet& set, const Comparison& comparison,
                             const std::string& branch, const AssessRequest& request) {
  TimeResult out;
  const std::size_t counties = request.counties.size();
  const auto quarters = static_cast<std::size_t>(set.quarters);
  if (quarters < 4) return out;
  stats::ScanData data;
  data.model = model_of(comparison.denominator);
  data.places = static_cast<std::uint32_t>(counties);
  data.times = static_cast<std::uint32_t>(quarters);
  data.cases.assign(counties * quarters, 0);
  data.measure.assign(counties * quarters, 0);
  const bool inspections = comparison.denominator == Denominator::kInspections;
  std::vector<double> by_county(counties);
  for (std::size_t cell = 0; !inspections && cell < comparison.measure.size(); ++cell)
    if (is_in_branch(comparison.leaves[cell / counties], branch))
      by_county[cell % counties] += comparison.measure[cell];
  std::uint64_t dated = 0;
  for (const Case& one : set.cases) {
    if (one.quarter < 0 || !is_in_branch(one.naics, branch)) continue;
    const std::size_t cell = one.county * quarters + static_cast<std::size_t>(one.quarter);
    if (inspections) data.measure[cell] += 1, by_county[one.county] += 1;
    if (!one.violating()) continue;
    if (!inspections && by_county[one.county] <= 0) by_county[one.county] = 1;
    ++data.cases[cell];
    ++dated;
  }
  if (dated < 10) return out;
  for (std::size_t cell = 0; !inspections && cell < data.measure.size(); ++cell)
    data.measure[cell] = by_county[cell / quarters];
  const auto space = TRY(circles(request, by_county));
  stats::ScanOptions options = options_of(request);
  options.certainty_samples = 200;
  const stats::TimeWindows time{.shortest = 1, .longest = data.times / 2};
  const auto result = TRY(stats::scan(data, space, time, options));
  out.certainty = result.certainty;
  if (result.clusters.empty()) return out;
  const stats::Cluster& best = result.clusters.front();
  Window window = window_of(best, request);
  window.industry = branch;
  window.first_quarter = quarter_name(request, static_cast<int>(best.start));
  window.last_quarter = quarter_name(request, static_cast<int>(best.start + best.length - 1));
  out.window = std::move(window);
  return out;
}

}  // namespace daybreak::threat
