// SPDX-License-Identifier: AGPL-3.0-or-later
// The loops of lanes.hpp on pairs of 256-bit registers. Called only when the processor has AVX2.
#if defined(__x86_64__)
#include <immintrin.h>

#include "stats/scan/lanes_loops.hpp"

namespace daybreak::stats {
namespace {

struct Pair {
  __m256i low, high;
};

struct Ops256 {
  using Row = Pair;
  using Flags = Pair;
  static Row load(const void* from) {
    const auto* p = static_cast<const __m256i*>(from);
    return {_mm256_load_si256(p), _mm256_load_si256(p + 1)};
  }
  static void store(void* to, Row row) {
    auto* p = static_cast<__m256i*>(to);
    _mm256_store_si256(p, row.low);
    _mm256_store_si256(p + 1, row.high);
  }
  static Row zero() { return {_mm256_setzero_si256(), _mm256_setzero_si256()}; }
  static Flags either(Flags a, Flags b) {
    return {_mm256_or_si256(a.low, b.low), _mm256_or_si256(a.high, b.high)};
  }
  static bool any(Flags flags) {
    const __m256i both = _mm256_or_si256(flags.low, flags.high);
    return _mm256_testz_si256(both, both) == 0;
  }
};

struct Ops16 : Ops256 {
  using Count = std::uint16_t;
  static Row widen(const std::uint8_t* from) {
    const auto* p = static_cast<const __m128i*>(static_cast<const void*>(from));
    return {_mm256_cvtepu8_epi16(_mm_load_si128(p)), _mm256_cvtepu8_epi16(_mm_load_si128(p + 1))};
  }
  static Row fill(Count value) {
    const __m256i v = _mm256_set1_epi16(static_cast<short>(value));
    return {v, v};
  }
  static Row add(Row a, Row b) {
    return {_mm256_add_epi16(a.low, b.low), _mm256_add_epi16(a.high, b.high)};
  }
  static Row subtract(Row a, Row b) {
    return {_mm256_sub_epi16(a.low, b.low), _mm256_sub_epi16(a.high, b.high)};
  }
  static Flags exceeds(Row a, Row b) {  // by how much
    return {_mm256_subs_epu16(a.low, b.low), _mm256_subs_epu16(a.high, b.high)};
  }
  static std::uint32_t bits(Flags flags) {
    const __m256i none = _mm256_setzero_si256();
    const __m256i bytes =
        _mm256_permute4x64_epi64(_mm256_packs_epi16(_mm256_cmpeq_epi16(flags.low, none),
                                                    _mm256_cmpeq_epi16(flags.high, none)),
                                 0b11011000);
    return ~static_cast<std::uint32_t>(_mm256_movemask_epi8(bytes));
  }
};

struct Ops32 : Ops256 {
  using Count = std::uint32_t;
  static Row fill(Count value) {
    const __m256i v = _mm256_set1_epi32(static_cast<int>(value));
    return {v, v};
  }
  static Row add(Row a, Row b) {
    return {_mm256_add_epi32(a.low, b.low), _mm256_add_epi32(a.high, b.high)};
  }
  static Row subtract(Row a, Row b) {
    return {_mm256_sub_epi32(a.low, b.low), _mm256_sub_epi32(a.high, b.high)};
  }
  static Flags exceeds(Row a, Row b) {  // unsigned a > b is not max(a, b) == b
    const __m256i ones = _mm256_set1_epi32(-1);
    return {
        _mm256_andnot_si256(_mm256_cmpeq_epi32(_mm256_max_epu32(a.low, b.low), b.low), ones),
        _mm256_andnot_si256(_mm256_cmpeq_epi32(_mm256_max_epu32(a.high, b.high), b.high), ones)};
  }
  static std::uint32_t bits(Flags flags) {
    const auto low = static_cast<std::uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(flags.low)));
    const auto high =
        static_cast<std::uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(flags.high)));
    return low | high << 8;
  }
};

}  // namespace

extern const LaneLoops<std::uint16_t> kLoops16Avx2 = loops_of<Ops16>();
extern const LaneLoops<std::uint32_t> kLoops32Avx2 = loops_of<Ops32>();

}  // namespace daybreak::stats
#endif
