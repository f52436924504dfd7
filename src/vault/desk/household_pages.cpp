// SPDX-License-Identifier: AGPL-3.0-or-later
// Family members served: added, changed, removed.
#include "base/text.hpp"
#include "vault/desk/file_parts.hpp"

namespace daybreak::vault::desk {
namespace {

using clients::ClientId;
using clients::Clients;
using clients::Relative;
using clients::RelativeId;
using html::Href;
using html::Markup;
using http::Request;
using http::Response;
using language::Words;

Href household_address(ClientId id) { return file_address(id) / "household"; }

std::string age_words(Words t, const Relative& relative) {
  return relative.age_group.empty() ? std::string("–")
                                    : code_words(t, "age_group", relative.age_group);
}

void write_relative_form(Markup& out, const Request& request, const Href& action,
                         const Relative* relative) {
  const Words t = out.words();
  html::post_form(
      out, {.action = action, .csrf_token = visit::csrf_of(request), .label = t("Family member")},
      [&] {
        html::select(out, {.words = {.name = "relation", .label = t("Relation"), .required = true},
                           .options = options_of(t, "relation",
                                                 relative == nullptr ? "" : relative->relation)});
        html::select(out, {.words = {.name = "age_group", .label = t("Age group")},
                           .options = options_of(t, "age_group",
                                                 relative == nullptr ? "" : relative->age_group),
                           .empty_choice = t("Not asked")});
        html::text_input(
            out,
            {.words = {.name = "name",
                       .label = t("Name"),
                       .hint = t("Only when the work needs it. It is sealed like every name.")},
             .value = relative == nullptr ? std::string_view()
                                          : std::string_view(relative->name.reveal()),
             .autocomplete = "off"});
        html::button(out, {.text = relative == nullptr ? t("Add to the household") : t("Save")});
      });
}

Response household_page(const Desk& desk, const Request& request) {
  return with_work(desk, request, [&](const Work& work) {
    const Words t(visit::language_of(request));
    const ClientId id(request.uuid_parameter("id"));
    const auto file = Clients(work).read(id);
    if (!file) return desk.visits.failure(request, file.error(), household_address(id));
    return file_subpage(desk, request, work, id, t("Household and family"), [&](Markup& out) {
      html::lead(out, t("Who is served with this person. Each one counts once, apart from the "
                        "person of this file."));
      if (!file->relatives.empty())
        html::table(out,
                    {.caption = t("Household and family"),
                     .columns = {{t("Relation")}, {t("Age group")}, {t("Name")}, {t("Change")}},
                     .caption_hidden = true},
                    [&](html::Rows& rows) {
                      for (const Relative& one : file->relatives) {
                        rows.row();
                        rows.cell(code_words(t, "relation", one.relation));
                        rows.cell(age_words(t, one));
                        rows.cell(one.name.reveal().empty() ? "–" : one.name.reveal());
                        rows.link(t("Change or remove"),
                                  household_address(id) / one.id.to_string());
                      }
                    });
      html::heading(out, 2, t("Add a family member"));
      write_relative_form(out, request, household_address(id), nullptr);
    });
  });
}

Response relative_page(const Desk& desk, const Request& request) {
  return with_work(desk, request, [&](const Work& work) {
    const Words t(visit::language_of(request));
    const ClientId id(request.uuid_parameter("id"));
    const RelativeId which(request.uuid_parameter("relative"));
    const auto file = Clients(work).read(id);
    if (!file) return desk.visits.failure(request, file.error(), household_address(id));
    for (const Relative& one : file->relatives) {
      if (one.id != which) continue;
      const Href here = household_address(id) / which.to_string();
      return file_subpage(desk, request, work, id, t("Family member"), [&](Markup& out) {
        write_relative_form(out, request, here, &one);
        html::heading(out, 2, t("Remove"));
        html::paragraph(out, t("The name is deleted. Services that were written for this family "
                               "member stay counted."));
        html::action_button(out, {.action = here / "remove",
                                  .csrf_token = visit::csrf_of(request),
                                  .text = t("Remove from the household"),
                                  .kind = html::ButtonKind::kDanger,
                                  .confirm = t("Remove this family member?")});
      });
    }
    return desk.visits.refusal(request, http::Status::kNotFound);
  });
}

struct Typed {
  std::string relation, age_group;
  Secret<std::string> name;
};
Typed typed_in(const Request& request) {
  const auto& fields = request.form().fields;
  return {fields.get("relation").raw(), fields.get("age_group").raw(),
          Secret<std::string>(fields.get("name").raw())};
}

}  // namespace

void write_household(Markup& out, const OpenFile& open) {
  const Words t = out.words();
  if (open.file.relatives.empty())
    html::note(out, t("Nobody else is written down."));
  else
    html::list(out, html::ListKind::kBullets, open.file.relatives.size(), [&](std::size_t i) {
      const Relative& one = open.file.relatives[i];
      std::string line = code_words(t, "relation", one.relation) + ", " + age_words(t, one);
      if (!one.name.reveal().empty()) line += ": " + one.name.reveal();
      out.text(line);
    });
  html::button_group(out, [&] {
    html::link_button(out, {.text = t("Household and family"),
                            .href = household_address(open.id()),
                            .kind = html::ButtonKind::kOutline});
  });
}

void add_household_routes(http::Router& router, const Desk& desk) {
  constexpr auto kSignedIn = &http::Access::signed_in;
  router.get("/vault/clients/{id:uuid}/household", kSignedIn(),
             [desk](Request& request) { return household_page(desk, request); });
  router.get("/vault/clients/{id:uuid}/household/{relative:uuid}", kSignedIn(),
             [desk](Request& request) { return relative_page(desk, request); });
  post_to_file(router, desk, "/vault/clients/{id:uuid}/household", "household",
               [](const Work& work, const Request& request, ClientId id) -> Result<void> {
                 const Typed typed = typed_in(request);
                 TRY(Clients(work).add_relative(id, typed.relation, typed.age_group, typed.name));
                 return {};
               });
  post_to_file(router, desk, "/vault/clients/{id:uuid}/household/{relative:uuid}", "household",
               [](const Work& work, const Request& request, ClientId id) {
                 const Typed typed = typed_in(request);
                 return Clients(work).edit_relative(id,
                                                    RelativeId(request.uuid_parameter("relative")),
                                                    typed.relation, typed.age_group, typed.name);
               });
  post_to_file(router, desk, "/vault/clients/{id:uuid}/household/{relative:uuid}/remove",
               "household", [](const Work& work, const Request& request, ClientId id) {
                 return Clients(work).remove_relative(
                     id, RelativeId(request.uuid_parameter("relative")));
               });
}

}  // namespace daybreak::vault::desk
