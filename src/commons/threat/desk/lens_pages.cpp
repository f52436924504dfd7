// SPDX-License-Identifier: AGPL-3.0-or-later
// Lenses: what counts in an assessment. The list, and one lens with its versions and, for analysts,
// the form that makes a next one.
#include <algorithm>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "base/unicode.hpp"
#include "commons/threat/desk/pages.hpp"

namespace daybreak::threat::desk {
namespace {

using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using language::Words;

constexpr std::string_view kPath = "/threat/lenses";

html::Page page_of(Words t, std::string_view title) {
  html::Page page{.title = title, .audience = html::Audience::kStaff, .wide = true};
  page.crumbs = {{std::string(t("Threat assessments")), Href("/threat")}};
  return page;
}

void sort_lenses(std::vector<Lens>& all, const html::Sorting& sorting, Words t) {
  std::ranges::stable_sort(all, {}, [&](const Lens& one) {
    if (sorting.key == "title") return search_key(one.title_in(t.language()));
    if (sorting.key == "code") return one.code;
    if (sorting.key == "date") return one.as_of;
    return std::string(code_of(one.program)) + " " + one.code;
  });
  if (sorting.direction == html::Direction::kDescending) std::ranges::reverse(all);
}

Result<std::vector<Lens>> shown(const Desk& desk, const Request& request,
                                const html::Sorting& sorting) {
  auto all = TRY(desk.assessments.lenses(visit::actor_of(request)));
  const std::string wanted = search_key(request.query().get("text").raw());
  std::erase_if(all, [&](const Lens& one) {
    return search_key(one.title + " " + one.title_spanish + " " + one.code).find(wanted) ==
           std::string::npos;
  });
  sort_lenses(all, sorting, Words(visit::language_of(request)));
  return all;
}

void write_table(Markup& out, const std::vector<Lens>& all, const html::Sorting& sorting) {
  const Words t = out.words();
  html::table(out,
              {.caption = t("Lenses in use"),
               .columns = {{t("What counts"), html::Align::kLeft, "title"},
                           {t("Records"), html::Align::kLeft, "records"},
                           {t("Code"), html::Align::kLeft, "code"},
                           {t("Fields")},
                           {t("Source")},
                           {t("As of"), html::Align::kLeft, "date"},
                           {t("Version"), html::Align::kRight}},
               .sorting = sorting},
              [&](html::Rows& rows) {
                for (const Lens& one : all) {
                  rows.row();
                  rows.link(one.title_in(t.language()), Href(kPath) / one.code);
                  rows.cell(program_words(one.program, t));
                  rows.cell(one.code);
                  rows.cell(one.fields);
                  rows.cell(one.source);
                  rows.cell(one.as_of);
                  rows.number(one.version);
                }
              });
}

Response list_page(const Desk& desk, const Request& request) {
  const std::string text = request.query().get("text").raw();
  const html::Sorting sorting = sorting_of(request, Href(kPath).with("text", text), "records");
  const auto all = shown(desk, request, sorting);
  if (!all) return desk.visits.failure(request, all.error(), kPath);
  const Words t(visit::language_of(request));
  return desk.visits.page(request, page_of(t, t("Lenses: what counts")), [&](Markup& out) {
    html::lead(out, t("A lens says whose records are looked at and which of them count. A report "
                      "keeps the lens that it was made with, whatever is changed later."));
    if (may(desk, request, "edit", lens_object()))
      html::paragraph(out, [&] {
        html::link_button(out, {.text = t("Make a lens"), .href = Href(kPath) / "new"});
      });
    html::get_form(out, {.action = kPath, .label = t("Filter")}, [&] {
      html::text_input(out, {.words = {.name = "text", .label = t("What counts")},
                             .value = text,
                             .width = html::FieldWidth::kLarge,
                             .max_length = 80});
      html::button(out, {.text = t("Show")});
    });
    if (all->empty())
      return html::empty_state(out, {.title = t("Nothing fits these choices"),
                                     .what_to_do = t("Try part of the name."),
                                     .action = t("Show all"),
                                     .href = kPath});
    write_table(out, *all, sorting);
    html::paragraph(out, [&] {
      html::link(out, t("This list as a table (CSV)"), Href("/threat/lenses.csv").with("text", text));
    });
  });
}

Response list_csv(const Desk& desk, const Request& request) {
  const auto all = shown(desk, request, sorting_of(request, kPath, "records"));
  if (!all) return desk.visits.failure(request, all.error(), kPath);
  std::string text;
  CsvWriter csv(text, CsvFormulas::kNeutralise);
  csv.row({"code", "version", "program", "fields", "title_en", "title_es", "source", "as_of"});
  for (const Lens& one : *all)
    csv.row(std::vector<std::string>{one.code, std::to_string(one.version),
                                     std::string(code_of(one.program)), one.fields, one.title,
                                     one.title_spanish, one.source, one.as_of});
  Response response = Response::of("text/csv; charset=utf-8", std::move(text));
  response.as_download("lenses.csv");
  return response;
}

std::string who(const Desk& desk, Words t, const std::string& member) {
  const auto id = trust::MemberId::parse(member);
  if (!id) return std::string(t("Came with the program"));
  const auto found = desk.members.find(*id);
  return found && *found ? (*found)->name : std::string(t("A former member"));
}

void write_history(Markup& out, const Desk& desk, const std::vector<LensVersion>& versions) {
  const Words t = out.words();
  html::table(out,
              {.caption = t("Every version, the newest first"),
               .columns = {{t("Version")},
                           {t("What counts")},
                           {t("Fields")},
                           {t("Source")},
                           {t("As of")},
                           {t("Changed by")},
                           {t("Changed on")}},
               .compact = true},
              [&](html::Rows& rows) {
                for (const LensVersion& one : versions) {
                  rows.row();
                  rows.cell([&] {
                    out.text(std::to_string(one.lens.version) + " ");
                    if (one.retired) html::tag(out, t("Retired"), html::TagTone::kCaution);
                  });
                  rows.cell(one.lens.title_in(t.language()));
                  rows.cell(one.lens.fields);
                  rows.cell(one.lens.source);
                  rows.cell(one.lens.as_of);
                  rows.cell(who(desk, t, one.changed_by));
                  rows.cell(one.changed_by.empty() ? "–" : date_words(t, one.changed_at));
                }
              });
}

// A text field of the form of a lens.
void write_text(Markup& out, std::string_view name, std::string_view label, std::string_view hint,
                const std::string& value, const std::vector<html::FieldError>& errors) {
  html::text_input(out, {.words = {.name = name,
                                   .label = label,
                                   .hint = hint,
                                   .error = html::error_of(errors, name),
                                   .required = true},
                         .value = value,
                         .max_length = 200});
}

void write_form(Markup& out, const Request& request, const Lens& lens, bool is_new,
                const std::vector<html::FieldError>& errors) {
  const Words t = out.words();
  std::vector<html::Option> programs;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < kPrograms; ++i) {
    const auto program = static_cast<Program>(i);
    programs.push_back({.value = std::string(code_of(program)),
                        .label = std::string(program_words(program, t)),
                        .selected = program == lens.program});
    std::vector<std::string> fields;
    for (const std::string_view field : field_names(program))
      if (!field.empty()) fields.emplace_back(field);
    names.push_back(std::string(program_words(program, t)) + ": " + join(fields, ", "));
  }
  html::post_form(
      out,
      {.action = is_new ? Href(kPath) : Href(kPath) / lens.code,
       .csrf_token = visit::csrf_of(request),
       .label = is_new ? t("Make a lens") : t("Make a next version")},
      [&] {
        html::hidden_field(out, "version", std::to_string(lens.version));
        if (is_new) {
          write_text(out, "code", t("Code"), t("Small letters, digits and _."), lens.code, errors);
          html::select(out, {.words = {.name = "program",
                                       .label = t("Whose records?"),
                                       .error = html::error_of(errors, "program"),
                                       .required = true},
                             .options = programs});
        } else {
          html::hidden_field(out, "program", code_of(lens.program));
        }
        write_text(out, "fields", t("Which of them count?"),
                   t("Fields with + between them: one is enough. With >= and a whole number where "
                     "it takes more than one, as in wages_per_worker>=1000."),
                   lens.fields, errors);
        html::list(out, html::ListKind::kBullets, names.size(),
                   [&](std::size_t i) { out.text(names[i]); });
        write_text(out, "title_en", t("What it is called in English"), "", lens.title, errors);
        write_text(out, "title_es", t("What it is called in Spanish"), "", lens.title_spanish,
                   errors);
        write_text(out, "source", t("Source"), t("The columns of the file and the law."),
                   lens.source, errors);
        html::date_picker(out, {.words = {.name = "as_of",
                                          .label = t("As of"),
                                          .hint = t("The day on which the source was looked at."),
                                          .error = html::error_of(errors, "as_of"),
                                          .required = true},
                                .value = lens.as_of});
        html::button_group(out, [&] {
          html::button(out, {.text = t("Save")});
          if (!is_new)
            html::button(out, {.text = t("Retire it"),
                               .kind = html::ButtonKind::kOutline,
                               .name = "retire",
                               .value = "yes"});
        });
      });
}

Response new_page(const Desk& desk, const Request& request, const Lens& lens,
                  const std::vector<html::FieldError>& errors) {
  if (!may(desk, request, "edit", lens_object()))
    return desk.visits.error_page(request, http::Status::kNotFound, {});
  const Words t(visit::language_of(request));
  html::Page page = page_of(t, t("Make a lens"));
  page.crumbs.push_back({std::string(t("Lenses: what counts")), Href(kPath)});
  return desk.visits.page(
      request, page,
      [&](Markup& out) {
        html::error_summary(out, errors);
        write_form(out, request, lens, true, errors);
      },
      errors.empty() ? http::Status::kOk : http::Status::kUnprocessable);
}

Response lens_page(const Desk& desk, const Request& request, const Lens* given,
                   const std::vector<html::FieldError>& errors) {
  const std::string code = request.parameter("code");
  const auto versions = desk.assessments.lens_history(visit::actor_of(request), code);
  if (!versions) return desk.visits.failure(request, versions.error(), kPath);
  const Lens& lens = given != nullptr ? *given : versions->front().lens;
  const Words t(visit::language_of(request));
  const std::string title = t("Lens: {0}", {versions->front().lens.title_in(t.language())});
  html::Page page = page_of(t, title);
  page.crumbs.push_back({std::string(t("Lenses: what counts")), Href(kPath)});
  return desk.visits.page(
      request, page,
      [&](Markup& out) {
        html::error_summary(out, errors);
        write_history(out, desk, *versions);
        if (may(desk, request, "edit", lens_object()))
          html::section(out, 2, t("Make a next version"),
                        [&] { write_form(out, request, lens, false, errors); });
      },
      errors.empty() ? http::Status::kOk : http::Status::kUnprocessable);
}

std::vector<html::FieldError> errors_of(const Error& error, Words t) {
  if (error.kind == ErrorKind::kConflict)
    return {{"", std::string(t("Someone else changed it meanwhile, or the code is taken. Look at "
                               "the newest version first."))}};
  if (error.place == "code")
    return {{"code", std::string(t("Use 1 to 40 small letters, digits and _."))}};
  if (error.place == "fields")
    return {{"fields", std::string(t("Use fields of these records, as they are written below, and "
                                     "whole numbers from 1 after >=."))}};
  if (error.place == "as_of") return {{"as_of", std::string(t("Choose a day."))}};
  return {{error.place, std::string(t("Write 1 to 200 characters."))}};
}

Response save(const Desk& desk, const Request& request, bool is_new) {
  const Words t(visit::language_of(request));
  const http::Fields& fields = request.form().fields;
  const auto text = [&](std::string_view name) {
    return std::string(trim(fields.get(name).raw()));
  };
  const Lens lens{.code = is_new ? text("code") : request.parameter("code"),
                  .version = to_integer(text("version")).value_or(0),
                  .program = program_from(text("program")).value_or(Program::kWages),
                  .fields = text("fields"),
                  .title = text("title_en"),
                  .title_spanish = text("title_es"),
                  .source = text("source"),
                  .as_of = text("as_of")};
  Result<void> done = tl::make_unexpected(Error{ErrorKind::kConflict, "is taken", "code", ""});
  const auto known = desk.assessments.lens_history(visit::actor_of(request), lens.code);
  if (!is_new || !known)
    done = desk.assessments.save_lens(visit::actor_of(request), lens,
                                      fields.get("retire").raw() == "yes");
  if (done) return visit::redirect(request, is_new ? Href(kPath) / lens.code : Href(kPath));
  if (done.error().kind != ErrorKind::kInvalid && done.error().kind != ErrorKind::kConflict)
    return desk.visits.failure(request, done.error(), kPath);
  const auto errors = errors_of(done.error(), t);
  return is_new ? new_page(desk, request, lens, errors)
                : lens_page(desk, request, &lens, errors);
}

}  // namespace

void add_lens_routes(http::Router& router, const Desk& desk) {
  const Access members = Access::signed_in();
  router.get(std::string(kPath), members, [desk](Request& r) { return list_page(desk, r); },
             {.summary = "Lenses: what counts in an assessment"});
  router.get("/threat/lenses.csv", members, [desk](Request& r) { return list_csv(desk, r); },
             {.summary = "The lenses as a table"});
  router.get("/threat/lenses/new", members,
             [desk](Request& r) { return new_page(desk, r, Lens{}, {}); },
             {.summary = "The form of a new lens"});
  router.get("/threat/lenses/{code}", members,
             [desk](Request& r) { return lens_page(desk, r, nullptr, {}); },
             {.summary = "A lens with its versions"});
  router.post(std::string(kPath), members, [desk](Request& r) { return save(desk, r, true); },
              {.summary = "Makes a lens"});
  router.post("/threat/lenses/{code}", members,
              [desk](Request& r) { return save(desk, r, false); },
              {.summary = "Makes a next version of a lens"});
}

}  // namespace daybreak::threat::desk
