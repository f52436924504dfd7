// SPDX-License-Identifier: AGPL-3.0-or-later
// Topics as staff keep them: added, renamed, retired. What topics() gives is the list as this
// process read it last. Safe to use from any thread.
#pragma once

#include <atomic>

#include "commons/updates/newsroom.hpp"
#include "commons/updates/topics.hpp"
#include "trust/gatekeeper.hpp"

namespace daybreak::updates {

class TopicList {
 public:
  explicit TopicList(Newsroom room)
      : room_(std::move(room)), gatekeeper_(room_.database, room_.clock) {}

  Result<void> refresh();
  // The same, unless this process read it within the last half minute.
  void refresh_if_old();
  // A new topic (its id is made of its English name), or new words for one that is there. Who may
  // get a topic never changes: that would send to others what was promised to some. kInvalid names
  // the field.
  Result<Topic> save(const trust::Actor& actor, Topic topic);
  // A retired topic is offered to nobody and gets no new issue; its archive stays.
  Result<void> set_retired(const trust::Actor& actor, std::string_view id, bool retired);

 private:
  Result<void> write(const trust::Actor& actor, const Topic& topic, std::string_view action);

  Newsroom room_;
  trust::Gatekeeper gatekeeper_;
  std::atomic<std::int64_t> read_at_{0};
};

}  // namespace daybreak::updates
