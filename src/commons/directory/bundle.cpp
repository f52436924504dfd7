// SPDX-License-Identifier: AGPL-3.0-or-later
// Loading services with all that belongs to them, and nesting them as HSDS does.
#include <algorithm>
#include <map>

#include "commons/directory/eligibility.hpp"
#include "commons/directory/service.hpp"

namespace daybreak::directory {
namespace {

using store::Stored;
using ById = std::unordered_map<Uuid, Stored>;

void add_link(const Json& body, std::string_view field, std::vector<Uuid>& ids) {
  if (const auto id = Uuid::parse(text_of(body, field))) ids.push_back(*id);
}

Result<ById> load_all(db::Connection& c, std::vector<Uuid> ids) {
  std::ranges::sort(ids);
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  ById found;
  for (Stored& stored : TRY(store::load(c, ids)))
    found.emplace(stored.record.id, std::move(stored));
  return found;
}

const Stored* find(const ById& records, const Json& body, std::string_view field) {
  const auto id = Uuid::parse(text_of(body, field));
  if (!id) return nullptr;
  const auto found = records.find(*id);
  return found == records.end() ? nullptr : &found->second;
}

std::optional<Published> published(const Stored* stored, const Audience& audience) {
  return stored ? for_audience(stored->record, audience) : std::nullopt;
}

Result<std::vector<Bundle>> make_bundles(db::Connection& c, std::vector<Stored> services,
                                         const Audience& audience) {
  std::vector<Uuid> ids, links;
  for (const Stored& service : services) {
    ids.push_back(service.record.id);
    add_link(service.record.body, "organization_id", links);
    add_link(service.record.body, "program_id", links);
  }
  std::map<std::string, std::vector<Stored>, std::less<>> places;
  for (Stored& place : TRY(store::load_by_service(c, ids))) {
    if (place.record.entity != Entity::kServiceAtLocation) continue;
    add_link(place.record.body, "location_id", links);
    places[std::string(text_of(place.record.body, "service_id"))].push_back(std::move(place));
  }
  const ById others = TRY(load_all(c, std::move(links)));

  std::vector<Bundle> bundles;
  for (Stored& service : services) {
    const Stored* organization = find(others, service.record.body, "organization_id");
    const Stored* program = find(others, service.record.body, "program_id");
    // A service of an organisation that the audience may not know of is not known either.
    if (organization && !audience.sees(organization->record.body)) continue;
    auto own = for_audience(service.record, audience);
    if (!own) continue;
    Bundle bundle{std::move(*own),
                  published(organization, audience),
                  published(program, audience),
                  {},
                  service.revision,
                  service.modified};
    for (const Stored& place : places[service.record.id.to_string()]) {
      const Stored* location = find(others, place.record.body, "location_id");
      auto shown =
          for_audience(place.record, location ? &location->record.body : nullptr, audience);
      if (shown) bundle.places.push_back({std::move(*shown), published(location, audience)});
    }
    bundles.push_back(std::move(bundle));
  }
  return bundles;
}

}  // namespace

Result<std::vector<Bundle>> Directory::bundles(std::span<const Uuid> services,
                                               const Audience& audience) {
  return database_.read([&](db::Connection& c) -> Result<std::vector<Bundle>> {
    std::vector<Stored> found = TRY(store::load(c, services));
    std::erase_if(found, [](const Stored& s) { return s.record.entity != Entity::kService; });
    return make_bundles(c, std::move(found), audience);
  });
}

Result<void> Directory::each_bundle(const Audience& audience,
                                    const std::function<Result<void>(std::vector<Bundle>)>& take) {
  const std::vector<Uuid> ids =
      TRY(database_.read([](db::Connection& c) { return store::ids_of(c, Entity::kService); }));
  constexpr std::size_t kBatch = 250;
  for (std::size_t at = 0; at < ids.size(); at += kBatch)
    TRY(take(
        TRY(bundles(std::span(ids).subspan(at, std::min(kBatch, ids.size() - at)), audience))));
  return {};
}

Json nested(const Bundle& bundle) {
  Json service = bundle.service.body();
  if (!service.find("eligibility_description")) {
    if (const Json* rule = service.find("eligibility_rule"))
      service.set("eligibility_description", describe_rule(*rule));
  }
  if (bundle.organization) {
    service.set("organization", bundle.organization->body());
    service.erase("organization_id");
  }
  if (bundle.program) {
    Json program = bundle.program->body();
    program.erase("organization_id");
    service.set("program", std::move(program));
    service.erase("program_id");
  }
  Json places = Json::array();
  for (const Bundle::Place& place : bundle.places) {
    Json one = place.place.body();
    one.erase("service_id");
    if (place.location) {
      one.set("location", place.location->body());
      one.erase("location_id");
    }
    places.append(std::move(one));
  }
  if (places.size() > 0) service.set("service_at_locations", std::move(places));
  sort_members(service, info(Entity::kService));
  return service;
}

}  // namespace daybreak::directory
