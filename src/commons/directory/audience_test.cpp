// SPDX-License-Identifier: AGPL-3.0-or-later
// What leaves the directory: each hidden text is a word that stands nowhere else, and must not
// appear for an audience that may not see it. Then: eligibility, merging, odd values.
#include "commons/directory/audience.hpp"

#include <gtest/gtest.h>

#include "commons/directory/capacity.hpp"
#include "commons/directory/eligibility.hpp"
#include "commons/directory/mapping.hpp"
#include "commons/directory/merge.hpp"

namespace daybreak::directory {
namespace {

Json parse(std::string_view text) { return parse_json(text).value(); }

const Json kHiddenLocation = parse(R"({
  "id": "0c7d0b44-0000-4000-8000-00000000000a", "location_type": "physical", "visibility": "confidential",
  "organization_id": "0c7d0b44-0000-4000-8000-00000000000b",
  "name": "CANARYNAME", "alternate_name": "CANARYALT", "description": "CANARYDESCRIPTION", "transportation": "CANARYBUS",
  "url": "https://canaryurl.example.org", "latitude": 42.777777, "longitude": -78.777777,
  "external_identifier": "CANARYEXTERNAL", "public_latitude": 42.9, "public_longitude": -78.8,
  "public_addresses": [{"id": "0c7d0b44-0000-4000-8000-00000000000c", "city": "Buffalo", "state_province": "NY", "address_1": "Call first", "source_fields": {"x": "CANARYPUBLICASIDE"}}],
  "addresses": [{"id": "0c7d0b44-0000-4000-8000-00000000000d", "address_1": "12 CANARYSTREET", "city": "CANARYTOWN"}],
  "phones": [{"id": "0c7d0b44-0000-4000-8000-00000000000e", "number": "CANARYPHONE"}],
  "contacts": [{"id": "0c7d0b44-0000-4000-8000-00000000000f", "name": "CANARYCONTACT"}],
  "accessibility": [{"id": "0c7d0b44-0000-4000-8000-000000000010", "description": "CANARYRAMP"}],
  "source_fields": {"Old address": "CANARYASIDE"},
  "metadata": [{"id": "0c7d0b44-0000-4000-8000-000000000011", "previous_value": "CANARYHISTORY"}]})");

Record record(Entity entity, Json body) {
  const Uuid id = id_of(body);
  return {entity, id, std::move(body), Completeness::kWhole, {}};
}

const std::vector<Audience> kLower{Audience::everyone(), Audience::task_force(),
                                   Audience::partner("p1")};

TEST(Audience, AConfidentialPlaceShowsItsPublicPointAndNothingElse) {
  for (const Audience& audience : kLower) {
    const auto shown = for_audience(record(Entity::kLocation, kHiddenLocation), audience);
    ASSERT_TRUE(shown) << "the service is still found";
    const std::string text = to_text(shown->body());
    EXPECT_EQ(text.find("CANARY"), std::string::npos) << text;
    EXPECT_EQ(text.find("canary"), std::string::npos) << text;
    EXPECT_EQ(text.find("777777"), std::string::npos) << text;
    EXPECT_EQ(text_of(shown->body(), "location_type"), "redacted");
    EXPECT_EQ(*shown->body().find("latitude"), Json(42.9));
    EXPECT_NE(text.find("Call first"), std::string::npos);
  }
  const auto staff = for_audience(record(Entity::kLocation, kHiddenLocation), Audience::staff());
  EXPECT_EQ(staff->body(), kHiddenLocation);
}

TEST(Audience, MovingTheRealPointChangesNothingThatLowerAudiencesSee) {
  Json moved = kHiddenLocation;
  moved.set("latitude", 40.0);
  moved.find("addresses")->if_array()->clear();
  for (const Audience& audience : kLower)
    EXPECT_EQ(for_audience(record(Entity::kLocation, kHiddenLocation), audience)->body(),
              for_audience(record(Entity::kLocation, moved), audience)->body());
}

TEST(Audience, HiddenPartsStandNowhereBelowTheirAudience) {
  const Json service = parse(
      R"({"id": "0c7d0b44-0000-4000-8000-000000000020", "name": "Open", "status": "active", "assurer_email": "canary@example.org",
    "phones": [{"id": "a", "number": "716-555-0101"}, {"id": "b", "number": "CANARYPHONE", "visibility": "confidential"}],
    "contacts": [{"id": "c", "name": "Front desk", "phones": [{"id": "d", "number": "CANARYDIRECT", "visibility": "sealed by somebody"}]},
                 {"id": "e", "name": "CANARYPERSON", "visibility": "partner", "partners": ["p2"]}],
    "suitability": {"adults": true}, "verifications": {"all": {"by": "CANARYSTAFF"}}, "a_field_of_tomorrow": "CANARYFUTURE",
    "source_fields": {"note": "CANARYASIDE"}})");
  for (const Audience& audience : kLower) {
    const std::string text =
        to_text(for_audience(record(Entity::kService, service), audience)->body());
    EXPECT_EQ(text.find("CANARY"), std::string::npos) << text;
    EXPECT_EQ(text.find("canary"), std::string::npos) << text;
    EXPECT_NE(text.find("716-555-0101"), std::string::npos);
    EXPECT_NE(text.find("suitability"), std::string::npos);
  }
  const std::string partner =
      to_text(for_audience(record(Entity::kService, service), Audience::partner("p2"))->body());
  EXPECT_NE(partner.find("CANARYPERSON"), std::string::npos);
}

