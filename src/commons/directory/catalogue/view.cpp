// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/catalogue/view.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "geography/geography.hpp"

namespace daybreak::directory {
namespace {

constexpr std::size_t kCardText = 220;  // bytes of the description that a result shows

const JsonArray& items_of(const Json& value, std::string_view member) {
  static const JsonArray kNone;
  const Json* found = value.find(member);
  const JsonArray* items = found ? found->if_array() : nullptr;
  return items ? *items : kNone;
}

bool flag_of(const Json& value, std::string_view member) {
  const Json* found = value.find(member);
  return found != nullptr && found->if_bool() != nullptr && *found->if_bool();
}

std::string_view translation(const Json& body, std::string_view member) {
  const Json* all = body.find("translations");
  const Json* spanish = all ? all->find("es") : nullptr;
  return spanish ? text_of(*spanish, member) : std::string_view();
}

void add_text(std::string& out, std::string_view text) {
  if (text.empty()) return;
  out += text;
  out += '\n';
}

search::Level level_of(std::string_view word) {
  if (word == "national") return search::Level::kNational;
  if (word == "statewide") return search::Level::kStatewide;
  if (word == "regional") return search::Level::kRegional;
  return search::Level::kLocal;
}

search::Capacity capacity_for_search(CapacityStatus status) {
  switch (status) {
    case CapacityStatus::kCapacity:
      return search::Capacity::kAvailable;
    case CapacityStatus::kNoCapacity:
      return search::Capacity::kFull;
    case CapacityStatus::kWaitlist:
      return search::Capacity::kWaitlist;
    case CapacityStatus::kAssessmentRequired:
      return search::Capacity::kAssessmentNeeded;
    default:
      return search::Capacity::kUnknown;
  }
}

// {"sex_trafficking": true, "adults": true, …}: what is said with yes.
std::uint16_t suitability_of(const Json& service) {
  const Json* said = service.find("suitability");
  if (said == nullptr) return 0;
  constexpr std::pair<std::string_view, std::uint16_t> kWords[] = {
      {"sex_trafficking", search::kSexTrafficking},
      {"labor_trafficking", search::kLaborTrafficking},
      {"adults", search::kAdults},
      {"minors", search::kMinors},
      {"women", search::kWomen},
      {"men", search::kMen},
      {"transgender", search::kTransgender},
      {"dependants", search::kDependants},
      {"pets", search::kPets}};
  std::uint16_t bits = 0;
  for (const auto& [word, bit] : kWords)
    if (flag_of(*said, word)) bits |= bit;
  return bits;
}

std::uint8_t age_of(const Json& service, std::string_view member, std::uint8_t otherwise) {
  const Json* found = service.find(member);
  const auto age = found ? found->if_number() : std::nullopt;
  return age && *age >= 0 && *age <= 254 ? static_cast<std::uint8_t>(*age) : otherwise;
}

void add_languages(const Json& body, std::vector<std::string>& codes) {
  for (const Json& language : items_of(body, "languages")) {
    std::string code = language_code(language);
    if (!code.empty() && std::ranges::find(codes, code) == codes.end())
      codes.push_back(std::move(code));
  }
}

std::optional<search::Point> point_of(const Json& location) {
  const Json* latitude = location.find("latitude");
  const Json* longitude = location.find("longitude");
  if (!latitude || !longitude) return std::nullopt;
  const auto y = latitude->if_number(), x = longitude->if_number();
  if (!y || !x || *y < -90 || *y > 90 || *x < -180 || *x > 180) return std::nullopt;
  return search::Point{*y, *x};
}

int minute_of(std::string_view time) {
  if (time.size() < 5 || time[2] != ':') return -1;
  const auto hour = to_integer(time.substr(0, 2)), minute = to_integer(time.substr(3, 2));
  if (!hour || !minute || *hour > 24 || *minute > 59) return -1;
  return static_cast<int>(*hour * 60 + *minute);
}

void fill_area(const Json& service, search::Record& record) {
  for (const Json& county : items_of(service, "counties"))
    if (county.if_string())
      if (const auto fips = geography::CountyFips::parse(*county.if_string()))
        record.counties.push_back(fips->number());
  for (const Json& state : items_of(service, "states"))
    if (state.if_string())
      if (const geography::State* known = geography::find_state(*state.if_string()))
        if (const auto number = to_integer(known->fips))
          record.states.push_back(static_cast<std::uint8_t>(*number));
}

std::string_view first_phone(const Bundle& bundle, const Bundle::Place* place) {
  const Json* sources[] = {place ? &place->place.body() : nullptr, &bundle.service.body(),
                           place && place->location ? &place->location->body() : nullptr,
                           bundle.organization ? &bundle.organization->body() : nullptr};
  for (const Json* source : sources)
    if (source)
      for (const Json& phone : items_of(*source, "phones"))
        if (!text_of(phone, "number").empty()) return text_of(phone, "number");
  return {};
}

search::Record record_of(const Bundle& bundle, const Bundle::Place* place, Date overdue_before) {
  const Json& service = bundle.service.body();
  search::Record record;
  record.service = bundle.service.id();
  record.id = place ? place->place.id() : record.service;
  record.name = text_of(service, "name");
  if (bundle.organization) {
    record.organization = bundle.organization->id();
    record.organization_name = text_of(bundle.organization->body(), "name");
    add_text(record.text_english, text_of(bundle.organization->body(), "alternate_name"));
  }
  for (const std::string_view member :
       {"alternate_name", "description", "eligibility_description", "application_process",
        "interpretation_services", "fees_description", "ineligibility_description"})
    add_text(record.text_english, text_of(service, member));
  for (const Json& attribute : items_of(service, "attributes"))
    if (const Json* term = attribute.find("taxonomy_term"))
      add_text(record.text_english, text_of(*term, "name"));
  for (const std::string_view member :
       {"name", "description", "eligibility_description", "application_process"})
    add_text(record.text_spanish, translation(service, member));
  for (const Json& need : items_of(service, "needs"))
    if (need.if_string()) record.needs.push_back(*need.if_string());

  add_languages(service, record.languages);
  if (place && place->location) {
    const Json& location = place->location->body();
    add_languages(location, record.languages);
    record.point = point_of(location);
    for (const Json& address : items_of(location, "addresses"))
      add_text(record.text_english, text_of(address, "city"));
  }
  fill_area(service, record);
  record.level = level_of(text_of(service, "level"));
  record.suitability = suitability_of(service);
  record.minimum_age = age_of(service, "minimum_age", 0);
  record.maximum_age = age_of(service, "maximum_age", 255);
  record.open_24_hours = flag_of(service, "open_24_hours");
  const Json* schedules = place ? place->place.body().find("schedules") : nullptr;
  if (schedules == nullptr) schedules = service.find("schedules");
  if (schedules == nullptr && place && place->location)
    schedules = place->location->body().find("schedules");
  if (schedules) record.open = open_stretches(*schedules);
  const Capacity capacity = capacity_of(service);
  record.capacity = capacity_for_search(capacity.status);
  record.capacity_expires = capacity.expires;
  const auto verified = parse_date(text_of(service, "assured_date").substr(0, 10));
  record.overdue = verified && *verified < overdue_before;
  record.card = card_of(bundle, place);
  return record;
}

}  // namespace

std::string language_code(const Json& language) {
  struct Known {
    std::string_view two, three, name;
  };
  static constexpr Known kKnown[] = {{"en", "eng", "english"},
                                     {"es", "spa", "spanish"},
                                     {"fr", "fra", "french"},
                                     {"zh", "zho", "chinese"},
                                     {"ar", "ara", "arabic"},
                                     {"so", "som", "somali"},
                                     {"vi", "vie", "vietnamese"},
                                     {"ko", "kor", "korean"},
                                     {"ru", "rus", "russian"},
                                     {"my", "mya", "burmese"},
                                     {"ne", "nep", "nepali"},
                                     {"ht", "hat", "haitian creole"},
                                     {"pl", "pol", "polish"},
                                     {"uk", "ukr", "ukrainian"},
                                     {"sw", "swa", "swahili"},
                                     {"ur", "urd", "urdu"},
                                     {"bn", "ben", "bengali"},
                                     {"pt", "por", "portuguese"},
                                     {"tl", "tgl", "tagalog"},
                                     {"es", "spa", "español"},
                                     {"ase", "ase", "american sign language"}};
  std::string code = to_lower_ascii(text_of(language, "code"));
  const std::string name = to_lower_ascii(text_of(language, "name"));
  for (const Known& known : kKnown)
    if (code == known.three || (code.empty() && name == known.name)) code = known.two;
  return code;
}

std::vector<search::OpenStretch> open_stretches(const Json& schedules) {
  constexpr std::string_view kDays[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
  constexpr int kDay = 24 * 60;
  std::vector<search::OpenStretch> stretches;
  const JsonArray* items = schedules.if_array();
  if (items == nullptr) return stretches;
  for (const Json& schedule : *items) {
    const std::string_view frequency = text_of(schedule, "freq");
    if (!frequency.empty() && frequency != "WEEKLY") continue;
    const int opens = minute_of(text_of(schedule, "opens_at"));
    int closes = minute_of(text_of(schedule, "closes_at"));
    if (opens < 0 || closes < 0) continue;
    if (closes <= opens) closes += kDay;  // past midnight
    for (const std::string_view part : split(text_of(schedule, "byday"), ',')) {
      const auto day = std::ranges::find(kDays, trim(part));
      if (day == std::end(kDays)) continue;
      const int start = static_cast<int>(day - std::begin(kDays)) * kDay;
      stretches.push_back(
          {static_cast<std::uint16_t>(start + opens), static_cast<std::uint16_t>(start + closes)});
    }
  }
  return stretches;
}

std::string card_of(const Bundle& bundle, const Bundle::Place* place) {
  const Json& service = bundle.service.body();
  Json card = Json::object();
  const auto set = [&](std::string_view key, std::string_view text) {
    if (!text.empty()) card.set(key, Json(text));
  };
  set("name", text_of(service, "name"));
  set("name_es", translation(service, "name"));
  if (bundle.organization) set("organization", text_of(bundle.organization->body(), "name"));
  set("phone", first_phone(bundle, place));
  set("text", shorten(text_of(service, "description"), kCardText));
  set("text_es", shorten(translation(service, "description"), kCardText));
  set("verified", text_of(service, "assured_date").substr(0, 10));
  set("level", text_of(service, "level"));
  set("status", text_of(service, "status"));
  set("alert", text_of(service, "alert"));
  std::vector<std::string> languages;
  add_languages(service, languages);
  if (place && place->location) {
    const Json& location = place->location->body();
    add_languages(location, languages);
    for (const Json& address : items_of(location, "addresses"))
      set("city", text_of(address, "city"));
    if (text_of(location, "location_type") == "redacted") card.set("confidential", Json(true));
  }
  set("languages", join(languages, ","));
  if (flag_of(service, "open_24_hours")) card.set("open_24_hours", Json(true));
  if (const Json* rule = service.find("eligibility_rule")) card.set("rule", *rule);
  return to_text(card);
}

std::vector<search::Record> search_records(const Bundle& bundle, Date overdue_before) {
  std::vector<search::Record> records;
  const std::string_view status = text_of(bundle.service.body(), "status");
  if (status == "inactive" || status == "defunct") return records;  // listed, but not offered
  for (const Bundle::Place& place : bundle.places)
    records.push_back(record_of(bundle, &place, overdue_before));
  if (records.empty()) records.push_back(record_of(bundle, nullptr, overdue_before));
  return records;
}

std::vector<Record> need_taxonomy(const search::NeedTree& needs) {
  const std::string taxonomy = need_taxonomy_id().to_string();
  std::vector<Record> records{
      {Entity::kTaxonomy, need_taxonomy_id(),
       Json::object({{"id", taxonomy},
                     {"name", "Daybreak needs"},
                     {"description", "What a person may look for, in plain words"},
                     {"version", "1"}})}};
  for (const search::Need& need : needs.all()) {
    const Uuid id = need_term_id(need.code);
    Json term = Json::object({{"id", id.to_string()},
                              {"code", need.code},
                              {"name", need.label_english},
                              {"description", need.label_english},
                              {"taxonomy", "Daybreak needs"},
                              {"language", "en"},
                              {"taxonomy_id", taxonomy}});
    if (!need.parent.empty()) term.set("parent_id", need_term_id(need.parent).to_string());
    sort_members(term, info(Entity::kTaxonomyTerm));
    records.push_back({Entity::kTaxonomyTerm, id, std::move(term)});
  }
  return records;
}

}  // namespace daybreak::directory
