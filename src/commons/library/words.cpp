// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/library/words.hpp"

#include "language/format.hpp"

namespace daybreak::library {

using language::to_translate;
using language::Words;

std::string_view part_title(const Words& t, Part part) {
  switch (part) {
    case Part::kSigns:
      return t("What you may see");
    case Part::kKnow:
      return t("Good to know");
    case Part::kAsk:
      return t("What to ask");
    case Part::kDo:
      return t("Do");
    case Part::kDoNot:
      return t("Do not");
  }
  return {};
}

std::string_view hotline_name(const Words& t, const Hotline& line) {
  constexpr std::pair<std::string_view, language::MessageId> kNames[] = {
      {"911", to_translate("Danger now")},
      {"trafficking", to_translate("National Human Trafficking Hotline")},
      {"crisis", to_translate("988 Suicide and Crisis Lifeline")},
      {"partner", to_translate("National Domestic Violence Hotline")},
      {"assault", to_translate("National Sexual Assault Hotline")},
      {"youth", to_translate("National Runaway Safeline")},
      {"labor", to_translate("U.S. Department of Labor, pay and hours")}};
  for (const auto& [code, name] : kNames)
    if (code == line.code) return t(name);
  return line.code;
}

std::string short_source(const Library& library, const Fact& fact) {
  const Source source = source_of(library, fact.source);
  std::string words = source.id == fact.source && source.title.find("section") != std::string::npos
                          ? fact.source
                          : source.title;
  if (!fact.place.empty() && fact.place.front() == '(') words += " " + fact.place;
  return words;
}

std::string as_of_words(const Words& t, const Fact& fact) {
  return t("as of {0}", {language::format_date(t.language(), fact.as_of)});
}

std::string_view standing_name(Standing standing, const Words& t) {
  switch (standing) {
    case Standing::kCurrent:
      return t("Holds");
    case Standing::kDisputed:
      return t("Sources disagree");
    case Standing::kExpired:
      return t("Out of date");
  }
  return {};
}

std::string expired_words(const Fact& fact, const Words& t) {
  if (!fact.expired.empty())
    return t("Out of date. {0} Ask before you rely on it.", {fact.expired.in(t.language())});
  return t("Out of date: it was to be checked by {0}. Ask before you rely on it.",
           {language::format_date(t.language(), fact.review_by)});
}

std::string standing_words(const Fact& fact, const Words& t, Date today) {
  switch (standing_of(fact, today)) {
    case Standing::kCurrent:
      return {};
    case Standing::kExpired:
      return expired_words(fact, t);
    case Standing::kDisputed:
      return t("Sources disagree. {0}", {fact.dispute.in(t.language())});
  }
  return {};
}

}  // namespace daybreak::library
