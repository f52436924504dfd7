// SPDX-License-Identifier: AGPL-3.0-or-later
#include "language/language.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

#include "language/catalog.hpp"
#include "language/format.hpp"
#include "language/words.hpp"

namespace daybreak::language {
namespace {

using namespace std::chrono_literals;
constexpr Language kEn = Language::kEnglish, kEs = Language::kSpanish;

TEST(Language, ReadsCodesAndHeaders) {
  EXPECT_EQ(parse_language("es-MX"), kEs);
  EXPECT_EQ(parse_language("EN"), kEn);
  EXPECT_EQ(parse_language("est"), std::nullopt);
  EXPECT_EQ(negotiate("fr, es;q=0.8, en;q=0.5"), kEs);
  EXPECT_EQ(negotiate("en;q=0.9,es-419;q=0.95"), kEs);
  EXPECT_EQ(negotiate("es;q=0"), kEn);
  EXPECT_EQ(negotiate(""), kEn);
  EXPECT_EQ(negotiate(";;,,q=,es;q=x"), kEn);
}

TEST(Language, PathsCarryTheLanguage) {
  EXPECT_EQ(split_path("/es/services/4").language, kEs);
  EXPECT_EQ(split_path("/es/services/4").path, "/services/4");
  EXPECT_EQ(split_path("/es").path, "/");
  EXPECT_EQ(split_path("/en").language, kEn);
  EXPECT_EQ(split_path("/essays").path, "/essays");
  EXPECT_EQ(split_path("/services").path, "/services");
  EXPECT_EQ(localize_path(kEs, "/services"), "/es/services");
  EXPECT_EQ(localize_path(kEs, "/"), "/es");
  EXPECT_EQ(localize_path(kEs, "/?a=1"), "/es?a=1");
  EXPECT_EQ(localize_path(kEn, "/services"), "/services");
  for (std::string_view same : {"/assets/a.css", "//elsewhere", "/en", "/en/x", "/es?a", "#top",
                                "?page=2", "https://example.org/", "tel:1"})
    EXPECT_EQ(localize_path(kEs, same), same);
}

TEST(Words, TranslateFillAndCount) {
  const Words en(kEn), es(kEs);
  EXPECT_EQ(en("Skip to main content"), "Skip to main content");
  EXPECT_EQ(es("Skip to main content"), "Ir al contenido principal");
  EXPECT_EQ(en("Page {0}", {"2"}), "Page 2");
  EXPECT_EQ(es("Page {0}", {"2"}), "Página 2");
  EXPECT_EQ(en.plural("{0} thing needs a change", "{0} things need a change", 1), "1 thing needs a change");
  EXPECT_EQ(es.plural("{0} thing needs a change", "{0} things need a change", 1234),
            "Hay 1,234 cosas que corregir");
}

TEST(Words, FillLeavesAloneWhatNoPartAnswers) {
  EXPECT_EQ(fill("{0} {1} {x} {", {"{1}"}), "{1} {1} {x} {");
  EXPECT_EQ(fill("", {}), "");
}

TEST(Catalog, RefusesWhatIsNotOne) {
  EXPECT_FALSE(Catalog::create(""));
  EXPECT_FALSE(Catalog::create(std::string(64, 'x')));
  EXPECT_FALSE(
      Catalog::create(std::string("\xde\x12\x04\x95\0\0\0\0\xff\xff\0\0\x1c\0\0\0\x1c\0\0\0", 20)));
}

TEST(Format, Numbers) {
  EXPECT_EQ(format_number(kEn, 0), "0");
  EXPECT_EQ(format_number(kEs, 1234567), "1,234,567");
  EXPECT_EQ(format_number(kEn, -1000), "−1,000");
  EXPECT_EQ(format_number(kEn, std::numeric_limits<std::int64_t>::min()),
            "−9,223,372,036,854,775,808");
  EXPECT_EQ(format_decimal(kEn, 1234.55, 1), "1,234.5");
  EXPECT_EQ(format_decimal(kEn, -0.001, 1), "0.0");
  EXPECT_EQ(format_decimal(kEn, std::nan(""), 1), "—");
  EXPECT_EQ(format_percent(kEs, 0.125, 1), "12.5 %");
}

TEST(Format, DatesAndTimes) {
  const Date date = 2026y / 11 / 21;
  EXPECT_EQ(format_date(kEn, date), "November 21, 2026");
  EXPECT_EQ(format_date(kEs, date), "21 de noviembre de 2026");
  EXPECT_EQ(format_date(kEn, date, DateStyle::kWeekday), "Saturday, November 21");
  EXPECT_EQ(format_date(kEs, date, DateStyle::kWeekday), "sábado, 21 de noviembre");
  EXPECT_EQ(format_date(kEs, 2026y / 9 / 1, DateStyle::kShort), "1 sept 2026");
  EXPECT_EQ(format_date(kEn, 2026y / 2 / 30), "—");
  EXPECT_EQ(format_month(kEs, 2026y / 1), "enero de 2026");
  EXPECT_EQ(format_time(kEn, 0), "12:00 a.m.");
  EXPECT_EQ(format_time(kEn, 15 * 60 + 30), "3:30 p.m.");
  EXPECT_EQ(format_time(kEs, 12 * 60), "12:00 p. m.");
}

TEST(Format, DistancesAndPhones) {
  EXPECT_EQ(format_distance(kEn, 0.01), "under 0.1 miles");
  EXPECT_EQ(format_distance(kEn, 1), "1 mile");
  EXPECT_EQ(format_distance(kEs, 2.44), "2.4 millas");
  EXPECT_EQ(format_distance(kEn, 9.97), "10 miles");
  EXPECT_EQ(format_distance(kEn, 1200), "1,200 miles");
  EXPECT_EQ(format_distance(kEs, 10, DistanceUnit::kKilometers), "16 km");
  EXPECT_EQ(format_phone("716-555-0100"), "(716) 555-0100");
  EXPECT_EQ(format_phone("+1 716 555 0100"), "(716) 555-0100");
  EXPECT_EQ(format_phone("1-888-555-HELP"), "1-888-555-HELP");
  EXPECT_EQ(format_phone("988"), "988");
}

}  // namespace
}  // namespace daybreak::language
