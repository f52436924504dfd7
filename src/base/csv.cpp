// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/csv.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/csv_scan.hpp"
#include "base/text.hpp"

namespace daybreak {
namespace {

constexpr std::size_t kFirstBuffer = 512 << 10;

// A field while its row is being scanned: the buffer may still move, and is not yet unescaped.
struct Span {
  std::size_t begin, end;
  bool quoted;   // begin and end are inside the quotes
  bool escaped;  // holds a doubled quote, or text after the closing quote
};

enum class Scan : std::uint8_t { kRow, kNeedMore, kUnclosed };

}  // namespace

struct CsvReader::State {
  std::unique_ptr<ByteSource> source;
  CsvOptions options;
  CsvNotes notes;
  std::vector<std::string> header;
  std::size_t named = 0;  // columns up to the last that has a name
  std::string buffer;
  std::size_t begin = 0, end = 0;  // the unread part of the buffer
  bool at_end = false;
  std::uint64_t row_number = 0, line = 1;
  std::vector<Span> spans;
  CsvRow row;
  std::string converted;      // a row that was not UTF-8
  bool plain_is_text = true;  // whether the row of scan_plain() is UTF-8

  Result<void> fill();
  Scan scan(std::size_t& next);
  bool scan_plain(std::size_t& next);
  Result<bool> read_row();
  Result<bool> skip_long_row();
  void take_line_literally(std::size_t& next);
  void place_row();
  void finish_row(std::size_t next);
  void unescape(Span span, std::string_view& field);
  void convert();
  void count_fields();
  std::size_t line_end(std::size_t from, std::size_t& after) const;
};

// Moves the unread part to the front and reads more behind it.
Result<void> CsvReader::State::fill() {
  if (begin > 0) {
    std::memmove(buffer.data(), buffer.data() + begin, end - begin);
    end -= begin;
    begin = 0;
  }
  if (end + kScanPadding >= buffer.size()) buffer.resize(buffer.size() * 2);
  const std::size_t room = buffer.size() - kScanPadding - end;
  const std::size_t got = TRY(source->read(std::span(buffer).subspan(end, room)));
  end += got;
  std::memset(buffer.data() + end, 0, kScanPadding);
  if (got == 0) at_end = true;
  return {};
}

// Takes the row at `begin` when it holds no quotation mark, as nearly all do: in one pass over
// blocks of 64 bytes. False when the row is another one, or is not whole yet.
bool CsvReader::State::scan_plain(std::size_t& next) {
  const char delimiter = notes.delimiter;
  const char line_break = notes.carriage_returns_only ? '\r' : '\n';
  const char* const data = buffer.data();
  std::vector<std::string_view>& fields = row.fields_;
  fields.clear();
  std::uint64_t high = 0, zero = 0;
  std::size_t start = begin, stop = end;
  const auto take = [&](std::size_t to) { fields.emplace_back(data + start, to - start); };
  for (std::size_t at = begin; at < end && stop == end; at += 64) {
    const BlockMarks marks = mark_block(data + at, delimiter, line_break);
    std::uint64_t inside =
        end - at >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << (end - at)) - 1;
    for (std::uint64_t stops = marks.stops & inside; stops != 0; stops &= stops - 1) {
      const auto bit = static_cast<std::size_t>(std::countr_zero(stops));
      const std::size_t found = at + bit;
      if (data[found] == '"') return false;
      if (data[found] == line_break) {
        stop = found;
        inside &= (std::uint64_t{1} << bit) - 1;
        break;
      }
      take(found);
      start = found + 1;
    }
    high |= marks.high & inside;
    zero |= marks.zero & inside;
  }
  if (stop == end && !at_end) return false;
  take(stop);
  if (std::string_view& last = fields.back(); line_break == '\n' && last.ends_with('\r'))
    last.remove_suffix(1);
  next = std::min(stop + 1, end);
  row.problem_ = zero == 0 ? CsvProblem::kNone : CsvProblem::kZeroByte;
  plain_is_text = high == 0 || is_valid_utf8({data + begin, next - begin});
  return true;
}

