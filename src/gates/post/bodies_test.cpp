// SPDX-License-Identifier: AGPL-3.0-or-later
// What nodes write to each other is read back whole, and refused when one member of it is wrong.
#include "gates/post/bodies.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"
#include "vault/example_vault.hpp"

namespace daybreak::gates::post {
namespace {

using trust::OrganizationId;
using trust::Role;
using vault::id_number;

const Worker kWorker{id_number<trust::MemberId>(1001), "Ada Example_", {Role::kAdvocate}, true};
const referrals::TokenId kToken = id_number<referrals::TokenId>(5);
const referrals::Request kRequest{.receiver = id_number<OrganizationId>(2),
                                  .service = "safety.tonight",
                                  .urgency = "now",
                                  .household = 3,
                                  .language = "es",
                                  .age_group = "minor",
                                  .accessibility = {"wheelchair", "sign_language"},
                                  .hand_over = "call_worker"};

referrals::Token token() {
  return {.id = kToken,
          .sender = id_number<OrganizationId>(1),
          .worker = kWorker.member,
          .request = kRequest,
          .state = referrals::State::kAccepted,
          .answered_by = id_number<trust::MemberId>(1002),
          .sent_at = Instant(std::chrono::milliseconds(1000)),
          .due_at = Instant(std::chrono::milliseconds(2000)),
          .ended_at = Instant(std::chrono::milliseconds(3000))};
}

// Text with the first `old` replaced.
std::string with(std::string text, std::string_view old, std::string_view changed) {
  const auto at = text.find(old);
  EXPECT_NE(at, std::string::npos) << old << " in " << text;
  return at == std::string::npos ? text : text.replace(at, old.size(), changed);
}

// No member may be missing, of another type, or too long.
template <typename Read>
void expect_whole(const std::string& text, Read read, std::initializer_list<const char*> members) {
  EXPECT_TRUE(read(text)) << text;
  EXPECT_FALSE(read(""));
  EXPECT_FALSE(read("[]"));
  EXPECT_FALSE(read("{}"));
  for (const std::string member : members) {
    const std::string mark = "\"" + member + "\":";
    EXPECT_FALSE(read(with(text, mark, "\"other\":"))) << member;
    EXPECT_FALSE(read(with(text, mark, mark + "null,\"other\":"))) << member;
    EXPECT_FALSE(read(with(text, mark, mark + "true,\"other\":"))) << member;
    EXPECT_FALSE(read(with(text, mark, mark + "\"" + std::string(300, 'x') + "\",\"other\":")))
        << member;
  }
}

TEST(PostBodies, AReferralIsReadBack) {
  const std::string text = write(ReferralSend{kWorker, kToken, kRequest});
  const auto back = read_referral_send(text);
  ASSERT_TRUE(back);
  EXPECT_EQ(write(*back), text);
  EXPECT_EQ(back->worker.member, kWorker.member);
  EXPECT_TRUE(back->worker.confirmed && back->worker.roles.has(Role::kAdvocate));
  EXPECT_EQ(back->request.accessibility, kRequest.accessibility);
  EXPECT_EQ(back->request.household, 3);
  expect_whole(
      text, read_referral_send,
      {"worker", "member", "name", "roles", "confirmed", "token", "request", "receiver", "service",
       "urgency", "household", "language", "age_group", "accessibility", "hand_over"});
  EXPECT_FALSE(read_referral_send(with(text, "Ada Example_", "")));
  EXPECT_TRUE(read_referral_send(with(text, "Ada Example_", std::string(200, 'a'))));
  EXPECT_FALSE(read_referral_send(with(text, "Ada Example_", std::string(201, 'a'))));
  EXPECT_FALSE(read_referral_send(with(text, "\"wheelchair\"", "7")));
  EXPECT_FALSE(read_referral_send(with(text, "wheelchair", "anything")));
  EXPECT_FALSE(read_referral_send(with(text, "\"household\":3", "\"household\":0")));
  EXPECT_FALSE(read_referral_send(with(text, "[\"advocate\"]", "[7]")));
  EXPECT_FALSE(read_referral_send(with(text, "[\"advocate\"]", "[\"emperor\"]")));
  EXPECT_FALSE(read_referral_send(with(text, "\"confirmed\":1", "\"confirmed\":\"1\"")));
  EXPECT_FALSE(
      read_referral_send(with(text, "\"confirmed\":1", "\"confirmed\":0"))->worker.confirmed);
  EXPECT_FALSE(
      read_referral_send(with(text, "\"confirmed\":1", "\"confirmed\":2"))->worker.confirmed);
  std::string all_roles;
  for (std::size_t i = 0; i + 1 < trust::kRoles; ++i) all_roles += "\"advocate\",";
  EXPECT_TRUE(read_referral_send(with(text, "\"roles\":[", "\"roles\":[" + all_roles)));
  EXPECT_FALSE(
      read_referral_send(with(text, "\"roles\":[", "\"roles\":[\"advocate\"," + all_roles)));
  std::string many;
  for (int i = 0; i < 11; ++i) many += "\"wheelchair\",";
  EXPECT_FALSE(read_referral_send(with(text, "\"accessibility\":[", "\"accessibility\":[" + many)));
}

TEST(PostBodies, RolesBeyondAnOrganizationAreNotTakenOver) {
  const std::string text = write(ReferralSend{kWorker, kToken, kRequest});
  const auto back =
      read_referral_send(with(text, "[\"advocate\"]", "[\"advocate\",\"coordinator\"]"));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->worker.roles.list(), std::vector<Role>{Role::kAdvocate});
}

TEST(PostBodies, AMoveIsReadBack) {
  const std::string text = write(ReferralMove{kWorker, kToken, referrals::State::kDeclined});
  const auto back = read_referral_move(text);
  ASSERT_TRUE(back);
  EXPECT_EQ(write(*back), text);
  EXPECT_EQ(back->state, referrals::State::kDeclined);
  expect_whole(text, read_referral_move, {"worker", "token", "state"});
}

TEST(PostBodies, AStateIsReadBack) {
  const std::string text = write(ReferralState{token(), "Ada Example_", "Bea Example_"});
  const auto back = read_referral_state(text);
  ASSERT_TRUE(back);
  EXPECT_EQ(write(*back), text);
  EXPECT_EQ(back->token.ended_at, token().ended_at);
  EXPECT_EQ(back->token.answered_by, token().answered_by);
  EXPECT_EQ(back->answered_name, "Bea Example_");
  expect_whole(text, read_referral_state,
               {"token", "sender", "worker", "worker_name", "request", "state", "answered_by",
                "answered_name", "sent_at", "due_at", "ended_at"});
  referrals::Token open = token();
  open.answered_by = {};
  open.ended_at = {};
  const auto waiting = read_referral_state(write(ReferralState{open, "Ada Example_", ""}));
  ASSERT_TRUE(waiting);
  EXPECT_TRUE(waiting->token.answered_by.is_nil());
  EXPECT_FALSE(waiting->token.ended_at);
}

TEST(PostBodies, NumbersAreReadBack) {
  const std::string text = write(MeasureSend{kWorker, {"a table", "a key", "a signature"}});
  const auto back = read_measure_send(text);
  ASSERT_TRUE(back);
  EXPECT_EQ(write(*back), text);
  EXPECT_EQ(back->worker.name, kWorker.name);
  EXPECT_EQ(back->table.signature, "a signature");
  EXPECT_TRUE(read_measure_send(text));
  for (const char* member : {"worker", "text", "public_key", "signature"})
    EXPECT_FALSE(read_measure_send(with(text, "\"" + std::string(member) + "\":", "\"other\":")))
        << member;
  EXPECT_FALSE(read_measure_send(with(text, "a key", std::string(65, 'k'))));
  EXPECT_FALSE(read_measure_send(with(text, "a signature", std::string(129, 's'))));
}

TEST(PostBodies, OrganizationsAndTheirKeysAreReadBack) {
  Organizations list;
  list.all = {{id_number<OrganizationId>(1), "Harbor_",
               trust::OrganizationKind::kVictimServiceProvider, trust::Standing::kTaskForce, true},
              {id_number<OrganizationId>(2), "Sheriff_", trust::OrganizationKind::kLawEnforcement,
               trust::Standing::kPartner, false}};
  list.keys = {{id_number<OrganizationId>(2), std::string(32, '\x81')}};
  const std::string text = write(list);
  const auto back = read_organizations(text);
  ASSERT_TRUE(back);
  EXPECT_EQ(write(*back), text);
  EXPECT_EQ(back->keys, list.keys);
  EXPECT_TRUE(back->all[0].active);
  EXPECT_FALSE(back->all[1].active);
  expect_whole(text, read_organizations,
               {"organizations", "id", "name", "kind", "standing", "active", "keys", "organization",
                "public_key"});
  EXPECT_FALSE(read_organizations(with(text, "Harbor_", "")));
  EXPECT_FALSE(read_organizations(with(text, "8181", "81")));
  EXPECT_FALSE(read_organizations(with(text, "8181", "8x81")));
  const std::string keys = write(list.keys);
  ASSERT_TRUE(read_keys(keys));
  EXPECT_EQ(*read_keys(keys), list.keys);
  expect_whole(keys, read_keys, {"keys", "organization", "public_key"});
}

}  // namespace
}  // namespace daybreak::gates::post
