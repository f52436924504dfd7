// SPDX-License-Identifier: AGPL-3.0-or-later
// A document as meaning, not as looks: headings, paragraphs, lists, tables, figures, notes,
// indexes. One Document feeds every back end: to_pdf (pdf.hpp), to_html (html_edition.hpp),
// to_plain_text (plain_text.hpp), to_docx (docx.hpp). Text is UTF-8 and never markup: each back end
// escapes it. Plain values: build on one thread, then share freely.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "doc/picture.hpp"

namespace daybreak::doc {

// A run of text. Make one with the functions below: text("…"), bold("…"), link("…", "https://…").
struct Inline {
  enum class Kind : std::uint8_t {
    kText,
    kLineBreak,
    kFootnote,       // `note` stands at the foot of the column; a number stands here
    kPageReference,  // the page of anchor `link` in print, a link elsewhere
    kFillIn,         // a rule to write on; `text` says what belongs there
  };
  Kind kind = Kind::kText;
  std::string text;
  bool bold = false;
  bool italic = false;
  bool code = false;
  std::string
      link;  // "https://…", "http://…", "mailto:…", "tel:…" or "#anchor"; others are dropped
  std::string language;  // BCP 47 tag where it differs from the document's
  std::vector<Inline> note;
};
using Inlines = std::vector<Inline>;

// What a fill-in looks like in print: as wide in Word as in the PDF.
inline constexpr std::string_view kBlankRule = "______________";

Inline text(std::string words);
Inline bold(std::string words);
Inline italic(std::string words);
Inline code(std::string words);
Inline link(std::string words, std::string target);
Inline in_language(std::string language, std::string words);
Inline footnote(Inlines note);
Inline page_reference(std::string words, std::string anchor);
Inline line_break();
Inline fill_in(std::string what);

// The words alone, without notes; a line break becomes a space.
std::string words_of(const Inlines& inlines);
// Whether a link target is one of the kinds that a document may carry.
bool is_safe_link(std::string_view target);

struct Block;
using Blocks = std::vector<Block>;

enum class Alignment : std::uint8_t { kStart, kCenter, kEnd };

// Heading levels start at 1 and never skip a level downwards (pdf_check refuses that).
struct Heading {
  int level = 1;
  Inlines content;
  std::string anchor;       // unique in the document; empty: none
  bool in_contents = true;  // in the table of contents and the PDF's bookmarks
  Alignment alignment = Alignment::kStart;
};

struct Paragraph {
  enum class Style : std::uint8_t { kBody, kLead, kSmall, kQuote, kCode, kHuge };
  Inlines content;
  Style style = Style::kBody;
  Alignment alignment = Alignment::kStart;
  bool keep_with_next = false;
};

struct ListItem {
  Blocks blocks;
};
struct List {
  enum class Kind : std::uint8_t { kBullet, kNumber, kCheckbox, kPlain };
  Kind kind = Kind::kBullet;
  std::vector<ListItem> items;
  int start = 1;
};

struct TableCell {
  enum class Kind : std::uint8_t { kData, kColumnHeader, kRowHeader };
  Inlines content;
  Kind kind = Kind::kData;
  Alignment alignment = Alignment::kStart;
  int columns = 1;  // spanned
};
struct TableRow {
  std::vector<TableCell> cells;
};
// Header rows repeat on every page. Every cell of `header` counts as a column header.
struct Table {
  Inlines caption;
  std::vector<double> widths;  // relative; empty: by content
  std::vector<TableRow> header;
  std::vector<TableRow> rows;
};

// A figure says in words what it shows; an empty `alternative` means it is decoration.
struct Figure {
  Picture picture;
  std::string alternative;
  Inlines caption;
  double width = 0;  // points; 0: the picture's own
  Alignment alignment = Alignment::kStart;
};

// An entry under `term` of the index called `index`, pointing at the block that carries the mark.
struct IndexMark {
  std::string index;
  std::string term;
  std::string entry;  // second level; empty: the term itself
};

// Blocks that belong together: a directory entry, a card, a warning. Kept on one page when they
// fit.
struct Group {
  enum class Frame : std::uint8_t { kNone, kBox, kShadedBox, kRuleAbove };
  Frame frame = Frame::kNone;
  bool keep_together = true;
  std::string anchor;
  std::vector<IndexMark> marks;
  Blocks blocks;
  std::optional<Figure> side;  // at the end side, top; the blocks flow beside it
};

// Everything inside runs in columns of equal width, balanced at the end.
struct Columns {
  int count = 2;
  double gap = 18;  // points
  Blocks blocks;
};

// The same card `count` times, in rows, with lines to cut along. Only the first is read aloud.
struct CardSheet {
  double width = 243;   // points
  double height = 153;  // points; content that does not fit is an error
  int count = 1;
  Blocks card;
};

struct PageBreak {};
struct TableOfContents {
  int levels = 2;
};
// Every IndexMark of that index, sorted by the rules of the document's language.
struct Index {
  std::string name;
};

struct Block {
  std::variant<Paragraph, Heading, List, Table, Figure, Group, Columns, CardSheet, PageBreak,
               TableOfContents, Index>
      content;
};

// Words that a back end writes itself.
struct Words {
  std::string page_of = "Page {page} of {pages}";
  std::string page = "page";
  std::string footnotes = "Notes";
  std::string back_to_text = "back to the text";
  std::string blank = "blank to fill in";
};
// English and Spanish; other languages get English.
Words words_for(std::string_view language);

struct Document {
  std::string title;
  std::string language = "en";  // BCP 47
  std::string subject;          // one sentence for the file's properties
  std::string publisher;
  Date date{std::chrono::year(2000) / 1 / 1};  // the edition's; the bytes depend on nothing else
  std::string running_head;                    // on every page but the first
  std::string running_foot;
  bool page_numbers = true;
  Words words;
  Blocks blocks;
};

// Short spellings for building documents.
Block heading(int level, std::string words, std::string anchor = {});
Block paragraph(std::string words);
Block paragraph(Inlines content, Paragraph::Style style = Paragraph::Style::kBody);
Block bullets(std::vector<std::string> items);

}  // namespace daybreak::doc