// Finds the fields of the row at `begin`. `next` is where the row after it starts.
Scan CsvReader::State::scan(std::size_t& next) {
  spans.clear();
  const char delimiter = notes.delimiter;
  const char line_break = notes.carriage_returns_only ? '\r' : '\n';
  const char* const data = buffer.data();
  std::size_t at = begin;
  for (;;) {
    const bool text_cell = at + 1 < end && data[at] == '=' && data[at + 1] == '"';  // ="00123"
    if ((at < end && data[at] == '"') || text_cell) {
      const std::size_t open = at + (text_cell ? 2 : 1);
      std::size_t close = open;
      bool escaped = false;
      for (;;) {
        const void* quote = std::memchr(data + close, '"', end - close);
        if (!quote) return at_end ? Scan::kUnclosed : Scan::kNeedMore;
        close = static_cast<std::size_t>(static_cast<const char*>(quote) - data);
        if (close + 1 >= end && !at_end) return Scan::kNeedMore;
        if (close + 1 < end && data[close + 1] == '"') {
          escaped = true;
          close += 2;
          continue;
        }
        break;
      }
      at = find_either(data, close + 1, end, delimiter, line_break);
      if (at == end && !at_end) return Scan::kNeedMore;
      std::size_t rest = at;
      if (line_break == '\n' && rest > close + 1 && data[rest - 1] == '\r') --rest;
      if (rest > close + 1) {  // "Grace" House: the text goes on after the quote
        spans.push_back({open, rest, true, true});
      } else {
        spans.push_back({open, close, true, escaped});
      }
    } else {
      const std::size_t start = at;
      at = find_either(data, start, end, delimiter, line_break);
      if (at == end && !at_end) return Scan::kNeedMore;
      spans.push_back({start, at, false, false});
    }
    if (at < end && data[at] == delimiter) {
      ++at;
      continue;
    }
    Span& last = spans.back();
    if (!last.quoted && line_break == '\n' && last.end > last.begin && data[last.end - 1] == '\r')
      --last.end;
    next = at < end ? at + 1 : end;
    return Scan::kRow;
  }
}

std::size_t CsvReader::State::line_end(std::size_t from, std::size_t& after) const {
  const char line_break = notes.carriage_returns_only ? '\r' : '\n';
  const void* found = std::memchr(buffer.data() + from, line_break, end - from);
  if (!found) return after = end;
  std::size_t stop = static_cast<std::size_t>(static_cast<const char*>(found) - buffer.data());
  after = stop + 1;
  if (stop > from && buffer[stop - 1] == '\r') --stop;
  return stop;
}

// A quote that is never closed would swallow the rest of the file: its first line is taken as it
// stands.
void CsvReader::State::take_line_literally(std::size_t& next) {
  const std::size_t stop = line_end(begin, next);
  spans.clear();
  for (std::size_t at = begin;;) {
    const std::size_t field_end =
        find_either(buffer.data(), at, stop, notes.delimiter, notes.delimiter);
    spans.push_back({at, field_end, false, false});
    if (field_end >= stop) break;
    at = field_end + 1;
  }
}

void CsvReader::State::unescape(Span span, std::string_view& field) {
  char* const data = buffer.data();
  std::size_t out = span.begin;
  bool inside = true;
  for (std::size_t at = span.begin; at < span.end; ++at) {
    if (data[at] == '"' && inside) {
      if (at + 1 < span.end && data[at + 1] == '"') {
        ++at;
      } else {
        inside = false;
        continue;
      }
    }
    data[out++] = data[at];
  }
  field = std::string_view(data + span.begin, out - span.begin);
}

