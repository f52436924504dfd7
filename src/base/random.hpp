// SPDX-License-Identifier: AGPL-3.0-or-later
// Randomness as an interface, so that tests are deterministic. SystemRandom is for keys, tokens
// and ids; SeededRandom is for tests and synthetic data only. Not for Monte Carlo (stats/ has its own).
#pragma once

#include <cstdint>
#include <mutex>
#include <span>
#include <string>

namespace daybreak {

class Random {
 public:
  virtual ~Random() = default;
  // Fills the whole span. Safe to call from any thread.
  virtual void fill(std::span<std::uint8_t> bytes) = 0;

  std::string bytes(std::size_t count);
  std::uint64_t number();
  // Uniform in [0, bound); bound > 0.
  std::uint64_t below(std::uint64_t bound);
};

// The kernel's generator; throws std::runtime_error when it is not there.
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> bytes) override;
};

// The same bytes for the same seed, on every machine.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  void fill(std::span<std::uint8_t> bytes) override;

 private:
  std::mutex mutex_;
  std::uint64_t state_;
};

}  // namespace daybreak
