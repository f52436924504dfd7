// SPDX-License-Identifier: AGPL-3.0-or-later
// The commons' end of the line: its door for the nodes of the register, what they send, and what
// waits for them. A node speaks for its own organisations and no other, asked again at each
// message; what goes from one organisation to another passes through sealed. Started and destroyed
// by one thread.
#pragma once

#include "gates/post/post.hpp"
#include "line/listener.hpp"

namespace daybreak::gates::post {

class CommonsPost final : public Post {
 public:
  CommonsPost(const Here& here, const trust::NodeKey& key, nodes::Register& nodes);
  ~CommonsPost() override;

  // kUnavailable when the port is taken.
  Result<void> listen(const line::Address& address, line::Identity own);
  std::uint16_t port() const { return listener_->port(); }

  void wake() override;
  bool push(const line::Message& message) override;

 private:
  class Guest;
  void serve(line::Channel& channel, int stop);

  nodes::Register& nodes_;
  std::mutex guests_mutex_;
  std::map<line::NodeId, Guest*> guests_;
  std::unique_ptr<line::Listener> listener_;  // last: its threads end before the rest goes
};

}  // namespace daybreak::gates::post
