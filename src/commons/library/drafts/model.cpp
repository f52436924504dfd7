// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/library/drafts/model.hpp"

#include <algorithm>
#include <array>

namespace daybreak::library::drafts {
namespace {

constexpr std::array<std::string_view, 6> kStates{"draft",    "signing",   "in_force",
                                                  "declined", "withdrawn", "ended"};

}  // namespace

std::string_view code_of(State state) { return kStates[static_cast<std::size_t>(state)]; }
std::optional<State> state_from(std::string_view code) {
  const auto found = std::ranges::find(kStates, code);
  if (found == kStates.end()) return std::nullopt;
  return static_cast<State>(found - kStates.begin());
}
std::string_view code_of(PartyState state) {
  constexpr std::array<std::string_view, 3> kCodes{"waiting", "signed", "declined"};
  return kCodes[static_cast<std::size_t>(state)];
}
std::string_view code_of(How how) {
  constexpr std::array<std::string_view, 4> kCodes{"", "screen", "person", "paper"};
  return kCodes[static_cast<std::size_t>(how)];
}

const Party* Draft::next() const {
  if (state != State::kSigning) return nullptr;
  const auto found = std::ranges::find(parties, PartyState::kWaiting, &Party::state);
  return found == parties.end() ? nullptr : &*found;
}

bool Draft::holds_on(Date day) const {
  return state == State::kInForce && (!begins || *begins <= day) && (!ends || *ends >= day);
}

}  // namespace daybreak::library::drafts
