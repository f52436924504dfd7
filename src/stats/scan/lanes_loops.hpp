// SPDX-License-Identifier: AGPL-3.0-or-later
// The loops of lanes.hpp over a row type; included by lanes_portable.cpp, lanes_avx2.cpp and
// lanes_avx512.cpp only. `Ops` gives: Row, Flags, load, store, zero, fill(count), add, subtract,
// widen (16-bit lanes only: a row of bytes), exceeds(row, row) -> Flags, either(Flags, Flags),
// any(Flags), bits(Flags). Everything has internal linkage, so that no code for one instruction set
// is shared with another.
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
  const Count* limits = walk.limits;
  std::uint32_t k = 0;
  for (; k + 4 <= walk.steps; k += 4) {
    const auto a = Ops::add(sum, Ops::load(walk.rows + order[k] * lanes));
    const auto b = Ops::add(a, Ops::load(walk.rows + order[k + 1] * lanes));
    const auto c = Ops::add(b, Ops::load(walk.rows + order[k + 2] * lanes));
    const auto d = Ops::add(c, Ops::load(walk.rows + order[k + 3] * lanes));
    const auto fa = Ops::exceeds(a, Ops::fill(limits[k]));
    const auto fb = Ops::exceeds(b, Ops::fill(limits[k + 1]));
    const auto fc = Ops::exceeds(c, Ops::fill(limits[k + 2]));
    const auto fd = Ops::exceeds(d, Ops::fill(limits[k + 3]));
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
    report<Ops>(walk, k, 0, 1, Ops::exceeds(sum, Ops::fill(limits[k])), sum);
  }
}

// As chain, over rows of one byte a lane: half the memory to stream, and each step of the order
// serves two rows.
template <typename Ops>
void chain_of_bytes(const Walk<typename Ops::Count>& walk) {
  constexpr std::size_t lanes = kLanes<typename Ops::Count>;
  typename Ops::Row low = Ops::zero();
  typename Ops::Row high = Ops::zero();
  const std::uint32_t* order = walk.order;
  const typename Ops::Count* limits = walk.limits;
  std::uint32_t k = 0;
  for (; k + 2 <= walk.steps; k += 2) {
    const std::uint8_t* row = walk.bytes + order[k] * 2 * lanes;
    const auto low_a = Ops::add(low, Ops::widen(row));
    const auto high_a = Ops::add(high, Ops::widen(row + lanes));
    row = walk.bytes + order[k + 1] * 2 * lanes;
    low = Ops::add(low_a, Ops::widen(row));
    high = Ops::add(high_a, Ops::widen(row + lanes));
    const auto first = Ops::fill(limits[k]);
    const auto second = Ops::fill(limits[k + 1]);
    const auto fa = Ops::exceeds(low_a, first);
    const auto fb = Ops::exceeds(high_a, first);
    const auto fc = Ops::exceeds(low, second);
    const auto fd = Ops::exceeds(high, second);
    if (__builtin_expect(Ops::any(Ops::either(Ops::either(fa, fb), Ops::either(fc, fd))), 0)) {
      report<Ops>(walk, k, 0, 1, fa, low_a);
      report<Ops>(walk, k, 1, 1, fb, high_a);
      report<Ops>(walk, k + 1, 0, 1, fc, low);
      report<Ops>(walk, k + 1, 1, 1, fd, high);
    }
  }
  for (; k < walk.steps; ++k) {
    const std::uint8_t* row = walk.bytes + order[k] * 2 * lanes;
    low = Ops::add(low, Ops::widen(row));
    high = Ops::add(high, Ops::widen(row + lanes));
    report<Ops>(walk, k, 0, 1, Ops::exceeds(low, Ops::fill(limits[k])), low);
    report<Ops>(walk, k, 1, 1, Ops::exceeds(high, Ops::fill(limits[k])), high);
  }
}

