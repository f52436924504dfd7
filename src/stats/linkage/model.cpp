// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/linkage/model.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

namespace daybreak::linkage {
namespace {

using Levels = std::array<double, kLevels>;

constexpr std::size_t kEmPairs = 200'000;
constexpr std::size_t kRandomPairs = 100'000;
constexpr double kPriorPairs = 50;       // weight of a field's prior, in matches
constexpr double kNamePriorPairs = 200;  // the name's levels hardly depend on the registry
constexpr double kMostLambda = 1.0 / 256;
constexpr double kGateFactor = 0.05;
constexpr double kSiblingMost = 0.30;
constexpr double kWorst = -12;

// Prior m of a name's levels and of the legal form.
constexpr Levels kNameMatch{0.02, 0.002, 0.004, 0.05, 0.02, 0.20, 0.704};
constexpr Levels kFormMatch{0.06, 0.37, 0.03, 0.54, 0, 0, 0};

// Prior m of a field: differ, alike, close, equal. Context 2: the wider place differs already.
Levels prior_match(FieldKind kind, std::size_t context) {
  const bool moved = context == 2;
  switch (kind) {
    case FieldKind::kState:
      return {0.03, 0, 0, 0.97};
    case FieldKind::kCity:
      return moved ? Levels{0.83, 0, 0.07, 0.10} : Levels{0.06, 0, 0.06, 0.88};
    case FieldKind::kPostcode:
      return moved ? Levels{0.45, 0.20, 0.05, 0.30} : Levels{0.07, 0.05, 0.03, 0.85};
    case FieldKind::kStreet:
      return moved ? Levels{0.50, 0.05, 0.15, 0.30} : Levels{0.12, 0.08, 0.20, 0.60};
    case FieldKind::kDate:
      return {0.03, 0.02, 0.05, 0.90};
    case FieldKind::kIdentifier:
      return {0.05, 0.01, 0.04, 0.90};
    case FieldKind::kPhone:
      return {0.35, 0.02, 0.03, 0.60};
    case FieldKind::kCategory:
      return {0.35, 0.15, 0, 0.50};
    case FieldKind::kNumber:
      return {0.10, 0.02, 0.05, 0.83};
    default:
      return {0.06, 0.04, 0.10, 0.80};
  }
}

Levels prior_random(FieldKind kind) {
  if (kind == FieldKind::kState) return {0.92, 0, 0, 0.08};
  if (kind == FieldKind::kCategory) return {0.85, 0.10, 0, 0.05};
  return {0.977, 0.015, 0.004, 0.004};
}

// One random pair, the same for a seed and number.
struct RandomPair {
  Record a, b;
};

RandomPair random_pair(const Corpus& corpus, std::uint64_t seed, std::uint64_t number) {
  const std::uint64_t x = mix(seed, number * 2), y = mix(seed, number * 2 + 1);
  if (corpus.two_tables) {
    return {static_cast<Record>(x % corpus.split),
            static_cast<Record>(corpus.split + y % (corpus.records - corpus.split))};
  }
  const auto a = static_cast<Record>(x % corpus.records);
  const auto b = static_cast<Record>((a + 1 + y % (corpus.records - 1)) % corpus.records);
  return {a, b};
}

void normalise(Levels& levels) {
  const double total = std::accumulate(levels.begin(), levels.end(), 0.0);
  for (double& level : levels) level /= total;
}

// Pairs drawn within one value of the parent, so that agreement given the parent is seen often.
std::vector<std::vector<Record>> records_by_parent(const Corpus& corpus, const Field& field) {
  std::vector<std::vector<Record>> groups;
  if (field.parent < 0) return groups;
  const Field& parent = corpus.fields[static_cast<std::size_t>(field.parent)];
  groups.resize(parent.text.size());
  for (Record r = 0; r < corpus.records; ++r) {
    if (parent.value[r] != 0) groups[parent.value[r]].push_back(r);
  }
  return groups;
}

void count_within_parent(const Corpus& corpus, std::size_t field_index, std::uint64_t seed,
                         Levels& counts) {
  const Field& field = corpus.fields[field_index];
  const auto groups = records_by_parent(corpus, field);
  if (groups.empty()) return;
  const Field& parent = corpus.fields[static_cast<std::size_t>(field.parent)];
  const std::size_t draws =
      std::min<std::size_t>(kRandomPairs / 4, std::size_t{corpus.records} * 10);
  for (std::uint64_t i = 0; i < draws; ++i) {
    const auto a = static_cast<Record>(mix(seed ^ 0x77, i * 2) % corpus.records);
    if (parent.value[a] == 0 || field.value[a] == 0) continue;
    const auto& group = groups[parent.value[a]];
    const Record b = group[mix(seed ^ 0x77, i * 2 + 1) % group.size()];
    if (a == b || field.value[b] == 0) continue;
    if (corpus.two_tables && ((a < corpus.split) == (b < corpus.split))) continue;
    const FieldLevel level = field.value[a] == field.value[b]
                                 ? kEqual
                                 : field_level(corpus, field, field.value[a], field.value[b]);
    counts[level] += 1;
  }
}

class Estimator {
 public:
  Estimator(const Corpus& corpus, std::span<const Candidate> candidates, int threads,
            std::uint64_t seed)
      : corpus_(corpus), candidates_(candidates), threads_(threads), seed_(seed) {
    start();
  }

