// SPDX-License-Identifier: AGPL-3.0-or-later
// Editing a record by groups of fields, and making a new one. When somebody changed the record
// meanwhile, what does not clash is joined; what clashes is shown three ways.
#include <algorithm>
#include <ranges>

#include "base/text.hpp"
#include "commons/directory/desk/form.hpp"
#include "commons/directory/desk/parts.hpp"

namespace daybreak::directory::desk {
namespace {

using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using language::Words;

constexpr std::size_t kBodyLimit = 1 << 20;

FormNeeds needs_of(const Office& office) {
  FormNeeds needs{.needs = office.needs, .clock = office.clock, .random = office.random};
  if (auto organizations = office.members.organizations())
    for (trust::Organization& one : *organizations)
      if (one.active) needs.partners.push_back(std::move(one));
  return needs;
}

struct Shown {
  const Group& group;
  const Seen& seen;
  Json body;
  std::vector<html::FieldError> errors;
  std::vector<Clash> clashes;
};

void write_clashes(Markup& out, const Shown& shown) {
  const Words t = out.words();
  if (shown.clashes.empty()) return;
  html::alert(out, {.kind = html::AlertKind::kWarning,
                    .text = t("Someone changed the same fields while you wrote. Your text stands "
                              "in the form below; compare, change it if needed, and save again."),
                    .announce = true});
  write_three_ways(out, shown.seen.entity, t("Changed by two"), t("When you began"), t("You wrote"),
                   shown.clashes);
}

Response form_page(const Office& office, const Request& request, const Shown& shown,
                   http::Status status) {
  const Words t(visit::language_of(request));
  const Href record = address_of(shown.seen.entity, shown.seen.id);
  const FormNeeds needs = needs_of(office);
  const std::string title = title_of(t, shown.seen.entity, shown.seen.body);
  return staff_page(
      office, request, t(shown.group.title), {{title, record}},
      [&](Markup& out) {
        html::error_summary(out, shown.errors);
        write_clashes(out, shown);
        html::post_form(out,
                        {.action = record / "edit" / shown.group.code,
                         .csrf_token = visit::csrf_of(request),
                         .guard_changes = true,
                         .label = t(shown.group.title)},
                        [&] {
                          html::hidden_field(out, "revision", std::to_string(shown.seen.revision));
                          write_group(out, shown.group, shown.seen.entity, shown.body, needs,
                                      shown.errors);
                          html::button(out, {.text = t("Save")});
                        });
        html::paragraph(out, [&] { html::link(out, t("Back without saving"), record); });
      },
      status);
}

// The body as it stood at a revision, by what is known to have changed since.
Result<Json> body_at(const Office& office, const Seen& seen, std::int64_t revision) {
  Json body = seen.body;
  std::vector<store::Change> history = TRY(history_of(office, seen));
  for (const store::Change& change : std::views::reverse(history)) {
    if (change.revision <= revision) break;
    for (const FieldChange& one : change.changes)
      TRY(apply_change(body, {one.path, one.after, one.before}));
  }
  return body;
}

struct Target {
  Entity entity;
  Uuid id;
  const Group* group;
};

std::optional<Target> target_of(const Request& request) {
  const auto entity = entity_in(request);
  const Group* group = entity ? find_group(*entity, request.parameter("group")) : nullptr;
  if (group == nullptr) return std::nullopt;
  return Target{*entity, request.uuid_parameter("id"), group};
}

// Who may see a record is changed only after a fresh confirmation; better asked before the form is
// filled in than after.
bool wants_confirmation(const Office& office, const trust::Actor& actor, const Seen& seen,
                        const Group& group) {
  if (group.code != "visibility") return false;
  const Subject subject("directory_record", seen.entity, seen.body);
  return trust::decide(actor, {"set_audience"}, subject.object(), {}, office.clock.now())
      .confirmation_would_help;
}

Response edit_form(const Office& office, Request& request) {
  const auto target = target_of(request);
  if (!target) return office.visits.error_page(request, http::Status::kNotFound, "");
  const trust::Actor actor = visit::actor_of(request);
  const auto seen = see(office, actor, target->entity, target->id);
  if (!seen) return refuse(office, request, seen.error(), "/directory");
  if (seen->removed || !may(office, actor, "edit", *seen))
    return office.visits.error_page(request, http::Status::kNotFound, "");
  const Href here = address_of(target->entity, target->id) / "edit" / target->group->code;
  if (wants_confirmation(office, actor, *seen, *target->group))
    return visit::redirect(request, Href("/confirm").with("return", here.view()));
  return form_page(office, request, {*target->group, *seen, seen->body, {}, {}}, http::Status::kOk);
}

Response save(const Office& office, Request& request) {
  const Words t(visit::language_of(request));
  const auto target = target_of(request);
  const http::Fields& form = request.form().fields;
  const auto revision = to_integer(said(form, "revision"));
  if (!target || !revision) return office.visits.error_page(request, http::Status::kNotFound, "");
  const trust::Actor actor = visit::actor_of(request);
  const auto seen = see(office, actor, target->entity, target->id);
  if (!seen) return refuse(office, request, seen.error(), "/directory");
  const Group& group = *target->group;
  const FormNeeds needs = needs_of(office);
  const Href record = address_of(target->entity, target->id);

  auto base = body_at(office, *seen, *revision);
  if (!base) return refuse(office, request, base.error(), record);
  Shown shown{group, *seen, *base, {}, {}};
  shown.errors = read_group(form, group, target->entity, t, needs, shown.body);
  if (!shown.errors.empty()) return form_page(office, request, shown, http::Status::kUnprocessable);
  Merged merged = merge(*base, seen->body, shown.body);
  if (!merged.conflicts.empty()) {
    for (const FieldChange& one : merged.conflicts) {
      shown.clashes.push_back({one.path, at_path(*base, one.path), one.before, one.after});
      if (const auto put = apply_change(merged.value, one); !put)
        return refuse(office, request, put.error(), record);
    }
    shown.body = std::move(merged.value);
    return form_page(office, request, shown, http::Status::kConflict);
  }
  const auto changes = differences(seen->body, merged.value);
  const auto done = change(office, actor,
                           {.entity = target->entity,
                            .id = target->id,
                            .revision = seen->revision,
                            .action = "edit",
                            .make = [&](Json& body) -> Result<void> {
                              for (const FieldChange& one : changes) TRY(apply_change(body, one));
                              return {};
                            }});
  if (!done && done.error().kind == ErrorKind::kInvalid) {
    shown.errors.push_back({"", done.error().describe()});
    return form_page(office, request, shown, http::Status::kUnprocessable);
  }
  if (!done) return refuse(office, request, done.error(), record / "edit" / group.code);
  return visit::redirect(request, record);
}

Response new_form(const Office& office, const Request& request, Entity entity,
                  const std::string& of, std::span<const html::FieldError> errors) {
  const Words t(visit::language_of(request));
  const Href action = Href("/directory/new") / info(entity).name;
  return staff_page(
      office, request,
      entity == Entity::kService        ? t("New service")
      : entity == Entity::kOrganization ? t("New organization")
                                        : t("New place"),
      {},
      [&](Markup& out) {
        html::error_summary(out, errors);
        html::paragraph(out, t("It begins hidden from the public: only the task force sees it. "
                               "Fill in the rest on its page, then open it."));
        html::post_form(
            out,
            {.action = action, .csrf_token = visit::csrf_of(request), .label = t("New record")},
            [&] {
              html::hidden_field(out, "of", of);
              html::text_input(out, {.words = {.name = "name",
                                               .label = t("Name"),
                                               .error = html::error_of(errors, "name"),
                                               .required = true},
                                     .autocomplete = "off",
                                     .max_length = 1000});
              html::button(out, {.text = t("Make it")});
            });
      },
      errors.empty() ? http::Status::kOk : http::Status::kUnprocessable);
}

Response make_form(const Office& office, Request& request) {
  const auto entity = entity_in(request);
  if (!entity || *entity == Entity::kServiceAtLocation)
    return office.visits.error_page(request, http::Status::kNotFound, "");
  return new_form(office, request, *entity, request.query().get("of").raw(), {});
}

// A new record, kept among the task force until somebody opens it; a location comes with its place
// at the service it was made for.
Response make(const Office& office, Request& request) {
  const Words t(visit::language_of(request));
  const auto entity = entity_in(request);
  if (!entity || *entity == Entity::kServiceAtLocation)
    return office.visits.error_page(request, http::Status::kNotFound, "");
  const trust::Actor actor = visit::actor_of(request);
  const http::Fields& form = request.form().fields;
  const std::string name = said(form, "name"), of = said(form, "of");
  if (name.empty()) {
    const std::vector<html::FieldError> errors = {{"name", std::string(t("Give it a name."))}};
    return new_form(office, request, *entity, of, errors);
  }
  const auto parent = Uuid::parse(of);
  if (parent) {
    const Entity above = *entity == Entity::kService ? Entity::kOrganization : Entity::kService;
    if (const auto seen = see(office, actor, above, *parent); !seen)
      return refuse(office, request, seen.error(), "/directory");
  }
  const Uuid id = Uuid::generate(office.clock, office.random);
  const Wish wish{.entity = *entity,
                  .id = id,
                  .revision = 0,
                  .action = "create",
                  .make = [&](Json& body) -> Result<void> {
                    body.set("name", name);
                    body.set("visibility", "task_force");
                    if (*entity == Entity::kService && parent)
                      body.set("organization_id", parent->to_string());
                    return {};
                  }};
  const Wish place{.entity = Entity::kServiceAtLocation,
                   .id = Uuid::generate(office.clock, office.random),
                   .revision = 0,
                   .action = "create",
                   .make = [&](Json& body) -> Result<void> {
                     body.set("service_id", parent->to_string());
                     body.set("location_id", id.to_string());
                     return {};
                   }};
  const auto done = office.directory.database().write([&](db::Connection& c) -> Result<void> {
    TRY(change_in(c, office, actor, wish));
    if (*entity == Entity::kLocation && parent) TRY(change_in(c, office, actor, place));
    return {};
  });
  if (!done) return refuse(office, request, done.error(), "/directory");
  return visit::redirect(request, address_of(*entity, id));
}

}  // namespace

void add_edit_routes(http::Router& router, const Office& office) {
  const std::string edit = "/directory/records/{entity}/{id:uuid}/edit/{group}";
  router.get(edit, Access::signed_in(), for_keepers(office, edit_form),
             {.summary = "The form for a group of fields"});
  router.post(edit, Access::signed_in(), for_keepers(office, save),
              {.body_limit = kBodyLimit, .summary = "Saves a group of fields"});
  router.get("/directory/new/{entity}", Access::signed_in(), for_keepers(office, make_form),
             {.summary = "The form for a new record"});
  router.post("/directory/new/{entity}", Access::signed_in(), for_keepers(office, make),
              {.summary = "Makes a record"});
}

}  // namespace daybreak::directory::desk
