// SPDX-License-Identifier: AGPL-3.0-or-later
// What the messages between a commons and a vault's own node say, and the only forms they have.
// Referrals and counts name no survivor; what is released is sealed before it comes here. Reading
// fails with kInvalid for every other text. Pure functions.
#pragma once

#include "commons/measures/measures.hpp"
#include "commons/referrals/referrals.hpp"
#include "line/elsewhere/elsewhere.hpp"
#include "line/message.hpp"

namespace daybreak::gates::post {

// Kinds of messages.
inline constexpr std::string_view kReferralSend = "referral.send";    // vault to commons
inline constexpr std::string_view kReferralMove = "referral.move";    // vault to commons
inline constexpr std::string_view kReferralState = "referral.state";  // commons to vault
inline constexpr std::string_view kMeasureSend = "measure.send";      // vault to commons
inline constexpr std::string_view kReferralAgain = "referral.again";  // vault to commons, no body
inline constexpr std::string_view kKeys = "keys";                     // vault to commons
inline constexpr std::string_view kOrganizations = "organizations";   // commons to vault
inline constexpr std::string_view kPointer = "release.pointer";       // vault to vault, sealed
inline constexpr std::string_view kAsk = "release.ask";               // vault to vault, sealed
inline constexpr std::string_view kAnswer = "release.answer";         // vault to vault, sealed

// Who acts, as the vault's node vouches for it.
struct Worker {
  trust::MemberId member;
  std::string name;
  trust::Roles roles;
  bool confirmed = false;  // gave the password or a passkey again just before
};

struct ReferralSend {
  Worker worker;
  referrals::TokenId token;
  referrals::Request request;
};
struct ReferralMove {
  Worker worker;
  referrals::TokenId token;
  referrals::State state = referrals::State::kAccepted;
};
struct ReferralState {
  referrals::Token token;
  std::string worker_name, answered_name;  // empty: nobody yet
};
struct MeasureSend {
  Worker worker;
  measures::SignedTable table;
};
using Keys = std::vector<line::elsewhere::Key>;
struct Organizations {
  std::vector<trust::Organization> all;
  Keys keys;
};

std::string write(const ReferralSend& body);
std::string write(const ReferralMove& body);
std::string write(const ReferralState& body);
std::string write(const MeasureSend& body);
std::string write(const Keys& body);
std::string write(const Organizations& body);
Result<ReferralSend> read_referral_send(std::string_view text);
Result<ReferralMove> read_referral_move(std::string_view text);
Result<ReferralState> read_referral_state(std::string_view text);
Result<MeasureSend> read_measure_send(std::string_view text);
Result<Keys> read_keys(std::string_view text);
Result<Organizations> read_organizations(std::string_view text);

}  // namespace daybreak::gates::post
