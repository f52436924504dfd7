// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/random.hpp"

#include <sys/random.h>

#include <cerrno>
#include <stdexcept>

namespace daybreak {

std::string Random::bytes(std::size_t count) {
  std::string result(count, '\0');
  fill({reinterpret_cast<std::uint8_t*>(result.data()), result.size()});
  return result;
}

std::uint64_t Random::number() {
  std::uint8_t raw[8];
  fill(raw);
  std::uint64_t value = 0;
  for (const std::uint8_t byte : raw) value = value << 8 | byte;
  return value;
}

std::uint64_t Random::below(std::uint64_t bound) {
  // Rejects the short last stretch, so that every value is equally likely.
  const std::uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
  for (;;) {
    const std::uint64_t value = number();
    if (value < limit) return value % bound;
  }
}

void SystemRandom::fill(std::span<std::uint8_t> bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = getrandom(bytes.data() + done, bytes.size() - done, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw std::runtime_error("the kernel's random generator is not available");
    done += static_cast<std::size_t>(got);
  }
}

void SeededRandom::fill(std::span<std::uint8_t> bytes) {
  // SplitMix64 (Steele, Lea, Flood 2014), taken one byte at a time from the top.
  const std::lock_guard lock(mutex_);
  for (std::uint8_t& byte : bytes) {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    byte = static_cast<std::uint8_t>((z ^ z >> 31) >> 56);
  }
}

}  // namespace daybreak
