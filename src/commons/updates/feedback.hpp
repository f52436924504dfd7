// SPDX-License-Identifier: AGPL-3.0-or-later
// What readers say to the editors: no name, no address, gone when it is dealt with. Safe to use
// from any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commons/updates/newsroom.hpp"
#include "trust/gatekeeper.hpp"

namespace daybreak::updates {

struct Remark {
  Uuid id;
  std::optional<Uuid> issue;
  std::string words;
  Instant sent_at;
};

class Feedback {
 public:
  explicit Feedback(Newsroom room)
      : room_(std::move(room)), gatekeeper_(room_.database, room_.clock) {}
  // kInvalid when empty or longer than 4,000 bytes; kUnavailable when the inbox is full (5,000), so
  // that nobody can fill the disk.
  Result<void> say(const std::optional<Uuid>& issue, std::string_view words);
  Result<std::vector<Remark>> list(const trust::Actor& actor);  // oldest first
  Result<void> remove(const trust::Actor& actor, const Uuid& id);

 private:
  Newsroom room_;
  trust::Gatekeeper gatekeeper_;
};

}  // namespace daybreak::updates
