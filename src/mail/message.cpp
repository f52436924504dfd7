// SPDX-License-Identifier: AGPL-3.0-or-later
#include "mail/message.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "mail/encoding.hpp"

namespace daybreak::mail {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

Result<void> check_header(std::string_view value, const char* field) {
  if (has_control(value)) {
    return fail(ErrorKind::kInvalid, "a mail header cannot hold a line end or control character",
                fmt::format("field {}", field), "Put it on one line.");
  }
  if (!is_valid_utf8(value)) {
    return fail(ErrorKind::kInvalid, "the text is not valid UTF-8", fmt::format("field {}", field));
  }
  return {};
}

Result<std::string> mailbox(const Mailbox& box, const char* field) {
  if (auto checked = check_address(box.address); !checked) {
    checked.error().place = fmt::format("field {}", field);
    return tl::make_unexpected(checked.error());
  }
  TRY(check_header(box.name, field));
  if (box.name.empty()) return box.address;
  return encoded_phrase(box.name) + " <" + box.address + ">";
}

// A mail that loads something from elsewhere tells that elsewhere who reads it, when and where.
Result<void> check_html(std::string_view html) {
  if (!is_valid_utf8(html))
    return fail(ErrorKind::kInvalid, "the text is not valid UTF-8", "field html");
  const std::string lower = to_lower_ascii(html);
  for (std::string_view tag :
       {"<script", "<iframe", "<object", "<embed", "<link", "<form", "<base", "<img", "<video",
        "<audio", "<svg", "<meta http-equiv", "url(", "@import", " background=", "javascript:"}) {
    if (lower.find(tag) != std::string::npos) {
      return fail(
          ErrorKind::kInvalid,
          fmt::format("the mail's HTML holds \"{}\", which could load or run something", trim(tag)),
          "field html", "Use text, headings, lists and links only.");
    }
  }
  return {};
}

std::string rfc5322_date(Instant instant) {
  using namespace std::chrono;
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = floor<days>(instant);
  const year_month_day date(day);
  const hh_mm_ss time(floor<seconds>(instant - day));
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} +0000", kDays[weekday(day).c_encoding()],
                     unsigned(date.day()), kMonths[unsigned(date.month()) - 1], int(date.year()),
                     time.hours().count(), time.minutes().count(), time.seconds().count());
}

class Composer {
 public:
  explicit Composer(const Message& message) : message_(message) {}

  Result<std::string> run() {
    TRY(write_headers());
    if (!is_valid_utf8(message_.text) || message_.text.empty()) {
      return fail(ErrorKind::kInvalid, "a mail needs a text part in UTF-8", "field text");
    }
    if (message_.html.empty()) {
      write_part("text/plain", message_.text);
      return std::move(out_);
    }
    TRY(check_html(message_.html));
    const std::string boundary = "=_part_" + message_.id + "_=";
    header("Content-Type", fmt::format("multipart/alternative; boundary=\"{}\"", boundary));
    out_ += kLineEnd;
    for (const auto& [type, content] :
         {std::pair("text/plain", &message_.text), std::pair("text/html", &message_.html)}) {
      out_ += fmt::format("--{}\r\n", boundary);
      write_part(type, *content);
    }
    out_ += fmt::format("--{}--\r\n", boundary);
    return std::move(out_);
  }

 private:
  void header(std::string_view name, std::string_view value) {
    out_ += fmt::format("{}: {}\r\n", name, value);
  }

  Result<void> write_headers() {
    const std::string from = TRY(mailbox(message_.from, "from"));
    if (message_.to.empty())
      return fail(ErrorKind::kInvalid, "a mail needs a recipient", "field to");
    std::string to;
    for (const Mailbox& box : message_.to) {
      if (!to.empty()) to += ",\r\n ";
      to += TRY(mailbox(box, "to"));
    }
    TRY(check_header(message_.subject, "subject"));
    TRY(check_identifiers());
    const std::size_t at = message_.from.address.rfind('@');
    header("Date", rfc5322_date(message_.date));
    header("From", from);
    header("To", to);
    if (!message_.reply_to.address.empty())
      header("Reply-To", TRY(mailbox(message_.reply_to, "reply_to")));
    header("Subject", encoded_text(message_.subject, 9));
    header("Message-ID", fmt::format("<{}@{}>", message_.id, message_.from.address.substr(at + 1)));
    if (!message_.in_reply_to.empty()) {
      header("In-Reply-To", message_.in_reply_to);
      header("References", message_.in_reply_to);
    }
    if (!message_.language.empty()) header("Content-Language", message_.language);
    TRY(write_list_headers());
    header("MIME-Version", "1.0");
    return {};
  }

