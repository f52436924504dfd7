// SPDX-License-Identifier: AGPL-3.0-or-later
// The door against those who come in numbers, keep silent or speak something else, and how a
// connection is kept alive.
#include <arpa/inet.h>
#include <fcntl.h>
#include <fstream>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <sstream>
#include <sys/socket.h>
#include <unistd.h>

#include "line/test_line.hpp"
#include "line/tls.hpp"

namespace daybreak::line {
namespace {

// A TCP connection that says only what the test says.
class Raw {
 public:
  explicit Raw(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
    const timeval most{8, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
  }
  ~Raw() { ::close(socket_); }
  Raw(const Raw&) = delete;
  Raw& operator=(const Raw&) = delete;
  // Until the other side ends it, or eight seconds; whether it did.
  bool is_let_go() {
    char byte = 0;
    for (;;) {
      const auto size = ::recv(socket_, &byte, 1, 0);
      if (size <= 0) return size == 0 || errno == ECONNRESET;
    }
  }
  // A handshake with this identity, at most of this version of TLS.
  bool shakes_hands(const Identity& own, int version) {
    context_.reset(SSL_CTX_new(TLS_client_method()));
    SSL_CTX_set_max_proto_version(context_.get(), version);
    const std::string pem = own.key.reveal() + own.certificate;
    const Owned<BIO, BIO_free_all> key_in(
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    const Owned<EVP_PKEY, EVP_PKEY_free> key(
        PEM_read_bio_PrivateKey(key_in.get(), nullptr, nullptr, nullptr));
    const Owned<BIO, BIO_free_all> in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    const Owned<X509, X509_free> certificate(
        PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
    SSL_CTX_use_certificate(context_.get(), certificate.get());
    SSL_CTX_use_PrivateKey(context_.get(), key.get());
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), socket_);
    return SSL_connect(ssl_.get()) == 1;
  }
  void say(const std::string& bytes) {
    EXPECT_GT(SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())), 0);
  }

