// SPDX-License-Identifier: AGPL-3.0-or-later
#include "line/listener.hpp"

#include <array>
#include <atomic>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include "line/tls.hpp"

namespace daybreak::line {

struct Listener::State {
  ListenerOptions options;
  Identity own;
  Knows knows;
  Serves serves;
  int socket = -1, stop = -1;
  std::uint16_t port = 0;
  std::thread accepting;
  std::atomic<std::size_t> connections{0}, handshakes{0};
  std::atomic<std::uint64_t> refused{0};
  std::mutex mutex;
  std::condition_variable empty;

  ~State() {
    if (stop >= 0) ::eventfd_write(stop, 1);
    if (accepting.joinable()) accepting.join();
    std::unique_lock lock(mutex);
    empty.wait(lock, [this] { return connections == 0; });
    if (socket >= 0) ::close(socket);
    if (stop >= 0) ::close(stop);
  }

  Result<void> listen();
  void accept_all();
  void serve_one(int taken);
};

Result<void> Listener::State::listen() {
  const std::string place = options.address.host + ":" + std::to_string(options.address.port);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICHOST;
  addrinfo* found = nullptr;
  if (::getaddrinfo(options.address.host.c_str(), std::to_string(options.address.port).c_str(),
                    &hints, &found) != 0)
    return fail(ErrorKind::kInvalid, "the host is not an IP address", place,
                "Use 127.0.0.1, 0.0.0.0, [::1] or [::] in --node-listen");
  const Owned<addrinfo, ::freeaddrinfo> all(found);
  socket = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  if (socket < 0 || ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
      ::bind(socket, found->ai_addr, found->ai_addrlen) != 0 || ::listen(socket, 64) != 0 ||
      ::getsockname(socket, reinterpret_cast<sockaddr*>(&bound), &size) != 0)
    return fail(ErrorKind::kUnavailable, "cannot listen for nodes", place,
                "Choose another --node-listen, or stop the program that uses this port");
  port = ntohs(bound.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6*>(&bound)->sin6_port
                                           : reinterpret_cast<sockaddr_in*>(&bound)->sin_port);
  stop = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (stop < 0) return fail(ErrorKind::kUnavailable, "the machine has no file left", place);
  return {};
}

void Listener::State::accept_all() {
  for (;;) {
    std::array<pollfd, 2> files{pollfd{socket, POLLIN, 0}, pollfd{stop, POLLIN, 0}};
    if (::poll(files.data(), 2, -1) < 0) continue;
    if (files[1].revents != 0) return;
    const int taken = ::accept4(socket, nullptr, nullptr, SOCK_CLOEXEC);
    if (taken < 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      continue;
    }
    if (connections >= options.most_connections || handshakes >= options.most_handshakes) {
      ++refused;
      ::close(taken);
      continue;
    }
    ++connections;
    ++handshakes;
    std::thread([this, taken] {
      serve_one(taken);
      const std::scoped_lock lock(mutex);
      --connections;
      empty.notify_all();
    }).detach();
  }
}

void Listener::State::serve_one(int taken) {
  const auto channel = Channel::accept(taken, own, options.handshake);
  --handshakes;
  const bool known = channel && !(*channel)->peer_pin().empty() && knows((*channel)->peer_pin());
  if (!known) {
    ++refused;
    return;
  }
  if ((*channel)->greet()) serves(**channel, stop);
}

Listener::Listener(std::unique_ptr<State> state) : state_(std::move(state)) {}
Listener::~Listener() = default;

Result<std::unique_ptr<Listener>> Listener::start(const ListenerOptions& options, Identity own,
                                                  Knows knows, Serves serves) {
  auto state = std::make_unique<State>();
  state->options = options;
  state->own = std::move(own);
  state->knows = std::move(knows);
  state->serves = std::move(serves);
  TRY(state->listen());
  state->accepting = std::thread([raw = state.get()] { raw->accept_all(); });
  return std::unique_ptr<Listener>(new Listener(std::move(state)));
}

std::uint16_t Listener::port() const { return state_->port; }
std::uint64_t Listener::refused() const { return state_->refused; }

}  // namespace daybreak::line
