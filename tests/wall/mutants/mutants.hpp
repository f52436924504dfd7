// SPDX-License-Identifier: AGPL-3.0-or-later
// Which of the mistakes that schemata.py put into the gates is made in this process: the one that
// $DAYBREAK_MUTANT names, or none. Never in the program.
#pragma once

#include <atomic>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace daybreak::wall::mutants {

struct Mutant {
  std::string place, what, words;
};
// Number n is all()[n - 1].
const std::vector<Mutant>& all();

inline int chosen() {
  static const int number = [] {
    const char* text = std::getenv("DAYBREAK_MUTANT");
    return text == nullptr ? 0 : std::atoi(text);
  }();
  return number;
}

// Which places this process came by; with no mistake made, what the suites reach at all.
constexpr int kMost = 10000;
inline std::atomic<bool> reached[kMost];

inline bool on(int number) {
  if (number < kMost) reached[number].store(true, std::memory_order_relaxed);
  return number == chosen();
}

// `now + Kept{!on(n)} * time`: without the time when it is not kept.
struct Kept {
  bool is;
};
template <typename Time>
auto operator*(Kept kept, const Time& time) {
  return kept.is ? time : Time();
}

}  // namespace daybreak::wall::mutants
