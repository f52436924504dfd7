// SPDX-License-Identifier: AGPL-3.0-or-later
// The directory search benchmark's data and queries, and what each engine must do with them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "commons/directory/search/index.hpp"

namespace daybreak::bench {

struct SearchTask {
  enum class Kind { kText, kNeedInRadius, kTextLanguageInRadius } kind;
  std::string text;      // one or two words
  std::string need;      // code
  std::string language;  // ISO code
  directory::search::Point point;
  double radius_km = 40;
};

// One engine with the same 50,000 services.
class Engine {
 public:
  virtual ~Engine() = default;
  virtual std::string name() const = 0;
  // The ids of the first twenty, in the engine's order.
  virtual std::vector<Uuid> run(const SearchTask& task) = 0;
  // All ids of a task of kind kNeedInRadius, for the comparison of result sets.
  virtual std::vector<Uuid> run_all(const SearchTask& task) = 0;
};

// Engines that cannot run here are left out, with the reason on standard error.
std::vector<std::unique_ptr<Engine>> make_peers(
    const std::vector<directory::search::Record>& records,
    const directory::search::NeedTree& needs);

}  // namespace daybreak::bench
