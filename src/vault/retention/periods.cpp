// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/retention/periods.hpp"

#include <stdexcept>
#include <toml++/toml.h>

#include "embedded/vault_retention_periods.hpp"

namespace daybreak::vault::retention {
namespace {

std::vector<Period> read_periods() {
  const auto text = embedded::vault_retention_periods().find("retention.toml");
  if (!text) throw std::logic_error("the periods of retention are missing");
  const toml::table file = toml::parse(*text);
  std::vector<Period> all;
  for (const toml::node& node : *file["period"].as_array()) {
    const toml::table& row = *node.as_table();
    const auto words = [&](std::string_view key) { return row[key].value_or(std::string()); };
    Period one{.id = words("id"),
               .days = row["days"].value_or(0),
               .keeps = {words("keeps_en"), words("keeps_es")},
               .source = words("source")};
    const auto date = parse_date(words("as_of"));
    if (one.id.empty() || one.days < 1 || one.keeps.en.empty() || one.keeps.es.empty() ||
        one.source.empty() || !date)
      throw std::logic_error("a period of retention lacks something: " + one.id);
    one.as_of = *date;
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace

const std::vector<Period>& periods() {
  static const std::vector<Period> all = read_periods();
  return all;
}

const Period* find_period(std::string_view id) {
  for (const Period& one : periods())
    if (one.id == id) return &one;
  return nullptr;
}

}  // namespace daybreak::vault::retention
