// SPDX-License-Identifier: AGPL-3.0-or-later
#include "gates/referral/referral_gate.hpp"

#include <algorithm>
#include <array>

#include "base/local_time.hpp"
#include "vault/codes/codes.hpp"

namespace daybreak::gates {

using referrals::TokenId;
using vault::referred::Referred;
using vault::referred::ReferredClients;

namespace {

const referrals::Token* find(const std::vector<referrals::Token>& tokens, const Uuid& id) {
  for (const referrals::Token& token : tokens)
    if (token.id.uuid() == id) return &token;
  return nullptr;
}

// Of one whose end is not known in the vault yet.
std::string state_of(const referrals::Token* token) {
  return token == nullptr ? "ended" : std::string(referrals::code_of(token->state));
}

// A referral is of today: what stands in it must count today.
Result<void> check_codes(const referrals::Request& request, Date today) {
  using vault::codes::check_code_on;
  TRY(check_code_on("urgency", request.urgency, "urgency", today));
  TRY(check_code_on("hand_over", request.hand_over, "hand_over", today));
  TRY(check_code_on("referral_age", request.age_group, "age_group", today));
  TRY(check_code_on("language", request.language, "language", today));
  for (const std::string& one : request.accessibility)
    TRY(check_code_on("accessibility", one, "accessibility", today));
  return {};
}

}  // namespace

Result<TokenId> ReferralGate::send(const vault::Work& work, vault::clients::ClientId client,
                                   const referrals::Request& request) {
  TRY(referrals::check(request));
  TRY(check_codes(request, local_day(work.now())));
  // Random throughout: an id that tells the time would tie it to an entry of the vault.
  std::array<std::uint8_t, 16> bytes{};
  work.vault.random().fill(bytes);
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
  const TokenId token{Uuid(bytes)};
  ReferredClients referred(work);
  TRY(referred.add({.token = token.uuid(),
                    .client = client,
                    .receiver = request.receiver,
                    .service = request.service}));
  const auto sent = referrals_.send(work.actor, token, request);
  TRY(referred.set_state(token.uuid(), sent ? "sent" : "failed"));
  if (!sent) return tl::make_unexpected(sent.error());
  return token;
}

Result<void> ReferralGate::withdraw(const vault::Work& work, const TokenId& token) {
  TRY(referrals_.withdraw(work.actor, token));
  return ReferredClients(work).set_state(token.uuid(), "withdrawn");
}

Result<void> ReferralGate::connected(const vault::Work& work, const TokenId& token) {
  TRY(referrals_.decide(work.actor, token, referrals::State::kConnected));
  return ReferredClients(work).set_state(token.uuid(), "connected");
}

Result<void> ReferralGate::settle(const vault::Vault& vault) {
  const auto open = TRY(vault::referred::open_of(vault));
  if (open.empty()) return {};
  const auto tokens = TRY(referrals_.sent_by(vault.organization()));
  std::vector<std::pair<Uuid, std::string>> changed;
  for (const Referred& one : open)
    if (std::string state = state_of(find(tokens, one.token)); state != one.state)
      changed.emplace_back(one.token, std::move(state));
  if (changed.empty()) return {};
  return vault::referred::set_states(vault, changed);
}

Result<std::vector<SentReferral>> ReferralGate::with_states(const vault::Work& work,
                                                            std::vector<Referred> all) {
  std::vector<SentReferral> sent;
  if (all.empty()) return sent;
  const auto tokens = TRY(referrals_.sent(work.actor));
  sent.reserve(all.size());
  for (Referred& one : all) {
    const referrals::Token* token = find(tokens, one.token);
    if (vault::referred::is_open(one)) one.state = state_of(token);
    sent.push_back({std::move(one), token == nullptr ? std::nullopt : std::optional(*token)});
  }
  return sent;
}

Result<std::vector<SentReferral>> ReferralGate::of_client(const vault::Work& work,
                                                          vault::clients::ClientId client) {
  return with_states(work, TRY(ReferredClients(work).of_client(client)));
}

Result<std::vector<SentReferral>> ReferralGate::all(const vault::Work& work) {
  return with_states(work, TRY(ReferredClients(work).newest()));
}

}  // namespace daybreak::gates
