// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/xlsx.hpp"

#include <cmath>
#include <deque>
#include <fmt/format.h>

#include "base/text.hpp"
#include "base/xlsx_parts.hpp"

namespace daybreak {
namespace {

constexpr std::size_t kMaxColumns = 16'384, kMaxRows = 1'048'576;
constexpr std::size_t kMaxCellBytes = 1 << 20, kMaxRowBytes = 8 << 20;

// "BC12" gives column 54; nothing when it is not a cell name.
std::optional<std::size_t> column_of(std::string_view reference) {
  std::size_t column = 0, letters = 0;
  while (letters < reference.size() && reference[letters] >= 'A' && reference[letters] <= 'Z') {
    column = column * 26 + static_cast<std::size_t>(reference[letters] - 'A' + 1);
    if (++letters > 3) return std::nullopt;
  }
  if (letters == 0 || column > kMaxColumns) return std::nullopt;
  return column - 1;
}

}  // namespace

// Turns the events of one sheet's XML into rows.
struct XlsxReader::State {
  std::string name;
  Archive archive;
  Workbook book;
  std::string sheet;
  std::vector<std::string> names;
  std::unique_ptr<XmlReader> xml;
  std::deque<XlsxRow> ready;
  XlsxRow given;
  XlsxNotes notes;
  bool ended = false;

  XlsxRow row;
  std::size_t row_bytes = 0;
  std::uint32_t last_row = 0;
  std::size_t column = 0, next_column = 0;
  std::string type, value;
  std::size_t style = 0;
  bool in_value = false, in_inline = false, formula = false, has_value = false;

