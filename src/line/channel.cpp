// SPDX-License-Identifier: AGPL-3.0-or-later
#include "line/channel.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.hpp"
#include "line/tls.hpp"

namespace daybreak::line {
namespace {

using Time = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kWholeFrame{30'000};  // to send or receive one
constexpr std::string_view kGreeting = "daybreak line 1";

tl::unexpected<Error> ended() {
  return fail(ErrorKind::kUnavailable, "the connection between the nodes ended", "line");
}
tl::unexpected<Error> unreachable(const Address& address) {
  return fail(ErrorKind::kUnavailable, "the other node cannot be reached",
              address.host + ":" + std::to_string(address.port),
              "Check the address, and that it runs with --node-listen");
}

// Any certificate passes here; the caller decides by the pin. The handshake proves that the other
// side has the key.
int take_any_certificate(X509_STORE_CTX*, void*) { return 1; }

Owned<SSL_CTX, SSL_CTX_free> make_context(const Identity& own) {
  Owned<SSL_CTX, SSL_CTX_free> context(SSL_CTX_new(TLS_method()));
  if (!context) return nullptr;
  SSL_CTX* native = context.get();
  SSL_CTX_set_min_proto_version(native, TLS1_3_VERSION);
  // No session is taken up again: every connection shows its certificate anew.
  SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(native, 0);
  SSL_CTX_set_options(native, SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(native, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_cert_verify_callback(native, take_any_certificate, nullptr);
  SSL_CTX_set_verify(native, SSL_VERIFY_PEER, nullptr);
  const std::string& key_text = own.key.reveal();
  const Owned<BIO, BIO_free_all> key_in(
      BIO_new_mem_buf(key_text.data(), static_cast<int>(key_text.size())));
  const Owned<EVP_PKEY, EVP_PKEY_free> key(
      PEM_read_bio_PrivateKey(key_in.get(), nullptr, nullptr, nullptr));
  const Owned<BIO, BIO_free_all> in(
      BIO_new_mem_buf(own.certificate.data(), static_cast<int>(own.certificate.size())));
  const Owned<X509, X509_free> certificate(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
  if (!key && own.certificate.empty()) return context;  // tests: a caller without a certificate
  if (!key || !certificate || SSL_CTX_use_certificate(native, certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(native, key.get()) != 1)
    return nullptr;
  return context;
}

void set_up_socket(int socket) {
  ::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) | O_NONBLOCK);
  const int yes = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

milliseconds left_until(Time::time_point deadline) {
  return std::max(milliseconds(0),
                  std::chrono::duration_cast<milliseconds>(deadline - Time::now()));
}

// True when the socket is ready; false when the time is over or `wake` can be read.
bool wait_for(int socket, short what, milliseconds wait, int wake = -1) {
  std::array<pollfd, 2> files{pollfd{socket, what, 0}, pollfd{wake, POLLIN, 0}};
  const int ready = ::poll(files.data(), wake < 0 ? 1 : 2, static_cast<int>(wait.count()));
  return ready > 0 && files[0].revents != 0;
}

// A connected socket, or -1.
int connect_to(const Address& address, milliseconds limit) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found) !=
      0)
    return -1;
  const Owned<addrinfo, ::freeaddrinfo> all(found);
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    const int socket = ::socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket < 0) continue;
    set_up_socket(socket);
    const int begun = ::connect(socket, one->ai_addr, one->ai_addrlen);
    int error = begun == 0 ? 0 : errno;
    if (error == EINPROGRESS && wait_for(socket, POLLOUT, limit)) {
      socklen_t size = sizeof error;
      ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
    }
    if (error == 0) return socket;
    ::close(socket);
  }
  return -1;
}

}  // namespace

