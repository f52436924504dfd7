// SPDX-License-Identifier: AGPL-3.0-or-later
// The library that is shipped has nothing wrong, and each way of breaking it is found.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <iterator>
#include <map>
#include <set>

#include "base/test_result.hpp"
#include "base/text.hpp"
#include "commons/library/check.hpp"
#include "commons/library/plain_language.hpp"
#include "commons/library/read.hpp"
#include "commons/library/upkeep.hpp"

namespace daybreak::library {
namespace {

namespace fs = std::filesystem;
using language::Language;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;

constexpr Date kToday{std::chrono::year(2026), std::chrono::month(11), std::chrono::day(22)};

std::vector<std::string> rules_of(const CheckReport& report) {
  std::vector<std::string> rules;
  for (const Finding& finding : report.findings) rules.push_back(finding.rule);
  return rules;
}

std::string all_findings(const CheckReport& report) {
  std::string all;
  for (const Finding& finding : report.findings)
    all += finding.place + ": " + finding.message + "\n";
  return all;
}

// A copy of the shipped files that a test may break.
class BrokenLibrary : public testing::Test {
 protected:
  BrokenLibrary() {
    fs::create_directories(folder_);
    fs::copy(fs::path(DAYBREAK_SOURCE_DIR) / "data/library", folder_,
             fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  }
  ~BrokenLibrary() override { fs::remove_all(folder_); }

  void replace(const std::string& file, std::string_view from, std::string_view to) {
    const fs::path path = folder_ / file;
    std::ifstream in(path);
    const std::string before{std::istreambuf_iterator<char>(in), {}};
    in.close();
    const std::string after = replace_all(before, from, to);
    ASSERT_NE(before, after) << "the test does not break " << file;
    std::ofstream(path) << after;
  }
  CheckReport check(Date today = kToday) {
    const Result<Library> library = read_library(folder_);
    EXPECT_TRUE(library) << (library ? "" : library.error().describe());
    return library ? check_library(*library, today) : CheckReport{};
  }

  fs::path folder_ = fs::temp_directory_path() /
                     ("daybreak-library-" +
                      std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
};

TEST(Library, IsWholeBoundPlainAndInBothLanguages) {
  const CheckReport report = check_library(built_in_library(), kToday);
  EXPECT_EQ(all_findings(report), "");
}

TEST(Library, CoversAudiencesAndTopicsOfTheToolkit) {
  const Library& library = built_in_library();
  std::set<std::pair<std::string, std::string>> pairs;
  std::map<std::string, int> audiences, topics;
  std::size_t labor = 0;
  for (const Reference& reference : library.references) {
    pairs.emplace(reference.audience, reference.topic);
    ++audiences[reference.audience];
    ++topics[reference.topic];
    if (reference.topic == "signs-labor") ++labor;
  }
  EXPECT_GE(library.references.size(), 40u);
  EXPECT_EQ(pairs.size(), library.references.size()) << "one page for one audience on one topic";
  EXPECT_EQ(audiences.size(), library.audiences.size());
  EXPECT_EQ(topics.size(), library.topics.size());
  for (const auto& [audience, pages] : audiences) EXPECT_GE(pages, 2) << audience;
  for (const auto& [topic, pages] : topics) EXPECT_GE(pages, 2) << topic;
  EXPECT_GE(labor, 15u);
}

TEST(Library, UsesEveryFactOfTheRegister) {
  const Library& library = built_in_library();
  std::set<std::string> used;
  for (const Reference& reference : library.references)
    for (const Fact* fact : facts_of(library, reference)) used.insert(fact->id);
  for (const Fact& fact : library.facts) EXPECT_TRUE(used.contains(fact.id)) << fact.id;
}

TEST(Library, KnowsThatContinuedPresenceIsDisputed) {
  const CheckReport report = check_library(built_in_library(), kToday);
  EXPECT_THAT(report.disputed, Contains("continued-presence-length"));
}

TEST_F(BrokenLibrary, CopyIsCleanUntilItIsBroken) { EXPECT_EQ(all_findings(check()), ""); }

TEST_F(BrokenLibrary, AFactualSentenceWithoutAnEntryFails) {
  replace("references/patrol.toml", "Talk to each worker alone, out of sight of the boss.",
          "Workers have the right to leave after 3 days.");
  const CheckReport report = check();
  ASSERT_EQ(report.findings.size(), 1u) << all_findings(report);
  EXPECT_EQ(report.findings[0].rule, "unbound");
  EXPECT_EQ(report.findings[0].place, "reference patrol-labor-signs, do 1 (en)");
}

TEST_F(BrokenLibrary, ASpanishClaimWithoutAnEntryFailsToo) {
  replace("references/patrol.toml", "Hable con cada trabajador a solas, lejos del jefe.",
          "La ley le da derecho a hablar.");
  EXPECT_THAT(rules_of(check()), testing::ElementsAre("unbound"));
}

TEST_F(BrokenLibrary, ASignWithoutAnEntryFailsWhateverItsWords) {
  replace("references/patrol.toml",
          "Mattresses, pots and clothes are in a shop or garage. {see:sign-lives-at-work}",
          "Mattresses are in a shop.");
  EXPECT_THAT(rules_of(check()), Contains("binding-differs"));
}

TEST_F(BrokenLibrary, AnUnknownFactFails) {
  replace("references/patrol.toml", "\"labor-trafficking\"", "\"labour-trafficking\"");
  EXPECT_THAT(rules_of(check()), Contains("unknown-fact"));
}

TEST_F(BrokenLibrary, AMissingTranslationFails) {
  replace("facts/law.toml",
          "es = \"La ley federal nombra dos tipos de trata: la sexual y la laboral.\"\n", "");
  EXPECT_THAT(rules_of(check()), testing::ElementsAre("untranslated"));
}

TEST_F(BrokenLibrary, EnglishPassedOffAsSpanishFails) {
  replace("references/patrol.toml", "Primer contacto en patrulla", "First contact on patrol");
  EXPECT_THAT(rules_of(check()), testing::ElementsAre("untranslated"));
}

TEST_F(BrokenLibrary, AnExpiredFactFails) {
  replace("facts/law.toml", "review_by = 2027-06-30", "review_by = 2026-11-21");
  const CheckReport report = check();
  EXPECT_THAT(rules_of(report), Contains("expired"));
  EXPECT_TRUE(std::ranges::all_of(report.findings,
                                  [](const Finding& one) { return one.rule == "expired"; }));
}

TEST_F(BrokenLibrary, ExpiryComesWithTimeAlone) {
  const Date later{std::chrono::year(2027), std::chrono::month(7), std::chrono::day(1)};
  EXPECT_THAT(rules_of(check(later)), Contains("expired"));
}

TEST_F(BrokenLibrary, ADisputeMustNameTheOtherSource) {
  replace("facts/help.toml", "disputed_source = \"dhs-cp\"", "disputed_source = \"hearsay\"");
  EXPECT_THAT(rules_of(check()), testing::ElementsAre("dispute-unexplained"));
}

TEST_F(BrokenLibrary, AFactNeedsASource) {
  replace("facts/law.toml", "source = \"18 USC 1351\"", "source = \"my memory\"");
  EXPECT_THAT(rules_of(check()), testing::ElementsAre("unknown-source"));
}

TEST_F(BrokenLibrary, AValueMustStandInItsSentence) {
  replace("facts/law.toml", "value_en = \"20 years\"", "value_en = \"25 years\"");
  EXPECT_THAT(rules_of(check()), testing::ElementsAre("value-differs"));
}

TEST_F(BrokenLibrary, HardWordsFail) {
  replace(
      "references/patrol.toml",
      "A noise call, a traffic stop or a theft report may be your only chance to see it.",
      "Notwithstanding jurisdictional considerations, multidisciplinary collaboration necessitates "
      "institutionalized interdepartmental communication methodologies facilitating victim "
      "identification opportunities irrespective of organizational responsibilities, "
      "administrative particularities, intergovernmental relationships, or individualized "
      "characteristics necessitating extraordinarily comprehensive considerations throughout "
      "investigatory operations and subsequent administrative determinations regarding "
      "apportionment of investigative responsibilities among participating organizations.");
  EXPECT_THAT(rules_of(check()), testing::ElementsAre("hard-to-read"));
}

TEST_F(BrokenLibrary, MoreThanAPageFails) {
  std::string many;
  for (int i = 0; i < 60; ++i) many += "[\"Look at the door now.\", \"Mire la puerta ahora.\"], ";
  replace("references/patrol.toml", "ask = [[\"Who has your ID?",
          "ask = [" + many + "[\"Who has your ID?");
  EXPECT_THAT(rules_of(check()), testing::ElementsAre("too-long", "too-long"));
}

TEST_F(BrokenLibrary, AnUnknownNumberToCallFails) {
  replace("references/dispatch.toml", "call = [\"trafficking\", \"crisis\", \"youth\"]",
          "call = [\"psychic\"]");
  EXPECT_THAT(rules_of(check()), testing::ElementsAre("unknown-hotline"));
}

TEST_F(BrokenLibrary, FormErrorsNameFileLineAndEntry) {
  replace("facts/law.toml", "place = \"(a)(3), (c)(1)\"", "places = \"(a)(3), (c)(1)\"");
  const Result<Library> library = read_library(folder_);
  ASSERT_FALSE(library);
  EXPECT_THAT(place_of(library), HasSubstr("facts/law.toml:"));
  EXPECT_THAT(place_of(library), HasSubstr("legal-threats"));
  EXPECT_THAT(library.error().message, HasSubstr("places"));
}

TEST_F(BrokenLibrary, AnImpossibleDateIsRefused) {
  replace("facts/help.toml", "as_of = 2021-07-30", "as_of = \"soon\"");
  EXPECT_THAT(read_library(folder_).error().message, HasSubstr("as_of"));
}

TEST(Claims, AreNumbersLawsAndPermissionsNotAdvice) {
  EXPECT_TRUE(makes_a_claim("It lasts 4 years.", Language::kEnglish));
  EXPECT_TRUE(makes_a_claim("This is a crime.", Language::kEnglish));
  EXPECT_TRUE(makes_a_claim("You have the right to stay.", Language::kEnglish));
  EXPECT_TRUE(makes_a_claim("Bosses must pay.", Language::kEnglish));
  EXPECT_TRUE(makes_a_claim("Es un delito.", Language::kSpanish));
  EXPECT_TRUE(makes_a_claim("La prisión es larga.", Language::kSpanish));
  EXPECT_FALSE(makes_a_claim("Talk to each worker alone.", Language::kEnglish));
  EXPECT_FALSE(makes_a_claim("Are you safe right now?", Language::kEnglish));
  EXPECT_FALSE(makes_a_claim("Follow your state's rules.", Language::kEnglish));
  EXPECT_FALSE(makes_a_claim("Hable con cada persona a solas.", Language::kSpanish));
}

TEST(PlainLanguage, CountsSyllables) {
  for (const auto& [word, count] :
       std::initializer_list<std::pair<std::string_view, std::size_t>>{{"boss", 1},
                                                                       {"worker", 2},
                                                                       {"passport", 2},
                                                                       {"trafficking", 3},
                                                                       {"take", 1},
                                                                       {"table", 2},
                                                                       {"wanted", 2},
                                                                       {"moved", 1},
                                                                       {"police", 2},
                                                                       {"the", 1},
                                                                       {"free", 1}})
    EXPECT_EQ(count_syllables(word, Language::kEnglish), count) << word;
  for (const auto& [word, count] :
       std::initializer_list<std::pair<std::string_view, std::size_t>>{{"trata", 2},
                                                                       {"policía", 4},
                                                                       {"trabajo", 3},
                                                                       {"ciudad", 2},
                                                                       {"que", 1},
                                                                       {"guía", 2},
                                                                       {"niño", 2},
                                                                       {"día", 2},
                                                                       {"causa", 2},
                                                                       {"país", 2},
                                                                       {"pingüino", 3},
                                                                       {"leer", 2}})
    EXPECT_EQ(count_syllables(word, Language::kSpanish), count) << word;
}

TEST(PlainLanguage, MeasuresSentences) {
  const TextCount count =
      count_text("The boss has my ID. Who knows? It costs $7.25 now", Language::kEnglish);
  EXPECT_EQ(count.sentences, 3u);
  // 5 words, 2 words, then It costs 7 25 now.
  EXPECT_EQ(count.words, 12u);
  EXPECT_EQ(count_text("", Language::kEnglish).words, 0u);
  EXPECT_EQ(flesch_kincaid_grade({}), 0);
  // 10 words, 1 sentence, 20 syllables: 3.9 + 23.6 - 15.59
  EXPECT_NEAR(flesch_kincaid_grade({.words = 10, .sentences = 1, .syllables = 20}), 11.91, 1e-9);
  EXPECT_NEAR(fernandez_huerta_ease({.words = 10, .sentences = 1, .syllables = 20}), 76.64, 1e-9);
}

TEST(Model, PutsFactsAndValuesInAndTakesBindingsOut) {
  const Library& library = built_in_library();
  EXPECT_EQ(say(library, "It lasts {value:t-length}. {see:t-who}", Language::kEnglish),
            "It lasts 4 years.");
  EXPECT_EQ(say(library, "{fact:two-kinds}", Language::kSpanish),
            "La ley federal nombra dos tipos de trata: la sexual y la laboral.");
  EXPECT_EQ(say(library, "An {open brace", Language::kEnglish), "An {open brace");
}

TEST(Upkeep, QueuesWhatIsDueSoonestFirst) {
  const Library& library = built_in_library();
  const auto now = due_facts(library, kToday, 30);
  ASSERT_FALSE(now.empty());
  for (const Due& one : now) EXPECT_EQ(one.standing, Standing::kDisputed);
  const Date later{std::chrono::year(2027), std::chrono::month(6), std::chrono::day(15)};
  const auto then = due_facts(library, later, 30);
  EXPECT_EQ(then.size(), library.facts.size());
  EXPECT_TRUE(std::ranges::is_sorted(then, {}, &Due::days_left));
  EXPECT_EQ(then.front().days_left, 15);
}

TEST_F(BrokenLibrary, AChangedFactReissuesThePagesThatQuoteItAndNoOther) {
  const Library before = *read_library(folder_);
  replace("facts/help.toml", "It is granted for two years at a time and can be renewed.",
          "It is granted for two years at a time and can be renewed twice.");
  const Library after = *read_library(folder_);
  const auto changes = changes_between(before, after);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].id, "continued-presence-length");
  EXPECT_THAT(changes[0].after->text.en, HasSubstr("twice"));
  EXPECT_THAT(changes[0].references, testing::ElementsAre("investigators-continued-presence",
                                                          "providers-continued-presence"));
  EXPECT_TRUE(changes_between(after, after).empty());
}

TEST(Model, ReadsCitationsByTheirForm) {
  const Library& library = built_in_library();
  EXPECT_EQ(source_of(library, "20 CFR 655.122").address,
            "https://www.ecfr.gov/current/title-20/section-655.122");
  EXPECT_THAT(source_of(library, "18 USC 1589").address, HasSubstr("title18-section1589"));
  EXPECT_EQ(source_of(library, "18 ABC 1").address, "");
}

}  // namespace
}  // namespace daybreak::library
