// SPDX-License-Identifier: AGPL-3.0-or-later
// The program serving a data directory, and people who visit it over loopback.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <sys/types.h>

namespace daybreak::http::test {
class Client;
}

namespace daybreak::wall {

class Served {
 public:
  // Starts `program serve` on a free port; throws std::runtime_error when it does not come up.
  Served(const std::string& program, const std::filesystem::path& data,
         const std::filesystem::path& log);
  ~Served();
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;
  pid_t process() const { return process_; }
  std::uint16_t port() const { return port_; }

 private:
  pid_t process_ = -1;
  std::uint16_t port_ = 0;
};

// One session, or nobody's before sign_in().
class Visitor {
 public:
  explicit Visitor(const Served& served) : port_(served.port()) {}
  bool sign_in(const std::string& email);
  bool unlock(const std::string& passphrase);
  // Head and body of the answer.
  std::string get(const std::string& path) const;
  std::string post(const std::string& path, const std::string& fields) const;
  // Asks for it on a connection that stays open as long as this visitor.
  std::string keep_open(const std::string& path);

 private:
  std::string ask(const std::string& request) const;
  std::uint16_t port_;
  std::string cookie_, csrf_;
  std::shared_ptr<http::test::Client> kept_;
};

}  // namespace daybreak::wall
