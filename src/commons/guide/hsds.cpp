// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/guide/hsds.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <unicode/locid.h>
#include <unicode/unistr.h>

#include "base/text.hpp"
#include "commons/directory/search/needs.hpp"
#include "geography/geography.hpp"
#include "language/format.hpp"
#include "language/words.hpp"

namespace daybreak::guide {
namespace {

using language::Language;
using language::Words;

std::string_view text_of(const Json& value, std::string_view member) {
  const Json* found = value.find(member);
  const std::string* text = found ? found->if_string() : nullptr;
  return text ? trim(*text) : std::string_view();
}

const JsonArray& list_of(const Json& value, std::string_view member) {
  static const JsonArray kEmpty;
  const Json* found = value.find(member);
  const JsonArray* list = found ? found->if_array() : nullptr;
  return list ? *list : kEmpty;
}

// Whether any part says that it is not for everyone.
bool is_hidden_anywhere(const Json& value) {
  if (const JsonArray* items = value.if_array())
    return std::ranges::any_of(*items, is_hidden_anywhere);
  const JsonObject* members = value.if_object();
  if (!members) return false;
  return std::ranges::any_of(*members, [](const JsonMember& member) {
    if (member.key == "visibility")
      return !member.value.if_string() || *member.value.if_string() != "public";
    return is_hidden_anywhere(member.value);
  });
}

void add_once(std::vector<std::string>& list, std::string words) {
  if (!words.empty() && std::ranges::find(list, words) == list.end())
    list.push_back(std::move(words));
}

std::string language_name(std::string_view code, std::string_view given, Language in) {
  if (code.empty()) return std::string(given);
  const icu::Locale locale(std::string(code).c_str());
  icu::UnicodeString name;
  locale.getDisplayLanguage(icu::Locale(std::string(language::code_of(in)).c_str()), name);
  std::string words;
  name.toUTF8String(words);
  return words.empty() || words == code ? std::string(given.empty() ? code : given) : words;
}

class Reader {
 public:
  Reader(const Json& service, const HsdsReading& reading)
      : service_(service), reading_(reading), t(reading.language) {}

  GuideEntry run(Uuid id) {
    entry_.id = id;
    read_texts();
    read_profile();
    add_phones(service_);
    add_languages(service_);
    read_places();
    if (entry_.hours.empty()) add_hours(service_);
    read_verification();
    if (!reading_.site.empty()) {
      std::string_view site = reading_.site;
      while (site.ends_with('/')) site.remove_suffix(1);
      entry_.live_address = fmt::format("{}/services/{}", site, id.to_string());
    }
    return std::move(entry_);
  }

 private:
  // The text in the guide's language where the record has it.
  std::string said(const Json& holder, std::string_view member) {
    if (reading_.language != Language::kEnglish) {
      const Json* translations = holder.find("translations");
      const Json* ours =
          translations ? translations->find(language::code_of(reading_.language)) : nullptr;
      if (ours) {
        if (const std::string_view words = text_of(*ours, member); !words.empty())
          return std::string(words);
      }
      if (!text_of(holder, member).empty() && &holder == &service_ && member == "description") {
        entry_.text_language = "en";
      }
    }
    return std::string(text_of(holder, member));
  }

  void read_texts() {
    entry_.name = said(service_, "name");
    entry_.description = said(service_, "description");
    if (const std::string alert = said(service_, "alert"); !alert.empty()) {
      entry_.description = alert + (entry_.description.empty() ? "" : " " + entry_.description);
    }
    entry_.eligibility = said(service_, "eligibility_description");
    if (entry_.eligibility.empty()) entry_.eligibility = ages();
    entry_.not_for = said(service_, "ineligibility_description");
    entry_.how_to_start = said(service_, "application_process");
    entry_.cost = said(service_, "fees_description");
    entry_.email = text_of(service_, "email");
    entry_.website = text_of(service_, "url");
    if (const Json* organization = service_.find("organization")) {
      entry_.organization = said(*organization, "name");
      if (entry_.website.empty()) entry_.website = text_of(*organization, "website");
    }
  }

  std::string ages() const {
    const auto number = [this](std::string_view member) {
      const Json* found = service_.find(member);
      return found ? found->if_number() : std::nullopt;
    };
    const auto least = number("minimum_age"), most = number("maximum_age");
    if (least && most)
      return t("Ages {0} to {1}", {fmt::format("{:g}", *least), fmt::format("{:g}", *most)});
    if (least) return t("Ages {0} and older", {fmt::format("{:g}", *least)});
    if (most) return t("Ages up to {0}", {fmt::format("{:g}", *most)});
    return {};
  }

