// SPDX-License-Identifier: AGPL-3.0-or-later
#include "doc/pdf_layout.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace daybreak::doc {
namespace {

double height_of(const std::vector<Piece>& pieces, std::size_t first) {
  double height = 0;
  for (std::size_t i = first; i < pieces.size(); ++i) {
    height += pieces[i].height + (i == first ? 0 : pieces[i].before);
  }
  return height;
}

void move_down(Mark& mark, double by) {
  std::visit([by](auto& kind) { kind.y += by; }, mark);
}

}  // namespace

Layout::Layout(const Document& document, const PageSetup& setup, const Survey& survey,
               Shaper& shaper, const PageNumbers& pages)
    : document_(document), setup_(setup), survey_(survey), shaper_(shaper), pages_(pages) {}

Result<Flow> Layout::run() {
  start_strip(1, 0);
  TRY(flow(
      document_.blocks,
      {.x = 0, .width = flow_.strips.back().column_width, .node = 0, .size = setup_.base_size}));
  return std::move(flow_);
}

void Layout::start_strip(int columns, double gap) {
  const double width = setup_.width - setup_.margin_start - setup_.margin_end;
  flow_.strips.push_back(
      {.columns = columns, .gap = gap, .column_width = (width - gap * (columns - 1)) / columns});
}

double Layout::column_height() const {
  return setup_.height - setup_.margin_top - setup_.margin_bottom;
}

std::string Layout::page_of(const std::string& anchor) {
  flow_.shows_pages = true;
  const auto found = pages_.find(anchor);
  return found == pages_.end() ? "00" : fmt::format("{}", found->second);
}

TextStyle Layout::style(double size) const {
  return {.size = size, .ink = setup_.ink, .link_ink = setup_.link_ink};
}

Shaper::Callbacks Layout::callbacks() {
  return {.page_reference =
              [this](const Inline& part) {
                return printable(part.text) + " (" + document_.words.page + " " +
                       page_of(part.link.substr(1)) + ")";
              },
          .next_note = [this] { return ++notes_; }};
}

Result<void> Layout::flow(std::span<const Block> blocks, const Place& place) {
  for (const Block& block : blocks) {
    const std::size_t strip = flow_.strips.size();
    const std::size_t before = pieces().size();
    TRY(std::visit([&](const auto& kind) { return add(kind, place); }, block.content));
    if (break_page_ && flow_.strips.size() == strip && pieces().size() > before) {
      pieces()[before].starts_page = true;
      break_page_ = false;
    }
    after_heading_ = std::holds_alternative<Heading>(block.content);
  }
  return {};
}

void Layout::add_lines(const std::shared_ptr<ShapedText>& text, double x, double before,
                       int parent) {
  const std::size_t count = text->lines.size();
  std::size_t note = 0;
  for (std::size_t i = 0; i < count; ++i) {
    Piece piece{.before = i == 0 ? before : 0, .height = text->lines[i].height};
    // Two lines at least stay together at either end of a paragraph.
    piece.keep_with_next = i + 1 < count && (i == 0 || i + 2 == count);
    piece.marks.push_back(TextMark{text, i, x, 0});
    const int end = text->lines[i].line->start_index + text->lines[i].line->length;
    for (; note < text->notes.size() && (text->notes[note].at < end || i + 1 == count); ++note) {
      for (Piece& part : note_pieces(text->notes[note], parent))
        piece.notes.push_back(std::move(part));
    }
    pieces().push_back(std::move(piece));
  }
}

std::vector<Piece> Layout::note_pieces(const ShapedText::Note& note, int parent) {
  const double size = setup_.small_size;
  const int node = flow_.structure.add(parent, "Note");
  if (node != kArtifact) flow_.structure[node].id = fmt::format("note-{}", note.number);
  const int label = flow_.structure.add_slot(flow_.structure.add(node, "Lbl"));
  const int body = flow_.structure.add(node, "P");
  const double indent = size * 1.6;
  std::vector<Piece> made;
  auto number = shaper_.shape_words(fmt::format("{}", note.number), style(size), 0, label);
  // A note inside a note would have nowhere to stand: its words follow in place.
  Inlines content = *note.content;
  std::erase_if(content, [](const Inline& part) { return part.kind == Inline::Kind::kFootnote; });
  auto text = shaper_.shape(content, style(size), flow_.strips.back().column_width - indent,
                            flow_.structure, body, callbacks());
  for (std::size_t i = 0; i < text->lines.size(); ++i) {
    Piece piece{.height = text->lines[i].height, .keep_with_next = true};
    if (i == 0) {
      piece.marks.push_back(TextMark{number, 0, 0, 0});
      piece.anchors.push_back(fmt::format("note-{}", note.number));
    }
    piece.marks.push_back(TextMark{text, i, indent, 0});
    made.push_back(std::move(piece));
  }
  return made;
}

