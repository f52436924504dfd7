// SPDX-License-Identifier: AGPL-3.0-or-later
// For tests of the release gate only: three vaults, the provider's on both engines, and a survivor
// with a telephone number and a name, whose goals were skipped.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test_result.hpp"
#include "gates/release/two_vaults.hpp"
#include "vault/test_vault.hpp"

namespace daybreak::gates {

using trust::Role;
using vault::kTestStart;
using vault::test_member;
using vault::Work;
using vault::releases::ItemKind;
using vault::releases::Releases;

inline constexpr Date kToday{std::chrono::year(2026), std::chrono::month(11), std::chrono::day(18)};
inline const Item kPhone{ItemKind::kAnswer, "phone"}, kName{ItemKind::kAnswer, "preferred_name"},
    kGoals{ItemKind::kAnswer, "goals"};

class GateStoreTest : public db::StoreTest {
 protected:
  void SetUp() override {
    db::StoreTest::SetUp();
    if (IsSkipped()) return;
    house_ =
        std::make_unique<TestHouse>(folder() / "house", clock_, random_,
                                    GetParam() == db::Engine::kPostgres ? url() : std::string());
    gate_ = std::make_unique<ReleaseGate>(house_->vaults);
    client_ =
        *vault::clients::Clients(advocate())
             .open(
                 std::vector<vault::clients::Answer>{
                     {.question = "phone", .text = Secret<std::string>("716-555-0142")},
                     {.question = "preferred_name", .text = Secret<std::string>("Ana Ejemplo_")},
                     {.question = "goals", .skip = vault::codes::Skip::kNotToday}},
                 kToday);
  }
  void TearDown() override {
    house_.reset();
    db::StoreTest::TearDown();
  }
  const Work& advocate() {
    if (!advocate_work_) advocate_work_ = std::make_unique<Work>(house_->work(1, advocate_));
    return *advocate_work_;
  }
  ReleaseId signed_release(std::vector<Item> items = {kPhone}) {
    const auto id =
        sign_release(advocate(), client_, terms_for(2, Role::kInvestigator, std::move(items)));
    EXPECT_TRUE(id) << id.error().describe();
    return *id;
  }
  Result<Seen> view_first(const Work& work) {
    const auto inbox = TRY(gate_->inbox(work));
    if (inbox.empty()) return fail(ErrorKind::kNotFound, "the inbox is empty");
    return gate_->view(work, inbox.front().projection);
  }
  std::int64_t count(int number, const std::string& sql) {
    return (*house_->vault(number).database().read(
                [&](db::Connection& connection) { return connection.query_one(sql); }))
        ->integer(0);
  }

  ManualClock clock_{kTestStart};
  SystemRandom random_;
  std::unique_ptr<TestHouse> house_;
  std::unique_ptr<ReleaseGate> gate_;
  trust::Actor advocate_ = test_member(1, 1, {Role::kAdvocate}, kTestStart);
  trust::Actor detective_ = test_member(2, 6, {Role::kInvestigator}, kTestStart);
  std::unique_ptr<Work> advocate_work_;
  vault::clients::ClientId client_;
};

}  // namespace daybreak::gates
