// SPDX-License-Identifier: AGPL-3.0-or-later
// A vault's own node's end of the line: connects out to the commons, again and again with growing
// pauses, sends what waits and takes what comes. Nothing connects to it. Started and destroyed by
// one thread.
#pragma once

#include <atomic>
#include <thread>

#include "gates/post/post.hpp"

namespace daybreak::gates::post {

// How the line stands, for people.
struct LineState {
  bool connected = false;
  std::optional<Instant> last_connected_at;
  std::int64_t waiting = 0;  // messages that were not taken yet
  std::string reason;        // why it is not connected; the operator's words
};

class VaultPost final : public Post {
 public:
  struct Commons {
    line::Address address;
    std::string pin;
  };
  VaultPost(const Here& here, const trust::NodeKey& key);
  ~VaultPost() override;

  void connect(const Commons& commons, line::Identity own);
  LineState state();

  void wake() override { bell_.ring(); }
  bool push(const line::Message& message) override;

 private:
  class Side;
  void run(const Commons& commons, const line::Identity& own);
  std::int64_t waiting();

  line::Bell bell_, stop_;
  std::mutex state_mutex_;
  LineState line_;
  std::map<Uuid, line::Message> pushed_;
  std::thread thread_;
};

}  // namespace daybreak::gates::post
