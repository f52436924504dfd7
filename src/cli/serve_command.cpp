// SPDX-License-Identifier: AGPL-3.0-or-later
// `daybreak serve`: serves the site of a data directory until SIGTERM or SIGINT, then finishes what
// is in flight and ends within eight seconds.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>
#include <fmt/format.h>
#include <thread>

#include "cli/command.hpp"
#include "http/server.hpp"
#include "web/site.hpp"

namespace daybreak::cli {
namespace {

struct ServeOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;
  std::string data = "daybreak-data";
  std::string database;
  std::string certificate, key;
  unsigned threads = 0;
  std::string log_file;
  std::string role;
  std::string node_listen, line_to, line_pin;
};

// Signals are waited for on the main thread; every other thread inherits the block.
sigset_t block_ending_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

http::ServerOptions server_options(const ServeOptions& options, http::AccessLog* log) {
  http::ServerOptions server{.host = options.host, .port = options.port};
  if (!options.certificate.empty()) server.tls = http::TlsFiles{options.certificate, options.key};
  server.worker_threads = options.threads;
  server.body_storage.folder = options.data;
  // What comes for a vault is not sealed yet.
  server.off_disk = [](const http::Route& route) { return route.pattern.starts_with("/vault/"); };
  server.access_log = log;
  return server;
}

// A data directory is made for one role, and says so itself: a vault's own node never turns into a
// commons by a forgotten word.
void check_role(const ServeOptions& options) {
  const bool vaults_alone = web::is_vault_node(options.data);
  if (!options.role.empty() && (options.role == "vault") != vaults_alone)
    exit_with({ErrorKind::kInvalid, "this data directory was made for another role",
               "--role " + options.role, "`daybreak init --role vault` makes a vault's own node"});
  if (vaults_alone && (options.line_to.empty() || options.line_pin.empty()))
    exit_with({ErrorKind::kInvalid, "a vault's own node connects to a commons",
               "--commons, --commons-pin",
               "Give the address and the pin that those who run the commons told you"});
  if (vaults_alone && !options.node_listen.empty())
    exit_with({ErrorKind::kInvalid, "nodes connect to a commons, not to a vault", "--node-listen",
               "Leave it out"});
  if (!vaults_alone && !(options.line_to.empty() && options.line_pin.empty()))
    exit_with({ErrorKind::kInvalid, "a commons does not connect out", "--commons",
               "`daybreak init --role vault` makes a vault's own node"});
}

void serve(const ServeOptions& options) {
  const sigset_t signals = block_ending_signals();
  SystemClock clock;
  SystemRandom random;
  const std::unique_ptr<Log> log = options.log_file.empty()
                                       ? Log::to_terminal(clock)
                                       : value_or_exit(Log::to_file(options.log_file, clock));
  const auto access_log = http::access_log_to(*log);
  check_role(options);
  const auto site = value_or_exit(web::Site::open({.data = options.data,
                                                   .commons_url = options.database,
                                                   .node_listen = options.node_listen,
                                                   .line_to = options.line_to,
                                                   .line_pin = options.line_pin},
                                                  clock, random, *log));
  const jobs::Workers workers(site->queue(), 1, [&log](const Error& error) {
    log->error("job", {{"error", LoggedText{error.describe()}}});
  });
  const auto server =
      value_or_exit(http::Server::start(server_options(options, access_log.get()), site->router()));
  fmt::print("Daybreak serves {}://{}:{}\n", options.certificate.empty() ? "http" : "https",
             options.host, server->port());
  if (!site->line_words().empty()) fmt::print("{}\n", site->line_words());
  std::fflush(stdout);
  int signal = 0;
  sigwait(&signals, &signal);
  log->info("stopping", {{"signal", signal}});
  server->stop();
  if (server->wait()) return;
  log->error("a request did not end in time");
  std::_Exit(kExitFailure);  // it still uses the site, so the site cannot be taken down in order
}

}  // namespace

void add_serve_command(CLI::App& program) {
  CLI::App* command = program.add_subcommand("serve", "Serve the site of a data directory");
  const auto options = std::make_shared<ServeOptions>();
  command->add_option("--data", options->data, "The data directory")->capture_default_str();
  command->add_option("--host", options->host, "The address to listen on; 0.0.0.0 for all")
      ->capture_default_str();
  command->add_option("--port", options->port, "The port; 0 for any free one")
      ->capture_default_str();
  command->add_option("--database", options->database,
                      "The commons' database, postgres://user@host/name; SQLite in the data "
                      "directory when left out");
  auto* certificate = command->add_option("--certificate", options->certificate,
                                          "PEM certificate with its chain, for HTTPS");
  auto* key = command->add_option("--key", options->key, "PEM key of the certificate");
  certificate->needs(key);
  key->needs(certificate);
  command->add_option("--threads", options->threads, "Worker threads; 0 chooses by the machine")
      ->capture_default_str();
  command->add_option("--role", options->role, "commons, or vault for a vault's own node")
      ->check(CLI::IsMember({"commons", "vault"}));
  command->add_option("--node-listen", options->node_listen,
                      "A commons: where nodes with vaults of their own connect, as 0.0.0.0:8443");
  command->add_option("--commons", options->line_to,
                      "A vault's own node: the commons' address, as commons.example.org:8443");
  command->add_option("--commons-pin", options->line_pin,
                      "… and its pin, as `daybreak vault node-add` printed it there");
  command->add_option("--log", options->log_file, "The log file; standard error when left out");
  command->callback([options] { serve(*options); });
}

}  // namespace daybreak::cli