TEST(Audience, WhatIsNotForAnAudienceDoesNotExistForIt) {
  const auto with = [](std::string_view visibility) {
    return record(Entity::kService, Json::object({{"id", "0c7d0b44-0000-4000-8000-000000000020"},
                                                  {"name", "x"},
                                                  {"visibility", visibility}}));
  };
  EXPECT_TRUE(for_audience(with("public"), Audience::everyone()));
  EXPECT_FALSE(for_audience(with("task_force"), Audience::everyone()));
  EXPECT_TRUE(for_audience(with("task_force"), Audience::task_force()));
  EXPECT_FALSE(for_audience(with("partner"), Audience::task_force()));
  EXPECT_FALSE(for_audience(with("confidential"), Audience::task_force()));
  EXPECT_FALSE(for_audience(with("Public"), Audience::everyone()))
      << "a word that is not known hides";
  EXPECT_TRUE(for_audience(with("confidential"), Audience::staff()));
}

TEST(Audience, APlaceAtAHiddenLocationKeepsItsLinksOnly) {
  const Json place = parse(
      R"({"id": "0c7d0b44-0000-4000-8000-000000000030", "service_id": "s", "location_id": "l", "description": "CANARYDOOR",
    "phones": [{"id": "p", "number": "CANARYPHONE"}], "schedules": [{"id": "h", "description": "CANARYHOURS"}]})");
  const auto hidden = for_audience(record(Entity::kServiceAtLocation, place), &kHiddenLocation,
                                   Audience::everyone());
  EXPECT_EQ(to_text(hidden->body()).find("CANARY"), std::string::npos);
  EXPECT_EQ(text_of(hidden->body(), "location_id"), "l");
  const auto unknown =
      for_audience(record(Entity::kServiceAtLocation, place), Audience::everyone());
  EXPECT_EQ(to_text(unknown->body()).find("CANARY"), std::string::npos)
      << "without the location the safe answer";
  const Json open = Json::object({{"id", "l"}});
  EXPECT_NE(
      to_text(for_audience(record(Entity::kServiceAtLocation, place), &open, Audience::everyone())
                  ->body())
          .find("CANARYHOURS"),
      std::string::npos);
}

