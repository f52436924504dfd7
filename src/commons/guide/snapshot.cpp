// SPDX-License-Identifier: AGPL-3.0-or-later
// Editions as canonical JSON, their hash, and the difference of two.
#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "base/digest.hpp"
#include "base/json.hpp"
#include "commons/guide/edition.hpp"

namespace daybreak::guide {
namespace {

constexpr std::string_view kFormat = "daybreak-guide-1";
constexpr const char* kLevels[] = {"local", "regional", "statewide", "national"};
constexpr const char* kPlaces[] = {"address", "confidential", "none"};

Json list_of(const std::vector<std::string>& words) {
  Json list = Json::array();
  for (const std::string& word : words) list.append(word);
  return list;
}

Json to_json(const GuideEntry& entry) {
  Json needs = Json::array(), phones = Json::array();
  for (const NeedLabel& need : entry.needs) {
    needs.append(Json::object({{"group", need.group}, {"label", need.label}}));
  }
  for (const Phone& phone : entry.phones) {
    phones.append(Json::object({{"number", phone.number}, {"label", phone.label}}));
  }
  return Json::object(
      {{"id", entry.id.to_string()},
       {"name", entry.name},
       {"organization", entry.organization},
       {"description", entry.description},
       {"text_language", entry.text_language},
       {"level", kLevels[static_cast<int>(entry.level)]},
       {"needs", std::move(needs)},
       {"phones", std::move(phones)},
       {"email", entry.email},
       {"website", entry.website},
       {"place", kPlaces[static_cast<int>(entry.place)]},
       {"address", entry.address},
       {"counties", list_of(entry.counties)},
       {"languages", list_of(entry.languages)},
       {"open_24_hours", entry.open_24_hours},
       {"hours", entry.hours},
       {"eligibility", entry.eligibility},
       {"not_for", entry.not_for},
       {"how_to_start", entry.how_to_start},
       {"cost", entry.cost},
       {"verified_on", entry.verified_on ? format_date(*entry.verified_on) : std::string()},
       {"overdue", entry.overdue},
       {"live_address", entry.live_address}});
}

Json to_json(const GuideEdition& edition) {
  Json hotlines = Json::array(), entries = Json::array();
  for (const Hotline& line : edition.hotlines) {
    hotlines.append(Json::object({{"name", line.name},
                                  {"number", line.number},
                                  {"note", line.note},
                                  {"card_label", line.card_label}}));
  }
  std::vector<const GuideEntry*> sorted;
  for (const GuideEntry& entry : edition.entries) sorted.push_back(&entry);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto* a, const auto* b) { return a->id < b->id; });
  for (const GuideEntry* entry : sorted) entries.append(to_json(*entry));
  return Json::object({{"format", kFormat},
                       {"title", edition.title},
                       {"publisher", edition.publisher},
                       {"region", edition.region},
                       {"language", language::code_of(edition.language)},
                       {"audience", edition.audience},
                       {"date", format_date(edition.date)},
                       {"crisis_reason", edition.crisis_reason},
                       {"demonstration", edition.demonstration},
                       {"corrections", edition.corrections},
                       {"site", edition.site},
                       {"notice", edition.notice},
                       {"hotlines", std::move(hotlines)},
                       {"entries", std::move(entries)}});
}

// Reads the members of one object; the first that is not what it should be is remembered.
class Fields {
 public:
  Fields(const Json& json, std::string place) : json_(json), place_(std::move(place)) {}

