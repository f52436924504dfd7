// SPDX-License-Identifier: AGPL-3.0-or-later
// The words people read. English sentences in the source are the keys; locale/*.po hold the others,
// checked and put into the program when it is built. `scripts/update-translations` collects the
// keys by looking for exactly these forms, with `t` as the name of the Words:
//
//     const Words t(language);
//     t("Find services")                                  the sentence
//     t("Page {0} of {1}", {t.number(2), t.number(9)})    with parts filled in
//     t.plural("{0} service", "{0} services", count)      {0} is the count, written out
//     t.in_context("month", "May")                              with a context, where English is
//     ambiguous constexpr MessageId kTitle = to_translate("Find services"); t(kTitle)     for
//     tables of words
//
// A test fails when a key has no Spanish. Values; safe to use from any thread.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "language/language.hpp"

namespace daybreak::language {

// A key: only a literal can be one, so that every key can be found in the source.
class MessageId {
 public:
  template <std::size_t N>
  consteval MessageId(const char (&literal)[N]) : text_(literal, N - 1) {}
  constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

template <std::size_t N>
consteval MessageId to_translate(const char (&literal)[N]) {
  return MessageId(literal);
}

class Words {
 public:
  explicit Words(Language language) : language_(language) {}
  Language language() const { return language_; }

  // The sentence in this language; the English one when there is no translation. Lives as long as
  // the program.
  std::string_view operator()(MessageId id) const;
  // The same with {0}, {1}, … replaced. A number that no part answers is left as it stands.
  std::string operator()(MessageId id, std::initializer_list<std::string_view> parts) const;
  std::string_view in_context(MessageId context, MessageId id) const;
  // {0} is the count in this language's digits, {1}, … are `parts`.
  std::string plural(MessageId one, MessageId many, std::int64_t count,
                     std::initializer_list<std::string_view> parts = {}) const;
  // "12,345"
  std::string number(std::int64_t value) const;

 private:
  Language language_;
};

// Replaces {0}, {1}, … of a sentence.
std::string fill(std::string_view sentence, std::initializer_list<std::string_view> parts);

}  // namespace daybreak::language
