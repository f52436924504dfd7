// SPDX-License-Identifier: AGPL-3.0-or-later
// False discovery rate over many analyses. Pure functions, safe to use from any thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.hpp"

namespace daybreak::stats {

enum class FalseDiscovery : std::uint8_t {
  kBenjaminiHochberg,   // independent or positively dependent analyses (1995, JRSS B 57:289)
  kBenjaminiYekutieli,  // any dependence (2001, Annals of Statistics 29:1165)
};

// Adjusted p-values in the order of the input: an analysis is a finding at rate q exactly when its
// adjusted p is <= q (less *or equal*: with Monte Carlo p-values the boundary is often met). Equal
// p give equal results. Fails on a p outside 0 to 1.
Result<std::vector<double>> adjust_p_values(std::span<const double> p_values,
                                            FalseDiscovery method);

}  // namespace daybreak::stats