  Result<void> check_identifiers() const {
    const auto plain = [](std::string_view text, std::string_view allowed) {
      return std::all_of(text.begin(), text.end(), [allowed](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               allowed.find(c) != std::string_view::npos;
      });
    };
    if (message_.id.empty() || message_.id.size() > 60 || !plain(message_.id, "-._")) {
      return fail(ErrorKind::kInvalid,
                  "the message id must be 1 to 60 letters, digits, '-', '.' or '_'", "field id");
    }
    if (!plain(message_.language, "-") || !plain(message_.list_id, "-.")) {
      return fail(ErrorKind::kInvalid,
                  "a language or list id has a character that headers cannot carry",
                  "field language or list_id");
    }
    const std::string& reply = message_.in_reply_to;
    const bool framed = reply.size() > 4 && reply.front() == '<' && reply.back() == '>';
    if (!reply.empty() && (!framed || !plain(reply.substr(1, reply.size() - 2), "-._@+=/$%"))) {
      return fail(ErrorKind::kInvalid, "the id of the answered mail is not \"<id@host>\"",
                  "field in_reply_to");
    }
    return {};
  }

  Result<void> write_list_headers() {
    if (!message_.list_id.empty()) header("List-Id", "<" + message_.list_id + ">");
    const std::string& url = message_.unsubscribe_url;
    if (url.empty()) return {};
    const bool clean = std::none_of(url.begin(), url.end(), [](char c) {
      const auto byte = static_cast<unsigned char>(c);
      return byte <= 0x20 || byte >= 0x7f || c == '<' || c == '>' || c == '"';
    });
    if (!url.starts_with("https://") || !clean || url.size() > 900) {
      return fail(ErrorKind::kInvalid, "the unsubscribe address must be a plain https address",
                  "field unsubscribe_url");
    }
    header("List-Unsubscribe", "<" + url + ">");
    header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
    header("Precedence", "bulk");
    return {};
  }

  void write_part(std::string_view type, std::string_view content) {
    header("Content-Type", fmt::format("{}; charset=utf-8", type));
    header("Content-Transfer-Encoding", "quoted-printable");
    out_ += kLineEnd;
    out_ += quoted_printable(content);
  }

  const Message& message_;
  std::string out_;
};

}  // namespace

Result<void> check_address(std::string_view address) {
  const auto refuse = [](std::string why) {
    return fail(ErrorKind::kInvalid, "not a mail address: " + why, "address",
                "Write it as name@example.org.");
  };
  const std::size_t at = address.rfind('@');
  if (at == std::string_view::npos || at == 0) return refuse("it needs a name, an @ and a host");
  const std::string_view local = address.substr(0, at), host = address.substr(at + 1);
  if (address.size() > 254 || local.size() > 64) return refuse("it is too long");
  for (const char c : local) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!letter && std::string_view("!#$%&'*+-/=?^_`{|}~.").find(c) == std::string_view::npos) {
      return refuse("there is a character before the @ that addresses do not have");
    }
  }
  if (local.front() == '.' || local.back() == '.' || local.find("..") != std::string_view::npos) {
    return refuse("dots stand where they may not");
  }
  for (std::string_view label : split(host, '.')) {
    const bool fine = !label.empty() && label.size() <= 63 && label.front() != '-' &&
                      label.back() != '-' && std::all_of(label.begin(), label.end(), [](char c) {
                        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                               (c >= '0' && c <= '9') || c == '-';
                      });
    if (!fine) return refuse("the part after the @ is no host name");
  }
  return {};
}

Result<std::string> compose(const Message& message) { return Composer(message).run(); }

}  // namespace daybreak::mail
