// SPDX-License-Identifier: AGPL-3.0-or-later
// The HTTP/1.1 server: sockets and TLS on a few network threads, handlers on a bounded pool of
// workers. start() returns when it listens; stop() may be called from any thread (not from a signal
// handler); wait() once. The router must outlive the server.
//
//   start  (stop from anywhere)  wait
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "http/access_log.hpp"
#include "http/body.hpp"
#include "http/head.hpp"
#include "http/router.hpp"

namespace daybreak::http {

struct TlsFiles {
  std::string certificate;  // PEM, with its chain
  std::string key;          // PEM
};

struct ServerLimits {
  HeadLimits head;
  std::size_t connections = 8192;                // lowered to what the open-file limit allows
  std::size_t waiting_per_address = 512;         // connections of one address without a whole head
  std::size_t queue = 1024;                      // requests that wait for a worker; then 503
  std::uint64_t bodies = 1024ull * 1024 * 1024;  // bytes of all bodies being received; then 503
  std::uint64_t unsent =
      512ull * 1024 * 1024;  // bytes of answers in memory; then the slowest reader goes
  // All are absolute: sending one byte now and then wins no time.
  std::chrono::milliseconds head_deadline{10'000};
  std::chrono::milliseconds body_deadline{30'000};
  std::chrono::milliseconds write_deadline{30'000};  // for each 64 KiB
  std::chrono::milliseconds idle_deadline{60'000};   // between requests of a kept connection
  std::chrono::milliseconds shutdown{7'000};
};

struct ServerOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one
  std::optional<TlsFiles> tls;
  ServerLimits limits;
  BodyStorage body_storage;
  // Routes whose large bodies wait in memory and never in a file; none when not given.
  std::function<bool(const Route&)> off_disk;
  unsigned network_threads = 0;  // 0: by the machine
  unsigned worker_threads = 0;
  AccessLog* access_log = nullptr;
};

struct ServerFigures {
  std::size_t connections = 0;
  std::uint64_t accepted = 0, requests = 0, refused = 0, evicted = 0, overloaded = 0;
};

class Server {
 public:
  // Fails with kUnavailable when the port is taken, kInvalid when the certificate is unusable.
  static Result<std::unique_ptr<Server>> start(ServerOptions options, const Router& router);
  ~Server();

  std::uint16_t port() const;
  ServerFigures figures() const;
  // Stops accepting; what is in flight is finished.
  void stop();
  // Blocks until stop() was called and all is finished, at most limits.shutdown after that. False
  // when a handler still runs: the process should then end without destroying what handlers use.
  bool wait();

 private:
  class Core;
  explicit Server(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core_;
};

}  // namespace daybreak::http
