// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/board/board.hpp"

#include <algorithm>
#include <set>

#include "commons/directory/catalogue/card.hpp"
#include "embedded/commons_directory_board_migrations.hpp"

namespace daybreak::directory::board {
namespace {

constexpr std::size_t kMostSorted = 1000;

// Room first, what is full last; what nobody said stands between.
int rank_of(search::Capacity capacity) {
  switch (capacity) {
    case search::Capacity::kAvailable:
      return 0;
    case search::Capacity::kAssessmentNeeded:
      return 1;
    case search::Capacity::kWaitlist:
      return 2;
    case search::Capacity::kUnknown:
      return 3;
    case search::Capacity::kFull:
      return 4;
  }
  return 3;
}

Line line_of(const search::Hit& hit) {
  const Card card(hit.card);
  return {.service = hit.service,
          .name = std::string(card.text("name")),
          .name_spanish = std::string(card.text("name_es")),
          .organization = std::string(card.text("organization")),
          .phone = std::string(card.text("phone")),
          .city = std::string(card.text("city")),
          .open_24_hours = card.is_true("open_24_hours"),
          .now = hit.capacity,
          .said = {}};
}

constexpr trust::Object kBoard{.type = "directory_capacity",
                               .owner = {},
                               .audience = trust::Audience::kTaskForce,
                               .partners = {},
                               .subject = {}};

}  // namespace

db::ModuleMigrations migrations() {
  return {"directory_board", &embedded::commons_directory_board_migrations()};
}

Result<Board> Boards::list(const trust::Actor& actor, const Filter& filter, Order order,
                           std::size_t offset, std::size_t limit) {
  TRY(gatekeeper_.require(actor, {"list"}, kBoard, {}));
  search::Query query{.need = filter.need,
                      .county = filter.county,
                      .open_24_hours = filter.open_24_hours,
                      .with_capacity = filter.with_room,
                      .now = clock_.now(),
                      .order = search::Order::kName,
                      .limit = kMostSorted};
  const search::Answer answer = TRY(catalogue_.index().search(query));
  std::vector<Line> all;
  std::set<Uuid> seen;  // a service with several places stands once
  const auto kept = TRY(keepers());
  for (const search::Hit& hit : answer.hits) {
    if (!seen.insert(hit.service).second) continue;
    all.push_back(line_of(hit));
    const auto keeper = kept.find(hit.organization);
    all.back().is_own = keeper != kept.end() && keeper->second == actor.organization;
  }
  if (order == Order::kRoom)
    std::ranges::stable_sort(all, {}, [](const Line& line) { return rank_of(line.now); });
  std::ranges::stable_partition(all, [](const Line& line) { return line.is_own; });
  Board board{.lines = {}, .total = all.size(), .cut = answer.total > kMostSorted};
  for (std::size_t i = offset; i < std::min(all.size(), offset + limit); ++i)
    board.lines.push_back(std::move(all[i]));
  TRY(fill(actor, board.lines));
  return board;
}

trust::Object Boards::object_for(const Bundle& bundle,
                                 const std::map<Uuid, trust::OrganizationId>& keepers) const {
  trust::Object object{.type = "directory_capacity", .audience = trust::Audience::kTaskForce};
  if (bundle.organization)
    if (const auto keeper = keepers.find(bundle.organization->id()); keeper != keepers.end())
      object.owner = keeper->second;
  return object;
}

// When it was said, and whether the one who asks may say it anew.
Result<void> Boards::fill(const trust::Actor& actor, std::vector<Line>& lines) {
  std::vector<Uuid> services;
  for (const Line& line : lines) services.push_back(line.service);
  const auto bundles = TRY(catalogue_.directory().bundles(services, catalogue_.audience()));
  const auto kept = TRY(keepers());
  std::map<Uuid, const Bundle*> by_service;
  for (const Bundle& bundle : bundles) by_service[bundle.service.id()] = &bundle;
  for (Line& line : lines) {
    const auto found = by_service.find(line.service);
    if (found == by_service.end()) continue;
    line.said = capacity_of(found->second->service.body());
    line.may_update =
        trust::decide(actor, {"update"}, object_for(*found->second, kept), {}, clock_.now())
            .allowed;
  }
  return {};
}

Result<Bundle> Boards::bundle_of(const Uuid& service) {
  auto bundles = TRY(catalogue_.directory().bundles(std::span(&service, 1), catalogue_.audience()));
  if (bundles.empty())
    return fail(ErrorKind::kNotFound, "there is no such record, or it is not for you");
  return std::move(bundles.front());
}

Result<Line> Boards::line_to_update(const trust::Actor& actor, const Uuid& service) {
  const Bundle bundle = TRY(bundle_of(service));
  const auto kept = TRY(keepers());
  TRY(gatekeeper_.require(actor, {"update"}, object_for(bundle, kept), service.to_string()));
  const Json& body = bundle.service.body();
  Line line{.service = service,
            .name = std::string(text_of(body, "name")),
            .said = capacity_of(body),
            .may_update = true};
  if (bundle.organization) {
    line.organization = text_of(bundle.organization->body(), "name");
    line.organization_id = bundle.organization->id();
    line.keeper = object_for(bundle, kept).owner;
  }
  return line;
}

Result<void> Boards::update(const trust::Actor& actor, const Uuid& service, CapacityStatus status,
                            std::optional<std::chrono::hours> lifetime) {
  const Bundle bundle = TRY(bundle_of(service));
  const auto kept = TRY(keepers());
  const trust::Object object = object_for(bundle, kept);
  TRY(gatekeeper_.require(actor, {"update"}, object, service.to_string()));
  return catalogue_.directory().set_capacity(
      service, status, actor.member.to_string(), lifetime, [&](db::Connection& c) {
        return trust::append_audit(c, actor,
                                   {.action = "directory_capacity.update",
                                    .object_type = "directory_capacity",
                                    .object = service.to_string(),
                                    .owner = object.owner,
                                    .detail = "status=" + std::string(code_of(status))},
                                   clock_.now());
      });
}

Result<void> Boards::set_keeper(const trust::Actor& actor, const Uuid& organization,
                                trust::OrganizationId keeper) {
  TRY(gatekeeper_.require(actor, {"set_keeper"}, kBoard, organization.to_string()));
  return catalogue_.directory().database().write([&](db::Connection& c) -> Result<void> {
    TRY(c.execute("DELETE FROM directory_board_keeper WHERE organization_id = $1", {organization}));
    if (!keeper.is_nil())
      TRY(c.execute("INSERT INTO directory_board_keeper (organization_id, keeper) VALUES ($1, $2)",
                    {organization, keeper}));
    return trust::append_audit(c, actor,
                               {.action = "directory_capacity.set_keeper",
                                .object_type = "directory_capacity",
                                .object = organization.to_string(),
                                .owner = keeper},
                               clock_.now());
  });
}

Result<std::map<Uuid, trust::OrganizationId>> Boards::keepers() {
  return catalogue_.directory().database().read(
      [](db::Connection& c) -> Result<std::map<Uuid, trust::OrganizationId>> {
        std::map<Uuid, trust::OrganizationId> found;
        TRY(c.query_each("SELECT organization_id, keeper FROM directory_board_keeper", {},
                         [&](const db::Row& row) -> Result<void> {
                           found[row.uuid(0)] = row.id<trust::OrganizationId>(1);
                           return {};
                         }));
        return found;
      });
}

Result<void> seed_keeper(Directory& directory, trust::OrganizationId keeper,
                         std::string_view need_code) {
  std::set<Uuid> kept;
  const auto rows = TRY(directory.database().read([](db::Connection& c) {
    return c.query("SELECT organization_id, keeper FROM directory_board_keeper");
  }));
  for (const db::Row& row : rows) {
    if (row.id<trust::OrganizationId>(1) == keeper) return {};
    kept.insert(row.uuid(0));
  }
  std::optional<std::pair<std::string, Uuid>> first;  // by name, so that it is always the same
  TRY(directory.each_bundle(Audience::everyone(), [&](std::vector<Bundle> bundles) -> Result<void> {
    for (const Bundle& bundle : bundles) {
      const Json* needs = bundle.service.body().find("needs");
      if (!bundle.organization || needs == nullptr || needs->if_array() == nullptr) continue;
      const bool answers = std::ranges::any_of(*needs->if_array(), [&](const Json& need) {
        return need.if_string() != nullptr && *need.if_string() == need_code;
      });
      std::string name(text_of(bundle.service.body(), "name"));
      if (answers && !kept.contains(bundle.organization->id()) && (!first || name < first->first))
        first.emplace(std::move(name), bundle.organization->id());
    }
    return {};
  }));
  if (!first) return {};
  return directory.database().write([&](db::Connection& c) -> Result<void> {
    TRY(c.execute("INSERT INTO directory_board_keeper (organization_id, keeper) VALUES ($1, $2)",
                  {first->second, keeper}));
    return {};
  });
}

}  // namespace daybreak::directory::board
