// SPDX-License-Identifier: AGPL-3.0-or-later
#include "gates/aggregate/withhold.hpp"

#include <algorithm>
#include <cstdlib>
#include <numeric>

#include "stats/suppression/suppress.hpp"

namespace daybreak::gates {
namespace {

using measures::CountTable;
using measures::is_small;
using measures::kThreshold;

struct Counted {
  std::vector<std::int64_t> counts;  // in the order of the measure's codes
  std::vector<bool> withheld;
  std::int64_t total = 0;
  bool total_withheld = false;

  std::int64_t published_sum() const {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) sum += withheld[i] ? 0 : counts[i];
    return sum;
  }
  std::size_t withheld_cells() const {
    return static_cast<std::size_t>(std::count(withheld.begin(), withheld.end(), true));
  }
};

bool is_small_change(std::int64_t one, std::int64_t other) {
  return is_small(std::abs(one - other));
}

// Small numbers, small changes, and what was withheld before: once withheld, always withheld.
void withhold_what_must(Counted& table, const measures::Measure& measure,
                        std::span<const CountTable> earlier) {
  for (std::size_t i = 0; i < table.counts.size(); ++i)
    table.withheld[i] = is_small(table.counts[i]);
  table.total_withheld = is_small(table.total);
  for (const CountTable& before : earlier) {
    const auto total = measures::told_total(before);
    if (total && is_small_change(*total, table.total)) table.total_withheld = true;
    if (before.measure != measure.code) continue;
    for (const measures::Cell& old : before.cells)
      for (std::size_t i = 0; i < table.counts.size(); ++i)
        if (measure.codes[i].code == old.code &&
            (!old.count || is_small_change(*old.count, table.counts[i])))
          table.withheld[i] = true;
  }
}

// The smallest published number above zero joins what is withheld; false when there is none.
bool withhold_one_more(Counted& table) {
  std::optional<std::size_t> smallest;
  for (std::size_t i = 0; i < table.counts.size(); ++i)
    if (!table.withheld[i] && table.counts[i] > 0 &&
        (!smallest || table.counts[i] < table.counts[*smallest]))
      smallest = i;
  if (!smallest) return false;
  table.withheld[*smallest] = true;
  return true;
}

void withhold_company(Counted& table, std::span<const CountTable> earlier) {
  std::vector<std::int64_t> totals;
  for (const CountTable& before : earlier)
    if (const auto total = measures::told_total(before)) totals.push_back(*total);
  if (!table.total_withheld) totals.push_back(table.total);
  // A total that stays here is not told by its cells either.
  if (table.total_withheld && table.withheld_cells() == 0) withhold_one_more(table);
  for (const std::int64_t total : totals)
    while (table.withheld_cells() > 0 && total >= table.published_sum() &&
           (table.withheld_cells() < 2 || total - table.published_sum() < kThreshold))
      if (!withhold_one_more(table)) break;
  // Zeros alone are no company: then the total stays here too.
  if (table.withheld_cells() == 1) table.total_withheld = true;
}

Result<void> audit(const Counted& table, const measures::Measure& measure) {
  stats::Table shown;
  stats::Table::Dimension codes{.name = measure.code, .categories = {}};
  for (const auto& code : measure.codes) codes.categories.push_back(code.code);
  shown.dimensions = {codes};
  shown.counts = table.counts;
  const auto publication = TRY(stats::publication_of(shown));
  std::vector<stats::FigureState> states;
  for (std::size_t i = 0; i < table.counts.size(); ++i)
    states.push_back(!table.withheld[i]          ? stats::FigureState::kPublished
                     : is_small(table.counts[i]) ? stats::FigureState::kPrimary
                                                 : stats::FigureState::kComplementary);
  states.push_back(!table.total_withheld   ? stats::FigureState::kPublished
                   : is_small(table.total) ? stats::FigureState::kPrimary
                                           : stats::FigureState::kComplementary);
  const auto leaks = TRY(stats::audit(publication, {.threshold = kThreshold}, states));
  if (leaks.empty()) return {};
  return fail(ErrorKind::kConflict, "a small number could be worked out from this table",
              leaks.front().words, "Send another measure, or a later quarter");
}

}  // namespace

Result<CountTable> withhold(CountTable head, const measures::Measure& measure,
                            const std::map<std::string, std::int64_t>& counts,
                            std::span<const CountTable> earlier) {
  Counted table;
  for (const auto& code : measure.codes) {
    const auto found = counts.find(code.code);
    table.counts.push_back(found == counts.end() ? 0 : found->second);
  }
  for (const auto& [code, number] : counts)
    if (std::none_of(measure.codes.begin(), measure.codes.end(),
                     [&](const auto& one) { return one.code == code; }))
      return fail(ErrorKind::kUnsupported, "the vault holds a code that the measure does not list",
                  measure.code, "Update Daybreak");
  table.withheld.assign(table.counts.size(), false);
  table.total = std::accumulate(table.counts.begin(), table.counts.end(), std::int64_t{0});
  withhold_what_must(table, measure, earlier);
  withhold_company(table, earlier);
  TRY(audit(table, measure));
  for (std::size_t i = 0; i < table.counts.size(); ++i)
    head.cells.push_back(
        {measure.codes[i].code, table.withheld[i] ? std::nullopt : std::optional(table.counts[i])});
  if (!table.total_withheld) head.total = table.total;
  TRY(measures::check(head, measures::MeasureList::built_in()));
  TRY(measures::check_together(head, earlier));
  return head;
}

}  // namespace daybreak::gates
