// SPDX-License-Identifier: AGPL-3.0-or-later
#include "http/shard.hpp"

#include <boost/asio/ssl/context.hpp>
#include <netinet/tcp.h>

#include "base/random.hpp"
#include "http/connection.hpp"
#include "http/transport.hpp"

namespace daybreak::http {
namespace {

constexpr std::chrono::milliseconds kTick{100};
constexpr int kMostUnsent = 128 * 1024;

std::string random_prefix() {
  constexpr std::string_view kLetters = "abcdefghjkmnpqrstvwxyz23456789";
  SystemRandom random;
  std::string prefix;
  for (int i = 0; i < 5; ++i) prefix += kLetters[random.below(kLetters.size())];
  return prefix;
}

}  // namespace

ServerState::ServerState(ServerOptions given, const Router& given_router, unsigned workers_count)
    : options(std::move(given)),
      router(given_router),
      workers(workers_count, std::max(1u, std::thread::hardware_concurrency()),
              options.limits.queue),
      id_prefix(random_prefix()) {}

ServerState::~ServerState() = default;

std::string ServerState::next_id() {
  return id_prefix + '-' + std::to_string(ids.fetch_add(1, std::memory_order_relaxed));
}

Shard::Shard(ServerState& state, std::size_t connection_limit, std::size_t address_limit)
    : state_(state),
      connection_limit_(connection_limit),
      address_limit_(address_limit),
      keep_running_(context_.get_executor()),
      timer_(context_) {}

Shard::~Shard() { end(); }

void Shard::run() {
  tick();
  thread_ = std::thread([this] { context_.run(); });
}

void Shard::end() {
  context_.stop();
  if (thread_.joinable()) thread_.join();
  for (ConnectionList& list : phases_) {
    for (const auto& connection : list) connection->drop();
    list.clear();
  }
}

void Shard::open(boost::asio::ip::tcp::socket socket) {
  boost::system::error_code error;
  const auto remote = socket.remote_endpoint(error);
  if (error || state_.draining.load()) return;
  socket.set_option(boost::asio::ip::tcp::no_delay(true), error);
  // A client that does not read must not fill the kernel's memory with what it was sent.
  ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &kMostUnsent,
               sizeof kMostUnsent);
  std::string address = remote.address().to_string();
  if (!make_room(address)) return;
  ++count_;
  ++per_address_[address];
  state_.open.fetch_add(1);
  state_.accepted.fetch_add(1, std::memory_order_relaxed);
  auto transport = state_.tls ? make_tls_transport(std::move(socket), *state_.tls)
                              : make_plain_transport(std::move(socket));
  auto connection = std::make_shared<Connection>(*this, std::move(transport), std::move(address));
  ConnectionList& waiting = phases_[static_cast<std::size_t>(Phase::kWaiting)];
  connection->place = waiting.insert(waiting.end(), connection);
  connection->start();
}

bool Shard::make_room(const std::string& address) {
  const ConnectionList& waiting = phases_[static_cast<std::size_t>(Phase::kWaiting)];
  const ConnectionList& receiving = phases_[static_cast<std::size_t>(Phase::kReceiving)];
  const auto of_address = per_address_.find(address);
  if (of_address != per_address_.end() && of_address->second >= address_limit_) {
    std::shared_ptr<Connection> oldest;
    std::size_t found = 0;
    for (const auto& connection : waiting) {
      if (connection->address() != address) continue;
      if (!oldest) oldest = connection;
      ++found;
    }
    if (found >= address_limit_) evict(oldest);
  }
  if (count_ < connection_limit_) return true;
  if (!waiting.empty()) {
    evict(waiting.front());
  } else if (!receiving.empty()) {
    evict(receiving.front());
  }
  return count_ < connection_limit_;
}

void Shard::evict(const std::shared_ptr<Connection>& connection) {
  state_.evicted.fetch_add(1, std::memory_order_relaxed);
  const std::shared_ptr<Connection> kept = connection;
  kept->close();
}

void Shard::relieve(const Connection& sparing) {
  const ConnectionList& sending = phases_[static_cast<std::size_t>(Phase::kSending)];
  while (state_.unsent_bytes.load() > state_.options.limits.unsent && !sending.empty() &&
         sending.front().get() != &sparing)
    evict(sending.front());
}

void Shard::move(const std::shared_ptr<Connection>& connection, Phase to) {
  ConnectionList& from = phases_[static_cast<std::size_t>(connection->phase())];
  ConnectionList& list = phases_[static_cast<std::size_t>(to)];
  list.splice(list.end(), from, connection->place);
}

void Shard::forget(const std::shared_ptr<Connection>& connection) {
  const auto of_address = per_address_.find(connection->address());
  if (of_address != per_address_.end() && --of_address->second == 0) per_address_.erase(of_address);
  --count_;
  phases_[static_cast<std::size_t>(connection->phase())].erase(connection->place);
  state_.open.fetch_sub(1);
}

void Shard::drain() {
  const auto now = std::chrono::steady_clock::now();
  for (ConnectionList& list : phases_)
    for (auto at = list.begin(); at != list.end();) (*at++)->drain(now);
}

void Shard::tick() {
  const auto now = std::chrono::steady_clock::now();
  for (ConnectionList& list : phases_)
    for (auto at = list.begin(); at != list.end();) (*at++)->check_deadline(now);
  timer_.expires_at(now + kTick);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) tick();
  });
}

}  // namespace daybreak::http