  void read_profile() {
    const std::string_view level = text_of(service_, "level");
    entry_.level = level == "regional"    ? Level::kRegional
                   : level == "statewide" ? Level::kStatewide
                   : level == "national"  ? Level::kNational
                                          : Level::kLocal;
    const Json* day_and_night = service_.find("open_24_hours");
    entry_.open_24_hours = day_and_night && day_and_night->if_bool() && *day_and_night->if_bool();
    for (const Json& code : list_of(service_, "needs")) {
      if (!code.if_string() || !reading_.need) continue;
      if (auto need = reading_.need(*code.if_string())) entry_.needs.push_back(std::move(*need));
    }
    for (const Json& code : list_of(service_, "counties")) {
      if (!code.if_string()) continue;
      const auto fips = geography::CountyFips::parse(*code.if_string());
      const geography::County* county = fips ? geography::find_county(*fips) : nullptr;
      if (county) add_once(entry_.counties, std::string(county->short_name));
    }
    if (entry_.counties.empty() && entry_.level == Level::kLocal) {
      for (const Json& area : list_of(service_, "service_areas")) {
        if (text_of(area, "name").size() < 60)
          add_once(entry_.counties, std::string(text_of(area, "name")));
      }
    }
    std::ranges::sort(entry_.counties);
  }

  void add_phones(const Json& holder) {
    for (const Json& phone : list_of(holder, "phones")) {
      if (text_of(phone, "type") == "fax") continue;
      Phone made{.number = std::string(text_of(phone, "number"))};
      std::vector<std::string> label;
      if (const Json* extension = phone.find("extension"); extension && extension->if_number()) {
        label.push_back(t("extension {0}", {fmt::format("{:g}", *extension->if_number())}));
      }
      if (const std::string_view type = text_of(phone, "type"); type == "sms" || type == "text") {
        label.emplace_back(t("text messages"));
      }
      const std::string_view description = text_of(phone, "description");
      if (!description.empty() && description.size() <= 60) label.emplace_back(description);
      made.label = join(label, ", ");
      const bool known = std::ranges::any_of(
          entry_.phones, [&](const Phone& other) { return other.number == made.number; });
      if (!made.number.empty() && !known && entry_.phones.size() < 4)
        entry_.phones.push_back(std::move(made));
    }
  }

  void add_languages(const Json& holder) {
    for (const Json& one : list_of(holder, "languages")) {
      add_once(entry_.languages,
               language_name(text_of(one, "code"), text_of(one, "name"), reading_.language));
    }
  }

  void add_hours(const Json& holder) {
    const Json* schedules = holder.find("schedules");
    if (schedules) entry_.hours = hours_in_words(*schedules, reading_.language);
  }

  void read_places() {
    std::vector<std::string> addresses;
    bool confidential = false, physical = false;
    for (const Json& place : list_of(service_, "service_at_locations")) {
      add_phones(place);
      if (entry_.hours.empty()) add_hours(place);
      const Json* location = place.find("location");
      if (!location) continue;
      const std::string_view type = text_of(*location, "location_type");
      confidential = confidential || type == "redacted";
      physical = physical || type == "physical";
      add_languages(*location);
      if (type != "redacted") {
        add_phones(*location);
        if (entry_.hours.empty()) add_hours(*location);
      }
      for (const Json& address : list_of(*location, "addresses")) {
        if (text_of(address, "address_type") == "virtual") continue;
        add_once(addresses, one_line(address));
      }
    }
    constexpr std::size_t kMost = 3;
    const std::size_t more = addresses.size() > kMost ? addresses.size() - kMost : 0;
    addresses.resize(addresses.size() - more);
    entry_.address = join(addresses, "; ");
    if (more > 0) {
      entry_.address +=
          "; " + t.plural("{0} more place", "{0} more places", static_cast<std::int64_t>(more));
    }
    entry_.place = confidential                     ? PlaceKind::kConfidential
                   : physical || !addresses.empty() ? PlaceKind::kAddress
                                                    : PlaceKind::kNoPlace;
  }

  static std::string one_line(const Json& address) {
    std::vector<std::string> parts;
    for (std::string_view member : {"address_1", "address_2", "city"}) {
      if (const std::string_view part = text_of(address, member); !part.empty())
        parts.emplace_back(part);
    }
    std::string line = join(parts, ", ");
    for (std::string_view member : {"state_province", "postal_code"}) {
      if (const std::string_view part = text_of(address, member); !part.empty()) {
        line += (line.empty() ? "" : " ") + std::string(part);
      }
    }
    return line;
  }

  void read_verification() {
    const auto date = parse_date(text_of(service_, "assured_date"));
    if (!date) return;
    entry_.verified_on = *date;
    const auto age = std::chrono::sys_days(reading_.date) - std::chrono::sys_days(*date);
    entry_.overdue = age.count() > reading_.days_valid;
  }

