// SPDX-License-Identifier: AGPL-3.0-or-later
#include "cli/threat_options.hpp"

#include <CLI/CLI.hpp>
#include <filesystem>

#include "cli/command.hpp"
#include "commons/threat/store.hpp"

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

}  // namespace daybreak::cli
