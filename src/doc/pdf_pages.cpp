// SPDX-License-Identifier: AGPL-3.0-or-later
#include "doc/pdf_pages.hpp"

#include <algorithm>
#include <map>

namespace daybreak::doc {
namespace {

constexpr double kNotesGap = 10;  // between text and notes, with the rule in the middle
constexpr double kSlack = 0.01;

double height_of_notes(const Piece& piece) {
  double height = 0;
  for (const Piece& note : piece.notes) height += note.height;
  return height;
}
double height_of_header(const Piece& piece) {
  double height = 0;
  if (piece.header) {
    for (const Piece& row : *piece.header) height += row.height;
  }
  return height;
}

struct Room {
  double height;       // what the column may use
  bool whole;          // nothing larger will ever come: break anywhere rather than not at all
  double reserve = 0;  // what must still fit below the last piece, since it keeps with what follows
};

// How many pieces of [from, end) go into one column.
std::size_t fill(const std::vector<Piece>& pieces, std::size_t from, std::size_t end, Room room) {
  double used = from < end ? height_of_header(pieces[from]) : 0, notes = 0;
  std::size_t at = from;
  const auto cost = [&](std::size_t i) {
    return pieces[i].height + (i == from ? 0 : pieces[i].before);
  };
  const auto fits = [&](double more = 0) {
    return used + notes + (notes > 0 ? kNotesGap : 0) + more <= room.height + kSlack;
  };
  while (at < end) {
    const double used_before = used, notes_before = notes;
    std::size_t last = at;
    while (true) {
      used += cost(last);
      notes += height_of_notes(pieces[last]);
      if (!pieces[last].keep_with_next || last + 1 == end) break;
      ++last;
    }
    const bool tail = last + 1 == pieces.size() && pieces[last].keep_with_next;
    if (fits(tail ? room.reserve : 0)) {
      at = last + 1;
      continue;
    }
    if (at > from || !room.whole) return at;
    // Even an empty column is too small for what should stay together.
    used = used_before, notes = notes_before;
    do {
      used += cost(at);
      notes += height_of_notes(pieces[at]);
      if (!fits() && at > from) return at;
      ++at;
    } while (at < end && fits());
    return at;
  }
  return at;
}

class Paginator {
 public:
  Paginator(const Flow& flow, const PageSetup& setup) : flow_(flow), setup_(setup) {}

  Pages run() {
    new_page();
    for (std::size_t i = 0; i < flow_.strips.size(); ++i) {
      reserve_ = i + 1 < flow_.strips.size() ? first_unit(flow_.strips[i + 1].pieces) : 0;
      place(flow_.strips[i]);
    }
    close_page();
    return std::move(result_);
  }

 private:
  void new_page() {
    close_page();
    result_.pages.emplace_back();
    y_ = setup_.margin_top;
    empty_ = true;
  }

  double bottom() const { return setup_.height - setup_.margin_bottom; }

  void close_page() {
    if (result_.pages.empty() || notes_.empty()) return;
    Page& page = result_.pages.back();
    page.notes_y = bottom();
    for (auto& [x, notes] : notes_) {
      double y = bottom();
      for (const Piece* note : notes) y -= note->height;
      page.notes_y = std::min(page.notes_y, y - kNotesGap / 2);
      for (const Piece* note : notes) {
        put(*note, x, y);
        y += note->height;
      }
    }
    notes_.clear();
    notes_height_ = 0;
  }

  void put(const Piece& piece, double x, double y) {
    result_.pages.back().pieces.push_back({&piece, x, y});
    for (const std::string& anchor : piece.anchors) {
      result_.anchors.emplace(anchor, static_cast<int>(result_.pages.size()));
    }
  }

  // The height of the pieces that a heading before them must not be parted from.
  static double first_unit(const std::vector<Piece>& pieces) {
    double height = 0;
    for (const Piece& piece : pieces) {
      height += piece.before + piece.height;
      if (!piece.keep_with_next) break;
    }
    return height;
  }

  void place(const Strip& strip) {
    const std::vector<Piece>& pieces = strip.pieces;
    std::size_t from = 0;
    while (from < pieces.size()) {
      if (pieces[from].starts_page && !empty_) new_page();
      std::size_t end = from + 1;
      while (end < pieces.size() && !pieces[end].starts_page) ++end;
      const std::size_t placed = place_on_page(strip, from, end);
      if (placed == from || placed < end) new_page();
      from = placed;
    }
  }

  // Fills the columns that are left on this page; returns the first piece that found no room.
  std::size_t place_on_page(const Strip& strip, std::size_t from, std::size_t end) {
    const std::vector<Piece>& pieces = strip.pieces;
    if (!empty_) y_ += pieces[from].before;
    Room room{bottom() - y_ - (notes_.empty() ? 0 : notes_height_ + kNotesGap), empty_, reserve_};
    if (strip.columns > 1) room.height = balanced(strip, from, end, room);
    const double top = y_;
    double deepest = top;
    std::size_t at = from;
    double notes_height = 0;
    for (int column = 0; column < strip.columns && at < end; ++column) {
      const std::size_t stop = fill(pieces, at, end, room);
      const double x = setup_.margin_start + column * (strip.column_width + strip.gap);
      double column_notes = 0;
      for (std::size_t i = at; i < stop; ++i) column_notes += height_of_notes(pieces[i]);
      notes_height = std::max(notes_height, column_notes);
      deepest = std::max(deepest, place_column(pieces, at, stop, x, top));
      at = stop;
    }
    notes_height_ += notes_height;
    if (at > from) empty_ = false;
    y_ = deepest;
    return at;
  }

  // The least height at which everything left still fits, or all there is when it does not.
  static double balanced(const Strip& strip, std::size_t from, std::size_t end, Room room) {
    const auto all_fit = [&](double height) {
      std::size_t at = from;
      for (int column = 0; column < strip.columns && at < end; ++column) {
        at = fill(strip.pieces, at, end, {height, false});
      }
      return at == end;
    };
    if (!all_fit(room.height)) return room.height;
    double least = 0, most = room.height;
    for (int step = 0; step < 24; ++step) {
      const double middle = (least + most) / 2;
      (all_fit(middle) ? most : least) = middle;
    }
    return most;
  }

  double place_column(const std::vector<Piece>& pieces, std::size_t from, std::size_t end, double x,
                      double y) {
    std::map<int, PlacedFrame> frames;
    if (from < end && pieces[from].header) {
      for (const Piece& row : *pieces[from].header) {
        put(row, x, y);
        y += row.height;
      }
    }
    for (std::size_t i = from; i < end; ++i) {
      const Piece& piece = pieces[i];
      if (i > from) y += piece.before;
      put(piece, x, y);
      for (const int number : piece.frames) {
        const FrameStyle& style = flow_.frames[static_cast<std::size_t>(number)];
        const auto [frame, fresh] =
            frames.try_emplace(number, PlacedFrame{style.kind, x + style.x, y, {style.width, 0}});
        frame->second.size.height = y + piece.height - frame->second.y;
      }
      y += piece.height;
      for (const Piece& note : piece.notes) notes_[x].push_back(&note);
    }
    for (const auto& [number, frame] : frames) result_.pages.back().frames.push_back(frame);
    return y;
  }

  const Flow& flow_;
  const PageSetup& setup_;
  Pages result_;
  std::map<double, std::vector<const Piece*>> notes_;
  double y_ = 0, notes_height_ = 0, reserve_ = 0;
  bool empty_ = true;
};

}  // namespace

Pages paginate(const Flow& flow, const PageSetup& setup) { return Paginator(flow, setup).run(); }

}  // namespace daybreak::doc
