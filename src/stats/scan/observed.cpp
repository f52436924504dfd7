// SPDX-License-Identifier: AGPL-3.0-or-later
// The scan of the observed counts: one pass in double precision that keeps the best window of every
// layer and centre. Of equal windows the first, that is the smallest, stays.
#include <algorithm>

#include "stats/scan/engine.hpp"

namespace daybreak::stats {
namespace {

class Observed {
 public:
  Observed(const Frame& frame, const std::vector<std::uint8_t>& blocked, double largest)
      : frame_(frame), blocked_(blocked), largest_(largest) {
    unsigned deepest = 0;
    for (const std::uint8_t d : frame.space.depth) deepest = std::max<unsigned>(deepest, d);
    level_ = frame.data.times + 1;
    counts_.assign((deepest + 1) * level_, 0);
    bad_.assign(deepest + 1, 0);
  }

  // `table`: cases [place][time] of one layer.
  void layer(std::uint32_t layer, const std::int64_t* table, std::vector<Best>& best) {
    for (std::uint32_t c = 0; c < frame_.space.chains.size(); ++c) {
      const SpaceWindows::Chain& chain = frame_.space.chains[c];
      chain_ = {layer, c};
      best_ = &best[chain.centre];
      factor_ = frame_.factor(chain);
      const double* measures = frame_.measures(layer, chain, scratch_);
      if (frame_.data.times == 1 && frame_.space.depth.empty() && blocked_.empty()) {
        walk_plain(chain, table, measures);
      } else {
        walk(chain, table, measures);
      }
    }
  }

 private:
  // The same for one unit of time and nested sets, which most scans of places are.
  void walk_plain(const SpaceWindows::Chain& chain, const std::int64_t* table,
                  const double* measures) {
    const std::uint32_t* order = frame_.space.order.data() + chain.first;
    const double tolerance = frame_.score.tolerance(0);
    double level = best_->statistic / factor_;
    std::int64_t cases = 0;
    for (std::uint32_t k = 0; k < chain.steps; ++k) {
      cases += table[order[k]];
      const double measure = measures[k];
      if (measure > largest_) return;
      const auto c = static_cast<double>(cases);
      if (cases < frame_.fewest_cases || !frame_.score.may_exceed(c, measure, level)) continue;
      const double statistic = factor_ * frame_.score(c, measure);
      if (statistic <= best_->statistic + tolerance) continue;
      *best_ = {statistic, c, measure, chain_.first, chain_.second, k, 0, 1};
      level = statistic / factor_;
    }
  }

  void walk(const SpaceWindows::Chain& chain, const std::int64_t* table, const double* measures) {
    const std::uint32_t times = frame_.data.times;
    const bool branching = !frame_.space.depth.empty();
    std::fill(counts_.begin(), counts_.end(), 0);
    for (std::uint32_t k = 0; k < chain.steps; ++k) {
      const std::uint32_t place = frame_.space.order[chain.first + k];
      const double* row = measures + static_cast<std::size_t>(k) * times;
      const unsigned depth = branching ? frame_.space.depth[chain.first + k] : 0;
      const std::int64_t* from = counts_.data() + (branching ? depth - 1 : 0) * level_;
      std::int64_t* to = counts_.data() + depth * level_;
      std::int64_t sum = 0;
      for (std::uint32_t t = 0; t < times; ++t) {
        sum += table[place * times + t];
        to[t + 1] = from[t + 1] + sum;
      }
      if (!blocked_.empty()) {
        const bool bad = blocked_[place] != 0 || (branching && bad_[depth - 1] != 0);
        bad_[depth] = bad ? 1 : 0;
        if (bad && !branching) return;
        if (bad) continue;
      }
      if (row[times - 1] > largest_) {
        if (branching) continue;
        return;
      }
      if (to[times] >= frame_.fewest_cases) windows(k, to, row);
    }
  }

  void windows(std::uint32_t step, const std::int64_t* counts, const double* row) {
    const TimeWindows& time = frame_.time;
    for (std::uint32_t length = time.shortest; length <= time.longest; ++length) {
      const std::uint32_t last = frame_.data.times - length;
      for (std::uint32_t start = time.only_alive ? last : 0; start <= last; ++start) {
        const std::int64_t cases = counts[start + length] - counts[start];
        if (cases < frame_.fewest_cases) continue;
        const auto c = static_cast<double>(cases);
        const double measure = frame_.window_measure(row, start, length);
        if (!frame_.score.may_exceed(c, measure, best_->statistic / factor_)) continue;
        const double statistic = factor_ * frame_.score(c, measure);
        if (statistic <= best_->statistic + frame_.score.tolerance(0)) continue;
        *best_ = {statistic, c, measure, chain_.first, chain_.second, step, start, length};
      }
    }
  }

  const Frame& frame_;
  const std::vector<std::uint8_t>& blocked_;
  double largest_;
  std::size_t level_ = 0;
  std::vector<std::int64_t> counts_;
  std::vector<std::uint8_t> bad_;
  std::pair<std::uint32_t, std::uint32_t> chain_;
  Best* best_ = nullptr;
  double factor_ = 1;
  std::vector<double> scratch_;
};

}  // namespace

std::vector<Best> scan_observed(const Frame& frame, const std::vector<std::uint8_t>& blocked,
                                double largest) {
  const std::size_t n = frame.cells_of_leaf;
  std::vector<std::int64_t> leaf(n);
  std::vector<std::int64_t> levels((frame.program.levels + 1) * n);
  Observed observed(frame, blocked, largest);
  std::vector<Best> out;
  std::vector<Best> best(frame.data.places);
  for_each_layer<std::int64_t>(
      frame.program,
      [&](std::uint32_t i) {
        const auto* cases = frame.data.cases.data() + i * n;
        std::copy(cases, cases + n, leaf.begin());
        return leaf.data();
      },
      [&](std::uint32_t depth) { return levels.data() + depth * n; },
      [n](std::int64_t* to, const std::int64_t* from) { std::copy(from, from + n, to); },
      [n](std::int64_t* to, const std::int64_t* from) {
        for (std::size_t i = 0; i < n; ++i) to[i] += from[i];
      },
      [&](const LayerStep& step, const std::int64_t* table) {
        std::fill(best.begin(), best.end(), Best{});
        observed.layer(step.layer, table, best);
        for (const Best& b : best) {
          if (b.statistic > 0) out.push_back(b);
        }
      });
  return out;
}

}  // namespace daybreak::stats
