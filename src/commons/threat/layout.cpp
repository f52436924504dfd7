// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/layout.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/json.hpp"
#include "base/text.hpp"
#include "embedded/threat_data.hpp"

namespace daybreak::threat {
namespace {

struct Book {
  std::string as_of;
  std::vector<Layout> layouts;
};

std::vector<std::string> texts(const Json* list) {
  std::vector<std::string> out;
  if (!list || !list->if_array()) return out;
  for (const Json& item : *list->if_array())
    if (const std::string* text = item.if_string()) out.push_back(*text);
  return out;
}

Layout read_layout(const Json& json) {
  Layout layout;
  layout.id = json.text_of("id");
  layout.program = json.text_of("program");
  layout.title = json.text_of("title");
  layout.table = json.text_of("table");
  layout.source = json.text_of("source");
  const std::string scope = json.text_of("scope");
  layout.scope = scope == "dataset"       ? Scope::kDataset
                 : scope == "fiscal_year" ? Scope::kFiscalYear
                                          : Scope::kSlice;
  layout.kinds = texts(json.find("kinds"));
  layout.absent = texts(json.find("absent"));
  layout.any = texts(json.find("any"));
  layout.first = texts(json.find("first"));
  layout.names = texts(json.find("names"));
  layout.body = texts(json.find("body"));
  if (const Json* parts = json.find("parts")) layout.parts = parts->if_bool() && *parts->if_bool();
  if (const Json* rows = json.find("label_rows"); rows && rows->if_integer())
    layout.label_rows = static_cast<std::size_t>(*rows->if_integer());
  for (const std::string& group : texts(json.find("require"))) {
    layout.require.emplace_back();
    for (const std::string_view name : split(group, '|')) layout.require.back().emplace_back(name);
  }
  if (const Json* columns = json.find("columns"); columns && columns->if_object())
    for (const JsonMember& member : *columns->if_object())
      layout.columns.push_back({member.key, texts(&member.value)});
  return layout;
}

const Book& book() {
  static const Book whole = [] {
    const auto json = parse_json(reference_text("layouts.json"), {}, "layouts.json");
    if (!json) throw std::logic_error(json.error().describe());
    Book read{json->text_of("as_of"), {}};
    for (const Json& item : *json->find("layouts")->if_array())
      read.layouts.push_back(read_layout(item));
    return read;
  }();
  return whole;
}

bool has_any(std::span<const std::string> header, const std::vector<std::string>& names) {
  return std::ranges::any_of(
      names, [&](const std::string& name) { return find_column(header, name) >= 0; });
}

// How many groups of names are missing.
std::size_t missing(const Layout& layout, std::span<const std::string> header) {
  return static_cast<std::size_t>(std::ranges::count_if(
      layout.require, [&](const auto& group) { return !has_any(header, group); }));
}

bool fits(const Layout& layout, std::span<const std::string> header) {
  if (!layout.names.empty())
    return header.size() >= layout.names.size() &&
           std::ranges::find(layout.first, header.front()) != layout.first.end();
  if (layout.require.empty() || missing(layout, header) > 0) return false;
  if (has_any(header, layout.absent)) return false;
  return layout.any.empty() || has_any(header, layout.any);
}

bool is_of_kind(const Layout& layout, std::string_view kind) {
  return kind.empty() || std::ranges::find(layout.kinds, kind) != layout.kinds.end();
}

tl::unexpected<Error> explain(std::string_view kind, std::span<const std::string> header,
                              const std::string& file) {
  for (const Layout& layout : layouts())
    if (fits(layout, header))
      return fail(ErrorKind::kInvalid,
                  "holds " + layout.title + ", not a file of " + std::string(kind), file,
                  "Import it with `daybreak threat import " + layout.kinds.front() + "`");
  const Layout* nearest = nullptr;
  double best = 0;
  for (const Layout& layout : layouts()) {
    if (!is_of_kind(layout, kind) || layout.require.empty()) continue;
    const double share = 1.0 - static_cast<double>(missing(layout, header)) /
                                   static_cast<double>(layout.require.size());
    if (!nearest || share > best) nearest = &layout, best = share;
  }
  std::string cure = "Its columns are: " + shorten(join({header.begin(), header.end()}, ", "), 300);
  std::string message = "has a header of no known layout";
  if (nearest && best >= 0.5) {
    for (const auto& group : nearest->require)
      if (!has_any(header, group)) {
        message = "looks like " + nearest->title + " but has no column \"" + group.front() + "\"";
        break;
      }
  }
  return fail(ErrorKind::kInvalid, message, file + ":1", cure);
}

}  // namespace

std::span<const Layout> layouts() { return book().layouts; }
std::string_view layouts_as_of() { return book().as_of; }

const Layout* find_layout(std::string_view id) {
  const auto found = std::ranges::find(book().layouts, id, &Layout::id);
  return found == book().layouts.end() ? nullptr : &*found;
}

int find_column(std::span<const std::string> header, std::string_view name) {
  for (std::size_t i = 0; i < header.size(); ++i)
    if (equals_ignoring_case_ascii(header[i], name)) return static_cast<int>(i);
  return -1;
}

Result<const Layout*> match_layout(std::string_view kind, std::span<const std::string> header,
                                   const std::string& file) {
  const Layout* best = nullptr;
  for (const Layout& layout : layouts()) {
    if (!is_of_kind(layout, kind) || !fits(layout, header)) continue;
    if (!best || layout.require.size() > best->require.size()) best = &layout;
  }
  if (best) return best;
  return explain(kind, header, file);
}

std::string_view reference_text(std::string_view file) {
  const auto found = embedded::threat_data().find(file);
  if (!found) throw std::logic_error("data/threat/" + std::string(file) + " is not in the program");
  return *found;
}

}  // namespace daybreak::threat
