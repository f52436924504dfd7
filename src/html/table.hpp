// SPDX-License-Identifier: AGPL-3.0-or-later
// Tables: a caption, a scope on every header, one stacked card a row on a phone. Sorting is by
// links (or buttons of a form, where what was asked must not land in the address).
//     table(out, {.caption = t("Services"), .columns = {{t("Name")}, {t("Places"), .align =
//     kRight}}},
//           [&](Rows& rows) { for (...) { rows.row(); rows.link(name, href); rows.number(places); }
//           });
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "html/markup.hpp"

namespace daybreak::html {

enum class Align : std::uint8_t { kLeft, kRight };

struct Column {
  Column(std::string_view label, Align align = Align::kLeft, std::string_view sort_key = {})
      : label(label), sort_key(sort_key), align(align) {}
  std::string label;
  std::string sort_key;  // empty: cannot be sorted by
  Align align;
};

enum class Direction : std::uint8_t { kAscending, kDescending };
struct Sorting {
  std::string key;  // the column sorted by now
  Direction direction = Direction::kAscending;
  Href base = {};            // links: base?sort=key or sort=-key
  std::string form_id = {};  // instead of links: buttons named "sort" of this form
};

struct Table {
  Required caption;
  std::vector<Column> columns;
  std::optional<Sorting> sorting = {};
  bool caption_hidden = false;  // only when a heading just above says the same
  bool compact = false;
};

class Rows {
 public:
  // Starts the next row; the first cell of a row is its header. A row with a wrong number of cells
  // is a bug that throws.
  void row();
  void cell(std::string_view text);
  void cell(const char* text) { cell(std::string_view(text)); }
  void cell(const std::string& text) { cell(std::string_view(text)); }
  void cell(Content content);
  void link(std::string_view text, const Href& href);
  void number(std::int64_t value);

 private:
  friend void table(Markup&, const Table&, const std::function<void(Rows&)>&);
  Rows(Markup& out, const std::vector<Column>& columns) : out_(out), columns_(columns) {}
  void open_cell();
  void close_cell();
  void end_row();

  Markup& out_;
  const std::vector<Column>& columns_;
  std::size_t next_ = 0;
  bool in_row_ = false;
};

void table(Markup& out, const Table& table, const std::function<void(Rows&)>& fill);

}  // namespace daybreak::html
