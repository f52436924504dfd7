// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/record.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>

#include "base/text.hpp"
#include "commons/threat/values.hpp"

namespace daybreak::threat {

void Batch::start(const TableShape& table, std::int64_t load, std::uint64_t line) {
  const auto found = open_.find(&table);
  std::size_t at = found == open_.end() ? pieces_.size() : found->second;
  if (at < pieces_.size() && pieces_[at].values.size() >= kRowsPerInsert * table.width)
    at = pieces_.size();
  if (at == pieces_.size()) {
    pieces_.push_back({&table, {}});
    if (!spare_.empty()) {
      pieces_.back().values = std::move(spare_.back());
      spare_.pop_back();
    }
    pieces_.back().values.reserve(kRowsPerInsert * table.width);
    open_[&table] = at;
  }
  current_ = &pieces_[at].values;
  add(load);
  add(static_cast<std::int64_t>(line));
}

void Batch::clear() {
  for (Piece& piece : pieces_) {
    piece.values.clear();
    spare_.push_back(std::move(piece.values));
  }
  pieces_.clear();
  open_.clear();
  current_ = nullptr;
}

void Cells::bind(std::span<const std::string> header) {
  columns_.clear();
  headers_.clear();
  for (const Layout::Column& column : layout_->columns) {
    int found = -1;
    for (const std::string& name : column.names)
      if ((found = find_column(header, name)) >= 0) break;
    columns_.push_back(found);
    headers_.push_back(found >= 0 ? header[static_cast<std::size_t>(found)] : std::string());
  }
}

int Cells::field(std::string_view name) const {
  const auto found = std::ranges::find(layout_->columns, name, &Layout::Column::field);
  if (found == layout_->columns.end()) return -1;
  const auto index = static_cast<std::size_t>(found - layout_->columns.begin());
  return columns_[index] < 0 ? -1 : static_cast<int>(index);
}

std::string_view Cells::header_of(int field) const {
  return field < 0 ? std::string_view() : headers_[static_cast<std::size_t>(field)];
}

std::string_view Cells::text(int field) const { return cell_text(raw(field)); }

std::string_view Cells::raw(int field) const {
  if (field < 0) return {};
  return (*row_)[columns_[static_cast<std::size_t>(field)]];
}

void Cells::refuse(int field, std::string reason) {
  if (!refusal) refusal = Refusal{std::string(header_of(field)), std::move(reason)};
}

std::optional<std::int64_t> Cells::count(int field, std::int64_t most) {
  const std::string_view whole = raw(field);
  if (const auto plain = plain_digits(whole); plain && *plain <= most) return plain;
  const std::string_view cell = cell_text(whole);
  if (cell.empty()) return std::nullopt;
  const auto number = parse_cell_count(cell);
  if (!number) {
    refuse(field, fmt::format("\"{}\" is no whole number", shorten(cell, 40)));
  } else if (*number < 0 || *number > most) {
    refuse(field, fmt::format("{} is outside 0 to {}", *number, most));
  }
  return number;
}

std::optional<std::int64_t> Cells::cents(int field) {
  const std::string_view cell = text(field);
  if (cell.empty()) return std::nullopt;
  const auto amount = parse_cell_cents(cell);
  if (!amount) {
    refuse(field, fmt::format("\"{}\" is no amount of money", shorten(cell, 40)));
  } else if (*amount < 0 || *amount > std::int64_t{1'000'000'000'000}) {
    refuse(field, fmt::format("{} dollars are outside 0 to 10 billion", *amount / 100));
  }
  return amount;
}

std::optional<Date> Cells::date(int field, Date latest) {
  const std::string_view cell = text(field);
  if (cell.empty()) return std::nullopt;
  const auto date = parse_cell_date(cell);
  if (!date) {
    refuse(field, fmt::format("\"{}\" is no date", shorten(cell, 40)));
  } else if (*date > latest) {
    refuse(field, fmt::format("{} is in the future", format_date(*date)));
  }
  return date;
}

void RecordReader::bind(std::span<const std::string> header) {
  cells_.bind(header);
  rebind(header);
}

bool RecordReader::read(const SourceRow& row, std::int64_t load, Batch& batch) {
  cells_.set(row);
  if (!row.problem.empty()) {
    cells_.refuse(-1, std::string(row.problem));
    return false;
  }
  take(row, load, batch);
  return !cells_.refusal;
}

std::optional<int> RecordReader::fiscal_year() const {
  const auto most =
      std::ranges::max_element(years_, {}, [](const auto& pair) { return pair.second; });
  if (most == years_.end()) return std::nullopt;
  return most->first;
}

void RecordReader::saw(std::optional<Date> date) {
  if (date && (!as_of_ || *date > *as_of_)) as_of_ = date;
}

std::unique_ptr<RecordReader> make_reader(const Layout& layout, Date today) {
  if (layout.table == "case") return make_case_reader(layout, today);
  if (layout.table == "certification") return make_certification_reader(layout, today);
  if (layout.table == "inspection") return make_inspection_reader(layout, today);
  if (layout.table == "violation") return make_violation_reader(layout, today);
  if (layout.table == "employment") return make_employment_reader(layout, today);
  if (layout.table == "population") return make_population_reader(layout, today);
  if (layout.table == "reference") return make_reference_reader(layout, today);
  throw std::logic_error("layouts.json: no such table: " + layout.table);
}

std::string firm_name(std::string_view cell) {
  cell = trim(cell);
  if (cell.empty()) return {};
  // Without " D" or " A" there is no DBA or AKA.
  const auto starts_word = [&](char c) {
    for (auto at = cell.find(c); at != cell.npos; at = cell.find(c, at + 1))
      if (at > 0 && cell[at - 1] == ' ') return true;
    return false;
  };
  if (!starts_word('D') && !starts_word('d') && !starts_word('A') && !starts_word('a'))
    return looks_like_person(cell) ? "" : std::string(cell);
  const std::string upper = to_upper_ascii(cell);
  for (const std::string_view mark : {" DBA ", " D/B/A ", " D.B.A. ", " AKA "}) {
    const auto at = upper.find(mark);
    if (at == upper.npos) continue;
    const std::string_view before = cell.substr(0, at);
    const std::string_view after = trim(cell.substr(at + mark.size()));
    if (looks_like_person(before)) return looks_like_person(after) ? "" : std::string(after);
    return std::string(cell);
  }
  return looks_like_person(cell) ? "" : std::string(cell);
}

db::Value text_value(std::string_view text) { return text.empty() ? db::Value() : db::Value(text); }
db::Value text_value(std::string&& text) {
  return text.empty() ? db::Value() : db::Value(std::move(text));
}
db::Value county_value(std::uint32_t county) {
  return county == 0 ? db::Value() : db::Value(static_cast<std::int64_t>(county));
}

}  // namespace daybreak::threat
