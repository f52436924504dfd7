// SPDX-License-Identifier: AGPL-3.0-or-later
// Members and partners of a task force: who, for what, since when, how it goes.
#include <algorithm>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "commons/network/pages/pages.hpp"
#include "language/format.hpp"

namespace daybreak::network::pages {
namespace {

using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using http::Status;
using language::Words;

Href list_of(const Uuid& task_force) {
  return Href("/network-desk") / task_force.to_string() / "organizations";
}

struct Typed {
  Organization one;
  std::string since, until;
};

Typed typed_of(const Organization& one) { return {one, day_of(one.since), day_of(one.until)}; }

struct Shown {
  TaskForce task_force;
  std::vector<Organization> all;
  std::string kind, going;
  html::Sorting sorting;
  Href address() const { return list_of(task_force.id).with("kind", kind).with("going", going); }
};

Result<Shown> read(const Desk& desk, const Request& request) {
  const Uuid id = request.uuid_parameter("id");
  Shown shown{.task_force = TRY(desk.network.find(id)),
              .all = TRY(desk.network.organizations(id)),
              .kind = request.query().get("kind").raw(),
              .going = request.query().get("going").raw(),
              .sorting = {}};
  if (find_code(organization_kinds(), shown.kind) == nullptr) shown.kind.clear();
  if (find_code(goings(), shown.going) == nullptr) shown.going.clear();
  shown.sorting = visit::sorting_of(request, shown.address(), "name");
  std::erase_if(shown.all, [&](const Organization& one) {
    return (!shown.kind.empty() && one.kind != shown.kind) ||
           (!shown.going.empty() && one.going != shown.going);
  });
  std::ranges::stable_sort(shown.all, {}, [&](const Organization& one) {
    if (shown.sorting.key == "kind") return one.kind;
    if (shown.sorting.key == "since") return day_of(one.since);
    if (shown.sorting.key == "going") return one.going;
    return to_lower_ascii(one.name);
  });
  if (shown.sorting.direction == html::Direction::kDescending) std::ranges::reverse(shown.all);
  return shown;
}

std::string to_csv(const Shown& shown) {
  std::string text;
  CsvWriter csv(text, CsvFormulas::kNeutralise);
  csv.row({"name", "kind", "purpose", "since", "until", "going"});
  for (const Organization& one : shown.all)
    csv.row({one.name, one.kind, one.purpose, day_of(one.since), day_of(one.until), one.going});
  return text;
}

void write_filter(Markup& out, const Shown& shown) {
  const Words t = out.words();
  html::get_form(out, {.action = list_of(shown.task_force.id), .label = t("Filter")}, [&] {
    const auto kinds = options_of(organization_kinds(), t, {shown.kind});
    html::select(out, {.words = {.name = "kind", .label = t("Kind")},
                       .options = kinds,
                       .empty_choice = t("All")});
    const auto how = options_of(goings(), t, {shown.going});
    html::select(out, {.words = {.name = "going", .label = t("How it goes")},
                       .options = how,
                       .empty_choice = t("All")});
    html::button(out, {.text = t("Show"), .kind = html::ButtonKind::kOutline});
  });
}

void write_list(Markup& out, const Shown& shown) {
  const Words t = out.words();
  const auto day = [&](const std::optional<Date>& date) {
    return date ? language::format_date(t.language(), *date, language::DateStyle::kShort) : "–";
  };
  html::table(out,
              {.caption = t("Members and partners"),
               .columns = {{t("Name"), html::Align::kLeft, "name"},
                           {t("Kind"), html::Align::kLeft, "kind"},
                           {t("For what")},
                           {t("Since"), html::Align::kLeft, "since"},
                           {t("Until")},
                           {t("How it goes"), html::Align::kLeft, "going"}},
               .sorting = shown.sorting,
               .caption_hidden = true},
              [&](html::Rows& rows) {
                for (const Organization& one : shown.all) {
                  rows.row();
                  rows.link(one.name, list_of(shown.task_force.id) / one.id.to_string());
                  rows.cell(words_of(organization_kinds(), one.kind, t));
                  rows.cell(one.purpose.empty() ? "–" : one.purpose);
                  rows.cell(day(one.since));
                  rows.cell(day(one.until));
                  rows.cell(words_of(goings(), one.going, t));
                }
              });
}

Response list(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  if (!desk.network.may(visit::actor_of(request), "edit"))
    return desk.visits.refusal(request, Status::kNotFound);
  const auto shown = read(desk, request);
  if (!shown) return desk.visits.failure(request, shown.error(), "/network-desk");
  if (request.query().get("format").raw() == "csv")
    return visit::csv_download(to_csv(*shown), "members-and-partners.csv");
  html::Page page = staff_page(t, t("Members and partners"), &shown->task_force);
  page.wide = true;
  return desk.visits.page(request, page, [&](Markup& out) {
    html::button_group(out, [&] {
      html::link_button(out, {.text = t("Add a member or partner"),
                              .href = list_of(shown->task_force.id) / "new"});
    });
    write_filter(out, *shown);
    if (shown->all.empty())
      return html::empty_state(out, {.title = t("Nobody here"),
                                     .what_to_do = t("Add a member or partner, or choose all.")});
    write_list(out, *shown);
    html::link(out, t("Download as a table (CSV)"), shown->address().with("format", "csv"));
  });
}

void write_fields(Markup& out, const Desk& desk, const Typed& typed,
                  std::span<const html::FieldError> errors) {
  const Words t = out.words();
  const Organization& one = typed.one;
  html::text_input(out, {.words = {.name = "name",
                                   .label = t("Name of the organization"),
                                   .error = html::error_of(errors, "name")},
                         .value = one.name});
  const auto kinds = options_of(organization_kinds(), t, {one.kind});
  html::select(out, {.words = {.name = "kind", .label = t("Kind")}, .options = kinds});
  html::text_input(out, {.words = {.name = "purpose",
                                   .label = t("For what"),
                                   .error = html::error_of(errors, "purpose")},
                         .value = one.purpose});
  const auto how = options_of(goings(), t, {one.going});
  html::select(out, {.words = {.name = "going", .label = t("How it goes")}, .options = how});
  html::date_picker(
      out,
      {.words = {.name = "since", .label = t("Since"), .error = html::error_of(errors, "since")},
       .value = typed.since});
  html::date_picker(out, {.words = {.name = "until",
                                    .label = t("Until"),
                                    .hint = t("Empty: without an end."),
                                    .error = html::error_of(errors, "until")},
                          .value = typed.until});
  const auto accounts = desk.members.organizations();
  if (!accounts) return;
  std::vector<html::Option> options;
  for (const trust::Organization& account : *accounts)
    options.push_back({.value = account.id.to_string(),
                       .label = account.name,
                       .selected = one.account && *one.account == account.id.uuid()});
  html::select(out, {.words = {.name = "account",
                               .label = t("Its accounts on this site"),
                               .hint = t("Then its people see its actions as their own.")},
                     .options = options,
                     .empty_choice = t("None")});
}

Response form(const Desk& desk, const Request& request, const Typed& typed,
              std::span<const html::FieldError> errors = {}) {
  const Words t(visit::language_of(request));
  const Uuid task_force = request.uuid_parameter("id");
  const auto whole = desk.network.find(task_force);
  if (!desk.network.may(visit::actor_of(request), "edit") || !whole)
    return desk.visits.refusal(request, Status::kNotFound);
  const Organization& one = typed.one;
  const bool is_new = one.id.is_nil();
  const std::string_view title = is_new                   ? t("Add a member or partner")
                                 : trim(one.name).empty() ? t("Members and partners")
                                                          : std::string_view(one.name);
  html::Page page = staff_page(t, title, &*whole);
  page.crumbs.push_back({std::string(t("Members and partners")), list_of(task_force)});
  const Href here = is_new ? list_of(task_force) : list_of(task_force) / one.id.to_string();
  return desk.visits.page(
      request, page,
      [&](Markup& out) {
        html::error_summary(out, errors);
        html::post_form(out,
                        {.action = here,
                         .csrf_token = visit::csrf_of(request),
                         .label = t("Member or partner")},
                        [&] {
                          write_fields(out, desk, typed, errors);
                          html::button(out, {.text = t("Save")});
                        });
        if (is_new) return;
        html::action_button(out, {.action = here / "remove",
                                  .csrf_token = visit::csrf_of(request),
                                  .text = t("Take off: {0}", {one.name}),
                                  .kind = html::ButtonKind::kDanger,
                                  .confirm = t("Take it off, with its place in meetings?")});
      },
      errors.empty() ? Status::kOk : Status::kUnprocessable);
}

Response open(const Desk& desk, const Request& request) {
  const auto all = desk.network.organizations(request.uuid_parameter("id"));
  if (!all) return desk.visits.failure(request, all.error(), "/network-desk");
  const auto found =
      std::ranges::find(*all, request.uuid_parameter("organization"), &Organization::id);
  if (found == all->end()) return desk.visits.refusal(request, Status::kNotFound);
  return form(desk, request, typed_of(*found));
}

Response save(const Desk& desk, const Request& request, const Uuid& id) {
  const Words t(visit::language_of(request));
  const Uuid task_force = request.uuid_parameter("id");
  Typed typed{.one = {.id = id,
                      .name = visit::text_of(request, "name"),
                      .kind = visit::text_of(request, "kind"),
                      .purpose = visit::text_of(request, "purpose"),
                      .going = visit::text_of(request, "going"),
                      .since = {},
                      .until = {}},
              .since = visit::text_of(request, "since"),
              .until = visit::text_of(request, "until")};
  if (const auto account = Uuid::parse(visit::text_of(request, "account")))
    typed.one.account = *account;
  std::vector<html::FieldError> errors;
  if (!read_day(typed.since, typed.one.since))
    errors.push_back({"since", std::string(t("This is not a day."))});
  if (!read_day(typed.until, typed.one.until))
    errors.push_back({"until", std::string(t("This is not a day."))});
  if (errors.empty()) {
    const auto saved =
        desk.network.save_organization(visit::actor_of(request), task_force, typed.one);
    if (saved) return visit::redirect(request, list_of(task_force));
    if (saved.error().kind != ErrorKind::kInvalid)
      return desk.visits.failure(request, saved.error(), list_of(task_force));
    errors.push_back({saved.error().place, message_of(saved.error(), t)});
  }
  return form(desk, request, typed, errors);
}

}  // namespace

void add_organization_routes(http::Router& router, const Desk& desk) {
  router.get("/network-desk/{id:uuid}/organizations", Access::signed_in(),
             [desk](Request& request) { return list(desk, request); },
             {.summary = "Members and partners of a task force"});
  router.get("/network-desk/{id:uuid}/organizations/new", Access::signed_in(),
             [desk](Request& request) {
               return form(desk, request,
                           {.one = {.kind = "provider", .going = "new"},
                            .since = format_date(desk.network.today()),
                            .until = {}});
             },
             {.summary = "A new member or partner"});
  router.post("/network-desk/{id:uuid}/organizations", Access::signed_in(),
              [desk](Request& request) { return save(desk, request, {}); },
              {.summary = "Adds a member or partner"});
  router.get("/network-desk/{id:uuid}/organizations/{organization:uuid}", Access::signed_in(),
             [desk](Request& request) { return open(desk, request); },
             {.summary = "Changes a member or partner"});
  router.post("/network-desk/{id:uuid}/organizations/{organization:uuid}", Access::signed_in(),
              [desk](Request& request) {
                return save(desk, request, request.uuid_parameter("organization"));
              },
              {.summary = "Saves a member or partner"});
  router.post("/network-desk/{id:uuid}/organizations/{organization:uuid}/remove",
              Access::signed_in(),
              [desk](Request& request) {
                const Uuid task_force = request.uuid_parameter("id");
                const auto done = desk.network.remove_organization(
                    visit::actor_of(request), task_force, request.uuid_parameter("organization"));
                if (!done) return desk.visits.failure(request, done.error(), list_of(task_force));
                return visit::redirect(request, list_of(task_force));
              },
              {.summary = "Takes a member or partner off"});
}

}  // namespace daybreak::network::pages
