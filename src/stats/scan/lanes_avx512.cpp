// SPDX-License-Identifier: AGPL-3.0-or-later
// The loops of lanes.hpp on 512-bit registers. Called only when the processor has AVX-512 F, BW,
// VL.
#if defined(__x86_64__)
#include <immintrin.h>

#include "stats/scan/lanes_loops.hpp"

namespace daybreak::stats {
namespace {

struct Ops512 {
  using Row = __m512i;
  static Row load(const void* from) { return _mm512_load_si512(from); }
  static void store(void* to, Row row) { _mm512_store_si512(to, row); }
  static Row zero() { return _mm512_setzero_si512(); }
};

struct Ops16 : Ops512 {
  using Count = std::uint16_t;
  using Flags = __m512i;  // by how much a lane exceeds: cheaper than mask registers
  static Row widen(const std::uint8_t* from) {
    return _mm512_cvtepu8_epi16(
        _mm256_load_si256(static_cast<const __m256i*>(static_cast<const void*>(from))));
  }
  static Row fill(Count value) { return _mm512_set1_epi16(static_cast<short>(value)); }
  static Row add(Row a, Row b) { return _mm512_add_epi16(a, b); }
  static Row subtract(Row a, Row b) { return _mm512_sub_epi16(a, b); }
  static Flags exceeds(Row a, Row b) { return _mm512_subs_epu16(a, b); }
  static Flags either(Flags a, Flags b) { return _mm512_or_si512(a, b); }
  static bool any(Flags flags) { return _mm512_test_epi32_mask(flags, flags) != 0; }
  static std::uint32_t bits(Flags flags) { return _mm512_test_epi16_mask(flags, flags); }
};

struct Ops32 : Ops512 {
  using Count = std::uint32_t;
  using Flags = __mmask16;
  static Row fill(Count value) { return _mm512_set1_epi32(static_cast<int>(value)); }
  static Row add(Row a, Row b) { return _mm512_add_epi32(a, b); }
  static Row subtract(Row a, Row b) { return _mm512_sub_epi32(a, b); }
  static Flags exceeds(Row a, Row b) { return _mm512_cmpgt_epu32_mask(a, b); }
  static Flags either(Flags a, Flags b) { return static_cast<Flags>(a | b); }
  static bool any(Flags flags) { return flags != 0; }
  static std::uint32_t bits(Flags flags) { return flags; }
};

}  // namespace

extern const LaneLoops<std::uint16_t> kLoops16Avx512 = loops_of<Ops16>();
extern const LaneLoops<std::uint32_t> kLoops32Avx512 = loops_of<Ops32>();

}  // namespace daybreak::stats
#endif
