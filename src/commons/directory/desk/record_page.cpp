// SPDX-License-Identifier: AGPL-3.0-or-later
// One record: what stands there by groups of fields, who may see it, when which group was checked;
// checking a group; archiving and taking back.
#include <algorithm>

#include "base/text.hpp"
#include "commons/directory/check.hpp"
#include "commons/directory/desk/form.hpp"
#include "commons/directory/desk/parts.hpp"
#include "commons/directory/eligibility.hpp"

namespace daybreak::directory::desk {
namespace {

using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using language::MessageId;
using language::to_translate;
using language::Words;

struct Way {
  std::string_view code;
  MessageId words;
};
constexpr Way kWays[] = {{"phone", to_translate("by telephone")},
                         {"email", to_translate("by e-mail")},
                         {"website", to_translate("on their website")},
                         {"visit", to_translate("on a visit")},
                         {"provider", to_translate("they told us")}};

// Groups that are checked with the provider; who may see a record is nobody's news.
bool is_checked(const Group& group) {
  return group.code != "visibility" && group.code != "capacity";
}

const Json* member_of(const Json& body, std::initializer_list<std::string_view> path) {
  const Json* at = &body;
  for (const std::string_view name : path) at = at ? at->find(name) : nullptr;
  return at;
}

std::string field_text(Words t, const FormField& field, const Json& body) {
  if (field.input == Input::kSpanish) {
    const Json* value = member_of(body, {"translations", "es", field.name});
    return value ? value_words(t, *value) : std::string();
  }
  const Json* value = body.find(field.name);
  if (value == nullptr) return {};
  if (field.input == Input::kRule) return describe_rule(*value, t);
  if (field.input == Input::kVisibility) return {};
  if (field.input == Input::kSuitability) {
    std::string text;
    for (const SuitabilityWord& word : suitability_words())
      if (const Json* flag = value->find(word.code); flag && flag->if_bool() && *flag->if_bool())
        text += (text.empty() ? "" : "; ") + std::string(t(word.label));
    return text;
  }
  return value_words(t, *value);
}

// Entries of a list stand one below the other, each with who may see it where that is not everyone.
void write_value(Markup& out, const FormField& field, const Json& body, const Office& office) {
  const Words t = out.words();
  const Json* value = body.find(field.name);
  const JsonArray* items = value ? value->if_array() : nullptr;
  const bool is_list = items && (field.input == Input::kPhones || field.input == Input::kHours ||
                                 field.input == Input::kAddresses);
  if (field.input == Input::kNeeds && items) {
    const bool spanish = t.language() == language::Language::kSpanish;
    std::string text;
    for (const Json& item : *items) {
      const search::Need* need = item.if_string() ? office.needs.find(*item.if_string()) : nullptr;
      if (need)
        text += (text.empty() ? "" : "; ") + (spanish ? need->label_spanish : need->label_english);
    }
    out.text(text);
    return;
  }
  if (!is_list) {
    out.text(field_text(t, field, body));
    return;
  }
  html::list(out, html::ListKind::kPlain, items->size(), [&](std::size_t i) {
    Json shown = (*items)[i];
    shown.erase("visibility");
    shown.erase("partners");
    out.text(value_words(t, shown));
    if (!text_of((*items)[i], "visibility").empty()) {
      out.text(" ");
      html::tag(out, visibility_words(t, (*items)[i]), html::TagTone::kInfo);
    }
  });
}

std::string check_words(const Office& office, Words t, const Json& check) {
  const std::string date = date_words(t, text_of(check, "date"));
  const std::string who = who_words(office, t, text_of(check, "by"));
  const auto way = std::ranges::find(kWays, text_of(check, "how"), &Way::code);
  if (way == std::end(kWays)) return t("Checked on {0} by {1}", {date, who});
  return t("Checked on {0} by {1}, {2}", {date, who, t(way->words)});
}

void write_check(Markup& out, const Office& office, const Request& request, const Seen& seen,
                 std::string_view code, bool editable) {
  const Words t = out.words();
  const Json* check = member_of(seen.body, {"verifications", code});
  html::note(out, check ? check_words(office, t, *check) : std::string(t("Not checked yet")));
  if (!editable) return;
  const std::string name = "how-" + std::string(code);
  std::vector<html::Option> ways;
  for (const Way& way : kWays) ways.push_back({std::string(way.code), std::string(t(way.words))});
  html::post_form(out,
                  {.action = address_of(seen.entity, seen.id) / "verify",
                   .csrf_token = visit::csrf_of(request),
                   .label = t("Check: {0}", {code})},
                  [&] {
                    html::hidden_field(out, "group", code);
                    html::select(out, {.words = {.name = name, .label = t("I checked it today")},
                                       .options = ways});
                    html::button(out, {.text = t("Checked"), .kind = html::ButtonKind::kOutline});
                  });
}

void write_group_view(Markup& out, const Office& office, const Request& request, const Seen& seen,
                      const Group& group, bool editable, bool may_verify) {
  const Words t = out.words();
  html::section(out, 2, t(group.title), [&] {
    if (group.code == "visibility") {
      html::paragraph(out, visibility_words(t, seen.body));
    } else {
      bool any = false;
      html::description_list(out, [&](html::Descriptions& list) {
        for (const FormField& field : group.fields) {
          const Json* value = seen.body.find(field.name);
          const bool is_list = value && value->is_array() && value->size() > 0;
          if (!is_list && field_text(t, field, seen.body).empty()) continue;
          any = true;
          list.add(t(field.label), [&] {
            if (field.input == Input::kSpanish)
              out.text(field_text(t, field, seen.body));
            else
              write_value(out, field, seen.body, office);
          });
        }
        if (!any) list.add(t("Nothing said"), t("Ask the provider and fill it in."));
      });
    }
    if (editable)
      html::paragraph(out, [&] {
        html::link(out, t("Edit: {0}", {t(group.title)}),
                   address_of(seen.entity, seen.id) / "edit" / group.code);
      });
    if (seen.entity == Entity::kService && is_checked(group))
      write_check(out, office, request, seen, group.code, may_verify);
  });
}

// What hangs together with this record: the organisation and places of a service, the services of
// an organisation.
struct Related {
  std::optional<Published> organization;
  std::vector<Published> services;
  struct Place {
    Published place;
    std::optional<Published> location;
    bool hidden = false;  // others see a public point; this member is not cleared for more
  };
  std::vector<Place> places;
};

Result<Related> related_to(const Office& office, const trust::Actor& actor, const Seen& seen) {
  Related related;
  const Instant now = office.clock.now();
  const auto published = [&](store::Stored stored) {
    const Subject subject("directory_record", stored.record.entity, stored.record.body);
    return for_audience(std::move(stored.record), sight_of(actor, subject, now));
  };
  TRY(office.directory.database().read([&](db::Connection& c) -> Result<void> {
    if (const auto owner = Uuid::parse(text_of(seen.body, "organization_id")))
      for (store::Stored& one : TRY(store::load(c, std::span(&*owner, 1))))
        if (one.record.entity == Entity::kOrganization) related.organization = published(one);
    if (seen.entity == Entity::kOrganization)
      for (store::Stored& one : TRY(store::load_by_organization(c, std::span(&seen.id, 1))))
        if (one.record.entity == Entity::kService)
          if (auto service = published(std::move(one))) related.services.push_back(*service);
    if (seen.entity != Entity::kService) return {};
    for (store::Stored& one : TRY(store::load_by_service(c, std::span(&seen.id, 1)))) {
      if (one.record.entity != Entity::kServiceAtLocation) continue;
      const auto at = Uuid::parse(text_of(one.record.body, "location_id"));
      std::vector<store::Stored> found =
          at ? TRY(store::load(c, std::span(&*at, 1))) : std::vector<store::Stored>();
      std::erase_if(found, [](const auto& s) { return s.record.entity != Entity::kLocation; });
      const Json* location = found.empty() ? nullptr : &found.front().record.body;
      const Subject subject("directory_record", one.record.entity, one.record.body, location);
      auto place = for_audience(std::move(one.record), location, sight_of(actor, subject, now));
      if (!place) continue;
      const bool hidden = location && !sight_of(actor, subject, now).sees(*location);
      related.places.push_back(
          {std::move(*place),
           found.empty() ? std::optional<Published>() : published(std::move(found.front())),
           hidden});
    }
    return {};
  }));
  return related;
}

void write_place(Markup& out, const Related::Place& place) {
  const Words t = out.words();
  if (!place.location) return;
  const Json& location = place.location->body();
  if (place.hidden) {
    out.text(t("A private place: only those cleared see it."));
    return;
  }
  html::link(out, title_of(t, Entity::kLocation, location),
             address_of(Entity::kLocation, place.location->id()));
  out.text(" · ");
  html::link(out, t("Hours and telephones there"),
             address_of(Entity::kServiceAtLocation, place.place.id()));
}

void write_related(Markup& out, const Office& office, const Request& request, const Seen& seen,
                   const Related& related, bool may_verify) {
  const Words t = out.words();
  if (related.organization)
    html::section(out, 2, t("Offered by"), [&] {
      html::link(out, title_of(t, Entity::kOrganization, related.organization->body()),
                 address_of(Entity::kOrganization, related.organization->id()));
    });
  if (seen.entity == Entity::kService)
    html::section(out, 2, t("Where"), [&] {
      if (related.places.empty()) html::paragraph(out, t("No place is known."));
      html::list(out, html::ListKind::kPlain, related.places.size(),
                 [&](std::size_t i) { write_place(out, related.places[i]); });
      html::link(out, t("Add a place"),
                 Href("/directory/new/location").with("of", seen.id.to_string()));
      write_check(out, office, request, seen, "location", may_verify);
    });
  if (seen.entity == Entity::kOrganization)
    html::section(out, 2, t("Services"), [&] {
      html::list(out, html::ListKind::kBullets, related.services.size(), [&](std::size_t i) {
        html::link(out, title_of(t, Entity::kService, related.services[i].body()),
                   address_of(Entity::kService, related.services[i].id()));
      });
      html::link(out, t("Add a service"),
                 Href("/directory/new/service").with("of", seen.id.to_string()));
    });
}

void write_state(Markup& out, const Office& office, const Seen& seen) {
  const Words t = out.words();
  html::paragraph(out, [&] {
    html::tag(out, entity_words(t, seen.entity));
    html::tag(out, visibility_words(t, seen.body), html::TagTone::kInfo);
    if (seen.entity == Entity::kService && is_overdue(seen.body, office.clock.now()))
      html::tag(out, t("Overdue for a check"), html::TagTone::kCaution);
  });
  if (seen.removed)
    html::alert(out, {.kind = html::AlertKind::kWarning,
                      .text = t("This record is archived: nobody finds it but here.")});
}

Response record_page(const Office& office, Request& request) {
  const Words t(visit::language_of(request));
  const trust::Actor actor = visit::actor_of(request);
  const auto entity = entity_in(request);
  if (!entity) return office.visits.error_page(request, http::Status::kNotFound, "");
  const auto seen = see(office, actor, *entity, request.uuid_parameter("id"));
  if (!seen) return refuse(office, request, seen.error(), "/directory");
  const auto related = related_to(office, actor, *seen);
  if (!related) return refuse(office, request, related.error(), "/directory");
  const bool editable = !seen->removed && may(office, actor, "edit", *seen);
  const bool may_verify = !seen->removed && may(office, actor, "verify", *seen);
  const Href here = address_of(seen->entity, seen->id);
  return staff_page(office, request, title_of(t, *entity, seen->body), {}, [&](Markup& out) {
    const std::vector<html::Tab> tabs = {{std::string(t("Record")), here, true},
                                         {std::string(t("History")), here / "history"}};
    html::tabs(out, t("This record"), tabs);
    write_state(out, office, *seen);
    write_related(out, office, request, *seen, *related, may_verify);
    for (const Group& group : groups_of(*entity))
      write_group_view(out, office, request, *seen, group, editable, may_verify);
    html::section(out, 2, t("The whole record"), [&] {
      if (*entity == Entity::kService && !seen->removed)
        write_check(out, office, request, *seen, "all", may_verify);
      if (*entity == Entity::kService && !seen->removed)
        html::paragraph(out, [&] {
          html::link(out, t("As others see it"), Href("/services") / seen->id.to_string());
        });
      if (may(office, actor, "delete", *seen))
        html::action_button(out, {.action = here / (seen->removed ? "restore" : "archive"),
                                  .csrf_token = visit::csrf_of(request),
                                  .text = seen->removed ? t("Take back") : t("Archive"),
                                  .kind = html::ButtonKind::kOutline,
                                  .name = "revision",
                                  .value = std::to_string(seen->revision)});
    });
  });
}

// Marks a group as checked today; when every group was checked, the record is as fresh as the
// oldest of them.
Response verify(const Office& office, Request& request) {
  const auto entity = entity_in(request);
  const std::string group = said(request.form().fields, "group");
  const std::string how = said(request.form().fields, "how-" + group);
  const bool known = group == "all" || group == "location" || find_group(Entity::kService, group);
  if (entity != Entity::kService || !known ||
      std::ranges::find(kWays, std::string_view(how), &Way::code) == std::end(kWays))
    return office.visits.error_page(request, http::Status::kNotFound, "");
  const trust::Actor actor = visit::actor_of(request);
  const Uuid id = request.uuid_parameter("id");
  const std::string today = format_instant(office.clock.now()).substr(0, 10);
  const auto done = change(
      office, actor,
      {.entity = *entity, .id = id, .action = "verify", .make = [&](Json& body) -> Result<void> {
         Json checks = body.find("verifications") ? *body.find("verifications") : Json::object();
         const Json check = Json::object({{"date", today}, {"by", who_of(actor)}, {"how", how}});
         std::vector<std::string_view> all = {"location"};
         for (const Group& one : groups_of(Entity::kService))
           if (is_checked(one)) all.push_back(one.code);
         if (group != "all") checks.set(group, check);
         if (group == "all")
           for (const std::string_view code : all) checks.set(code, check);
         std::string oldest = today;
         for (const std::string_view code : all) {
           const Json* one = checks.find(code);
           oldest = std::min(oldest, std::string(one ? text_of(*one, "date") : std::string_view()));
         }
         if (group == "all") checks.set("all", check);
         if (!oldest.empty() && oldest > text_of(body, "assured_date").substr(0, 10))
           body.set("assured_date", oldest);
         body.set("verifications", std::move(checks));
         return {};
       }});
  if (!done) return refuse(office, request, done.error(), address_of(*entity, id));
  return visit::redirect(request, address_of(*entity, id));
}

Response set_removed(const Office& office, Request& request, bool removed) {
  const auto entity = entity_in(request);
  const auto revision = to_integer(said(request.form().fields, "revision"));
  if (!entity || !revision) return office.visits.error_page(request, http::Status::kNotFound, "");
  const Uuid id = request.uuid_parameter("id");
  const auto done = change(office, visit::actor_of(request),
                           {.entity = *entity,
                            .id = id,
                            .revision = *revision,
                            .action = removed ? "archive" : "take_back",
                            .removed = removed});
  if (!done) return refuse(office, request, done.error(), address_of(*entity, id));
  return visit::redirect(request, address_of(*entity, id));
}

Response archive(const Office& office, Request& request) {
  return set_removed(office, request, true);
}
Response take_back(const Office& office, Request& request) {
  return set_removed(office, request, false);
}

}  // namespace

void add_record_routes(http::Router& router, const Office& office) {
  const std::string record = "/directory/records/{entity}/{id:uuid}";
  router.get(record, Access::signed_in(), for_keepers(office, record_page),
             {.summary = "One record, for those who keep the directory"});
  router.post(record + "/verify", Access::signed_in(), for_keepers(office, verify),
              {.summary = "Marks a group of fields as checked today"});
  router.post(record + "/archive", Access::signed_in(), for_keepers(office, archive),
              {.summary = "Archives a record"});
  router.post(record + "/restore", Access::signed_in(), for_keepers(office, take_back),
              {.summary = "Takes an archived record back"});
}

}  // namespace daybreak::directory::desk
