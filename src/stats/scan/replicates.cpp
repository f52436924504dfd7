// SPDX-License-Identifier: AGPL-3.0-or-later
// The walk over replicates: batches of lanes over threads. A replicate's result does not depend on
// its batch, its lane, the level or the thread, so every route gives the same answer.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "stats/scan/engine.hpp"
#include "stats/scan/large_pages.hpp"
#include "stats/scan/parallel.hpp"

namespace daybreak::stats {
namespace {

constexpr std::size_t kKeptLimits = std::size_t{64} << 20;   // bytes
constexpr std::size_t kPackedBytes = std::size_t{96} << 10;  // of the packs that run at once
constexpr std::size_t kMostPacks = 4;

template <typename Count>
class AlignedRows {
 public:
  void resize(std::size_t rows) {
    if (data_ && rows == rows_) return;
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
  // Rows of one byte a lane hold counts less an offset of the place, so that large places fit too;
  // limits and hits are shifted by the offsets summed along the chain.
  bool bytes = false;
  std::vector<Count> offset;      // [place]
  std::vector<Count> offset_sum;  // [step], empty when all offsets are 0
  std::vector<Count> shifted;     // `kept` less offset_sum, empty when all offsets are 0

  std::size_t stride = 1;  // only every so many-th chain is scanned

  Plan(const Frame& f, const NullModel& n, Simd simd, double level, std::size_t every = 1)
      : frame(f), null(n), loops(lane_loops<Count>(simd)), levels(f, level), stride(every) {
    const std::size_t per_layer = f.space.order.size() * f.lengths;
    if (per_layer * f.program.layers * sizeof(Count) > kKeptLimits) return;
    reserve_large(kept, per_layer * f.program.layers);
    kept.resize(per_layer * f.program.layers);
    std::vector<double> scratch;
    for (std::uint32_t layer = 0; layer < f.program.layers; ++layer) {
      for (std::size_t c = 0; c < f.space.chains.size(); c += stride) {
        const SpaceWindows::Chain& chain = f.space.chains[c];
        levels.limits(chain, f.measures(layer, chain, scratch),
                      kept.data() + layer * per_layer + chain.first * f.lengths);
      }
    }
    plan_bytes();
  }

  void plan_bytes() {
    if (sizeof(Count) != 2 || frame.program.layers != 1 || frame.data.tree ||
        frame.data.times != 1 || !frame.space.depth.empty())
      return;
    double largest = 0;
    for (std::uint32_t p = 0; p < frame.data.places; ++p) {
      const double expected = frame.score.expected(frame.place_measure(p));
      largest = std::max(largest, expected);
      offset.push_back(static_cast<Count>(std::max(0.0, expected - 127)));
    }
    bytes = largest < 350;
    if (!bytes) return;
    if (largest < 128) return;
    shifted = kept;
    offset_sum.resize(kept.size());
    for (const SpaceWindows::Chain& chain : frame.space.chains) {
      Count sum = 0;
      for (std::size_t k = chain.first; k < chain.first + chain.steps; ++k) {
        sum = static_cast<Count>(sum + offset[frame.space.order[k]]);
        offset_sum[k] = sum;
        // An unreachable threshold stays so; others may not fall below 0.
        const Count t = kept[k];
        shifted[k] =
            t == std::numeric_limits<Count>::max() ? t : static_cast<Count>(t > sum ? t - sum : 0);
      }
    }
  }
};

// One thread's tables and the lanes it is working on.
template <typename Count>
class Worker {
 public:
  explicit Worker(const Plan<Count>& plan) : plan_(plan) {
    const Frame& f = plan.frame;
    leaves_.resize(plan.null.cells());
    if (f.data.tree) tables_.resize((f.program.levels + 1) * f.cells_of_leaf);
    unsigned deepest = 0;
    for (const std::uint8_t d : f.space.depth) deepest = std::max<unsigned>(deepest, d);
    scratch_.resize((deepest + 1) * (f.data.times + 1));
  }

  // One row of lanes, of which the first counts, and the best window of every centre instead of
  // every lane. Without a tree.
  void run_observed(std::vector<Best>& per_centre) {
    const std::uint64_t only[] = {0};
    Best best;
    per_centre_ = &per_centre;
    run_row(only, &best);
    per_centre_ = nullptr;
  }

