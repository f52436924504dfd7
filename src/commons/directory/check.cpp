// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/check.hpp"

#include <algorithm>
#include <iterator>
#include <unordered_map>

#include "base/unicode.hpp"
#include "commons/directory/capacity.hpp"

namespace daybreak::directory {
namespace {

// What is hidden from the public, by the first word of its key, so that each published text is
// looked through once whatever the number of hidden ones.
class HiddenTexts {
 public:
  void add(const Record& record) {
    for (const std::string& text : hidden_texts(record, Audience::everyone())) {
      std::string key = search_key(text);
      if (key.size() >= 6) by_first_word_[key.substr(0, key.find(' '))].push_back(std::move(key));
    }
  }
  bool any() const { return !by_first_word_.empty(); }
  bool stands_in(const Json& value) const {
    if (const std::string* text = value.if_string()) return in_text(*text);
    if (const JsonArray* items = value.if_array()) {
      for (const Json& item : *items)
        if (stands_in(item)) return true;
    } else if (const JsonObject* members = value.if_object()) {
      for (const JsonMember& member : *members)
        if (stands_in(member.value)) return true;
    }
    return false;
  }

 private:
  bool in_text(std::string_view text) const {
    const std::string key = search_key(text);
    for (std::size_t at = 0; at < key.size();) {
      const std::size_t end = std::min(key.find(' ', at), key.size());
      const auto found = by_first_word_.find(key.substr(at, end - at));
      if (found != by_first_word_.end()) {
        for (const std::string& hidden : found->second) {
          const bool whole = at + hidden.size() == key.size() ||
                             (at + hidden.size() < key.size() && key[at + hidden.size()] == ' ');
          if (whole && key.compare(at, hidden.size(), hidden) == 0) return true;
        }
      }
      at = end + 1;
    }
    return false;
  }
  std::unordered_map<std::string, std::vector<std::string>> by_first_word_;
};

constexpr Entity kWithHiddenParts[] = {Entity::kOrganization, Entity::kService,
                                       Entity::kServiceAtLocation, Entity::kLocation};

}  // namespace

bool is_overdue(const Json& service, Instant now) {
  const auto assured = parse_instant(text_of(service, "assured_date"));
  const Json* always = service.find("open_24_hours");
  const int days = always && *always == Json(true) ? 90 : 180;
  return !assured || now - *assured > std::chrono::days(days);
}

Result<CheckReport> check_directory(Directory& directory, Instant now) {
  HiddenTexts hidden;
  TRY(directory.database().read([&](db::Connection& c) -> Result<void> {
    for (const Entity entity : kWithHiddenParts) {
      TRY(store::each(c, entity, 1000, [&](std::vector<store::Stored> part) -> Result<void> {
        for (const store::Stored& stored : part) hidden.add(stored.record);
        return {};
      }));
    }
    return {};
  }));
  std::uint64_t services = 0, overdue = 0, no_phone = 0, no_place = 0, no_needs = 0,
                stale_capacity = 0, no_organization = 0;
  CheckReport report;
  TRY(directory.each_bundle(Audience::everyone(), [&](std::vector<Bundle> bundles) -> Result<void> {
    for (const Bundle& bundle : bundles) {
      const Json& service = bundle.service.body();
      ++services;
      overdue += is_overdue(service, now);
      no_phone += !service.find("phones") && !service.find("email") && !service.find("url");
      no_place += bundle.places.empty() && !service.find("service_areas") &&
                  text_of(service, "level") != "statewide" &&
                  text_of(service, "level") != "national";
      no_needs += !service.find("needs");
      no_organization += !bundle.organization;
      stale_capacity += service.find("capacity_status") &&
                        capacity_of(service).at(now) == CapacityStatus::kUnknown;
      if (hidden.any() && hidden.stands_in(nested(bundle)))
        report.leaks.push_back("service " + bundle.service.id().to_string() +
                               ": what the public sees holds a hidden address or phone");
    }
    return {};
  }));
  const std::uint64_t duplicates = TRY(directory.find_duplicates());
  const auto proposals = TRY(directory.database().read(
      [](db::Connection& c) { return store::proposals(c, "open", 100'000); }));
  report.counts = {{"services that the public sees", services},
                   {"overdue for a check", overdue},
                   {"without phone, e-mail or web address", no_phone},
                   {"without a place or an area served", no_place},
                   {"without a need that leads to them", no_needs},
                   {"without an organization", no_organization},
                   {"with a capacity that has expired", stale_capacity},
                   {"pairs that may be the same", duplicates},
                   {"proposals that wait for a decision", proposals.size()},
                   {"places where something hidden shows", report.leaks.size()}};
  return report;
}

Result<std::vector<std::string>> texts_hidden_from(Directory& directory, const Audience& audience) {
  std::vector<std::string> hidden;
  TRY(directory.database().read([&](db::Connection& c) -> Result<void> {
    for (const Entity entity : {Entity::kOrganization, Entity::kProgram, Entity::kService,
                                Entity::kServiceAtLocation, Entity::kLocation}) {
      TRY(store::each(c, entity, 500, [&](std::vector<store::Stored> batch) -> Result<void> {
        for (const store::Stored& stored : batch)
          std::ranges::move(hidden_texts(stored.record, audience), std::back_inserter(hidden));
        return {};
      }));
    }
    return {};
  }));
  return hidden;
}

Json to_json(const CheckReport& report) {
  Json counts = Json::object(), leaks = Json::array();
  for (const auto& [what, count] : report.counts) counts.set(what, count);
  for (const std::string& leak : report.leaks) leaks.append(leak);
  return Json::object({{"counts", std::move(counts)}, {"leaks", std::move(leaks)}});
}

}  // namespace daybreak::directory
