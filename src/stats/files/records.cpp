// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/files/records.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <optional>
#include <utility>

#include "base/text.hpp"

namespace daybreak::stats {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 18;
constexpr std::size_t kMaxLine = std::size_t{64} << 20;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\v' || c == '\f'; }

std::string_view trim_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// Only words that could never be data, so that a first line with a bad number is still an error.
bool is_heading(const Record& record) {
  static constexpr std::array<std::string_view, 12> kFirst = {
      "id",     "location", "location_id", "locationid", "location id", "place",
      "county", "node",     "node_id",     "leaf",       "name",        "place_id"};
  static constexpr std::array<std::string_view, 20> kSecond = {
      "cases", "case",     "count", "counts", "controls", "control",   "population",
      "pop",   "latitude", "lat",   "x",      "time",     "year",      "date",
      "month", "parent",   "place", "node",   "day",      "neighbours"};
  if (record.fields.size() < 2) return false;
  const auto is_one_of = [](std::string_view field, const auto& words) {
    return std::ranges::find(words, to_lower_ascii(field)) != words.end();
  };
  return is_one_of(record.fields[0], kFirst) && is_one_of(record.fields[1], kSecond);
}

bool has_comma_outside_quotes(std::string_view line) {
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    if (c == ',' && !quoted) return true;
  }
  return false;
}

}  // namespace

Result<RecordReader> RecordReader::open(const std::string& path) {
  RecordReader reader;
  reader.name_ = path;
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return fail(ErrorKind::kInvalid, "this is a directory, not a file", path,
                "name a file inside it");
  }
  reader.file_.reset(std::fopen(path.c_str(), "rb"));
  if (!reader.file_) {
    const bool absent = errno == ENOENT || errno == ENOTDIR;
    return fail(
        absent ? ErrorKind::kInvalid : ErrorKind::kUnavailable,
        absent ? "there is no such file" : fmt::format("cannot be read: {}", std::strerror(errno)),
        path, absent ? "check the path" : "check who may read it");
  }
  return reader;
}

RecordReader RecordReader::over(std::string_view text, std::string name) {
  RecordReader reader;
  reader.name_ = std::move(name);
  reader.rest_ = text;
  return reader;
}

Result<bool> RecordReader::refill() {
  if (!file_) return false;
  std::string kept(rest_);
  const std::size_t before = kept.size();
  const std::size_t wanted = std::max(kChunk, before);
  kept.resize(before + wanted);
  const std::size_t got = std::fread(kept.data() + before, 1, wanted, file_.get());
  if (got < wanted && std::ferror(file_.get())) {
    return fail(ErrorKind::kUnavailable, fmt::format("reading failed: {}", std::strerror(errno)),
                place(line_ + 1), "check the disk and read again");
  }
  kept.resize(before + got);
  buffer_ = std::move(kept);
  rest_ = buffer_;
  return got > 0;
}

Result<bool> RecordReader::next_line(std::string_view& line) {
  std::size_t searched = 0;
  for (;;) {
    const std::size_t end = rest_.find_first_of("\r\n", searched);
    // A CR at the very end of what was read may be followed by a LF that was not read yet.
    const bool undecided = end != rest_.npos && rest_[end] == '\r' && end + 1 == rest_.size();
    if (end != rest_.npos && !undecided) {
      line = rest_.substr(0, end);
      rest_.remove_prefix(end + (rest_.substr(end, 2) == "\r\n" ? 2 : 1));
      break;
    }
    searched = end == rest_.npos ? rest_.size() : end;
    if (rest_.size() > kMaxLine) {
      return fail(ErrorKind::kInvalid, "a line of more than 64 MiB", place(line_ + 1),
                  "this is not a text file with one record a line");
    }
    if (TRY(refill())) continue;
    if (rest_.empty()) return false;
    line = rest_.substr(0, undecided ? rest_.size() - 1 : rest_.size());
    rest_ = {};
    break;
  }
  ++line_;
  return true;
}

