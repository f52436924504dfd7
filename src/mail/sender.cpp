// SPDX-License-Identifier: AGPL-3.0-or-later
#include "mail/sender.hpp"

#include <atomic>
#include <cstring>
#include <curl/curl.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <memory>
#include <mutex>
#include <unistd.h>

#include "mail/message.hpp"

namespace daybreak::mail {
namespace {

Result<void> check_envelope(const Envelope& envelope) {
  TRY(check_address(envelope.from));
  if (envelope.to.empty()) return fail(ErrorKind::kInvalid, "a mail needs a recipient", "envelope");
  for (const std::string& address : envelope.to) TRY(check_address(address));
  return {};
}

struct Upload {
  const std::string* message;
  std::size_t at = 0;
};
std::size_t read_message(char* buffer, std::size_t size, std::size_t count, void* closure) {
  auto& upload = *static_cast<Upload*>(closure);
  const std::size_t bytes = std::min(size * count, upload.message->size() - upload.at);
  std::memcpy(buffer, upload.message->data() + upload.at, bytes);
  upload.at += bytes;
  return bytes;
}

Error smtp_error(CURLcode code, long response, const char* detail) {
  // 5xx is final; everything else (4xx, no connection, TLS trouble) may pass later.
  const bool final = code != CURLE_OK && response >= 500 && response < 600;
  return Error{final ? ErrorKind::kInvalid : ErrorKind::kUnavailable,
               fmt::format("the mail server did not take the message: {}{}",
                           detail[0] ? detail : curl_easy_strerror(code),
                           response ? fmt::format(" (answer {})", response) : ""),
               "SMTP", final ? "" : "It is tried again later."};
}

}  // namespace

Result<SmtpSender> SmtpSender::create(SmtpSettings settings) {
  const bool loopback =
      settings.host == "127.0.0.1" || settings.host == "::1" || settings.host == "localhost";
  if (settings.host.empty() || settings.port < 1 || settings.port > 65535) {
    return fail(ErrorKind::kInvalid, "the mail server needs a host and a port from 1 to 65535",
                "mail.smtp");
  }
  if (settings.host.find_first_of("/@?# \r\n\t") != std::string::npos) {
    return fail(ErrorKind::kInvalid, "the mail server's host name has a character it cannot have",
                "mail.smtp.host");
  }
  if (settings.encryption == SmtpSettings::Encryption::kNone && !loopback) {
    return fail(ErrorKind::kInvalid, "mail would cross the network unencrypted",
                "mail.smtp.encryption", "Use \"starttls\" or \"tls\".");
  }
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  return SmtpSender(std::move(settings));
}

Result<void> SmtpSender::send(const Envelope& envelope, const std::string& message) {
  TRY(check_envelope(envelope));
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), curl_easy_cleanup);
  if (!curl) return fail(ErrorKind::kInternal, "libcurl could not start", "SMTP");
  char detail[CURL_ERROR_SIZE] = "";
  Upload upload{&message};
  const bool tls = settings_.encryption == SmtpSettings::Encryption::kTls;
  const bool bare_ipv6 = settings_.host.find(':') != std::string::npos;
  const std::string url =
      fmt::format("{}://{}{}{}:{}", tls ? "smtps" : "smtp", bare_ipv6 ? "[" : "", settings_.host,
                  bare_ipv6 ? "]" : "", settings_.port);
  curl_slist* recipients = nullptr;
  for (const std::string& address : envelope.to) {
    recipients = curl_slist_append(recipients, ("<" + address + ">").c_str());
  }
  const std::unique_ptr<curl_slist, void (*)(curl_slist*)> owned(recipients, curl_slist_free_all);
  const std::string from = "<" + envelope.from + ">";
  CURL* handle = curl.get();
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, detail);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT, static_cast<long>(settings_.timeout.count()));
  curl_easy_setopt(handle, CURLOPT_MAIL_FROM, from.c_str());
  curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, recipients);
  curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(handle, CURLOPT_READFUNCTION, read_message);
  curl_easy_setopt(handle, CURLOPT_READDATA, &upload);
  if (settings_.encryption != SmtpSettings::Encryption::kNone) {
    curl_easy_setopt(handle, CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
    curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!settings_.ca_file.empty())
      curl_easy_setopt(handle, CURLOPT_CAINFO, settings_.ca_file.c_str());
  }
  if (!settings_.user.empty()) {
    curl_easy_setopt(handle, CURLOPT_USERNAME, settings_.user.c_str());
    curl_easy_setopt(handle, CURLOPT_PASSWORD, settings_.password.reveal().c_str());
  }
  const CURLcode code = curl_easy_perform(handle);
  if (code == CURLE_OK) return {};
  long response = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &response);
  return tl::make_unexpected(smtp_error(code, response, detail));
}

Result<OutboxFolder> OutboxFolder::open(std::filesystem::path folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error || !std::filesystem::is_directory(folder)) {
    return fail(ErrorKind::kUnavailable,
                "the folder for outgoing mail cannot be made: " + error.message(), folder.string());
  }
  return OutboxFolder(std::move(folder));
}

Result<void> OutboxFolder::send(const Envelope& envelope, const std::string& message) {
  TRY(check_envelope(envelope));
  static std::atomic<std::uint64_t> counter{0};
  const auto now = std::chrono::duration_cast<std::chrono::microseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  std::string content = "X-Envelope-From: " + envelope.from + "\r\n";
  for (const std::string& address : envelope.to) content += "X-Envelope-To: " + address + "\r\n";
  content += message;
  const std::string name = fmt::format("{:016x}-{}-{:04}", now, getpid(), counter.fetch_add(1));
  const std::string hidden = (folder_ / ("." + name)).string(),
                    final = (folder_ / (name + ".eml")).string();
  const auto failed = [&](const char* what) {
    const std::string why = std::strerror(errno);
    unlink(hidden.c_str());
    return fail(ErrorKind::kUnavailable, fmt::format("{}: {}", what, why), folder_.string());
  };
  const int file = ::open(hidden.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return failed("the mail cannot be written");
  std::size_t written = 0;
  while (written < content.size()) {
    const ssize_t now_written = ::write(file, content.data() + written, content.size() - written);
    if (now_written < 0 && errno == EINTR) continue;
    if (now_written < 0) {
      ::close(file);
      return failed("the mail cannot be written");
    }
    written += static_cast<std::size_t>(now_written);
  }
  const bool synced = ::fsync(file) == 0;
  ::close(file);
  if (!synced || ::rename(hidden.c_str(), final.c_str()) != 0)
    return failed("the mail cannot be kept");
  const int directory = ::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory >= 0) {
    ::fsync(directory);
    ::close(directory);
  }
  return {};
}

}  // namespace daybreak::mail