  // The best window of each of these replicates (at most batch() of them) that reaches the level;
  // 0 for the others.
  void run(std::span<const std::uint64_t> replicates, Best* best) {
    std::fill_n(best, replicates.size(), Best{});
    constexpr std::size_t lanes = kLanes<Count>;
    std::size_t used = 0;
    for (std::size_t at = 0; at < replicates.size(); at += 2 * lanes) {
      const std::size_t count = std::min(2 * lanes, replicates.size() - at);
      const auto some = replicates.subspan(at, count);
      if (plan_.bytes && pack(some, packs_[used].rows)) {
        packs_[used].best = best + at;
        packs_[used++].lanes = count;
        continue;
      }
      for (std::size_t row = 0; row < count; row += lanes) {
        run_row(some.subspan(row, std::min(lanes, count - row)), best + at + row);
      }
    }
    packs_in_use_ = used;
    if (used > 0) scan_layer(0, nullptr);
    packs_in_use_ = 0;
  }

  // Replicates that are best run at once: of a small study several packs, so that each list of
  // places is read once for all of them.
  static std::size_t batch(const Plan<Count>& plan) {
    constexpr std::size_t pack = 2 * kLanes<Count>;
    if (!plan.bytes) return pack;
    return pack *
           std::clamp<std::size_t>(kPackedBytes / (plan.frame.data.places * pack), 1, kMostPacks);
  }

 private:
  void draw(std::span<const std::uint64_t> replicates) {
    leaves_.clear();
    plan_.null.draw(replicates, leaves_.row(0));
  }

  void run_row(std::span<const std::uint64_t> replicates, Best* best) {
    const Frame& f = plan_.frame;
    const std::size_t cells = f.cells_of_leaf;
    draw(replicates);
    if (f.data.times > 1) cumulate();
    best_ = best;
    lanes_in_use_ = replicates.size();
    for_each_layer<Count>(
        f.program, [&](std::uint32_t leaf) { return leaves_.row(leaf * cells); },
        [&](std::uint32_t depth) { return tables_.row(depth * cells); },
        [&](Count* to, const Count* from) { std::memcpy(to, from, cells * kRowBytes); },
        [&](Count* to, const Count* from) { plan_.loops.add(to, from, cells); },
        [&](const LayerStep& step, const Count* table) { scan_layer(step.layer, table); });
  }

  // Draws into rows of one byte a lane; false when a count does not fit, which is rare.
  bool pack(std::span<const std::uint64_t> replicates, AlignedRows<Count>& rows) {
    constexpr std::size_t lanes = kLanes<Count>;
    rows.resize(plan_.frame.data.places * 2 * lanes / kRowBytes + 1);
    rows.clear();
    const std::size_t first = std::min(lanes, replicates.size());
    draw(replicates.first(first));
    if (!pack_row(rows, 0, first)) return false;
    if (replicates.size() == first) return true;
    draw(replicates.subspan(first));
    return pack_row(rows, first, replicates.size() - first);
  }

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

