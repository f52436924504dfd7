// SPDX-License-Identifier: AGPL-3.0-or-later
// Every quick reference fits on its papers in both languages, tagged, and says when facts are old.
#include "commons/library/print.hpp"

#include <gmock/gmock.h>

#include "commons/library/read.hpp"
#include "doc/page_setup.hpp"
#include "doc/pdf.hpp"
#include "doc/pdf_check.hpp"
#include "doc/plain_text.hpp"

namespace daybreak::library {
namespace {

using language::Language;
using testing::HasSubstr;
using testing::Not;

constexpr Date kToday{std::chrono::year(2026), std::chrono::month(11), std::chrono::day(22)};
constexpr Date kLater{std::chrono::year(2027), std::chrono::month(7), std::chrono::day(1)};

PrintOptions options(Language language, Date today = kToday) {
  return {.language = language, .today = today, .publisher = "Community resources"};
}

std::string text_of(const doc::Document& document) { return doc::to_plain_text(document, 100000); }

TEST(Print, EveryReferenceFitsItsPapersInBothLanguages) {
  const Library& library = built_in_library();
  int papers = 0;
  for (const Reference& reference : library.references)
    for (const Language language : language::kLanguages)
      for (const Print print : {Print::kPage, Print::kCard, Print::kPoster}) {
        const auto pdf = print_pdf(library, reference, print, options(language));
        ASSERT_TRUE(pdf) << reference.id << " " << static_cast<int>(print) << ": "
                         << pdf.error().describe();
        ++papers;
        if (print != Print::kPage) continue;  // one of three is read back in full
        const auto report = doc::check_pdf(*pdf);
        ASSERT_TRUE(report);
        EXPECT_TRUE(report->passes()) << reference.id;
        EXPECT_EQ(report->pages, 1) << reference.id;
        EXPECT_EQ(report->language, language::code_of(language));
      }
  EXPECT_EQ(papers, static_cast<int>(library.references.size()) * 6);
}

TEST(Print, CardsAndPostersAreTagged) {
  const Library& library = built_in_library();
  for (const Print print : {Print::kCard, Print::kPoster}) {
    const auto pdf =
        print_pdf(library, library.references.front(), print, options(Language::kSpanish));
    ASSERT_TRUE(pdf);
    const auto report = doc::check_pdf(*pdf);
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->passes());
    EXPECT_EQ(report->pages, 1);
  }
}

// The poster's least size is the one that doc/ works out for three metres; a poster that would need
// smaller type is refused, not printed.
TEST(Print, APosterThatWouldNeedSmallTypeIsRefused) {
  Library library = built_in_library();
  Reference& reference = library.references.front();
  const std::string long_sign = "Somebody stands beside the door and looks at everyone. ";
  std::string many;
  for (int i = 0; i < 60; ++i) many += long_sign;
  for (Item& item : reference.parts[0]) item.text = {many, many};
  EXPECT_FALSE(print_pdf(library, reference, Print::kPoster, options(Language::kEnglish)));
  EXPECT_GE(doc::page_setup(doc::Paper::kPoster).small_size, doc::least_size_readable_at(3));
}

TEST(Print, ThePageNamesEachSourceAndItsDay) {
  const Library& library = built_in_library();
  const Reference* reference = library.reference("investigators-continued-presence");
  ASSERT_NE(reference, nullptr);
  const std::string text =
      text_of(print_document(library, *reference, Print::kPage, options(Language::kEnglish)));
  EXPECT_THAT(text, HasSubstr("22 USC 7105 (c)(3)(A), as of June 30, 2025"));
  EXPECT_THAT(text, HasSubstr("as of July 30, 2021"));
  EXPECT_THAT(text, HasSubstr("Sources disagree. An older page"));
  EXPECT_THAT(text, Not(HasSubstr("Out of date")));
}

TEST(Print, ExpiredFactsSaySoOnEveryPaper) {
  const Library& library = built_in_library();
  const Reference& reference = *library.reference("patrol-labor-signs");
  const auto text = [&](Print print) {
    return text_of(print_document(library, reference, print, options(Language::kEnglish, kLater)));
  };
  EXPECT_THAT(text(Print::kPage), HasSubstr("Out of date: it was to be checked by June 30, 2027"));
  EXPECT_THAT(text(Print::kCard), HasSubstr("Some facts are out of date"));
  EXPECT_THAT(text(Print::kPoster), HasSubstr("Some facts are out of date"));
}

}  // namespace
}  // namespace daybreak::library
