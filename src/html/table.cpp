// SPDX-License-Identifier: AGPL-3.0-or-later
#include "html/table.hpp"

#include "html/content.hpp"
#include "language/format.hpp"

namespace daybreak::html {
namespace {

// The value that asks for this column: descending when it is sorted ascending now.
std::string sort_request(const Sorting& sorting, const std::string& key) {
  const bool flip = sorting.key == key && sorting.direction == Direction::kAscending;
  return (flip ? "-" : "") + key;
}

void write_header_cell(Markup& out, const Column& column, const std::optional<Sorting>& sorting) {
  const bool sortable = sorting && !column.sort_key.empty();
  const bool sorted = sortable && sorting->key == column.sort_key;
  const bool ascending = sorted && sorting->direction == Direction::kAscending;
  out.open("th", {{"scope", "col"},
                  {"class", maybe(column.align == Align::kRight ? "align-right" : "")},
                  {"aria-sort", maybe(!sorted     ? ""
                                      : ascending ? "ascending"
                                                  : "descending")}});
  if (!sortable) {
    out.text(column.label).close("th");
    return;
  }
  const std::string request = sort_request(*sorting, column.sort_key);
  const auto words = [&] {
    out.text(column.label);
    // The arrow repeats aria-sort for the eye.
    if (sorted && ascending) out.fixed(" <span aria-hidden=\"true\">▲</span>");
    if (sorted && !ascending) out.fixed(" <span aria-hidden=\"true\">▼</span>");
  };
  if (sorting->form_id.empty()) {
    out.element("a", {{"class", "sort-link"}, {"href", sorting->base.with("sort", request)}},
                words);
  } else {
    out.element("button",
                {{"class", "usa-button usa-button--unstyled sort-link"},
                 {"type", "submit"},
                 {"name", "sort"},
                 {"value", request},
                 {"form", sorting->form_id}},
                words);
  }
  out.close("th");
}

}  // namespace

void Rows::end_row() {
  if (!in_row_) return;
  if (next_ != columns_.size())
    throw std::logic_error("html: a table row has a wrong number of cells");
  out_.fixed("</tr>");
}

void Rows::row() {
  end_row();
  out_.fixed("<tr>");
  in_row_ = true;
  next_ = 0;
}

void Rows::open_cell() {
  if (!in_row_ || next_ >= columns_.size())
    throw std::logic_error("html: a table row has a wrong number of cells");
  const Column& column = columns_[next_];
  const std::string_view align = column.align == Align::kRight ? "align-right" : "";
  if (next_ == 0) {
    out_.open("th", {{"scope", "row"}, {"data-label", column.label}, {"class", maybe(align)}});
  } else {
    out_.open("td", {{"data-label", column.label}, {"class", maybe(align)}});
  }
}

void Rows::close_cell() {
  if (next_ == 0)
    out_.fixed("</th>");
  else
    out_.fixed("</td>");
  ++next_;
}

void Rows::cell(std::string_view text) {
  open_cell();
  out_.text(text);
  close_cell();
}

void Rows::cell(Content content) {
  open_cell();
  content();
  close_cell();
}

void Rows::link(std::string_view text, const Href& href) {
  open_cell();
  html::link(out_, text, href);
  close_cell();
}

void Rows::number(std::int64_t value) { cell(language::format_number(out_.language(), value)); }

void table(Markup& out, const Table& table, const std::function<void(Rows&)>& fill) {
  out.open("table",
           {{"class",
             table.compact
                 ? "usa-table usa-table--borderless usa-table--stacked-header usa-table--compact"
                 : "usa-table usa-table--borderless usa-table--stacked-header"}});
  out.element("caption", {{"class", maybe(table.caption_hidden ? "usa-sr-only" : "")}},
              table.caption);
  out.fixed("<thead><tr>");
  for (const Column& column : table.columns) write_header_cell(out, column, table.sorting);
  out.fixed("</tr></thead><tbody>");
  Rows rows(out, table.columns);
  fill(rows);
  rows.end_row();
  out.fixed("</tbody></table>");
}

}  // namespace daybreak::html