  // Writes the counts less their offsets to lanes `first`...; false when one does not fit.
  bool pack_row(AlignedRows<Count>& rows, std::size_t first, std::size_t used) {
    constexpr std::size_t lanes = kLanes<Count>;
    auto* out = static_cast<std::uint8_t*>(static_cast<void*>(rows.row(0))) + first;
    unsigned above = 0;
    for (std::size_t place = 0; place < plan_.frame.data.places; ++place) {
      const Count* row = leaves_.row(place);
      const Count offset = plan_.offset[place];
      for (std::size_t lane = 0; lane < used; ++lane) {
        const auto value = static_cast<Count>(row[lane] - offset);  // wraps when it is below
        above |= value;
        out[place * 2 * lanes + lane] = static_cast<std::uint8_t>(value);
      }
    }
    return above < 256;
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
    for (std::uint32_t c = 0; c < f.space.chains.size();
         c += static_cast<std::uint32_t>(plan_.stride)) {
      const SpaceWindows::Chain& chain = f.space.chains[c];
      walk.order = f.space.order.data() + chain.first;
      walk.depth = f.space.depth.empty() ? nullptr : f.space.depth.data() + chain.first;
      walk.steps = chain.steps;
      at_ = {layer, c};
      measures_ = nullptr;
      if (!plan_.kept.empty()) {
        walk.limits = plan_.kept.data() + layer * per_layer + chain.first * f.lengths;
      } else {
        measures_ = f.measures(layer, chain, measure_scratch_);
        limit_scratch_.resize(static_cast<std::size_t>(chain.steps) * f.lengths);
        plan_.levels.limits(chain, measures_, limit_scratch_.data());
        walk.limits = limit_scratch_.data();
      }
      limits_ = walk.limits;
      if (per_centre_ != nullptr) best_[0] = Best{};
      if (packs_in_use_ > 0) {
        walk.limits = (plan_.shifted.empty() ? plan_.kept : plan_.shifted).data() + chain.first;
        for (std::size_t i = 0; i < packs_in_use_; ++i) {
          best_ = packs_[i].best;
          lanes_in_use_ = packs_[i].lanes;
          walk.bytes =
              static_cast<const std::uint8_t*>(static_cast<const void*>(packs_[i].rows.row(0)));
          plan_.loops.chain_of_bytes(walk);
        }
      } else if (plain) {
        plan_.loops.chain(walk);
      } else {
        plan_.loops.cylinders(walk);
      }
      if (per_centre_ == nullptr) continue;
      Best& best = (*per_centre_)[chain.centre];
      if (best_[0].statistic > best.statistic + f.score.tolerance(0)) best = best_[0];
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
    const bool bytes = packs_in_use_ > 0;
    const std::size_t half = bytes ? start * kLanes<Count> : 0;
    if (bytes) start = 0;
    const double factor = f.factor(chain);
    // Most hits are no better than what their lane has; the limit tells without a look at the
    // measure, which lies far away in memory.
    const std::size_t limit = static_cast<std::size_t>(step) * f.lengths + length - f.time.shortest;
    const double least = plan_.levels.least_measure(chain.shape, limits_[limit]);
    const unsigned offset =
        bytes && !plan_.offset_sum.empty() ? plan_.offset_sum[chain.first + step] : 0;
    for (; lanes != 0; lanes &= lanes - 1) {
      const int lane = __builtin_ctz(lanes);
      if (half + lane >= lanes_in_use_) return;
      Best& best = best_[half + lane];
      const auto cases = static_cast<double>(counts[lane] + offset);
      const double level = best.statistic / factor;
      if (!f.score.may_exceed(cases, least, level)) continue;
      if (measures_ == nullptr) measures_ = f.measures(at_.first, chain, measure_scratch_);
      const double measure = f.window_measure(
          measures_ + static_cast<std::size_t>(step) * f.data.times, start, length);
      if (!f.score.may_exceed(cases, measure, level)) continue;
      const double statistic = factor * f.score(cases, measure);
      if (statistic <= best.statistic) continue;
      best = {statistic, cases, measure, at_.first, at_.second, step, start, length};
    }
  }

  const Plan<Count>& plan_;
  AlignedRows<Count> leaves_, tables_, scratch_;
  // Replicates packed in rows of bytes.
  struct Pack {
    AlignedRows<Count> rows;
    Best* best = nullptr;
    std::size_t lanes = 0;
  };
  std::array<Pack, kMostPacks> packs_;
  std::size_t packs_in_use_ = 0;
  std::vector<Best>* per_centre_ = nullptr;
  Best* best_ = nullptr;
  std::size_t lanes_in_use_ = 0;
  std::pair<std::uint32_t, std::uint32_t> at_;
  const double* measures_ = nullptr;
  const Count* limits_ = nullptr;  // of this chain
  std::vector<double> measure_scratch_;
  std::vector<Count> limit_scratch_;
};

// The observed counts in every lane that is asked for.
class ObservedCounts final : public NullModel {
 public:
  explicit ObservedCounts(const std::vector<std::uint32_t>& cases) : cases_(cases) {}
  std::size_t cells() const override { return cases_.size(); }
  void draw(std::span<const std::uint64_t> lanes, std::uint16_t* rows) const override {
    write(lanes.size(), rows);
  }
  void draw(std::span<const std::uint64_t> lanes, std::uint32_t* rows) const override {
    write(lanes.size(), rows);
  }

 private:
  template <typename Count>
  void write(std::size_t lanes, Count* rows) const {
    for (std::size_t cell = 0; cell < cases_.size(); ++cell) {
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        rows[cell * kLanes<Count> + lane] = static_cast<Count>(cases_[cell]);
      }
    }
  }
  const std::vector<std::uint32_t>& cases_;
};

template <typename Count>
std::vector<Best> observed_in_lanes(const Frame& frame, Simd simd, double level) {
  const ObservedCounts counts(frame.data.cases);
  const Plan<Count> plan(frame, counts, simd, level);
  std::vector<Best> best(frame.data.places);
  Worker<Count>(plan).run_observed(best);
  return best;
}

template <typename Count>
class LaneReplicates final : public Replicates {
 public:
  LaneReplicates(const Frame& frame, const NullModel& null, const ScanOptions& options)
      : frame_(frame), null_(null), options_(options) {}

