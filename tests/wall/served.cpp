// SPDX-License-Identifier: AGPL-3.0-or-later
#include "tests/wall/served.hpp"

#include <array>
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.hpp"
#include "tests/http/client.hpp"
#include "trust/demonstration.hpp"
#include "trust/session.hpp"

namespace daybreak::wall {

using http::test::Client;

Served::Served(const std::string& program, const std::filesystem::path& data,
               const std::filesystem::path& log) {
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  process_ = ::fork();
  if (process_ == 0) {
    ::dup2(pipe[1], STDOUT_FILENO);
    ::execl(program.c_str(), program.c_str(), "serve", "--port", "0", "--data", data.c_str(),
            "--log", log.c_str(), nullptr);
    _exit(127);
  }
  ::close(pipe[1]);
  std::string said;
  for (char c = 0; ::read(pipe[0], &c, 1) == 1 && c != '\n';) said += c;
  ::close(pipe[0]);
  const auto colon = said.rfind(':');
  const auto port = colon == std::string::npos ? std::nullopt : to_integer(said.substr(colon + 1));
  if (!port) throw std::runtime_error("the program does not serve: " + said);
  port_ = static_cast<std::uint16_t>(*port);
}

Served::~Served() {
  ::kill(process_, SIGTERM);
  ::waitpid(process_, nullptr, 0);
}

std::string Visitor::ask(const std::string& request) const {
  Client client(port_);
  client.send(request);
  return client.read_to_end(std::chrono::seconds(30));
}

std::string Visitor::get(const std::string& path) const {
  return ask(
      fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n"
                  "Cookie: {}\r\nConnection: close\r\n\r\n",
                  path, cookie_.empty() ? "none=1" : cookie_));
}

std::string Visitor::keep_open(const std::string& path) {
  kept_ = std::make_shared<Client>(port_);
  kept_->send(
      fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n"
                  "Cookie: {}\r\n\r\n",
                  path, cookie_));
  return kept_->read_answer(std::chrono::seconds(30));
}

std::string Visitor::post(const std::string& path, const std::string& fields) const {
  const std::string body = fields + "&csrf=" + (csrf_.empty() ? "x" : csrf_);
  return ask(
      fmt::format("POST {} HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n"
                  "Content-Type: application/x-www-form-urlencoded\r\nCookie: {}\r\n"
                  "Content-Length: {}\r\nConnection: close\r\n\r\n{}",
                  path, cookie_.empty() ? "none=1" : cookie_, body.size(), body));
}

bool Visitor::sign_in(const std::string& email) {
  const std::string answer =
      post("/sign-in", "email=" + replace_all(email, "@", "%40") + "&password=" +
                           replace_all(std::string(trust::kDemonstrationPassword), " ", "+") +
                           "&code=" + std::string(trust::kDemonstrationCode));
  const auto set = answer.find("Set-Cookie: ");
  if (set == std::string::npos) return false;
  cookie_ = answer.substr(set + 12, answer.find(';', set) - set - 12);
  csrf_ = trust::csrf_token(Secret<std::string>(cookie_.substr(cookie_.find('=') + 1)));
  return true;
}

bool Visitor::unlock(const std::string& passphrase) {
  return http::test::status_of(
             post("/vault/unlock", "passphrase=" + replace_all(passphrase, " ", "+"))) == 303;
}

}  // namespace daybreak::wall
