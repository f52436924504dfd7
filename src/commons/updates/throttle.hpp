// SPDX-License-Identifier: AGPL-3.0-or-later
// How often one address may do what costs others something (a mail to somebody, a full inbox). It
// keeps pseudonyms in memory only, for an hour; nothing of it is written anywhere. Safe to use from
// any thread.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace daybreak::updates {

class Throttle {
 public:
  Throttle(const Clock& clock, std::size_t most, std::chrono::minutes within,
           std::size_t most_remembered = 50'000)
      : clock_(clock), most_(most), within_(within), most_remembered_(most_remembered) {}

  // Whether `who` may do it now; counts it when so. When more are remembered than there is room
  // for, those seen longest ago are forgotten.
  bool allows(const std::string& who);

 private:
  void forget(Instant now);

  const Clock& clock_;
  std::size_t most_;
  std::chrono::minutes within_;
  std::size_t most_remembered_;
  std::mutex mutex_;
  std::map<std::string, std::vector<Instant>> seen_;
};

}  // namespace daybreak::updates
