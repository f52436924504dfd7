// SPDX-License-Identifier: AGPL-3.0-or-later
#include <xlsxwriter.h>

#include "base/text.hpp"
#include "base/unicode.hpp"
#include "base/xlsx.hpp"

namespace daybreak {
namespace {

// What Excel takes as a sheet name: at most 31 characters, none of []:*?/\ .
std::string sheet_name(std::string_view name) {
  std::string clean;
  for (const char c : name)
    clean += std::string_view("[]:*?/\\'").find(c) == std::string_view::npos ? c : ' ';
  while (count_characters(clean) > 31) {
    do clean.pop_back();
    while (!is_valid_utf8(clean));
  }
  return clean.empty() ? "Sheet" : clean;
}

constexpr std::size_t kMaxCellCharacters = 32'767;

}  // namespace

struct XlsxWriter::State {
  std::filesystem::path path, beside;
  lxw_workbook* book = nullptr;
  lxw_worksheet* sheet = nullptr;
  lxw_format* bold = nullptr;
  lxw_row_t row = 0;
  lxw_col_t column = 0;
  std::uint64_t dropped_rows = 0;

  ~State() {
    if (book) {
      workbook_close(book);
      std::error_code ignored;
      std::filesystem::remove(beside, ignored);
    }
  }
};

XlsxWriter::XlsxWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
XlsxWriter::XlsxWriter(XlsxWriter&&) noexcept = default;
XlsxWriter& XlsxWriter::operator=(XlsxWriter&&) noexcept = default;
XlsxWriter::~XlsxWriter() = default;

Result<XlsxWriter> XlsxWriter::create(const std::filesystem::path& path) {
  auto state = std::make_unique<State>();
  state->path = path;
  state->beside = path.string() + ".part";
  lxw_workbook_options options{};
  options.constant_memory = LXW_TRUE;
  state->book = workbook_new_opt(state->beside.c_str(), &options);
  if (!state->book) return fail(ErrorKind::kUnavailable, "cannot be created", path.string());
  state->bold = workbook_add_format(state->book);
  format_set_bold(state->bold);
  return XlsxWriter(std::move(state));
}

Result<void> XlsxWriter::add_sheet(std::string_view name, std::span<const std::string> header) {
  State& state = *state_;
  state.sheet = workbook_add_worksheet(state.book, sheet_name(name).c_str());
  if (!state.sheet) {
    return fail(ErrorKind::kInvalid, "there are two sheets named " + sheet_name(name),
                state.path.string());
  }
  state.row = state.column = 0;
  for (std::size_t i = 0; i < header.size(); ++i) {
    const auto column = static_cast<lxw_col_t>(i);
    worksheet_set_column(state.sheet, column, column,
                         static_cast<double>(std::min<std::size_t>(header[i].size() + 4, 40)),
                         nullptr);
    worksheet_write_string(state.sheet, 0, column, header[i].c_str(), state.bold);
  }
  worksheet_freeze_panes(state.sheet, 1, 0);
  state.row = 1;
  return {};
}

void XlsxWriter::text(std::string_view value) {
  State& state = *state_;
  if (!value.empty()) {
    std::string whole(value);
    if (count_characters(whole) > kMaxCellCharacters)
      whole = shorten(whole, kMaxCellCharacters - 3);
    worksheet_write_string(state.sheet, state.row, state.column, whole.c_str(), nullptr);
  }
  ++state.column;
}

void XlsxWriter::number(double value) {
  worksheet_write_number(state_->sheet, state_->row, state_->column++, value, nullptr);
}

void XlsxWriter::end_row() {
  State& state = *state_;
  state.column = 0;
  if (state.row + 1 < LXW_ROW_MAX) {
    ++state.row;
  } else {
    ++state.dropped_rows;
  }
}

Result<void> XlsxWriter::finish() {
  State& state = *state_;
  const lxw_error error = workbook_close(std::exchange(state.book, nullptr));
  std::error_code problem;
  if (error == LXW_NO_ERROR && state.dropped_rows == 0)
    std::filesystem::rename(state.beside, state.path, problem);
  if (error == LXW_NO_ERROR && state.dropped_rows == 0 && !problem) return {};
  std::error_code ignored;
  std::filesystem::remove(state.beside, ignored);
  if (state.dropped_rows > 0) {
    return fail(ErrorKind::kInvalid, "has more rows than a sheet holds (1,048,576)",
                state.path.string(), "Export it as CSV");
  }
  return fail(ErrorKind::kUnavailable, problem ? problem.message() : lxw_strerror(error),
              state.path.string());
}

}  // namespace daybreak
