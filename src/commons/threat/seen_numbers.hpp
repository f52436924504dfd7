// SPDX-License-Identifier: AGPL-3.0-or-later
// The numbers of cases and inspections that a file had so far, some millions of them: a hash table
// without a node for each. One thread.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace daybreak::threat {

class SeenNumbers {
 public:
  // False when the number was there already.
  bool insert(std::int64_t number) {
    if (number == kFree) return !std::exchange(has_free_, true);
    if (used_ * 2 >= table_.size()) grow();
    return place(number);
  }
  std::size_t size() const { return used_ + (has_free_ ? 1 : 0); }

 private:
  static constexpr std::int64_t kFree = 0;
  bool place(std::int64_t number) {
    const std::size_t mask = table_.size() - 1;
    std::size_t at = static_cast<std::size_t>(
        (static_cast<std::uint64_t>(number) * 0x9E3779B97F4A7C15) >> shift_);
    for (;; at = (at + 1) & mask) {
      if (table_[at] == number) return false;
      if (table_[at] != kFree) continue;
      table_[at] = number;
      ++used_;
      return true;
    }
  }
  void grow() {
    std::vector<std::int64_t> old = std::move(table_);
    const std::size_t size = old.empty() ? 1024 : old.size() * 2;
    table_.assign(size, kFree);
    shift_ = 64 - std::countr_zero(size);
    used_ = 0;
    for (const std::int64_t number : old)
      if (number != kFree) place(number);
  }

  std::vector<std::int64_t> table_;
  std::size_t used_ = 0;
  int shift_ = 0;
  bool has_free_ = false;
};

}  // namespace daybreak::threat
