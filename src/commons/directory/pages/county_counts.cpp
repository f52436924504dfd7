// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/pages/county_counts.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "geography/geography.hpp"

namespace daybreak::directory::pages {
namespace {

constexpr std::size_t kKept = 4;

std::vector<html::CountyValue> count(const Listing& listing) {
  std::map<std::uint32_t, std::size_t> counts;
  std::set<std::uint32_t> states;
  for (const Listing::Service& service : listing.services) {
    std::set<std::uint32_t> counties;
    for (const std::uint32_t county : service.counties) counties.insert(county);
    for (const Uuid& id : service.places) {
      const Listing::Place* place = listing.find_place(id);
      if (place == nullptr || !place->point) continue;
      if (const geography::County* county =
              geography::county_at({place->point->latitude, place->point->longitude}))
        counties.insert(county->fips.number());
    }
    for (const std::uint32_t county : counties) {
      ++counts[county];
      states.insert(county / 1000);
    }
  }
  std::vector<html::CountyValue> values;
  for (const geography::County& county : geography::counties()) {
    const auto found = counts.find(county.fips.number());
    // One state: all its counties, so that gaps show. Several: those that have services.
    if (found == counts.end() &&
        (states.size() != 1 || !states.contains(county.fips.state_number())))
      continue;
    values.push_back({.county = county.fips,
                      .value = found == counts.end() ? 0.0 : static_cast<double>(found->second)});
  }
  return values;
}

}  // namespace

Result<std::shared_ptr<const std::vector<html::CountyValue>>> CountyCounts::of(
    Catalogue& catalogue) {
  const auto listing = TRY(catalogue.listing());
  {
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find(newest_, listing, &Counted::listing);
    if (found != newest_.end()) return found->values;
  }
  auto values = std::make_shared<const std::vector<html::CountyValue>>(count(*listing));
  const std::lock_guard lock(mutex_);
  if (newest_.size() == kKept) newest_.erase(newest_.begin());
  newest_.push_back({listing, values});
  return values;
}

}  // namespace daybreak::directory::pages
