// SPDX-License-Identifier: AGPL-3.0-or-later
// The parts of Layout that are made of other parts: contents, indexes, sheets of cards, tables.
#include <algorithm>
#include <fmt/format.h>

#include "doc/pdf_layout.hpp"

namespace daybreak::doc {

void Layout::add_leader_line(const std::string& words, const std::string& anchor,
                             const TextStyle& look, double indent, double before, int node,
                             const Place& place) {
  const double number_width = 2.6 * look.size;
  const double hanging = look.size;
  const double width = place.width - indent - hanging - number_width;
  const int reference = flow_.structure.add(node, "Reference");
  const int link_node = flow_.structure.add(reference, "Link");
  auto text = shaper_.shape_words(words, look, width, flow_.structure.add_slot(link_node));
  TextStyle right = look;
  right.bold = false;
  right.alignment = Alignment::kEnd;
  auto page = shaper_.shape_words(page_of(anchor), right, number_width,
                                  flow_.structure.add_slot(link_node));
  for (ShapedText* part : {text.get(), page.get()}) {
    part->segments[0].link = "#" + anchor;
    part->segments[0].link_node = link_node;
    part->segments[0].words = words;
  }
  const std::size_t first = pieces().size();
  add_lines(text, place.x + indent, before, node);
  for (std::size_t i = first; i < pieces().size(); ++i) {
    if (i + 1 < pieces().size()) pieces()[i].keep_with_next = true;
    if (i > first) std::get<TextMark>(pieces()[i].marks[0]).x += hanging;
  }
  Piece& last = pieces().back();
  const TextMark mark = std::get<TextMark>(last.marks[0]);
  const double start = mark.x + text->lines.back().x + text->lines.back().width + 0.4 * look.size;
  const double end = place.x + place.width - page->lines[0].width - 0.4 * look.size;
  if (end > start) {
    last.marks.push_back(
        RuleMark{start, text->lines.back().baseline, end - start, 0.6, setup_.rule, true});
  }
  last.marks.push_back(TextMark{page, 0, place.x + place.width - number_width, 0});
}

Result<void> Layout::add(const TableOfContents& contents, const Place& place) {
  const int node = flow_.structure.add(place.node, "TOC");
  int top = 7;
  for (const SurveyedHeading& heading : survey_.headings()) {
    if (heading.in_contents) top = std::min(top, heading.level);
  }
  for (const SurveyedHeading& heading : survey_.headings()) {
    if (!heading.in_contents || heading.level > contents.levels) continue;
    TextStyle look = style(place.size);
    look.bold = heading.level == top;
    add_leader_line(heading.words, heading.anchor, look, (heading.level - top) * 1.5 * place.size,
                    (look.bold ? 0.5 : 0.15) * place.size, flow_.structure.add(node, "TOCI"),
                    place);
  }
  return {};
}

Result<void> Layout::add(const Index& index, const Place& place) {
  const int node = flow_.structure.add(place.node, "Index");
  for (const IndexTerm& term : survey_.index(index.name)) {
    TextStyle look = style(place.size);
    look.bold = true;
    const bool single = term.targets.size() == 1 && term.targets[0].words.empty();
    const int list = flow_.structure.add(node, single ? "P" : "Sect");
    if (single) {
      add_leader_line(term.term, term.targets[0].anchor, style(place.size), 0, 0.2 * place.size,
                      list, place);
      continue;
    }
    const int name = flow_.structure.add_slot(flow_.structure.add(list, "P"));
    const std::size_t first = pieces().size();
    add_lines(shaper_.shape_words(term.term, look, place.width, name), place.x, 0.6 * place.size,
              list);
    // A column that starts within the term's entries shows the term again, for the eye only.
    auto repeated = std::make_shared<std::vector<Piece>>();
    for (std::size_t i = first; i < pieces().size(); ++i) {
      pieces()[i].keep_with_next = true;
      Piece copy{.height = pieces()[i].height, .marks = pieces()[i].marks};
      for (Mark& mark : copy.marks) std::get<TextMark>(mark).artifact = true;
      repeated->push_back(std::move(copy));
    }
    const std::size_t first_entry = pieces().size();
    const int entries = flow_.structure.add(list, "L");
    for (const IndexTarget& target : term.targets) {
      const int body = flow_.structure.add(flow_.structure.add(entries, "LI"), "LBody");
      add_leader_line(target.words.empty() ? term.term : target.words, target.anchor,
                      style(place.size), 0.8 * place.size, 0.1 * place.size, body, place);
    }
    for (std::size_t i = first_entry; i < pieces().size(); ++i) pieces()[i].header = repeated;
  }
  return {};
}

Result<void> Layout::add(const CardSheet& sheet, const Place& place) {
  const int across = std::max(1, static_cast<int>((place.width + 0.5) / sheet.width));
  const double pad = 0.06 * sheet.width;
  const int node = flow_.structure.add(place.node, "Sect");
  const std::size_t first = pieces().size();
  const double size = std::min(place.size, setup_.base_size);
  TRY(flow(sheet.card, {.x = pad, .width = sheet.width - 2 * pad, .node = node, .size = size}));
  std::vector<Mark> card;
  double y = pad;
  for (std::size_t i = first; i < pieces().size(); ++i) {
    Piece& piece = pieces()[i];
    if (i > first) y += piece.before;
    for (Mark& mark : piece.marks) {
      std::visit([&](auto& kind) { kind.y += y; }, mark);
      card.push_back(mark);
    }
    y += piece.height;
  }
  if (pieces().size() == first) return fail(ErrorKind::kInvalid, "a card is empty", "card");
  if (y + pad > sheet.height || sheet.width > place.width + 0.5) {
    return fail(ErrorKind::kInvalid,
                fmt::format("the card's content needs {:.0f} points in height, the card has {:.0f}",
                            y + pad, sheet.height),
                "card", "Shorten the words or choose a larger card.");
  }
  const bool starts_page = pieces()[first].starts_page;
  pieces().resize(first);
  for (int done = 0; done < sheet.count; done += across) {
    Piece row{.before = done == 0 ? 0.8 * place.size : 0, .height = sheet.height};
    for (int column = 0; column < across && done + column < sheet.count; ++column) {
      const double x = place.x + column * sheet.width;
      row.marks.push_back(BoxMark{x, 0, {sheet.width, sheet.height}, setup_.rule, false, true});
      for (Mark mark : card) {
        std::visit([&](auto& kind) { kind.x += x; }, mark);
        if (done + column > 0) {
          if (auto* words = std::get_if<TextMark>(&mark)) words->artifact = true;
          if (auto* picture = std::get_if<PictureMark>(&mark))
            picture->slot = picture->node = kArtifact;
        }
        row.marks.push_back(std::move(mark));
      }
    }
    row.starts_page = starts_page && done == 0;
    pieces().push_back(std::move(row));
  }
  return {};
}

std::vector<double> Layout::column_widths(const Table& table, double width, double size) {
  if (!table.widths.empty()) {
    double sum = 0;
    for (double share : table.widths) sum += share;
    std::vector<double> widths;
    for (double share : table.widths) widths.push_back(width * share / sum);
    return widths;
  }
  // Like a browser: no column narrower than its longest word, the rest by need.
  std::vector<double> least, most;
  Structure scratch;
  const Shaper::Callbacks no_notes{
      .page_reference = [](const Inline& part) { return part.text + " (page 000)"; },
      .next_note = [] { return 0; }};
  std::size_t measured = 0;
  for (const auto* rows : {&table.header, &table.rows}) {
    for (const TableRow& row : *rows) {
      if (++measured > 200) break;
      std::size_t column = 0;
      for (const TableCell& cell : row.cells) {
        least.resize(std::max(least.size(), column + 1), 2 * size);
        most.resize(least.size(), 2 * size);
        if (cell.columns == 1) {
          TextStyle look = style(size);
          look.bold = rows == &table.header || cell.kind != TableCell::Kind::kData;
          const double one_line =
              shaper_.shape(cell.content, look, 0, scratch, 0, no_notes)->lines[0].width;
          const auto narrow = shaper_.shape(cell.content, look, 1.5 * size, scratch, 0, no_notes);
          double word = 0;
          pango_layout_set_wrap(narrow->layout.get(), PANGO_WRAP_WORD);
          PangoRectangle logical;
          pango_layout_get_extents(narrow->layout.get(), nullptr, &logical);
          word = logical.width / double(PANGO_SCALE);
          least[column] = std::max(least[column], std::min(word, width / 2) + size);
          most[column] = std::max(most[column], one_line + size);
        }
        column += static_cast<std::size_t>(std::max(1, cell.columns));
      }
      least.resize(std::max(least.size(), column), 2 * size);
      most.resize(least.size(), 2 * size);
    }
  }
  double sum_least = 0, sum_most = 0;
  for (std::size_t i = 0; i < least.size(); ++i) {
    most[i] = std::max(most[i], least[i]);
    sum_least += least[i];
    sum_most += most[i];
  }
  std::vector<double> widths(least.size());
  for (std::size_t i = 0; i < least.size(); ++i) {
    if (sum_most <= width) {
      widths[i] = most[i];
    } else if (sum_least >= width) {
      widths[i] = least[i] * width / sum_least;
    } else {
      widths[i] = least[i] + (most[i] - least[i]) * (width - sum_least) / (sum_most - sum_least);
    }
  }
  return widths;
}

Result<void> Layout::add(const Table& table, const Place& place) {
  const double size = place.size * 0.92 < setup_.small_size ? place.size : place.size * 0.92;
  const int node = flow_.structure.add(place.node, "Table");
  const std::size_t start = pieces().size();
  if (!table.caption.empty()) {
    TextStyle look = style(size);
    look.bold = true;
    const int caption = flow_.structure.add(node, "Caption");
    add_lines(
        shaper_.shape(table.caption, look, place.width, flow_.structure, caption, callbacks()),
        place.x, 0.6 * place.size, place.node);
    for (std::size_t i = start; i < pieces().size(); ++i) pieces()[i].keep_with_next = true;
  }
  const std::vector<double> widths = column_widths(table, place.width, size);
  Place inner = place;
  inner.size = size;
  const std::size_t first_header = pieces().size();
  if (!table.header.empty()) {
    const int head = flow_.structure.add(node, "THead");
    for (const TableRow& row : table.header) add_row(row, true, true, widths, head, inner);
  }
  std::shared_ptr<std::vector<Piece>> repeated;
  for (std::size_t i = first_header; i < pieces().size(); ++i) {
    pieces()[i].keep_with_next = true;
    if (!repeated) repeated = std::make_shared<std::vector<Piece>>();
    Piece copy{.height = pieces()[i].height, .marks = pieces()[i].marks};
    for (Mark& mark : copy.marks) {
      if (auto* words = std::get_if<TextMark>(&mark)) words->artifact = true;
    }
    repeated->push_back(std::move(copy));
  }
  const std::size_t first_row = pieces().size();
  const int body = table.rows.empty() ? kArtifact : flow_.structure.add(node, "TBody");
  for (const TableRow& row : table.rows) add_row(row, false, false, widths, body, inner);
  for (std::size_t i = first_row; i < pieces().size(); ++i) pieces()[i].header = repeated;
  if (pieces().size() > start) pieces()[start].before = 0.7 * place.size;
  return {};
}

void Layout::add_row(const TableRow& row, bool header, bool shaded,
                     const std::vector<double>& widths, int parent, const Place& place) {
  const double pad = 0.35 * place.size;
  const int node = flow_.structure.add(parent, "TR");
  std::vector<std::pair<double, std::shared_ptr<ShapedText>>> cells;
  std::vector<Piece> notes;
  double x = place.x, height = 0;
  std::size_t column = 0, lines = 1;
  for (const TableCell& cell : row.cells) {
    const bool is_header = header || cell.kind != TableCell::Kind::kData;
    const int cell_node = flow_.structure.add(node, is_header ? "TH" : "TD");
    if (cell_node != kArtifact) {
      if (is_header) {
        flow_.structure[cell_node].scope =
            !header && cell.kind == TableCell::Kind::kRowHeader ? "Row" : "Column";
      }
      flow_.structure[cell_node].columns = std::max(1, cell.columns);
    }
    double width = 0;
    for (int i = 0; i < std::max(1, cell.columns) && column < widths.size(); ++i)
      width += widths[column++];
    TextStyle look = style(place.size);
    look.bold = is_header;
    look.alignment = cell.alignment;
    auto text = shaper_.shape(cell.content, look, std::max(place.size, width - 2 * pad),
                              flow_.structure, cell_node, callbacks());
    for (const auto& note : text->notes) {
      for (Piece& part : note_pieces(note, cell_node)) notes.push_back(std::move(part));
    }
    height = std::max(height, text->height);
    lines = std::max(lines, text->lines.size());
    cells.push_back({x + pad, std::move(text)});
    x += width;
  }
  const double whole = x - place.x;
  // A row that would not fit half a page is cut between its lines.
  const bool cut = height > 0.5 * column_height();
  const std::size_t parts = cut ? lines : 1;
  for (std::size_t part = 0; part < parts; ++part) {
    Piece piece;
    double tallest = 0;
    std::vector<Mark> words;
    for (const auto& [cell_x, text] : cells) {
      double y = part == 0 ? pad : 0;
      for (std::size_t i = cut ? part : 0;
           i < (cut ? std::min(part + 1, text->lines.size()) : text->lines.size()); ++i) {
        words.push_back(TextMark{text, i, cell_x, y});
        y += text->lines[i].height;
      }
      tallest = std::max(tallest, y);
    }
    piece.height = tallest + (part + 1 == parts ? pad : 0);
    if (shaded) piece.marks.push_back(BoxMark{place.x, 0, {whole, piece.height}, setup_.shade});
    for (Mark& mark : words) piece.marks.push_back(std::move(mark));
    if (part + 1 == parts) {
      piece.marks.push_back(
          RuleMark{place.x, piece.height, whole, header ? 1.0 : 0.4, setup_.rule});
    }
    if (part == 0) piece.notes = std::move(notes);
    pieces().push_back(std::move(piece));
  }
}

}  // namespace daybreak::doc
