// SPDX-License-Identifier: AGPL-3.0-or-later
// Organisations: who is in the task force, who is a partner.
#include <algorithm>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "base/unicode.hpp"
#include "web/administration.hpp"

namespace daybreak::web {
namespace {

using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using http::Status;
using language::Words;
using trust::Organization;

constexpr std::string_view kPath = "/administration/organizations";

bool may(const Administration& deps, const Request& request, std::string_view action,
         trust::OrganizationId owner = {}) {
  return trust::decide(visit::actor_of(request), {action}, {.type = "organization", .owner = owner},
                       {}, deps.clock.now())
      .allowed;
}

// Those that the one who asks may see, filtered and sorted as the address says.
Result<std::vector<Organization>> shown(const Administration& deps, const Request& request,
                                        const html::Sorting& sorting) {
  std::vector<Organization> all = TRY(deps.members.organizations());
  const std::string wanted = search_key(request.query().get("text").raw());
  const std::string kind = request.query().get("kind").raw();
  std::erase_if(all, [&](const Organization& one) {
    return !may(deps, request, "list", one.id) || (!kind.empty() && code_of(one.kind) != kind) ||
           (!wanted.empty() && search_key(one.name).find(wanted) == std::string::npos);
  });
  const auto key = [&](const Organization& one) {
    const Words t(visit::language_of(request));
    if (sorting.key == "kind") return search_key(kind_words(t, one.kind));
    if (sorting.key == "standing") return std::string(code_of(one.standing));
    return search_key(one.name);
  };
  std::ranges::stable_sort(all, {}, key);
  if (sorting.direction == html::Direction::kDescending) std::ranges::reverse(all);
  return all;
}

std::vector<html::Option> kind_options(Words t, std::string_view chosen) {
  std::vector<html::Option> options;
  for (std::size_t i = 0; i < trust::kOrganizationKinds; ++i) {
    const auto kind = static_cast<trust::OrganizationKind>(i);
    options.push_back({.value = std::string(code_of(kind)),
                       .label = std::string(kind_words(t, kind)),
                       .selected = code_of(kind) == chosen});
  }
  return options;
}

void write_filter(Markup& out, const Request& request) {
  const Words t = out.words();
  const std::string text = request.query().get("text").raw();
  const auto kinds = kind_options(t, request.query().get("kind").raw());
  html::get_form(out, {.action = kPath, .label = t("Filter")}, [&] {
    html::text_input(out, {.words = {.name = "text", .label = t("Name")},
                           .value = text,
                           .width = html::FieldWidth::kLarge,
                           .max_length = 100});
    html::select(out, {.words = {.name = "kind", .label = t("Kind")},
                       .options = kinds,
                       .empty_choice = t("Any kind")});
    html::button(out, {.text = t("Show")});
  });
}

Response list_page(const Administration& deps, const Request& request) {
  const Words t(visit::language_of(request));
  const Href base = Href(kPath)
                        .with("text", request.query().get("text").raw())
                        .with("kind", request.query().get("kind").raw());
  const html::Sorting sorting = sorting_of(request, base, "name");
  const auto all = shown(deps, request, sorting);
  if (!all) return deps.visits.error_page(request, Status::kUnavailable, {});
  if (all->empty() && !may(deps, request, "list", visit::actor_of(request).organization))
    return deps.visits.error_page(request, Status::kNotFound, {});
  return administration_page(deps, request, t("Organizations"), kPath, [&](Markup& out) {
    if (may(deps, request, "create"))
      html::button_group(out, [&] {
        html::link_button(out, {.text = t("Add an organization"), .href = Href(kPath) / "new"});
      });
    write_filter(out, request);
    if (all->empty()) {
      html::empty_state(out, {.title = t("Nothing fits these choices"),
                              .what_to_do = t("Try part of the name, or any kind."),
                              .action = t("Show everything"),
                              .href = kPath});
      return;
    }
    html::table(out,
                {.caption = t.plural("{0} organization", "{0} organizations",
                                     static_cast<std::int64_t>(all->size())),
                 .columns = {{t("Name"), html::Align::kLeft, "name"},
                             {t("Kind"), html::Align::kLeft, "kind"},
                             {t("Standing"), html::Align::kLeft, "standing"},
                             {t("State")}},
                 .sorting = sorting},
                [&](html::Rows& rows) {
                  for (const Organization& one : *all) {
                    rows.row();
                    if (may(deps, request, "edit", one.id))
                      rows.link(one.name, Href(kPath) / one.id.to_string());
                    else
                      rows.cell(one.name);
                    rows.cell(kind_words(t, one.kind));
                    rows.cell(standing_words(t, one.standing));
                    rows.cell(one.active ? t("Active") : t("Ended"));
                  }
                });
    html::paragraph(out, [&] {
      html::link(out, t("Download as a table (CSV)"),
                 Href("/administration/organizations.csv")
                     .with("text", request.query().get("text").raw())
                     .with("kind", request.query().get("kind").raw()));
    });
  });
}

Response list_csv(const Administration& deps, const Request& request) {
  const auto all = shown(deps, request, sorting_of(request, kPath, "name"));
  if (!all || all->empty()) return deps.visits.error_page(request, Status::kNotFound, {});
  std::string text;
  CsvWriter csv(text, CsvFormulas::kNeutralise);
  csv.row({"id", "name", "kind", "standing", "active"});
  for (const Organization& one : *all)
    csv.row({one.id.to_string(), one.name, code_of(one.kind), code_of(one.standing),
             one.active ? "yes" : "no"});
  Response response = Response::of("text/csv; charset=utf-8", std::move(text));
  response.as_download("organizations.csv");
  return response;
}

// The form of a new organisation, or of one that is there.
Response form_page(const Administration& deps, const Request& request,
                   const Organization& organization, const std::optional<Error>& error) {
  const Words t(visit::language_of(request));
  const bool is_new = organization.id.is_nil();
  std::vector<html::FieldError> errors;
  if (error && error->kind == ErrorKind::kInvalid)
    errors.push_back({"name", std::string(t("Give its name, in at most 200 characters."))});
  if (error && error->kind == ErrorKind::kConflict)
    errors.push_back({"", std::string(t("The last administrator belongs to this organization. Make "
                                        "someone elsewhere administrator first."))});
  const auto kinds = kind_options(t, code_of(organization.kind));
  const std::vector<html::Option> standings = {
      {"task_force", std::string(t("Member of the task force")),
       std::string(t("Sees what the task force keeps among its members.")),
       organization.standing == trust::Standing::kTaskForce},
      {"partner", std::string(t("Partner")),
       std::string(t("Sees what the public sees, and what "
                     "names it.")),
       organization.standing == trust::Standing::kPartner}};
  const std::string title(is_new ? t("Add an organization") : t("Change an organization"));
  return administration_page(
      deps, request, title, {},
      [&](Markup& out) {
        html::error_summary(out, errors);
        html::post_form(
            out,
            {.action = Href(kPath) / (is_new ? "new" : organization.id.to_string()),
             .csrf_token = visit::csrf_of(request),
             .guard_changes = true,
             .label = title},
            [&] {
              html::text_input(out, {.words = {.name = "name",
                                               .label = t("Name"),
                                               .error = html::error_of(errors, "name"),
                                               .required = true},
                                     .value = organization.name,
                                     .autocomplete = "off",
                                     .max_length = 200});
              html::select(out, {.words = {.name = "kind", .label = t("Kind"), .required = true},
                                 .options = kinds});
              html::radios(out, {.words = {.name = "standing", .label = t("Standing")},
                                 .options = standings,
                                 .tiles = true});
              if (!is_new)
                html::checkbox(out, {.words = {.name = "active",
                                               .label = t("Active"),
                                               .hint = t("Without this its members cannot sign "
                                                         "in.")},
                                     .checked = organization.active});
              html::button(out, {.text = is_new ? t("Add") : t("Save")});
            });
      },
      error ? Status::kUnprocessable : Status::kOk);
}

Organization read_form(const Request& request, Organization organization) {
  const http::Fields& fields = request.form().fields;
  organization.name = fields.get("name").raw();
  organization.kind = trust::organization_kind_from(fields.get("kind").raw())
                          .value_or(trust::OrganizationKind::kOther);
  organization.standing =
      trust::standing_from(fields.get("standing").raw()).value_or(trust::Standing::kPartner);
  return organization;
}

Response new_page(const Administration& deps, const Request& request) {
  if (!may(deps, request, "create")) return deps.visits.error_page(request, Status::kNotFound, {});
  if (request.method() != http::Method::kPost)
    return form_page(deps, request, {.standing = trust::Standing::kPartner}, std::nullopt);
  const Organization wanted = read_form(request, {});
  const auto added = deps.members.add_organization(visit::actor_of(request), wanted);
  if (added) return visit::redirect(request, kPath);
  if (added.error().kind == ErrorKind::kInvalid)
    return form_page(deps, request, wanted, added.error());
  return deps.visits.failure(request, added.error(), Href(kPath) / "new");
}

Response edit_page(const Administration& deps, const Request& request) {
  const trust::OrganizationId id(request.uuid_parameter("id"));
  const auto found = deps.members.find_organization(id);
  if (!found || !*found || !may(deps, request, "edit", id))
    return deps.visits.error_page(request, Status::kNotFound, {});
  if (request.method() != http::Method::kPost)
    return form_page(deps, request, **found, std::nullopt);
  Organization wanted = read_form(request, **found);
  wanted.active = request.form().fields.has("active");
  const auto done = deps.members.change_organization(visit::actor_of(request), wanted);
  if (done) return visit::redirect(request, kPath);
  if (done.error().kind == ErrorKind::kInvalid || done.error().kind == ErrorKind::kConflict)
    return form_page(deps, request, wanted, done.error());
  return deps.visits.failure(request, done.error(), Href(kPath) / id.to_string());
}

}  // namespace

void add_organization_routes(http::Router& router, const Administration& deps) {
  const auto member = Access::signed_in();
  router.get(std::string(kPath), member, [deps](Request& r) { return list_page(deps, r); },
             {.summary = "Organizations"});
  router.get("/administration/organizations.csv", member,
             [deps](Request& r) { return list_csv(deps, r); },
             {.summary = "Organizations as a table"});
  router.get("/administration/organizations/new", member,
             [deps](Request& r) { return new_page(deps, r); }, {.summary = "Adds an organization"});
  router.post("/administration/organizations/new", member,
              [deps](Request& r) { return new_page(deps, r); },
              {.summary = "Adds an organization"});
  router.get("/administration/organizations/{id:uuid}", member,
             [deps](Request& r) { return edit_page(deps, r); },
             {.summary = "Changes an organization"});
  router.post("/administration/organizations/{id:uuid}", member,
              [deps](Request& r) { return edit_page(deps, r); },
              {.summary = "Changes an organization"});
}

}  // namespace daybreak::web
