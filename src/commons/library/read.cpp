// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/library/read.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <toml++/toml.h>

#include "base/text.hpp"
#include "embedded/library.hpp"
#include "embedded/library_hotlines.hpp"

namespace daybreak::library {
namespace {

namespace fs = std::filesystem;

// One table of one file, with what its errors say about the place.
struct Entry {
  const toml::table& table;
  std::string place;  // "facts/law.toml"

  tl::unexpected<Error> wrong(std::string message) const {
    const std::string id = table["id"].value_or(std::string());
    return fail(
        ErrorKind::kInvalid, std::move(message),
        fmt::format("{}:{}{}{}", place, table.source().begin.line, id.empty() ? "" : " ", id),
        "data/library/README.md says how entries are written");
  }
  std::string text(std::string_view key) const { return table[key].value_or(std::string()); }

  Result<void> allow(std::initializer_list<std::string_view> keys) const {
    for (const auto& [key, node] : table)
      if (std::ranges::find(keys, key.str()) == keys.end())
        return wrong(fmt::format("\"{}\" is not a key of this entry", key.str()));
    if (text("id").empty()) return wrong("the entry has no id");
    return {};
  }
};

Result<Date> date_of(const Entry& entry, const toml::table& file, std::string_view key) {
  const toml::table& holder = entry.table.contains(key) ? entry.table : file;
  const auto date = holder[key].value<toml::date>();
  if (!date) return entry.wrong(fmt::format("\"{}\" is not a date like 2026-11-21", key));
  const Date day{std::chrono::year(date->year), std::chrono::month(date->month),
                 std::chrono::day(date->day)};
  if (!day.ok()) return entry.wrong(fmt::format("\"{}\" is not a day of the calendar", key));
  return day;
}

std::string text_or(const Entry& entry, const toml::table& file, std::string_view key) {
  const std::string own = entry.text(key);
  return own.empty() ? file[key].value_or(std::string()) : own;
}

Result<Fact> read_fact(const Entry& entry, const toml::table& file) {
  TRY(entry.allow({"id", "en", "es", "value_en", "value_es", "source", "place", "as_of",
                   "review_by", "owner", "jurisdiction", "disputed_en", "disputed_es",
                   "disputed_source", "expired_en", "expired_es"}));
  return Fact{.id = entry.text("id"),
              .text = {entry.text("en"), entry.text("es")},
              .value = {entry.text("value_en"), entry.text("value_es")},
              .source = entry.text("source"),
              .place = entry.text("place"),
              .as_of = TRY(date_of(entry, file, "as_of")),
              .review_by = TRY(date_of(entry, file, "review_by")),
              .owner = text_or(entry, file, "owner"),
              .jurisdiction = text_or(entry, file, "jurisdiction"),
              .dispute = {entry.text("disputed_en"), entry.text("disputed_es")},
              .dispute_source = entry.text("disputed_source"),
              .expired = {entry.text("expired_en"), entry.text("expired_es")}};
}

// ["English", "Spanish"]
Result<Both> both_of(const Entry& entry, const toml::node* node, std::string_view key) {
  const toml::array* pair = node == nullptr ? nullptr : node->as_array();
  if (pair == nullptr || pair->size() != 2 || !pair->get(0)->is_string() ||
      !pair->get(1)->is_string())
    return entry.wrong(fmt::format("\"{}\" is not a pair of an English and a Spanish text", key));
  return Both{*pair->get(0)->value<std::string>(), *pair->get(1)->value<std::string>()};
}

// An item is a pair of texts, or the id of a fact whose sentence stands alone.
Result<std::vector<Item>> items_of(const Entry& entry, std::string_view key) {
  std::vector<Item> items;
  const toml::node* node = entry.table.get(key);
  if (node == nullptr) return items;
  const toml::array* array = node->as_array();
  if (array == nullptr) return entry.wrong(fmt::format("\"{}\" is not a list", key));
  for (const toml::node& element : *array) {
    if (const auto id = element.value<std::string>()) {
      const std::string quoted = fmt::format("{{fact:{}}}", *id);
      items.push_back({{quoted, quoted}});
    } else {
      items.push_back({TRY(both_of(entry, &element, key))});
    }
  }
  return items;
}

constexpr std::array<std::string_view, kParts.size()> kPartKeys{"signs", "know", "ask", "do",
                                                                "dont"};

Result<Reference> read_reference(const Entry& entry, const toml::table& file) {
  TRY(entry.allow({"id", "audience", "topic", "jurisdiction", "title", "lead", "signs", "know",
                   "ask", "do", "dont", "call"}));
  Reference reference{.id = entry.text("id"),
                      .audience = text_or(entry, file, "audience"),
                      .topic = entry.text("topic"),
                      .jurisdiction = text_or(entry, file, "jurisdiction"),
                      .title = TRY(both_of(entry, entry.table.get("title"), "title")),
                      .lead = {TRY(both_of(entry, entry.table.get("lead"), "lead"))},
                      .parts = {},
                      .calls = {}};
  if (reference.jurisdiction.empty()) reference.jurisdiction = "US";
  for (std::size_t part = 0; part < kPartKeys.size(); ++part)
    reference.parts[part] = TRY(items_of(entry, kPartKeys[part]));
  if (const toml::array* calls = entry.table["call"].as_array())
    for (const toml::node& call : *calls) reference.calls.push_back(call.value_or(std::string()));
  return reference;
}

Result<toml::table> parse(const std::string& place, std::string_view content) {
  try {
    return toml::parse(content);
  } catch (const toml::parse_error& error) {
    return fail(ErrorKind::kInvalid, std::string(error.description()),
                fmt::format("{}:{}", place, error.source().begin.line));
  }
}

struct Files {
  Library library;