  Model run(const StageReport& progress) {
    estimate_random();
    sample();
    model_.lambda =
        limit(0.3 * std::min<double>(corpus_.split, second_size()) / corpus_.possible_pairs());
    weigh();
    for (int i = 0; i < 25; ++i) {
      progress("estimating", i / 25.0);
      const double before = model_.lambda;
      maximise();
      weigh();
      model_.iterations = i + 1;
      if (i > 3 && std::abs(model_.lambda - before) < 1e-4 * before) break;
    }
    return std::move(model_);
  }

 private:
  double second_size() const {
    return corpus_.two_tables ? corpus_.records - corpus_.split : corpus_.records;
  }
  static double limit(double lambda) { return std::clamp(lambda, 1e-15, kMostLambda); }
  FieldKind kind_of(std::size_t measure) const {
    return corpus_.fields[measure - first_field(corpus_)].kind;
  }
  bool is_name(std::size_t measure) const { return corpus_.has_name && measure == 0; }
  bool is_form(std::size_t measure) const { return corpus_.has_name && measure == 1; }

  Levels prior(std::size_t measure, std::size_t context) const {
    if (is_name(measure)) return kNameMatch;
    if (is_form(measure)) return kFormMatch;
    return prior_match(kind_of(measure), context);
  }

  void start() {
    model_.measures.resize(measure_count(corpus_));
    for (std::size_t i = 0; i < model_.measures.size(); ++i) {
      Measure& measure = model_.measures[i];
      measure.name = is_name(i)   ? "name"
                     : is_form(i) ? "legal form"
                                  : corpus_.fields[i - first_field(corpus_)].name;
      for (std::size_t c = 0; c < kContexts; ++c) {
        measure.match[c] = prior(i, c);
        if (is_name(i)) {
          measure.random[c] = {0.90, 0.02, 0.02, 0.02, 0.02, 0.01, 0.01};
        } else if (is_form(i)) {
          measure.random[c] = {0.25, 0.40, 0.05, 0.30, 0, 0, 0};
        } else {
          measure.random[c] = prior_random(kind_of(i));
        }
        for (double& level : measure.random[c]) level *= 10;
      }
    }
  }

  // u from random pairs, which are practically all unmatched.
  void estimate_random() {
    const double possible = corpus_.possible_pairs();
    const bool any =
        corpus_.two_tables ? corpus_.split > 0 && second_size() > 0 : corpus_.records > 1;
    if (any) {
      const auto draws = static_cast<std::size_t>(std::min<double>(kRandomPairs, 2 * possible));
      std::vector<Comparison> drawn(draws);
      run_in_slices(draws, threads_, [&](std::size_t from, std::size_t to) {
        for (std::size_t i = from; i < to; ++i) {
          const RandomPair pair = random_pair(corpus_, seed_, i);
          drawn[i] = compare(corpus_, pair.a, pair.b);
        }
      });
      for (const Comparison& comparison : drawn) count(comparison, 1);
      for (std::size_t f = 0; f < corpus_.fields.size(); ++f) {
        count_within_parent(corpus_, f, seed_, model_.measures[f + first_field(corpus_)].random[1]);
      }
    }
    for (Measure& measure : model_.measures) {
      for (Levels& levels : measure.random) normalise(levels);
    }
  }

