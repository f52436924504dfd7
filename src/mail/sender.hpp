// SPDX-License-Identifier: AGPL-3.0-or-later
// Where composed mail goes: an SMTP server, or a folder (demonstration, tests, machines without
// mail). Called from background jobs only (jobs/), never from a request: sending may take a minute.
// Each sender may be used from any thread, one message at a time per call.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace daybreak::mail {

struct Envelope {
  std::string from;             // for bounces
  std::vector<std::string> to;  // each gets the same bytes
};

class Sender {
 public:
  virtual ~Sender() = default;
  // Success means that the next server, or the disk, has taken responsibility. kUnavailable: try
  // again later; kInvalid: this message or address will never be taken.
  virtual Result<void> send(const Envelope& envelope, const std::string& message) = 0;
};

struct SmtpSettings {
  enum class Encryption { kNone, kStartTls, kTls };  // kNone only to loopback
  std::string host;
  int port = 587;
  Encryption encryption = Encryption::kStartTls;
  std::string user;
  Secret<std::string> password;
  std::string ca_file;  // empty: the system's
  std::chrono::seconds timeout{60};
};

// libcurl; one connection per call. Certificates are always checked. Fails at once with kInvalid
// when the settings would send a password or mail unencrypted over a network.
class SmtpSender final : public Sender {
 public:
  static Result<SmtpSender> create(SmtpSettings settings);
  Result<void> send(const Envelope& envelope, const std::string& message) override;

 private:
  explicit SmtpSender(SmtpSettings settings) : settings_(std::move(settings)) {}
  SmtpSettings settings_;
};

// One file a message, "<time>-<number>.eml", written whole and synced before send() returns. The
// envelope stands in X-Envelope-* lines on top. Files are readable by the owner alone.
class OutboxFolder final : public Sender {
 public:
  static Result<OutboxFolder> open(std::filesystem::path folder);
  Result<void> send(const Envelope& envelope, const std::string& message) override;

 private:
  explicit OutboxFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}
  std::filesystem::path folder_;
};

}  // namespace daybreak::mail
