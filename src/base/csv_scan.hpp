// SPDX-License-Identifier: AGPL-3.0-or-later
// The inner loops of the CSV reader. For base/ only.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace daybreak {

// The scans may read this many bytes past `end`; the buffer is that much longer.
inline constexpr std::size_t kScanPadding = 64;

// The first place in [at, end) of either byte, else `end`.
inline std::size_t find_either(const char* data, std::size_t at, std::size_t end, char a, char b) {
#ifdef __SSE2__
  const __m128i first = _mm_set1_epi8(a), second = _mm_set1_epi8(b);
  for (; at < end; at += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(data + at));
    const int hits = _mm_movemask_epi8(
        _mm_or_si128(_mm_cmpeq_epi8(block, first), _mm_cmpeq_epi8(block, second)));
    if (hits != 0) {
      at += static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(hits)));
      return at < end ? at : end;
    }
  }
  return end;
#else
  while (at < end && data[at] != a && data[at] != b) ++at;
  return at;
#endif
}

// Which of 64 bytes are a delimiter, line break or quotation mark; not ASCII; zero. Bit 0 is the
// first.
struct BlockMarks {
  std::uint64_t stops = 0, high = 0, zero = 0;
};
inline BlockMarks mark_block(const char* data, char delimiter, char line_break) {
  BlockMarks marks;
#ifdef __SSE2__
  const __m128i first = _mm_set1_epi8(delimiter), second = _mm_set1_epi8(line_break),
                quote = _mm_set1_epi8('"'), none = _mm_setzero_si128();
  for (int part = 0; part < 4; ++part) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(data + part * 16));
    const __m128i stops =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(block, first), _mm_cmpeq_epi8(block, second)),
                     _mm_cmpeq_epi8(block, quote));
    const auto bits = [part](__m128i those) {
      return std::uint64_t{static_cast<std::uint16_t>(_mm_movemask_epi8(those))} << (part * 16);
    };
    marks.stops |= bits(stops);
    marks.high |= bits(block);
    marks.zero |= bits(_mm_cmpeq_epi8(block, none));
  }
#else
  for (int i = 0; i < 64; ++i) {
    const char c = data[i];
    const std::uint64_t bit = std::uint64_t{1} << i;
    if (c == delimiter || c == line_break || c == '"') marks.stops |= bit;
    if ((c & 0x80) != 0) marks.high |= bit;
    if (c == 0) marks.zero |= bit;
  }
#endif
  return marks;
}

bool is_ascii(std::string_view text);
std::uint64_t count_byte(std::string_view text, char byte);
// The delimiter among , ; tab | that cuts the first rows most evenly; a comma when none does.
char find_delimiter(std::string_view sample);

}  // namespace daybreak
