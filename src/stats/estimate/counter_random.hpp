// SPDX-License-Identifier: AGPL-3.0-or-later
// Random numbers that depend on nothing but a seed and the name of the stream (two numbers, for
// example place and draw): the same whatever the order, the number of threads or the machine.
// Philox4x32-10 of Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3"
// (SC11). For Monte Carlo only, never for keys. One stream belongs to one thread.
#pragma once

#include <array>
#include <cstdint>

namespace daybreak::stats {

class CounterRandom {
 public:
  CounterRandom(std::uint64_t seed, std::uint32_t stream_a, std::uint64_t stream_b)
      : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
        counter_{0, stream_a, static_cast<std::uint32_t>(stream_b),
                 static_cast<std::uint32_t>(stream_b >> 32)} {}

  std::uint32_t bits32() {
    if (used_ == 4) {
      block_ = philox(counter_, key_);
      ++counter_[0];
      used_ = 0;
    }
    return block_[used_++];
  }
  std::uint64_t bits64() {
    const std::uint64_t high = bits32();
    return high << 32 | bits32();
  }
  // Strictly between 0 and 1.
  double uniform() { return (static_cast<double>(bits64() >> 11) + 0.5) * 0x1p-53; }
  // Uniform below `bound` (> 0) without bias (Lemire's rejection).
  std::uint32_t below(std::uint32_t bound) {
    std::uint64_t product = std::uint64_t{bits32()} * bound;
    if (static_cast<std::uint32_t>(product) < bound) {
      const std::uint32_t threshold = (0u - bound) % bound;
      while (static_cast<std::uint32_t>(product) < threshold) {
        product = std::uint64_t{bits32()} * bound;
      }
    }
    return static_cast<std::uint32_t>(product >> 32);
  }
  // Standard normal (polar method of Marsaglia), and gamma with rate 1 (Marsaglia and Tsang 2000).
  double normal();
  double gamma(double shape);

  using Block = std::array<std::uint32_t, 4>;
  static Block philox(Block counter, std::array<std::uint32_t, 2> key) {
    for (int round = 0; round < 10; ++round) {
      const std::uint64_t a = std::uint64_t{0xD2511F53} * counter[0];
      const std::uint64_t b = std::uint64_t{0xCD9E8D57} * counter[2];
      counter = {
          static_cast<std::uint32_t>(b >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(b),
          static_cast<std::uint32_t>(a >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(a)};
      key[0] += 0x9E3779B9;
      key[1] += 0xBB67AE85;
    }
    return counter;
  }

 private:
  std::array<std::uint32_t, 2> key_;
  Block counter_;
  Block block_{};
  unsigned used_ = 4;
};

}  // namespace daybreak::stats