// All time windows of one length: counts at `end` minus counts at `start`, cumulated over time.
template <typename Ops>
void windows_of_length(const Walk<typename Ops::Count>& walk, const typename Ops::Count* sums,
                       std::uint32_t step, std::uint32_t length, typename Ops::Count limit,
                       std::uint32_t first, std::uint32_t end) {
  constexpr std::size_t lanes = kLanes<typename Ops::Count>;
  const auto most = Ops::fill(limit);
  for (std::uint32_t start = first; start < end; ++start) {
    const auto count =
        Ops::subtract(Ops::load(sums + (start + length) * lanes), Ops::load(sums + start * lanes));
    report<Ops>(walk, step, start, length, Ops::exceeds(count, most), count);
  }
}

// Four neighbouring lengths together: each row is loaded once for the four windows it ends or
// begins.
template <typename Ops>
void windows_of_four_lengths(const Walk<typename Ops::Count>& walk, const typename Ops::Count* sums,
                             std::uint32_t step, std::uint32_t length,
                             const typename Ops::Count* limits) {
  constexpr std::size_t lanes = kLanes<typename Ops::Count>;
  const auto ta = Ops::fill(limits[0]);
  const auto tb = Ops::fill(limits[1]);
  const auto tc = Ops::fill(limits[2]);
  const auto td = Ops::fill(limits[3]);
  const typename Ops::Count* ends = sums + length * lanes;
  auto a = Ops::load(ends);
  auto b = Ops::load(ends + lanes);
  auto c = Ops::load(ends + 2 * lanes);
  const std::uint32_t common = walk.times - length - 2;  // starts at which all four fit
  for (std::uint32_t start = 0; start < common; ++start) {
    const auto from = Ops::load(sums + start * lanes);
    const auto d = Ops::load(ends + (start + 3) * lanes);
    const auto fa = Ops::exceeds(Ops::subtract(a, from), ta);
    const auto fb = Ops::exceeds(Ops::subtract(b, from), tb);
    const auto fc = Ops::exceeds(Ops::subtract(c, from), tc);
    const auto fd = Ops::exceeds(Ops::subtract(d, from), td);
    if (__builtin_expect(Ops::any(Ops::either(Ops::either(fa, fb), Ops::either(fc, fd))), 0)) {
      report<Ops>(walk, step, start, length, fa, Ops::subtract(a, from));
      report<Ops>(walk, step, start, length + 1, fb, Ops::subtract(b, from));
      report<Ops>(walk, step, start, length + 2, fc, Ops::subtract(c, from));
      report<Ops>(walk, step, start, length + 3, fd, Ops::subtract(d, from));
    }
    a = b;
    b = c;
    c = d;
  }
  for (std::uint32_t i = 0; i < 3; ++i) {
    windows_of_length<Ops>(walk, sums, step, length + i, limits[i], common,
                           walk.times - length - i + 1);
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
    const Count* limits = walk.limits + static_cast<std::size_t>(k) * lengths;
    const auto whole = Ops::load(sums + times * lanes);
    for (std::uint32_t i = 0; i < lengths;) {
      // Limits rise with the length: no lane has enough cases for this one, none has for more.
      if (!Ops::any(Ops::exceeds(whole, Ops::fill(limits[i])))) break;
      const std::uint32_t length = walk.shortest + i;
      const std::uint32_t last = times - length;
      if (!walk.only_alive && i + 4 <= lengths && last >= 3) {
        windows_of_four_lengths<Ops>(walk, sums, k, length, limits + i);
        i += 4;
      } else {
        windows_of_length<Ops>(walk, sums, k, length, limits[i], walk.only_alive ? last : 0,
                               last + 1);
        ++i;
      }
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
  if constexpr (sizeof(typename Ops::Count) == 2) {
    return {&chain<Ops>, &chain_of_bytes<Ops>, &cylinders<Ops>, &add_rows<Ops>};
  } else {
    return {&chain<Ops>, nullptr, &cylinders<Ops>, &add_rows<Ops>};
  }
}

}  // namespace
}  // namespace daybreak::stats
