// SPDX-License-Identifier: AGPL-3.0-or-later
// Excel workbooks. The reader streams one row at a time and holds nothing for rows that are only
// declared; it refuses document type declarations (no entity can expand) and files made to exhaust
// the machine. Formulas are never run: the value that was saved with them is taken, and reported.
// The writer writes text as text, so that nothing in it can be run. One thread per object.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_source.hpp"
#include "base/result.hpp"

namespace daybreak {

struct XlsxCell {
  std::string text;         // dates as 2026-11-21 or 2026-11-21T08:30:00, times as 08:30:00
  bool is_formula = false;  // the text is what was saved as its result
  bool is_error = false;    // "#N/A" and the like
};

struct XlsxRow {
  std::vector<XlsxCell> cells;  // up to the last cell that has a value
  std::uint32_t number = 0;     // as the spreadsheet shows it
};

struct XlsxNotes {
  std::uint64_t rows = 0;
  std::uint64_t formulas = 0;
  std::uint64_t formulas_without_value = 0;
  std::uint64_t errors = 0;
  std::string first_formula;  // "Sheet1!C7"
  std::string first_error;
};

struct XlsxOptions {
  std::string sheet = {};                 // the first that is not hidden when empty
  std::size_t max_text_bytes = 48 << 20;  // shared strings in memory
};

class XlsxReader {
 public:
  static Result<XlsxReader> open(const std::filesystem::path& path, XlsxOptions options = {});
  static Result<XlsxReader> open(Archive archive, XlsxOptions options = {},
                                 std::string name = "workbook");
  XlsxReader(XlsxReader&&) noexcept;
  XlsxReader& operator=(XlsxReader&&) noexcept;
  ~XlsxReader();

  const std::vector<std::string>& sheet_names() const;
  const std::string& sheet() const;
  // The next row that has a value, or nullptr at the end; valid until the next call.
  Result<const XlsxRow*> next();
  const XlsxNotes& notes() const;
  // "guide.xlsx:Sheet1!C7"; column counts from 0.
  std::string place(std::uint32_t row, std::size_t column) const;

 private:
  struct State;
  explicit XlsxReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// "A" for 0, "AA" for 26.
std::string xlsx_column_name(std::size_t column);

// Writes a workbook to a file that is put in place when finish() succeeds.
class XlsxWriter {
 public:
  static Result<XlsxWriter> create(const std::filesystem::path& path);
  XlsxWriter(XlsxWriter&&) noexcept;
  XlsxWriter& operator=(XlsxWriter&&) noexcept;
  ~XlsxWriter();

  // Starts a sheet with a bold, frozen header row; rows go to the last sheet started. A name is cut
  // to the 31 characters Excel allows.
  Result<void> add_sheet(std::string_view name, std::span<const std::string> header);
  void text(std::string_view value);
  void number(double value);
  void end_row();
  Result<void> finish();

 private:
  struct State;
  explicit XlsxWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace daybreak