TEST(Audience, HiddenTextsAreNamedForTheLeakCheck) {
  const auto texts = hidden_texts(record(Entity::kLocation, kHiddenLocation), Audience::everyone());
  EXPECT_EQ(texts, (std::vector<std::string>{"12 CANARYSTREET", "CANARYPHONE"}));
  EXPECT_TRUE(hidden_texts(record(Entity::kLocation, kHiddenLocation), Audience::staff()).empty());
}

TEST(Eligibility, YesNoAndWhatToAsk) {
  const Json rule = parse(
      R"({"all": [{"age": {"min": 18}}, {"any": [{"gender": ["female", "transgender"]}, {"dependants": true}]},
                                      {"trafficking": ["sex", "labor"]}, {"not": {"county": ["36001"]}}]})");
  ASSERT_TRUE(check_rule(rule));
  Facts facts;
  EXPECT_EQ(evaluate(rule, facts).fit, Fit::kUnknown);
  facts.age = 17;
  const Verdict no = evaluate(rule, facts);
  EXPECT_EQ(no.fit, Fit::kNo);
  EXPECT_EQ(no.reasons, (std::vector<std::string>{"18 or older"}));
  facts.age = 20;
  facts.gender = "male";
  facts.trafficking = std::set<std::string>{"labor"};
  facts.county = "36029";
  const Verdict maybe = evaluate(rule, facts);
  EXPECT_EQ(maybe.fit, Fit::kUnknown);
  EXPECT_EQ(maybe.ask, (std::vector<std::string>{"dependants"}));
  facts.dependants = true;
  EXPECT_EQ(evaluate(rule, facts).fit, Fit::kYes);
  facts.county = "36001";
  EXPECT_EQ(evaluate(rule, facts).fit, Fit::kNo);
  EXPECT_EQ(describe_rule(rule),
            "18 or older, (female or transgender or with dependent children), survivors of sex or "
            "labor trafficking and not living in Albany County, NY");
  EXPECT_EQ(describe_rule(rule, language::Words(language::Language::kSpanish)),
            "18 años o más, (mujer o transgénero o con hijos a su cargo), sobrevivientes de trata "
            "sexual o laboral y excepto: que vive en Albany County, NY");
}

TEST(Eligibility, RulesThatCannotBeAreRefused) {
  for (const char* bad : {"{}", "[]", R"({"all": []})", R"({"age": 18})", R"({"magic": true})",
                          R"({"pets": "yes"})", R"({"a": 1, "b": 2})"})
    EXPECT_FALSE(check_rule(parse(bad))) << bad;
  Json deep = parse(R"({"pets": true})");
  for (int i = 0; i < 10; ++i) deep = Json::object({{"not", deep}});
  EXPECT_FALSE(check_rule(deep));
}

TEST(Merge, EverySideKeepsWhatOnlyItChanged) {
  const Json base = parse(
      R"({"name": "a", "url": "u", "phones": [{"id": "1", "number": "x"}, {"id": "2", "number": "y"}]})");
  const Json ours = parse(
      R"({"name": "A", "url": "u", "phones": [{"id": "2", "number": "y"}, {"id": "1", "number": "x", "type": "voice"}]})");
  const Json theirs =
      parse(R"({"name": "a", "phones": [{"id": "1", "number": "z"}, {"id": "3", "number": "w"}]})");
  const Merged merged = merge(base, ours, theirs);
  EXPECT_TRUE(merged.conflicts.empty());
  EXPECT_EQ(
      merged.value,
      parse(
          R"({"name": "A", "phones": [{"id": "1", "number": "z", "type": "voice"}, {"id": "3", "number": "w"}]})"));
}

