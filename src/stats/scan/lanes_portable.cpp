// SPDX-License-Identifier: AGPL-3.0-or-later
// The loops of lanes.hpp in C++ with the compiler's vector type, which it lowers to whatever the
// machine has; and the choice between the three at run time.
#pragma GCC diagnostic ignored "-Wpsabi"  // rows are passed between inlined functions only
#include <cstring>

#include "stats/scan/lanes_loops.hpp"

namespace daybreak::stats {
namespace {

template <typename C>
struct PortableOps {
  using Count = C;
  typedef C Row __attribute__((vector_size(kRowBytes)));
  using Flags = Row;  // all ones in the lanes that reach
  static Row load(const Count* from) { return *reinterpret_cast<const Row*>(from); }
  static void store(Count* to, const Row& row) { *reinterpret_cast<Row*>(to) = row; }
  typedef std::uint8_t Bytes __attribute__((vector_size(kLanes<C>)));
  static Row widen(const std::uint8_t* from) {
    return __builtin_convertvector(*reinterpret_cast<const Bytes*>(from), Row);
  }
  static Row zero() { return Row{}; }
  static Row fill(Count value) { return Row{} + value; }
  static Row add(const Row& a, const Row& b) { return a + b; }
  static Row subtract(const Row& a, const Row& b) { return a - b; }
  static Flags exceeds(const Row& a, const Row& b) { return reinterpret_cast<Row>(a > b); }
  static Flags either(const Flags& a, const Flags& b) { return a | b; }
  static bool any(const Flags& flags) {
    std::uint64_t words[kRowBytes / 8];
    std::memcpy(words, &flags, kRowBytes);
    std::uint64_t all = 0;
    for (const std::uint64_t word : words) all |= word;
    return all != 0;
  }
  static std::uint32_t bits(const Flags& flags) {
    std::uint32_t out = 0;
    for (std::size_t i = 0; i < kLanes<C>; ++i)
      out |= static_cast<std::uint32_t>(flags[i] & 1) << i;
    return out;
  }
};

const LaneLoops<std::uint16_t> kLoops16Portable = loops_of<PortableOps<std::uint16_t>>();
const LaneLoops<std::uint32_t> kLoops32Portable = loops_of<PortableOps<std::uint32_t>>();

}  // namespace

#if defined(__x86_64__)
extern const LaneLoops<std::uint16_t> kLoops16Avx2, kLoops16Avx512;
extern const LaneLoops<std::uint32_t> kLoops32Avx2, kLoops32Avx512;

bool is_supported(Simd simd) {
  if (simd == Simd::kAvx2) return __builtin_cpu_supports("avx2") != 0;
  if (simd == Simd::kAvx512) {
    return __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
           __builtin_cpu_supports("avx512vl") != 0 && __builtin_cpu_supports("avx512dq") != 0;
  }
  return true;
}

template <>
const LaneLoops<std::uint16_t>& lane_loops(Simd simd) {
  if (simd == Simd::kAvx512) return kLoops16Avx512;
  return simd == Simd::kAvx2 ? kLoops16Avx2 : kLoops16Portable;
}
template <>
const LaneLoops<std::uint32_t>& lane_loops(Simd simd) {
  if (simd == Simd::kAvx512) return kLoops32Avx512;
  return simd == Simd::kAvx2 ? kLoops32Avx2 : kLoops32Portable;
}
#else
bool is_supported(Simd simd) { return simd == Simd::kPortable; }

template <>
const LaneLoops<std::uint16_t>& lane_loops(Simd) {
  return kLoops16Portable;
}
template <>
const LaneLoops<std::uint32_t>& lane_loops(Simd) {
  return kLoops32Portable;
}
#endif

Simd best_simd() {
  if (is_supported(Simd::kAvx512)) return Simd::kAvx512;
  return is_supported(Simd::kAvx2) ? Simd::kAvx2 : Simd::kPortable;
}

std::optional<Simd> parse_simd(std::string_view name) {
  for (const Simd simd : {Simd::kPortable, Simd::kAvx2, Simd::kAvx512}) {
    if (name == name_of(simd)) return simd;
  }
  return std::nullopt;
}

std::string_view name_of(Simd simd) {
  if (simd == Simd::kAvx512) return "avx512";
  return simd == Simd::kAvx2 ? "avx2" : "portable";
}

}  // namespace daybreak::stats