  void read(const char* key, std::string& into) {
    const Json* value = json_.find(key);
    if (value && value->if_string()) {
      into = *value->if_string();
    } else {
      broken(key, "text");
    }
  }
  void read(const char* key, bool& into) {
    const Json* value = json_.find(key);
    if (value && value->if_bool()) {
      into = *value->if_bool();
    } else {
      broken(key, "true or false");
    }
  }
  void read(const char* key, std::vector<std::string>& into) {
    each(key, [&](const Json& item, const std::string&) {
      if (item.if_string()) {
        into.push_back(*item.if_string());
      } else {
        broken(key, "a list of texts");
      }
    });
  }
  template <typename Visitor>
  void each(const char* key, Visitor visitor) {
    const Json* value = json_.find(key);
    if (!value || !value->if_array()) return broken(key, "a list");
    std::size_t number = 0;
    for (const Json& item : *value->if_array()) {
      visitor(item, fmt::format("{}.{}[{}]", place_, key, number++));
    }
  }
  template <std::size_t N>
  int one_of(const char* key, const char* const (&names)[N]) {
    std::string name;
    read(key, name);
    for (std::size_t i = 0; i < N; ++i) {
      if (name == names[i]) return static_cast<int>(i);
    }
    broken(key, "one of the known words");
    return 0;
  }
  void broken(const char* key, std::string_view wanted) {
    if (!error_) {
      error_ = Error{ErrorKind::kInvalid, fmt::format("\"{}\" is not {}", key, wanted), place_,
                     "Use a snapshot that this program wrote."};
    }
  }
  void take(const std::optional<Error>& inner) {
    if (!error_) error_ = inner;
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  const Json& json_;
  std::string place_;
  std::optional<Error> error_;
};

void read_date(Fields& fields, const char* key, std::optional<Date>& into) {
  std::string words;
  fields.read(key, words);
  if (words.empty()) return;
  if (const auto date = parse_date(words)) {
    into = *date;
  } else {
    fields.broken(key, "a date");
  }
}

GuideEntry read_entry(Fields& fields) {
  GuideEntry entry;
  std::string id;
  fields.read("id", id);
  if (const auto uuid = Uuid::parse(id)) {
    entry.id = *uuid;
  } else {
    fields.broken("id", "a UUID");
  }
  fields.read("name", entry.name);
  fields.read("organization", entry.organization);
  fields.read("description", entry.description);
  fields.read("text_language", entry.text_language);
  entry.level = static_cast<Level>(fields.one_of("level", kLevels));
  fields.each("needs", [&](const Json& item, const std::string& place) {
    Fields need(item, place);
    entry.needs.emplace_back();
    need.read("group", entry.needs.back().group);
    need.read("label", entry.needs.back().label);
    fields.take(need.error());
  });
  fields.each("phones", [&](const Json& item, const std::string& place) {
    Fields phone(item, place);
    entry.phones.emplace_back();
    phone.read("number", entry.phones.back().number);
    phone.read("label", entry.phones.back().label);
    fields.take(phone.error());
  });
  fields.read("email", entry.email);
  fields.read("website", entry.website);
  entry.place = static_cast<PlaceKind>(fields.one_of("place", kPlaces));
  fields.read("address", entry.address);
  fields.read("counties", entry.counties);
  fields.read("languages", entry.languages);
  fields.read("open_24_hours", entry.open_24_hours);
  fields.read("hours", entry.hours);
  fields.read("eligibility", entry.eligibility);
  fields.read("not_for", entry.not_for);
  fields.read("how_to_start", entry.how_to_start);
  fields.read("cost", entry.cost);
  read_date(fields, "verified_on", entry.verified_on);
  fields.read("overdue", entry.overdue);
  fields.read("live_address", entry.live_address);
  return entry;
}

}  // namespace

std::string to_snapshot(const GuideEdition& edition) {
  return to_text(to_json(edition), JsonLayout::kIndented) + "\n";
}

Result<GuideEdition> from_snapshot(std::string_view json) {
  const Json value = TRY(parse_json(json, {}, "snapshot"));
  Fields fields(value, "snapshot");
  GuideEdition edition;
  std::string format, code;
  fields.read("format", format);
  if (format != kFormat) fields.broken("format", kFormat);
  fields.read("title", edition.title);
  fields.read("publisher", edition.publisher);
  fields.read("region", edition.region);
  fields.read("language", code);
  if (const auto language = language::parse_language(code)) {
    edition.language = *language;
  } else {
    fields.broken("language", "a language of this program");
  }
  fields.read("audience", edition.audience);
  std::optional<Date> date;
  read_date(fields, "date", date);
  if (!date) fields.broken("date", "a date");
  edition.date = date.value_or(edition.date);
  fields.read("crisis_reason", edition.crisis_reason);
  fields.read("demonstration", edition.demonstration);
  fields.read("corrections", edition.corrections);
  fields.read("site", edition.site);
  fields.read("notice", edition.notice);
  fields.each("hotlines", [&](const Json& item, const std::string& place) {
    Fields line(item, place);
    edition.hotlines.emplace_back();
    line.read("name", edition.hotlines.back().name);
    line.read("number", edition.hotlines.back().number);
    line.read("note", edition.hotlines.back().note);
    line.read("card_label", edition.hotlines.back().card_label);
    fields.take(line.error());
  });
  fields.each("entries", [&](const Json& item, const std::string& place) {
    Fields entry(item, place);
    edition.entries.push_back(read_entry(entry));
    fields.take(entry.error());
  });
  if (fields.error()) return tl::make_unexpected(*fields.error());
  return edition;
}

std::string fingerprint_of(const GuideEdition& edition) { return sha256_hex(to_snapshot(edition)); }

GuideChanges changes_between(const GuideEdition& last, const GuideEdition& next) {
  GuideChanges changes{.since = last.date};
  std::map<Uuid, const GuideEntry*> before;
  for (const GuideEntry& entry : last.entries) before.emplace(entry.id, &entry);
  for (const GuideEntry& entry : next.entries) {
    const auto found = before.find(entry.id);
    if (found == before.end()) {
      changes.added.push_back(entry.name);
      continue;
    }
    const Json old = to_json(*found->second), now = to_json(entry);
    ChangedEntry changed{.name = entry.name};
    for (const JsonMember& member : *now.if_object()) {
      // A new check of the same facts is no news to a reader.
      const bool news = member.key != "verified_on" && member.key != "live_address";
      if (news && *old.find(member.key) != member.value) changed.fields.push_back(member.key);
    }
    if (!changed.fields.empty()) changes.changed.push_back(std::move(changed));
    before.erase(found);
  }
  for (const auto& [id, entry] : before) changes.removed.push_back(entry->name);
  std::sort(changes.added.begin(), changes.added.end());
  std::sort(changes.removed.begin(), changes.removed.end());
  std::sort(changes.changed.begin(), changes.changed.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return changes;
}

}  // namespace daybreak::guide
