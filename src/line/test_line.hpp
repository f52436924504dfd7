// SPDX-License-Identifier: AGPL-3.0-or-later
// For tests only: a door on loopback that one node knows, and parties that keep what they send and
// what they took over connections.
#pragma once

#include <atomic>
#include <csignal>
#include <gtest/gtest.h>
#include <map>
#include <mutex>
#include <thread>

#include "base/scratch_folder.hpp"
#include "base/test_result.hpp"
#include "base/test_wait.hpp"
#include "line/exchange.hpp"
#include "line/listener.hpp"

namespace daybreak::line {

using std::chrono::milliseconds;
using std::chrono::seconds;

inline constexpr milliseconds kLimit{5'000};

inline Message message(int number, std::string body = "x") {
  std::array<std::uint8_t, 16> bytes{};
  bytes[15] = static_cast<std::uint8_t>(number);
  return {Uuid(bytes), "test.note", {}, {}, std::move(body), {}};
}

class LineTest : public testing::Test {
 protected:
  LineTest() { std::signal(SIGPIPE, SIG_IGN); }

  void listen(Listener::Serves serves) {
    auto started = Listener::start(
        {.address = {"127.0.0.1", 0}, .handshake = seconds(2)}, commons_,
        [this](const std::string& pin) {
          const std::scoped_lock lock(mutex_);
          return pin == known_;
        },
        std::move(serves));
    ASSERT_TRUE(started) << started.error().describe();
    listener_ = std::move(*started);
  }
  Address address() const { return {"127.0.0.1", listener_->port()}; }
  Result<std::unique_ptr<Channel>> connect(const Identity& own, const std::string& pin) {
    return Channel::connect(address(), own, pin, kLimit);
  }
  void know(const std::string& pin) {
    const std::scoped_lock lock(mutex_);
    known_ = pin;
  }

  Identity commons_ = *Identity::generate(), node_ = *Identity::generate();
  std::mutex mutex_;
  std::string known_ = node_.pin;
  std::unique_ptr<Listener> listener_;
};

// One side of the line.
struct Side final : Party {
  std::mutex mutex;
  std::map<Uuid, Message> waiting;
  std::map<Uuid, int> taken, done;
  std::atomic<bool> welcome{true};
  std::function<Outcome(const Message&)> decides = [](const Message&) { return Outcome::kTaken; };

  bool stays() override { return welcome; }
  std::vector<Message> due() override {
    const std::scoped_lock lock(mutex);
    std::vector<Message> all;
    for (const auto& [id, one] : waiting) all.push_back(one);
    return all;
  }
  void settled(const Message& one, Outcome outcome) override {
    const std::scoped_lock lock(mutex);
    if (outcome == Outcome::kLater) return;
    waiting.erase(one.id);
    ++done[one.id];
  }
  Outcome take(const Message& one) override {
    const Outcome outcome = decides(one);
    const std::scoped_lock lock(mutex);
    if (outcome == Outcome::kTaken) ++taken[one.id];
    return outcome;
  }
  bool is_settled() {
    const std::scoped_lock lock(mutex);
    return waiting.empty();
  }
};

}  // namespace daybreak::line
