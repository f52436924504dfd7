// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/measures/count_table.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "base/text.hpp"

namespace daybreak::measures {
namespace {

constexpr std::string_view kHead = "daybreak counts 1";
constexpr std::string_view kWithheld = "withheld";

tl::unexpected<Error> refused(std::string message) {
  return fail(ErrorKind::kInvalid, std::move(message), "table of counts",
              "Make the table on the vault's page; nothing else is taken");
}

tl::unexpected<Error> gives_away(std::string message) {
  return fail(ErrorKind::kConflict, std::move(message), "table of counts",
              "Withhold the cell; the vault's page does it by itself");
}

std::string number_or_withheld(const std::optional<std::int64_t>& count) {
  return count ? std::to_string(*count) : std::string(kWithheld);
}

// "<word> <rest>" -> rest.
std::string_view rest_of(std::string_view line) { return line.substr(line.find(' ') + 1); }

std::int64_t sum_of_published(const CountTable& table) {
  std::int64_t sum = 0;
  for (const Cell& cell : table.cells) sum += cell.count.value_or(0);
  return sum;
}
std::set<std::string> withheld_in(const CountTable& table) {
  std::set<std::string> codes;
  for (const Cell& cell : table.cells)
    if (!cell.count) codes.insert(cell.code);
  return codes;
}

// What is withheld, held against one total that is known: it needs company and room.
Result<void> check_room(std::size_t withheld, std::int64_t total, std::int64_t published) {
  if (withheld == 0 || total < published) return {};
  if (withheld == 1) return gives_away("the one withheld cell is the total less the others");
  if (total - published < kThreshold)
    return gives_away("the withheld cells add up to a small number");
  return {};
}

bool is_small_change(std::int64_t one, std::int64_t other) {
  return is_small(std::abs(one - other));
}

// Two versions of one measure.
Result<void> check_changes(const CountTable& table, const CountTable& before) {
  for (const Cell& cell : table.cells)
    for (const Cell& old : before.cells)
      if (cell.code == old.code && cell.count && old.count &&
          is_small_change(*cell.count, *old.count))
        return gives_away("the difference from an earlier version is a small number");
  if (table.total && before.total && withheld_in(table) == withheld_in(before) &&
      is_small_change(*table.total - sum_of_published(table),
                      *before.total - sum_of_published(before)))
    return gives_away("what is withheld changed by a small number");
  return {};
}

}  // namespace

bool is_small(std::int64_t count) { return count > 0 && count < kThreshold; }

std::optional<std::int64_t> told_total(const CountTable& table) {
  if (table.withdrawn || !withheld_in(table).empty()) return table.total;
  return sum_of_published(table);
}

std::string CountTable::write() const {
  std::string text = std::string(kHead) + "\norganization " + organization.to_string() +
                     "\nmeasure " + measure + "\nperiod " + period + "\nversion " +
                     std::to_string(version) + "\n";
  if (withdrawn) return text + "state withdrawn\n";
  text += "state sent\n";
  for (const Cell& cell : cells)
    text += "cell " + cell.code + " " + number_or_withheld(cell.count) + "\n";
  return text + "total " + number_or_withheld(total) + "\n";
}

Result<CountTable> CountTable::read(std::string_view text) {
  if (text.size() > kMostBytes) return refused("the table is too long");
  const auto lines = split(text, '\n');
  if (lines.size() < 7) return refused("this is no table of counts");
  // By place alone: another word, a number that is none or anything added is not written again
  // below.
  CountTable table;
  table.organization = trust::OrganizationId::parse(rest_of(lines[1])).value_or(table.organization);
  table.measure = rest_of(lines[2]);
  table.period = rest_of(lines[3]);
  table.version = to_integer(rest_of(lines[4])).value_or(0);
  table.withdrawn = rest_of(lines[5]) == "withdrawn";
  if (!table.withdrawn) {
    for (std::size_t at = 6; at + 2 < lines.size(); ++at) {
      const std::string_view cell = rest_of(lines[at]);
      const std::string_view code = cell.substr(0, cell.find(' '));
      table.cells.push_back({std::string(code), to_integer(rest_of(cell))});
    }
    table.total = to_integer(rest_of(lines[lines.size() - 2]));
  }
  // One form only: what was read is written again, letter by letter the same.
  if (table.write() != text) return refused("the table is not in its one written form");
  return table;
}

Result<Quarter> quarter_of(std::string_view period) {
  const auto year = period.size() == 7 ? to_integer(period.substr(0, 4)) : std::nullopt;
  const int quarter = period.size() == 7 ? period[6] - '0' : 0;
  if (!year || *year < 2000 || *year > 2100 || period.substr(4, 2) != "-Q" || quarter < 1 ||
      quarter > 4)
    return refused("the period is not a quarter such as 2026-Q3");
  using namespace std::chrono;
  const auto y = std::chrono::year(static_cast<int>(*year));
  const Date first{y, month(static_cast<unsigned>(quarter * 3 - 2)), day(1)};
  const year_month_day_last last{y, month_day_last(month(static_cast<unsigned>(quarter * 3)))};
  return Quarter{first, Date(last)};
}

std::string quarter_with(Date day) {
  return std::to_string(static_cast<int>(day.year())) + "-Q" +
         std::to_string((static_cast<unsigned>(day.month()) + 2) / 3);
}

Result<void> check(const CountTable& table, const MeasureList& list) {
  const Measure* measure = list.find(table.measure);
  if (measure == nullptr) return refused("the measure is not on the list");
  TRY(quarter_of(table.period));
  if (table.version < 1 || table.version > 1000) return refused("the version is out of range");
  if (table.withdrawn) return {};
  if (table.cells.size() != measure->codes.size())
    return refused("the table has not one cell for each code");
  for (std::size_t i = 0; i < table.cells.size(); ++i) {
    const Cell& cell = table.cells[i];
    if (cell.code != measure->codes[i].code) return refused("a cell's code is not the list's");
    if (!cell.count) continue;
    if (*cell.count < 0 || *cell.count > kMostCount) return refused("a count is out of range");
    if (is_small(*cell.count)) return gives_away("a small number is not withheld");
  }
  if (!table.total) return {};
  if (*table.total > kMostCount) return refused("the total is out of range");
  const std::int64_t published = sum_of_published(table);
  const std::size_t withheld = withheld_in(table).size();
  if (*table.total < published || (withheld == 0 && *table.total != published))
    return refused("the total is not the sum");
  return check_room(withheld, *table.total, published);
}

Result<void> check_together(const CountTable& table, std::span<const CountTable> earlier) {
  if (table.withdrawn) return {};
  const auto total = told_total(table);
  std::vector<std::int64_t> totals;
  std::map<std::string, std::int64_t> known;  // what any version said of a cell, the newest last
  for (const CountTable& before : earlier) {
    if (const auto earlier_total = told_total(before)) {
      totals.push_back(*earlier_total);
      if (total && is_small_change(*total, *earlier_total))
        return gives_away("the total differs from an earlier one by a small number");
    }
    if (before.measure != table.measure) continue;
    TRY(check_changes(table, before));
    for (const Cell& cell : before.cells)
      if (cell.count) known[cell.code] = *cell.count;
  }
  if (total) totals.push_back(*total);
  for (const Cell& cell : table.cells)
    if (cell.count) known[cell.code] = *cell.count;
  std::int64_t sum = 0;
  for (const auto& [code, count] : known) sum += count;
  for (const std::int64_t one : totals) {
    TRY(check_room(withheld_in(table).size(), one, sum_of_published(table)));
    TRY(check_room(table.cells.size() - known.size(), one, sum));
  }
  return {};
}

}  // namespace daybreak::measures
