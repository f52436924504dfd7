// SPDX-License-Identifier: AGPL-3.0-or-later
// Lines and fields of the plain text files that scan programs use: separated by white space or,
// when the first line of data holds a comma outside quotes, by commas. Fields may be quoted ("New
// Hanover", "" for a quote inside); lines may end in LF, CRLF or CR; a byte order mark, blank
// lines, lines that start with '#' or "//", and one heading line of known column names are passed
// over. Streaming: one line in memory. One thread at a time.
#pragma once

#include <cstdint>
#include <cstdio>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace daybreak::stats {

struct Record {
  std::size_t line = 0;                  // counts from 1
  std::vector<std::string_view> fields;  // without empty ones at the end; good until the next read
};

class RecordReader {
 public:
  // Fails when the file is absent, a directory or not readable.
  static Result<RecordReader> open(const std::string& path);
  // Over text in memory, which must outlive the reader; `name` stands in error messages.
  static RecordReader over(std::string_view text, std::string name);

  // The next record, or false at the end. Fails on an unclosed quote, text that is not UTF-8, a
  // line of more than 64 MiB, and a read error.
  Result<bool> next(Record& record);
  // Takes this character for white space too, where fields are not separated by commas.
  void also_separate_at(char separator) { extra_separator_ = separator; }

  // "file.cas:12", for errors.
  std::string place(std::size_t line) const { return name_ + ":" + std::to_string(line); }
  const std::string& name() const { return name_; }

 private:
  enum class Separator : std::uint8_t { kUndecided, kSpace, kComma };
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  RecordReader() = default;
  Result<bool> next_line(std::string_view& line);
  Result<bool> refill();
  Result<void> check_line(std::string_view line);
  Result<void> split_fields(std::string_view line, Record& record);
  Result<std::string_view> quoted_field(std::string_view line, std::size_t& at);

  std::string name_;
  std::unique_ptr<std::FILE, Close> file_;  // absent when the text is in memory
  std::string buffer_;
  std::string_view rest_;  // of buffer_, or of the text in memory
  std::size_t line_ = 0;
  bool at_start_ = true;
  bool heading_possible_ = true;
  Separator separator_ = Separator::kUndecided;
  char extra_separator_ = ' ';
  std::deque<std::string> unquoted_;  // fields that held "" and so had to be rewritten
};

// What columns hold; each fails with the file, the line and a cure.
// A whole number from 0 to 2^53 (9,007,199,254,740,992, exact in a double); "7.0" is 7.
Result<std::int64_t> parse_count(const RecordReader& reader, const Record& record,
                                 std::size_t column, std::string_view what);
// A finite number of at least zero.
Result<double> parse_amount(const RecordReader& reader, const Record& record, std::size_t column,
                            std::string_view what);

inline constexpr std::int64_t kMaxCount = std::int64_t{1} << 53;

}  // namespace daybreak::stats
