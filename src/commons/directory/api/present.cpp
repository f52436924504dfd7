// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/api/present.hpp"

#include <algorithm>
#include <unordered_map>

namespace daybreak::directory::api {
namespace {

using Bodies = std::unordered_map<Uuid, Json>;

std::optional<Uuid> link(const Json& body, std::string_view field) {
  const auto id = Uuid::parse(text_of(body, field));
  return id ? std::optional(*id) : std::nullopt;
}

// No null, no empty text, no empty list or object: what is not known is left out.
bool is_nothing(const Json& value) {
  return value.is_null() || (value.if_string() && value.if_string()->empty()) ||
         ((value.is_array() || value.is_object()) && value.size() == 0);
}
void prune(Json& value) {
  if (JsonArray* items = value.if_array()) {
    std::ranges::for_each(*items, prune);
    std::erase_if(*items, is_nothing);
  } else if (JsonObject* members = value.if_object()) {
    for (JsonMember& member : *members) prune(member.value);
    std::erase_if(*members, [](const JsonMember& member) { return is_nothing(member.value); });
  }
}

// The fields of a record itself, without the lists of what belongs to it.
Json short_form(const Json& body) {
  Json out = Json::object();
  if (const JsonObject* members = body.if_object())
    for (const JsonMember& member : *members)
      if (!member.value.is_array() && !member.value.is_object()) out.set(member.key, member.value);
  return out;
}

void set_modified(Json& service, Instant modified) {
  if (text_of(service, "last_modified").empty())
    service.set("last_modified", format_instant(modified));
}

Result<Bodies> visible(Catalogue& catalogue, std::vector<Uuid> ids) {
  std::ranges::sort(ids);
  ids.erase(std::ranges::unique(ids).begin(), ids.end());
  return catalogue.directory().database().read([&](db::Connection& c) -> Result<Bodies> {
    Bodies bodies;
    for (store::Stored& stored : TRY(store::load(c, ids))) {
      const Uuid id = stored.record.id;
      if (auto published = for_audience(std::move(stored.record), catalogue.audience()))
        bodies.emplace(id, std::move(*published).take());
    }
    return bodies;
  });
}

// Terms and units that are named by id only, put where HSDS nests them.
void collect_links(const Json& value, std::vector<Uuid>& ids) {
  if (const JsonArray* items = value.if_array())
    for (const Json& item : *items) collect_links(item, ids);
  if (const JsonObject* members = value.if_object())
    for (const JsonMember& member : *members) {
      if (member.key == "taxonomy_term_id" || member.key == "unit_id" ||
          member.key == "taxonomy_id") {
        if (const auto id = link(value, member.key)) ids.push_back(*id);
      } else {
        collect_links(member.value, ids);
      }
    }
}
void nest_links(Json& value, const Bodies& linked) {
  if (JsonArray* items = value.if_array())
    for (Json& item : *items) nest_links(item, linked);
  if (!value.is_object()) return;
  const std::pair<std::string_view, std::string_view> kNested[] = {
      {"taxonomy_term_id", "taxonomy_term"},
      {"unit_id", "unit"},
      {"taxonomy_id", "taxonomy_detail"}};
  for (const auto& [field, name] : kNested) {
    const auto id = link(value, field);
    const auto found = id ? linked.find(*id) : linked.end();
    if (found != linked.end() && !value.find(name)) value.set(name, found->second);
  }
  for (JsonMember& member : *value.if_object()) nest_links(member.value, linked);
}
Result<void> nest_all(Catalogue& catalogue, std::vector<Json>& values) {
  for (int depth = 0; depth < 2; ++depth) {  // a term's taxonomy is known once the term is there
    std::vector<Uuid> ids;
    for (const Json& value : values) collect_links(value, ids);
    if (ids.empty()) return {};
    const Bodies linked = TRY(visible(catalogue, std::move(ids)));
    for (Json& value : values) nest_links(value, linked);
  }
  return {};
}

Result<std::vector<Json>> plain(Catalogue& catalogue, std::span<const Uuid> ids) {
  Bodies bodies = TRY(visible(catalogue, {ids.begin(), ids.end()}));
  std::vector<Json> values;
  for (const Uuid& id : ids)
    if (const auto found = bodies.find(id); found != bodies.end()) {
      values.push_back(found->second);
      prune(values.back());
    }
  return values;
}

}  // namespace

Result<std::vector<Json>> services(Catalogue& catalogue, std::span<const Uuid> ids, Form form) {
  std::vector<Json> values;
  for (const Bundle& bundle : TRY(catalogue.directory().bundles(ids, catalogue.audience()))) {
    values.push_back(form == Form::kFull ? nested(bundle) : short_form(bundle.service.body()));
    set_modified(values.back(), bundle.modified);
  }
  if (form == Form::kFull) TRY(nest_all(catalogue, values));
  std::ranges::for_each(values, prune);
  return values;
}

Result<std::vector<Json>> places(Catalogue& catalogue, std::span<const Uuid> ids, Form form) {
  const auto listing = TRY(catalogue.listing());
  std::vector<Uuid> service_ids;
  for (const Uuid& id : ids)
    if (const Listing::Place* place = listing->find_place(id))
      service_ids.push_back(place->service);
  std::ranges::sort(service_ids);
  service_ids.erase(std::ranges::unique(service_ids).begin(), service_ids.end());

  std::unordered_map<Uuid, Json> by_id;
  for (const Bundle& bundle :
       TRY(catalogue.directory().bundles(service_ids, catalogue.audience()))) {
    Json service = short_form(bundle.service.body());
    set_modified(service, bundle.modified);
    for (const Bundle::Place& place : bundle.places) {
      if (std::ranges::find(ids, place.place.id()) == ids.end()) continue;
      Json value = form == Form::kFull ? place.place.body() : short_form(place.place.body());
      if (place.location)
        value.set("location", form == Form::kFull ? place.location->body()
                                                  : short_form(place.location->body()));
      value.set("service", service);
      if (form == Form::kFull) {
        // The official description of this path names the schema of a service, which demands these
        // two; the schema of a service at a location allows them.
        value.set("name", text_of(service, "name"));
        value.set("status", text_of(service, "status"));
      }
      by_id.emplace(place.place.id(), std::move(value));
    }
  }
  std::vector<Json> values;
  for (const Uuid& id : ids)
    if (const auto found = by_id.find(id); found != by_id.end())
      values.push_back(std::move(found->second));
  if (form == Form::kFull) TRY(nest_all(catalogue, values));
  std::ranges::for_each(values, prune);
  return values;
}

Result<std::vector<Json>> organizations(Catalogue& catalogue, std::span<const Uuid> ids, Form form,
                                        Services services_form) {
  Bodies bodies = TRY(visible(catalogue, {ids.begin(), ids.end()}));
  std::unordered_map<Uuid, std::vector<Uuid>> services_of;
  const auto listing = TRY(catalogue.listing());
  if (form == Form::kFull)
    for (const Listing::Service& service : listing->services)
      if (bodies.contains(service.organization))
        services_of[service.organization].push_back(service.id);

  std::vector<Json> values;
  for (const Uuid& id : ids) {
    const auto found = bodies.find(id);
    if (found == bodies.end()) continue;
    Json value = form == Form::kFull ? found->second : short_form(found->second);
    if (form == Form::kFull) {
      Json list = Json::array();
      for (Json& service :
           TRY(services(catalogue, services_of[id],
                        services_form == Services::kFull ? Form::kFull : Form::kShort)))
        list.append(std::move(service));
      value.set("services", std::move(list));
    }
    values.push_back(std::move(value));
  }
  if (form == Form::kFull) TRY(nest_all(catalogue, values));
  std::ranges::for_each(values, prune);
  return values;
}

Result<std::vector<Json>> terms(Catalogue& catalogue, std::span<const Uuid> ids) {
  std::vector<Json> values = TRY(plain(catalogue, ids));
  TRY(nest_all(catalogue, values));
  return values;
}

Result<std::vector<Json>> taxonomies(Catalogue& catalogue, std::span<const Uuid> ids) {
  return plain(catalogue, ids);
}

}  // namespace daybreak::directory::api
