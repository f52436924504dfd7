// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/table.hpp"

#include "base/csv.hpp"
#include "base/text.hpp"
#include "base/xlsx.hpp"

namespace daybreak {
namespace {

class CsvTable final : public TableReader {
 public:
  explicit CsvTable(CsvReader reader) : reader_(std::move(reader)) {
    name_ = reader_.source().name();
    header_ = reader_.header();
  }
  Result<const TableRow*> next() override {
    const CsvRow* row = TRY(reader_.next());
    if (!row) return nullptr;
    row_ = {row->fields(), row->problem(), row->line()};
    return &row_;
  }
  std::string place(const TableRow& row, std::optional<std::size_t> column) const override {
    std::string text = name_ + ":" + std::to_string(row.number);
    if (column && *column < header_.size()) text += ":" + header_[*column];
    return text;
  }
  std::vector<std::string> notes() const override {
    std::vector<std::string> sentences;
    const CsvNotes& notes = reader_.notes();
    if (notes.rows_in_windows_1252 > 0) {
      sentences.push_back(std::to_string(notes.rows_in_windows_1252) +
                          " rows are not UTF-8 and were read as Windows-1252; the first is row " +
                          std::to_string(notes.first_windows_1252_row));
    }
    if (notes.carriage_returns_only)
      sentences.emplace_back("The lines end as on old Macintosh computers");
    if (notes.delimiter != ',')
      sentences.push_back(std::string("The fields are separated by ") +
                          (notes.delimiter == '\t' ? "tabs" : std::string(1, notes.delimiter)));
    return sentences;
  }

 private:
  CsvReader reader_;
  TableRow row_;
};

class XlsxTable final : public TableReader {
 public:
  static Result<std::unique_ptr<TableReader>> open(XlsxReader reader, std::string name) {
    const XlsxRow* first = TRY(reader.next());
    if (!first)
      return fail(ErrorKind::kInvalid, "is empty", name + ":" + reader.sheet(),
                  "Give a sheet with a header row");
    auto table = std::make_unique<XlsxTable>(std::move(reader), std::move(name));
    for (const XlsxCell& cell : first->cells) table->header_.emplace_back(trim(cell.text));
    return table;
  }
  XlsxTable(XlsxReader reader, std::string name) : reader_(std::move(reader)) {
    name_ = std::move(name);
  }

  Result<const TableRow*> next() override {
    const XlsxRow* row = TRY(reader_.next());
    if (!row) return nullptr;
    fields_.clear();
    row_.problem.clear();
    row_.number = row->number;
    for (std::size_t i = 0; i < row->cells.size(); ++i) {
      const XlsxCell& cell = row->cells[i];
      fields_.emplace_back(cell.text);
      if (!row_.problem.empty()) continue;
      const std::string cell_name = xlsx_column_name(i) + std::to_string(row->number);
      if (cell.is_error) row_.problem = "has the error " + cell.text + " in cell " + cell_name;
      if (cell.is_formula && cell.text.empty())
        row_.problem = "has a formula without a saved value in cell " + cell_name;
      if (i >= header_.size() && !cell.text.empty())
        row_.problem = "has a value without a column name in cell " + cell_name;
    }
    row_.fields = fields_;
    return &row_;
  }
  std::string place(const TableRow& row, std::optional<std::size_t> column) const override {
    return reader_.place(static_cast<std::uint32_t>(row.number), column.value_or(0));
  }
  std::vector<std::string> notes() const override {
    std::vector<std::string> sentences;
    const XlsxNotes& notes = reader_.notes();
    if (notes.formulas > 0) {
      sentences.push_back(
          std::to_string(notes.formulas) +
          " cells hold formulas; the values saved with them were taken. The first is " +
          notes.first_formula);
    }
    if (reader_.sheet_names().size() > 1)
      sentences.push_back("Sheet \"" + reader_.sheet() + "\" was read, of " +
                          std::to_string(reader_.sheet_names().size()));
    return sentences;
  }

 private:
  XlsxReader reader_;
  std::vector<std::string_view> fields_;
  TableRow row_;
};

}  // namespace

Result<std::unique_ptr<TableReader>> TableReader::open(const std::filesystem::path& path,
                                                       TableOptions options) {
  auto plain = TRY(open_plain_file(path));
  std::string start(4, '\0');
  start.resize(TRY(plain->read(start)));
  if (looks_like_zip(start)) {
    Archive archive = TRY(Archive::open(path));
    if (archive.has("xl/workbook.xml")) {
      return XlsxTable::open(
          TRY(XlsxReader::open(std::move(archive), {.sheet = options.sheet}, path.string())),
          path.string());
    }
  }
  if (start == "\xD0\xCF\x11\xE0") {
    return fail(ErrorKind::kUnsupported,
                "is an old Excel workbook (.xls) or is locked with a password", path.string(),
                "Save it as .xlsx without a password, or as .csv");
  }
  return std::make_unique<CsvTable>(
      TRY(CsvReader::open(TRY(open_file(path)), {.delimiter = options.delimiter})));
}

std::optional<std::size_t> TableReader::column(std::string_view name) const {
  for (std::size_t i = 0; i < header_.size(); ++i)
    if (equals_ignoring_case_ascii(header_[i], name)) return i;
  return std::nullopt;
}

Result<std::size_t> TableReader::require_column(std::string_view name) const {
  if (const auto found = column(name)) return *found;
  return fail(ErrorKind::kInvalid, "has no column \"" + std::string(name) + "\"", name_,
              "Its columns are: " + shorten(join(header_, ", "), 400));
}

}  // namespace daybreak
