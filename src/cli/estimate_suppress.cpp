// SPDX-License-Identifier: AGPL-3.0-or-later
#include "cli/estimate_suppress.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/csv.hpp"
#include "base/json.hpp"
#include "cli/command.hpp"
#include "cli/estimate_input.hpp"

namespace daybreak::cli {
namespace {

using namespace daybreak::stats;

struct SuppressResult {
  CountTable counts;
  std::vector<FigureState> states;
  std::vector<Leak> leaks;
};

Result<SuppressResult> suppress_of(const SuppressOptions& options) {
  SuppressResult result{.counts = TRY(read_count_table(options.table))};
  for (const std::string& path : options.earlier) TRY(add_earlier_table(path, result.counts));
  SuppressionRule rule = options.rule;
  rule.zeros = options.hide_zeros ? Zeros::kSuppress : Zeros::kPublish;
  const Publication& publication = result.counts.publication;
  result.states = options.primary_only ? TRY(primary_states(publication, rule))
                                       : TRY(suppress(publication, rule)).states;
  if (options.primary_only || options.whole_numbers) {
    result.leaks = TRY(audit(publication, rule, result.states,
                             options.whole_numbers ? Counting::kWhole : Counting::kReal));
  }
  return result;
}

// The category of each dimension, "*" for a total, found from the cells of the figure.
std::vector<std::string> categories_of(const Table& table, const Figure& figure) {
  std::vector<std::string> names;
  std::size_t stride = table.counts.size();
  for (const Table::Dimension& dimension : table.dimensions) {
    stride /= dimension.categories.size();
    const auto category = [&](std::uint32_t cell) {
      return cell / stride % dimension.categories.size();
    };
    const std::size_t first = category(figure.cells.front());
    const bool one = std::ranges::all_of(
        figure.cells, [&](std::uint32_t cell) { return category(cell) == first; });
    names.push_back(one && !(dimension.categories.size() == 1 && figure.cells.size() > 1)
                        ? dimension.categories[first]
                        : "*");
  }
  return names;
}

Json json_of(const SuppressResult& result) {
  Json figures = Json::array();
  for (std::size_t f = 0; f < result.states.size(); ++f) {
    const Figure& figure = result.counts.publication.figures[f];
    Json categories = Json::array();
    for (std::string& name : categories_of(result.counts.table, figure)) {
      categories.append(std::move(name));
    }
    const bool published = result.states[f] == FigureState::kPublished;
    figures.append(Json::object({{"categories", std::move(categories)},
                                 {"state", name_of(result.states[f])},
                                 {"count", published ? Json(figure.value) : Json()}}));
  }
  Json leaks = Json::array();
  for (const Leak& leak : result.leaks) leaks.append(leak.words);
  Json dimensions = Json::array();
  for (const auto& dimension : result.counts.table.dimensions) dimensions.append(dimension.name);
  const auto count = [&](FigureState state) {
    return static_cast<std::int64_t>(std::ranges::count(result.states, state));
  };
  return Json::object({{"dimensions", std::move(dimensions)},
                       {"published", count(FigureState::kPublished)},
                       {"primary", count(FigureState::kPrimary)},
                       {"complementary", count(FigureState::kComplementary)},
                       {"safe", result.leaks.empty()},
                       {"leaks", std::move(leaks)},
                       {"figures", std::move(figures)}});
}

}  // namespace

void estimate_suppress(const SuppressOptions& options) {
  const SuppressResult result = value_or_exit(suppress_of(options));
  if (options.json) {
    fmt::print("{}\n", to_text(json_of(result), JsonLayout::kIndented));
  } else {
    std::string out;
    CsvWriter writer(out, CsvFormulas::kNeutralise);
    for (const auto& dimension : result.counts.table.dimensions) writer.field(dimension.name);
    writer.field("count");
    writer.field("state");
    writer.end_row();
    for (std::size_t f = 0; f < result.states.size(); ++f) {
      const Figure& figure = result.counts.publication.figures[f];
      for (const std::string& name : categories_of(result.counts.table, figure)) writer.field(name);
      const bool published = result.states[f] == FigureState::kPublished;
      writer.field(published ? std::to_string(figure.value) : "");
      writer.field(name_of(result.states[f]));
      writer.end_row();
    }
    fmt::print("{}", out);
    for (const Leak& leak : result.leaks) fmt::print(stderr, "daybreak: leak: {}\n", leak.words);
  }
  if (!result.leaks.empty()) throw Exit{kExitFailure};
}

}  // namespace daybreak::cli
