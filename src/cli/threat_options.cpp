// SPDX-License-Identifier: AGPL-3.0-or-later
#include "cli/threat_options.hpp"

#include <CLI/CLI.hpp>
#include <filesystem>

#include "base/text.hpp"
#include "cli/command.hpp"
#include "commons/threat/assess.hpp"
#include "commons/threat/store.hpp"
#include "geography/geography.hpp"

namespace daybreak::cli {

void add_place(CLI::App* command, const std::shared_ptr<ThreatPlace>& place) {
  command->add_option("--data", place->data, "The data directory")->capture_default_str();
  command->add_option("--database", place->database,
                      "The commons instead: sqlite:FILE or postgres://…");
}

ThreatStore::ThreatStore(const ThreatPlace& place) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  if (place.database.empty()) fs::create_directories(place.data, ignored);
  const std::string url = place.database.empty()
                              ? "sqlite:" + (fs::path(place.data) / "commons.db").string()
                              : place.database;
  database = value_or_exit(db::Database::open(url));
  const db::ModuleMigrations migrations = threat::store::migrations();
  value_or_exit(db::migrate(*database, std::span(&migrations, 1), clock));
}

std::vector<std::uint32_t> counties_named(const std::string& words) {
  if (words == "wny") return threat::western_new_york();
  std::vector<std::uint32_t> counties;
  if (words == "us") {
    for (const geography::County& county : geography::counties())
      counties.push_back(county.fips.number());
    return counties;
  }
  for (const std::string_view word : split(words, ',')) {
    const std::string_view name = trim(word);
    if (const auto fips = name.size() == 5 ? to_integer(name) : std::nullopt) {
      counties.push_back(static_cast<std::uint32_t>(*fips));
      continue;
    }
    const geography::State* state = geography::find_state(name);
    if (!state)
      exit_with({ErrorKind::kInvalid, "is neither a county code nor a state", std::string(name),
                 "Use five-digit FIPS codes, a state such as NY, wny or us"});
    for (const geography::County& county : geography::counties_of_state(state->abbreviation))
      counties.push_back(county.fips.number());
  }
  return counties;
}

}  // namespace daybreak::cli
