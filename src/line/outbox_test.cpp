// SPDX-License-Identifier: AGPL-3.0-or-later
#include "line/outbox.hpp"

#include <gtest/gtest.h>

#include "base/test_result.hpp"
#include "db/test_database.hpp"

namespace daybreak::line {
namespace {

class OutboxTest : public db::StoreTest {
 protected:
  void SetUp() override {
    db::StoreTest::SetUp();
    if (!IsSkipped()) migrate_with({migrations()});
  }
  template <typename F>
  auto write(F function) {
    return database().write(function);
  }
  Message message() {
    return {Uuid::generate(clock_, random_), "test.note", {}, {}, std::string("\0sealed", 7), {}};
  }
  std::vector<Message> due_now(NodeId node = {}) {
    return *database().read(
        [&](db::Connection& connection) { return due(connection, clock_.now(), 100, node); });
  }

  ManualClock clock_{Instant(std::chrono::milliseconds(1'790'000'000'000))};
  SystemRandom random_;
};
DAYBREAK_ON_BOTH_ENGINES(OutboxTest);

TEST_P(OutboxTest, WhatWaitsOutlivesTheProgramAndGoesInOrder) {
  const Message first = message(), second = message();
  const auto other = NodeId::generate(clock_, random_);
  ASSERT_TRUE(write([&](db::Connection& connection) -> Result<void> {
    TRY(enqueue(connection, first, clock_.now()));
    clock_.advance(std::chrono::milliseconds(1));
    TRY(enqueue(connection, first, clock_.now()));
    TRY(enqueue(connection, second, clock_.now()));
    return enqueue(connection, message(), clock_.now(), other);
  }));
  reopen();
  EXPECT_EQ(due_now(), (std::vector{first, second}));
  EXPECT_EQ(due_now(other).size(), 1u);
  ASSERT_TRUE(write([&](db::Connection& connection) {
    return put_off(connection, first.id, clock_.now(), random_);
  }));
  EXPECT_TRUE(due_now().empty());  // the second waits behind the first
  clock_.advance(std::chrono::seconds(1));
  ASSERT_TRUE(write([&](db::Connection& connection) { return remove(connection, first.id); }));
  EXPECT_EQ(due_now(), std::vector{second});
}

TEST_P(OutboxTest, NobodyWaitsBehindWhatIsForAnother) {
  Message far = message(), near = message();
  far.to = trust::OrganizationId::generate(clock_, random_);
  near.to = trust::OrganizationId::generate(clock_, random_);
  const auto to_near = [&] {
    const std::vector only{near.to};
    return *database().read(
        [&](db::Connection& connection) { return due(connection, clock_.now(), 1, {}, &only); });
  };
  ASSERT_TRUE(write([&](db::Connection& connection) -> Result<void> {
    TRY(enqueue(connection, far, clock_.now()));
    clock_.advance(std::chrono::milliseconds(1));
    return enqueue(connection, near, clock_.now());
  }));
  EXPECT_EQ(to_near(), std::vector{near});
  ASSERT_TRUE(write([&](db::Connection& connection) {
    return put_off(connection, far.id, clock_.now(), random_);
  }));
  EXPECT_EQ(to_near(), std::vector{near});
}

TEST_P(OutboxTest, AFailedActLeavesNothingToSend) {
  EXPECT_FALSE(write([&](db::Connection& connection) -> Result<void> {
    TRY(enqueue(connection, message(), clock_.now()));
    return fail(ErrorKind::kConflict, "the act itself failed");
  }));
  EXPECT_TRUE(due_now().empty());
}

TEST_P(OutboxTest, IsPutOffLongerEachTimeAndNeverMoreThanTenMinutes) {
  const Message one = message();
  ASSERT_TRUE(
      write([&](db::Connection& connection) { return enqueue(connection, one, clock_.now()); }));
  for (int i = 0; i < 14; ++i) {
    ASSERT_TRUE(write([&](db::Connection& connection) {
      return put_off(connection, one.id, clock_.now(), random_);
    }));
    EXPECT_TRUE(due_now().empty());
    const auto longest = std::min<std::chrono::milliseconds>(std::chrono::seconds(1) * (1 << i),
                                                             std::chrono::minutes(10));
    clock_.advance(longest / 2 - std::chrono::milliseconds(1));
    EXPECT_TRUE(due_now().empty()) << i;
    clock_.advance(longest / 2 + std::chrono::milliseconds(1));
    EXPECT_EQ(due_now().size(), 1u) << i;
  }
}

TEST_P(OutboxTest, AMessageIsNewOnceUnlessTheActFailed) {
  const Uuid id = message().id;
  EXPECT_FALSE(write([&](db::Connection& connection) -> Result<void> {
    EXPECT_TRUE(*is_new(connection, id, clock_.now()));
    return fail(ErrorKind::kConflict, "the act itself failed");
  }));
  std::vector<bool> answers;
  for (int i = 0; i < 2; ++i)
    answers.push_back(
        *write([&](db::Connection& connection) { return is_new(connection, id, clock_.now()); }));
  EXPECT_EQ(answers, (std::vector{true, false}));
}

TEST_P(OutboxTest, CountsWhatWaitsAndForgetsIdsOfLongAgo) {
  const auto other = NodeId::generate(clock_, random_);
  const Uuid old = message().id, young = message().id;
  ASSERT_TRUE(write([&](db::Connection& connection) -> Result<void> {
    TRY(enqueue(connection, message(), clock_.now()));
    TRY(enqueue(connection, message(), clock_.now(), other));
    TRY(enqueue(connection, message(), clock_.now(), other));
    TRY(is_new(connection, old, clock_.now()));
    clock_.advance(std::chrono::hours(1));
    TRY(is_new(connection, young, clock_.now()));
    EXPECT_EQ(*waiting(connection), 1);
    EXPECT_EQ(*waiting(connection, other), 2);
    return forget_taken(connection, clock_.now());
  }));
  const auto taken = [&](const Uuid& id) {
    return *database().read([&](db::Connection& connection) { return was_taken(connection, id); });
  };
  EXPECT_FALSE(taken(old));
  EXPECT_TRUE(taken(young));
}

TEST_P(OutboxTest, GivesNoMoreThanAskedForAndNothingForNobody) {
  ASSERT_TRUE(write([&](db::Connection& connection) -> Result<void> {
    for (int i = 0; i < 3; ++i) TRY(enqueue(connection, message(), clock_.now()));
    return put_off(connection, message().id, clock_.now(), random_);  // what is gone is no harm
  }));
  const std::vector<trust::OrganizationId> nobody;
  const auto given = [&](std::size_t most, const std::vector<trust::OrganizationId>* receivers) {
    return database()
        .read([&](db::Connection& connection) {
          return due(connection, clock_.now(), most, {}, receivers);
        })
        ->size();
  };
  EXPECT_EQ(given(2, nullptr), 2u);
  EXPECT_EQ(given(9, nullptr), 3u);
  EXPECT_EQ(given(9, &nobody), 0u);
}

}  // namespace
}  // namespace daybreak::line
