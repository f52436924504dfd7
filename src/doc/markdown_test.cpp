// SPDX-License-Identifier: AGPL-3.0-or-later
#include "doc/markdown.hpp"

#include <gtest/gtest.h>

#include "doc/html_edition.hpp"

namespace daybreak::doc {
namespace {

std::string html_of(std::string_view markdown) {
  Document document{.title = "Example", .blocks = from_markdown(markdown).value()};
  return to_html_fragment(document).value();
}

TEST(Markdown, KeepsMeaning) {
  const std::string html = html_of(
      "# Title\n\nSome *italic* **bold** `code` [link](https://example.org/a) and[^1].\n\n"
      "- [ ] task\n- [x] done\n\n| A | B |\n|---|--:|\n| 1 | 2 |\n\n> Quoted\n\n[^1]: The note.\n");
  for (const char* expected :
       {">Title</h1>", "<em>italic</em>", "<strong>bold</strong>", "<code>code</code>",
        "<a href=\"https://example.org/a\">link</a>", "The note.", "class=\"checkbox\"",
        "<th scope=\"col\">A</th>", "<td class=\"end\">2</td>", "<blockquote>"}) {
    EXPECT_NE(html.find(expected), std::string::npos) << expected << "\n" << html;
  }
}

TEST(Markdown, DropsEverythingThatCouldRun) {
  const std::string html = html_of(
      "# T\n\n<script>alert(1)</script>\n\nA <img src=x onerror=alert(1)> [x](javascript:alert(1)) "
      "![alt words](https://example.org/pixel.gif) [y](data:text/html,z)\n");
  for (const char* unwanted : {"<script", "onerror", "javascript:", "pixel.gif", "data:text"}) {
    EXPECT_EQ(html.find(unwanted), std::string::npos) << unwanted << "\n" << html;
  }
  EXPECT_NE(html.find("alt words"), std::string::npos);
}

TEST(Markdown, RefusesDepthSizeAndBrokenText) {
  EXPECT_FALSE(from_markdown(std::string(2000, '>') + " deep"));
  EXPECT_FALSE(from_markdown(std::string(2 << 20, 'a')));
  EXPECT_FALSE(from_markdown("\xc3\x28"));
  std::string nested;
  for (int i = 0; i < 500; ++i) nested += "*a **b ";
  (void)from_markdown(nested);  // must return, one way or the other
}

}  // namespace
}  // namespace daybreak::doc
