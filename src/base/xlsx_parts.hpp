// SPDX-License-Identifier: AGPL-3.0-or-later
// The parts of a workbook that are read before its rows, and the XML reading under them. For base/
// only.
#pragma once

#include <expat.h>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/byte_source.hpp"

namespace daybreak {

// A streaming XML reader: local names without prefix, attributes as given, no document type.
class XmlReader {
 public:
  using Attributes = const XML_Char**;
  std::function<void(std::string_view name, Attributes)> on_start;
  std::function<void(std::string_view name)> on_end;
  std::function<void(std::string_view text)> on_text;

  explicit XmlReader(std::unique_ptr<ByteSource> source);
  // Reads a block; false at the end. Fails when the XML is broken or declares a document type.
  Result<bool> step();
  Result<void> run();
  // A handler calls this to end the reading with an error.
  void refuse(std::string problem) { problem_ = std::move(problem); }

 private:
  struct Free {
    void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
  };
  std::unique_ptr<ByteSource> source_;
  std::unique_ptr<std::remove_pointer_t<XML_Parser>, Free> parser_;
  std::string block_;
  std::string problem_;
};

std::string_view attribute(XmlReader::Attributes attributes, std::string_view name);

// Strings by number in one block of memory.
class SharedStrings {
 public:
  Result<void> read(const Archive& archive, const std::string& part, std::size_t max_bytes);
  bool has(std::size_t index) const { return index < ends_.size(); }
  std::string_view at(std::size_t index) const {
    const std::size_t begin = index == 0 ? 0 : ends_[index - 1];
    return std::string_view(text_).substr(begin, ends_[index] - begin);
  }

 private:
  std::string text_;
  std::vector<std::uint32_t> ends_;
};

// How a number is shown, as far as its meaning depends on it.
enum class NumberStyle : std::uint8_t { kNumber, kDate, kDateTime, kTime };
struct CellStyle {
  NumberStyle style = NumberStyle::kNumber;
  std::uint8_t digits = 0;  // a format of zeros only: "00000" for ZIP codes
};

struct Workbook {
  struct Sheet {
    std::string name, part;
    bool hidden = false;
  };
  std::vector<Sheet> sheets;
  std::vector<CellStyle> styles;
  SharedStrings strings;
  bool dates_from_1904 = false;

  static Result<Workbook> read(const Archive& archive, std::size_t max_text_bytes,
                               const std::string& name);
};

// A serial number as text. 1900-02-29, which Excel believes in, becomes 1900-02-28.
std::string format_serial(double serial, NumberStyle style, bool dates_from_1904);
// What a number format code means.
CellStyle style_of_format(std::string_view code);

}  // namespace daybreak
