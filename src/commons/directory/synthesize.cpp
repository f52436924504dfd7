// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/synthesize.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "base/unicode.hpp"
#include "commons/directory/eligibility.hpp"
#include "commons/directory/synthesize_scenes.hpp"
#include "geography/geography.hpp"

namespace daybreak::directory {
namespace {

// The counties of the demonstration's task force, from Lake Erie to Chemung.
constexpr std::uint32_t kWesternNewYork[] = {36029, 36063, 36013, 36009, 36003, 36121,
                                             36037, 36073, 36055, 36051, 36069, 36117,
                                             36123, 36099, 36101, 36097, 36015};

class Maker {
 public:
  explicit Maker(const SynthesisOptions& options)
      : options_(options),
        random_(options.seed),
        ids_(options.scene == Scene::kDemonstration ? "demonstration" : "benchmark") {
    if (options.scene == Scene::kDemonstration) {
      for (const std::uint32_t fips : kWesternNewYork)
        if (const auto* county = geography::find_county(geography::CountyFips(fips)))
          counties_.push_back(county);
    } else {
      for (const geography::County& county : geography::counties())
        if (county.state == "NY") counties_.push_back(&county);
    }
  }

  std::vector<Record> service(std::size_t number) {
    const SceneKind& kind = kSceneKinds[number % kSceneKinds.size()];
    const geography::County& county = *counties_[pick(counties_.size())];
    const std::size_t owner = pick(std::max<std::size_t>(options_.services / 4, 1));
    Json service = Json::object();
    service.set("id", id("service", number));
    service.set("organization", organization(owner));
    describe(service, kind, county, number);
    reach(service, kind, number);
    rules(service, kind);
    hours(service, kind, number);
    if (level_ == "local" || level_ == "regional")
      service.set("service_at_locations", places(kind, county, number));
    sort_members(service, info(Entity::kService));
    return split_records(std::move(service), Entity::kService, "synthesis", Completeness::kWhole);
  }

 private:
  std::size_t pick(std::size_t bound) { return static_cast<std::size_t>(random_.below(bound)); }
  bool chance(std::uint64_t percent) { return random_.below(100) < percent; }
  std::string id(std::string_view what, std::size_t number, std::string_view part = {}) const {
    return ids_.id_for(what, std::to_string(number) + std::string(part)).to_string();
  }
  std::string phone_number(std::size_t number) {
    constexpr std::array<std::string_view, 4> kAreas = {"716", "585", "607", "315"};
    std::string last = std::to_string(number % 100);
    if (last.size() < 2) last.insert(0, 1, '0');
    return std::string(kAreas[number / 100 % 4]) + "-555-01" + last;
  }
  Json organization(std::size_t owner) {
    const std::string name =
        std::string(kFirstWords[owner % kFirstWords.size()]) + " " +
        std::string(kSecondWords[owner / kFirstWords.size() % kSecondWords.size()]) +
        " Demonstration " + std::string(kThirdWords[(owner / 7) % kThirdWords.size()]) +
        (owner < 240 ? std::string() : " " + std::to_string(owner));
    const std::string site = replace_all(search_key(name), " ", "-");
    return Json::object(
        {{"id", id("organization", owner)},
         {"name", name},
         {"description",
          "A fictional organization for the demonstration of this program. It gives no help."},
         {"email", "contact@" + site + ".example.org"},
         {"website", "https://" + site + ".example.org/"}});
  }

  void describe(Json& service, const SceneKind& kind, const geography::County& county,
                std::size_t number);
  void reach(Json& service, const SceneKind& kind, std::size_t number);
  void rules(Json& service, const SceneKind& kind);
  void hours(Json& service, const SceneKind& kind, std::size_t number);
  Json places(const SceneKind& kind, const geography::County& county, std::size_t number);

