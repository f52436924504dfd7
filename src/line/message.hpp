// SPDX-License-Identifier: AGPL-3.0-or-later
// What goes over the line: messages between organisations, and what became of each. A frame's
// length is rounded up, so that it tells little about what is in it. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "trust/actor.hpp"

namespace daybreak::line {

struct Message {
  Uuid id;                         // taken once, however often it comes
  std::string kind;                // "referral.send"
  trust::OrganizationId from, to;  // nil: the commons itself
  std::string body;
  Uuid answers;  // the message that this one answers, or nil
  bool operator==(const Message&) const = default;
};

enum class Outcome : std::uint8_t {
  kTaken,        // what it causes is on disk, now or since it came before
  kRefused,      // it will never be taken
  kLater,        // try again
  kUnreachable,  // whom it is for is not there now; not kept
};
std::string_view code_of(Outcome outcome);

struct Settled {
  Uuid id;
  Outcome outcome = Outcome::kTaken;
};
struct Alive {};
using Frame = std::variant<Message, Settled, Alive>;

std::string write_frame(const Frame& frame);
// kInvalid for every other text.
Result<Frame> read_frame(std::string_view text);

}  // namespace daybreak::line
