// SPDX-License-Identifier: AGPL-3.0-or-later
// Runs a loop on several threads. The body must not depend on the order.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace daybreak::stats {

// make() is called once a thread and gives the body of the loop; the body is called for 0..count-1.
template <typename Make>
void for_each_index(std::size_t count, unsigned threads, Make make) {
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    auto body = make();
    for (std::size_t i = next.fetch_add(1); i < count; i = next.fetch_add(1)) body(i);
  };
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < std::min<std::size_t>(threads, count); ++i) others.emplace_back(work);
  work();
  for (std::thread& thread : others) thread.join();
}

}  // namespace daybreak::stats