// A row that is not UTF-8 is read as Windows-1252; its fields then lie in `converted`.
void CsvReader::State::convert() {
  if (notes.rows_in_windows_1252++ == 0) notes.first_windows_1252_row = row_number;
  std::size_t total = 0;
  for (const std::string_view field : row.fields_) total += field.size() * 3;
  converted.clear();
  converted.reserve(total);
  for (std::string_view& field : row.fields_) {
    const std::size_t at = converted.size();
    converted += from_windows_1252(field);
    field = std::string_view(converted).substr(at);
  }
}

void CsvReader::State::count_fields() {
  if (header.empty() || row.problem_ != CsvProblem::kNone) return;
  row.expected_ = header.size();
  if (row.fields_.size() < named) row.problem_ = CsvProblem::kTooFewFields;
  for (std::size_t i = header.size(); i < row.fields_.size(); ++i)
    if (!trim(row.fields_[i]).empty()) row.problem_ = CsvProblem::kTooManyFields;
}

void CsvReader::State::place_row() {
  row.name_ = &source->name();
  row.number_ = row_number;
  row.line_ = line;
}

void CsvReader::State::finish_row(std::size_t next) {
  place_row();
  const std::string_view raw(buffer.data() + begin, next - begin);
  const bool quoted = std::ranges::any_of(spans, &Span::quoted);
  line += quoted ? count_byte(raw, notes.carriage_returns_only ? '\r' : '\n') : 1;
  if (std::memchr(raw.data(), 0, raw.size())) row.problem_ = CsvProblem::kZeroByte;
  const bool is_text = is_ascii(raw) || is_valid_utf8(raw);
  row.fields_.resize(spans.size());
  for (std::size_t i = 0; i < spans.size(); ++i) {
    const Span span = spans[i];
    std::string_view& field = row.fields_[i];
    field = std::string_view(buffer.data() + span.begin, span.end - span.begin);
    if (span.escaped) unescape(span, field);
    // "=""00123""" is the quoted form of ="00123".
    if (span.quoted && field.size() >= 3 && field.starts_with("=\"") && field.ends_with('"'))
      field = field.substr(2, field.size() - 3);
  }
  if (!is_text) convert();
  count_fields();
}

// Drops the row at `begin`, which is longer than the limit, up to the end of its first line.
Result<bool> CsvReader::State::skip_long_row() {
  row = CsvRow();
  place_row();
  row.problem_ = CsvProblem::kRowTooLong;
  for (;;) {
    std::size_t next = 0;
    line_end(begin, next);
    const bool found = next > begin && (buffer[next - 1] == '\n' || buffer[next - 1] == '\r');
    begin = next;
    if (found) break;
    if (at_end) break;
    TRY(fill());
  }
  ++line;
  return true;
}

// Reads one row into `row`; false at the end.
Result<bool> CsvReader::State::read_row() {
  for (;;) {
    if (begin == end && !at_end) TRY(fill());
    if (begin == end && at_end) return false;
    std::size_t next = begin;
    if (scan_plain(next)) {
      if (next - begin > options.max_row_bytes) {
        ++row_number;
        return skip_long_row();
      }
      const bool blank = row.fields_.size() == 1 && trim(row.fields_[0]).empty();
      if (!blank) {
        ++row_number;
        place_row();
        if (!plain_is_text) convert();
        count_fields();
      }
      ++line;
      begin = next;
      if (blank) continue;
      return true;
    }
    row.problem_ = CsvProblem::kNone;
    Scan found = scan(next);
    while (found == Scan::kNeedMore && end - begin <= options.max_row_bytes) {
      TRY(fill());
      found = scan(next);
    }
    if (found != Scan::kRow) {
      std::size_t after = 0;
      line_end(begin, after);
      const bool has_quote = std::memchr(buffer.data() + begin, '"', after - begin) != nullptr;
      if (!has_quote || after - begin > options.max_row_bytes) {
        ++row_number;
        return skip_long_row();
      }
      take_line_literally(next = begin);
      row.problem_ = CsvProblem::kUnclosedQuote;
    }
    const bool blank =
        spans.size() == 1 && !spans[0].quoted &&
        trim({buffer.data() + spans[0].begin, spans[0].end - spans[0].begin}).empty();
    if (blank) {
      line += count_byte({buffer.data() + begin, next - begin},
                         notes.carriage_returns_only ? '\r' : '\n');
      begin = next;
      continue;
    }
    ++row_number;
    finish_row(next);
    begin = next;
    return true;
  }
}

