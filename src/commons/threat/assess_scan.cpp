// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/assess_scan.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

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

bool is_wide(const AssessRequest& request) { return request.counties.size() > kWideRegion; }

Result<stats::SpaceWindows> circles(const AssessRequest& request,
                                    std::span<const double> by_county) {
  const double total = std::accumulate(by_county.begin(), by_county.end(), 0.0);
  const std::vector<stats::Shape> circle{stats::Shape{}};
  return stats::compact_windows(stats::Coordinates::kLatitudeLongitude, points_of(request),
                                by_county, circle,
                                {.measure = total * 0.5,
                                 .radius = is_wide(request) ? kWideRadius : 0,
                                 .total_steps = std::size_t{200} << 20});
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

// The industries of a comparison cut to so many digits.
Comparison shortened(const Comparison& full, std::size_t digits, std::size_t counties) {
  Comparison out{.denominator = full.denominator,
                 .all_cases = full.all_cases,
                 .all_measure = full.all_measure};
  for (std::size_t leaf = 0; leaf < full.leaves.size(); ++leaf) {
    const std::string code = full.leaves[leaf].substr(0, digits);
    if (out.leaves.empty() || out.leaves.back() != code) {
      out.leaves.push_back(code);
      out.measure.resize(out.measure.size() + counties);
      out.cases.resize(out.cases.size() + counties);
    }
    const std::size_t to = (out.leaves.size() - 1) * counties, from = leaf * counties;
    for (std::size_t i = 0; i < counties; ++i) {
      out.measure[to + i] += full.measure[from + i];
      out.cases[to + i] += full.cases[from + i];
    }
  }
  return out;
}

// Of a wide region the counties of the window and those nearest to their middle.
std::vector<std::uint32_t> surroundings(const AssessRequest& request, const Window& window) {
  if (!is_wide(request)) return request.counties;
  geography::Point middle{};
  for (const std::uint32_t fips : window.counties) {
    const geography::County* county = geography::find_county(geography::CountyFips(fips));
    middle.latitude += county->center.latitude / static_cast<double>(window.counties.size());
    middle.longitude += county->center.longitude / static_cast<double>(window.counties.size());
  }
  std::vector<std::pair<double, std::uint32_t>> by_distance;
  for (const std::uint32_t fips : request.counties) {
    const bool inside = std::ranges::binary_search(window.counties, fips);
    const geography::County* county = geography::find_county(geography::CountyFips(fips));
    by_distance.emplace_back(
        inside ? -1 : geography::distance_in_kilometers(middle, county->center), fips);
  }
  std::ranges::sort(by_distance);
  by_distance.resize(std::min(by_distance.size(),
                              std::max(kSurroundings, 3 * window.counties.size())));
  std::vector<std::uint32_t> counties;
  for (const auto& [distance, fips] : by_distance) counties.push_back(fips);
  std::ranges::sort(counties);
  return counties;
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
  Comparison out{.denominator = denominator};
  const bool inspections = denominator == Denominator::kInspections;
  // H-2A positions are of agriculture as a whole.
  const bool farms = denominator == Denominator::kPositions &&
                     std::ranges::find(sizes.industries, "11") != sizes.industries.end();
  const auto leaf_of = [&](const std::string& naics) {
    return farms && naics.starts_with("11") ? std::string("11") : whole_sector(naics);
  };
  if (inspections) {
    for (const std::string& naics : set.industries) out.leaves.push_back(leaf_of(naics));
  } else {
    std::vector<bool> has(sizes.industries.size());
    for (const Size& one : sizes.all) has[one.industry] = has[one.industry] || one.size > 0;
    for (std::size_t i = 0; i < has.size(); ++i)
      if (has[i]) out.leaves.push_back(whole_sector(sizes.industries[i]));
  }
  std::ranges::sort(out.leaves);
  out.leaves.erase(std::ranges::unique(out.leaves).begin(), out.leaves.end());
  out.measure.resize(out.leaves.size() * counties);
  out.cases.resize(out.leaves.size() * counties);
  const auto rows_of = [&](const std::vector<std::string>& industries, auto name) {
    std::vector<std::size_t> rows;  // of each industry; past the end: none
    for (const std::string& naics : industries) {
      const auto at = std::ranges::lower_bound(out.leaves, name(naics));
      rows.push_back(at != out.leaves.end() && *at == name(naics)
                         ? static_cast<std::size_t>(at - out.leaves.begin())
                         : out.leaves.size());
    }
    return rows;
  };
  if (!inspections) {
    const auto rows = rows_of(sizes.industries, whole_sector);
    for (const Size& one : sizes.all)
      if (one.size > 0) out.measure[rows[one.industry] * counties + one.county] += one.size;
  }
  const auto rows = rows_of(set.industries, leaf_of);
  for (const std::size_t row : rows) out.has_industry.push_back(row < out.leaves.size());
  for (const Case& one : set.cases) {
    if (rows[one.industry] == out.leaves.size()) {
      if (one.counts) ++out.left_out, ++out.left_out_industries[set.industries[one.industry]];
      continue;
    }
    const std::size_t cell = rows[one.industry] * counties + one.county;
    if (inspections) out.measure[cell] += 1;
    // An industry that is here, by its cases, where the numbers know none: the smallest there is.
    if (one.counts && out.measure[cell] <= 0) out.measure[cell] = 1;
    if (one.counts) ++out.cases[cell], ++out.all_cases;
  }
  out.all_measure = std::accumulate(out.measure.begin(), out.measure.end(), 0.0);
  return out;
}

Result<std::vector<Window>> scan_tree(const Comparison& comparison, const AssessRequest& request) {
  std::vector<Window> windows;
  if (comparison.all_cases == 0) return windows;
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

double score_of(Denominator denominator, double cases, double expected, double all,
                double all_measure) {
  if (cases <= expected) return 0;
  const auto part = [](double number, double of) {
    return number > 0 ? number * std::log(number / of) : 0;
  };
  if (model_of(denominator) == stats::Model::kPoisson)
    return part(cases, expected) + part(all - cases, all - expected);
  const double inside = expected / all * all_measure;
  const auto likelihood = [&](double some, double of) {
    return part(some, of) + part(of - some, of);
  };
  return likelihood(cases, inside) + likelihood(all - cases, all_measure - inside) -
         likelihood(all, all_measure);
}

Result<PlaceResult> scan_tree_and_places(const Comparison& full, const AssessRequest& request) {
  PlaceResult out;
  if (full.all_cases == 0) return out;
  const std::size_t counties = request.counties.size();
  std::optional<Comparison> shorter;
  if (is_wide(request)) shorter = shortened(full, kWideDigits, counties);
  const Comparison& comparison = shorter ? *shorter : full;
  const Industries industries = industries_of(comparison);
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
  auto result = TRY(stats::scan(data, space, {}, options_of(request)));
  for (const stats::Cluster& cluster : result.clusters) {
    Window window = window_of(cluster, request);
    window.industry = industries.codes[cluster.node];
    out.windows.push_back(std::move(window));
  }
  out.maxima = std::move(result.maxima);
  return out;
}

Result<TimeResult> scan_time(const CaseSet& set, const Comparison& comparison,
                             const Window& about, const AssessRequest& whole) {
  TimeResult out;
  const auto quarters = static_cast<std::size_t>(set.quarters);
  if (quarters < 4) return out;
  AssessRequest request = whole;
  request.counties = surroundings(whole, about);
  const std::size_t counties = request.counties.size(), all = whole.counties.size();
  std::vector<std::size_t> place(all, counties);  // of each county of the whole region
  for (std::size_t i = 0; i < counties; ++i)
    place[static_cast<std::size_t>(
        std::ranges::lower_bound(whole.counties, request.counties[i]) - whole.counties.begin())] =
        i;
  stats::ScanData data;
  data.model = model_of(comparison.denominator);
  data.places = static_cast<std::uint32_t>(counties);
  data.times = static_cast<std::uint32_t>(quarters);
  data.cases.assign(counties * quarters, 0);
  data.measure.assign(counties * quarters, 0);
  const bool inspections = comparison.denominator == Denominator::kInspections;
  std::vector<double> by_county(counties);
  for (std::size_t leaf = 0; !inspections && leaf < comparison.leaves.size(); ++leaf) {
    if (!is_in_branch(comparison.leaves[leaf], about.industry)) continue;
    for (std::size_t i = 0; i < all; ++i)
      if (place[i] < counties) by_county[place[i]] += comparison.measure[leaf * all + i];
  }
  std::uint64_t dated = 0;
  set.in_window(about.industry, marked(whole, request.counties), [&](const Case& one) {
    if (one.quarter < 0) return;
    const std::size_t county = place[one.county];
    const std::size_t cell = county * quarters + static_cast<std::size_t>(one.quarter);
    if (inspections) data.measure[cell] += 1, by_county[county] += 1;
    if (!one.counts) return;
    if (!inspections && by_county[county] <= 0) by_county[county] = 1;
    ++data.cases[cell];
    ++dated;
  });
  if (dated < 10) return out;
  for (std::size_t cell = 0; !inspections && cell < data.measure.size(); ++cell)
    data.measure[cell] = by_county[cell / quarters];
  const auto space = TRY(circles(request, by_county));
  stats::ScanOptions options = options_of(request);
  options.certainty_samples = 200;
  const stats::TimeWindows time{.shortest = 1, .longest = data.times / 2};
  const auto result = TRY(stats::scan(data, space, time, options));
  out.counties = request.counties;
  out.certainty = result.certainty;
  if (result.clusters.empty()) return out;
  const stats::Cluster& best = result.clusters.front();
  Window window = window_of(best, request);
  window.industry = about.industry;
  window.first_quarter = quarter_name(request, static_cast<int>(best.start));
  window.last_quarter = quarter_name(request, static_cast<int>(best.start + best.length - 1));
  out.window = std::move(window);
  return out;
}

}  // namespace daybreak::threat
