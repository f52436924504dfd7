// SPDX-License-Identifier: AGPL-3.0-or-later
#include "http/server.hpp"

#include <algorithm>
#include <boost/asio/ssl/context.hpp>
#include <condition_variable>
#include <mutex>
#include <sys/resource.h>

#include "http/shard.hpp"
#include "http/tls.hpp"

namespace daybreak::http {
namespace {

using boost::asio::ip::tcp;
constexpr std::chrono::milliseconds kAcceptPause{100};
constexpr std::size_t kFilesForOthers = 256;  // databases, logs, uploads

// As many connections as the open-file limit allows, after raising it as far as we may.
std::size_t allowed_connections(std::size_t wanted) {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return std::min<std::size_t>(wanted, 512);
  const rlim_t needed = wanted + kFilesForOthers;
  if (files.rlim_cur < needed) {
    files.rlim_cur = std::min<rlim_t>(needed, files.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &files);
    ::getrlimit(RLIMIT_NOFILE, &files);
  }
  const std::size_t usable =
      files.rlim_cur > 2 * kFilesForOthers ? files.rlim_cur - kFilesForOthers : files.rlim_cur / 2;
  return std::min(wanted, usable);
}

}  // namespace

class Server::Core {
 public:
  Core(ServerOptions options, const Router& router, unsigned networks, unsigned workers)
      : state(std::move(options), router, workers) {
    const std::size_t connections = allowed_connections(state.options.limits.connections);
    for (unsigned i = 0; i < networks; ++i)
      shards.push_back(std::make_unique<Shard>(
          state, std::max<std::size_t>(connections / networks, 1),
          std::max<std::size_t>(state.options.limits.waiting_per_address / networks, 1)));
    acceptor = std::make_unique<tcp::acceptor>(shards.front()->context());
    pause = std::make_unique<boost::asio::steady_timer>(shards.front()->context());
  }

  Result<void> listen();
  void accept();
  void stop();
  bool wait();

  ServerState state;
  std::vector<std::unique_ptr<Shard>> shards;
  std::unique_ptr<tcp::acceptor> acceptor;  // used on the first shard's thread once it runs
  std::unique_ptr<boost::asio::steady_timer> pause;
  std::uint16_t port = 0;
  std::size_t next_shard = 0;
  std::mutex mutex;
  std::condition_variable stopped;
  bool has_ended = false;
};

Result<void> Server::Core::listen() {
  const std::string place = state.options.host + ":" + std::to_string(state.options.port);
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(state.options.host, error);
  if (error)
    return fail(ErrorKind::kInvalid, "the host is not an IP address", place,
                "Use 127.0.0.1, 0.0.0.0, ::1 or ::");
  const tcp::endpoint endpoint(address, state.options.port);
  acceptor->open(endpoint.protocol(), error);
  if (!error) acceptor->set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor->bind(endpoint, error);
  if (!error) acceptor->listen(4096, error);
  if (error)
    return fail(ErrorKind::kUnavailable, "cannot listen: " + error.message(), place,
                "Choose another --port, or stop the program that uses this one");
  port = acceptor->local_endpoint().port();
  return {};
}

void Server::Core::accept() {
  Shard& shard = *shards[next_shard++ % shards.size()];
  acceptor->async_accept(shard.context(), [this, &shard](const boost::system::error_code& error,
                                                         tcp::socket socket) {
    if (!acceptor->is_open()) return;
    if (error) {  // out of files or memory: a moment later there may be some
      pause->expires_after(kAcceptPause);
      pause->async_wait([this](const boost::system::error_code&) {
        if (acceptor->is_open()) accept();
      });
      return;
    }
    if (&shard == shards.front().get()) {
      shard.open(std::move(socket));
    } else {
      shard.post([&shard, taken = std::move(socket)]() mutable { shard.open(std::move(taken)); });
    }
    accept();
  });
}

void Server::Core::stop() {
  {
    const std::lock_guard lock(mutex);
    if (state.draining.exchange(true)) return;
  }
  shards.front()->post([this] {
    boost::system::error_code error;
    acceptor->close(error);
    pause->cancel();
  });
  for (const auto& shard : shards) shard->post([&one = *shard] { one.drain(); });
  stopped.notify_all();
}

bool Server::Core::wait() {
  if (has_ended) return true;
  std::unique_lock lock(mutex);
  stopped.wait(lock, [this] { return state.draining.load(); });
  const auto deadline = std::chrono::steady_clock::now() + state.options.limits.shutdown;
  while (state.open.load() > 0 && std::chrono::steady_clock::now() < deadline)
    stopped.wait_for(lock, std::chrono::milliseconds(10));
  const bool all_answered =
      state.workers.finish(std::max(deadline, std::chrono::steady_clock::now()));
  if (!all_answered) return false;
  for (const auto& shard : shards) shard->end();
  has_ended = true;
  return true;
}

Server::Server(std::unique_ptr<Core> core) : core_(std::move(core)) {}

Server::~Server() {
  core_->stop();
  core_->wait();
}

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, const Router& router) {
  const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
  const unsigned networks =
      options.network_threads ? options.network_threads : std::clamp(cores / 4, 1u, 8u);
  const unsigned workers =
      options.worker_threads ? options.worker_threads : std::clamp(cores * 4, 8u, 64u);
  auto core = std::make_unique<Core>(std::move(options), router, networks, workers);
  if (core->state.options.tls) core->state.tls = TRY(make_tls_context(*core->state.options.tls));
  TRY(core->listen());
  core->accept();
  for (const auto& shard : core->shards) shard->run();
  return std::unique_ptr<Server>(new Server(std::move(core)));
}

std::uint16_t Server::port() const { return core_->port; }

ServerFigures Server::figures() const {
  const ServerState& state = core_->state;
  return {state.open.load(),    state.accepted.load(), state.requests.load(),
          state.refused.load(), state.evicted.load(),  state.overloaded.load()};
}

void Server::stop() { core_->stop(); }
bool Server::wait() { return core_->wait(); }

}  // namespace daybreak::http
