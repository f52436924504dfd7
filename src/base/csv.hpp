// SPDX-License-Identifier: AGPL-3.0-or-later
// Reads and writes comma-separated text as people really have it: RFC 4180 plus byte order marks,
// LF, CRLF or CR line ends, other delimiters, ragged rows, Windows-1252 and UTF-16, ="00123" cells
// and quotes that are never closed. A stream with one row in memory. A bad row is handed over with
// its problem and costs no other row. One reader or writer belongs to one thread.
//
//   auto reader = TRY(CsvReader::open(TRY(open_file(path))));
//   const std::size_t name = TRY(reader.require_column("name"));
//   while (const CsvRow* row = TRY(reader.next())) {
//     if (!row->ok()) { reject(row->place(), row->problem()); continue; }
//     use((*row)[name]);
//   }
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_source.hpp"
#include "base/result.hpp"

namespace daybreak {

enum class CsvProblem : std::uint8_t {
  kNone,
  kUnclosedQuote,  // the line was taken as it stands, without quoting
  kRowTooLong,     // nothing of the row is kept
  kZeroByte,
  kTooFewFields,   // fewer than the header: the missing ones read as empty
  kTooManyFields,  // more than the header, and one of the extra ones is not empty
};

// Valid until the next call of CsvReader::next().
class CsvRow {
 public:
  std::size_t size() const { return fields_.size(); }
  // The field, unquoted; empty beyond the end of a short row.
  std::string_view operator[](std::size_t column) const {
    return column < fields_.size() ? fields_[column] : std::string_view();
  }
  std::span<const std::string_view> fields() const { return fields_; }

  bool ok() const { return problem_ == CsvProblem::kNone; }
  CsvProblem problem_kind() const { return problem_; }
  // A sentence for a person, such as "has 7 fields where the header has 9".
  std::string problem() const;
  // Rows count from 1 with the header; lines count from 1 as an editor shows them.
  std::uint64_t number() const { return number_; }
  std::uint64_t line() const { return line_; }
  // "cases.csv:17", or "cases.csv:17:name" with a column.
  std::string place(std::string_view column = {}) const;

 private:
  friend class CsvReader;
  std::vector<std::string_view> fields_;
  std::uint64_t number_ = 0, line_ = 0;
  std::size_t expected_ = 0;
  CsvProblem problem_ = CsvProblem::kNone;
  const std::string* name_ = nullptr;
};

enum class CsvHeader : std::uint8_t { kFirstRow, kNone };

struct CsvOptions {
  std::optional<char> delimiter =
      {};  // found out from the first rows among , ; tab | when not given
  CsvHeader header = CsvHeader::kFirstRow;
  std::size_t max_row_bytes = 4 << 20;
};

// What the reader noticed about the file so far, for the import report.
struct CsvNotes {
  char delimiter = ',';
  bool had_byte_order_mark = false;
  bool carriage_returns_only = false;
  std::uint64_t rows = 0;                  // without the header
  std::uint64_t rows_in_windows_1252 = 0;  // were not UTF-8 and were read as Windows-1252
  std::uint64_t first_windows_1252_row = 0;
  std::uint64_t bad_rows = 0;
};

class CsvReader {
 public:
  // Reads the start of the source, finds delimiter and line ends, and takes the header. Fails when
  // the source fails, or when a header is wanted and there is none.
  static Result<CsvReader> open(std::unique_ptr<ByteSource> source, CsvOptions options = {});
  CsvReader(CsvReader&&) noexcept;
  CsvReader& operator=(CsvReader&&) noexcept;
  ~CsvReader();

  // Trimmed names, in order; empty without a header.
  const std::vector<std::string>& header() const;
  // By name, ASCII case ignored; the first of several of one name.
  std::optional<std::size_t> column(std::string_view name) const;
  Result<std::size_t> require_column(std::string_view name) const;

  // The next row, or nullptr at the end. Blank lines are passed over. Fails only when the source
  // does.
  Result<const CsvRow*> next();
  const CsvNotes& notes() const;
  const ByteSource& source() const;

 private:
  struct State;
  explicit CsvReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// What a spreadsheet program does with a cell such as "=HYPERLINK(...)": kNeutralise puts an
// apostrophe before text that would be run as a formula (numbers are left alone).
enum class CsvFormulas : std::uint8_t { kKeep, kNeutralise };

// Appends rows to a string that the caller hands on in blocks.
class CsvWriter {
 public:
  explicit CsvWriter(std::string& out, CsvFormulas formulas = CsvFormulas::kKeep,
                     char delimiter = ',')
      : out_(out), formulas_(formulas), delimiter_(delimiter) {}
  void row(std::span<const std::string_view> fields);
  void row(std::span<const std::string> fields);
  void row(std::initializer_list<std::string_view> fields);
  // Field by field: field(a); field(b); end_row();
  void field(std::string_view text);
  void end_row();

 private:
  std::string& out_;
  CsvFormulas formulas_;
  char delimiter_;
  bool row_started_ = false;
};

// True when a spreadsheet would run the text as a formula.
bool is_spreadsheet_formula(std::string_view text);
// Text in Windows-1252 as UTF-8.
std::string from_windows_1252(std::string_view text);

}  // namespace daybreak