  void count(const Comparison& comparison, double by) {
    for (std::size_t i = 0; i < model_.measures.size(); ++i) {
      const std::uint8_t cell = comparison.cell[i];
      if (cell == Comparison::kMissing || is_name(i)) continue;
      model_.measures[i].random[cell / kLevels][cell % kLevels] += by;
    }
  }

  // Every k-th candidate in the order of a hash of the pair, so no block is favoured.
  void sample() {
    const std::uint64_t step = std::max<std::uint64_t>(1, candidates_.size() / kEmPairs);
    for (const Candidate& candidate : candidates_) {
      if (mix(candidate.a, candidate.b ^ seed_) % step == 0) {
        sample_.push_back(Comparison());
        picked_.push_back(candidate);
      }
    }
    run_in_slices(sample_.size(), threads_, [&](std::size_t from, std::size_t to) {
      for (std::size_t i = from; i < to; ++i) {
        sample_[i] = compare(corpus_, picked_[i].a, picked_[i].b);
      }
    });
    scale_ = sample_.empty()
                 ? 1
                 : static_cast<double>(candidates_.size()) / static_cast<double>(sample_.size());
  }

  void maximise() {
    std::vector<std::array<Levels, kContexts>> sums(model_.measures.size());
    double matches = 0;
    for (const Comparison& comparison : sample_) {
      const double p = model_.probability(comparison);
      matches += p;
      for (std::size_t i = 0; i < sums.size(); ++i) {
        const std::uint8_t cell = comparison.cell[i];
        if (cell != Comparison::kMissing) sums[i][cell / kLevels][cell % kLevels] += p;
      }
    }
    matches *= scale_;
    model_.lambda = limit((matches + 1) / (corpus_.possible_pairs() + 512));
    for (std::size_t i = 0; i < sums.size(); ++i) {
      for (std::size_t c = 0; c < kContexts; ++c) {
        const double seen = std::accumulate(sums[i][c].begin(), sums[i][c].end(), 0.0);
        const double weight =
            is_name(i) || is_form(i) ? std::max(kNamePriorPairs, seen) : kPriorPairs;
        const Levels before = prior(i, c);
        for (std::size_t l = 0; l < kLevels; ++l) {
          model_.measures[i].match[c][l] = (sums[i][c][l] + weight * before[l]) / (seen + weight);
        }
      }
    }
  }

  void weigh() {
    for (std::size_t i = 0; i < model_.measures.size(); ++i) {
      Measure& measure = model_.measures[i];
      for (std::size_t c = 0; c < kContexts; ++c) {
        for (std::size_t l = 0; l < kLevels; ++l) {
          const double m = std::max(measure.match[c][l], 1e-5);
          const double u = std::max(measure.random[c][l], 1e-5);
          // Shared words and equal values bring their own chance; the name's lowest level has none.
          const bool own_bits = is_name(i) ? l != kNoSharedWord : !is_form(i) && l == kEqual;
          double weight = own_bits ? std::log2(m) : std::log2(m / (is_name(i) ? 1.0 : u));
          if (!own_bits && l == 0) weight = std::min(weight, 0.0);
          measure.weight[c][l] = std::max(weight, kWorst);
        }
      }
    }
  }

  const Corpus& corpus_;
  std::span<const Candidate> candidates_;
  int threads_;
  std::uint64_t seed_;
  Model model_;
  std::vector<Comparison> sample_;
  std::vector<Candidate> picked_;
  double scale_ = 1;
};

}  // namespace

double Model::score(const Comparison& comparison) const {
  double score = std::log2(lambda / (1 - lambda)) + comparison.bits;
  for (std::size_t i = 0; i < measures.size(); ++i) {
    const std::uint8_t cell = comparison.cell[i];
    if (cell != Comparison::kMissing) score += measures[i].weight[cell / kLevels][cell % kLevels];
  }
  return score;
}

double Model::probability(const Comparison& comparison) const {
  double probability = 1 / (1 + std::exp2(-score(comparison)));
  if (!comparison.gate) probability *= kGateFactor;
  if (comparison.sibling) probability = std::min(probability, kSiblingMost);
  return probability;
}

Model estimate_model(const Corpus& corpus, std::span<const Candidate> candidates, int threads,
                     std::uint64_t seed, const StageReport& progress) {
  return Estimator(corpus, candidates, threads, seed).run(progress);
}

}  // namespace daybreak::linkage