Result<void> Layout::add(const Heading& heading, const Place& place) {
  TextStyle look = style(heading_size(setup_, heading.level, place.size));
  look.bold = true;
  look.ink = setup_.heading_ink;
  look.alignment = heading.alignment;
  const int node = flow_.structure.add(place.node, fmt::format("H{}", heading.level));
  auto text = shaper_.shape(heading.content, look, place.width, flow_.structure, node, callbacks());
  const std::size_t first = pieces().size();
  add_lines(text, place.x, (after_heading_ ? 0.45 : 0.95) * look.size, place.node);
  pieces()[first].anchors.push_back(survey_.anchor_of(&heading));
  for (std::size_t i = first; i < pieces().size(); ++i) pieces()[i].keep_with_next = true;
  return {};
}

Result<void> Layout::add(const Paragraph& paragraph, const Place& place) {
  using Style = Paragraph::Style;
  const bool is_code = paragraph.style == Style::kCode;
  double size = place.size;
  if (paragraph.style == Style::kLead) size *= 1.2;
  if (paragraph.style == Style::kHuge) size *= 2.4;
  if (is_code) size *= 0.9;
  if (paragraph.style == Style::kSmall) size = std::min(size, setup_.small_size);
  TextStyle look = style(size);
  look.alignment = paragraph.alignment;
  look.mono = is_code;
  look.bold = paragraph.style == Style::kHuge;
  const bool quote = paragraph.style == Style::kQuote;
  const double inset = quote ? 1.5 * size : 0;
  const int outer = quote ? flow_.structure.add(place.node, "BlockQuote") : place.node;
  const int node = flow_.structure.add(outer, "P");
  auto text = shaper_.shape(paragraph.content, look, place.width - inset, flow_.structure, node,
                            callbacks());
  const std::size_t first = pieces().size();
  const double before = (place.list ? 0.15 : after_heading_ ? 0.25 : 0.55) * place.size;
  add_lines(text, place.x + inset, before, outer);
  for (std::size_t i = first; quote && i < pieces().size(); ++i) {
    pieces()[i].marks.push_back(BoxMark{place.x, 0, {0.2 * size, pieces()[i].height}, setup_.rule});
  }
  if (paragraph.keep_with_next) pieces().back().keep_with_next = true;
  return {};
}

Result<void> Layout::add(const List& list, const Place& place) {
  const int node = flow_.structure.add(place.node, "L");
  const bool plain = list.kind == List::Kind::kPlain;
  const double indent = plain ? 0 : (list.kind == List::Kind::kNumber ? 1.9 : 1.4) * place.size;
  int number = list.start;
  for (const ListItem& item : list.items) {
    const int entry = flow_.structure.add(node, "LI");
    const int label =
        plain ? kArtifact : flow_.structure.add_slot(flow_.structure.add(entry, "Lbl"));
    const int body = flow_.structure.add(entry, "LBody");
    const std::size_t first = pieces().size();
    const bool after_heading = after_heading_;
    TRY(flow(item.blocks, {.x = place.x + indent,
                           .width = place.width - indent,
                           .node = body,
                           .size = place.size,
                           .list = true}));
    after_heading_ = false;
    if (pieces().size() == first) pieces().push_back({.height = place.size * 1.3});
    if (&item == &list.items.front()) {
      pieces()[first].before = (place.list ? 0.15 : after_heading ? 0.25 : 0.45) * place.size;
    }
    if (plain) continue;
    if (list.kind == List::Kind::kCheckbox) {
      const double side = 0.75 * place.size;
      pieces()[first].marks.insert(
          pieces()[first].marks.begin(),
          BoxMark{place.x, 0.3 * place.size, {side, side}, setup_.ink, false});
    }
    const std::string words = list.kind == List::Kind::kNumber     ? fmt::format("{}.", number++)
                              : list.kind == List::Kind::kCheckbox ? "\u00a0"
                                                                   : "•";
    auto mark = shaper_.shape_words(words, style(place.size), 0, label);
    pieces()[first].marks.insert(pieces()[first].marks.begin(), TextMark{mark, 0, place.x, 0});
  }
  return {};
}

Result<Size> Layout::fitted(const Figure& figure, double width, double height) {
  const Size own = TRY(size_of(figure.picture));
  const double wanted = figure.width > 0 ? figure.width : own.width;
  const double scale = std::min({wanted / own.width, width / own.width, height / own.height});
  return Size{own.width * scale, own.height * scale};
}

int Layout::figure_node(const Figure& figure, int parent) {
  if (figure.alternative.empty()) return kArtifact;
  const int node = flow_.structure.add(parent, "Figure");
  if (node != kArtifact) flow_.structure[node].alternative = printable(figure.alternative);
  return node;
}

