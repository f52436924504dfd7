// SPDX-License-Identifier: AGPL-3.0-or-later
// What a page says: headings, paragraphs, links, lists, alerts, cards, accordions, descriptions.
// Parameter structs hold views: build them in the call itself. See markup.hpp for escaping.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "html/markup.hpp"

namespace daybreak::html {

// Level 1 is written by page() itself; levels 2 to 5 here. `id` makes it a link target.
void heading(Markup& out, int level, Required text, std::string_view id = {});
void paragraph(Markup& out, std::string_view text);
void paragraph(Markup& out, Content content);
// Larger text that opens a page.
void lead(Markup& out, std::string_view text);
// Smaller, quieter text: "Figures from 1 October 2026, U.S. Department of Labor".
void note(Markup& out, std::string_view text);

void link(Markup& out, Required text, const Href& href);
// "Call (716) 555-0100" as a tel: link. `label` says who answers, for people who hear the link
// alone.
void phone_link(Markup& out, std::string_view number, std::string_view label = {});

enum class ListKind : std::uint8_t { kBullets, kNumbers, kPlain };
// `item` is called once for each index, inside its <li>.
template <typename F>
void list(Markup& out, ListKind kind, std::size_t count, F item);

// A region with a heading of its own, for screen readers to jump to.
void section(Markup& out, int level, Required title, Content content);

enum class AlertKind : std::uint8_t { kInfo, kSuccess, kWarning, kError, kEmergency };
struct Alert {
  AlertKind kind = AlertKind::kInfo;
  Required text;
  std::string_view title;
  int heading_level = 2;
  // Read out at once when the page opens (what just happened); not for standing notices.
  bool announce = false;
};
void alert(Markup& out, const Alert& alert, Content more = {});

enum class TagTone : std::uint8_t { kPlain, kGood, kCaution, kBad, kInfo };
// A short mark such as "24 hours" or "Call first". The word carries the meaning, not the colour.
void tag(Markup& out, Required text, TagTone tone = TagTone::kPlain);

// Terms and what they are; absent values are left out by not adding them.
class Descriptions {
 public:
  explicit Descriptions(Markup& out) : out_(out) {}
  void add(Required term, std::string_view text);
  void add(Required term, Content content);

 private:
  Markup& out_;
};
template <typename F>
void description_list(Markup& out, F fill) {
  out.open("dl", {{"class", "description-list"}});
  Descriptions descriptions(out);
  fill(descriptions);
  out.close("dl");
}

struct Card {
  Required title;
  Href href = {};  // the title is the link, when given
  std::string_view text = {};
  int heading_level = 3;
};
// `write` is called once for each index and writes one card().
template <typename F>
void card_list(Markup& out, std::size_t count, F write);
void card(Markup& out, const Card& card, Content more = {});

struct AccordionItem {
  Required title;
  bool open = false;
  int heading_level = 3;
};
// Works without JavaScript: <details>. Several in a row look like one accordion.
void accordion_item(Markup& out, const AccordionItem& item, Content content);

// Nothing to show: says so, and what to do next. Never leave a page at "no results".
struct EmptyState {
  Required title;
  Required what_to_do;
  std::string_view action = {};  // words of the button
  Href href = {};
};
void empty_state(Markup& out, const EmptyState& state);

// One number that matters: "14", "records wait for a check", where it comes from.
struct Figure {
  Required value;
  Required label;
  std::string_view source = {};
  Href href = {};
};
void figure_list(Markup& out, std::span<const Figure> figures);

// An image cannot be made without saying what it shows; decoration is not an image but CSS.
struct Image {
  Href source;
  Required alternative;
  int width = 0, height = 0;
};
void image(Markup& out, const Image& image);

// Columns on a desk, one column on a phone: `write(i)` writes column i of `count` (2 or 3).
template <typename F>
void columns(Markup& out, int count, F write);

// ---- templates ----

void list_open(Markup& out, ListKind kind);
void list_close(Markup& out, ListKind kind);
template <typename F>
void list(Markup& out, ListKind kind, std::size_t count, F item) {
  list_open(out, kind);
  for (std::size_t i = 0; i < count; ++i) {
    out.fixed("<li>");
    item(i);
    out.fixed("</li>");
  }
  list_close(out, kind);
}

template <typename F>
void card_list(Markup& out, std::size_t count, F write) {
  out.fixed("<ul class=\"usa-card-group\">");
  for (std::size_t i = 0; i < count; ++i) write(i);
  out.fixed("</ul>");
}

template <typename F>
void columns(Markup& out, int count, F write) {
  out.fixed("<div class=\"grid-row grid-gap\">");
  for (int i = 0; i < count; ++i) {
    if (count == 3)
      out.fixed("<div class=\"tablet:grid-col-4\">");
    else
      out.fixed("<div class=\"tablet:grid-col-6\">");
    write(i);
    out.fixed("</div>");
  }
  out.fixed("</div>");
}

}  // namespace daybreak::html
