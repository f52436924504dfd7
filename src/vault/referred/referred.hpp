// SPDX-License-Identifier: AGPL-3.0-or-later
// In the sender's vault: for whom a referral was sent, and what came of it. Written by the referral
// gate. Made for one request; used by its thread.
#pragma once

#include <string>
#include <vector>

#include "vault/clients/clients.hpp"

namespace daybreak::vault::referred {

struct Referred {
  Uuid token;
  clients::ClientId client;
  trust::OrganizationId receiver;
  std::string service;
  trust::MemberId sent_by;
  Instant sent_at;
  std::string state;
};

class ReferredClients {
 public:
  explicit ReferredClients(const Work& work) : work_(work) {}

  // Before the token is sent: what was sent and is not here cannot be.
  Result<void> add(const Referred& referred);
  Result<void> set_state(const Uuid& token, std::string_view state);
  // Newest first.
  Result<std::vector<Referred>> of_client(clients::ClientId client);
  // Of every client, newest first; at most a thousand.
  Result<std::vector<Referred>> newest();

 private:
  const Work& work_;
};

// Whether the end of it is not known here yet.
bool is_open(const Referred& referred);
// For the gate's own clock, without anybody's keys: those that are open, and their newest states.
Result<std::vector<Referred>> open_of(const Vault& vault);
Result<void> set_states(const Vault& vault,
                        const std::vector<std::pair<Uuid, std::string>>& states);

db::ModuleMigrations migrations();

}  // namespace daybreak::vault::referred
