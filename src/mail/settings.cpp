// SPDX-License-Identifier: AGPL-3.0-or-later
#include "mail/settings.hpp"

#include <fstream>

#include "base/text.hpp"

namespace daybreak::mail {
namespace {

Result<SmtpSettings::Encryption> encryption_of(std::string_view word) {
  if (word == "starttls") return SmtpSettings::Encryption::kStartTls;
  if (word == "tls") return SmtpSettings::Encryption::kTls;
  if (word == "none") return SmtpSettings::Encryption::kNone;
  return fail(ErrorKind::kInvalid, "is not starttls, tls or none", "mail.encryption");
}

// A file of its own, so that settings can be shown and copied.
Result<Secret<std::string>> read_password(const std::string& path) {
  if (path.empty()) return Secret<std::string>();
  std::ifstream file(path);
  std::string line;
  if (!file || !std::getline(file, line))
    return fail(ErrorKind::kNotFound, "cannot be read", "mail.password_file",
                "Write the password into the file's first line");
  return Secret<std::string>(std::string(trim(line)));
}

}  // namespace

Result<Post> read_post(Config& config, const std::filesystem::path& data) {
  Post post;
  post.from.address = TRY(config.text("mail.from", "directory@localhost.example.org"));
  if (const auto checked = check_address(post.from.address); !checked)
    return fail(ErrorKind::kInvalid, checked.error().message, "mail.from",
                "Give the address that your mail server sends for you");
  SmtpSettings smtp;
  smtp.host = TRY(config.text("mail.server"));
  smtp.port = static_cast<int>(TRY(config.integer("mail.port", 587, 1, 65535)));
  smtp.encryption = TRY(encryption_of(TRY(config.text("mail.encryption", "starttls"))));
  smtp.user = TRY(config.text("mail.user"));
  smtp.password = TRY(read_password(TRY(config.text("mail.password_file"))));
  if (smtp.host.empty()) {
    post.sender = std::make_unique<OutboxFolder>(TRY(OutboxFolder::open(data / "outbox")));
    return post;
  }
  post.is_folder = false;
  post.sender = std::make_unique<SmtpSender>(TRY(SmtpSender::create(std::move(smtp))));
  return post;
}

}  // namespace daybreak::mail