Result<void> RecordReader::check_line(std::string_view line) {
  const std::string_view start = line.substr(0, 4);
  if (line_ == 1 && (start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF"))) {
    return fail(ErrorKind::kInvalid, "the file is UTF-16 text", place(line_),
                "save it as plain text in UTF-8");
  }
  if (line_ == 1 && (start.starts_with("PK\x03\x04") || start.starts_with("\x1F\x8B"))) {
    return fail(ErrorKind::kInvalid, "the file is a workbook or a compressed archive", place(line_),
                "unpack it, or save the sheet as CSV");
  }
  if (line.find('\0') != line.npos || !is_valid_utf8(line)) {
    return fail(ErrorKind::kInvalid, "the line is not UTF-8 text", place(line_),
                "save the file as plain text in UTF-8");
  }
  return {};
}

Result<std::string_view> RecordReader::quoted_field(std::string_view line, std::size_t& at) {
  const std::size_t start = ++at;
  bool doubled = false;
  for (; at < line.size(); ++at) {
    if (line[at] != '"') continue;
    if (at + 1 == line.size() || line[at + 1] != '"') break;
    doubled = true;
    ++at;
  }
  if (at >= line.size()) {
    return fail(ErrorKind::kInvalid, "a quotation mark is not closed", place(line_),
                "close it on the same line, or write it twice to mean the mark itself");
  }
  const std::string_view inside = line.substr(start, at - start);
  ++at;
  if (!doubled) return inside;
  return std::string_view(unquoted_.emplace_back(replace_all(inside, "\"\"", "\"")));
}

Result<void> RecordReader::split_fields(std::string_view line, Record& record) {
  record.fields.clear();
  unquoted_.clear();
  const bool comma = separator_ == Separator::kComma;
  const auto is_separator = [&](char c) {
    return comma ? c == ',' : is_blank(c) || c == extra_separator_;
  };
  std::size_t at = 0;
  while (at < line.size()) {
    while (at < line.size() && (comma ? is_blank(line[at]) : is_separator(line[at]))) ++at;
    if (at == line.size()) break;
    if (line[at] == '"') {
      record.fields.push_back(TRY(quoted_field(line, at)));
      while (comma && at < line.size() && is_blank(line[at])) ++at;
      if (at < line.size() && !is_separator(line[at])) {
        return fail(ErrorKind::kInvalid, "text follows a closing quotation mark", place(line_),
                    "put a separator there, or write a quotation mark inside a field twice");
      }
    } else {
      const std::size_t start = at;
      while (at < line.size() && !is_separator(line[at])) ++at;
      record.fields.push_back(trim_blanks(line.substr(start, at - start)));
    }
    if (comma && at < line.size()) ++at;
  }
  while (!record.fields.empty() && record.fields.back().empty()) record.fields.pop_back();
  return {};
}

Result<bool> RecordReader::next(Record& record) {
  std::string_view line;
  while (TRY(next_line(line))) {
    if (std::exchange(at_start_, false) && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    TRY(check_line(line));
    line = trim_blanks(line);
    if (line.empty() || line.starts_with('#') || line.starts_with("//")) continue;
    if (separator_ == Separator::kUndecided && has_comma_outside_quotes(line))
      separator_ = Separator::kComma;
    record.line = line_;
    TRY(split_fields(line, record));
    // A line of one field, such as the root of a tree, does not tell how the others are separated.
    if (separator_ == Separator::kUndecided && record.fields.size() > 1)
      separator_ = Separator::kSpace;
    if (record.fields.empty()) continue;
    if (std::exchange(heading_possible_, false) && is_heading(record)) continue;
    if (record.fields[0].empty()) {
      return fail(ErrorKind::kInvalid, "the first column, the id, is empty", place(line_),
                  "fill it in or delete the line");
    }
    return true;
  }
  return false;
}

Result<std::int64_t> parse_count(const RecordReader& reader, const Record& record,
                                 std::size_t column, std::string_view what) {
  const std::string place = reader.place(record.line);
  if (column >= record.fields.size() || record.fields[column].empty()) {
    return fail(ErrorKind::kInvalid, fmt::format("the number of {} is missing", what), place,
                fmt::format("write it in column {}", column + 1));
  }
  const std::string_view text = record.fields[column];
  const std::string shown = shorten(text, 40);
  std::optional<std::int64_t> count = to_integer(text);
  if (!count) {
    const std::optional<double> number = to_number(text);
    if (!number) {
      return fail(ErrorKind::kInvalid,
                  fmt::format("the number of {}, \"{}\", is not a number", what, shown), place,
                  fmt::format("write a whole number in column {}", column + 1));
    }
    if (std::abs(*number) > static_cast<double>(kMaxCount)) {
      count = *number < 0 ? -1 : kMaxCount + 1;
    } else if (*number == std::floor(*number)) {
      count = static_cast<std::int64_t>(*number);
    } else {
      return fail(ErrorKind::kInvalid,
                  fmt::format("the number of {}, {}, is not whole", what, shown), place,
                  "counts are whole numbers: round it, or put rates into the population");
    }
  }
  if (*count < 0) {
    return fail(ErrorKind::kInvalid, fmt::format("the number of {}, {}, is negative", what, shown),
                place, "a count is zero or more");
  }
  if (*count > kMaxCount) {
    return fail(ErrorKind::kInvalid,
                fmt::format("the number of {}, {}, is beyond 2^53", what, shown), place,
                "check the number; counts go up to 9007199254740992");
  }
  return *count;
}

Result<double> parse_amount(const RecordReader& reader, const Record& record, std::size_t column,
                            std::string_view what) {
  const std::string place = reader.place(record.line);
  if (column >= record.fields.size() || record.fields[column].empty()) {
    return fail(ErrorKind::kInvalid, fmt::format("the {} is missing", what), place,
                fmt::format("write it in column {}", column + 1));
  }
  const std::optional<double> number = to_number(record.fields[column]);
  if (!number) {
    return fail(
        ErrorKind::kInvalid,
        fmt::format("the {}, \"{}\", is not a number", what, shorten(record.fields[column], 40)),
        place, fmt::format("write a number in column {}", column + 1));
  }
  if (*number < 0) {
    return fail(ErrorKind::kInvalid, fmt::format("the {}, {}, is negative", what, *number), place,
                "write zero or more");
  }
  return *number;
}

}  // namespace daybreak::stats
