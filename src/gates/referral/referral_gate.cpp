// SPDX-License-Identifier: AGPL-3.0-or-later
#include "gates/referral/referral_gate.hpp"

#include <algorithm>
#include <array>

namespace daybreak::gates {

using referrals::TokenId;
using vault::referred::Referred;
using vault::referred::ReferredClients;

namespace {

std::vector<SentReferral> with_tokens(std::vector<Referred> all,
                                      const std::vector<referrals::Token>& tokens) {
  std::vector<SentReferral> sent;
  sent.reserve(all.size());
  for (Referred& one : all) {
    const auto found = std::ranges::find(
        tokens, one.token, [](const referrals::Token& token) { return token.id.uuid(); });
    sent.push_back({std::move(one), found == tokens.end() ? std::nullopt : std::optional(*found)});
  }
  return sent;
}

}  // namespace

Result<TokenId> ReferralGate::send(const vault::Work& work, vault::clients::ClientId client,
                                   const referrals::Request& request) {
  TRY(referrals::check(request));
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

// The newest states, taken over into the vault; the tokens of this organisation that there are.
Result<std::vector<referrals::Token>> ReferralGate::refresh(const vault::Work& work) {
  ReferredClients referred(work);
  const auto open = TRY(referred.open());
  if (open.empty()) return std::vector<referrals::Token>();
  auto tokens = TRY(referrals_.sent(work.actor));
  for (const Referred& one : open) {
    const auto found = std::find_if(tokens.begin(), tokens.end(), [&](const referrals::Token& t) {
      return t.id.uuid() == one.token;
    });
    const std::string_view state =
        found == tokens.end() ? "ended" : referrals::code_of(found->state);
    if (state != one.state) TRY(referred.set_state(one.token, state));
  }
  return tokens;
}

Result<std::vector<SentReferral>> ReferralGate::of_client(const vault::Work& work,
                                                          vault::clients::ClientId client) {
  const auto tokens = TRY(refresh(work));
  return with_tokens(TRY(ReferredClients(work).of_client(client)), tokens);
}

Result<std::vector<SentReferral>> ReferralGate::all(const vault::Work& work) {
  const auto tokens = TRY(refresh(work));
  return with_tokens(TRY(ReferredClients(work).newest()), tokens);
}

}  // namespace daybreak::gates
