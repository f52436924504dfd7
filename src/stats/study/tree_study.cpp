// SPDX-License-Identifier: AGPL-3.0-or-later
#include <algorithm>
#include <fmt/format.h>

#include "stats/study/study.hpp"

namespace daybreak::stats {
namespace {

constexpr std::size_t kMostCells = std::size_t{100} << 20;

Result<Calendar> calendar_of(const TreeStudyFiles& files, const TreeStudyPlan& plan) {
  if (plan.time == TimeUse::kNone) return Calendar();
  std::vector<CountRow> rows;
  std::optional<Time> first = plan.start, last = plan.end;
  for (const TreeCountRow& row : files.cases.rows) {
    if (!plan.start && (!first || earliest_day(row.time) < earliest_day(*first))) first = row.time;
    if (!plan.end && (!last || latest_day(row.time) > latest_day(*last))) last = row.time;
  }
  if (!first || !last) {
    return fail(ErrorKind::kInvalid, "the cases have no times", files.cases_name);
  }
  if (!plan.start && plan.step.unit == TimeUnit::kYear) *first = Time{.year = first->year};
  if (!plan.start && plan.step.unit == TimeUnit::kMonth && first->month != 0) {
    *first = Time{
        first->year,
        static_cast<std::uint8_t>((first->month - 1) / plan.step.count * plan.step.count + 1), 0};
  }
  if (!plan.end && plan.step.unit == TimeUnit::kMonth && last->month != 0) {
    *last = Time{
        last->year,
        static_cast<std::uint8_t>(((last->month - 1) / plan.step.count + 1) * plan.step.count), 0};
  }
  return Calendar::over(*first, *last, plan.step);
}

Result<ScanTree> tree_of(const TreeStudyFiles& files) {
  ScanTree out;
  out.parent.assign(files.tree.size(), kNoParent);
  for (std::uint32_t node = 0; node < files.tree.size(); ++node) {
    const auto parents = files.tree.parents.of(node);
    if (parents.size() > 1) {
      return fail(ErrorKind::kUnsupported,
                  fmt::format("the node \"{}\" has several parents", files.tree.nodes.name(node)),
                  files.tree_name, "give each node one parent");
    }
    if (!parents.empty()) out.parent[node] = parents[0];
  }
  return out;
}

}  // namespace

Result<Study> build_tree_study(const TreeStudyFiles& files, const TreeStudyPlan& plan) {
  Study study;
  study.calendar = TRY(calendar_of(files, plan));
  ScanData& data = study.data;
  data.model = plan.model;
  data.tree = TRY(tree_of(files));
  data.times = study.calendar.units();
  std::vector<std::uint32_t> place_of(std::max<std::size_t>(1, files.places.size()), 0);
  if (plan.places) {
    std::vector<Point> points;
    for (const Coordinate& c : files.coordinates) points.push_back({c.first, c.second});
    const Coincident merged = merge_coincident(points);
    place_of = merged.group;
    for (const std::uint32_t id : merged.representative) study.points.push_back(points[id]);
    study.ids.resize(study.points.size());
    for (std::uint32_t id = 0; id < place_of.size(); ++id) study.ids[place_of[id]].push_back(id);
  } else {
    study.points.resize(1);
    study.ids.resize(1);
  }
  data.places = static_cast<std::uint32_t>(study.points.size());
  std::vector<std::uint32_t> leaf_of(files.tree.size(), 0xffffffff);
  for (const TreeCountRow& row : files.cases.rows) {
    if (leaf_of[row.node] != 0xffffffff) continue;
    leaf_of[row.node] = static_cast<std::uint32_t>(data.leaf_node.size());
    data.leaf_node.push_back(row.node);
  }
  data.leaves = static_cast<std::uint32_t>(data.leaf_node.size());
  const std::size_t cells = static_cast<std::size_t>(data.leaves) * data.places * data.times;
  if (cells > kMostCells) {
    return fail(ErrorKind::kUnsupported,
                fmt::format("{} nodes, {} places and {} units of time are too many cells",
                            data.leaves, data.places, data.times),
                files.cases_name, "use a coarser tree, fewer places or a longer --time-unit");
  }
  data.cases.assign(cells, 0);
  if (plan.model != Model::kPermutation) data.measure.assign(cells, 0);
  data.columns = static_cast<std::size_t>(data.places) * data.times;
  const bool trials =
      plan.model == Model::kBernoulli || plan.model == Model::kBernoulliUnconditional;
  study.place_measure.assign(data.places, 0);
  for (const TreeCountRow& row : files.cases.rows) {
    std::uint32_t unit = 0;
    if (plan.time == TimeUse::kUnits) {
      const std::optional<std::uint32_t> found = TRY(study.calendar.unit_of(row.time));
      if (!found) {
        return fail(ErrorKind::kInvalid,
                    fmt::format("the time {} lies outside the study period", format_time(row.time)),
                    fmt::format("{}:{}", files.cases_name, row.line),
                    "correct it, or change --study-start and --study-end");
      }
      unit = *found;
    }
    const std::uint32_t place = plan.places ? place_of[row.place] : 0;
    const std::size_t cell =
        (static_cast<std::size_t>(leaf_of[row.node]) * data.places + place) * data.times + unit;
    if (row.count > 0x7fffffff - static_cast<std::int64_t>(data.cases[cell])) {
      return fail(ErrorKind::kUnsupported, "a cell has more than 2,147,483,647 cases",
                  fmt::format("{}:{}", files.cases_name, row.line), "check the count column");
    }
    data.cases[cell] += static_cast<std::uint32_t>(row.count);
    const double measure = trials ? static_cast<double>(row.count + row.controls) : row.expected;
    if (!data.measure.empty()) data.measure[cell] += measure;
    study.place_measure[place] += data.measure.empty() ? static_cast<double>(row.count) : measure;
  }
  for (std::size_t i = 0; i < data.measure.size(); ++i) {
    if (data.cases[i] == 0 || data.measure[i] > 0) continue;
    return fail(ErrorKind::kInvalid, "there are cases but no population",
                fmt::format("{}, node {}", files.cases_name,
                            files.tree.nodes.name(data.leaf_node[i / data.columns])),
                "add the population, or remove the cases");
  }
  return study;
}

}  // namespace daybreak::stats
