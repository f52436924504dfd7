// SPDX-License-Identifier: AGPL-3.0-or-later
#include <gtest/gtest.h>

#include "doc/html_edition.hpp"
#include "doc/plain_text.hpp"
#include "doc/qr_code.hpp"

namespace daybreak::doc {
namespace {

Document sample() {
  Document document;
  document.title = "Fictional <guide>";
  document.blocks = {
      heading(1, "Fictional & guide"),
      {TableOfContents{}},
      paragraph({text("Call "), link("555-0100", "tel:555-0100"), text(" or "),
                 link("bad", "javascript:alert(1)"), footnote({text("A note.")})}),
      heading(2, "Housing"),
      {Group{.marks = {{"need", "Shelter", "Example House"}},
             .blocks = {paragraph("Open <all> night")}}},
      {Table{.header = {{{{.content = {text("Day")}}, {.content = {text("Hours")}}}}},
             .rows = {{{{.content = {text("Monday")}, .kind = TableCell::Kind::kRowHeader},
                        {.content = {text("9–5")}}}}}}},
      {Figure{.picture = QrPicture{"https://example.org/1"}, .alternative = "QR code: example"}},
      {Index{"need"}},
  };
  return document;
}

TEST(HtmlEdition, EscapesAndKeepsMeaning) {
  const std::string html = to_html(sample()).value();
  EXPECT_NE(html.find("<title>Fictional &lt;guide&gt;</title>"), std::string::npos);
  EXPECT_NE(html.find("Open &lt;all&gt; night"), std::string::npos);
  EXPECT_EQ(html.find("javascript:"), std::string::npos);
  EXPECT_NE(html.find("<th scope=\"col\">Day</th>"), std::string::npos);
  EXPECT_NE(html.find("<th scope=\"row\">Monday</th>"), std::string::npos);
  EXPECT_NE(html.find("aria-label=\"QR code: example\""), std::string::npos);
  EXPECT_NE(html.find("href=\"#entry-3\">Example House</a>"), std::string::npos);
  EXPECT_EQ(html.find("<script"), std::string::npos);
}

TEST(PlainText, WrapsAndListsNotes) {
  const std::string words = to_plain_text(sample(), 40);
  EXPECT_NE(words.find("[1] A note."), std::string::npos);
  for (std::size_t at = 0; at < words.size();) {
    const std::size_t end = words.find('\n', at);
    EXPECT_LE(end - at, 44u) << words.substr(at, end - at);
    at = end + 1;
  }
}

TEST(Document, RefusesWhatBackEndsCannotShow) {
  Document skipped = sample();
  skipped.blocks.push_back(heading(4, "Too deep"));
  EXPECT_FALSE(to_html(skipped));
  Document dangling = sample();
  dangling.blocks.push_back(paragraph({link("nowhere", "#nowhere")}));
  EXPECT_FALSE(to_html(dangling));
  Document twice = sample();
  twice.blocks.push_back(heading(2, "A", "same"));
  twice.blocks.push_back(heading(2, "B", "same"));
  EXPECT_FALSE(to_html(twice));
  Document broken = sample();
  broken.blocks.push_back(paragraph("\xff"));
  EXPECT_FALSE(to_html(broken));
}

TEST(QrCode, RefusesTooMuch) {
  EXPECT_TRUE(QrCode::encode(std::string(2331, 'a')));
  EXPECT_FALSE(QrCode::encode(std::string(2332, 'a')));
  EXPECT_FALSE(QrCode::encode(""));
  for (std::size_t bytes :
       {1, 14, 15, 26, 27, 106, 107, 213, 331, 666, 667, 1190, 1911, 2213, 2331}) {
    EXPECT_EQ(QrCode::modules_for(bytes), QrCode::encode(std::string(bytes, 'a'))->modules())
        << bytes;
  }
  EXPECT_EQ(QrCode::modules_for(2332), 0);
}

}  // namespace
}  // namespace daybreak::doc