  template <typename Add>
  Result<void> each(const toml::table& file, std::string_view kind, const std::string& place,
                    Add add) {
    const toml::array* entries = file[kind].as_array();
    if (entries == nullptr) return {};
    for (const toml::node& node : *entries) {
      const toml::table* table = node.as_table();
      if (table == nullptr)
        return fail(ErrorKind::kInvalid, fmt::format("\"{}\" is not a table", kind), place);
      TRY(add(Entry{*table, place}));
    }
    return {};
  }

  Result<void> add(const std::string& place, std::string_view content) {
    const toml::table file = TRY(parse(place, content));
    TRY(each(file, "fact", place, [&](const Entry& entry) -> Result<void> {
      library.facts.push_back(TRY(read_fact(entry, file)));
      return {};
    }));
    TRY(each(file, "source", place, [&](const Entry& entry) -> Result<void> {
      TRY(entry.allow({"id", "publisher", "title", "address"}));
      library.sources.push_back(
          {entry.text("id"), entry.text("publisher"), entry.text("title"), entry.text("address")});
      return {};
    }));
    for (const auto& [kind, list] :
         {std::pair{"audience", &library.audiences}, std::pair{"topic", &library.topics}})
      TRY(each(file, kind, place, [&list = list](const Entry& entry) -> Result<void> {
        TRY(entry.allow({"id", "en", "es"}));
        list->push_back({entry.text("id"), {entry.text("en"), entry.text("es")}});
        return {};
      }));
    return each(file, "reference", place, [&](const Entry& entry) -> Result<void> {
      library.references.push_back(TRY(read_reference(entry, file)));
      return {};
    });
  }
};

bool is_part_of_library(std::string_view name) {
  return name.ends_with(".toml") && !name.starts_with("documents/");
}

// References in the order of their audiences and topics, whatever their files are called.
Library in_order(Library library) {
  const auto place_of = [](const std::vector<Named>& all, const std::string& id) {
    return std::ranges::find(all, id, &Named::id) - all.begin();
  };
  std::ranges::stable_sort(library.references, {}, [&](const Reference& reference) {
    return std::pair(place_of(library.audiences, reference.audience),
                     place_of(library.topics, reference.topic));
  });
  return library;
}

}  // namespace

Result<Library> read_library(const EmbeddedFolder& folder) {
  Files files;
  for (const EmbeddedFile& file : folder.files())
    if (is_part_of_library(file.name)) TRY(files.add(file.name, file.content));
  return in_order(std::move(files.library));
}

Result<Library> read_library(const fs::path& folder) {
  std::vector<fs::path> names;
  std::error_code error;
  for (fs::recursive_directory_iterator walk(folder, error), end; !error && walk != end;
       walk.increment(error))
    if (walk->is_regular_file()) names.push_back(walk->path());
  if (error)
    return fail(ErrorKind::kNotFound, error.message(), folder.string(), "Check the folder's name.");
  std::ranges::sort(names);
  Files files;
  for (const fs::path& name : names) {
    const std::string place = fs::relative(name, folder).generic_string();
    if (!is_part_of_library(place)) continue;
    std::ifstream stream(name, std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(stream), {}};
    TRY(files.add(place, content));
  }
  return in_order(std::move(files.library));
}

const Library& built_in_library() {
  static const Library library = [] {
    Result<Library> read = read_library(embedded::library());
    if (!read) throw std::logic_error("data/library: " + read.error().describe());
    return std::move(*read);
  }();
  return library;
}

const std::vector<Hotline>& hotlines() {
  static const std::vector<Hotline> rows = [] {
    std::vector<Hotline> all{{"911", "911", "", ""}};
    const auto file = embedded::library_hotlines().find("hotlines.csv").value_or("");
    for (const std::string_view line : split(file, '\n')) {
      const auto cells = split(line, ',');
      if (cells.size() == 7 && cells[0] != "code")
        all.push_back({std::string(cells[0]), std::string(cells[1]), std::string(cells[2]),
                       std::string(cells[3])});
    }
    return all;
  }();
  return rows;
}

const Hotline* hotline(std::string_view code) {
  const auto found = std::ranges::find(hotlines(), code, &Hotline::code);
  return found == hotlines().end() ? nullptr : &*found;
}

}  // namespace daybreak::library
