// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/csv_scan.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

namespace daybreak {
namespace {

// The number of delimiters in each of the first rows, quotes respected.
std::vector<int> delimiters_by_row(std::string_view sample, char delimiter) {
  constexpr std::size_t kRows = 50;
  std::vector<int> counts;
  int count = 0;
  bool inside = false, row_has_text = false;
  char before = '\n';
  for (const char c : sample) {
    if (inside) {
      if (c == '"') inside = false;
    } else if (c == '"' &&
               (before == delimiter || before == '\n' || before == '\r' || before == '"')) {
      inside = true;
      row_has_text = true;
    } else if (c == delimiter) {
      ++count;
    } else if (c == '\n' || c == '\r') {
      if (row_has_text || count > 0) counts.push_back(count);
      count = 0;
      row_has_text = false;
      if (counts.size() == kRows) return counts;
    } else {
      row_has_text = true;
    }
    before = c;
  }
  if (counts.empty() && (row_has_text || count > 0)) counts.push_back(count);
  return counts;
}

}  // namespace

bool is_ascii(std::string_view text) {
  std::size_t at = 0;
  std::uint64_t all = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + at, 8);
    all |= word;
  }
  for (; at < text.size(); ++at) all |= static_cast<unsigned char>(text[at]);
  return (all & 0x8080808080808080) == 0;
}

std::uint64_t count_byte(std::string_view text, char byte) {
  return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), byte));
}

char find_delimiter(std::string_view sample) {
  char best = ',';
  double best_score = 0;
  for (const char candidate : {',', '\t', ';', '|'}) {
    const std::vector<int> counts = delimiters_by_row(sample, candidate);
    if (counts.empty() || counts.front() == 0) continue;
    const auto same = std::ranges::count(counts, counts.front());
    const double evenness = static_cast<double>(same) / static_cast<double>(counts.size());
    const double score = evenness * (1 + std::min(counts.front(), 20) / 20.0);
    if (score > best_score + 1e-9) {
      best_score = score;
      best = candidate;
    }
  }
  return best;
}

}  // namespace daybreak
