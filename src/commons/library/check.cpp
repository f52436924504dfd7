// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/library/check.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "base/text.hpp"
#include "base/unicode.hpp"
#include "commons/library/plain_language.hpp"
#include "commons/library/read.hpp"

namespace daybreak::library {
namespace {

using Words = std::set<std::string, std::less<>>;

// Lower case, without accents (search_words). "right" alone is a direction; "rights" is law.
const Words kEnglishClaims = {
    "law",      "laws",      "legal",      "illegal",    "crime",   "crimes",   "criminal",
    "felony",   "rights",    "visa",       "visas",      "must",    "cannot",   "entitled",
    "required", "requires",  "require",    "prison",     "statute", "statutes", "federal",
    "state",    "guarantee", "guarantees", "guaranteed", "percent", "dollars",  "forbids",
    "bans",     "banned",    "january",    "february",   "april",   "june",     "july",
    "august",   "september", "october",    "november",   "december"};
const Words kSpanishClaims = {
    "ley",      "leyes",     "legal",      "legales",     "ilegal",    "delito",   "delitos",
    "derechos", "visa",      "visas",      "prision",     "carcel",    "multa",    "multas",
    "federal",  "federales", "estatal",    "obligatorio", "exige",     "exigen",   "prohibe",
    "prohiben", "garantiza", "dolares",    "enero",       "febrero",   "abril",    "junio",
    "julio",    "agosto",    "septiembre", "octubre",     "noviembre", "diciembre"};
// Two words in a row.
constexpr std::pair<std::string_view, std::string_view> kClaimPairs[] = {
    {"right", "to"}, {"by", "law"}, {"derecho", "a"}, {"por", "ciento"}};

// "Follow your state's rules" sends the reader to the law; it does not say what the law is.
bool is_pointer_to_law(const std::vector<std::string>& words, std::size_t index) {
  return words[index] == "state" && index > 0 && (words[index - 1] == "your");
}

std::string_view code(Language language) { return language::code_of(language); }

constexpr std::array<std::string_view, kParts.size()> kPartNames{"signs", "know", "ask", "do",
                                                                 "dont"};

class Checker {
 public:
  Checker(const Library& library, Date today) : library_(library), today_(today) {}

  CheckReport run() && {
    check_ids();
    for (const Source& source : library_.sources) check_source(source);
    for (const Fact& fact : library_.facts) check_fact(fact);
    for (const Reference& reference : library_.references) check_reference(reference);
    return std::move(report_);
  }

 private:
  void find(std::string rule, std::string place, std::string message) {
    report_.findings.push_back({std::move(rule), std::move(place), std::move(message)});
  }

  template <typename T>
  void check_unique(const std::vector<T>& all, std::string_view kind) {
    std::set<std::string_view> seen;
    for (const T& one : all)
      if (!seen.insert(one.id).second)
        find("duplicate-id", fmt::format("{} {}", kind, one.id), "the id is used twice");
  }
  void check_ids() {
    check_unique(library_.facts, "fact");
    check_unique(library_.sources, "source");
    check_unique(library_.references, "reference");
    check_unique(library_.audiences, "audience");
    check_unique(library_.topics, "topic");
  }

  void check_both(const Both& both, const std::string& place) {
    for (const Language language : language::kLanguages)
      if (trim(both.in(language)).empty())
        find("untranslated", fmt::format("{} ({})", place, code(language)), "there are no words");
    if (!both.en.empty() && both.en == both.es && bound_facts(both.en).empty())
      find("untranslated", fmt::format("{} (es)", place), "the Spanish words are the English ones");
  }

  void check_source(const Source& source) {
    const std::string place = fmt::format("source {}", source.id);
    if (source.publisher.empty() || source.title.empty())
      find("source-incomplete", place, "publisher or title is missing");
    if (!source.address.starts_with("https://") && !source.address.starts_with("http://"))
      find("source-incomplete", place, "the address is not one of the web");
  }

  void check_fact(const Fact& fact) {
    const std::string place = fmt::format("fact {}", fact.id);
    check_both(fact.text, place);
    if (fact.value.en.empty() != fact.value.es.empty())
      find("untranslated", place + " value", "the value stands in one language only");
    for (const Language language : language::kLanguages)
      if (!fact.value.in(language).empty() &&
          fact.text.in(language).find(fact.value.in(language)) == std::string::npos)
        find("value-differs", fmt::format("{} ({})", place, code(language)),
             "the sentence does not hold the value");
    if (source_of(library_, fact.source).address.empty())
      find("unknown-source", place, fmt::format("there is no source \"{}\"", fact.source));
    if (fact.owner.empty()) find("no-owner", place, "nobody answers for it");
    if (fact.jurisdiction.empty()) find("no-jurisdiction", place, "say where it holds");
    if (fact.as_of > today_ || fact.review_by <= fact.as_of)
      find("dates", place, "as_of must lie in the past and before review_by");
    if (!fact.dispute.empty()) {
      check_both(fact.dispute, place + " dispute");
      if (source_of(library_, fact.dispute_source).address.empty())
        find("dispute-unexplained", place, "say which source disagrees");
      report_.disputed.push_back(fact.id);
    }
    if (!fact.expired.empty()) {
      check_both(fact.expired, place + " expired");
      find("expired", place, "it was marked as expired: " + fact.expired.en);
    } else if (standing_of(fact, today_) == Standing::kExpired) {
      find("expired", place,
           fmt::format("it was to be reviewed by {}; read {} again", format_date(fact.review_by),
                       source_of(library_, fact.source).address));
    }
  }

