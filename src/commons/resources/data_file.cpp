// SPDX-License-Identifier: AGPL-3.0-or-later
// What the program brings along: pages of federal agencies and campaign packs, from
// data/resources/*.toml.
#include <fmt/format.h>
#include <toml++/toml.h>

#include "commons/resources/resources.hpp"
#include "embedded/resources_data.hpp"

namespace daybreak::resources {
namespace {

const Uuid kSpace = Uuid::parse("3d0f64ce-1c2b-5f0e-9f6a-2f4a5d6b7c80").value_or(Uuid());

std::vector<std::string> list_in(const toml::table& entry, std::string_view key) {
  std::vector<std::string> list;
  if (const toml::array* found = entry[key].as_array())
    for (const toml::node& node : *found) list.push_back(node.value_or(std::string()));
  return list;
}

Result<toml::table> parse(std::string_view text, std::string_view name) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    return fail(ErrorKind::kInvalid, std::string(error.description()),
                fmt::format("{}:{}", name, error.source().begin.line));
  }
}

std::string text_in(const toml::table& entry, std::string_view key) {
  return entry[key].value_or(std::string());
}

Result<Item> read_item(const toml::table& entry, const toml::table& file) {
  Item item{.id = Uuid::from_name(kSpace, "item " + text_in(entry, "id")),
            .kind = text_in(entry, "kind"),
            .title = {text_in(entry, "en"), text_in(entry, "es")},
            .about = {text_in(entry, "about_en"), text_in(entry, "about_es")},
            .publisher = text_in(entry, "publisher"),
            .address = text_in(entry, "address"),
            .licence = entry["licence"].value_or(file["licence"].value_or(std::string())),
            .audiences = list_in(entry, "audiences"),
            .topics = list_in(entry, "topics"),
            .languages = list_in(entry, "languages"),
            .federal = entry["federal"].value_or(true)};
  if (item.title.es.empty() || item.about.en.empty() || item.about.es.empty() ||
      item.publisher.empty())
    return fail(ErrorKind::kInvalid, "the entry lacks a text",
                fmt::format("federal.toml:{}", entry.source().begin.line));
  item.review = TRY(parse_date(file["review_by"].value_or(std::string())));
  TRY(check(item));
  return item;
}

Result<Collection> read_campaign(const toml::table& entry) {
  Collection one{.id = Uuid::from_name(kSpace, "campaign " + text_in(entry, "id")),
                 .campaign = true,
                 .title = {text_in(entry, "en"), text_in(entry, "es")},
                 .about = {text_in(entry, "about_en"), text_in(entry, "about_es")},
                 .copy = {text_in(entry, "copy_en"), text_in(entry, "copy_es")},
                 .starts = TRY(parse_date(text_in(entry, "starts"))),
                 .ends = TRY(parse_date(text_in(entry, "ends"))),
                 .posters = list_in(entry, "posters"),
                 .items = {}};
  for (const std::string& item : list_in(entry, "items"))
    one.items.push_back(Uuid::from_name(kSpace, "item " + item));
  TRY(check(one));
  return one;
}

}  // namespace

Result<DataFile> read_data_file(std::string_view items, std::string_view campaigns) {
  DataFile data;
  const toml::table file = TRY(parse(items, "federal.toml"));
  if (const toml::array* entries = file["item"].as_array())
    for (const toml::node& node : *entries)
      data.items.push_back(TRY(read_item(*node.as_table(), file)));
  const toml::table packs = TRY(parse(campaigns, "campaigns.toml"));
  if (const toml::array* entries = packs["campaign"].as_array())
    for (const toml::node& node : *entries)
      data.collections.push_back(TRY(read_campaign(*node.as_table())));
  return data;
}

Result<DataFile> built_in_data() {
  const auto& files = embedded::resources_data();
  return read_data_file(files.find("federal.toml").value_or(""),
                        files.find("campaigns.toml").value_or(""));
}

}  // namespace daybreak::resources
