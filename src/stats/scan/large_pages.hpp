// SPDX-License-Identifier: AGPL-3.0-or-later
// Asks the system to back a large array by large pages, which spares most page faults of its first
// use. A hint: results do not depend on it. Safe to call from any thread.
#pragma once

#include <cstdint>
#include <sys/mman.h>
#include <vector>

namespace daybreak::stats {

// Makes room for `count` elements, on large pages where that is worth it.
template <typename T>
void reserve_large(std::vector<T>& array, std::size_t count) {
  constexpr std::uintptr_t kPage = 2u << 20;
  array.reserve(count);
  const auto begin = reinterpret_cast<std::uintptr_t>(array.data());
  const std::uintptr_t first = (begin + kPage - 1) / kPage * kPage;
  const std::uintptr_t last = (begin + array.capacity() * sizeof(T)) / kPage * kPage;
  if (last > first) (void)::madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
}

}  // namespace daybreak::stats