  void check_reference(const Reference& reference) {
    const std::string place = fmt::format("reference {}", reference.id);
    if (library_.audience(reference.audience) == nullptr)
      find("unknown-audience", place, fmt::format("\"{}\" is not listed", reference.audience));
    if (library_.topic(reference.topic) == nullptr)
      find("unknown-topic", place, fmt::format("\"{}\" is not listed", reference.topic));
    check_both(reference.title, place + ", title");
    check_item(reference.lead, place + ", lead", Binding::kWhenClaimed);
    for (const Part part : kParts) {
      const auto name = kPartNames[static_cast<std::size_t>(part)];
      const auto& items = reference.in(part);
      for (std::size_t index = 0; index < items.size(); ++index)
        check_item(
            items[index], fmt::format("{}, {} {}", place, name, index + 1),
            part == Part::kSigns || part == Part::kKnow ? Binding::kAlways : Binding::kWhenClaimed);
    }
    if (reference.in(Part::kDo).empty() || reference.in(Part::kKnow).empty())
      find("incomplete", place, "a reference says what to know and what to do");
    check_calls(reference, place);
    check_reading(reference, place);
  }

  enum class Binding : std::uint8_t { kAlways, kWhenClaimed };
  void check_item(const Item& item, const std::string& place, Binding binding) {
    check_both(item.text, place);
    const auto english = bound_facts(item.text.en), spanish = bound_facts(item.text.es);
    if (english != spanish)
      find("binding-differs", place, "the two languages are bound to different facts");
    for (const std::string& id : english)
      if (library_.fact(id) == nullptr)
        find("unknown-fact", place, fmt::format("the register has no fact \"{}\"", id));
    if (!english.empty()) return;
    for (const Language language : language::kLanguages)
      if (binding == Binding::kAlways || makes_a_claim(item.text.in(language), language))
        find("unbound", fmt::format("{} ({})", place, code(language)),
             fmt::format("\"{}\" says a fact; bind it to the register with {{see:id}}",
                         item.text.in(language)));
  }

  void check_calls(const Reference& reference, const std::string& place) {
    if (reference.calls.empty()) find("incomplete", place, "it does not say whom to call");
    for (const std::string& call : reference.calls) {
      const auto ids = bound_facts(call);
      if (ids.empty() ? hotline(call) == nullptr : library_.fact(ids.front()) == nullptr)
        find("unknown-hotline", place, fmt::format("nobody is called \"{}\"", call));
    }
  }

  void check_reading(const Reference& reference, const std::string& place) {
    Readability measured{.reference = reference.id};
    for (const Language language : language::kLanguages) {
      TextCount count;
      const auto add = [&](std::string_view text) {
        count += count_text(say(library_, text, language), language);
      };
      add(reference.title.in(language));
      add(reference.lead.text.in(language));
      for (const Part part : kParts)
        for (const Item& item : reference.in(part)) add(item.text.in(language));
      if (!is_plain(count, language))
        find(
            "hard-to-read", fmt::format("{} ({})", place, code(language)),
            language == Language::kSpanish
                ? fmt::format("ease {:.1f}, at least {}", fernandez_huerta_ease(count), kLowestEase)
                : fmt::format("grade {:.1f}, at most {}", flesch_kincaid_grade(count),
                              kHighestGrade));
      if (count.words > kMostWords)
        find("too-long", fmt::format("{} ({})", place, code(language)),
             fmt::format("{} words; one page holds {}", count.words, kMostWords));
      (language == Language::kSpanish ? measured.spanish_words : measured.english_words) =
          count.words;
      (language == Language::kSpanish ? measured.spanish_ease : measured.english_grade) =
          language == Language::kSpanish ? fernandez_huerta_ease(count)
                                         : flesch_kincaid_grade(count);
    }
    report_.readability.push_back(std::move(measured));
  }

  const Library& library_;
  Date today_;
  CheckReport report_;
};

}  // namespace

bool makes_a_claim(std::string_view sentence, Language language) {
  if (sentence.find_first_of("0123456789%$") != std::string_view::npos) return true;
  const Words& claims = language == Language::kSpanish ? kSpanishClaims : kEnglishClaims;
  const auto words = search_words(sentence);
  for (std::size_t index = 0; index < words.size(); ++index) {
    if (claims.contains(words[index]) && !is_pointer_to_law(words, index)) return true;
    if (index + 1 == words.size()) break;
    for (const auto& [first, second] : kClaimPairs)
      if (words[index] == first && words[index + 1] == second) return true;
  }
  return false;
}

CheckReport check_library(const Library& library, Date today) {
  return Checker(library, today).run();
}

}  // namespace daybreak::library
