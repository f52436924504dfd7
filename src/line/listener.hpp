// SPDX-License-Identifier: AGPL-3.0-or-later
// The commons' door for nodes: a port of its own that speaks the line and nothing else. Each node
// that is known has one thread; whoever is not known is let go in one and the same way: without a
// certificate, with another's, or taken off the register. Started and destroyed by one thread.
#pragma once

#include <functional>
#include <memory>

#include "line/channel.hpp"

namespace daybreak::line {

struct ListenerOptions {
  Address address;
  std::chrono::milliseconds handshake{10'000};
  std::size_t most_connections = 256;
  std::size_t most_handshakes = 32;  // at the same time; more are let go
};

class Listener {
 public:
  using Knows = std::function<bool(const std::string& pin)>;
  // Serves one known node until it goes or `stop` can be read; on a thread of its own.
  using Serves = std::function<void(Channel& channel, int stop)>;

  // kUnavailable when the port is taken.
  static Result<std::unique_ptr<Listener>> start(const ListenerOptions& options, Identity own,
                                                 Knows knows, Serves serves);
  ~Listener();
  std::uint16_t port() const;
  // Those let go since the start.
  std::uint64_t refused() const;

 private:
  struct State;
  explicit Listener(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace daybreak::line
