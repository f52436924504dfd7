// SPDX-License-Identifier: AGPL-3.0-or-later
// For tests only: what one end of the line makes of a message that the other says by hand.
#pragma once

#include "gates/post/test_post.hpp"

namespace daybreak::gates::post {

using line::Outcome;

// Takes and keeps all that comes, and says what it is told to say.
struct Hand final : line::Party {
  std::vector<line::Message> due() override {
    const std::scoped_lock lock(mutex);
    return says;
  }
  void settled(const line::Message& message, Outcome outcome) override {
    const std::scoped_lock lock(mutex);
    std::erase(says, message);
    answers[message.id] = outcome;
  }
  Outcome take(const line::Message& one) override {
    const std::scoped_lock lock(mutex);
    came.push_back(one);
    return Outcome::kTaken;
  }
  void say(const line::Message& one) {
    const std::scoped_lock lock(mutex);
    says.push_back(one);
  }
  std::ptrdiff_t count_of(std::string_view kind) {
    const std::scoped_lock lock(mutex);
    return std::ranges::count(came, kind, &line::Message::kind);
  }
  // What became of it; kUnreachable when nothing did.
  Outcome outcome_of(const line::Message& one) {
    say(one);
    comes_true([&] {
      const std::scoped_lock lock(mutex);
      return answers.contains(one.id);
    });
    const std::scoped_lock lock(mutex);
    return answers.contains(one.id) ? answers[one.id] : Outcome::kUnreachable;
  }
  line::Message last() {
    const std::scoped_lock lock(mutex);
    return came.back();
  }
  std::mutex mutex;
  std::vector<line::Message> came, says;
  std::map<Uuid, Outcome> answers;
};

class SayingTest : public PostTest {
 protected:
  line::Message message(std::string_view kind, OrganizationId from, std::string body,
                        OrganizationId to = {}) {
    return {Uuid::generate(clock_, random_), std::string(kind), from, to, std::move(body), {}};
  }
  // What the commons makes of it when it comes from the provider's node.
  Outcome say(const line::Message& one) {
    Liar liar;
    liar.says.push_back(one);
    const auto channel = channel_of_node();
    line::Bell stop;
    std::thread at_work([&] {
      (void)line::exchange(*channel, liar,
                           {.stop = stop.file(), .look = std::chrono::milliseconds(20)});
    });
    comes_true([&] { return liar.has_answer(one.id); });
    stop.ring();
    at_work.join();
    return liar.answers.at(one.id);
  }
  Outcome say(std::string_view kind, OrganizationId from, std::string body,
              OrganizationId to = {}) {
    return say(message(kind, from, std::move(body), to));
  }
  // What the node makes of what comes from a commons with the right key.
  Outcome say_as_commons(const line::Message& one) {
    Liar liar;
    liar.says.push_back(one);
    const auto listener = line::Listener::start(
        {.address = {"127.0.0.1", 0}}, commons_->identity, [](const std::string&) { return true; },
        [&](line::Channel& channel, int stop) {
          (void)line::exchange(channel, liar,
                               {.stop = stop, .look = std::chrono::milliseconds(20)});
        });
    node_->connect((*listener)->port(), commons_->identity.pin);
    comes_true([&] { return liar.has_answer(one.id); });
    node_->vault_post.reset();
    return liar.answers.at(one.id);
  }
  Outcome say_as_commons(std::string_view kind, std::string body, OrganizationId to = {}) {
    return say_as_commons(message(kind, {}, std::move(body), to));
  }
  std::string referral(trust::Roles roles, referrals::TokenId token) {
    return write(ReferralSend{{advocate_.member, "Worker 1_", roles}, token, request()});
  }
  referrals::TokenId token() { return referrals::TokenId::generate(clock_, random_); }
  // Connects as the provider's node, without its post.
  std::unique_ptr<line::Channel> channel_of_node() {
    auto channel = line::Channel::connect({"127.0.0.1", port_}, node_->identity,
                                          commons_->identity.pin, std::chrono::seconds(5));
    EXPECT_TRUE(channel);
    return std::move(*channel);
  }

  const OrganizationId own_ = id_number<OrganizationId>(1), sheriff_ = id_number<OrganizationId>(2),
                       third_ = id_number<OrganizationId>(3);
};

}  // namespace daybreak::gates::post
