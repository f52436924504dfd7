// SPDX-License-Identifier: AGPL-3.0-or-later
// Reads delivery reports (RFC 3464 in RFC 3462): what became of one of our mails. The text comes
// from anybody, so it is searched once from front to back, whatever stands in it. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/id.hpp"

namespace daybreak::updates {

struct DeliveryReport {
  std::string mail_id;        // left part of the Message-ID of the mail that came back
  bool is_permanent = false;  // status 5.x.x and action "failed"; else it may pass
};

// Nothing when it is no report of a failure, names no mail, or is longer than a report can be (1
// MiB).
std::optional<DeliveryReport> read_delivery_report(std::string_view message);

// Mailings::mail_id taken apart; its seal is the caller's to compare.
struct MailLine {
  Uuid mailing;
  std::int64_t number = 0;
};
std::optional<MailLine> parse_mail_id(std::string_view id);

}  // namespace daybreak::updates