CsvReader::CsvReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
CsvReader::CsvReader(CsvReader&&) noexcept = default;
CsvReader& CsvReader::operator=(CsvReader&&) noexcept = default;
CsvReader::~CsvReader() = default;

Result<CsvReader> CsvReader::open(std::unique_ptr<ByteSource> source, CsvOptions options) {
  auto state = std::make_unique<State>();
  state->source = std::move(source);
  state->options = options;
  state->buffer.resize(kFirstBuffer + kScanPadding);
  while (!state->at_end && state->end < (64 << 10)) TRY(state->fill());
  if (std::string_view(state->buffer.data(), state->end).starts_with("\xEF\xBB\xBF")) {
    state->notes.had_byte_order_mark = true;
    state->begin = 3;
  }
  const std::string_view sample(state->buffer.data() + state->begin, state->end - state->begin);
  state->notes.carriage_returns_only =
      sample.find('\n') == sample.npos && sample.find('\r') != sample.npos;
  state->notes.delimiter = options.delimiter ? *options.delimiter : find_delimiter(sample);
  if (options.header == CsvHeader::kFirstRow) {
    if (!TRY(state->read_row())) {
      return fail(ErrorKind::kInvalid, "is empty", state->source->name(),
                  "Give a file with a header row");
    }
    for (const std::string_view name : state->row.fields_) state->header.emplace_back(trim(name));
    state->named = state->header.size();
    while (state->named > 0 && state->header[state->named - 1].empty()) --state->named;
  }
  return CsvReader(std::move(state));
}

const std::vector<std::string>& CsvReader::header() const { return state_->header; }
const CsvNotes& CsvReader::notes() const { return state_->notes; }
const ByteSource& CsvReader::source() const { return *state_->source; }

std::optional<std::size_t> CsvReader::column(std::string_view name) const {
  for (std::size_t i = 0; i < state_->header.size(); ++i)
    if (equals_ignoring_case_ascii(state_->header[i], name)) return i;
  return std::nullopt;
}

Result<std::size_t> CsvReader::require_column(std::string_view name) const {
  if (const auto found = column(name)) return *found;
  return fail(ErrorKind::kInvalid, "has no column \"" + std::string(name) + "\"",
              state_->source->name() + ":1",
              "Its columns are: " + shorten(join(state_->header, ", "), 400));
}

Result<const CsvRow*> CsvReader::next() {
  if (!TRY(state_->read_row())) return nullptr;
  ++state_->notes.rows;
  if (!state_->row.ok()) ++state_->notes.bad_rows;
  return &state_->row;
}

std::string CsvRow::problem() const {
  switch (problem_) {
    case CsvProblem::kNone:
      return {};
    case CsvProblem::kUnclosedQuote:
      return "has a quotation mark that is never closed";
    case CsvProblem::kRowTooLong:
      return "is longer than a row may be";
    case CsvProblem::kZeroByte:
      return "holds a zero byte, so it is not text";
    case CsvProblem::kTooFewFields:
    case CsvProblem::kTooManyFields:
      return "has " + std::to_string(fields_.size()) + " fields where the header has " +
             std::to_string(expected_);
  }
  return {};
}

std::string CsvRow::place(std::string_view column) const {
  std::string text = *name_ + ":" + std::to_string(line_);
  if (!column.empty()) text.append(":").append(column);
  return text;
}

}  // namespace daybreak