TEST(Merge, ChangesApplyByPath) {
  Json value = parse(R"({"phones": [{"id": "1", "number": "x"}]})");
  EXPECT_TRUE(apply_change(value, {"phones[1].number", "x", "y"}));
  EXPECT_TRUE(apply_change(value, {"suitability.pets", nullptr, true}));
  EXPECT_TRUE(apply_change(value, {"phones[2]", nullptr, Json::object({{"id", "2"}})}));
  EXPECT_EQ(
      value,
      parse(
          R"({"phones": [{"id": "1", "number": "y"}, {"id": "2"}], "suitability": {"pets": true}})"));
  EXPECT_FALSE(apply_change(value, {"phones[9].number", "x", "y"}));
}

TEST(Normalize, OddValuesAreRepairedOrKeptBeside) {
  std::vector<Notice> notices;
  const IdSpace ids("test");
  Json value = parse(
      R"({"id": "17", "name": "x", "status": "Temporarily_Closed", "url": "www.example.org/a", "email": "call us", "minimum_age": "18 ",
    "maximum_age": "any", "assured_date": "12/24/2025", "phones": [{"number": "716-555-0101", "extension": "12"}, {"number": ""}],
    "schedules": [{"opens_at": "9am", "closes_at": "4:30 PM"}], "fax machine": "beige", "AddressIsPrivate": "Y", "description": ""})");
  ASSERT_TRUE(Normalizer(ids, notices).normalize(value, Entity::kService, "guide.csv:2"));
  EXPECT_EQ(text_of(value, "status"), "temporarily closed");
  EXPECT_EQ(text_of(value, "url"), "https://www.example.org/a");
  EXPECT_EQ(*value.find("minimum_age"), Json(18));
  EXPECT_EQ(text_of(value, "assured_date"), "2025-12-24");
  EXPECT_EQ(text_of(value, "visibility"), "confidential");
  EXPECT_EQ(value.find("phones")->size(), 1u);
  EXPECT_EQ(text_of(value.find("schedules")->if_array()->front(), "closes_at"), "16:30");
  const Json& aside = *value.find("source_fields");
  for (const char* kept :
       {"id", "email", "maximum_age", "fax machine", "AddressIsPrivate", "phones"})
    EXPECT_TRUE(aside.find(kept)) << kept;
  EXPECT_EQ(id_of(value), ids.id_for("service", "17"));
  EXPECT_NE(ids.id_for("service", "17"), IdSpace("other").id_for("service", "17"));
}

TEST(Mapping, ASpreadsheetRowBecomesANestedService) {
  const std::vector<std::string> header{"Agency", "Program",  "Hotline", "Address",
                                        "City",   "Counties", "Hours",   "Colour"};
  const Mapping mapping = Mapping::parse(suggest_mapping(header, "guide")).value();
  const std::vector<std::string_view> fields{"Harbor",
                                             "Beds",
                                             "716-555-0101",
                                             "1 Demonstration Way",
                                             "Olean",
                                             "Erie; Cattaraugus",
                                             "Monday: 9:00-17:00 Tuesday: 9:00-17:00",
                                             "blue"};
  const Json row = map_row(mapping.tables[0], header, fields);
  EXPECT_EQ(to_text(row.find("organization")->if_object()->front().value), "\"Harbor\"");
  EXPECT_EQ(row.find("service_areas")->size(), 2u);
  EXPECT_EQ(
      to_text(*row.find("schedules")),
      R"([{"freq":"WEEKLY","interval":1,"byday":"MO,TU","opens_at":"09:00","closes_at":"17:00"}])");
  EXPECT_EQ(text_of(row.find("phones")->if_array()->front(), "type"), "hotline");
  const Json& location = *row.find("service_at_locations")->if_array()->front().find("location");
  EXPECT_EQ(text_of(location.find("addresses")->if_array()->front(), "city"), "Olean");
  EXPECT_EQ(text_of(*row.find("source_fields"), "Colour"), "blue");
}

TEST(Mapping, BuiltInMappingsAreValid) { EXPECT_GE(built_in_mappings().size(), 4u); }

}  // namespace
}  // namespace daybreak::directory
