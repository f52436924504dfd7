// SPDX-License-Identifier: AGPL-3.0-or-later
// One record of an employer, found by its exact name. The name that is asked for stays out of every
// address.
#include <algorithm>

#include "base/text.hpp"
#include "commons/threat/desk/pages.hpp"
#include "language/format.hpp"

namespace daybreak::threat::desk {
namespace {

using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using language::Words;

constexpr std::string_view kPath = "/threat/employers/records";

bool may_look(const Desk& desk, const Request& request) {
  return trust::decide(visit::actor_of(request), {"read"}, employer_name_object(),
                       kAssessmentPurpose, desk.clock.now())
      .allowed;
}

std::string_view file_words(Words t, std::string_view file) {
  if (file == "whd") return t("Wage and Hour cases");
  return file == "osha" ? t("OSHA inspections") : t("Visa applications");
}

Href address_of(const RecordPlace& place) {
  return Href(kPath) / place.file / std::to_string(place.load) / std::to_string(place.line);
}

html::Page page_of(Words t, std::string_view title) {
  html::Page page{.title = title, .audience = html::Audience::kStaff};
  page.crumbs = {{std::string(t("Threat assessments")), Href("/threat")},
                 {std::string(t("Employers in the files")), Href("/threat/employers")}};
  return page;
}

void write_form(Markup& out, const Request& request, const std::string& name,
                const std::vector<html::FieldError>& errors) {
  const Words t = out.words();
  html::post_form(
      out,
      {.action = kPath, .csrf_token = visit::csrf_of(request), .label = t("Find a record")}, [&] {
        html::text_input(
            out, {.words = {.name = "name",
                            .label = t("Exact name of the firm"),
                            .hint = t("The trade name or the legal name as a file writes it, "
                                      "capitals or not. Persons' names are not stored."),
                            .error = html::error_of(errors, "name"),
                            .required = true},
                  .value = name,
                  .autocomplete = "off",
                  .max_length = 200});
        html::button(out, {.text = t("Find")});
      });
}

void write_matches(Markup& out, const RecordSearch& found) {
  const Words t = out.words();
  if (found.matches.empty())
    return html::empty_state(
        out, {.title = t("No record carries exactly this name"),
              .what_to_do = t("Write it as the file does, with \"Inc.\" or \"LLC\" where it has "
                              "them.")});
  html::table(out,
              {.caption = t.plural("{0} record of this name", "{0} records of this name",
                                   static_cast<std::int64_t>(found.matches.size())),
               .columns = {{t("File")}, {t("Place")}, {t("Date")}}},
              [&](html::Rows& rows) {
                for (const RecordMatch& one : found.matches) {
                  rows.row();
                  rows.link(t("{0}, line {1}", {file_words(t, one.place.file),
                                                std::to_string(one.place.line)}),
                            address_of(one.place));
                  rows.cell(one.town.empty() ? "–" : one.town);
                  rows.cell(one.date ? language::format_date(t.language(), *one.date) : "–");
                }
              });
  if (found.more)
    html::note(out, t("There are more; only the newest {0} are shown.",
                      {t.number(static_cast<std::int64_t>(kMostMatches))}));
}

Response search_page(const Desk& desk, const Request& request, const RecordSearch* found,
                     const std::string& name, const std::vector<html::FieldError>& errors = {}) {
  if (!may_look(desk, request))
    return desk.visits.error_page(request, http::Status::kNotFound, {});
  const Words t(visit::language_of(request));
  return desk.visits.page(
      request, page_of(t, t("A record of an employer")),
      [&](Markup& out) {
        html::error_summary(out, errors);
        html::lead(out, t("For a named employer that your work is about: what the public files say "
                          "of it, one record at a time. Each look is written into the log."));
        write_form(out, request, name, errors);
        if (found != nullptr) write_matches(out, *found);
      },
      errors.empty() ? http::Status::kOk : http::Status::kUnprocessable);
}

Response search(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  const std::string name(trim(request.form().fields.get("name").raw()));
  const auto found = desk.employers.find_records(visit::actor_of(request), name);
  if (found) return search_page(desk, request, &*found, name);
  if (found.error().kind != ErrorKind::kInvalid)
    return desk.visits.failure(request, found.error(), kPath);
  return search_page(desk, request, nullptr, name,
                     {{"name", std::string(t("Write 2 to 200 characters."))}});
}

Response record_page(const Desk& desk, const Request& request) {
  const RecordPlace place{request.parameter("file"), request.integer_parameter("load"),
                          request.integer_parameter("line")};
  const auto record = desk.employers.open_record(visit::actor_of(request), place);
  if (!record) return desk.visits.failure(request, record.error(), kPath);
  const Words t(visit::language_of(request));
  html::Page page = page_of(t, t("A record of an employer"));
  page.crumbs.push_back({std::string(t("Find a record")), Href(kPath)});
  return desk.visits.page(request, page, [&](Markup& out) {
    write_synthetic_mark(out, record->synthetic);
    html::section(out, 2, t("What the file says"), [&] {
      html::description_list(out, [&](html::Descriptions& list) {
        for (const auto& [words, value] : record->says) {
          std::string label(t(words));
          if (!label.empty() && label[0] >= 'a' && label[0] <= 'z')
            label[0] = static_cast<char>(label[0] - 32);
          list.add(label, value);
        }
      });
    });
    html::section(out, 2, t("Where it is from"), [&] {
      html::description_list(out, [&](html::Descriptions& list) {
        list.add(t("Source"), t("U.S. Department of Labor: {0}", {file_words(t, place.file)}));
        list.add(t("File"), record->file_name);
        list.add(t("Line"), t.number(place.line));
        list.add(t("As of"), record->as_of.empty() ? std::string(t("The file does not say"))
                                                   : record->as_of);
        list.add(t("Imported on"), date_words(t, record->imported));
      });
    });
    html::alert(out, {.kind = html::AlertKind::kInfo,
                      .text = t("A record of an inspection or a job order says nothing of "
                                "trafficking. This look was written into the log.")});
  });
}

}  // namespace

void add_record_routes(http::Router& router, const Desk& desk) {
  router.get(std::string(kPath), Access::signed_in(),
             [desk](Request& r) { return search_page(desk, r, nullptr, ""); },
             {.summary = "The search for a record of an employer"});
  router.post(std::string(kPath), Access::signed_in(),
              [desk](Request& r) { return search(desk, r); },
              {.summary = "Finds records of an employer by its exact name"});
  router.get("/threat/employers/records/{file}/{load:integer}/{line:integer}", Access::signed_in(),
             [desk](Request& r) { return record_page(desk, r); },
             {.summary = "One record of an employer"});
}

}  // namespace daybreak::threat::desk
