// SPDX-License-Identifier: AGPL-3.0-or-later
// The loops of lanes.hpp over a row type; included by lanes_portable.cpp, lanes_avx2.cpp and
// lanes_avx512.cpp only. `Ops` gives: Row, Flags, load, store, zero, fill(count), add, subtract,
// reaches(row, row) -> Flags, either(Flags, Flags), any(Flags), bits(Flags).
// Everything has internal linkage, so that no code for one instruction set is shared with another.
#pragma once

#include "stats/scan/lanes.hpp"

namespace daybreak::stats {
namespace {

template <typename Ops>
void report(const Walk<typename Ops::Count>& walk, std::uint32_t step, std::uint32_t start,
            std::uint32_t length, typename Ops::Flags flags, typename Ops::Row counts) {
  if (!Ops::any(flags)) return;
  alignas(kRowBytes) typename Ops::Count out[kLanes<typename Ops::Count>];
  Ops::store(out, counts);
  walk.sink(walk.context, step, start, length, Ops::bits(flags), out);
}

template <typename Ops>
void chain(const Walk<typename Ops::Count>& walk) {
  using Count = typename Ops::Count;
  constexpr std::size_t lanes = kLanes<Count>;
  typename Ops::Row sum = Ops::zero();
  const std::uint32_t* order = walk.order;
  const Count* thresholds = walk.thresholds;
  std::uint32_t k = 0;
  for (; k + 4 <= walk.steps; k += 4) {
    const auto a = Ops::add(sum, Ops::load(walk.rows + order[k] * lanes));
    const auto b = Ops::add(a, Ops::load(walk.rows + order[k + 1] * lanes));
    const auto c = Ops::add(b, Ops::load(walk.rows + order[k + 2] * lanes));
    const auto d = Ops::add(c, Ops::load(walk.rows + order[k + 3] * lanes));
    const auto fa = Ops::reaches(a, Ops::fill(thresholds[k]));
    const auto fb = Ops::reaches(b, Ops::fill(thresholds[k + 1]));
    const auto fc = Ops::reaches(c, Ops::fill(thresholds[k + 2]));
    const auto fd = Ops::reaches(d, Ops::fill(thresholds[k + 3]));
    if (__builtin_expect(Ops::any(Ops::either(Ops::either(fa, fb), Ops::either(fc, fd))), 0)) {
      report<Ops>(walk, k, 0, 1, fa, a);
      report<Ops>(walk, k + 1, 0, 1, fb, b);
      report<Ops>(walk, k + 2, 0, 1, fc, c);
      report<Ops>(walk, k + 3, 0, 1, fd, d);
    }
    sum = d;
  }
  for (; k < walk.steps; ++k) {
    sum = Ops::add(sum, Ops::load(walk.rows + order[k] * lanes));
    report<Ops>(walk, k, 0, 1, Ops::reaches(sum, Ops::fill(thresholds[k])), sum);
  }
}

// All time windows of one length: counts at `end` minus counts at `start`, cumulated over time.
template <typename Ops>
void windows_of_length(const Walk<typename Ops::Count>& walk, const typename Ops::Count* sums,
                       std::uint32_t step, std::uint32_t length, typename Ops::Count threshold) {
  using Count = typename Ops::Count;
  constexpr std::size_t lanes = kLanes<Count>;
  const auto least = Ops::fill(threshold);
  const std::uint32_t last = walk.times - length;
  std::uint32_t start = walk.only_alive ? last : 0;
  const auto count = [&](std::uint32_t s) {
    return Ops::subtract(Ops::load(sums + (s + length) * lanes), Ops::load(sums + s * lanes));
  };
  for (; start + 4 <= last + 1; start += 4) {
    const auto a = Ops::reaches(count(start), least);
    const auto b = Ops::reaches(count(start + 1), least);
    const auto c = Ops::reaches(count(start + 2), least);
    const auto d = Ops::reaches(count(start + 3), least);
    if (__builtin_expect(Ops::any(Ops::either(Ops::either(a, b), Ops::either(c, d))), 0)) {
      report<Ops>(walk, step, start, length, a, count(start));
      report<Ops>(walk, step, start + 1, length, b, count(start + 1));
      report<Ops>(walk, step, start + 2, length, c, count(start + 2));
      report<Ops>(walk, step, start + 3, length, d, count(start + 3));
    }
  }
  for (; start <= last; ++start) {
    report<Ops>(walk, step, start, length, Ops::reaches(count(start), least), count(start));
  }
}

template <typename Ops>
void cylinders(const Walk<typename Ops::Count>& walk) {
  using Count = typename Ops::Count;
  constexpr std::size_t lanes = kLanes<Count>;
  const std::uint32_t times = walk.times;
  const std::size_t level = (times + 1) * lanes;
  const std::uint32_t lengths = walk.longest - walk.shortest + 1;
  for (std::uint32_t t = 0; t <= times; ++t) Ops::store(walk.scratch + t * lanes, Ops::zero());
  for (std::uint32_t k = 0; k < walk.steps; ++k) {
    const Count* from = walk.scratch;
    Count* sums = walk.scratch;
    if (walk.depth != nullptr) {
      from = walk.scratch + (walk.depth[k] - 1) * level;
      sums = walk.scratch + walk.depth[k] * level;
      Ops::store(sums, Ops::zero());
    }
    const Count* row = walk.rows + static_cast<std::size_t>(walk.order[k]) * times * lanes;
    for (std::uint32_t t = 1; t <= times; ++t) {
      Ops::store(sums + t * lanes,
                 Ops::add(Ops::load(from + t * lanes), Ops::load(row + (t - 1) * lanes)));
    }
    const Count* thresholds = walk.thresholds + static_cast<std::size_t>(k) * lengths;
    const auto whole = Ops::load(sums + times * lanes);
    for (std::uint32_t i = 0; i < lengths; ++i) {
      // Thresholds rise with the length: no lane has enough cases for this one, none has for more.
      if (!Ops::any(Ops::reaches(whole, Ops::fill(thresholds[i])))) break;
      windows_of_length<Ops>(walk, sums, k, walk.shortest + i, thresholds[i]);
    }
  }
}

template <typename Ops>
void add_rows(typename Ops::Count* to, const typename Ops::Count* from, std::size_t rows) {
  constexpr std::size_t lanes = kLanes<typename Ops::Count>;
  for (std::size_t i = 0; i < rows * lanes; i += lanes) {
    Ops::store(to + i, Ops::add(Ops::load(to + i), Ops::load(from + i)));
  }
}

template <typename Ops>
constexpr LaneLoops<typename Ops::Count> loops_of() {
  return {&chain<Ops>, &cylinders<Ops>, &add_rows<Ops>};
}

}  // namespace
}  // namespace daybreak::stats
