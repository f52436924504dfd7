// SPDX-License-Identifier: AGPL-3.0-or-later
// What the release gate needs of the line to vaults on other nodes. Whoever carries its letters
// reads nothing in them. Safe to call from any thread.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "trust/actor.hpp"
#include "trust/keys/key_pair.hpp"

namespace daybreak::gates {

// The place of the error when another node does not answer now.
inline constexpr std::string_view kOutOfReach = "line to the other node";

class Beyond {
 public:
  virtual ~Beyond() = default;
  // Organisations whose vaults are on other nodes, with their public keys as the line tells them.
  virtual Result<std::vector<std::pair<trust::OrganizationId, trust::keys::PublicKey>>> keys() = 0;
  virtual Result<std::optional<trust::keys::PublicKey>> key_of(trust::OrganizationId id) = 0;
  // This node's own pair, which opens questions while every vault is locked.
  virtual const trust::keys::KeyPair& box() const = 0;
  // Asks the vault of `to` and waits for its answer; kUnavailable at kOutOfReach when none comes.
  virtual Result<std::string> ask(const Uuid& id, trust::OrganizationId from,
                                  trust::OrganizationId to, std::string sealed) = 0;
  // Something waits in an outbox.
  virtual void wake() = 0;
};

}  // namespace daybreak::gates
