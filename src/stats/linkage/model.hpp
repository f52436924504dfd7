// SPDX-License-Identifier: AGPL-3.0-or-later
// The Fellegi-Sunter model: how likely each level of agreement is among matches (m) and among
// random pairs (u), and how common matches are (lambda). Estimated by expectation-maximisation from
// the candidates, with Dirichlet priors on m, u from random pairs; no labelled pair is needed.
// Estimating is deterministic for a seed and the same on any number of threads.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "stats/linkage/blocking.hpp"
#include "stats/linkage/compare.hpp"

namespace daybreak::linkage {

struct Measure {
  std::string name;
  // [context][level]
  std::array<std::array<double, kLevels>, kContexts> match{};   // m
  std::array<std::array<double, kLevels>, kContexts> random{};  // u
  std::array<std::array<double, kLevels>, kContexts> weight{};  // bits, without those of the value
};

struct Model {
  double lambda = 0;  // share of all possible pairs that are matches
  std::vector<Measure> measures;
  int iterations = 0;

  // log2 of the odds that the pair is a match.
  double score(const Comparison& comparison) const;
  // 1 / (1 + 2^-score), held below one half when no distinctive word or identifier is shared (the
  // gate) or when the legal forms exclude one legal person (siblings).
  double probability(const Comparison& comparison) const;
};

Model estimate_model(const Corpus& corpus, std::span<const Candidate> candidates, int threads,
                     std::uint64_t seed, const StageReport& progress);

}  // namespace daybreak::linkage
