// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/health/health.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "base/unicode.hpp"
#include "geography/geography.hpp"

namespace daybreak::directory::health {
namespace {

const JsonArray& items_of(const Json& value, std::string_view member) {
  static const JsonArray kNone;
  const Json* found = value.find(member);
  return found != nullptr && found->if_array() != nullptr ? *found->if_array() : kNone;
}

std::optional<Date> date_of(std::string_view text) {
  const auto date = parse_date(text.substr(0, 10));
  return date ? std::optional(*date) : std::nullopt;
}

std::optional<Date> later(const std::optional<Date>& a, const std::optional<Date>& b) {
  if (!a || !b) return a ? a : b;
  return std::chrono::sys_days(*a) < std::chrono::sys_days(*b) ? b : a;
}

std::optional<Date> verified(const Json& service, std::string_view group) {
  const Json* all = service.find("verifications");
  const Json* one = all != nullptr ? all->find(group) : nullptr;
  return one != nullptr ? date_of(text_of(*one, "date")) : std::nullopt;
}

void add_counties(const Bundle& bundle, std::set<std::uint32_t>& counties) {
  for (const Json& fips : items_of(bundle.service.body(), "counties"))
    if (const auto number = fips.if_string() ? to_integer(*fips.if_string()) : std::nullopt)
      counties.insert(static_cast<std::uint32_t>(*number));
  for (const Bundle::Place& place : bundle.places) {
    if (!place.location) continue;
    const Json* latitude = place.location->body().find("latitude");
    const Json* longitude = place.location->body().find("longitude");
    const auto north = latitude ? latitude->if_number() : std::nullopt;
    const auto east = longitude ? longitude->if_number() : std::nullopt;
    if (!north || !east) continue;
    if (const geography::County* county = geography::county_at({*north, *east}))
      counties.insert(county->fips.number());
  }
}

}  // namespace

Dashboard::Dashboard(Directory& directory, std::shared_ptr<const search::NeedTree> needs)
    : directory_(directory), needs_(std::move(needs)) {
  for (const search::Need& need : needs_->all())
    if (need.parent.empty()) roots_.push_back(&need);
}

Standing Dashboard::standing_of(const Bundle& bundle) const {
  const Json& body = bundle.service.body();
  const Json* always = body.find("open_24_hours");
  const std::string_view visibility = text_of(body, "visibility");
  Standing one{
      .service = bundle.service.id(),
      .name = std::string(text_of(body, "name")),
      .audience = visibility.empty()
                      ? trust::Audience::kPublic
                      : trust::audience_from(visibility).value_or(trust::Audience::kConfidential),
      .checked = later(date_of(text_of(body, "assured_date")), verified(body, "all")),
      .valid_days = always != nullptr && *always == Json(true) ? 90 : 180,
      .reaches_everywhere =
          text_of(body, "level") == "statewide" || text_of(body, "level") == "national"};
  if (bundle.organization) one.organization = text_of(bundle.organization->body(), "name");
  for (std::size_t i = 0; i < kGroups.size(); ++i)
    one.group[i] = later(one.checked, verified(body, kGroups[i]));
  std::set<std::uint16_t> roots;
  for (const Json& need : items_of(body, "needs")) {
    if (need.if_string() == nullptr) continue;
    const std::string_view root =
        std::string_view(*need.if_string()).substr(0, need.if_string()->find('.'));
    const auto found = std::ranges::find(
        roots_, root, [](const search::Need* n) { return std::string_view(n->code); });
    if (found != roots_.end()) roots.insert(static_cast<std::uint16_t>(found - roots_.begin()));
  }
  one.roots.assign(roots.begin(), roots.end());
  std::set<std::uint32_t> counties;
  if (!one.reaches_everywhere) add_counties(bundle, counties);
  one.counties.assign(counties.begin(), counties.end());
  return one;
}

Result<std::shared_ptr<const Snapshot>> Dashboard::look() {
  const std::int64_t mark =
      TRY(directory_.database().read([](db::Connection& c) { return store::change_mark(c); }));
  const std::lock_guard lock(mutex_);
  if (snapshot_ && mark == mark_) return snapshot_;
  auto fresh = std::make_shared<Snapshot>();
  std::set<std::uint32_t> counties;
  TRY(directory_.each_bundle(Audience::staff(), [&](std::vector<Bundle> bundles) -> Result<void> {
    for (const Bundle& bundle : bundles) {
      const std::string_view status = text_of(bundle.service.body(), "status");
      if (status == "inactive" || status == "defunct") continue;
      fresh->services.push_back(standing_of(bundle));
      // What only a confidential place is in must not show by the list of counties either.
      if (fresh->services.back().audience != trust::Audience::kConfidential)
        counties.insert(fresh->services.back().counties.begin(),
                        fresh->services.back().counties.end());
    }
    return {};
  }));
  std::ranges::sort(fresh->services, {}, [](const Standing& s) { return search_key(s.name); });
  fresh->counties.assign(counties.begin(), counties.end());
  snapshot_ = std::move(fresh);
  mark_ = mark;
  return snapshot_;
}

std::vector<Coverage> Dashboard::coverage(
    const Snapshot& snapshot, const std::function<bool(const Standing&)>& counts) const {
  std::vector<Coverage> all(roots_.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i].root = static_cast<std::uint16_t>(i);
  for (const Standing& one : snapshot.services) {
    if (!counts(one)) continue;
    for (const std::uint16_t root : one.roots) {
      ++all[root].services;
      if (one.reaches_everywhere) ++all[root].everywhere;
      for (const std::uint32_t county : one.counties) ++all[root].by_county[county];
    }
  }
  return all;
}

}  // namespace daybreak::directory::health
