// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/guide/guide.hpp"

#include <chrono>
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doc/html_edition.hpp"
#include "doc/pdf.hpp"
#include "doc/pdf_check.hpp"
#include "doc/plain_text.hpp"

namespace daybreak::guide {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

void keep(const std::string& name, const std::string& bytes) {
  if (const char* folder = std::getenv("DAYBREAK_KEEP")) {
    std::ofstream(std::string(folder) + "/" + name, std::ios::binary) << bytes;
  }
}

// Obviously fictional services; the names of the counties are real.
GuideEntry entry(int number, language::Language in) {
  const bool spanish = in == language::Language::kSpanish;
  static const char* kCounties[] = {"Erie", "Niagara", "Monroe", "Chautauqua", "Genesee"};
  static const char* kGroups[][2] = {{"A place to live", "Un lugar donde vivir"},
                                     {"Legal help", "Ayuda legal"},
                                     {"Health", "Salud"},
                                     {"Work and money", "Trabajo y dinero"}};
  static const char* kNeeds[][2] = {{"Shelter", "Albergue"},
                                    {"Immigration lawyer", "Abogado de inmigración"},
                                    {"Doctor", "Médico"},
                                    {"Unpaid wages", "Salarios no pagados"}};
  static const char* kBirds[] = {"Heron", "Wren", "Finch", "Osprey", "Plover", "Kestrel", "Teal"};
  SeededRandom random(static_cast<std::uint64_t>(number));
  std::array<std::uint8_t, 16> bytes{};
  random.fill(bytes);
  GuideEntry made;
  made.id = Uuid(bytes);
  made.name = fmt::format("Example {} {}", kBirds[number % 7], number % 3 ? "House" : "Center");
  if (number >= 7) made.name += fmt::format(" {}", number);
  made.organization = fmt::format("Fictional {} Association", kBirds[(number + 2) % 7]);
  made.description = spanish ? "Un servicio inventado para demostración. Ofrece una cama, comida y "
                               "una persona que escucha."
                             : "An invented service for demonstration. It offers a bed, meals, and "
                               "a person who listens. "
                               "Nobody has to say more than they want.";
  if (spanish && number % 5 == 0) {
    made.text_language = "en";
    made.description = "An invented service whose description exists in English only.";
  }
  made.level = number % 10 < 6 ? Level::kLocal
                               : static_cast<Level>(number % 10 - 6 > 2 ? 3 : number % 10 - 5);
  made.needs = {{kGroups[number % 4][spanish], kNeeds[number % 4][spanish]}};
  made.phones = {{fmt::format("+171655501{:02}", number % 100),
                  number % 4 ? "" : (spanish ? "24 horas" : "24 hours")}};
  made.email = fmt::format("desk{}@example.org", number);
  made.website = "https://example.org/";
  made.place = number % 8 == 3 ? PlaceKind::kConfidential : PlaceKind::kAddress;
  made.address = made.place == PlaceKind::kConfidential
                     ? ""
                     : fmt::format("{} Example Street, Exampleville NY 00000", number + 1);
  if (made.level == Level::kLocal) made.counties = {kCounties[number % 5]};
  if (made.level == Level::kRegional)
    made.counties = {kCounties[number % 5], kCounties[(number + 1) % 5]};
  made.languages = spanish ? std::vector<std::string>{"inglés", "español"}
                           : std::vector<std::string>{"English", "Spanish"};
  if (number % 6 == 0) made.languages.push_back(spanish ? "mandarín" : "Mandarin");
  made.open_24_hours = number % 8 == 0;
  made.hours =
      spanish ? "lunes a viernes, de 9 a. m. a 5 p. m." : "Monday to Friday, 9 a.m. to 5 p.m.";
  made.eligibility = spanish ? "Personas adultas de cualquier género, con o sin papeles."
                             : "Adults of any gender, with or without papers.";
  made.cost = spanish ? "gratis" : "free";
  if (number % 9) made.verified_on = Date{std::chrono::year(2026) / 11 / (1 + number % 20)};
  made.overdue = number % 13 == 0;
  made.live_address =
      fmt::format("https://guide.example.org/s/{}", made.id.to_string().substr(0, 8));
  return made;
}

GuideEdition edition(int count, language::Language in = language::Language::kEnglish) {
  const bool spanish = in == language::Language::kSpanish;
  GuideEdition made;
  made.title = spanish ? "Guía de recursos de ejemplo" : "Example Resource Guide";
  made.publisher = "Example Task Force";
  made.region = spanish ? "Los diecisiete condados de ejemplo" : "The seventeen example counties";
  made.language = in;
  made.date = Date{std::chrono::year(2026) / 11 / 21};
  made.demonstration = true;
  made.corrections = "guide@example.org";
  made.site = "https://guide.example.org/";
  made.hotlines = {
      {spanish ? "Línea nacional de ejemplo" : "Example National Line", "555-0100",
       spanish ? "Día y noche; 200 idiomas" : "Day and night; 200 languages",
       spanish ? "Línea A" : "Line A"},
      {spanish ? "Línea local de ejemplo" : "Example Local Line", "555-0111",
       spanish ? "Mensajes de texto" : "Text messages too", spanish ? "Línea B" : "Line B"}};
  for (int i = 0; i < count; ++i) made.entries.push_back(entry(i, in));
  return made;
}

std::string listed(const doc::PdfReport& report) {
  std::string lines;
  for (const auto& finding : report.findings)
    lines += finding.rule + " at " + finding.place + ": " + finding.message + "\n";
  return lines;
}

struct Variant {
  const char* name;
  language::Language language;
  GuideForm form;
};

class GuideForms : public testing::TestWithParam<Variant> {};

TEST_P(GuideForms, IsAnAccessiblePdf) {
  const Variant& variant = GetParam();
  const auto pdf = guide_as_pdf(edition(40, variant.language), variant.form);
  ASSERT_TRUE(pdf) << pdf.error().describe();
  keep(std::string("guide-") + variant.name + ".pdf", *pdf);
  const doc::PdfReport report = doc::check_pdf(*pdf).value();
  EXPECT_TRUE(report.passes()) << listed(report);
  EXPECT_TRUE(report.claims_ua);
  EXPECT_EQ(report.language, language::code_of(variant.language));
  EXPECT_EQ(report.figures, variant.form.qr_codes ? 40 : 0);
  EXPECT_GT(report.bookmarks, 8);
}

INSTANTIATE_TEST_SUITE_P(
    All, GuideForms,
    testing::Values(
        Variant{"letter-en", language::Language::kEnglish, {}},
        Variant{"letter-es", language::Language::kSpanish, {}},
        Variant{"large-en", language::Language::kEnglish, {.print = doc::Print::kLarge}},
        Variant{"large-es", language::Language::kSpanish, {.print = doc::Print::kLarge}},
        Variant{"half-en", language::Language::kEnglish, {.paper = doc::Paper::kHalfLetter}}),
    [](const auto& info) {
      std::string name = info.param.name;
      std::replace(name.begin(), name.end(), '-', '_');
      return name;
    });

TEST(Guide, HtmlHoldsEveryEntryAndNothingFetched) {
  const std::string html = guide_as_html(edition(40)).value();
  keep("guide.html", html);
  for (const GuideEntry& one : edition(40).entries) {
    EXPECT_THAT(html, HasSubstr("id=\"entry-" + one.id.to_string() + "\""));
  }
  for (const char* unwanted : {"<script", "src=\"http", "url(http", "<link"})
    EXPECT_THAT(html, Not(HasSubstr(unwanted)));
}

TEST(Guide, ConfidentialPlaceIsSaidToBeConfidential) {
  GuideEdition made = edition(1);
  made.entries[0].place = PlaceKind::kConfidential;
  made.entries[0].address = "";
  const std::string words = doc::to_plain_text(compose_guide(made, {}).value());
  EXPECT_THAT(words, HasSubstr("confidential; call to learn how to get there"));
}

TEST(Guide, SpanishGuideHasNoEnglishOfItsOwn) {
  const std::string words =
      doc::to_plain_text(compose_guide(edition(40, language::Language::kSpanish), {}).value());
  for (const char* english : {"Call first", "Index by", "Verified", "Local services",
                              "Useful numbers", "How to", "Contents", "About this"}) {
    EXPECT_THAT(words, Not(HasSubstr(english)));
  }
}

TEST(Guide, PocketCardCannotGiveItsBearerAway) {
  GuideEdition made = edition(3);
  for (const char* bad : {"Human Trafficking Hotline", "víctimas", "VICTIMAS", "Survivor line",
                          "línea contra la trata"}) {
    made.hotlines[0].card_label = bad;
    EXPECT_FALSE(compose_guide(made, {})) << bad;
  }
  made.hotlines[0].card_label = "Line A";
  EXPECT_TRUE(compose_guide(made, {}));
  EXPECT_FALSE(revealing_word("Useful numbers"));
  EXPECT_FALSE(revealing_word("Números útiles: Línea A, justice, advice"));
}

TEST(Edition, SnapshotReadsBackAndHashFollowsTheWords) {
  const GuideEdition made = edition(12);
  const std::string snapshot = to_snapshot(made);
  const GuideEdition again = from_snapshot(snapshot).value();
  EXPECT_EQ(to_snapshot(again), snapshot);
  EXPECT_EQ(guide_as_pdf(again, {}).value(), guide_as_pdf(made, {}).value());
  GuideEdition turned = made;
  std::reverse(turned.entries.begin(), turned.entries.end());
  EXPECT_EQ(fingerprint_of(turned), fingerprint_of(made));
  turned.entries[0].hours += ".";
  EXPECT_NE(fingerprint_of(turned), fingerprint_of(made));
  EXPECT_FALSE(from_snapshot("{}"));
  EXPECT_FALSE(from_snapshot("{\"format\": \"daybreak-guide-1\", \"entries\": 3}"));
}

TEST(Edition, ChangesNameWhatAReaderMustKnow) {
  const GuideEdition last = edition(10);
  GuideEdition next = edition(11);
  next.entries.erase(next.entries.begin());
  next.entries[0].phones[0].number = "+17165550199";
  next.entries[1].verified_on = Date{std::chrono::year(2026) / 11 / 21};
  const GuideChanges changes = changes_between(last, next);
  EXPECT_EQ(changes.added.size(), 1u);
  EXPECT_EQ(changes.removed.size(), 1u);
  ASSERT_EQ(changes.changed.size(), 1u);
  EXPECT_THAT(changes.changed[0].fields, ElementsAre("phones"));
  EXPECT_TRUE(changes_between(last, last).empty());
}

TEST(Edition, CrisisEditionSaysWhyAndWhatChanged) {
  GuideEdition crisis = edition(5);
  crisis.crisis_reason = "Example flood of November: places that are open.";
  const GuideChanges changes = changes_between(edition(8), crisis);
  const auto pdf = guide_as_pdf(crisis, {}, changes);
  ASSERT_TRUE(pdf) << pdf.error().describe();
  keep("guide-crisis.pdf", *pdf);
  const std::string words = doc::to_plain_text(compose_guide(crisis, {}, changes).value());
  EXPECT_THAT(words, HasSubstr("Example flood"));
  EXPECT_THAT(words, HasSubstr("No longer in this guide"));
}

TEST(Guide, ThreeHundredServicesWithinTwoSeconds) {
  const GuideEdition made = edition(300);
  const auto start = std::chrono::steady_clock::now();
  const auto pdf = guide_as_pdf(made, {});
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  ASSERT_TRUE(pdf);
  keep("guide-300.pdf", *pdf);
  RecordProperty("seconds", std::to_string(took.count()));
  EXPECT_LT(took.count(),
            10.0);  // generous: other programs may be running; the benchmark is strict
}

}  // namespace
}  // namespace daybreak::guide
