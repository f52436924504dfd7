// SPDX-License-Identifier: AGPL-3.0-or-later
// Gives each distinct text a small number, in the order of first sight, and keeps the texts in one
// arena. Number 0 is the empty text. Reading is safe from any thread while nobody adds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace daybreak::linkage {

// A 64-bit mix of bytes; the same on every machine and in every run.
std::uint64_t hash_bytes(std::string_view bytes, std::uint64_t seed = 0);
// One round of SplitMix64 over a number, and of two numbers together.
std::uint64_t mix(std::uint64_t value);
inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  return mix(a ^ mix(b + 0x632BE59BD9B4E019u));
}

class Interner {
 public:
  Interner();
  std::uint32_t add(std::string_view text);
  // 0 when the text was never added.
  std::uint32_t find(std::string_view text) const;
  std::string_view text(std::uint32_t number) const {
    const std::uint64_t begin = number == 0 ? 0 : ends_[number - 1];
    return {bytes_.data() + begin, static_cast<std::size_t>(ends_[number] - begin)};
  }
  std::size_t size() const { return ends_.size(); }

 private:
  std::size_t slot_of(std::string_view text) const;
  void grow();

  std::string bytes_;
  std::vector<std::uint64_t> ends_;
  std::vector<std::uint32_t> slots_;  // number + 1, or 0
};

}  // namespace daybreak::linkage
