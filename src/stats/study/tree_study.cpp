// SPDX-License-Identifier: AGPL-3.0-or-later
#include <algorithm>
#include <fmt/format.h>

#include "stats/study/study.hpp"

namespace daybreak::stats {
namespace {

constexpr std::size_t kMostCells = std::size_t{100} << 20;

Result<Calendar> calendar_of(const TreeStudyFiles& files, const TreeStudyPlan& plan) {
  if (plan.time == TimeUse::kNone) return Calendar();
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

ScanTree tree_of(const Tree& tree) {
  ScanTree out;
  out.parent.assign(tree.size(), kNoParent);
  for (std::uint32_t node = 0; node < tree.size(); ++node) {
    for (const std::uint32_t parent : tree.parents.of(node)) {
      if (out.parent[node] == kNoParent) {
        out.parent[node] = parent;
      } else {
        out.further.emplace_back(node, parent);
      }
    }
  }
  return out;
}

class TreeBuilder {
 public:
  TreeBuilder(const TreeStudyFiles& files, const TreeStudyPlan& plan) : files_(files), plan_(plan) {}

  Result<Study> build() {
    study_.calendar = TRY(calendar_of(files_, plan_));
    ScanData& data = study_.data;
    data.model = plan_.model;
    data.tree = tree_of(files_.tree);
    data.times = study_.calendar.units();
    place_them();
    number_leaves();
    data.columns = static_cast<std::size_t>(data.places) * data.times;
    const std::size_t cells = data.leaves * data.columns;
    if (cells > kMostCells) {
      return fail(ErrorKind::kUnsupported,
                  fmt::format("{} nodes, {} places and {} units of time are too many cells",
                              data.leaves, data.places, data.times),
                  files_.cases_name, "use a coarser tree, fewer places or a longer --time-unit");
    }
    data.cases.assign(cells, 0);
    if (plan_.model != Model::kPermutation) data.measure.assign(cells, 0);
    study_.place_measure.assign(data.places, 0);
    TRY(add_rows());
    TRY(check_population());
    return std::move(study_);
  }

 private:
  void place_them() {
    place_of_.assign(std::max<std::size_t>(1, files_.places.size()), 0);
    if (plan_.places) {
      std::vector<Point> points;
      for (const Coordinate& c : files_.coordinates) points.push_back({c.first, c.second});
      const Coincident merged = merge_coincident(points);
      place_of_ = merged.group;
      for (const std::uint32_t id : merged.representative) study_.points.push_back(points[id]);
    } else {
      study_.points.resize(1);
    }
    study_.ids.resize(study_.points.size());
    for (std::uint32_t id = 0; plan_.places && id < place_of_.size(); ++id) {
      study_.ids[place_of_[id]].push_back(id);
    }
    study_.data.places = static_cast<std::uint32_t>(study_.points.size());
  }

  void number_leaves() {
    constexpr std::uint32_t none = 0xffffffff;
    leaf_of_.assign(files_.tree.size(), none);
    for (const TreeCountRow& row : files_.cases.rows) {
      if (leaf_of_[row.node] != none) continue;
      leaf_of_[row.node] = static_cast<std::uint32_t>(study_.data.leaf_node.size());
      study_.data.leaf_node.push_back(row.node);
    }
    study_.data.leaves = static_cast<std::uint32_t>(study_.data.leaf_node.size());
  }

  std::string line_of(const TreeCountRow& row) const {
    return fmt::format("{}:{}", files_.cases_name, row.line);
  }

  Result<std::size_t> cell_of(const TreeCountRow& row) const {
    std::uint32_t unit = 0;
    if (plan_.time == TimeUse::kUnits) {
      auto found = study_.calendar.unit_of(row.time);
      if (!found) {
        found.error().place = line_of(row);
        return tl::make_unexpected(std::move(found.error()));
      }
      if (!*found) {
        return fail(ErrorKind::kInvalid,
                    fmt::format("the time {} lies outside the study period", format_time(row.time)),
                    line_of(row), "correct it, or change --study-start and --study-end");
      }
      unit = **found;
    }
    const std::size_t place = plan_.places ? place_of_[row.place] : 0;
    return leaf_of_[row.node] * study_.data.columns + place * study_.data.times + unit;
  }

  Result<void> add_rows() {
    ScanData& data = study_.data;
    const bool trials =
        plan_.model == Model::kBernoulli || plan_.model == Model::kBernoulliUnconditional;
    std::int64_t total = 0;
    for (const TreeCountRow& row : files_.cases.rows) {
      const std::size_t cell = TRY(cell_of(row));
      total += row.count;
      if (total > kMostCases) {
        return fail(ErrorKind::kUnsupported,
                    "up to this line the counts add up to more than 2,147,483,647", line_of(row),
                    "check the count column");
      }
      data.cases[cell] += static_cast<std::uint32_t>(row.count);
      double& whole = study_.place_measure[cell % data.columns / data.times];
      if (data.measure.empty()) {
        whole += static_cast<double>(row.count);
        continue;
      }
      const double measure = trials ? static_cast<double>(row.count + row.controls) : row.expected;
      data.measure[cell] += measure;
      whole += measure;
    }
    return {};
  }

  Result<void> check_population() const {
    if (study_.data.measure.empty()) return {};
    for (const TreeCountRow& row : files_.cases.rows) {
      if (row.count == 0 || study_.data.measure[TRY(cell_of(row))] > 0) continue;
      return fail(
          ErrorKind::kInvalid,
          fmt::format("node {} has cases but no population", files_.tree.nodes.name(row.node)),
          line_of(row), "add the population, or remove the cases");
    }
    return {};
  }

  const TreeStudyFiles& files_;
  const TreeStudyPlan& plan_;
  Study study_;
  std::vector<std::uint32_t> place_of_, leaf_of_;
};

}  // namespace

Result<Study> build_tree_study(const TreeStudyFiles& files, const TreeStudyPlan& plan) {
  return TreeBuilder(files, plan).build();
}

}  // namespace daybreak::stats
