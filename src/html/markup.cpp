// SPDX-License-Identifier: AGPL-3.0-or-later
#include "html/markup.hpp"

#include <array>
#include <cstdint>
#include <cstring>

#include "base/text.hpp"

namespace daybreak::html {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// What each byte becomes: nothing to do, or one of the entities; control characters that HTML does
// not allow become U+FFFD.
enum class Escape : std::uint8_t { kNone, kAmp, kLess, kGreater, kQuote, kControl, kHigh };

constexpr std::array<Escape, 256> make_table() {
  std::array<Escape, 256> table{};
  for (int c = 0; c < 0x20; ++c) {
    if (c != '\t' && c != '\n' && c != '\r') table[c] = Escape::kControl;
  }
  table[0x7f] = Escape::kControl;
  for (int c = 0x80; c < 0x100; ++c) table[c] = Escape::kHigh;
  table['&'] = Escape::kAmp;
  table['<'] = Escape::kLess;
  table['>'] = Escape::kGreater;
  table['"'] = Escape::kQuote;
  return table;
}
constexpr std::array<Escape, 256> kTable = make_table();

std::string_view entity(Escape escape) {
  switch (escape) {
    case Escape::kAmp:
      return "&amp;";
    case Escape::kLess:
      return "&lt;";
    case Escape::kGreater:
      return "&gt;";
    case Escape::kQuote:
      return "&quot;";
    default:
      return kReplacement;
  }
}

void append_escaped_ascii(std::string& out, std::string_view text) {
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const Escape escape = kTable[static_cast<unsigned char>(text[i])];
    if (escape == Escape::kNone || escape == Escape::kHigh) continue;
    out.append(text, start, i - start);
    out.append(entity(escape));
    start = i + 1;
  }
  out.append(text, start);
}

// The length of the UTF-8 character at the start of the text, or 0 when it is not one.
std::size_t character_length(std::string_view text) {
  for (std::size_t length = 1; length <= 4 && length <= text.size(); ++length) {
    if (is_valid_utf8(text.substr(0, length))) return length;
  }
  return 0;
}

std::string repaired(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    if (length == 0)
      out += kReplacement;
    else
      out += text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

// Whether any of eight bytes is a control character, no ASCII, or one of & < > ".
bool holds_special(std::uint64_t bytes) {
  constexpr std::uint64_t kOnes = 0x0101010101010101, kHighs = 0x8080808080808080;
  // The highest bit of each byte that is 0; of those above the lowest such it may also be set.
  const auto zeros = [](std::uint64_t v) { return (v - kOnes) & ~v & kHighs; };
  const std::uint64_t controls = (bytes - kOnes * 0x20) & ~bytes & kHighs;
  const std::uint64_t angles = zeros((bytes | kOnes * 0x02) ^ kOnes * '>');
  const std::uint64_t amp_or_quote = zeros((bytes | kOnes * 0x04) ^ kOnes * '&');
  const std::uint64_t erase = zeros(bytes ^ kOnes * 0x7f);
  return (controls | angles | amp_or_quote | erase | (bytes & kHighs)) != 0;
}
static_assert(('<' | 0x02) == '>' && ('"' | 0x04) == '&');

// Whether every byte is ASCII and stands for itself, as in nearly every text of a page.
bool is_plain(std::string_view text) {
  while (text.size() >= sizeof(std::uint64_t)) {
    std::uint64_t bytes;
    std::memcpy(&bytes, text.data(), sizeof bytes);
    if (holds_special(bytes)) return false;
    text.remove_prefix(sizeof bytes);
  }
  char rest[] = "........";
  if (!text.empty()) std::memcpy(rest, text.data(), text.size());
  std::uint64_t bytes;
  std::memcpy(&bytes, rest, sizeof bytes);
  return !holds_special(bytes);
}

void append_escaped(std::string& out, std::string_view text) {
  if (is_plain(text))
    out.append(text);
  else if (is_valid_utf8(text))
    append_escaped_ascii(out, text);
  else
    append_escaped_ascii(out, repaired(text));
}

}  // namespace

std::string escape(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  append_escaped(out, text);
  return out;
}

Markup& Markup::text(std::string_view value) {
  append_escaped(out_, value);
  return *this;
}

void Markup::write_quoted(std::string_view value) {
  out_ += "=\"";
  append_escaped(out_, value);
  out_ += '"';
}

void Markup::write(const Attribute& attribute) {
  if (attribute.form_ == Attribute::Form::kAbsent) return;
  out_ += ' ';
  out_ += attribute.name_;
  switch (attribute.form_) {
    case Attribute::Form::kValue:
      return write_quoted(attribute.value_);
    case Attribute::Form::kAddress:
      if (language_ == Language::kEnglish) return write_quoted(attribute.value_);
      return write_quoted(language::localize_path(language_, attribute.value_));
    case Attribute::Form::kNumber: {
      char digits[24];
      const auto end = std::to_chars(digits, digits + sizeof digits, attribute.number_).ptr;
      out_ += "=\"";
      out_.append(digits, end);
      out_ += '"';
      return;
    }
    case Attribute::Form::kBare:
    case Attribute::Form::kAbsent:
      return;
  }
}

Markup& Markup::open(Tag tag, Attributes attributes) {
  out_ += '<';
  out_ += tag.name();
  for (const Attribute& attribute : attributes) write(attribute);
  out_ += '>';
  return *this;
}

Markup& Markup::close(Tag tag) {
  out_ += "</";
  out_ += tag.name();
  out_ += '>';
  return *this;
}

Markup& Markup::lone(Tag tag, Attributes attributes) {
  out_ += '<';
  out_ += tag.name();
  for (const Attribute& attribute : attributes) write(attribute);
  out_ += "/>";
  return *this;
}

Markup& Markup::element(Tag tag, Attributes attributes, std::string_view value) {
  return open(tag, attributes).text(value).close(tag);
}

Markup& Markup::element(Tag tag, Attributes attributes, Content content) {
  open(tag, attributes);
  content();
  return close(tag);
}

std::string Markup::unique_id(std::string_view prefix) {
  return std::string(prefix) + '-' + std::to_string(++next_id_);
}

}  // namespace daybreak::html
