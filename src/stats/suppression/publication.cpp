// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/suppression/publication.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <unordered_map>

namespace daybreak::stats {
namespace {

Result<void> check_shape(const Table& table) {
  std::size_t cells = 1;
  std::size_t figures = 1;
  for (const Table::Dimension& dimension : table.dimensions) {
    cells *= dimension.categories.size();
    figures *= dimension.categories.size() + 1;
    if (figures > 2'000'000) {
      return fail(ErrorKind::kUnsupported, "the table has more than 2,000,000 figures", {},
                  "publish fewer dimensions or categories at once");
    }
  }
  if (table.dimensions.empty() || cells == 0 || table.counts.size() != cells) {
    return fail(ErrorKind::kInvalid,
                fmt::format("{} counts for a table of {} cells", table.counts.size(), cells), {},
                "give one count for each combination of categories");
  }
  return {};
}

std::string name_of_figure(const Table& table, std::span<const std::int64_t> categories) {
  std::string name;
  for (std::size_t d = 0; d < categories.size(); ++d) {
    if (categories[d] == kAll) continue;
    if (!name.empty()) name += ", ";
    name += table.dimensions[d].categories[static_cast<std::size_t>(categories[d])];
  }
  return name.empty() ? "the grand total" : name;
}

// The next figure in the order: categories count up, kAll comes after the last one.
bool advance(const Table& table, std::vector<std::int64_t>& categories) {
  for (std::size_t d = categories.size(); d-- > 0;) {
    const auto size = static_cast<std::int64_t>(table.dimensions[d].categories.size());
    if (categories[d] == kAll) {
      categories[d] = 0;
      continue;
    }
    categories[d] = categories[d] + 1 < size ? categories[d] + 1 : kAll;
    return true;
  }
  return false;
}

// The contributions of a table, by cell.
class Contributors {
 public:
  explicit Contributors(const Table& table) {
    if (table.contributions.empty()) return;
    by_cell_.resize(table.counts.size());
    for (const Table::Contribution& part : table.contributions) {
      if (part.cell < by_cell_.size()) by_cell_[part.cell].push_back(part);
    }
  }
  std::int64_t largest_of(const std::vector<std::uint32_t>& cells) const {
    if (by_cell_.empty()) return 0;
    std::unordered_map<std::uint32_t, std::int64_t> sums;
    std::int64_t largest = 0;
    for (const std::uint32_t cell : cells) {
      for (const Table::Contribution& part : by_cell_[cell]) {
        largest = std::max(largest, sums[part.contributor] += part.count);
      }
    }
    return largest;
  }

 private:
  std::vector<std::vector<Table::Contribution>> by_cell_;
};

}  // namespace

std::vector<std::uint32_t> cells_of(const Table& table, std::span<const std::int64_t> categories) {
  std::vector<std::uint32_t> cells{0};
  for (std::size_t d = 0; d < categories.size(); ++d) {
    const auto size = static_cast<std::uint32_t>(table.dimensions[d].categories.size());
    std::vector<std::uint32_t> next;
    for (const std::uint32_t cell : cells) {
      if (categories[d] != kAll) {
        next.push_back(cell * size + static_cast<std::uint32_t>(categories[d]));
        continue;
      }
      for (std::uint32_t k = 0; k < size; ++k) next.push_back(cell * size + k);
    }
    cells = std::move(next);
  }
  return cells;
}

Result<Publication> publication_of(const Table& table) {
  TRY(check_shape(table));
  Publication publication{.cells = table.counts};
  const Contributors contributors(table);
  std::vector<Figure> margins;
  std::vector<std::int64_t> categories(table.dimensions.size(), 0);
  do {
    Figure figure{.cells = cells_of(table, categories), .name = name_of_figure(table, categories)};
    for (const std::uint32_t cell : figure.cells) {
      figure.value += table.counts[cell];
      if (table.counts[cell] < 0 || figure.value > kMaxTableTotal) {
        return fail(ErrorKind::kInvalid, "a count is negative or the counts add up beyond 10^12",
                    figure.name, "correct it");
      }
    }
    figure.largest = contributors.largest_of(figure.cells);
    const bool inner = std::ranges::find(categories, kAll) == categories.end();
    (inner ? publication.figures : margins).push_back(std::move(figure));
  } while (advance(table, categories));
  publication.figures.insert(publication.figures.end(), std::move_iterator(margins.begin()),
                             std::move_iterator(margins.end()));
  return publication;
}

namespace {

Result<void> check_figure(const Publication& publication, const Figure& figure,
                          std::string_view when) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < figure.cells.size(); ++i) {
    const std::uint32_t cell = figure.cells[i];
    if (cell >= publication.cells.size() || (i > 0 && figure.cells[i - 1] >= cell)) {
      return fail(ErrorKind::kInternal, "the cells of a figure are not ascending or out of range",
                  figure.name, "");
    }
    sum += publication.cells[cell];
  }
  if (sum == figure.value) return {};
  return fail(
      ErrorKind::kConflict,
      fmt::format("{} figure {} differs from the sum of its cells, {}", when, figure.value, sum),
      figure.name,
      "the data changed since: withdraw the earlier table or publish from the same data");
}

}  // namespace

Result<void> check_publication(const Publication& publication) {
  std::int64_t total = 0;
  for (const std::int64_t cell : publication.cells) {
    if (cell < 0 || cell > kMaxTableTotal || (total += cell) > kMaxTableTotal) {
      return fail(ErrorKind::kInvalid,
                  fmt::format("the count {} is negative, or the counts add up beyond 10^12", cell),
                  {}, "correct it");
    }
  }
  for (const Figure& figure : publication.figures) TRY(check_figure(publication, figure, "the"));
  for (const Figure& figure : publication.earlier) {
    TRY(check_figure(publication, figure, "the earlier"));
  }
  return {};
}

}  // namespace daybreak::stats
