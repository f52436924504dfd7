// SPDX-License-Identifier: AGPL-3.0-or-later
// A mail message and its bytes on the wire (RFC 5322, MIME). Nothing here reaches the network. A
// mail says as little as it can: neutral subject, no names, no remote content, no tracking. Plain
// values; the functions are safe to call from any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace daybreak::mail {

struct Mailbox {
  std::string address;  // "desk@example.org"
  std::string name;     // may be empty
};

struct Message {
  Mailbox from;
  std::vector<Mailbox> to;
  Mailbox reply_to;  // empty address: none
  std::string subject;
  std::string text;  // always there
  std::string html;  // empty: a text-only mail
  std::string language = "en";
  // For bulk mail (RFC 8058): where one POST ends the subscription. Both headers are written.
  std::string unsubscribe_url;
  std::string list_id;      // "news.example.org"; empty: none
  std::string in_reply_to;  // "<id@host>"; empty: none
  // Unique part of the Message-ID, for example a UUID. The same id and date give the same bytes.
  std::string id;
  Instant date{};
};

// Whether the text is one address that SMTP can carry ("local@domain", no display name, no comment,
// no control character, at most 254 bytes).
Result<void> check_address(std::string_view address);

// The message as bytes with CRLF line ends, ready for SMTP. Fails with kInvalid and the field's
// name when an address is wrong, a field that becomes a header has a line end or control character
// (header injection), the text is not UTF-8, the HTML fetches anything from elsewhere, or the
// unsubscribe address is not https.
Result<std::string> compose(const Message& message);

}  // namespace daybreak::mail
