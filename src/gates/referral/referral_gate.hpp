// SPDX-License-Identifier: AGPL-3.0-or-later
// The referral gate: lets an advocate ask another organisation for a service without a word about
// the survivor. What it brings into the commons is a random token and codes; which client it is for
// stays in the vault. Safe to use from any thread.
#pragma once

#include "commons/referrals/referrals.hpp"
#include "vault/referred/referred.hpp"

namespace daybreak::gates {

// What was sent for a client; `token` while the commons has it.
struct SentReferral {
  vault::referred::Referred referred;
  std::optional<referrals::Token> token;
};

class ReferralGate {
 public:
  explicit ReferralGate(referrals::Referrals& referrals) : referrals_(referrals) {}

  Result<referrals::TokenId> send(const vault::Work& work, vault::clients::ClientId client,
                                  const referrals::Request& request);
  Result<void> withdraw(const vault::Work& work, const referrals::TokenId& token);
  // The hand-over is done, as the sender saw it.
  Result<void> connected(const vault::Work& work, const referrals::TokenId& token);
  // What was sent for a client, or for all, newest first and with the newest state; a token that is
  // gone from the commons keeps the last state known here. Reads only.
  Result<std::vector<SentReferral>> of_client(const vault::Work& work,
                                              vault::clients::ClientId client);
  Result<std::vector<SentReferral>> all(const vault::Work& work);
  // Takes the newest states over into the vault, so that they are known when the tokens are gone:
  // at least once a day, before Referrals::tidy(). Needs nobody's keys.
  Result<void> settle(const vault::Vault& vault);

 private:
  Result<std::vector<SentReferral>> with_states(const vault::Work& work,
                                                std::vector<vault::referred::Referred> all);
  referrals::Referrals& referrals_;
};

}  // namespace daybreak::gates
