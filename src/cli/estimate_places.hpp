// SPDX-License-Identifier: AGPL-3.0-or-later
// The subcommands of `daybreak estimate` that work on places: each reads, estimates, prints, and
// ends the program through exit_with when it cannot. Main thread only.
#pragma once

#include "cli/estimate_input.hpp"
#include "stats/estimate/ranks.hpp"

namespace daybreak::cli {

struct RatesOptions {
  EstimateFiles files;
  std::string standard;
  double threshold = 1.5;
  double level = 0.95;
  bool json = false;
};
void estimate_rates(const RatesOptions& options);

struct MoranOptions {
  EstimateFiles files;
  std::string weights = "W";
  std::string alternative = "greater";
  bool shrunken = false;
  std::uint32_t replications = 999;
  std::uint64_t seed = 1;
  bool json = false;
};
void estimate_moran(const MoranOptions& options);

struct RanksOptions {
  EstimateFiles files;
  stats::RankOptions ranks;
  bool json = false;
};
void estimate_ranks(const RanksOptions& options);

struct DiscoveryOptions {
  std::string file;
  bool json = false;
};
void estimate_discovery(const DiscoveryOptions& options);

}  // namespace daybreak::cli
