// SPDX-License-Identifier: AGPL-3.0-or-later
// One connection between two nodes: TLS 1.3 with a certificate on both sides, each known by its
// pin, and whole texts ("frames") in both directions. Whoever the accepting side does not know is
// let go after the handshake without a byte, whatever the reason. One thread at a time.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "line/identity.hpp"

namespace daybreak::line {

inline constexpr std::size_t kMostFrameBytes = 4 << 20;

struct Address {
  std::string host;
  std::uint16_t port = 0;
};
// "commons.example.org:8443", "[::1]:8443"; kInvalid otherwise.
Result<Address> address_from(std::string_view text);

class Channel {
 public:
  // Connects out. kDenied when the other side is not the one of this pin; kUnavailable when it
  // cannot be reached or does not know this node.
  static Result<std::unique_ptr<Channel>> connect(const Address& address, const Identity& own,
                                                  const std::string& pin,
                                                  std::chrono::milliseconds limit);
  // Takes the accepted socket over and does the handshake; the other side is not known yet: ask
  // peer_pin(), then greet() or let it go.
  static Result<std::unique_ptr<Channel>> accept(int socket, const Identity& own,
                                                 std::chrono::milliseconds limit);
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  // Empty when the other side showed no certificate.
  const std::string& peer_pin() const;
  Result<void> greet();

  // The next frame; nothing when the time is over or the file `wake` can be read. kUnavailable when
  // the connection ended, kInvalid for what is no frame.
  Result<std::optional<std::string>> receive(std::chrono::milliseconds wait, int wake = -1);
  Result<void> send(std::string_view frame);

 private:
  struct State;
  explicit Channel(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace daybreak::line
