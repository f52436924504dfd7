// SPDX-License-Identifier: AGPL-3.0-or-later
// Differences of the register, for everyone: what a fact said, what it says, since when and why.
#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "commons/library/pages/pages.hpp"
#include "commons/library/upkeep.hpp"
#include "commons/library/words.hpp"
#include "language/format.hpp"

namespace daybreak::library::pages {
namespace {

using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using language::Words;

std::string dispute_words(const Fact& fact, const Words& t) {
  return fact.dispute.in(t.language());
}

std::vector<html::FieldChange> differences(const Library& library, const Fact& before,
                                           const Fact& after, const Words& t) {
  std::vector<html::FieldChange> all;
  const auto add = [&](std::string_view label, std::string was, std::string is) {
    if (was != is) all.push_back({{}, std::string(label), std::move(was), std::move(is)});
  };
  const auto language = t.language();
  const auto day = [&](Date date) { return language::format_date(language, date); };
  add(t("Fact"), before.text.in(language), after.text.in(language));
  add(t("Source"), source_of(library, before.source).title + " " + before.place,
      source_of(library, after.source).title + " " + after.place);
  add(t("As of"), day(before.as_of), day(after.as_of));
  add(t("Review by"), day(before.review_by), day(after.review_by));
  add(t("What another source says"), dispute_words(before, t), dispute_words(after, t));
  add(t("Out of date"), before.expired.in(language), after.expired.in(language));
  add(t("Owner"), before.owner, after.owner);
  return all;
}

Response show_changes(const Request& request, const Desk& desk) {
  const Words t(visit::language_of(request));
  const auto changes = desk.facts.changes();
  if (!changes) return desk.visits.failure(request, changes.error(), "/signs");
  const auto library = desk.facts.library();
  return desk.visits.page(
      request,
      {.title = t("What changed"), .crumbs = {{std::string(t("Know the signs")), "/signs"}}},
      [&](Markup& out) {
        html::lead(out, t("When a fact changes, every page and paper that quotes it changes with "
                          "it. Old paper copies do not."));
        if (changes->empty())
          html::empty_state(out, {.title = t("Nothing has changed"),
                                  .what_to_do = t("The pages say what they said when this site "
                                                  "was set up."),
                                  .action = t("All pages"),
                                  .href = "/signs"});
        for (const RegisterChange& change : *changes) write_change(out, *library, change, 2);
      });
}

}  // namespace

std::vector<const Reference*> used_on(const Library& library, std::string_view fact) {
  const Fact* found = library.fact(fact);
  return found == nullptr ? std::vector<const Reference*>() : uses_of(library, *found);
}

void write_change(Markup& out, const Library& library, const RegisterChange& change,
                  int heading_level) {
  const Words t = out.words();
  const Date day(std::chrono::floor<std::chrono::days>(change.at));
  html::heading(out, heading_level,
                language::format_date(t.language(), day) + ": " +
                    shorten(change.after.text.in(t.language()), 90),
                fmt::format("change-{}", change.number));
  html::paragraph(out, t("Why: {0}", {change.reason}));
  if (change.before) {
    const auto fields = differences(library, *change.before, change.after, t);
    if (!fields.empty())
      html::diff(out, {.caption = t("What is different"),
                       .changes = fields,
                       .before_label = t("Before"),
                       .after_label = t("Now")});
  } else {
    html::paragraph(out, t("A new fact."));
  }
  const auto pages = used_on(library, change.after.id);
  if (pages.empty()) return;
  html::paragraph(out, t.plural("{0} page was issued again:", "{0} pages were issued again:",
                                static_cast<std::int64_t>(pages.size())));
  html::list(out, html::ListKind::kBullets, pages.size(), [&](std::size_t index) {
    html::link(out, pages[index]->title.in(t.language()), html::route("/signs") / pages[index]->id);
  });
}

void add_change_routes(http::Router& router, const Desk& desk) {
  router.get("/signs/changes", Access::anyone(),
             [desk](Request& request) { return show_changes(request, desk); });
}

}  // namespace daybreak::library::pages