  // On some of the chains only: their maxima lie below those of all, so the level is safe.
  double pilot() override {
    const std::size_t stride = frame_.space.chains.size() >= 256 ? 8 : 1;
    std::vector<std::uint64_t> ids(std::min(options_.replications, 32u));
    for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = i;
    double level = std::max(0.5, 0.3 * std::log(static_cast<double>(frame_.windows) + 1));
    std::vector<double> maxima;
    for (; level > 1e-3; level *= 0.7) {
      const Plan<Count> plan(frame_, null_, options_.simd, level, stride);
      maxima.clear();
      for (const Best& best : run(plan, ids)) {
        if (best.statistic >= level) maxima.push_back(best.statistic);
      }
      if (maxima.size() == ids.size()) break;
    }
    if (maxima.empty()) return 0;
    std::sort(maxima.begin(), maxima.end());
    return maxima[maxima.size() / 12];
  }

  std::vector<Best> scan(std::uint64_t first, std::uint64_t count, double level,
                         Depth depth) override {
    std::vector<std::uint64_t> ids(count);
    for (std::uint64_t i = 0; i < count; ++i) ids[i] = first + i;
    std::vector<Best> out(count);
    while (!ids.empty()) {
      const Plan<Count>& plan = plan_at(level);
      const std::vector<Best> some = run(plan, ids);
      std::vector<std::uint64_t> weak;
      for (std::size_t i = 0; i < ids.size(); ++i) {
        // What stayed below the level may have missed windows just under it.
        if (some[i].statistic >= plan.levels.level() || level <= 0) {
          out[ids[i] - first] = some[i];
        } else {
          weak.push_back(ids[i]);
        }
      }
      ids = std::move(weak);
      if (level <= 0 || depth == Depth::kAboveLevel) break;
      level = next_below(level);
    }
    return out;
  }

 private:
  // The plans in use are kept: the pilot's serves the few replicates that stay below the level.
  const Plan<Count>& plan_at(double level) {
    level = std::max(level, 1e-9);
    for (const auto& plan : plans_) {
      if (plan->levels.level() == level) return *plan;
    }
    if (plans_.size() >= 3) plans_.erase(plans_.begin());
    plans_.push_back(std::make_unique<Plan<Count>>(frame_, null_, options_.simd, level));
    return *plans_.back();
  }

  double next_below(double level) const {
    double next = 0;
    for (const auto& plan : plans_) {
      if (plan->levels.level() < level) next = std::max(next, plan->levels.level());
    }
    if (next > 0) return next;
    return level > 1e-3 ? level * 0.6 : 0;
  }

  std::vector<Best> run(const Plan<Count>& plan, const std::vector<std::uint64_t>& ids) const {
    const std::size_t lanes = Worker<Count>::batch(plan);
    std::vector<Best> out(ids.size());
    for_each_index((ids.size() + lanes - 1) / lanes, options_.threads, [&] {
      auto worker = std::make_unique<Worker<Count>>(plan);
      return [&, worker = std::move(worker)](std::size_t batch) {
        const std::size_t at = batch * lanes;
        const std::size_t count = std::min(lanes, ids.size() - at);
        worker->run(std::span(ids).subspan(at, count), out.data() + at);
      };
    });
    return out;
  }

  const Frame& frame_;
  const NullModel& null_;
  const ScanOptions& options_;
  std::vector<std::unique_ptr<Plan<Count>>> plans_;
};

}  // namespace

std::optional<std::vector<Best>> scan_observed_in_lanes(const Frame& frame, Simd simd,
                                                        double level) {
  if (frame.data.tree || frame.data.times == 1) return std::nullopt;
  std::vector<Best> best = frame.score.total_cases() < 65500
                               ? observed_in_lanes<std::uint16_t>(frame, simd, level)
                               : observed_in_lanes<std::uint32_t>(frame, simd, level);
  std::vector<std::uint8_t> centres(frame.data.places, 0);
  for (const SpaceWindows::Chain& chain : frame.space.chains) centres[chain.centre] = 1;
  for (std::size_t i = 0; i < best.size(); ++i) {
    // A centre without any window above the level needs the exact scan.
    if (centres[i] != 0 && best[i].statistic < level) return std::nullopt;
  }
  return best;
}

std::unique_ptr<Replicates> make_replicates(const Frame& frame, const NullModel& null,
                                            double largest_total, const ScanOptions& options) {
  if (largest_total < 65500) {
    return std::make_unique<LaneReplicates<std::uint16_t>>(frame, null, options);
  }
  return std::make_unique<LaneReplicates<std::uint32_t>>(frame, null, options);
}

}  // namespace daybreak::stats
