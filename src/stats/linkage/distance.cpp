// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/linkage/distance.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>

namespace daybreak::linkage {

namespace {
constexpr std::size_t kLongest = 64;
}

int edit_distance(std::string_view a, std::string_view b, int limit) {
  a = a.substr(0, kLongest);
  b = b.substr(0, kLongest);
  while (!a.empty() && !b.empty() && a.front() == b.front()) {
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  while (!a.empty() && !b.empty() && a.back() == b.back()) {
    a.remove_suffix(1);
    b.remove_suffix(1);
  }
  if (a.size() > b.size()) std::swap(a, b);
  const int gap = static_cast<int>(b.size() - a.size());
  if (gap > limit) return limit + 1;
  if (a.empty()) return gap;
  std::array<std::array<int, kLongest + 1>, 3> rows;
  for (std::size_t j = 0; j <= a.size(); ++j) rows[0][j] = static_cast<int>(j);
  for (std::size_t i = 1; i <= b.size(); ++i) {
    auto& now = rows[i % 3];
    const auto& before = rows[(i + 2) % 3];
    const auto& earlier = rows[(i + 1) % 3];
    now[0] = static_cast<int>(i);
    int best = now[0];
    for (std::size_t j = 1; j <= a.size(); ++j) {
      const int change = before[j - 1] + (b[i - 1] == a[j - 1] ? 0 : 1);
      int value = std::min({before[j] + 1, now[j - 1] + 1, change});
      if (i > 1 && j > 1 && b[i - 1] == a[j - 2] && b[i - 2] == a[j - 1]) {
        value = std::min(value, earlier[j - 2] + 1);
      }
      now[j] = value;
      best = std::min(best, value);
    }
    if (best > limit) return limit + 1;
  }
  return std::min(rows[b.size() % 3][a.size()], limit + 1);
}

double jaro_winkler(std::string_view a, std::string_view b) {
  a = a.substr(0, kLongest);
  b = b.substr(0, kLongest);
  if (a.empty() || b.empty()) return 0;
  const std::size_t longest = std::max(a.size(), b.size());
  const std::size_t window = longest < 4 ? 0 : longest / 2 - 1;
  std::uint64_t used_a = 0, used_b = 0;
  int matches = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const std::size_t from = i > window ? i - window : 0;
    const std::size_t to = std::min(b.size(), i + window + 1);
    for (std::size_t j = from; j < to; ++j) {
      if ((used_b >> j & 1) == 0 && a[i] == b[j]) {
        used_a |= std::uint64_t{1} << i;
        used_b |= std::uint64_t{1} << j;
        ++matches;
        break;
      }
    }
  }
  if (matches == 0) return 0;
  int swapped = 0;
  std::size_t j = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if ((used_a >> i & 1) == 0) continue;
    while ((used_b >> j & 1) == 0) ++j;
    swapped += a[i] != b[j];
    ++j;
  }
  const double m = matches;
  const double jaro = (m / static_cast<double>(a.size()) + m / static_cast<double>(b.size()) +
                       (m - swapped / 2.0) / m) /
                      3;
  std::size_t prefix = 0;
  while (prefix < 4 && prefix < a.size() && prefix < b.size() && a[prefix] == b[prefix]) ++prefix;
  return jaro + static_cast<double>(prefix) * 0.1 * (1 - jaro);
}

std::string sound_key(std::string_view word, std::size_t length) {
  //                                        ABCDEFGHIJKLMNOPQRSTUVWXYZ
  static constexpr std::string_view kClass = "01230120022455012623010202";
  std::string key;
  char last = 0;
  for (const char letter : word) {
    if (letter < 'A' || letter > 'Z') {
      if (key.empty()) key.push_back(letter);
      last = 0;
      continue;
    }
    const char sound = kClass[static_cast<std::size_t>(letter - 'A')];
    if (key.empty()) {
      key.push_back(letter);
    } else if (sound != '0' && sound != last) {
      key.push_back(sound);
      if (key.size() == length) break;
    }
    if (letter != 'H' && letter != 'W') last = sound;
  }
  return key;
}

}  // namespace daybreak::linkage
