// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/network/model.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>

#include "base/text.hpp"
#include "embedded/network_territories.hpp"

namespace daybreak::network {
namespace {

using language::to_translate;

constexpr Code kModels[] = {
    {"multidisciplinary", to_translate("Multidisciplinary")},
    {"enhanced_collaborative", to_translate("Enhanced collaborative model")},
    {"law_enforcement_led", to_translate("Led by law enforcement")},
    {"provider_led", to_translate("Led by a service provider")},
    {"statewide", to_translate("Statewide council")},
    {"tribal", to_translate("Tribal")},
    {"unknown", to_translate("Not known")},
};
constexpr Code kDisciplines[] = {
    {"police", to_translate("Police and sheriffs")}, {"federal", to_translate("Federal agencies")},
    {"prosecution", to_translate("Prosecution")},    {"court", to_translate("Courts")},
    {"labor", to_translate("Labor inspection")},     {"services", to_translate("Victim services")},
    {"health", to_translate("Health care")},         {"school", to_translate("Schools")},
    {"survivors", to_translate("Survivor leaders")}, {"tribal", to_translate("Tribal nations")},
};
constexpr Code kKinds[] = {
    {"state", to_translate("State agency")},
    {"local", to_translate("Local agency")},
    {"tribal", to_translate("Tribal government")},
    {"territorial", to_translate("Territorial agency")},
    {"campus", to_translate("Campus")},
    {"federal", to_translate("Federal agency")},
    {"provider", to_translate("Service provider")},
    {"prosecution", to_translate("Prosecution")},
    {"court", to_translate("Courts")},
    {"labor", to_translate("Labor inspection")},
    {"health", to_translate("Health care")},
    {"school", to_translate("Schools")},
    {"business", to_translate("Business")},
    {"faith", to_translate("Faith community")},
    {"survivor_led", to_translate("Survivor-led")},
};
constexpr Code kGoings[] = {
    {"well", to_translate("Goes well")},
    {"new", to_translate("Just begun")},
    {"stalled", to_translate("Stands still")},
    {"ended", to_translate("Ended")},
};

struct Atlas {
  std::vector<Place> places;
  std::vector<Region> regions;
};

Atlas read_atlas() {
  Atlas atlas;
  for (const geography::County& county : geography::counties())
    atlas.places.push_back({county.fips, county.name, county.state});
  for (const geography::State& state : geography::states())
    atlas.regions.push_back({state.abbreviation, state.name});
  const std::string_view table =
      embedded::network_territories().find("territories.csv").value_or("");
  for (std::string_view line : split(table, '\n')) {
    const auto fields = split(line, ',');
    const auto fips = fields.size() == 4 ? to_integer(fields[0]) : std::nullopt;
    if (!fips) continue;  // the header
    atlas.places.push_back(
        {CountyFips(static_cast<std::uint32_t>(*fips)), trim(fields[3]), fields[1]});
    if (std::ranges::find(atlas.regions, fields[1], &Region::code) == atlas.regions.end())
      atlas.regions.push_back({fields[1], fields[2]});
  }
  std::ranges::sort(atlas.places, {}, &Place::fips);
  std::ranges::sort(atlas.regions, {}, &Region::name);
  return atlas;
}

const Atlas& atlas() {
  static const Atlas one = read_atlas();
  return one;
}

tl::unexpected<Error> wrong(std::string message, std::string field, std::string cure) {
  return fail(ErrorKind::kInvalid, std::move(message), std::move(field), std::move(cure));
}

const Place* find_by_name(std::string_view state, std::string_view name) {
  if (const auto* county = geography::find_county(state, name)) return find_place(county->fips);
  for (const Place& place : places_of(state))
    if (equals_ignoring_case_ascii(place.name, name)) return &place;
  return nullptr;
}

Result<std::vector<CountyFips>> parse_part(std::string_view part) {
  const auto refuse = [&] {
    return wrong(fmt::format("\"{}\" is no county", shorten(part, 60)), "area",
                 "Write \"Erie, NY\", a FIPS code such as 36029, or \"NY: all\"");
  };
  if (const auto number = to_integer(part); number && part.size() == 5) {
    const Place* place = find_place(CountyFips(static_cast<std::uint32_t>(*number)));
    if (place == nullptr) return refuse();
    return std::vector{place->fips};
  }
  const std::size_t colon = part.find(':');
  const Region* whole = find_region(trim(part.substr(0, colon)));
  if (whole != nullptr && (colon == std::string_view::npos ||
                           equals_ignoring_case_ascii(trim(part.substr(colon + 1)), "all"))) {
    std::vector<CountyFips> all;
    for (const Place& place : places_of(whole->code)) all.push_back(place.fips);
    return all;
  }
  const std::size_t comma = part.rfind(',');
  const Region* region =
      comma == std::string_view::npos ? nullptr : find_region(trim(part.substr(comma + 1)));
  const Place* place =
      region == nullptr ? nullptr : find_by_name(region->code, trim(part.substr(0, comma)));
  if (place == nullptr) return refuse();
  return std::vector{place->fips};
}

// Only an address that a browser may follow.
bool is_web_address(std::string_view text) {
  return text.size() <= 300 && (text.starts_with("https://") || text.starts_with("http://"));
}

constexpr std::array<std::string_view, 3> kArrangements{"committee", "protocol", "liaison"};

}  // namespace

std::string_view code_of(ArrangementKind kind) {
  return kArrangements[static_cast<std::size_t>(kind)];
}

std::optional<ArrangementKind> arrangement_kind_from(std::string_view code) {
  const auto found = std::ranges::find(kArrangements, code);
  if (found == kArrangements.end()) return std::nullopt;
  return static_cast<ArrangementKind>(found - kArrangements.begin());
}

std::span<const Code> models() { return kModels; }
std::span<const Code> disciplines() { return kDisciplines; }
std::span<const Code> organization_kinds() { return kKinds; }
std::span<const Code> goings() { return kGoings; }

const Code* find_code(std::span<const Code> list, std::string_view code) {
  const auto found = std::ranges::find(list, code, &Code::code);
  return found == list.end() ? nullptr : &*found;
}

std::span<const Place> places() { return atlas().places; }

const Place* find_place(CountyFips fips) {
  const auto found = std::ranges::lower_bound(atlas().places, fips, {}, &Place::fips);
  return found == atlas().places.end() || found->fips != fips ? nullptr : &*found;
}

// The places of a state follow one another, since FIPS codes begin with it.
std::span<const Place> places_of(std::string_view state) {
  const auto& all = atlas().places;
  const auto first = std::ranges::find(all, state, &Place::state);
  const auto last =
      std::find_if(first, all.end(), [&](const Place& p) { return p.state != state; });
  return {first, last};
}

std::span<const Region> regions() { return atlas().regions; }

const Region* find_region(std::string_view text) {
  for (const Region& region : atlas().regions)
    if (equals_ignoring_case_ascii(region.code, text) ||
        equals_ignoring_case_ascii(region.name, text))
      return &region;
  return nullptr;
}

Result<std::vector<CountyFips>> parse_area(std::string_view text) {
  std::vector<CountyFips> area;
  const std::string lines = replace_all(text, "\n", ";");
  for (std::string_view part : split(lines, ';')) {
    part = trim(part);
    if (part.empty()) continue;
    const auto found = TRY(parse_part(part));
    area.insert(area.end(), found.begin(), found.end());
  }
  std::ranges::sort(area);
  area.erase(std::ranges::unique(area).begin(), area.end());
  return area;
}

std::string write_area(std::span<const CountyFips> area) {
  std::map<std::string_view, std::vector<const Place*>> by_state;
  for (const CountyFips fips : area)
    if (const Place* place = find_place(fips)) by_state[place->state].push_back(place);
  std::vector<std::string> parts;
  for (const auto& [state, found] : by_state) {
    if (found.size() > 1 && found.size() == places_of(state).size()) {
      parts.push_back(fmt::format("{}: all", state));
      continue;
    }
    for (const Place* place : found) parts.push_back(fmt::format("{}, {}", place->name, state));
  }
  return join(parts, "; ");
}

Result<void> check(const TaskForce& one) {
  if (trim(one.name).empty() || one.name.size() > 200)
    return wrong("a task force needs a name of at most 200 characters", "name",
                 "Write the name that it uses itself");
  if (find_region(one.home) == nullptr)
    return wrong("is no state or territory", "home", "Write it as NY or New York");
  if (find_code(models(), one.model) == nullptr)
    return wrong("is no model", "model", "Choose one of the list");
  for (const std::string& code : one.disciplines)
    if (find_code(disciplines(), code) == nullptr)
      return wrong("there is no such discipline", "disciplines", "Choose from the list");
  if (!one.website.empty() && !is_web_address(one.website))
    return wrong("is no web address", "website", "Give it whole, such as https://example.org");
  if (one.about.size() > 4000)
    return wrong("is too long", "about", "Write at most 4,000 characters");
  for (const CountyFips fips : one.area)
    if (find_place(fips) == nullptr) return wrong("is no county", "area", "Choose another");
  return {};
}

Result<void> check(const Organization& one) {
  if (trim(one.name).empty() || one.name.size() > 200)
    return wrong("an organization needs a name", "name", "Write at most 200 characters");
  if (find_code(organization_kinds(), one.kind) == nullptr)
    return wrong("is no kind", "kind", "Choose one of the list");
  if (find_code(goings(), one.going) == nullptr)
    return wrong("is no answer", "going", "Choose one of the list");
  if (one.purpose.size() > 600)
    return wrong("is too long", "purpose", "Write at most 600 characters");
  if (one.since && one.until && *one.until < *one.since)
    return wrong("the end is before the start", "until", "Swap the dates");
  return {};
}

Result<void> check(const Arrangement& one) {
  if (trim(one.title).empty() || one.title.size() > 200)
    return wrong("it needs a title", "title", "Write at most 200 characters");
  for (const auto& [text, field] :
       {std::pair(&one.purpose, "purpose"), std::pair(&one.keeper, "keeper"),
        std::pair(&one.rhythm, "rhythm")})
    if (text->size() > 1000) return wrong("is too long", field, "Write at most 1,000 characters");
  if (!one.address.empty() && !is_web_address(one.address))
    return wrong("is no web address", "address", "Give it whole, such as https://example.org");
  if (one.since && one.until && *one.until < *one.since)
    return wrong("the end is before the start", "until", "Swap the dates");
  if (one.kind == ArrangementKind::kProtocol && !one.since)
    return wrong("a protocol has a day since which it is in force", "since", "Give the day");
  return {};
}

}  // namespace daybreak::network
