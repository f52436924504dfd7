// SPDX-License-Identifier: AGPL-3.0-or-later
// The walk over replicates: batches of lanes over threads. A replicate's result does not depend on
// its batch, its lane, the level or the thread, so every route gives the same answer.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <thread>

#include "stats/scan/engine.hpp"

namespace daybreak::stats {
namespace {

constexpr std::size_t kKeptThresholds = std::size_t{64} << 20;  // bytes

template <typename Count>
class AlignedRows {
 public:
  void resize(std::size_t rows) {
    data_.reset(static_cast<Count*>(
        std::aligned_alloc(kRowBytes, std::max<std::size_t>(1, rows) * kRowBytes)));
    if (!data_) throw std::bad_alloc();
    rows_ = rows;
  }
  void clear() { std::memset(data_.get(), 0, rows_ * kRowBytes); }
  Count* row(std::size_t i) { return data_.get() + i * kLanes<Count>; }

 private:
  struct Free {
    void operator()(Count* p) const { std::free(p); }
  };
  std::unique_ptr<Count, Free> data_;
  std::size_t rows_ = 0;
};

// Everything one level needs, shared by the threads.
template <typename Count>
struct Plan {
  const Frame& frame;
  const NullModel& null;
  const LaneLoops<Count>& loops;
  Levels levels;
  std::vector<Count> kept;  // [layer][step][length], empty when they do not fit

  Plan(const Frame& f, const NullModel& n, Simd simd, double level)
      : frame(f), null(n), loops(lane_loops<Count>(simd)), levels(f, level) {
    const std::size_t per_layer = f.space.order.size() * f.lengths;
    if (per_layer * f.program.layers * sizeof(Count) > kKeptThresholds) return;
    kept.resize(per_layer * f.program.layers);
    std::vector<double> scratch;
    for (std::uint32_t layer = 0; layer < f.program.layers; ++layer) {
      for (const SpaceWindows::Chain& chain : f.space.chains) {
        levels.thresholds(chain, f.measures(layer, chain, scratch),
                          kept.data() + layer * per_layer + chain.first * f.lengths);
      }
    }
  }
};

// One thread's tables and the lanes it is working on.
template <typename Count>
class Worker {
 public:
  explicit Worker(const Plan<Count>& plan) : plan_(plan), levels_(plan.levels) {
    const Frame& f = plan.frame;
    leaves_.resize(plan.null.cells());
    if (f.data.tree) tables_.resize((f.program.levels + 1) * f.cells_of_leaf);
    unsigned deepest = 0;
    for (const std::uint8_t d : f.space.depth) deepest = std::max<unsigned>(deepest, d);
    scratch_.resize((deepest + 1) * (f.data.times + 1));
  }

  // The best window of each of these replicates that reaches the level; 0 for the others.
  void run(std::span<const std::uint64_t> replicates, Best* best) {
    const Frame& f = plan_.frame;
    const std::size_t cells = f.cells_of_leaf;
    leaves_.clear();
    plan_.null.draw(replicates, leaves_.row(0));
    if (f.data.times > 1) cumulate();
    std::fill_n(best, replicates.size(), Best{});
    best_ = best;
    lanes_ = replicates.size() >= 32 ? ~0u : (1u << replicates.size()) - 1;
    for_each_layer<Count>(
        f.program, [&](std::uint32_t leaf) { return leaves_.row(leaf * cells); },
        [&](std::uint32_t depth) { return tables_.row(depth * cells); },
        [&](Count* to, const Count* from) { std::memcpy(to, from, cells * kRowBytes); },
        [&](Count* to, const Count* from) { plan_.loops.add(to, from, cells); },
        [&](const LayerStep& step, const Count* table) { scan_layer(step.layer, table); });
  }

 private:
  void cumulate() {
    const Frame& f = plan_.frame;
    const std::size_t rows = plan_.null.cells();
    for (std::size_t i = 0; i < rows; i += f.data.times) {
      for (std::uint32_t t = 1; t < f.data.times; ++t) {
        Count* row = leaves_.row(i + t);
        const Count* before = row - kLanes<Count>;
        for (std::size_t lane = 0; lane < kLanes<Count>; ++lane) {
          row[lane] = static_cast<Count>(row[lane] + before[lane]);
        }
      }
    }
  }

  void scan_layer(std::uint32_t layer, const Count* table) {
    const Frame& f = plan_.frame;
    const std::size_t per_layer = f.space.order.size() * f.lengths;
    Walk<Count> walk;
    walk.rows = table;
    walk.times = f.data.times;
    walk.shortest = f.time.shortest;
    walk.longest = f.time.longest;
    walk.only_alive = f.time.only_alive;
    walk.scratch = scratch_.row(0);
    walk.sink = &Worker::on_hit;
    walk.context = this;
    const bool plain = f.data.times == 1 && f.space.depth.empty();
    for (std::uint32_t c = 0; c < f.space.chains.size(); ++c) {
      const SpaceWindows::Chain& chain = f.space.chains[c];
      walk.order = f.space.order.data() + chain.first;
      walk.depth = f.space.depth.empty() ? nullptr : f.space.depth.data() + chain.first;
      walk.steps = chain.steps;
      at_ = {layer, c};
      measures_ = nullptr;
      if (!plan_.kept.empty()) {
        walk.thresholds = plan_.kept.data() + layer * per_layer + chain.first * f.lengths;
      } else {
        measures_ = f.measures(layer, chain, measure_scratch_);
        threshold_scratch_.resize(static_cast<std::size_t>(chain.steps) * f.lengths);
        levels_.thresholds(chain, measures_, threshold_scratch_.data());
        walk.thresholds = threshold_scratch_.data();
      }
      if (plain) {
        plan_.loops.chain(walk);
      } else {
        plan_.loops.cylinders(walk);
      }
    }
  }

