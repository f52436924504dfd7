// SPDX-License-Identifier: AGPL-3.0-or-later
#include "http/multipart.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace daybreak::http {
namespace {

tl::unexpected<Error> malformed(std::string message) {
  return fail(ErrorKind::kInvalid, std::move(message), "multipart form");
}

// RFC 2046: 1 to 70 characters, none of them a control byte, not ending in a space.
bool is_boundary(std::string_view text) {
  return !text.empty() && text.size() <= 70 && text.back() != ' ' &&
         std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; });
}

// Browsers write a quote in a name as %22 and a line break as %0D%0A; nothing else is escaped.
std::string unescape_name(std::string_view text) {
  return replace_all(replace_all(replace_all(text, "%22", "\""), "%0D", "\r"), "%0A", "\n");
}

struct PartHead {
  std::string name;
  std::optional<std::string> file_name;
  std::string content_type;
};

Result<PartHead> read_part_head(std::string_view text) {
  PartHead head;
  bool has_disposition = false;
  while (!text.empty()) {
    const std::size_t end = text.find("\r\n");
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 2);
    const std::size_t colon = line.find(':');
    if (colon == line.npos) return malformed("a part has a header line without a colon");
    const std::string_view name = line.substr(0, colon), value = trim(line.substr(colon + 1));
    if (equals_ignoring_case_ascii(name, "content-type")) head.content_type = value;
    if (!equals_ignoring_case_ascii(name, "content-disposition")) continue;
    const auto field = header_parameter(value, "name");
    if (has_disposition || !field || !equals_ignoring_case_ascii(value.substr(0, 9), "form-data"))
      return malformed("a part has no name");
    has_disposition = true;
    head.name = unescape_name(*field);
    if (const auto file = header_parameter(value, "filename"))
      head.file_name = unescape_name(*file);
  }
  if (!has_disposition) return malformed("a part has no name");
  const bool clean = is_valid_utf8(head.name) && head.name.find('\0') == head.name.npos &&
                     is_valid_utf8(head.file_name.value_or("")) && is_valid_utf8(head.content_type);
  if (!clean) return malformed("the name of a part is not UTF-8");
  return head;
}

Result<void> add_part(PartHead head, std::string_view content, const MultipartLimits& limits,
                      Form& form) {
  if (head.file_name) {
    form.files.push_back({std::move(head.name), Unchecked<std::string>(std::move(*head.file_name)),
                          Unchecked<std::string>(std::move(head.content_type)), content});
    return {};
  }
  if (content.size() > limits.field) return malformed("a text field is too long");
  if (!is_valid_utf8(content) || content.find('\0') != content.npos)
    return malformed("a text field is not UTF-8");
  form.fields.add(std::move(head.name), std::string(content));
  return {};
}

}  // namespace

std::optional<std::string> header_parameter(std::string_view header, std::string_view name) {
  std::size_t at = std::min(header.find(';'), header.size());
  while (at < header.size()) {
    ++at;  // the semicolon
    while (at < header.size() && (header[at] == ' ' || header[at] == '\t')) ++at;
    const std::size_t equals = header.find_first_of("=;", at);
    if (equals == header.npos) return std::nullopt;
    if (header[equals] == ';') {
      at = equals;
      continue;
    }
    const std::string_view key = trim(header.substr(at, equals - at));
    std::string value;
    at = equals + 1;
    if (at < header.size() && header[at] == '"') {
      for (++at; at < header.size() && header[at] != '"'; ++at) {
        if (header[at] == '\\' && at + 1 < header.size() &&
            (header[at + 1] == '"' || header[at + 1] == '\\'))
          ++at;
        value += header[at];
      }
      if (at == header.size()) return std::nullopt;
      at = std::min(header.find(';', at), header.size());
    } else {
      const std::size_t end = std::min(header.find(';', at), header.size());
      value = trim(header.substr(at, end - at));
      at = end;
    }
    if (equals_ignoring_case_ascii(key, name)) return value;
  }
  return std::nullopt;
}

Result<Form> parse_multipart(std::string_view content_type, std::string_view body,
                             const MultipartLimits& limits) {
  const auto boundary = header_parameter(content_type, "boundary");
  if (!boundary || !is_boundary(*boundary)) return malformed("the boundary is missing or wrong");
  const std::string opening = "--" + *boundary, closing = "\r\n--" + *boundary;
  if (!body.starts_with(opening)) return malformed("the body does not start with its boundary");
  Form form;
  std::size_t at = opening.size();
  for (std::size_t count = 0; body.substr(at, 2) != "--"; ++count) {
    if (body.substr(at, 2) != "\r\n") return malformed("a boundary is not alone on its line");
    if (count == limits.parts) return malformed("there are too many parts");
    at += 2;
    const std::size_t head_end = body.substr(at, limits.part_head).find("\r\n\r\n");
    if (head_end == body.npos) return malformed("the headers of a part do not end");
    PartHead head = TRY(read_part_head(body.substr(at, head_end)));
    at += head_end + 4;
    const std::size_t end = body.find(closing, at);
    if (end == body.npos) return malformed("the body does not end with its boundary");
    TRY(add_part(std::move(head), body.substr(at, end - at), limits, form));
    at = end + closing.size();
  }
  return form;
}

}  // namespace daybreak::http
