// SPDX-License-Identifier: AGPL-3.0-or-later
// From a row of a file to rows of the store: each table has a reader that checks the cells, keeps
// what may be kept (never a person's name, street or phone) and says why a row is refused. Readers
// hold the state of one load; one thread each.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "commons/threat/layout.hpp"
#include "commons/threat/row_source.hpp"
#include "db/value.hpp"

namespace daybreak::threat {

// A table of the store as it is filled: load_id and line come first in every row.
struct TableShape {
  std::string_view name;
  std::string_view columns;  // "load_id, line, …"
  std::size_t width;
};

// Rows on their way into the store, cut into the pieces that one INSERT takes.
class Batch {
 public:
  // Starts a row of `table`; the values follow with add().
  void start(const TableShape& table, std::int64_t load, std::uint64_t line);
  template <typename T>
  void add(T&& value) {
    current_->emplace_back(std::forward<T>(value));
  }
  void clear();

  static constexpr std::size_t kRowsPerInsert = 64;
  struct Piece {
    const TableShape* table;
    std::vector<db::Value> values;
  };
  const std::vector<Piece>& pieces() const { return pieces_; }

 private:
  std::vector<Piece> pieces_;
  std::vector<std::vector<db::Value>> spare_;      // memory of cleared pieces, for the next ones
  std::map<const TableShape*, std::size_t> open_;  // the piece of each table that has room
  std::vector<db::Value>* current_ = nullptr;
};

// Why a row, or one value of it, was not taken.
struct Refusal {
  std::string field;
  std::string reason;
};

// The cells of one row by field of the layout, checked as they are read; the first thing that is
// wrong stays in `refusal`.
class Cells {
 public:
  Cells(const Layout& layout) : layout_(&layout) {}
  void bind(std::span<const std::string> header);
  void set(const SourceRow& row) {
    row_ = &row;
    refusal.reset();
  }

  // The index of a field for the calls below; -1 when the file does not have it.
  int field(std::string_view name) const;
  // The header's own word for the field; empty when the file does not have it.
  std::string_view header_of(int field) const;

  std::string_view text(int field) const;
  std::string_view raw(int field) const;  // also "-" and "N/A" as they stand
  std::optional<std::int64_t> count(int field, std::int64_t most = kMostOfACase);
  std::optional<std::int64_t> cents(int field);
  // No later than `latest`.
  std::optional<Date> date(int field, Date latest);
  void refuse(int field, std::string reason);

  std::optional<Refusal> refusal;
  static constexpr std::int64_t kMostOfACase = 1'000'000;

 private:
  const Layout* layout_;
  std::vector<int> columns_;  // per column of the layout: where it is in the file
  std::vector<std::string> headers_;
  const SourceRow* row_ = nullptr;
};

class RecordReader {
 public:
  virtual ~RecordReader() = default;
  // The header of the part that comes next.
  void bind(std::span<const std::string> header);
  // Adds what the row gives to the batch; nothing when it is refused, and then refusal() says why.
  bool read(const SourceRow& row, std::int64_t load, Batch& batch);
  const Refusal& refusal() const { return *cells_.refusal; }
  // Values of kept rows that were set aside; emptied by the caller.
  std::vector<Refusal> set_aside;

  // What the rows so far say about the file as a whole.
  std::optional<Date> as_of() const { return as_of_; }
  std::optional<int> fiscal_year() const;  // that most rows lie in
  virtual std::string slice() const { return {}; }

 protected:
  RecordReader(const Layout& layout, Date today) : cells_(layout), layout_(layout), today_(today) {}
  virtual void rebind(std::span<const std::string> header) = 0;
  virtual void take(const SourceRow& row, std::int64_t load, Batch& batch) = 0;
  void saw(std::optional<Date> date);
  void saw_year(int fiscal_year) { ++years_[fiscal_year]; }

  Cells cells_;
  const Layout& layout_;
  Date today_;

 private:
  std::optional<Date> as_of_;
  std::map<int, std::size_t> years_;
};

// The reader of a layout's table.
std::unique_ptr<RecordReader> make_reader(const Layout& layout, Date today);

// The firm's name in a cell, without a person's before "DBA"; empty when it names a person.
std::string firm_name(std::string_view cell);
// Value of an optional text: null when empty.
db::Value text_value(std::string_view text);
db::Value text_value(std::string&& text);
inline db::Value text_value(const std::string& text) { return text_value(std::string_view(text)); }
db::Value county_value(std::uint32_t county);

std::unique_ptr<RecordReader> make_case_reader(const Layout& layout, Date today);
std::unique_ptr<RecordReader> make_certification_reader(const Layout& layout, Date today);
std::unique_ptr<RecordReader> make_inspection_reader(const Layout& layout, Date today);
std::unique_ptr<RecordReader> make_violation_reader(const Layout& layout, Date today);
std::unique_ptr<RecordReader> make_employment_reader(const Layout& layout, Date today);
std::unique_ptr<RecordReader> make_population_reader(const Layout& layout, Date today);
std::unique_ptr<RecordReader> make_reference_reader(const Layout& layout, Date today);

}  // namespace daybreak::threat
