// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/linkage/interner.hpp"

#include <cstring>

namespace daybreak::linkage {

std::uint64_t mix(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15u;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9u;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBu;
  return value ^ (value >> 31);
}

std::uint64_t hash_bytes(std::string_view bytes, std::uint64_t seed) {
  std::uint64_t state = mix(seed ^ bytes.size());
  while (bytes.size() >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), 8);
    state = mix(state ^ word);
    bytes.remove_prefix(8);
  }
  std::uint64_t word = 0;
  if (!bytes.empty()) std::memcpy(&word, bytes.data(), bytes.size());
  return mix(state ^ word);
}

Interner::Interner() : slots_(64, 0) { add(""); }

std::size_t Interner::slot_of(std::string_view text) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash_bytes(text) & mask;
  while (slots_[slot] != 0 && this->text(slots_[slot] - 1) != text) slot = (slot + 1) & mask;
  return slot;
}

std::uint32_t Interner::find(std::string_view text) const {
  const std::uint32_t entry = slots_[slot_of(text)];
  return entry == 0 ? 0 : entry - 1;
}

std::uint32_t Interner::add(std::string_view text) {
  const std::size_t slot = slot_of(text);
  if (slots_[slot] != 0) return slots_[slot] - 1;
  bytes_.append(text);
  ends_.push_back(bytes_.size());
  slots_[slot] = static_cast<std::uint32_t>(ends_.size());
  const auto number = static_cast<std::uint32_t>(ends_.size() - 1);
  if (ends_.size() * 2 > slots_.size()) grow();
  return number;
}

void Interner::grow() {
  slots_.assign(slots_.size() * 2, 0);
  const std::size_t mask = slots_.size() - 1;
  for (std::uint32_t number = 0; number < ends_.size(); ++number) {
    std::size_t slot = hash_bytes(text(number)) & mask;
    while (slots_[slot] != 0) slot = (slot + 1) & mask;
    slots_[slot] = number + 1;
  }
}

}  // namespace daybreak::linkage
