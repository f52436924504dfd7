// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/csv.hpp"
#include "base/text.hpp"

namespace daybreak {

bool is_spreadsheet_formula(std::string_view text) {
  if (text.empty()) return false;
  const bool starts = std::string_view("=+-@\t\r\n").find(text.front()) != std::string_view::npos ||
                      text.starts_with("＝") || text.starts_with("＋") || text.starts_with("－") ||
                      text.starts_with("＠");
  return starts && !to_number(text);
}

void CsvWriter::field(std::string_view text) {
  if (row_started_) out_ += delimiter_;
  const bool first_and_empty = !row_started_ && text.empty();
  row_started_ = true;
  const bool neutralise = formulas_ == CsvFormulas::kNeutralise && is_spreadsheet_formula(text);
  bool quote = first_and_empty;  // so that a row of one empty field is not a blank line
  for (const char c : text) quote |= c == delimiter_ || c == '"' || c == '\n' || c == '\r';
  if (!text.empty()) quote |= text.front() == ' ' || text.back() == ' ' || text.starts_with("=\"");
  if (!quote) {
    if (neutralise) out_ += '\'';
    out_ += text;
    return;
  }
  out_ += '"';
  if (neutralise) out_ += '\'';
  for (const char c : text) {
    if (c == '"') out_ += '"';
    out_ += c;
  }
  out_ += '"';
}

void CsvWriter::end_row() {
  out_ += "\r\n";
  row_started_ = false;
}

void CsvWriter::row(std::span<const std::string_view> fields) {
  for (const std::string_view text : fields) field(text);
  end_row();
}
void CsvWriter::row(std::span<const std::string> fields) {
  for (const std::string& text : fields) field(text);
  end_row();
}
void CsvWriter::row(std::initializer_list<std::string_view> fields) {
  row(std::span<const std::string_view>(fields.begin(), fields.size()));
}

std::string from_windows_1252(std::string_view text) {
  // 0x80 to 0x9F; the five that Windows-1252 leaves open stay the C1 controls of Latin-1.
  constexpr std::array<char16_t, 32> kHigh = {
      0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
      0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
      0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const unsigned point = byte >= 0x80 && byte < 0xA0 ? kHigh[byte - 0x80] : byte;
    if (point < 0x80) {
      out += c;
    } else if (point < 0x800) {
      out += {static_cast<char>(0xC0 | point >> 6), static_cast<char>(0x80 | (point & 63))};
    } else {
      out += {static_cast<char>(0xE0 | point >> 12), static_cast<char>(0x80 | (point >> 6 & 63)),
              static_cast<char>(0x80 | (point & 63))};
    }
  }
  return out;
}

}  // namespace daybreak
