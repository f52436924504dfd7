// SPDX-License-Identifier: AGPL-3.0-or-later
// The inner loops: one row of 64 bytes holds the count of one cell in 32 (or 16) replicates, so one
// addition and one comparison serve them all. Written once (lanes_loops.hpp), compiled for AVX-512,
// AVX2 and plain C++; they handle whole numbers only and so agree to the bit. No floating point
// here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace daybreak::stats {

enum class Simd : std::uint8_t { kPortable, kAvx2, kAvx512 };
// The best this processor has.
Simd best_simd();
bool is_supported(Simd simd);
std::optional<Simd> parse_simd(std::string_view name);
std::string_view name_of(Simd simd);

inline constexpr std::size_t kRowBytes = 64;
template <typename Count>
inline constexpr std::size_t kLanes = kRowBytes / sizeof(Count);

// Called for each window that reaches its threshold in some lane: the step, the time window, one
// bit per lane that reached it, and the counts of all lanes.
template <typename Count>
using HitSink = void (*)(void* context, std::uint32_t step, std::uint32_t start,
                         std::uint32_t length, std::uint32_t lanes, const Count* counts);

// A walk over nested sets of places. Step k adds place order[k]; its counts are those of the step
// before it, or of the last step at depth[k]-1 when depths are given (sets that branch).
template <typename Count>
struct Walk {
  const Count* rows = nullptr;          // [place][times] rows, cumulated over time when times > 1
  const std::uint8_t* bytes = nullptr;  // [place][64 lanes], for chain_of_bytes
  const std::uint32_t* order = nullptr;
  const std::uint8_t* depth = nullptr;  // 1-based, null for a chain
  const Count* limits = nullptr;        // [step][lengths], to be exceeded
  std::uint32_t steps = 0;
  std::uint32_t times = 1;
  std::uint32_t shortest = 1, longest = 1;  // lengths of time windows, lengths = longest-shortest+1
  bool only_alive = false;                  // only windows that end with the last time
  Count* scratch = nullptr;                 // (deepest + 1) * (times + 1) rows, 64-byte aligned
  HitSink<Count> sink = nullptr;
  void* context = nullptr;
};

template <typename Count>
struct LaneLoops {
  // times == 1 and no depth.
  void (*chain)(const Walk<Count>&);
  // The same over `bytes`, twice as many lanes; only for 16-bit lanes, else null.
  void (*chain_of_bytes)(const Walk<Count>&);
  void (*cylinders)(const Walk<Count>&);
  // to[i] += from[i] for `rows` rows.
  void (*add)(Count* to, const Count* from, std::size_t rows);
};

template <typename Count>
const LaneLoops<Count>& lane_loops(Simd simd);

}  // namespace daybreak::stats
