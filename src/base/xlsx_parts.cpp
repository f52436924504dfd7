// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/xlsx_parts.hpp"

#include <cmath>
#include <fmt/format.h>

#include "base/clock.hpp"
#include "base/text.hpp"

namespace daybreak {
namespace {

std::string_view local_name(const XML_Char* name) {
  const std::string_view whole = name;
  const std::size_t colon = whole.rfind(':');
  return colon == whole.npos ? whole : whole.substr(colon + 1);
}

XmlReader& self(void* data) { return *static_cast<XmlReader*>(data); }

Result<std::unique_ptr<ByteSource>> open_part(const Archive& archive, const std::string& part) {
  // A part of an honest workbook shrinks to a twentieth at most; deflate's own limit is 1032.
  return archive.member(part, {.max_bytes = std::uint64_t{8} << 30, .max_ratio = 1000});
}

struct Relation {
  std::string target, type;
};

Result<std::unordered_map<std::string, Relation>> read_relations(const Archive& archive) {
  std::unordered_map<std::string, Relation> relations;
  XmlReader xml(TRY(open_part(archive, "xl/_rels/workbook.xml.rels")));
  xml.on_start = [&](std::string_view name, XmlReader::Attributes attributes) {
    if (name != "Relationship") return;
    std::string target(attribute(attributes, "Target"));
    target = target.starts_with('/') ? target.substr(1) : "xl/" + target;
    const std::string_view type = attribute(attributes, "Type");
    relations[std::string(attribute(attributes, "Id"))] = {
        std::move(target), std::string(type.substr(type.rfind('/') + 1))};
  };
  TRY(xml.run());
  return relations;
}

Result<std::vector<CellStyle>> read_styles(const Archive& archive, const std::string& part) {
  std::unordered_map<int, CellStyle> formats;
  std::vector<CellStyle> styles;
  bool in_cell_formats = false;
  XmlReader xml(TRY(open_part(archive, part)));
  xml.on_start = [&](std::string_view name, XmlReader::Attributes attributes) {
    if (name == "numFmt") {
      const int id = static_cast<int>(to_integer(attribute(attributes, "numFmtId")).value_or(0));
      formats[id] = style_of_format(attribute(attributes, "formatCode"));
    } else if (name == "cellXfs") {
      in_cell_formats = true;
    } else if (name == "xf" && in_cell_formats && styles.size() < 65536) {
      const int id = static_cast<int>(to_integer(attribute(attributes, "numFmtId")).value_or(0));
      CellStyle style;
      if (const auto own = formats.find(id); own != formats.end()) {
        style = own->second;
      } else if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || (id >= 50 && id <= 58)) {
        style.style = NumberStyle::kDate;
      } else if (id >= 18 && id <= 21) {
        style.style = NumberStyle::kTime;
      } else if (id == 22) {
        style.style = NumberStyle::kDateTime;
      }
      styles.push_back(style);
    }
  };
  xml.on_end = [&](std::string_view name) {
    in_cell_formats = in_cell_formats && name != "cellXfs";
  };
  TRY(xml.run());
  return styles;
}

}  // namespace

XmlReader::XmlReader(std::unique_ptr<ByteSource> source)
    : source_(std::move(source)), parser_(XML_ParserCreate(nullptr)), block_(32 << 10, '\0') {
  XML_SetUserData(parser_.get(), this);
  XML_SetElementHandler(
      parser_.get(),
      [](void* data, const XML_Char* name, const XML_Char** attributes) {
        if (self(data).on_start) self(data).on_start(local_name(name), attributes);
      },
      [](void* data, const XML_Char* name) {
        if (self(data).on_end) self(data).on_end(local_name(name));
      });
  XML_SetCharacterDataHandler(parser_.get(), [](void* data, const XML_Char* text, int length) {
    if (self(data).on_text) self(data).on_text({text, static_cast<std::size_t>(length)});
  });
  XML_SetStartDoctypeDeclHandler(
      parser_.get(), [](void* data, const XML_Char*, const XML_Char*, const XML_Char*, int) {
        self(data).refuse("declares a document type, which no workbook does");
        XML_StopParser(self(data).parser_.get(), XML_FALSE);
      });
}

Result<bool> XmlReader::step() {
  const std::size_t got = TRY(source_->read(block_));
  const auto status = XML_Parse(parser_.get(), block_.data(), static_cast<int>(got), got == 0);
  if (!problem_.empty()) return fail(ErrorKind::kInvalid, problem_, source_->name());
  if (status != XML_STATUS_OK) {
    return fail(ErrorKind::kCorrupt,
                std::string("is broken: ") + XML_ErrorString(XML_GetErrorCode(parser_.get())),
                source_->name() + ":" + std::to_string(XML_GetCurrentLineNumber(parser_.get())),
                "Open the workbook in a spreadsheet program and save it again");
  }
  return got != 0;
}

Result<void> XmlReader::run() {
  while (TRY(step())) continue;
  return {};
}

