// SPDX-License-Identifier: AGPL-3.0-or-later
// Random numbers for Monte Carlo: a pure function of (seed, replicate, position), so that a
// replicate is the same on any thread, in any order and on any machine. Not for keys or tokens.
#pragma once

#include <cstdint>

namespace daybreak::stats {

// Finaliser of SplitMix64 (Steele, Lea & Flood 2014; constants by Stafford, variant 13).
inline std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

inline std::uint64_t multiply_high(std::uint64_t a, std::uint64_t b) {
  return static_cast<std::uint64_t>((static_cast<unsigned __int128>(a) * b) >> 64);
}

// The stream of one replicate. `attempt` gives a fresh stream when a draw is rejected.
class ReplicateStream {
 public:
  ReplicateStream(std::uint64_t seed, std::uint64_t replicate, std::uint64_t attempt = 0)
      : key_(mix(mix(mix(seed + 0x9e3779b97f4a7c15ULL) + replicate * 0xd1342543de82ef95ULL) +
                 attempt * 0x2545f4914f6cdd1dULL)) {}

  // The number at a position; positions are independent of one another.
  std::uint64_t at(std::uint64_t position) const {
    return mix(key_ + position * 0x9e3779b97f4a7c15ULL);
  }
  std::uint64_t next() { return at(position_++); }
  void seek(std::uint64_t position) { position_ = position; }
  // Uniform in [0, bound), bound > 0; bias below bound/2^64.
  std::uint64_t below(std::uint64_t bound) { return multiply_high(next(), bound); }

 private:
  std::uint64_t key_;
  std::uint64_t position_ = 0;
};

}  // namespace daybreak::stats
