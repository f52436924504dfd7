// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/unicode.hpp"

#include <stdexcept>
#include <unicode/brkiter.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "base/csv_scan.hpp"
#include "base/text.hpp"

namespace daybreak {
namespace {

using Getter = const icu::Normalizer2* (*)(UErrorCode&);

const icu::Normalizer2& normalizer(Getter get) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* found = get(status);
  if (U_FAILURE(status)) throw std::runtime_error("ICU has no normalisation data");
  return *found;
}

icu::UnicodeString from_utf8(std::string_view text) {
  return icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
}

std::string to_utf8(const icu::UnicodeString& text) {
  std::string out;
  text.toUTF8String(out);
  return out;
}

std::string normalized(std::string_view text, Getter get) {
  UErrorCode status = U_ZERO_ERROR;
  return to_utf8(normalizer(get).normalize(from_utf8(text), status));
}

// Letters that Unicode does not take apart, as people type them without their own keyboard.
std::u16string_view spelled_out(char16_t letter) {
  switch (letter) {
    case u'ø':
      return u"o";
    case u'ł':
      return u"l";
    case u'đ':
    case u'ð':
      return u"d";
    case u'þ':
      return u"th";
    case u'æ':
      return u"ae";
    case u'œ':
      return u"oe";
    case u'ħ':
      return u"h";
    case u'ı':
      return u"i";
    case u'ŧ':
      return u"t";
    default:
      return {};
  }
}

icu::UnicodeString without_accents(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::UnicodeString folded =
      normalizer(&icu::Normalizer2::getNFKCCasefoldInstance).normalize(from_utf8(text), status);
  const icu::UnicodeString apart =
      normalizer(&icu::Normalizer2::getNFDInstance).normalize(folded, status);
  icu::UnicodeString out;
  for (int32_t i = 0; i < apart.length(); i = apart.moveIndex32(i, 1)) {
    const UChar32 point = apart.char32At(i);
    if (u_charType(point) == U_NON_SPACING_MARK) continue;
    const auto letters =
        point < 0x10000 ? spelled_out(static_cast<char16_t>(point)) : std::u16string_view();
    if (letters.empty()) {
      out.append(point);
    } else {
      out.append(letters.data(), static_cast<int32_t>(letters.size()));
    }
  }
  return out;
}

std::string ascii_key(std::string_view text) {
  std::string key;
  for (const char c : to_lower_ascii(text)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      key += c;
    } else if (c != '\'' && !key.empty() && key.back() != ' ') {
      key += ' ';
    }
  }
  if (key.ends_with(' ')) key.pop_back();
  return key;
}

}  // namespace

std::string to_nfc(std::string_view text) {
  return is_ascii(text) ? std::string(text) : normalized(text, &icu::Normalizer2::getNFCInstance);
}

std::string fold_case(std::string_view text) {
  return is_ascii(text) ? to_lower_ascii(text)
                        : normalized(text, &icu::Normalizer2::getNFKCCasefoldInstance);
}

std::string fold_for_search(std::string_view text) {
  return is_ascii(text) ? to_lower_ascii(text) : to_utf8(without_accents(text));
}

std::string search_key(std::string_view text) {
  if (is_ascii(text)) return ascii_key(text);
  const icu::UnicodeString plain = without_accents(text);
  icu::UnicodeString key;
  for (int32_t i = 0; i < plain.length(); i = plain.moveIndex32(i, 1)) {
    const UChar32 point = plain.char32At(i);
    if (u_isalnum(point) || u_charType(point) == U_COMBINING_SPACING_MARK) {
      key.append(point);
    } else if (point != u'\'' && point != u'’' && !key.isEmpty() &&
               key.charAt(key.length() - 1) != u' ') {
      key.append(u' ');
    }
  }
  key.trim();
  return to_utf8(key);
}

std::vector<std::string> search_words(std::string_view text) {
  const std::string key = search_key(text);
  std::vector<std::string> words;
  if (key.empty()) return words;
  for (const std::string_view word : split(key, ' ')) words.emplace_back(word);
  return words;
}

std::string to_lower(std::string_view text) {
  if (is_ascii(text)) return to_lower_ascii(text);
  icu::UnicodeString string = from_utf8(text);
  return to_utf8(string.toLower(icu::Locale::getRoot()));
}

std::string to_title(std::string_view text) {
  icu::UnicodeString string = from_utf8(text);
  return to_utf8(string.toTitle(nullptr, icu::Locale::getRoot()));
}

std::size_t count_characters(std::string_view text) {
  if (is_ascii(text)) return text.size();
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<icu::BreakIterator> breaks(
      icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(), status));
  if (U_FAILURE(status)) throw std::runtime_error("ICU has no break data");
  breaks->setText(from_utf8(text));
  std::size_t count = 0;
  while (breaks->next() != icu::BreakIterator::DONE) ++count;
  return count;
}

}  // namespace daybreak