  const SynthesisOptions& options_;
  SeededRandom random_;
  IdSpace ids_;
  std::vector<const geography::County*> counties_;
  std::string level_;
};

void Maker::describe(Json& service, const SceneKind& kind, const geography::County& county,
                     std::size_t number) {
  level_ = chance(84) ? (chance(75) ? "local" : "regional") : chance(75) ? "statewide" : "national";
  const std::string where = level_ == "local"       ? std::string(county.name)
                            : level_ == "regional"  ? "western New York"
                            : level_ == "statewide" ? "New York State"
                                                    : "the United States";
  service.set("name", std::string(kind.english) + " (demonstration) " + std::to_string(number + 1));
  service.set("description", std::string(kind.about) + " Serves " + where +
                                 ". Fictional: shown to demonstrate this program.");
  service.set("status", chance(97) ? "active" : "temporarily closed");
  service.set("level", level_);
  Json needs = Json::array(), attributes = Json::array();
  for (const std::string_view need : split(kind.needs, ' ')) {
    needs.append(need);
    attributes.append(Json::object({{"id", id("attribute", number, need)},
                                    {"taxonomy_term_id", need_term_id(need).to_string()}}));
  }
  service.set("needs", std::move(needs));
  service.set("attributes", std::move(attributes));
  Json translations = Json::object();
  translations.set("es",
                   Json::object({{"name", std::string(kind.spanish) + " (demostración) " +
                                              std::to_string(number + 1)},
                                 {"description", std::string(kind.about_spanish) +
                                                     " Ficticio: solo demuestra este programa."}}));
  service.set("translations", std::move(translations));
  Json counties = Json::array(), areas = Json::array();
  const auto add_county = [&](const geography::County& one) {
    counties.append(one.fips.to_string());
    areas.append(Json::object({{"id", id("service_area", number, one.fips.to_string())},
                               {"name", std::string(one.name)}}));
  };
  if (level_ == "local") add_county(county);
  if (level_ == "regional") {
    const std::size_t start = pick(counties_.size());
    for (std::size_t i = 0; i < std::min<std::size_t>(4, counties_.size()); ++i)
      add_county(*counties_[(start + i) % counties_.size()]);
  }
  if (level_ == "statewide") service.set("states", Json::array({"NY"}));
  if (counties.size() > 0) service.set("counties", std::move(counties));
  if (areas.size() > 0) service.set("service_areas", std::move(areas));
  const auto checked =
      std::chrono::floor<std::chrono::days>(options_.now) - std::chrono::days(pick(300));
  service.set("assured_date", format_date(Date(checked)));
}

void Maker::reach(Json& service, const SceneKind& kind, std::size_t number) {
  Json phones = Json::array({Json::object(
      {{"id", id("phone", number)}, {"number", phone_number(number)}, {"type", "voice"}})});
  if (kind.open_all_day)
    phones.append(Json::object({{"id", id("phone", number, "b")},
                                {"number", phone_number(number + 37)},
                                {"type", "hotline"},
                                {"description", "24 hours"}}));
  service.set("phones", std::move(phones));
  service.set("email", "service" + std::to_string(number + 1) + "@example.org");
  service.set("url", "https://example.org/demonstration/" + std::to_string(number + 1));
  service.set("application_process", kind.open_all_day
                                         ? "Call at any time."
                                         : "Call first; an advocate may call for the person.");
  service.set("fees_description", "Free");
  Json& spanish = *service.find("translations")->find("es");
  spanish.set("application_process",
              kind.open_all_day ? "Llame a cualquier hora."
                                : "Llame primero; también puede llamar alguien por usted.");
  spanish.set("fees_description", "Gratis");
  Json languages = Json::array(
      {Json::object({{"id", id("language", number)}, {"name", "English"}, {"code", "eng"}})});
  for (std::size_t i = 0; i < kLanguages.size(); ++i) {
    if (!chance(i == 0 ? 55 : 12)) continue;
    languages.append(Json::object({{"id", id("language", number, kLanguages[i].second)},
                                   {"name", kLanguages[i].first},
                                   {"code", kLanguages[i].second}}));
  }
  service.set("languages", std::move(languages));
}

void Maker::rules(Json& service, const SceneKind& kind) {
  if (!kind.rule.empty()) {
    Json rule = parse_json(kind.rule).value();
    service.set("eligibility_description", describe_rule(rule));
    service.set("eligibility_rule", std::move(rule));
  }
  Json suitability = Json::object();
  for (const std::string_view word : split(kind.suitability, ' ')) suitability.set(word, true);
  if (chance(20)) suitability.set("pets", true);
  service.set("suitability", std::move(suitability));
  if (kind.open_all_day) service.set("open_24_hours", true);
  if (!chance(60)) return;
  constexpr std::array kStatuses = {CapacityStatus::kCapacity, CapacityStatus::kCapacity,
                                    CapacityStatus::kNoCapacity, CapacityStatus::kWaitlist,
                                    CapacityStatus::kAssessmentRequired};
  const Instant as_of = options_.now - std::chrono::minutes(pick(60 * 48));
  service.set("capacity_status", to_json(Capacity{kStatuses[pick(kStatuses.size())], as_of,
                                                  as_of + usual_lifetime(service)}));
}

void Maker::hours(Json& service, const SceneKind& kind, std::size_t number) {
  const bool all_day = kind.open_all_day;
  constexpr std::array<std::string_view, 3> kOpens = {"08:00", "09:00", "10:00"},
                                            kCloses = {"16:30", "17:00", "20:00"};
  service.set(
      "schedules",
      Json::array({Json::object({{"id", id("schedule", number)},
                                 {"freq", "WEEKLY"},
                                 {"interval", 1},
                                 {"byday", all_day ? "MO,TU,WE,TH,FR,SA,SU" : "MO,TU,WE,TH,FR"},
                                 {"opens_at", all_day ? "00:00" : kOpens[pick(3)]},
                                 {"closes_at", all_day ? "24:00" : kCloses[pick(3)]}})}));
}

Json Maker::places(const SceneKind& kind, const geography::County& county, std::size_t number) {
  const auto near = [&](double middle) {
    return static_cast<double>(static_cast<std::int64_t>(
               (middle + (static_cast<double>(pick(4000)) - 2000) / 10'000) * 1e5)) /
           1e5;
  };
  const bool hidden = kind.hidden_place && chance(60);
  const std::string street = std::to_string(100 + pick(900)) +
                             (hidden ? " Hidden Demonstration Lane" : " Demonstration Street");
  const std::string town = "Demonstration " + std::string(county.short_name);
  const auto address = [&](std::string_view part, std::string_view line) {
    Json one = Json::object({{"id", id("address", number, part)}});
    if (!line.empty()) one.set("address_1", line);
    one.set("city", town);
    one.set("state_province", "NY");
    one.set("postal_code", "00000");
    one.set("country", "US");
    one.set("address_type", "physical");
    return one;
  };
  Json location = Json::object({{"id", id("location", number)}, {"location_type", "physical"}});
  location.set("name", hidden ? "Confidential demonstration house " + std::to_string(number + 1)
                              : "Demonstration office " + std::to_string(number + 1));
  location.set("latitude", near(county.center.latitude));
  location.set("longitude", near(county.center.longitude));
  location.set("addresses", Json::array({address("", street)}));
  location.set("accessibility",
               Json::array({Json::object(
                   {{"id", id("accessibility", number)}, {"description", "Wheelchair access"}})}));
  if (hidden) {
    location.set("visibility", "confidential");
    location.set("public_latitude", county.center.latitude);
    location.set("public_longitude", county.center.longitude);
    location.set("public_addresses", Json::array({address("public", "")}));
  }
  sort_members(location, info(Entity::kLocation));
  return Json::array({Json::object(
      {{"id", id("service_at_location", number)}, {"location", std::move(location)}})});
}

}  // namespace

Result<void> synthesize(const SynthesisOptions& options,
                        const std::function<Result<void>(std::vector<Record>)>& take) {
  Maker maker(options);
  for (std::size_t number = 0; number < options.services; ++number)
    TRY(take(maker.service(number)));
  return {};
}

Result<ImportCounts> synthesize_into(Directory& directory, const SynthesisOptions& options,
                                     const std::function<void(std::uint64_t)>& progress) {
  const std::string name = options.scene == Scene::kDemonstration ? "demonstration" : "benchmark";
  const Uuid source = TRY(directory.put_source({{}, name, "", "CC0-1.0"}));
  ImportCounts counts;
  std::vector<Record> batch;
  std::uint64_t services = 0;
  const auto flush = [&]() -> Result<void> {
    counts += TRY(directory.import(std::exchange(batch, {}), source, name, ImportMode::kApply));
    batch.clear();
    if (progress) progress(services);
    return {};
  };
  TRY(synthesize(options, [&](std::vector<Record> records) -> Result<void> {
    std::ranges::move(records, std::back_inserter(batch));
    ++services;
    if (batch.size() >= 2000) TRY(flush());
    return {};
  }));
  TRY(flush());
  return counts;
}

}  // namespace daybreak::directory