std::string_view attribute(XmlReader::Attributes attributes, std::string_view name) {
  for (; *attributes; attributes += 2)
    if (name == attributes[0] || local_name(attributes[0]) == name) return attributes[1];
  return {};
}

Result<void> SharedStrings::read(const Archive& archive, const std::string& part,
                                 std::size_t max_bytes) {
  bool in_text = false, in_phonetic = false, full = false;
  XmlReader xml(TRY(open_part(archive, part)));
  xml.on_start = [&](std::string_view name, XmlReader::Attributes) {
    in_text = name == "t" && !in_phonetic;
    in_phonetic = in_phonetic || name == "rPh";
  };
  xml.on_text = [&](std::string_view text) {
    if (!in_text || full) return;
    full = text_.size() + text.size() + ends_.size() * sizeof(std::uint32_t) > max_bytes;
    if (full) return xml.refuse("holds more text than is read into memory");
    text_ += text;
  };
  xml.on_end = [&](std::string_view name) {
    in_text = false;
    if (name == "rPh") in_phonetic = false;
    if (name == "si" && !full) {
      ends_.push_back(static_cast<std::uint32_t>(text_.size()));
      full = text_.size() + ends_.size() * sizeof(std::uint32_t) > max_bytes;
      if (full) xml.refuse("holds more text than is read into memory");
    }
  };
  return xml.run();
}

Result<Workbook> Workbook::read(const Archive& archive, std::size_t max_text_bytes,
                                const std::string& name) {
  if (!archive.has("xl/workbook.xml")) {
    return fail(ErrorKind::kUnsupported, "is no Excel workbook", name, "Save it as .xlsx or .csv");
  }
  Workbook book;
  const auto relations = TRY(read_relations(archive));
  XmlReader xml(TRY(open_part(archive, "xl/workbook.xml")));
  xml.on_start = [&](std::string_view element, XmlReader::Attributes attributes) {
    if (element == "workbookPr") {
      const std::string_view flag = attribute(attributes, "date1904");
      book.dates_from_1904 = flag == "1" || flag == "true";
    } else if (element == "sheet" && book.sheets.size() < 10'000) {
      std::string id;
      for (auto a = attributes; *a; a += 2)
        if (std::string_view(a[0]).ends_with(":id")) id = a[1];
      const auto found = relations.find(id);
      if (found == relations.end() || found->second.type != "worksheet") return;
      const std::string_view state = attribute(attributes, "state");
      book.sheets.push_back({std::string(attribute(attributes, "name")), found->second.target,
                             state == "hidden" || state == "veryHidden"});
    }
  };
  TRY(xml.run());
  for (const auto& [id, relation] : relations) {
    if (!archive.has(relation.target)) continue;
    if (relation.type == "styles") book.styles = TRY(read_styles(archive, relation.target));
    if (relation.type == "sharedStrings")
      TRY(book.strings.read(archive, relation.target, max_text_bytes));
  }
  return book;
}

CellStyle style_of_format(std::string_view code) {
  CellStyle style;
  code = code.substr(0, code.find(';'));
  if (!code.empty() && code.size() <= 18 && code.find_first_not_of('0') == code.npos &&
      code.size() > 1) {
    style.digits = static_cast<std::uint8_t>(code.size());
    return style;
  }
  bool day = false, time = false;
  char quote = 0;
  for (std::size_t i = 0; i < code.size(); ++i) {
    const char c = code[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"') {
      quote = '"';
    } else if (c == '[') {
      if (i + 1 < code.size() &&
          std::string_view("hHmMsS").find(code[i + 1]) != std::string_view::npos)
        time = true;
      quote = ']';
    } else if (c == '\\' || c == '_' || c == '*') {
      ++i;
    } else {
      day = day || c == 'y' || c == 'Y' || c == 'd' || c == 'D';
      time = time || c == 'h' || c == 'H' || c == 's' || c == 'S';
    }
  }
  if (day || time) {
    style.style = day && time ? NumberStyle::kDateTime
                  : day       ? NumberStyle::kDate
                              : NumberStyle::kTime;
  }
  return style;
}

std::string format_serial(double serial, NumberStyle style, bool dates_from_1904) {
  if (!(serial >= 0) || serial >= 2'958'466) return fmt::format("{:.15g}", serial);  // 9999-12-31
  auto day = static_cast<std::int64_t>(std::floor(serial));
  auto seconds =
      static_cast<std::int64_t>(std::llround((serial - static_cast<double>(day)) * 86400));
  if (seconds == 86400) {
    seconds = 0;
    ++day;
  }
  const std::string time =
      fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (style == NumberStyle::kTime && day == 0) return time;
  using std::chrono::days, std::chrono::sys_days, std::chrono::year;
  const sys_days start = dates_from_1904 ? sys_days(year(1904) / 1 / 1)
                                         : sys_days(year(1899) / 12 / (day < 60 ? 31 : 30));
  const std::string date = format_date(Date(start + days(day)));
  return style == NumberStyle::kDate && seconds == 0 ? date : date + "T" + time;
}

}  // namespace daybreak