  void start(std::string_view element, XmlReader::Attributes attributes);
  void end(std::string_view element);
  void start_row(XmlReader::Attributes attributes);
  void start_cell(XmlReader::Attributes attributes);
  void end_cell();
  std::string cell_text();
  std::string number_text(double number) const;
  std::string cell_name(std::uint32_t at_row, std::size_t at_column) const {
    return sheet + "!" + xlsx_column_name(at_column) + std::to_string(at_row);
  }
};

void XlsxReader::State::start(std::string_view element, XmlReader::Attributes attributes) {
  if (element == "row") {
    start_row(attributes);
  } else if (element == "c") {
    start_cell(attributes);
  } else if (element == "v") {
    in_value = has_value = true;
  } else if (element == "is") {
    in_inline = has_value = true;
  } else if (element == "t" && in_inline) {
    in_value = true;
  } else if (element == "f") {
    formula = true;
  }
}

void XlsxReader::State::start_row(XmlReader::Attributes attributes) {
  const std::string_view given_number = attribute(attributes, "r");
  const auto number =
      given_number.empty() ? std::optional<std::int64_t>(last_row + 1) : to_integer(given_number);
  if (!number || *number <= last_row || *number > static_cast<std::int64_t>(kMaxRows)) {
    return xml->refuse("has rows out of order or beyond the last possible one (after row " +
                       std::to_string(last_row) + ")");
  }
  row = {};
  row.number = last_row = static_cast<std::uint32_t>(*number);
  row_bytes = next_column = 0;
}

void XlsxReader::State::start_cell(XmlReader::Attributes attributes) {
  const std::string_view reference = attribute(attributes, "r");
  const auto found = reference.empty() ? std::optional(next_column) : column_of(reference);
  if (!found || *found >= kMaxColumns)
    return xml->refuse("has a cell with a wrong name in row " + std::to_string(last_row));
  column = *found;
  next_column = column + 1;
  type = attribute(attributes, "t");
  style = static_cast<std::size_t>(to_integer(attribute(attributes, "s")).value_or(0));
  value.clear();
  formula = has_value = false;
}

std::string XlsxReader::State::number_text(double number) const {
  const CellStyle how = style < book.styles.size() ? book.styles[style] : CellStyle();
  if (how.style != NumberStyle::kNumber)
    return format_serial(number, how.style, book.dates_from_1904);
  std::string text = fmt::format("{:.15g}", number);
  if (how.digits > 0 && number >= 0 && text.find_first_not_of("0123456789") == text.npos &&
      text.size() < how.digits)
    text.insert(0, how.digits - text.size(), '0');
  return text;
}

std::string XlsxReader::State::cell_text() {
  if (type == "s") {
    const auto index = to_integer(trim(value));
    if (!index || *index < 0 || !book.strings.has(static_cast<std::size_t>(*index))) {
      xml->refuse("points to a text that is not there in cell " + cell_name(last_row, column));
      return {};
    }
    return std::string(book.strings.at(static_cast<std::size_t>(*index)));
  }
  if (type == "b") return trim(value) == "1" ? "TRUE" : "FALSE";
  if (type.empty() || type == "n") {
    if (const auto number = to_number(trim(value))) return number_text(*number);
  }
  return value;
}

void XlsxReader::State::end_cell() {
  if (formula) {
    if (notes.formulas++ == 0) notes.first_formula = cell_name(last_row, column);
    if (!has_value) ++notes.formulas_without_value;
  }
  if (!has_value && !formula) return;
  XlsxCell cell{has_value ? cell_text() : std::string(), formula, type == "e"};
  if (cell.is_error && notes.errors++ == 0) notes.first_error = cell_name(last_row, column);
  if (cell.text.empty() && !formula) return;
  row_bytes += cell.text.size() + sizeof(XlsxCell);
  if (row_bytes > kMaxRowBytes)
    return xml->refuse("has a row that is too large: " + std::to_string(last_row));
  if (row.cells.size() <= column) row.cells.resize(column + 1);
  row.cells[column] = std::move(cell);
}

void XlsxReader::State::end(std::string_view element) {
  if (element == "v" || element == "t") {
    in_value = false;
  } else if (element == "is") {
    in_inline = false;
  } else if (element == "c") {
    end_cell();
  } else if (element == "row" && !row.cells.empty()) {
    ready.push_back(std::move(row));
    row = {};
  }
}

XlsxReader::XlsxReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
XlsxReader::XlsxReader(XlsxReader&&) noexcept = default;
XlsxReader& XlsxReader::operator=(XlsxReader&&) noexcept = default;
XlsxReader::~XlsxReader() = default;

Result<XlsxReader> XlsxReader::open(const std::filesystem::path& path, XlsxOptions options) {
  return open(TRY(Archive::open(path)), std::move(options), path.string());
}

Result<XlsxReader> XlsxReader::open(Archive archive, XlsxOptions options, std::string name) {
  auto state = std::make_unique<State>();
  state->name = std::move(name);
  state->archive = std::move(archive);
  state->book = TRY(Workbook::read(state->archive, options.max_text_bytes, state->name));
  const Workbook::Sheet* chosen = nullptr;
  for (const Workbook::Sheet& sheet : state->book.sheets) {
    state->names.push_back(sheet.name);
    const bool wanted = options.sheet.empty() ? !sheet.hidden : sheet.name == options.sheet;
    if (wanted && !chosen) chosen = &sheet;
  }
  if (!chosen) {
    return fail(ErrorKind::kNotFound, "has no sheet \"" + options.sheet + "\"", state->name,
                "Its sheets are: " + join(state->names, ", "));
  }
  state->sheet = chosen->name;
  state->xml = std::make_unique<XmlReader>(TRY(state->archive.member(
      chosen->part, {.max_bytes = std::uint64_t{8} << 30, .max_ratio = 1000})));
  State* const self = state.get();
  state->xml->on_start = [self](std::string_view element, XmlReader::Attributes a) {
    self->start(element, a);
  };
  state->xml->on_end = [self](std::string_view element) { self->end(element); };
  state->xml->on_text = [self](std::string_view text) {
    if (!self->in_value) return;
    if (self->value.size() + text.size() > kMaxCellBytes)
      return self->xml->refuse("has a cell that is too large");
    self->value += text;
  };
  return XlsxReader(std::move(state));
}

const std::vector<std::string>& XlsxReader::sheet_names() const { return state_->names; }
const std::string& XlsxReader::sheet() const { return state_->sheet; }
const XlsxNotes& XlsxReader::notes() const { return state_->notes; }

Result<const XlsxRow*> XlsxReader::next() {
  State& state = *state_;
  while (state.ready.empty() && !state.ended) {
    state.ended = !TRY(state.xml->step());
  }
  if (state.ready.empty()) return nullptr;
  state.given = std::move(state.ready.front());
  state.ready.pop_front();
  ++state.notes.rows;
  return &state.given;
}

std::string XlsxReader::place(std::uint32_t row, std::size_t column) const {
  return state_->name + ":" + state_->cell_name(row, column);
}

std::string xlsx_column_name(std::size_t column) {
  std::string name;
  for (++column; column > 0; column = (column - 1) / 26)
    name.insert(name.begin(), static_cast<char>('A' + (column - 1) % 26));
  return name;
}

}  // namespace daybreak