Result<void> Layout::add(const Figure& figure, const Place& place) {
  const Size size = TRY(fitted(figure, place.width, 0.8 * column_height()));
  const int node = figure_node(figure, place.node);
  const double spare = place.width - size.width;
  const double x = place.x + (figure.alignment == Alignment::kCenter ? spare / 2
                              : figure.alignment == Alignment::kEnd  ? spare
                                                                     : 0);
  Piece piece{.before = 0.6 * place.size, .height = size.height};
  piece.keep_with_next = !figure.caption.empty();
  piece.marks.push_back(
      PictureMark{&figure.picture, x, 0, size, flow_.structure.add_slot(node), node});
  pieces().push_back(std::move(piece));
  if (figure.caption.empty()) return {};
  TextStyle look = style(setup_.small_size);
  look.alignment = figure.alignment;
  const int caption = flow_.structure.add(place.node, "P");
  add_lines(shaper_.shape(figure.caption, look, place.width, flow_.structure, caption, callbacks()),
            place.x, 0.2 * place.size, place.node);
  return {};
}

Result<void> Layout::add(const Group& group, const Place& place) {
  const int node = flow_.structure.add(place.node, "Sect");
  const std::size_t first = pieces().size();
  const bool boxed = group.frame == Group::Frame::kBox || group.frame == Group::Frame::kShadedBox;
  const double pad = boxed ? 0.7 * place.size : 0;
  Place inner{.x = place.x + pad, .width = place.width - 2 * pad, .node = node, .size = place.size};
  Size side_size;
  if (group.side) {
    side_size = TRY(fitted(*group.side, inner.width / 2, 0.8 * column_height()));
    inner.width -= side_size.width + 0.8 * place.size;
  }
  const std::size_t strip = flow_.strips.size();
  const double narrow = inner.width;
  for (const Block& block : group.blocks) {
    // Below the figure there is the whole width again.
    const bool beside =
        group.side && height_of(pieces(), first) < side_size.height + 0.4 * place.size;
    inner.width = beside ? narrow : place.width - 2 * pad;
    TRY(flow(std::span(&block, 1), inner));
  }
  inner.width = narrow;
  if (flow_.strips.size() != strip) {
    return fail(ErrorKind::kInvalid, "columns cannot stand inside a group", "group " + group.anchor,
                "Put the group inside the columns.");
  }
  if (pieces().size() == first) pieces().push_back({});
  if (group.side) {
    inner.width += side_size.width + 0.8 * place.size;
    place_side(*group.side, first, inner, side_size);
  }
  if (const std::string& anchor = survey_.anchor_of(&group); !anchor.empty()) {
    pieces()[first].anchors.push_back(anchor);
  }
  frame_group(group, first, place);
  after_heading_ = false;
  return {};
}

void Layout::place_side(const Figure& side, std::size_t first, const Place& place, Size size) {
  const int node = figure_node(side, place.node);
  const double height = height_of(pieces(), first);
  Piece& last = pieces().back();
  // It hangs on the last piece, so that it is painted, and read, after the words beside it.
  const double up = height - last.height;
  last.marks.push_back(PictureMark{&side.picture, place.x + place.width - size.width, -up, size,
                                   flow_.structure.add_slot(node), node});
  last.height += std::max(0.0, size.height - height);
}

void Layout::frame_group(const Group& group, std::size_t first, const Place& place) {
  const bool boxed = group.frame == Group::Frame::kBox || group.frame == Group::Frame::kShadedBox;
  Piece& top = pieces()[first];
  if (group.frame != Group::Frame::kNone) {
    const double pad = (boxed ? 0.6 : 0.4) * place.size;
    for (Mark& mark : top.marks) move_down(mark, pad);
    top.height += pad;
    top.before = 0.8 * place.size;
    if (boxed) {
      pieces().back().height += pad;
    } else {
      top.marks.push_back(RuleMark{place.x, 0, place.width, 0.5, setup_.rule});
    }
  }
  if (boxed) {
    const int frame = static_cast<int>(flow_.frames.size());
    flow_.frames.push_back({group.frame, place.x, place.width});
    for (std::size_t i = first; i < pieces().size(); ++i) pieces()[i].frames.push_back(frame);
  }
  if (group.keep_together && height_of(pieces(), first) < 0.9 * column_height()) {
    for (std::size_t i = first; i + 1 < pieces().size(); ++i) pieces()[i].keep_with_next = true;
  }
}

Result<void> Layout::add(const Columns& columns, const Place& place) {
  if (place.node != 0) {
    return fail(ErrorKind::kInvalid, "columns cannot stand inside a list, a group or other columns",
                "columns");
  }
  const int node = flow_.structure.add(place.node, "Sect");
  start_strip(columns.count, columns.gap);
  TRY(flow(columns.blocks,
           {.x = 0, .width = flow_.strips.back().column_width, .node = node, .size = place.size}));
  start_strip(1, 0);
  return {};
}

Result<void> Layout::add(const PageBreak&, const Place&) {
  break_page_ = true;
  return {};
}

}  // namespace daybreak::doc
