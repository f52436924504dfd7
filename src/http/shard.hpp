// SPDX-License-Identifier: AGPL-3.0-or-later
// Internal to http/ (includes Boost): one network thread and its connections. Everything here runs
// on that thread, so nothing is locked; others talk to it with post(). It decides who may stay when
// there are too many: whoever has waited longest without sending a whole request goes first, and a
// connection whose request is being answered never goes.
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <list>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>

#include "http/server.hpp"
#include "http/worker_pool.hpp"

namespace boost::asio::ssl {
class context;
}

namespace daybreak::http {

class Connection;

// What a connection is busy with; each phase has a list, ordered by who came first.
enum class Phase : std::uint8_t { kWaiting, kReceiving, kWorking, kSending, kEnding };
constexpr std::size_t kPhases = 5;
using ConnectionList = std::list<std::shared_ptr<Connection>>;

// What all network threads share.
struct ServerState {
  ServerState(ServerOptions given, const Router& given_router, unsigned workers_count);
  ~ServerState();
  std::string next_id();

  ServerOptions options;
  const Router& router;
  std::unique_ptr<boost::asio::ssl::context> tls;
  WorkerPool workers;
  std::string id_prefix;
  std::atomic<bool> draining{false};
  std::atomic<std::size_t> open{0};
  std::atomic<std::uint64_t> ids{0}, accepted{0}, requests{0}, refused{0}, evicted{0},
      overloaded{0}, body_bytes{0}, unsent_bytes{0};
};

class Shard {
 public:
  Shard(ServerState& state, std::size_t connection_limit, std::size_t address_limit);
  ~Shard();

  void run();  // starts the thread
  void end();  // stops and joins it; drops what is left
  void open(boost::asio::ip::tcp::socket socket);
  // No new requests: idle connections close, the rest get little time.
  void drain();

  // For connections.
  // Closes those that have read nothing for longest while answers take too much memory.
  void relieve(const Connection& sparing);
  void move(const std::shared_ptr<Connection>& connection, Phase to);
  void forget(const std::shared_ptr<Connection>& connection);
  template <typename Action>
  void post(Action action) {
    boost::asio::post(context_, std::move(action));
  }
  ServerState& state() { return state_; }
  boost::asio::io_context& context() { return context_; }

 private:
  bool make_room(const std::string& address);
  void evict(const std::shared_ptr<Connection>& connection);
  void tick();

  ServerState& state_;
  const std::size_t connection_limit_, address_limit_;
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> keep_running_;
  boost::asio::steady_timer timer_;
  std::array<ConnectionList, kPhases> phases_;
  std::unordered_map<std::string, std::size_t> per_address_;
  std::size_t count_ = 0;
  std::thread thread_;
};

}  // namespace daybreak::http
