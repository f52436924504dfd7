// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/pages/results.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "geography/geography.hpp"
#include "language/format.hpp"
#include "language/names.hpp"

namespace daybreak::directory::pages {
namespace {

using html::Href;
using html::Markup;
using language::Words;

// A hit with what its rules say of the person.
struct Shown {
  const search::Hit* hit;
  Card card;
  Verdict verdict;
};

// Those whose rules say no go last; the order among the others stays.
std::vector<Shown> with_verdicts(const std::vector<search::Hit>& hits, const Facts& facts,
                                 const Words& t) {
  std::vector<Shown> shown;
  shown.reserve(hits.size());
  for (const search::Hit& hit : hits) {
    Card card(hit.card);
    const std::optional<Json> rule = card.value("rule");
    Verdict verdict = rule ? evaluate(*rule, facts, t) : Verdict{Fit::kYes, {}, {}};
    shown.push_back({&hit, std::move(card), std::move(verdict)});
  }
  std::ranges::stable_sort(shown, {}, [](const Shown& s) { return s.verdict.fit == Fit::kNo; });
  return shown;
}

std::string_view in_language(const Card& card, std::string_view name, Words t) {
  if (t.language() == language::Language::kSpanish) {
    const std::string_view spanish = card.text(std::string(name) + "_es");
    if (!spanish.empty()) return spanish;
  }
  return card.text(name);
}

html::TagTone tone_of(search::Capacity capacity) {
  switch (capacity) {
    case search::Capacity::kAvailable:
      return html::TagTone::kGood;
    case search::Capacity::kFull:
      return html::TagTone::kBad;
    default:
      return html::TagTone::kPlain;
  }
}

void write_tags(Markup& out, const Shown& shown) {
  const Words t = out.words();
  if (shown.card.is_true("open_24_hours")) html::tag(out, t("Day and night"), html::TagTone::kInfo);
  html::tag(out, capacity_words(t, shown.hit->capacity), tone_of(shown.hit->capacity));
  if (shown.card.is_true("confidential"))
    html::tag(out, t("Private address"), html::TagTone::kInfo);
  const std::string_view level = shown.card.text("level");
  if (level != "local" && !level.empty()) html::tag(out, level_words(t, level));
  if (shown.hit->overdue)
    html::tag(out, t("Not checked lately: call first"), html::TagTone::kCaution);
}

void write_fit(Markup& out, const Verdict& verdict) {
  const Words t = out.words();
  if (verdict.fit == Fit::kNo)
    html::note(out, t("May not fit: {0}", {join(verdict.reasons, "; ")}));
  else if (verdict.fit == Fit::kUnknown && !verdict.reasons.empty())
    html::note(out, t("Ask when you call: {0}", {join(verdict.reasons, "; ")}));
}

void write_hit(Markup& out, const Shown& shown, const HitPart& more) {
  const Words t = out.words();
  const Href href = Href("/services") / shown.hit->service.to_string();
  std::string where(shown.card.text("organization"));
  if (const std::string_view city = shown.card.text("city"); !city.empty())
    where += ", " + std::string(city);
  if (shown.hit->distance_km)
    where += ", " + language::format_distance(
                        t.language(), *shown.hit->distance_km / geography::kKilometersPerMile);
  html::card(out, {.title = in_language(shown.card, "name", t), .href = href, .text = where}, [&] {
    write_tags(out, shown);
    html::paragraph(out, in_language(shown.card, "text", t));
    write_fit(out, shown.verdict);
    if (const std::string_view phone = shown.card.text("phone"); !phone.empty())
      html::paragraph(out,
                      [&] { html::phone_link(out, phone, in_language(shown.card, "name", t)); });
    std::vector<std::string> languages;
    for (const std::string_view code : split(shown.card.text("languages"), ','))
      if (!code.empty()) languages.push_back(language::language_name(t, code));
    std::string small =
        languages.empty() ? "" : t("Languages: {0}.", {join(languages, ", ")}) + " ";
    if (const auto date = parse_date(shown.card.text("verified")))
      small += t("Checked on {0}.", {language::format_date(t.language(), *date)});
    if (!small.empty()) html::note(out, small);
    if (more) more(out, *shown.hit, shown.card);
  });
}

std::string count_words(Words t, const search::Answer& answer, const Asked& asked) {
  const auto total = static_cast<std::int64_t>(answer.total);
  if (asked.county_name.empty()) return t.plural("{0} service found", "{0} services found", total);
  return t.plural("{0} service found for {1}", "{0} services found for {1}", total,
                  {asked.county_name});
}

}  // namespace

void write_results(Markup& out, const search::Answer& answer, const Asked& asked,
                   const Choices& choices, const HitPart& more) {
  const Words t = out.words();
  html::heading(out, 2, count_words(t, answer, asked), "results");
  if (!answer.corrected_text.empty())
    html::alert(
        out,
        {.text =
             t("Nothing was found for these words as written. These are the results for \"{0}\".",
               {answer.corrected_text})});
  if (answer.hits.empty()) {
    html::empty_state(
        out,
        {.title = t("Nothing found"),
         .what_to_do = t(
             "Try fewer choices, a wider distance, or other words. The hotlines on the first page "
             "answer day and night and know more places."),
         .action = t("Go to the hotlines"),
         .href = "/"});
    return;
  }
  const std::vector<Shown> shown = with_verdicts(answer.hits, asked.facts, t);
  html::card_list(out, shown.size(), [&](std::size_t i) { write_hit(out, shown[i], more); });
  const auto pages =
      static_cast<std::int64_t>((answer.total + kResultsPerPage - 1) / kResultsPerPage);
  html::pagination(
      out, {.page = static_cast<std::int64_t>(choices.page), .pages = pages, .form_id = "search"});
}

}  // namespace daybreak::directory::pages
