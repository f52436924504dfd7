// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/updates/bounces.hpp"

#include "base/text.hpp"

namespace daybreak::updates {
namespace {

constexpr std::size_t kLongest = 1 << 20;

struct Line {
  std::string_view name, value;  // of "Name: value"
};
std::optional<Line> field_of(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  return Line{trim(line.substr(0, colon)), trim(line.substr(colon + 1))};
}

bool is(std::string_view a, std::string_view b) { return equals_ignoring_case_ascii(a, b); }

// "smtp; 5.1.1 …" and "5.1.1" alike.
char class_of(std::string_view status) {
  for (const std::string_view word : split(status, ' '))
    if (word.size() >= 5 && word[1] == '.' && (word[0] == '2' || word[0] == '4' || word[0] == '5'))
      return word[0];
  return 0;
}

// The id between '<' and '@' of a Message-ID.
std::string left_part(std::string_view value) {
  if (!value.starts_with('<')) return {};
  const std::size_t at = value.find('@');
  return at == std::string_view::npos ? std::string() : std::string(value.substr(1, at - 1));
}

}  // namespace

std::optional<DeliveryReport> read_delivery_report(std::string_view message) {
  if (message.size() > kLongest) return std::nullopt;
  bool is_report = false, in_status = false, in_returned = false, failed = false;
  char status = 0;
  std::string mail_id;
  while (!message.empty()) {
    const std::size_t end = message.find('\n');
    std::string_view line = message.substr(0, end);
    message.remove_prefix(end == std::string_view::npos ? message.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with("--")) in_status = in_returned = false;  // the next part
    const auto field = field_of(line);
    if (!field) continue;
    if (is(field->name, "Content-Type")) {
      const std::string type = to_lower_ascii(field->value);
      is_report = is_report || type.starts_with("multipart/report");
      in_status = type.starts_with("message/delivery-status");
      in_returned = in_returned || type.starts_with("message/rfc822") ||
                    type.starts_with("text/rfc822-headers");
    } else if (in_status && is(field->name, "Action")) {
      failed = failed || is(field->value, "failed") || is(field->value, "delayed");
      if (is(field->value, "delayed") && status == 0) status = '4';
    } else if (in_status && is(field->name, "Status")) {
      if (const char found = class_of(field->value)) status = found;
    } else if (in_returned && mail_id.empty() && is(field->name, "Message-ID")) {
      mail_id = left_part(field->value);
    }
  }
  if (!is_report || !failed || mail_id.empty() || status == '2') return std::nullopt;
  return DeliveryReport{std::move(mail_id), status == '5'};
}

std::optional<MailLine> parse_mail_id(std::string_view id) {
  const auto parts = split(id, '.');
  if (parts.size() != 3 || parts[0].size() != 32) return std::nullopt;
  std::string uuid(parts[0]);
  for (const std::size_t at : {8, 13, 18, 23}) uuid.insert(at, "-");
  const auto mailing = Uuid::parse(uuid);
  const auto number = to_integer(parts[1]);
  if (!mailing || !number) return std::nullopt;
  return MailLine{*mailing, *number};
}

}  // namespace daybreak::updates
