// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/updates/throttle.hpp"

#include <algorithm>

namespace daybreak::updates {

bool Throttle::allows(const std::string& who) {
  const std::lock_guard lock(mutex_);
  const Instant now = clock_.now();
  if (seen_.size() >= most_remembered_ && !seen_.contains(who)) forget(now);
  std::vector<Instant>& times = seen_[who];
  std::erase_if(times, [&](Instant at) { return now - at >= within_; });
  if (times.size() >= most_) return false;
  times.push_back(now);
  return true;
}

void Throttle::forget(Instant now) {
  std::erase_if(seen_, [&](const auto& one) {
    return one.second.empty() || now - one.second.back() >= within_;
  });
  if (seen_.size() < most_remembered_) return;
  std::vector<Instant> last;
  for (const auto& [who, times] : seen_) last.push_back(times.back());
  const auto middle = last.begin() + static_cast<std::ptrdiff_t>(last.size() / 2);
  std::ranges::nth_element(last, middle);
  std::erase_if(seen_, [&](const auto& one) { return one.second.back() <= *middle; });
}

}  // namespace daybreak::updates
