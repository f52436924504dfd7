// SPDX-License-Identifier: AGPL-3.0-or-later
#include "doc/pdf.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doc/docx.hpp"
#include "doc/pdf_check.hpp"

namespace daybreak::doc {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

std::string listed(const PdfReport& report) {
  std::string lines;
  for (const PdfFinding& finding : report.findings) {
    lines += finding.rule + " at " + finding.place + ": " + finding.message + "\n";
  }
  return lines;
}

// When DAYBREAK_KEEP names a folder, what the tests make stays there to be looked at.
void keep(const std::string& name, const std::string& bytes) {
  if (const char* folder = std::getenv("DAYBREAK_KEEP")) {
    std::ofstream(std::string(folder) + "/" + name, std::ios::binary) << bytes;
  }
}

TableRow row(std::vector<std::string> words, bool header_first = true) {
  TableRow made;
  for (std::string& word : words) {
    const bool first = made.cells.empty();
    made.cells.push_back(
        {.content = {text(std::move(word))},
         .kind = first && header_first ? TableCell::Kind::kRowHeader : TableCell::Kind::kData});
  }
  return made;
}

Block entry(int number) {
  const std::string name = "Example Harbor House " + std::to_string(number);
  Group group{.frame = Group::Frame::kRuleAbove,
              .marks = {{"need", number % 2 ? "Emergency shelter" : "Legal help", name},
                        {"county", number % 3 ? "Erie" : "Niagara", name}}};
  group.blocks = {heading(3, name),
                  paragraph({text("A fictional service for testing. Call "),
                             link("555-0100", "tel:+15555550100"),
                             text(" first. Hours: Monday to Friday, 9 a.m. to 5 p.m. "),
                             in_language("es", "Se habla español."), text(" It ends here.")}),
                  paragraph({text("Verified on 2026-11-01.")}, Paragraph::Style::kSmall)};
  group.side = Figure{.picture = QrPicture{"https://example.org/s/" + std::to_string(number)},
                      .alternative = "QR code for " + name,
                      .width = 46};
  return {std::move(group)};
}

Document everything() {
  Document document;
  document.title = "Everything a fictional document can hold";
  document.subject = "A test document";
  document.publisher = "Example Task Force";
  document.running_head = "Example Task Force";
  document.running_foot = "Demonstration";
  document.blocks = {
      heading(1, "Everything a document can hold"),
      paragraph(
          {text("A lead paragraph that says in one or two sentences what the document is for.")},
          Paragraph::Style::kLead),
      heading(2, "Contents", "contents"),
      {TableOfContents{.levels = 2}},
      {PageBreak{}},
      heading(2, "Words"),
      paragraph({text("Plain, "), bold("bold"), text(", "), italic("italic"), text(", "),
                 code("code"), text(" and "), link("a link to example.org", "https://example.org/"),
                 text(" with a note"), footnote({text("The note stands at the foot of the page.")}),
                 text(". The table is at "), page_reference("Hours", "hours"),
                 text(". Sign here: "), fill_in("signature"), text(" and go on.")}),
      paragraph({text("A quoted sentence.")}, Paragraph::Style::kQuote),
      bullets({"First",
               "Second, which is so long that it must run over the end of its line and start "
               "again below at the same place where it began, not under the bullet",
               "Third"}),
      {List{.kind = List::Kind::kNumber,
            .items = {{.blocks = {paragraph("One")}},
                      {.blocks = {paragraph("Two"), bullets({"Inner one", "Inner two"})}}}}},
      {List{.kind = List::Kind::kCheckbox, .items = {{.blocks = {paragraph("To do")}}}}},
      heading(2, "Hours", "hours"),
      {Table{.caption = {text("Opening hours of the fictional desk")},
             .header = {row({"Day", "Opens", "Closes", "Remark"}, false)},
             .rows = {row({"Monday", "9 a.m.", "5 p.m.",
                           "By appointment; bring nothing, tell nobody"}),
                      row({"Tuesday", "9 a.m.", "8 p.m.", ""})}}},
      {Group{.frame = Group::Frame::kShadedBox,
             .blocks = {heading(3, "In a box"), paragraph("If you are in danger, call 911.")}}},
      {Figure{.picture = DrawingPicture{.width = 200,
                                        .height = 60,
                                        .shapes = {{.outlines = {{{0, 0}, {200, 0}, {100, 60}}},
                                                    .fill = {0, 94, 162}}},
                                        .labels = {{{70, 75}, "label", 10}}},
              .alternative = "A blue triangle",
              .caption = {text("Figure 1. A triangle.")},
              .alignment = Alignment::kCenter}},
      {PageBreak{}},
      heading(2, "Entries"),
  };
  Columns columns{.count = 2};
  for (int i = 1; i <= 9; ++i) columns.blocks.push_back(entry(i));
  document.blocks.push_back({std::move(columns)});
  document.blocks.push_back(heading(2, "Index by need"));
  document.blocks.push_back({Columns{.count = 2, .blocks = {{Index{"need"}}}}});
  document.blocks.push_back(heading(2, "Cards"));
  document.blocks.push_back(
      {CardSheet{.width = 243,
                 .height = 140,
                 .count = 4,
                 .card = {paragraph({bold("Example House")}), paragraph("555-0100")}}});
  return document;
}

TEST(Pdf, HoldsEverythingAndPassesItsOwnCheck) {
  const std::string pdf = to_pdf(everything()).value();
  keep("everything.pdf", pdf);
  const PdfReport report = check_pdf(pdf).value();
  EXPECT_TRUE(report.passes()) << listed(report);
  EXPECT_TRUE(report.claims_ua);
  EXPECT_EQ(report.language, "en");
  EXPECT_EQ(report.title, "Everything a fictional document can hold");
  EXPECT_EQ(report.figures, 10);
  EXPECT_EQ(report.tables, 1);
  EXPECT_GT(report.links, 30);
  EXPECT_THAT(report.structure, Contains(HasSubstr("TH scope=Column")));
  EXPECT_THAT(report.structure, Contains(HasSubstr("TH scope=Row")));
  EXPECT_THAT(report.structure, Contains(HasSubstr("Span lang=es")));
}

TEST(Pdf, HundredPagesWithinTwoSeconds) {
  Document document{.title = "A long fictional document"};
  document.blocks = {heading(1, "Long"), {TableOfContents{.levels = 2}}};
  const std::string words =
      "A paragraph of a fictional memorandum that goes on for several lines, so that a page holds "
      "about "
      "ten of them and a hundred pages hold a thousand, as a long agreement between agencies "
      "would. ";
  for (int section = 0; section < 100; ++section) {
    document.blocks.push_back({PageBreak{}});
    document.blocks.push_back(heading(2, "Section " + std::to_string(section + 1)));
    for (int i = 0; i < 9; ++i) document.blocks.push_back(paragraph(words + words));
    document.blocks.push_back(bullets({"One", "Two", "Three"}));
  }
  const std::clock_t start = std::clock();
  const std::string pdf = to_pdf(document).value();
  const double seconds = double(std::clock() - start) / CLOCKS_PER_SEC;
  const PdfReport report = check_pdf(pdf).value();
  EXPECT_TRUE(report.passes()) << listed(report);
  EXPECT_GE(report.pages, 100);
  RecordProperty("cpu_seconds", std::to_string(seconds));
  std::printf("%d pages in %.2f s of processor time\n", report.pages, seconds);
  EXPECT_LT(seconds, 2.0);
}

Document quick_reference(int lines) {
  Document document{.title = "Signs at a fictional worksite", .page_numbers = false};
  document.blocks = {heading(1, "Signs at a fictional worksite"),
                     paragraph({text("What an inspector of a fictional agency looks for.")},
                               Paragraph::Style::kLead)};
  List list{.kind = List::Kind::kCheckbox};
  for (int i = 0; i < lines; ++i) {
    list.items.push_back({{paragraph("Somebody else keeps the papers of the workers, example " +
                                     std::to_string(i))}});
  }
  document.blocks.push_back({std::move(list)});
  return document;
}

TEST(Pdf, FitsOnePageOrSaysSo) {
  for (const Paper paper : {Paper::kLetter, Paper::kA6, Paper::kPoster}) {
    const double least = paper == Paper::kPoster ? least_size_readable_at(3) : 6;
    const auto pdf = to_pdf_within(quick_reference(20), page_setup(paper), 1, least);
    ASSERT_TRUE(pdf) << pdf.error().describe();
    keep("quick-" + std::to_string(int(paper)) + ".pdf", *pdf);
    const PdfReport report = check_pdf(*pdf).value();
    EXPECT_EQ(report.pages, 1);
    EXPECT_TRUE(report.passes()) << listed(report);
  }
  EXPECT_FALSE(to_pdf_within(quick_reference(200), page_setup(Paper::kA6), 1, 6));
}

TEST(PageSetup, PosterIsReadableAtThreeMetres) {
  EXPECT_NEAR(least_size_readable_at(3), 33.1, 0.1);
  EXPECT_GE(page_setup(Paper::kPoster).small_size, least_size_readable_at(3));
  for (const Paper paper :
       {Paper::kLetter, Paper::kHalfLetter, Paper::kA4, Paper::kA5, Paper::kA6}) {
    EXPECT_GE(page_setup(paper, Print::kLarge).small_size, 18) << int(paper);
  }
}

TEST(Docx, IsTheSameDocumentInParts) {
  const std::string docx = to_docx(everything()).value();
  keep("everything.docx", docx);
  EXPECT_EQ(docx, to_docx(everything()).value());
  EXPECT_TRUE(docx.starts_with("PK"));
}

TEST(Pdf, SameDocumentSameBytes) {
  EXPECT_EQ(to_pdf(everything()).value(), to_pdf(everything()).value());
}

TEST(Pdf, UsesTheFontItNames) {
  const PdfReport report = check_pdf(to_pdf(everything()).value()).value();
  for (const std::string& font : report.fonts) {
    EXPECT_TRUE(font.starts_with("NotoSans") || font.starts_with("DejaVuSansMono")) << font;
  }
  EXPECT_THAT(report.fonts, Contains(HasSubstr("NotoSans")));
}

}  // namespace
}  // namespace daybreak::doc
