// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/guide/hsds.hpp"

#include <gtest/gtest.h>

#include "base/test_result.hpp"
#include "commons/guide/guide.hpp"
#include "doc/plain_text.hpp"

namespace daybreak::guide {
namespace {

constexpr std::string_view kService = R"json({
  "id": "ac148810-d857-441c-9679-408f346de14b", "name": "Example Night Shelter", "status": "active",
  "description": "An invented shelter.", "level": "local", "needs": ["housing.shelter"], "counties": ["36029"],
  "translations": {"es": {"name": "Albergue de ejemplo", "description": "Un albergue inventado."}},
  "assured_date": "2026-01-02", "minimum_age": 18, "fees_description": "free", "url": "https://example.org/",
  "organization": {"name": "Fictional Association"},
  "phones": [{"number": "716-555-0100", "extension": 3}, {"number": "716-555-0100"}, {"number": "716-555-0101", "type": "fax"}],
  "languages": [{"code": "es", "name": "Spanish"}, {"code": "zh", "name": "Chinese"}],
  "schedules": [{"freq": "WEEKLY", "byday": "MO,TU,WE", "opens_at": "09:00", "closes_at": "17:00"},
                {"freq": "WEEKLY", "byday": "TH,FR", "opens_at": "09:00", "closes_at": "17:00"},
                {"freq": "WEEKLY", "byday": "SA", "opens_at": "10:30", "closes_at": "12:00"}],
  "service_at_locations": [{"location": {"location_type": "redacted", "addresses": [{"city": "Exampleville", "state_province": "NY"}]}}]
})json";

HsdsReading reading(language::Language in) {
  return {.language = in,
          .date = Date{std::chrono::year(2026) / 11 / 21},
          .site = "https://guide.example.org/",
          .need = [](std::string_view) { return NeedLabel{"A place to live", "Shelter"}; }};
}

TEST(Hsds, BecomesAnEntry) {
  const Json service = parse_json(kService).value();
  const GuideEntry entry =
      entry_from_hsds(service, reading(language::Language::kEnglish)).value().value();
  EXPECT_EQ(entry.name, "Example Night Shelter");
  EXPECT_EQ(entry.eligibility, "Ages 18 and older");
  ASSERT_EQ(entry.phones.size(), 1u);
  EXPECT_EQ(entry.phones[0].label, "extension 3");
  EXPECT_EQ(entry.languages, (std::vector<std::string>{"Spanish", "Chinese"}));
  EXPECT_EQ(entry.counties, std::vector<std::string>{"Erie"});
  EXPECT_EQ(entry.hours,
            "Monday to Friday, 9:00 a.m. to 5:00 p.m.; Saturday, 10:30 a.m. to 12:00 p.m.");
  EXPECT_EQ(entry.place, PlaceKind::kConfidential);
  EXPECT_EQ(entry.address, "Exampleville NY");
  EXPECT_TRUE(entry.overdue);
  EXPECT_EQ(entry.live_address,
            "https://guide.example.org/services/ac148810-d857-441c-9679-408f346de14b");
}

TEST(Hsds, SpeaksSpanishWhereTheRecordDoes) {
  const Json service = parse_json(kService).value();
  const GuideEntry entry =
      entry_from_hsds(service, reading(language::Language::kSpanish)).value().value();
  EXPECT_EQ(entry.name, "Albergue de ejemplo");
  EXPECT_EQ(entry.text_language, "");
  EXPECT_EQ(entry.languages, (std::vector<std::string>{"español", "chino"}));
  Json untranslated = service;
  untranslated.erase("translations");
  EXPECT_EQ(
      entry_from_hsds(untranslated, reading(language::Language::kSpanish)).value()->text_language,
      "en");
}

// What did not pass through the projection must not be printed, wherever it hides.
TEST(Hsds, RefusesRecordsThatWereNotProjected) {
  for (const char* path : {"service", "phone", "location", "address"}) {
    Json service = parse_json(kService).value();
    if (std::string_view(path) == "service") service.set("visibility", "task_force");
    if (std::string_view(path) == "phone")
      (*service.find("phones")->if_array())[0].set("visibility", "confidential");
    Json* location = (*service.find("service_at_locations")->if_array())[0].find("location");
    if (std::string_view(path) == "location") location->set("visibility", "partner");
    if (std::string_view(path) == "address")
      (*location->find("addresses")->if_array())[0].set("visibility", 1);
    const auto refused = entry_from_hsds(service, reading(language::Language::kEnglish));
    ASSERT_FALSE(refused) << path;
    EXPECT_EQ(kind_of(refused), ErrorKind::kDenied);
  }
  Json open = parse_json(kService).value();
  open.set("visibility", "public");
  EXPECT_TRUE(entry_from_hsds(open, reading(language::Language::kEnglish)));
}

TEST(Hsds, LeavesOutWhatIsNotActive) {
  Json service = parse_json(kService).value();
  service.set("status", "defunct");
  EXPECT_FALSE(entry_from_hsds(service, reading(language::Language::kEnglish)).value());
  EXPECT_FALSE(entry_from_hsds(parse_json("{\"id\": \"x\"}").value(),
                               reading(language::Language::kEnglish)));
}

}  // namespace
}  // namespace daybreak::guide