  static void on_hit(void* context, std::uint32_t step, std::uint32_t start, std::uint32_t length,
                     std::uint32_t lanes, const Count* counts) {
    static_cast<Worker*>(context)->hit(step, start, length, lanes, counts);
  }

  void hit(std::uint32_t step, std::uint32_t start, std::uint32_t length, std::uint32_t lanes,
           const Count* counts) {
    const Frame& f = plan_.frame;
    const SpaceWindows::Chain& chain = f.space.chains[at_.second];
    if (measures_ == nullptr) measures_ = f.measures(at_.first, chain, measure_scratch_);
    const double measure =
        f.window_measure(measures_ + static_cast<std::size_t>(step) * f.data.times, start, length);
    const double factor = f.factor(chain);
    for (lanes &= lanes_; lanes != 0; lanes &= lanes - 1) {
      const int lane = __builtin_ctz(lanes);
      Best& best = best_[lane];
      const auto cases = static_cast<double>(counts[lane]);
      if (factor * f.score.bound(cases, measure) <= best.statistic) continue;
      const double statistic = factor * f.score(cases, measure);
      if (statistic <= best.statistic) continue;
      best = {statistic, cases, measure, at_.first, at_.second, step, start, length};
    }
  }

  const Plan<Count>& plan_;
  Levels levels_;  // its cache grows, so each thread has its own
  AlignedRows<Count> leaves_, tables_, scratch_;
  Best* best_ = nullptr;
  std::uint32_t lanes_ = 0;
  std::pair<std::uint32_t, std::uint32_t> at_;
  const double* measures_ = nullptr;
  std::vector<double> measure_scratch_;
  std::vector<Count> threshold_scratch_;
};

template <typename Count>
void run_level(const Frame& frame, const NullModel& null, const std::vector<std::uint64_t>& ids,
               double level, const ScanOptions& options, std::vector<Best>& out) {
  const Plan<Count> plan(frame, null, options.simd, level);
  constexpr std::size_t lanes = kLanes<Count>;
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    Worker<Count> worker(plan);
    for (std::size_t at = next.fetch_add(lanes); at < ids.size(); at = next.fetch_add(lanes)) {
      const std::size_t count = std::min(lanes, ids.size() - at);
      worker.run(std::span(ids).subspan(at, count), out.data() + at);
    }
  };
  const std::size_t useful = (ids.size() + lanes - 1) / lanes;
  const std::size_t threads =
      std::clamp<std::size_t>(options.threads, 1, std::max<std::size_t>(1, useful));
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < threads; ++i) others.emplace_back(work);
  work();
  for (std::thread& thread : others) thread.join();
}

template <typename Count>
std::vector<Best> run_all(const Frame& frame, const NullModel& null, std::uint64_t first,
                          std::uint64_t count, double level, Depth depth,
                          const ScanOptions& options) {
  std::vector<std::uint64_t> ids(count);
  for (std::uint64_t i = 0; i < count; ++i) ids[i] = first + i;
  std::vector<Best> out(count);
  for (; !ids.empty(); level = level > 1e-3 ? level * 0.5 : 0) {
    std::vector<Best> some(ids.size());
    run_level<Count>(frame, null, ids, std::max(level, 1e-9), options, some);
    std::vector<std::uint64_t> weak;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      // What stayed below the level may have missed windows just under it.
      if (some[i].statistic >= level) {
        out[ids[i] - first] = some[i];
      } else {
        weak.push_back(ids[i]);
      }
    }
    ids = std::move(weak);
    if (level <= 0 || depth == Depth::kAboveLevel) break;
  }
  return out;
}

}  // namespace

std::vector<Best> scan_replicates(const Frame& frame, const NullModel& null, std::uint64_t first,
                                  std::uint64_t count, double largest_total, double level,
                                  Depth depth, const ScanOptions& options) {
  if (largest_total < 65500) {
    return run_all<std::uint16_t>(frame, null, first, count, level, depth, options);
  }
  return run_all<std::uint32_t>(frame, null, first, count, level, depth, options);
}

double pilot_level(const Frame& frame, const NullModel& null, double largest_total,
                   const ScanOptions& options) {
  const double guess = std::max(0.5, 0.35 * std::log(static_cast<double>(frame.windows) + 1));
  std::vector<double> maxima;
  for (const Best& best : scan_replicates(frame, null, 0, std::min(options.replications, 32u),
                                          largest_total, guess, Depth::kAll, options)) {
    maxima.push_back(best.statistic);
  }
  std::sort(maxima.begin(), maxima.end());
  return maxima.empty() ? 0 : maxima[maxima.size() / 12];
}

}  // namespace daybreak::stats
