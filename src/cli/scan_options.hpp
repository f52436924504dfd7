// SPDX-License-Identifier: AGPL-3.0-or-later
// What the user asked of `daybreak scan`, as text and numbers; shared by the files scan_*.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace daybreak::cli {

enum class ScanKind : std::uint8_t { kSpace, kTime, kSpaceTime, kPermutation, kTree, kTreeSpace };

struct ScanRequest {
  ScanKind kind = ScanKind::kSpace;
  std::string cases, coordinates, population, controls, neighbours, adjacency, tree;
  std::string model = "poisson";
  bool unconditional = false;
  double probability = 0;  // of a case, unconditional Bernoulli; 0: the overall share
  bool cartesian = false, lat_long = false;
  bool covariates = false, ignore_covariates = false;

  std::string max_size = "50%";
  double max_radius = 0;
  std::string shape = "circle";
  std::string penalty = "medium";
  std::vector<double> ratios{1.5, 2, 3, 4, 5};
  std::vector<int> angles{4, 6, 9, 12, 15};
  std::uint32_t nearest = 10;
  double restricted = 0;  // flexible scan: mid-p limit of a single place; 0: none

  std::string time_unit;  // empty: the precision of the cases
  std::string min_time = "1", max_time = "50%";
  std::string study_start, study_end;
  bool prospective = false;

  std::uint32_t replications = 999;
  std::uint64_t seed = 1;
  unsigned threads = 1;
  std::string simd = "auto";
  std::uint32_t min_cases = 2;
  std::string secondary;  // empty: no-overlap, or all for a tree
  std::uint32_t sequential = 0;
  std::uint32_t certainty = 0;
  std::uint32_t iterations = 10;
  std::size_t most_clusters = 500;

  bool json = false;
  std::string svg;
};

}  // namespace daybreak::cli
