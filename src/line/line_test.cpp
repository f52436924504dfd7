// SPDX-License-Identifier: AGPL-3.0-or-later
// The line on loopback: who is let in, and what becomes of messages when it breaks.
#include <fstream>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "line/test_line.hpp"

namespace daybreak::line {
namespace {

TEST_F(LineTest, AnIdentityIsKeptForItsOwnerAlone) {
  const ScratchFolder folder;
  const auto made = Identity::load_or_create(folder.path());
  ASSERT_TRUE(made) << made.error().describe();
  EXPECT_EQ(made->pin.size(), 64u);
  EXPECT_EQ(Identity::load_or_create(folder.path())->pin, made->pin);
  struct stat file{};
  ASSERT_EQ(::stat((folder.path() / "line.pem").c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0600u);
  std::ofstream(folder.path() / "line.pem") << "damaged";
  EXPECT_EQ(kind_of(Identity::load_or_create(folder.path())), ErrorKind::kCorrupt);
}

TEST_F(LineTest, APinIsReadAsPeopleWriteIt) {
  std::string spaced;
  for (std::size_t i = 0; i < 64; i += 4) spaced += node_.pin.substr(i, 4) + " ";
  EXPECT_EQ(*pin_from(spaced), node_.pin);
  EXPECT_FALSE(pin_from(node_.pin.substr(1)));
  EXPECT_FALSE(pin_from("z" + node_.pin.substr(1)));
  EXPECT_EQ(address_from("https://[::1]:8443/")->host, "::1");
  EXPECT_EQ(address_from("commons.example.org:8443")->port, 8443);
  EXPECT_FALSE(address_from("commons.example.org"));
  EXPECT_FALSE(address_from(":8443"));
}

TEST_F(LineTest, FramesGoBothWaysBetweenTwoThatKnowEachOther) {
  listen([](Channel& channel, int stop) {
    while (const auto frame = channel.receive(kLimit, stop)) {
      if (!*frame || !channel.send("you said " + **frame)) return;
    }
  });
  const auto channel = connect(node_, commons_.pin);
  ASSERT_TRUE(channel) << channel.error().describe();
  for (const std::size_t size : {std::size_t{0}, std::size_t{5}, kMostFrameBytes - 9}) {
    const std::string text(size, 'a');
    ASSERT_TRUE((*channel)->send(text));
    const auto answer = (*channel)->receive(kLimit);
    ASSERT_TRUE(answer) << answer.error().describe();
    ASSERT_TRUE(*answer);
    EXPECT_EQ(**answer, "you said " + text);
  }
  EXPECT_EQ(kind_of((*channel)->send(std::string(kMostFrameBytes + 1, 'a'))), ErrorKind::kInvalid);
}

// What the door says to one whom it does not know.
TEST_F(LineTest, WhoeverIsNotKnownIsLetGoInOneAndTheSameWay) {
  std::atomic<int> served{0};
  listen([&](Channel&, int) { ++served; });
  std::vector<Error> answers;
  const auto refused = [&](const Identity& own) {
    const auto channel = connect(own, commons_.pin);
    ASSERT_FALSE(channel);
    answers.push_back(channel.error());
  };
  refused(*Identity::generate());  // a key that nobody entered
  refused({});                     // no certificate at all
  know(std::string());             // taken off the register, though it was in it
  refused(node_);
  for (const Error& error : answers) {
    EXPECT_EQ(error.kind, ErrorKind::kUnavailable);
    EXPECT_EQ(error.describe(), answers.front().describe());
  }
  EXPECT_EQ(served, 0);
  EXPECT_EQ(listener_->refused(), 3u);
  know(node_.pin);
  EXPECT_TRUE(connect(node_, commons_.pin));
}

TEST_F(LineTest, ANodeTellsNothingToACommonsOfAnotherKey) {
  std::atomic<int> heard{0};
  listen([&](Channel& channel, int) {
    const auto frame = channel.receive(milliseconds(300));
    if (frame && *frame) ++heard;
  });
  const auto channel = connect(node_, Identity::generate()->pin);
  EXPECT_EQ(kind_of(channel), ErrorKind::kDenied);
  listener_.reset();
  EXPECT_EQ(heard, 0);
}

TEST_F(LineTest, ACertificateOfAnotherWithoutItsKeyIsNoUse) {
  listen([](Channel&, int) {});
  Identity stolen = *Identity::generate();
  stolen.certificate = node_.certificate;  // shown to everyone in each handshake
  EXPECT_FALSE(connect(stolen, commons_.pin));
}

TEST_F(LineTest, MessagesGoBothWaysAndAreSettledOnce) {
  Side here, there;
  for (int i = 1; i <= 40; ++i) here.waiting.emplace(message(i).id, message(i));
  for (int i = 101; i <= 120; ++i) there.waiting.emplace(message(i).id, message(i));
  listen([&](Channel& channel, int stop) {
    (void)exchange(channel, there, {.stop = stop, .look = milliseconds(20)});
  });
  Bell stop;
  std::thread node([&] {
    const auto channel = connect(node_, commons_.pin);
    ASSERT_TRUE(channel);
    (void)exchange(**channel, here, {.stop = stop.file(), .look = milliseconds(20)});
  });
  EXPECT_TRUE(comes_true([&] { return here.is_settled() && there.is_settled(); }));
  stop.ring();
  node.join();
  EXPECT_EQ(there.taken.size(), 40u);
  EXPECT_EQ(here.taken.size(), 20u);
  for (const auto& [id, times] : there.taken) EXPECT_EQ(times, 1);
}

TEST_F(LineTest, WhatWasTakenButNotSettledComesAgainWithTheSameId) {
  Side here, there;
  here.waiting.emplace(message(1).id, message(1));
  std::atomic<int> connections{0};
  listen([&](Channel& channel, int stop) {
    // The first connection dies after the message was taken and before anyone is told.
    if (connections++ == 0) {
      const auto frame = channel.receive(kLimit);
      const auto read = read_frame(**frame);
      there.take(std::get<Message>(*read));
      return;
    }
    (void)exchange(channel, there, {.stop = stop, .look = milliseconds(20)});
  });
  Bell stop;
  std::thread node([&] {
    while (!here.is_settled()) {
      const auto channel = connect(node_, commons_.pin);
      if (channel) (void)exchange(**channel, here, {.stop = stop.file(), .look = milliseconds(20)});
    }
  });
  EXPECT_TRUE(comes_true([&] { return here.is_settled(); }));
  stop.ring();
  node.join();
  EXPECT_EQ(there.taken[message(1).id], 2);  // it came twice: whoever takes knows the id by then
  EXPECT_EQ(here.done[message(1).id], 1);
}

TEST_F(LineTest, ANodeTakenOffIsRefusedFromItsNextMessageOn) {
  Side here, there;
  listen([&](Channel& channel, int stop) {
    (void)exchange(channel, there, {.stop = stop, .look = milliseconds(20)});
  });
  const auto channel = connect(node_, commons_.pin);
  ASSERT_TRUE(channel);
  there.welcome = false;
  Bell stop;
  here.waiting.emplace(message(1).id, message(1));
  const auto ended = exchange(**channel, here, {.stop = stop.file(), .look = milliseconds(20)});
  EXPECT_EQ(kind_of(ended), ErrorKind::kUnavailable);
  EXPECT_FALSE(here.is_settled());
}

}  // namespace
}  // namespace daybreak::line
