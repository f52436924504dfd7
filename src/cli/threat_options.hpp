// SPDX-License-Identifier: AGPL-3.0-or-later
// What every `daybreak threat` command shares: where the store is, and opening it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "db/database.hpp"

namespace CLI {
class App;
}

namespace daybreak::cli {

struct ThreatPlace {
  std::string data = "daybreak-data";
  std::string database;
};

// `link`.
void add_threat_link(CLI::App* group);
// `fetch`.
void add_threat_fetch(CLI::App* group);
// `synthesize`.
void add_threat_synthesize(CLI::App* group);
// `assess` and `reproduce`.
void add_threat_assessment(CLI::App* group);

void add_place(CLI::App* command, const std::shared_ptr<ThreatPlace>& place);

// County codes with commas, states, "wny", or "us" for all; ends the program for anything else.
std::vector<std::uint32_t> counties_named(const std::string& words);

// The commons, brought to the newest form; ends the program when that fails.
struct ThreatStore {
  SystemClock clock;
  std::unique_ptr<db::Database> database;
  explicit ThreatStore(const ThreatPlace& place);
};

}  // namespace daybreak::cli
