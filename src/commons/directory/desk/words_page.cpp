// SPDX-License-Identifier: AGPL-3.0-or-later
// The words of the search: groups of words that mean the same, which people here add to those that
// come with the need tree. The search uses them at once.
#include <algorithm>

#include "base/text.hpp"
#include "commons/directory/desk/form.hpp"
#include "commons/directory/desk/parts.hpp"
#include "commons/directory/desk/store.hpp"

namespace daybreak::directory::desk {
namespace {

using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using language::Words;

constexpr std::size_t kMostWords = 30, kLongestWord = 80;

std::vector<std::string> words_in(std::string_view text) {
  std::vector<std::string> words;
  for (const std::string_view part : split(text, ',')) {
    std::string word = shorten(trim(part), kLongestWord);
    if (!word.empty() && words.size() < kMostWords && std::ranges::find(words, word) == words.end())
      words.push_back(std::move(word));
  }
  return words;
}

void write_groups(Markup& out, const Request& request,
                  const std::vector<papers::SynonymGroup>& groups) {
  const Words t = out.words();
  if (groups.empty()) {
    html::empty_state(
        out, {.title = t("No words yet"), .what_to_do = t("Add what people call things here.")});
    return;
  }
  html::table(out,
              {.caption = t("Words that mean the same"),
               .columns = {{t("Words")}, {t("Changed on")}, {t("Remove")}}},
              [&](html::Rows& rows) {
                for (const papers::SynonymGroup& group : groups) {
                  const std::string words = join(group.words, ", ");
                  rows.row();
                  rows.cell(words);
                  rows.cell(date_words(t, group.modified));
                  rows.cell([&] {
                    html::action_button(out, {.action = "/directory/words/remove",
                                              .csrf_token = visit::csrf_of(request),
                                              .text = t("Remove: {0}", {words}),
                                              .kind = html::ButtonKind::kUnstyled,
                                              .name = "id",
                                              .value = group.id.to_string()});
                  });
                }
              });
}

Response words_page(const Office& office, const Request& request,
                    std::span<const html::FieldError> errors) {
  const Words t(visit::language_of(request));
  const auto groups =
      office.directory.database().read([](db::Connection& c) { return papers::synonyms(c); });
  if (!groups) return refuse(office, request, groups.error(), "/directory");
  const bool spanish = t.language() == language::Language::kSpanish;
  return staff_page(
      office, request, t("Words of the search"), {},
      [&](Markup& out) {
        html::error_summary(out, errors);
        html::paragraph(out, t("Words of one line mean the same to the search, at once. A name of "
                               "a need in a line leads to that need."));
        const std::string typed = said(request.form().fields, "words");
        html::post_form(out,
                        {.action = "/directory/words",
                         .csrf_token = visit::csrf_of(request),
                         .label = t("Words that mean the same")},
                        [&] {
                          html::text_input(
                              out, {.words = {.name = "words",
                                              .label = t("Words that mean the same"),
                                              .hint = t("With commas, for example: crash pad, "
                                                        "safe bed tonight"),
                                              .error = html::error_of(errors, "words")},
                                    .value = typed,
                                    .autocomplete = "off",
                                    .max_length = 2000});
                          html::button(out, {.text = t("Add them")});
                        });
        write_groups(out, request, *groups);
        html::accordion_item(out, {.title = t("Names of needs"), .heading_level = 2}, [&] {
          const auto& all = office.needs.all();
          html::list(out, html::ListKind::kBullets, all.size(), [&](std::size_t i) {
            out.text(spanish ? all[i].label_spanish : all[i].label_english);
          });
        });
      },
      errors.empty() ? http::Status::kOk : http::Status::kUnprocessable);
}

// One change of the words, with its line in the audit log; then the search uses them.
Result<void> change_words(const Office& office, const trust::Actor& actor, std::string_view what,
                          const Uuid& id,
                          const std::function<Result<void>(db::Connection&)>& change) {
  TRY(office.directory.database().write([&](db::Connection& c) -> Result<void> {
    TRY(change(c));
    return trust::append_audit(c, actor,
                               {.action = "directory_words.edit",
                                .object_type = "directory_words",
                                .object = id.to_string(),
                                .detail = std::string(what)},
                               office.clock.now());
  }));
  if (office.use_words) office.use_words();
  return {};
}

Response show(const Office& office, Request& request) {
  if (const auto allowed = permit(office, visit::actor_of(request), "directory_words", "edit");
      !allowed)
    return refuse(office, request, allowed.error(), "/directory");
  return words_page(office, request, {});
}

Response add(const Office& office, Request& request) {
  const Words t(visit::language_of(request));
  const trust::Actor actor = visit::actor_of(request);
  if (const auto allowed = permit(office, actor, "directory_words", "edit"); !allowed)
    return refuse(office, request, allowed.error(), "/directory");
  papers::SynonymGroup group{.id = Uuid::generate(office.clock, office.random),
                             .words = words_in(said(request.form().fields, "words")),
                             .modified = office.clock.now()};
  if (group.words.size() < 2) {
    const std::vector<html::FieldError> errors = {
        {"words", std::string(t("Give at least two words or phrases, with commas."))}};
    return words_page(office, request, errors);
  }
  const auto done = change_words(office, actor, "add", group.id,
                                 [&](db::Connection& c) { return papers::put_synonyms(c, group); });
  if (!done) return refuse(office, request, done.error(), "/directory/words");
  return visit::redirect(request, "/directory/words");
}

Response remove(const Office& office, Request& request) {
  const trust::Actor actor = visit::actor_of(request);
  if (const auto allowed = permit(office, actor, "directory_words", "edit"); !allowed)
    return refuse(office, request, allowed.error(), "/directory");
  const auto id = Uuid::parse(said(request.form().fields, "id"));
  if (!id) return office.visits.error_page(request, http::Status::kNotFound, "");
  const auto done = change_words(office, actor, "remove", *id, [&](db::Connection& c) {
    return papers::remove_synonyms(c, *id);
  });
  if (!done) return refuse(office, request, done.error(), "/directory/words");
  return visit::redirect(request, "/directory/words");
}

}  // namespace

Result<std::vector<std::vector<std::string>>> words_of_search(Directory& directory) {
  std::vector<std::vector<std::string>> groups;
  for (papers::SynonymGroup& group :
       TRY(directory.database().read([](db::Connection& c) { return papers::synonyms(c); })))
    groups.push_back(std::move(group.words));
  return groups;
}

void add_words_routes(http::Router& router, const Office& office) {
  router.get("/directory/words", Access::signed_in(), for_keepers(office, show),
             {.summary = "The words of the search"});
  router.post("/directory/words", Access::signed_in(), for_keepers(office, add),
              {.summary = "Adds words that mean the same"});
  router.post("/directory/words/remove", Access::signed_in(), for_keepers(office, remove),
              {.summary = "Removes words that mean the same"});
}

}  // namespace daybreak::directory::desk
