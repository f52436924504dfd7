// SPDX-License-Identifier: AGPL-3.0-or-later
// For tests only: waits for what another thread or process does.
#pragma once

#include <chrono>
#include <cstdlib>
#include <functional>
#include <thread>

namespace daybreak {

// Asks again and again, for eight seconds or $DAYBREAK_TEST_PATIENCE_MS; true as soon as it is.
inline bool comes_true(const std::function<bool()>& what) {
  using Time = std::chrono::steady_clock;
  const char* patience = std::getenv("DAYBREAK_TEST_PATIENCE_MS");
  const auto end =
      Time::now() + std::chrono::milliseconds(patience == nullptr ? 8000 : std::atol(patience));
  while (!what()) {
    if (Time::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

}  // namespace daybreak