 private:
  int socket_;
  Owned<SSL_CTX, SSL_CTX_free> context_;
  Owned<SSL, SSL_free> ssl_;
};

// What a door's one guest sent first.
struct Heard {
  std::mutex mutex;
  std::optional<Result<std::optional<std::string>>> first;
  Listener::Serves serves() {
    return [this](Channel& channel, int stop) {
      auto frame = channel.receive(kLimit, stop);
      const std::scoped_lock lock(mutex);
      first.emplace(std::move(frame));
    };
  }
  bool is_there() {
    const std::scoped_lock lock(mutex);
    return first.has_value();
  }
};

TEST_F(LineTest, WhoeverSpeaksAnOlderTlsIsNotLetIn) {
  Heard heard;
  listen(heard.serves());
  EXPECT_FALSE(Raw(listener_->port()).shakes_hands(node_, TLS1_2_VERSION));
  EXPECT_TRUE(comes_true([&] { return listener_->refused() == 1; }));
  EXPECT_TRUE(Raw(listener_->port()).shakes_hands(node_, TLS1_3_VERSION));
  listener_.reset();
}

TEST_F(LineTest, AFrameThatIsTooLongEndsTheConnectionBeforeItCame) {
  for (const auto& [head, kind] :
       {std::pair(std::string("\x00\x40\x00\x01", 4), ErrorKind::kInvalid),
        std::pair(std::string("\xff\xff\xff\xff", 4), ErrorKind::kInvalid)}) {
    Heard heard;
    listen(heard.serves());
    Raw raw(listener_->port());
    ASSERT_TRUE(raw.shakes_hands(node_, TLS1_3_VERSION));
    raw.say(head);
    ASSERT_TRUE(comes_true([&] { return heard.is_there(); }));
    EXPECT_EQ(kind_of(*heard.first), kind);
    listener_.reset();
  }
  listener_.reset();
}

TEST_F(LineTest, AFrameInPiecesIsOneFrameAndTwoInOnePieceAreTwo) {
  std::vector<std::string> frames;
  std::mutex mutex;
  listen([&](Channel& channel, int stop) {
    for (;;) {
      const auto frame = channel.receive(kLimit, stop);
      if (!frame || !*frame) return;
      const std::scoped_lock lock(mutex);
      frames.push_back(**frame);
    }
  });
  Raw raw(listener_->port());
  ASSERT_TRUE(raw.shakes_hands(node_, TLS1_3_VERSION));
  raw.say(std::string("\x00\x00", 2));
  std::this_thread::sleep_for(milliseconds(20));
  raw.say(
      std::string("\x00\x03"
                  "ab",
                  4));
  std::this_thread::sleep_for(milliseconds(20));
  raw.say(
      std::string("c\x00\x00\x00\x01"
                  "d\x00\x00\x00\x00",
                  10));
  EXPECT_TRUE(comes_true([&] {
    const std::scoped_lock lock(mutex);
    return frames.size() == 3;
  }));
  const std::scoped_lock lock(mutex);
  EXPECT_EQ(frames, (std::vector<std::string>{"abc", "d", ""}));
  listener_.reset();
}

TEST_F(LineTest, WhoeverKeepsSilentOrComesInNumbersIsLetGo) {
  auto started = Listener::start(
      {.address = {"127.0.0.1", 0}, .handshake = milliseconds(300), .most_handshakes = 2}, commons_,
      [](const std::string&) { return true; }, [](Channel&, int) {});
  ASSERT_TRUE(started);
  const std::uint16_t port = (*started)->port();
  Raw first(port), second(port);
  std::this_thread::sleep_for(milliseconds(50));
  EXPECT_TRUE(Raw(port).is_let_go()) << "two shake hands already";
  EXPECT_EQ((*started)->refused(), 1u);
  EXPECT_TRUE(first.is_let_go());
  EXPECT_TRUE(second.is_let_go());
  EXPECT_TRUE(comes_true([&] { return (*started)->refused() == 3; }));
  EXPECT_TRUE(Channel::connect({"127.0.0.1", port}, node_, commons_.pin, kLimit));
}

TEST_F(LineTest, NoMoreAreServedThanTheDoorHolds) {
  std::atomic<bool> leave{false};
  auto started = Listener::start(
      {.address = {"127.0.0.1", 0}, .most_connections = 1}, commons_,
      [](const std::string&) { return true; },
      [&](Channel&, int) { comes_true([&] { return leave.load(); }); });
  ASSERT_TRUE(started);
  const Address address{"127.0.0.1", (*started)->port()};
  const auto first = Channel::connect(address, node_, commons_.pin, kLimit);
  ASSERT_TRUE(first);
  EXPECT_EQ(kind_of(Channel::connect(address, node_, commons_.pin, kLimit)),
            ErrorKind::kUnavailable);
  EXPECT_EQ((*started)->refused(), 1u);
  leave = true;
  EXPECT_TRUE(comes_true([&] {
    return Channel::connect(address, node_, commons_.pin, kLimit).has_value();
  })) << "who left makes room";
}

TEST_F(LineTest, ADoorOpensOnAnAddressOfThisMachineAndOnce) {
  const auto start = [&](const std::string& host, std::uint16_t port) {
    return Listener::start(
        {.address = {host, port}}, commons_, [](const std::string&) { return true; },
        [](Channel&, int) {});
  };
  const auto first = start("127.0.0.1", 0);
  ASSERT_TRUE(first);
  EXPECT_NE((*first)->port(), 0);
  EXPECT_EQ(kind_of(start("127.0.0.1", (*first)->port())), ErrorKind::kUnavailable);
  EXPECT_EQ(kind_of(start("commons.example.org", 0)), ErrorKind::kInvalid);
  const auto six = start("::1", 0);
  ASSERT_TRUE(six) << six.error().describe();
  EXPECT_TRUE(Channel::connect({"::1", (*six)->port()}, node_, commons_.pin, kLimit));
  std::uint16_t gone = (*first)->port();
  EXPECT_EQ(kind_of(Channel::connect({"127.0.0.1", gone}, node_, std::string(), kLimit)),
            ErrorKind::kDenied);
  EXPECT_EQ(kind_of(Channel::connect({"nowhere.invalid", 1}, node_, commons_.pin, kLimit)),
            ErrorKind::kUnavailable);
}

TEST_F(LineTest, NobodyListensIsSaidAtOnce) {
  listen([](Channel&, int) {});
  const Address before = address();
  listener_.reset();
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(kind_of(Channel::connect(before, node_, commons_.pin, kLimit)),
            ErrorKind::kUnavailable);
  EXPECT_LT(std::chrono::steady_clock::now() - began, seconds(2));
  listener_.reset();
}

TEST_F(LineTest, WaitingForAFrameEndsWithItsTimeOrTheBell) {
  listen([](Channel& channel, int stop) { (void)channel.receive(kLimit, stop); });
  const auto channel = connect(node_, commons_.pin);
  ASSERT_TRUE(channel);
  using Time = std::chrono::steady_clock;
  auto began = Time::now();
  const auto nothing = (*channel)->receive(milliseconds(100));
  ASSERT_TRUE(nothing);
  EXPECT_FALSE(*nothing);
  EXPECT_GE(Time::now() - began, milliseconds(99));
  Bell bell;
  bell.ring();
  began = Time::now();
  const auto woken = (*channel)->receive(seconds(30), bell.file());
  ASSERT_TRUE(woken);
  EXPECT_FALSE(*woken);
  EXPECT_LT(Time::now() - began, seconds(5));
  listener_.reset();  // stops the other side
  EXPECT_EQ(kind_of((*channel)->receive(kLimit)), ErrorKind::kUnavailable);
  listener_.reset();
}

TEST_F(LineTest, AConnectionIsKeptAliveAndGivenUpWhenTheOtherSideIsSilent) {
  Side here, there;
  std::atomic<bool> silent{false};
  const ExchangeOptions often{
      .look = milliseconds(10), .alive = milliseconds(50), .dead = milliseconds(600)};
  listen([&](Channel& channel, int stop) {
    ExchangeOptions options = often;
    options.stop = stop;
    if (!silent) return (void)exchange(channel, there, options);
    Bell never;
    (void)channel.receive(seconds(3), stop);  // keeps the connection and says nothing
  });
  {
    const auto channel = connect(node_, commons_.pin);
    ASSERT_TRUE(channel);
    Bell stop;
    std::thread later([&] {
      std::this_thread::sleep_for(milliseconds(1500));
      stop.ring();
    });
    ExchangeOptions options = often;
    options.stop = stop.file();
    const auto ended = exchange(**channel, here, options);
    later.join();
    EXPECT_TRUE(ended) << ended.error().describe();
  }
  silent = true;
  const auto channel = connect(node_, commons_.pin);
  ASSERT_TRUE(channel);
  ExchangeOptions quiet = often;
  quiet.alive = seconds(60);
  const auto began = std::chrono::steady_clock::now();
  const auto ended = exchange(**channel, here, quiet);
  EXPECT_EQ(kind_of(ended), ErrorKind::kUnavailable);
  EXPECT_GE(std::chrono::steady_clock::now() - began, milliseconds(590));
  EXPECT_LT(std::chrono::steady_clock::now() - began, seconds(2));
  listener_.reset();
}

TEST_F(LineTest, WhatIsSettledThatNobodySentIsNoHarm) {
  Side here;
  here.waiting.emplace(message(1).id, message(1));
  listen([&](Channel& channel, int stop) {
    ASSERT_TRUE(channel.send(write_frame(Settled{message(9).id, Outcome::kTaken})));
    for (;;) {
      const auto frame = channel.receive(kLimit, stop);
      if (!frame || !*frame) return;
      const auto read = read_frame(**frame);
      if (const auto* one = std::get_if<Message>(&*read)) {
        (void)channel.send(write_frame(Settled{one->id, Outcome::kTaken}));
        return (void)channel.send("this is no frame");
      }
    }
  });
  const auto channel = connect(node_, commons_.pin);
  ASSERT_TRUE(channel);
  EXPECT_EQ(kind_of(exchange(**channel, here, {.look = milliseconds(10)})), ErrorKind::kInvalid);
  EXPECT_TRUE(here.is_settled());
  EXPECT_EQ(here.done.count(message(9).id), 0u);
  listener_.reset();
}

TEST(LineIdentity, IsReadBackWholeOrNotAtAll) {
  const ScratchFolder folder;
  const auto made = Identity::load_or_create(folder.path());
  ASSERT_TRUE(made);
  const auto again = Identity::load_or_create(folder.path());
  EXPECT_EQ(again->key.reveal(), made->key.reveal());
  EXPECT_EQ(again->certificate, made->certificate);
  const Identity other = *Identity::generate();
  const auto with = [&](const std::string& pem) {
    std::ofstream(folder.path() / "line.pem") << pem;
    return kind_of(Identity::load_or_create(folder.path()));
  };
  EXPECT_EQ(with(made->key.reveal() + other.certificate), ErrorKind::kCorrupt);
  EXPECT_EQ(with(made->certificate + made->key.reveal()), ErrorKind::kCorrupt);
  EXPECT_EQ(with(made->key.reveal()), ErrorKind::kCorrupt);
  EXPECT_EQ(with(made->certificate), ErrorKind::kCorrupt);
  EXPECT_EQ(with(made->key.reveal() + made->certificate), std::nullopt);
  EXPECT_EQ(kind_of(Identity::load_or_create(folder.path() / "missing")), ErrorKind::kUnavailable);
  EXPECT_NE(other.pin, made->pin);
}

TEST(LineIdentity, PinsAndAddressesAreReadAsPeopleWriteThem) {
  const std::string pin = Identity::generate()->pin;
  std::string shouted;
  for (std::size_t i = 0; i < pin.size(); i += 2) {
    shouted += static_cast<char>(std::toupper(static_cast<unsigned char>(pin[i])));
    shouted += static_cast<char>(std::toupper(static_cast<unsigned char>(pin[i + 1])));
    shouted += i % 4 == 0 ? ":" : "-";
  }
  EXPECT_EQ(*pin_from(shouted), pin);
  EXPECT_FALSE(pin_from(pin + "0"));
  EXPECT_FALSE(pin_from(pin + "g"));
  EXPECT_FALSE(pin_from("g" + pin));
  EXPECT_FALSE(pin_from(""));
  const auto read = [](std::string_view text) {
    const auto address = address_from(text);
    return address ? address->host + " " + std::to_string(address->port) : std::string("none");
  };
  EXPECT_EQ(read("tls://commons.example.org:1//"), "commons.example.org 1");
  EXPECT_EQ(read("192.0.2.1:65535"), "192.0.2.1 65535");
  EXPECT_EQ(read("192.0.2.1:0"), "192.0.2.1 0");
  EXPECT_EQ(read("[2001:db8::1]:443"), "2001:db8::1 443");
  for (const char* wrong : {"", ":", "a:", "a:65536", "a:-1", "a:b", "[]:1", "8443"})
    EXPECT_EQ(read(wrong), "none") << wrong;
}

}  // namespace
}  // namespace daybreak::line
