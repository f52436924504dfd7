// SPDX-License-Identifier: AGPL-3.0-or-later
#include "gates/post/telling.hpp"

#include "commons/nodes/nodes.hpp"
#include "line/outbox.hpp"

namespace daybreak::gates::post {

using line::Message;
using referrals::Token;

namespace {

Result<Worker> worker_of(db::Connection& connection, const trust::Actor& actor) {
  return Worker{actor.member, TRY(line::elsewhere::shown_name(connection, actor.member)),
                actor.roles, actor.confirmed_at.has_value()};
}

}  // namespace

Result<void> tell_nodes_of(db::Connection& connection, const Token& token, const Clock& clock,
                           Random& random) {
  ReferralState state{.token = token,
                      .worker_name = TRY(line::elsewhere::shown_name(connection, token.worker)),
                      .answered_name = {}};
  if (!token.answered_by.is_nil())
    state.answered_name = TRY(line::elsewhere::shown_name(connection, token.answered_by));
  const std::string body = write(state);
  std::optional<line::NodeId> told;
  for (const trust::OrganizationId side : {token.sender, token.request.receiver}) {
    const auto node = TRY(nodes::node_of(connection, side));
    if (!node || node == told) continue;
    told = node;
    TRY(line::enqueue(
        connection,
        {Uuid::generate(clock, random), std::string(kReferralState), {}, side, body, {}},
        clock.now(), *node));
  }
  return {};
}

referrals::Told tell_nodes(const Clock& clock, Random& random) {
  return [&clock, &random](db::Connection& connection, const trust::Actor&, const Token& token) {
    return tell_nodes_of(connection, token, clock, random);
  };
}

referrals::Told tell_commons_of_referrals(const Clock& clock, Random& random) {
  return [&clock, &random](db::Connection& connection, const trust::Actor& actor,
                           const Token& token) -> Result<void> {
    const Worker worker = TRY(worker_of(connection, actor));
    const bool is_new = token.state == referrals::State::kSent;
    return line::enqueue(connection,
                         {Uuid::generate(clock, random),
                          std::string(is_new ? kReferralSend : kReferralMove),
                          actor.organization,
                          {},
                          is_new ? write(ReferralSend{worker, token.id, token.request})
                                 : write(ReferralMove{worker, token.id, token.state}),
                          {}},
                         clock.now());
  };
}

Result<void> ask_for_referrals(db::Connection& connection, trust::OrganizationId organization,
                               const Clock& clock, Random& random) {
  return line::enqueue(
      connection,
      {Uuid::generate(clock, random), std::string(kReferralAgain), organization, {}, "", {}},
      clock.now());
}

measures::Told tell_commons_of_measures(const Clock& clock, Random& random) {
  return [&clock, &random](db::Connection& connection, const trust::Actor& actor,
                           const measures::SignedTable& table) -> Result<void> {
    return line::enqueue(connection,
                         {Uuid::generate(clock, random),
                          std::string(kMeasureSend),
                          actor.organization,
                          {},
                          write(MeasureSend{TRY(worker_of(connection, actor)), table}),
                          {}},
                         clock.now());
  };
}

}  // namespace daybreak::gates::post
