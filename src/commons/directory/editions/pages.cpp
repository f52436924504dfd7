// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/editions/pages.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "geography/geography.hpp"
#include "language/format.hpp"

namespace daybreak::directory::editions {
namespace {

using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using http::Status;
using language::Language;
using language::Words;

constexpr std::array kForms = {Form::kPrint, Form::kLargePrint, Form::kCard, Form::kHtml,
                               Form::kSnapshot};
constexpr std::size_t kMostNames = 40;

std::string_view form_words(Words t, Form form) {
  switch (form) {
    case Form::kPrint:
      return t("To print (PDF)");
    case Form::kLargePrint:
      return t("Large print (PDF)");
    case Form::kCard:
      return t("Pocket card (PDF)");
    case Form::kHtml:
      return t("To read on a screen, to save (HTML)");
    case Form::kSnapshot:
      return t("For programs (JSON)");
  }
  return t("For programs (JSON)");
}

std::string size_words(Words t, const File& file) {
  const std::string kilobytes = t("{0} KB", {t.number((file.bytes + 1023) / 1024)});
  return file.pages > 1 ? t("{0} pages", {t.number(file.pages)}) + ", " + kilobytes : kilobytes;
}

std::string_view language_words(Words t, Language language) {
  return language == Language::kSpanish ? t("Spanish") : t("English");
}

Href address_of(const Edition& edition, const File& file) {
  return Href("/guide") / edition.id.to_string() / file_name(file.form, file.language);
}

std::string date_words(Words t, Instant at) {
  return language::format_date(t.language(), Date(std::chrono::floor<std::chrono::days>(at)));
}

const Text* text_in(const Edition& edition, Language language) {
  const auto found = std::ranges::find(edition.texts, language, &Text::language);
  return found == edition.texts.end() ? nullptr : &*found;
}

void write_names(Markup& out, std::string_view title, const std::vector<std::string>& names) {
  if (names.empty()) return;
  const Words t = out.words();
  html::heading(out, 3, title);
  html::list(out, html::ListKind::kBullets, std::min(names.size(), kMostNames),
             [&](std::size_t i) { out.text(names[i]); });
  if (names.size() > kMostNames)
    html::note(out,
               t("and {0} more", {t.number(static_cast<std::int64_t>(names.size() - kMostNames))}));
}

// What a reader who has the last guide at hand wants to know.
void write_changes(Markup& out, const Text& text) {
  const Words t = out.words();
  if (text.since.empty() || text.added.size() + text.changed.size() + text.removed.size() == 0)
    return;
  const auto since = parse_date(text.since);
  const std::string title = t("What is different from the guide of {0}",
                              {since ? language::format_date(t.language(), *since) : text.since});
  html::accordion_item(out, {.title = title}, [&] {
    write_names(out, t("New"), text.added);
    write_names(out, t("Changed"), text.changed);
    write_names(out, t("Not in it"), text.removed);
  });
}

// The files of both languages, the reader's own first.
void write_files(Markup& out, const Edition& edition) {
  const Words t = out.words();
  std::array languages = {Language::kEnglish, Language::kSpanish};
  if (t.language() == Language::kSpanish) std::ranges::reverse(languages);
  html::columns(out, 2, [&](int column) {
    const Language language = languages[static_cast<std::size_t>(column)];
    html::heading(out, 3, language_words(t, language));
    std::vector<const File*> files;
    for (const Form form : kForms)
      for (const File& file : edition.files)
        if (file.form == form && file.language == language) files.push_back(&file);
    html::list(out, html::ListKind::kBullets, files.size(), [&](std::size_t i) {
      const std::string words = std::string(form_words(t, files[i]->form)) + ", " +
                                std::string(language_words(t, language));
      html::link(out, words, address_of(edition, *files[i]));
      out.text(" (" + size_words(t, *files[i]) + ")");
    });
  });
}

void write_edition(Markup& out, const Edition& edition) {
  const Words t = out.words();
  const Text* text = text_in(edition, t.language());
  if (text == nullptr || !edition.made_at) return;
  html::paragraph(out, t.plural("{0} service, as of {1}.", "{0} services, as of {1}.",
                                text->services, {date_words(t, *edition.made_at)}));
  write_files(out, edition);
  write_changes(out, *text);
  html::accordion_item(out, {.title = t("Is my copy unchanged?")}, [&] {
    html::paragraph(out,
                    t("The last page of the guide shows this fingerprint. If yours differs, it "
                      "is another edition, or somebody changed it."));
    out.element("code", {{"class", "long-code"}}, text->fingerprint);
  });
}

const Edition* newest(const std::vector<Edition>& all, Kind kind) {
  const auto found = std::ranges::find(all, kind, &Edition::kind);
  return found == all.end() ? nullptr : &*found;
}

Response guide_page(const Desk& desk, const Request& request) {
  const auto all = desk.editions.list(Editions::Which::kReady);
  if (!all) return desk.visits.failure(request, all.error(), "/guide");
  const Words t(visit::language_of(request));
  const Edition* regular = newest(*all, Kind::kRegular);
  const Edition* crisis = newest(*all, Kind::kCrisis);
  return desk.visits.page(request, {.title = t("Guide to print")}, [&](Markup& out) {
    html::lead(out,
               t("This region's services on paper: to print, to carry, to hand on. Call first; "
                 "details change."));
    if (crisis != nullptr)
      html::section(out, 2, t("For what happens now"), [&] {
        html::paragraph(out, crisis->reason);
        write_edition(out, *crisis);
      });
    if (regular != nullptr) {
      html::section(out, 2, t("The whole guide"), [&] { write_edition(out, *regular); });
    } else if (crisis == nullptr) {
      html::empty_state(out,
                        {.title = t("No guide was made yet"),
                         .what_to_do = t("The same services are under \"Find services\", where "
                                         "they are always the newest."),
                         .action = t("Find services"),
                         .href = "/services"});
    }
    if (all->size() > 1)
      html::accordion_item(out, {.title = t("Earlier editions"), .heading_level = 2}, [&] {
        for (const Edition& edition : *all) {
          if (&edition == regular || &edition == crisis || !edition.made_at) continue;
          html::heading(out, 3, t("Edition of {0}", {date_words(t, *edition.made_at)}));
          if (!edition.reason.empty()) html::paragraph(out, edition.reason);
          html::list(out, html::ListKind::kBullets, edition.files.size(), [&](std::size_t i) {
            const File& file = edition.files[i];
            html::link(out,
                       std::string(form_words(t, file.form)) + ", " +
                           std::string(language_words(t, file.language)) + ", " +
                           date_words(t, *edition.made_at),
                       address_of(edition, file));
          });
        }
      });
  });
}

Response file_answer(const Desk& desk, const Request& request) {
  const EditionId edition(request.uuid_parameter("edition"));
  const std::string& name = request.parameter("file");
  for (const Form form : kForms) {
    for (const Language language : {Language::kEnglish, Language::kSpanish}) {
      if (name != file_name(form, language)) continue;
      auto bytes = desk.editions.file(edition, language, form);
      if (!bytes) return desk.visits.failure(request, bytes.error(), "/guide");
      Response response = Response::of(name.ends_with(".pdf")    ? "application/pdf"
                                       : name.ends_with(".html") ? "text/html; charset=utf-8"
                                                                 : "application/json",
                                       std::move(*bytes));
      response.as_download(name);
      return response;
    }
  }
  return desk.visits.error_page(request, Status::kNotFound, {});
}

struct Asked {
  Wanted wanted;
  std::string services;  // as written, a line each
  std::vector<html::FieldError> errors;
};

constexpr std::size_t kLengthOfId = 36;

// The service in the address of its page, or in a line that is nothing else.
std::optional<Uuid> service_in(std::string_view line) {
  for (std::size_t at = 0; at + kLengthOfId <= line.size(); ++at)
    if (const auto id = Uuid::parse(line.substr(at, kLengthOfId))) return *id;
  return std::nullopt;
}

Asked read_form(const Request& request) {
  const http::Fields& fields = request.form().fields;
  Asked asked;
  asked.wanted.kind = fields.get("kind").raw() == "crisis" ? Kind::kCrisis : Kind::kRegular;
  asked.wanted.title = std::string(trim(fields.get("title").raw()));
  if (asked.wanted.kind == Kind::kCrisis)
    asked.wanted.reason = std::string(trim(fields.get("reason").raw()));
  for (const auto& need : fields.every("needs")) asked.wanted.selection.needs.push_back(need.raw());
  for (const auto& county : fields.every("counties"))
    if (const auto fips = to_integer(county.raw()); fips && *fips > 0)
      asked.wanted.selection.counties.push_back(static_cast<std::uint32_t>(*fips));
  asked.wanted.selection.open_24_hours = fields.has("open_24_hours");
  asked.services = std::string(trim(fields.get("services").raw()));
  for (const std::string_view line : split(asked.services, '\n')) {
    if (trim(line).empty()) continue;
    // A line without an address stands as a service that is not there, and is named by its number.
    asked.wanted.selection.services.push_back(service_in(line).value_or(Uuid()));
  }
  return asked;
}

void write_form(Markup& out, const Desk& desk, const Request& request, const Asked& asked) {
  const Words t = out.words();
  const Wanted& wanted = asked.wanted;
  const bool crisis = wanted.kind == Kind::kCrisis;
  const std::vector<html::Option> kinds = {
      {"regular", std::string(t("The regular guide")),
       std::string(t("Replaces the one that is public now.")), !crisis},
      {"crisis", std::string(t("A crisis edition")),
       std::string(t("Selected services for what happens now, above the regular guide.")), crisis}};
  std::vector<html::Option> needs, counties;
  for (const search::Need& need : desk.needs.all())
    if (need.parent.empty())
      needs.push_back(
          {.value = need.code,
           .label = t.language() == Language::kSpanish ? need.label_spanish : need.label_english,
           .selected = std::ranges::find(wanted.selection.needs, need.code) !=
                       wanted.selection.needs.end()});
  for (const std::uint32_t fips : desk.counties())
    if (const geography::County* county = geography::find_county(geography::CountyFips(fips)))
      counties.push_back({.value = std::to_string(fips),
                          .label = std::string(county->name) + ", " + std::string(county->state),
                          .selected = std::ranges::find(wanted.selection.counties, fips) !=
                                      wanted.selection.counties.end()});
  html::post_form(
      out,
      {.action = "/directory/guide",
       .csrf_token = visit::csrf_of(request),
       .guard_changes = true,
       .label = t("Make an edition")},
      [&] {
        html::radios(
            out,
            {.words = {.name = "kind", .label = t("What kind?")}, .options = kinds, .tiles = true});
        html::text_input(out, {.words = {.name = "title",
                                         .label = t("Title"),
                                         .hint = t("Left out: \"Resource guide\"."),
                                         .error = html::error_of(asked.errors, "title")},
                               .value = wanted.title,
                               .max_length = 120});
        html::text_input(
            out, {.words = {.name = "reason",
                            .label = t("What happened, and what is the edition for?"),
                            .hint = t("For a crisis edition: one sentence. Everyone reads it."),
                            .error = html::error_of(asked.errors, "reason")},
                  .value = wanted.reason,
                  .max_length = 300});
        html::checkboxes(out, {.words = {.name = "needs",
                                         .label = t("Only these needs"),
                                         .hint = t("Nothing chosen: all.")},
                               .options = needs,
                               .in_columns = true});
        if (!counties.empty())
          html::checkboxes(out, {.words = {.name = "counties",
                                           .label = t("Only these counties"),
                                           .hint = t("Services that reach further stay in it.")},
                                 .options = counties,
                                 .in_columns = true});
        html::text_area(
            out, {.words = {.name = "services",
                            .label = t("Only these services"),
                            .hint = t("The address of each service's page, one on a line. Left "
                                      "empty: all that fit the choices above."),
                            .error = html::error_of(asked.errors, "services")},
                  .value = asked.services,
                  .rows = 4});
        html::checkbox(
            out, {.words = {.name = "open_24_hours", .label = t("Only what is open day and night")},
                  .checked = wanted.selection.open_24_hours});
        html::button(out, {.text = t("Make the edition")});
      });
}

void write_editions(Markup& out, const Request& request, const std::vector<Edition>& all) {
  const Words t = out.words();
  if (all.empty()) return;
  const Edition* regular = newest(all, Kind::kRegular);
  html::table(
      out,
      {.caption = t("Editions"),
       .columns = {{t("Asked for")},
                   {t("Kind")},
                   {t("State")},
                   {t("Services"), html::Align::kRight},
                   {t("Fingerprint")},
                   {t("Withdraw")}}},
      [&](html::Rows& rows) {
        for (const Edition& edition : all) {
          const Text* text = text_in(edition, Language::kEnglish);
          rows.row();
          rows.cell(date_words(t, edition.asked_at));
          rows.cell([&] {
            out.text(edition.kind == Kind::kCrisis ? t("Crisis edition") : t("Regular guide"));
            if (!edition.reason.empty()) html::note(out, edition.reason);
          });
          rows.cell(edition.made_at ? t("Public") : t("Being made"));
          rows.cell(text == nullptr ? "–" : t.number(text->services));
          rows.cell(text == nullptr ? "–" : text->fingerprint.substr(0, 12));
          if (&edition == regular) {
            rows.cell("–");
          } else {
            rows.cell([&] {
              html::action_button(
                  out, {.action = Href("/directory/guide") / edition.id.to_string() / "withdraw",
                        .csrf_token = visit::csrf_of(request),
                        .text = t("Withdraw"),
                        .kind = html::ButtonKind::kOutline});
            });
          }
        }
      });
}

constexpr trust::Object kGuide{.type = "directory_guide",
                               .owner = {},
                               .audience = trust::Audience::kPublic,
                               .partners = {},
                               .subject = {}};

Response desk_page(const Desk& desk, const Request& request, const Asked& asked) {
  if (const auto allowed =
          desk.gatekeeper.require(visit::actor_of(request), {"create"}, kGuide, {});
      !allowed)
    return desk.visits.failure(request, allowed.error(), "/directory/guide");
  const auto all = desk.editions.list(Editions::Which::kAll);
  if (!all) return desk.visits.failure(request, all.error(), "/directory/guide");
  const Words t(visit::language_of(request));
  return desk.visits.page(
      request, {.title = t("Make a guide"), .audience = html::Audience::kStaff, .wide = true},
      [&](Markup& out) {
        html::error_summary(out, asked.errors);
        html::paragraph(out,
                        t("An edition is made once, in English and Spanish, from what the public "
                          "may see now. It takes a minute; then it stands under \"Guide\"."));
        write_editions(out, request, *all);
        html::section(out, 2, t("Make an edition"), [&] { write_form(out, desk, request, asked); });
      },
      asked.errors.empty() ? Status::kOk : Status::kUnprocessable);
}

Response make(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  Asked asked = read_form(request);
  const auto made = desk.editions.ask_for(visit::actor_of(request), asked.wanted);
  if (made) return visit::redirect(request, "/directory/guide");
  if (made.error().kind != ErrorKind::kInvalid)
    return desk.visits.failure(request, made.error(), "/directory/guide");
  if (made.error().place == "field reason")
    asked.errors.push_back(
        {"reason", std::string(t("A crisis edition says why, in at most 300 characters."))});
  else if (made.error().place.starts_with("service "))
    asked.errors.push_back(
        {"services", t("Number {0} of the list is no address of a service that the public may see. "
                       "Open the service under \"Find services\" and copy the address of its page.",
                       {made.error().place.substr(8)})});
  else if (made.error().place == "field services")
    asked.errors.push_back({"services", std::string(t("Name at most 500 services."))});
  else
    asked.errors.push_back({"title", std::string(t("Choose needs from the list, and a title of at "
                                                   "most 120 characters."))});
  return desk_page(desk, request, asked);
}

Response withdraw(const Desk& desk, const Request& request) {
  const auto done = desk.editions.withdraw(visit::actor_of(request),
                                           EditionId(request.uuid_parameter("edition")));
  if (!done) return desk.visits.failure(request, done.error(), "/directory/guide");
  return visit::redirect(request, "/directory/guide");
}

}  // namespace

void add_routes(http::Router& router, const Desk& desk) {
  router.get("/guide", Access::anyone(), [desk](Request& r) { return guide_page(desk, r); },
             {.summary = "The guide to print"});
  router.get("/guide/{edition:uuid}/{file}", Access::anyone(),
             [desk](Request& r) { return file_answer(desk, r); },
             {.summary = "One file of an edition"});
  router.get("/directory/guide", Access::signed_in(),
             [desk](Request& r) { return desk_page(desk, r, {}); },
             {.summary = "Editions of the guide"});
  router.post("/directory/guide", Access::signed_in(), [desk](Request& r) { return make(desk, r); },
              {.summary = "Makes an edition"});
  router.post("/directory/guide/{edition:uuid}/withdraw", Access::signed_in(),
              [desk](Request& r) { return withdraw(desk, r); },
              {.summary = "Withdraws an edition"});
  desk.visits.add_menu_item(
      {language::to_translate("Guide"), "/guide", visit::ShownTo::kEveryone, 15});
}

}  // namespace daybreak::directory::editions