Result<Address> address_from(std::string_view text) {
  for (const std::string_view start : {"https://", "tls://"})
    if (text.starts_with(start)) text.remove_prefix(start.size());
  while (text.ends_with('/')) text.remove_suffix(1);
  const auto colon = text.rfind(':');
  const auto port =
      colon == std::string_view::npos ? std::nullopt : to_integer(text.substr(colon + 1));
  std::string_view host = text.substr(0, colon == std::string_view::npos ? 0 : colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (!port || *port < 0 || *port > 65535 || host.empty())
    return fail(ErrorKind::kInvalid, "this is not an address of a node", std::string(text),
                "Write it as commons.example.org:8443");
  return Address{std::string(host), static_cast<std::uint16_t>(*port)};
}

struct Channel::State {
  Owned<SSL_CTX, SSL_CTX_free> context;
  Owned<SSL, SSL_free> ssl;
  int socket = -1;
  std::string pin;
  std::string received;
  std::optional<Time::time_point> frame_deadline;  // while half a frame is here

  ~State() {
    if (socket >= 0) ::close(socket);
  }
  // Does an operation of OpenSSL until it is done or late.
  template <typename Operation>
  int until_done(Time::time_point deadline, Operation operation) {
    for (;;) {
      ERR_clear_error();
      const int result = operation();
      if (result > 0) return result;
      const int why = SSL_get_error(ssl.get(), result);
      if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) return result;
      const auto left = left_until(deadline);
      if (left.count() == 0 ||
          !wait_for(socket, why == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, left))
        return -1;
    }
  }
  bool shake_hands(bool accepts, milliseconds limit) {
    set_up_socket(socket);
    if (!context) return false;
    ssl.reset(SSL_new(context.get()));
    if (!ssl || SSL_set_fd(ssl.get(), socket) != 1) return false;
    const auto deadline = Time::now() + limit;
    if (until_done(deadline,
                   [&] { return accepts ? SSL_accept(ssl.get()) : SSL_connect(ssl.get()); }) != 1)
      return false;
    const Owned<X509, X509_free> shown(SSL_get1_peer_certificate(ssl.get()));
    if (shown) pin = pin_of(shown.get());
    return true;
  }
  // What is there, without waiting. False when the connection ended.
  bool read_all() {
    std::array<char, 16 * 1024> piece{};
    for (;;) {
      ERR_clear_error();
      const int size = SSL_read(ssl.get(), piece.data(), static_cast<int>(piece.size()));
      if (size > 0) {
        received.append(piece.data(), static_cast<std::size_t>(size));
        if (received.size() > kMostFrameBytes + 4) return true;  // enough for a frame
        continue;
      }
      return SSL_get_error(ssl.get(), size) == SSL_ERROR_WANT_READ;
    }
  }
  Result<std::optional<std::string>> whole_frame() {
    if (received.size() < 4) return std::nullopt;
    std::size_t size = 0;
    for (int i = 0; i < 4; ++i)
      size = size << 8 | static_cast<unsigned char>(received[static_cast<std::size_t>(i)]);
    if (size > kMostFrameBytes)
      return fail(ErrorKind::kInvalid, "a message between the nodes is too long", "line");
    if (received.size() < 4 + size) return std::nullopt;
    std::string frame = received.substr(4, size);
    received.erase(0, 4 + size);
    return frame;
  }
};

Channel::Channel(std::unique_ptr<State> state) : state_(std::move(state)) {}
Channel::~Channel() {
  if (state_->ssl) SSL_shutdown(state_->ssl.get());
}

const std::string& Channel::peer_pin() const { return state_->pin; }

Result<std::unique_ptr<Channel>> Channel::connect(const Address& address, const Identity& own,
                                                  const std::string& pin, milliseconds limit) {
  auto state = std::make_unique<State>();
  state->socket = connect_to(address, limit);
  if (state->socket < 0) return unreachable(address);
  state->context = make_context(own);
  if (!state->shake_hands(false, limit)) return unreachable(address);
  if (state->pin != pin)
    return fail(ErrorKind::kDenied, "the other node is not the one of this pin",
                address.host + ":" + std::to_string(address.port),
                "Do not go on: ask those who run it for their pin by voice");
  std::unique_ptr<Channel> channel(new Channel(std::move(state)));
  const auto greeting = channel->receive(limit);
  if (!greeting || !*greeting || **greeting != kGreeting)
    return fail(ErrorKind::kUnavailable, "the other node does not let this one in",
                address.host + ":" + std::to_string(address.port),
                "Ask those who run it to enter this node's pin (`daybreak vault node-add`)");
  return channel;
}

Result<std::unique_ptr<Channel>> Channel::accept(int socket, const Identity& own,
                                                 milliseconds limit) {
  auto state = std::make_unique<State>();
  state->socket = socket;
  state->context = make_context(own);
  if (!state->shake_hands(true, limit))
    return fail(ErrorKind::kInvalid, "a handshake of another node failed", "line");
  return std::unique_ptr<Channel>(new Channel(std::move(state)));
}

Result<void> Channel::greet() { return send(kGreeting); }

Result<std::optional<std::string>> Channel::receive(milliseconds wait, int wake) {
  const auto deadline = Time::now() + wait;
  for (;;) {
    auto frame = TRY(state_->whole_frame());
    if (frame) {
      state_->frame_deadline.reset();
      return frame;
    }
    const std::size_t before = state_->received.size();
    const bool goes_on = state_->read_all();
    if (state_->received.size() > before) {  // what came before the end is read first
      if (!state_->frame_deadline) state_->frame_deadline = Time::now() + kWholeFrame;
      continue;
    }
    if (!goes_on) return ended();
    if (state_->frame_deadline && Time::now() > *state_->frame_deadline) return ended();
    const auto left = left_until(deadline);
    if (left.count() == 0 || !wait_for(state_->socket, POLLIN, left, wake)) return std::nullopt;
  }
}

Result<void> Channel::send(std::string_view frame) {
  if (frame.size() > kMostFrameBytes)
    return fail(ErrorKind::kInvalid, "a message between the nodes is too long", "line");
  std::string bytes;
  bytes.reserve(4 + frame.size());
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes += static_cast<char>(frame.size() >> shift & 0xff);
  bytes += frame;
  const auto deadline = Time::now() + kWholeFrame;
  for (std::size_t sent = 0; sent < bytes.size();) {
    const int size = state_->until_done(deadline, [&] {
      return SSL_write(state_->ssl.get(), bytes.data() + sent,
                       static_cast<int>(bytes.size() - sent));
    });
    if (size <= 0) return ended();
    sent += static_cast<std::size_t>(size);
  }
  return {};
}

}  // namespace daybreak::line