  const Json& service_;
  const HsdsReading& reading_;
  const Words t;
  GuideEntry entry_;
};

// "HH:MM" or "HH:MM:SS", with or without a zone after it.
std::optional<int> minutes_of(std::string_view time) {
  if (time.size() < 5 || time[2] != ':') return {};
  const auto hours = to_integer(time.substr(0, 2)), minutes = to_integer(time.substr(3, 2));
  if (!hours || !minutes || *hours > 24 || *minutes > 59) return {};
  return static_cast<int>(*hours * 60 + *minutes);
}

// Bits 0 (Monday) to 6 of "MO,TU"; 0 when there is a day that is none, or "2MO".
unsigned days_of(std::string_view byday) {
  static constexpr std::string_view kDays[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
  unsigned days = 0;
  for (std::string_view day : split(byday, ',')) {
    const auto* found = std::ranges::find(kDays, trim(day));
    if (found == std::end(kDays)) return 0;
    days |= 1u << (found - std::begin(kDays));
  }
  return days;
}

std::string days_in_words(unsigned days, const Words& t) {
  const auto name = [&](int day) {
    return std::string(language::weekday_name(t.language(), std::chrono::weekday((day + 1) % 7)));
  };
  if (days == 0x7f) return std::string(t("Every day"));
  std::vector<std::string> parts;
  for (int day = 0; day < 7; ++day) {
    if (!(days >> day & 1)) continue;
    int last = day;
    while (last < 6 && days >> (last + 1) & 1) ++last;
    if (last - day >= 2) {
      parts.push_back(t("{0} to {1}", {name(day), name(last)}));
    } else {
      for (int one = day; one <= last; ++one) parts.push_back(name(one));
    }
    day = last;
  }
  return join(parts, ", ");
}

}  // namespace

std::string hours_in_words(const Json& schedules, language::Language language) {
  const Words t(language);
  struct Stretch {
    int opens, closes;
    unsigned days;
  };
  std::vector<Stretch> stretches;
  std::string description;
  const JsonArray* list = schedules.if_array();
  for (const Json& one : list ? *list : JsonArray()) {
    if (description.empty()) description = text_of(one, "description");
    const auto opens = minutes_of(text_of(one, "opens_at")),
               closes = minutes_of(text_of(one, "closes_at"));
    const std::string_view frequency = text_of(one, "freq");
    const unsigned days = days_of(text_of(one, "byday"));
    if (!opens || !closes || days == 0 || (!frequency.empty() && frequency != "WEEKLY")) continue;
    const auto same = std::ranges::find_if(stretches, [&](const Stretch& other) {
      return other.opens == *opens && other.closes == *closes;
    });
    if (same == stretches.end()) {
      stretches.push_back({*opens, *closes, days});
    } else {
      same->days |= days;
    }
  }
  if (stretches.empty()) return description.size() <= 300 ? description : shorten(description, 300);
  std::ranges::sort(stretches, [](const Stretch& a, const Stretch& b) {
    return std::pair(a.days & (~a.days + 1), a.opens) < std::pair(b.days & (~b.days + 1), b.opens);
  });
  std::vector<std::string> parts;
  for (const Stretch& stretch : stretches) {
    parts.push_back(
        t("{0}, {1} to {2}",
          {days_in_words(stretch.days, t), language::format_time(language, stretch.opens),
           language::format_time(language, stretch.closes % (24 * 60))}));
  }
  return join(parts, "; ");
}

Result<std::optional<GuideEntry>> entry_from_hsds(const Json& service, const HsdsReading& reading) {
  const std::string place = "service " + std::string(text_of(service, "id"));
  const auto id = Uuid::parse(text_of(service, "id"));
  if (!id || text_of(service, "name").empty()) {
    return fail(ErrorKind::kInvalid, "a service needs an id (UUID) and a name", place);
  }
  if (is_hidden_anywhere(service)) {
    return fail(ErrorKind::kDenied,
                "the record holds a part that is not public and was not projected", place,
                "Take it from the directory's export for the guide's audience.");
  }
  const std::string_view status = text_of(service, "status");
  if (!status.empty() && status != "active") return std::nullopt;
  return Reader(service, reading).run(*id);
}

HsdsReading reading_with(const directory::search::NeedTree& needs, Language language, Date date,
                         std::string site) {
  const auto label = [spanish =
                          language == Language::kSpanish](const directory::search::Need& need) {
    return spanish ? need.label_spanish : need.label_english;
  };
  return {.language = language,
          .date = date,
          .site = std::move(site),
          .need = [&needs, label](std::string_view code) -> std::optional<NeedLabel> {
            const directory::search::Need* need = needs.find(code);
            if (need == nullptr) return std::nullopt;
            // The path ends at the root of the tree.
            const auto path = needs.path(code);
            const directory::search::Need& root = path.empty() ? *need : needs.all()[path.back()];
            return NeedLabel{label(root), label(*need)};
          }};
}

}  // namespace daybreak::guide
