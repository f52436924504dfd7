// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/measures/code_list.hpp"

#include <algorithm>
#include <stdexcept>
#include <toml++/toml.h>

#include "embedded/measure_list.hpp"

namespace daybreak::measures {
namespace {

std::string text_of(const toml::table& table, std::string_view key) {
  return table[key].value<std::string>().value_or("");
}

// What stands in a signed table is of these letters alone.
bool is_code(std::string_view text) {
  return !text.empty() && text.size() <= 40 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

tl::unexpected<Error> wrong(std::string message, std::string place) {
  return fail(ErrorKind::kInvalid, std::move(message), std::move(place));
}

Result<Measure> measure_of(const toml::table& table) {
  Measure measure{.code = text_of(table, "code"),
                  .family = text_of(table, "family"),
                  .counts = text_of(table, "counts"),
                  .source = text_of(table, "source"),
                  .words = {text_of(table, "en"), text_of(table, "es")},
                  .definition = {text_of(table, "definition_en"), text_of(table, "definition_es")}};
  if (!is_code(measure.code) || measure.family.empty() || measure.counts.empty() ||
      measure.source.empty() || measure.words.en.empty() || measure.words.es.empty() ||
      measure.definition.en.empty() || measure.definition.es.empty())
    return wrong("a measure lacks its code, words, definition or source", measure.code);
  const toml::array* codes = table["codes"].as_array();
  if (codes == nullptr || codes->size() < 2) return wrong("a measure has no codes", measure.code);
  for (const toml::node& node : *codes) {
    const toml::table* row = node.as_table();
    if (row == nullptr) return wrong("a code is not a table", measure.code);
    MeasureCode one{text_of(*row, "code"), {text_of(*row, "en"), text_of(*row, "es")}};
    const bool twice =
        std::any_of(measure.codes.begin(), measure.codes.end(),
                    [&](const MeasureCode& other) { return other.code == one.code; });
    if (!is_code(one.code) || one.words.en.empty() || one.words.es.empty() || twice)
      return wrong("a code is there twice or lacks words", measure.code + " " + one.code);
    measure.codes.push_back(std::move(one));
  }
  return measure;
}

}  // namespace

const MeasureList& MeasureList::built_in() {
  static const MeasureList list = [] {
    auto parsed = parse(embedded::measure_list().find("measures.toml").value_or(""));
    if (!parsed) throw std::logic_error("measures.toml: " + parsed.error().describe());
    return std::move(*parsed);
  }();
  return list;
}

Result<MeasureList> MeasureList::parse(std::string_view text) {
  MeasureList list;
  toml::table file;
  try {
    file = toml::parse(text);
  } catch (const toml::parse_error& error) {
    return wrong(std::string(error.description()), "measures.toml");
  }
  list.as_of_ = TRY(parse_date(text_of(file, "as_of")));
  const toml::array* all = file["measure"].as_array();
  if (all == nullptr) return wrong("there is no measure", "measures.toml");
  for (const toml::node& node : *all) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return wrong("a measure is not a table", "measures.toml");
    Measure measure = TRY(measure_of(*table));
    if (list.find(measure.code) != nullptr) return wrong("a measure is there twice", measure.code);
    list.all_.push_back(std::move(measure));
  }
  return list;
}

const Measure* MeasureList::find(std::string_view code) const {
  const auto found =
      std::find_if(all_.begin(), all_.end(), [&](const Measure& one) { return one.code == code; });
  return found == all_.end() ? nullptr : &*found;
}

}  // namespace daybreak::measures
