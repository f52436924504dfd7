// SPDX-License-Identifier: AGPL-3.0-or-later
#include "http/head.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace daybreak::http {
namespace {

using Refused = tl::unexpected<Refusal>;
Refused refuse(std::string_view reason, int status = 400) { return Refused({status, reason}); }

enum CharClass : std::uint8_t { kToken = 1, kValue = 2, kPath = 4, kQuery = 8, kHost = 16 };

constexpr std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> classes{};
  const auto mark = [&](std::string_view chars, std::uint8_t bits) {
    for (const char c : chars) classes[static_cast<unsigned char>(c)] |= bits;
  };
  for (int c = 0x20; c < 0x7f; ++c) classes[c] |= kValue;
  for (int c = 0x21; c < 0x7f; ++c) classes[c] |= kQuery;
  for (int c = 0x80; c < 0x100; ++c) classes[c] |= kValue;
  mark("\t", kValue);
  for (const char c : std::string_view("\"<>\\#"))
    classes[static_cast<unsigned char>(c)] &= static_cast<std::uint8_t>(~kQuery);
  for (int c = '0'; c <= '9'; ++c) classes[c] |= kToken | kPath | kHost;
  for (int c = 'A'; c <= 'Z'; ++c)
    classes[c] |= kToken | kPath | kHost, classes[c + 32] |= kToken | kPath | kHost;
  mark("!#$%&'*+-.^_`|~", kToken);
  mark("-._~!$&'()*+,;=:@/%", kPath);
  mark("-._~!$&'()*+,;=", kHost);
  return classes;
}
constexpr auto kClasses = make_classes();

bool is(char c, CharClass wanted) { return kClasses[static_cast<unsigned char>(c)] & wanted; }
bool all(std::string_view text, CharClass wanted) {
  return std::ranges::all_of(text, [wanted](char c) { return is(c, wanted); });
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }

tl::expected<Method, Refusal> read_method(std::string_view text) {
  constexpr std::array kMethods = {Method::kGet,   Method::kHead,   Method::kPost,   Method::kPut,
                                   Method::kPatch, Method::kDelete, Method::kOptions};
  for (const Method method : kMethods)
    if (text == name_of(method)) return method;
  if (text.empty() || !all(text, kToken)) return refuse("the method is not a token");
  return refuse("the method is not served", 501);
}

// host [":" port]; an IPv6 address stands in brackets. No user, no escapes.
bool is_host(std::string_view text) {
  if (text.empty()) return false;
  std::size_t end = 0;
  if (text.front() == '[') {
    end = text.find(']');
    if (end == text.npos || end < 3) return false;
    const auto is_address_char = [](char c) {
      return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' ||
             c == '.';
    };
    if (!std::ranges::all_of(text.substr(1, end - 1), is_address_char)) return false;
    ++end;
  } else {
    end = std::min(text.find(':'), text.size());
    if (end == 0 || !all(text.substr(0, end), kHost)) return false;
  }
  if (end == text.size()) return true;
  const std::string_view port = text.substr(end + 1);
  return text[end] == ':' && port.size() <= 5 && std::ranges::all_of(port, is_digit);
}

bool is_origin_form(std::string_view target) {
  if (target.empty() || target.front() != '/') return false;
  const std::size_t mark = std::min(target.find('?'), target.size());
  return all(target.substr(0, mark), kPath) && all(target.substr(mark), kQuery);
}

// What the headers say about framing, gathered while they are read.
struct Framing {
  int hosts = 0, lengths = 0, codings = 0;
  std::string_view host;
  bool is_1_0 = false;
};

tl::expected<std::uint64_t, Refusal> read_length(std::string_view value) {
  if (value.empty() || !std::ranges::all_of(value, is_digit))
    return refuse("Content-Length is not a plain number");
  if (value.size() > 15) return refuse("Content-Length is too large", 413);
  return static_cast<std::uint64_t>(*to_integer(value));
}

// Names of options; empty parts of the list are allowed (RFC 9110, 5.6.1).
tl::expected<void, Refusal> read_connection(std::string_view value, Head& head) {
  for (const std::string_view part : split(value, ',')) {
    const std::string_view option = trim(part);
    if (!all(option, kToken)) return refuse("a connection option is not a token");
    if (equals_ignoring_case_ascii(option, "close")) head.keep_alive = false;
  }
  return {};
}

tl::expected<void, Refusal> note_header(std::string_view name, std::string_view value, Head& head,
                                        Framing& framing) {
  const auto named = [name](std::string_view other) {
    return equals_ignoring_case_ascii(name, other);
  };
  switch (name.size()) {
    case 4:
      if (named("host")) {
        if (++framing.hosts > 1) return refuse("there are two Host headers");
        if (!is_host(value)) return refuse("the Host header is not a host");
        framing.host = value;
      }
      break;
    case 6:
      if (named("expect") && !framing.is_1_0) {
        if (!equals_ignoring_case_ascii(value, "100-continue"))
          return refuse("an unknown expectation", 417);
        head.expects_continue = true;
      }
      break;
    case 10:
      if (named("connection")) return read_connection(value, head);
      break;
    case 14:
      if (named("content-length")) {
        if (++framing.lengths > 1) return refuse("there are two Content-Length headers");
        const auto length = read_length(value);
        if (!length) return Refused(length.error());
        head.content_length = *length;
      }
      break;
    case 16:
      if (named("proxy-connection")) return read_connection(value, head);
      break;
    case 17:
      if (named("transfer-encoding")) {
        if (++framing.codings > 1) return refuse("there are two Transfer-Encoding headers");
        if (!equals_ignoring_case_ascii(value, "chunked"))
          return refuse("Transfer-Encoding is other than chunked");
        head.chunked = true;
      }
      break;
    default:
      break;
  }
  return {};
}

tl::expected<void, Refusal> check_framing(const Framing& framing) {
  if (framing.codings && framing.lengths)
    return refuse("both Transfer-Encoding and Content-Length");
  if (framing.codings && framing.is_1_0) return refuse("Transfer-Encoding in HTTP/1.0");
  if (framing.hosts == 0 && !framing.is_1_0) return refuse("the Host header is missing");
  return {};
}

// Turns "http://host/path" into its path, when the host is the one of the Host header.
tl::expected<void, Refusal> check_target(std::string_view text, Head& head,
                                         const Framing& framing) {
  std::string_view target = head.target.in(text);
  if (target == "*") {
    if (head.method == Method::kOptions) return {};
    return refuse("the target * is for OPTIONS only");
  }
  if (!target.starts_with('/')) {
    const std::size_t scheme = target.starts_with("http://")    ? 7
                               : target.starts_with("https://") ? 8
                                                                : 0;
    const std::size_t slash = scheme ? target.find('/', scheme) : target.npos;
    if (slash == target.npos || framing.host.empty() ||
        target.substr(scheme, slash - scheme) != framing.host)
      return refuse("the target is not a path of this host");
    head.target = {head.target.begin + static_cast<std::uint32_t>(slash),
                   head.target.size - static_cast<std::uint32_t>(slash)};
    target = head.target.in(text);
  }
  if (!is_origin_form(target)) return refuse("the target has a character that a URL cannot have");
  return {};
}

tl::expected<void, Refusal> read_request_line(std::string_view line, Head& head, Framing& framing) {
  const std::size_t first = std::min(line.find(' '), line.size());
  const auto method = read_method(line.substr(0, first));
  const std::size_t second = line.find(' ', std::min(first + 1, line.size()));
  if (second == line.npos) return refuse("the request line does not have three parts");
  const std::string_view version = line.substr(second + 1);
  const bool is_http = version.size() == 8 && version.starts_with("HTTP/") &&
                       is_digit(version[5]) && version[6] == '.' && is_digit(version[7]);
  if (!is_http) return refuse("the request line does not end with a version");
  if (version[5] != '1' || version[7] > '1') return refuse("the version is not served", 505);
  if (!method) return Refused(method.error());
  head.method = *method;
  framing.is_1_0 = version[7] == '0';
  head.is_1_0 = framing.is_1_0;
  head.keep_alive = !framing.is_1_0;
  head.target = {static_cast<std::uint32_t>(first + 1),
                 static_cast<std::uint32_t>(second - first - 1)};
  return {};
}

}  // namespace

std::string_view name_of(Method method) {
  constexpr std::array<std::string_view, 7> kNames = {"GET",   "HEAD",   "POST",   "PUT",
                                                      "PATCH", "DELETE", "OPTIONS"};
  return kNames[static_cast<std::size_t>(method)];
}

bool is_token_char(char c) { return is(c, kToken); }

HeadScan scan_head(std::string_view bytes, std::size_t scanned) {
  if (bytes.empty()) return {};
  if (bytes.front() < 'A' || bytes.front() > 'Z')
    return {0, Refusal{400, "the request does not start with a method"}};
  for (std::size_t feed = bytes.find('\n', scanned); feed != bytes.npos;
       feed = bytes.find('\n', feed + 1)) {
    if (feed == 0 || bytes[feed - 1] != '\r')
      return {0, Refusal{400, "a line ends without a carriage return"}};
    if (bytes.find('\n') == feed) {  // the request line: no need to wait for more when it is none
      const std::string_view line = bytes.substr(0, feed - 1);
      if (line.size() < 14 || line.substr(line.size() - 9, 6) != " HTTP/")
        return {0, Refusal{400, "the request line does not end with a version"}};
    }
    if (feed >= 3 && bytes[feed - 2] == '\n') return {feed + 1, std::nullopt};
  }
  return {};
}

tl::expected<HeaderRange, Refusal> read_header_line(std::string_view text, std::size_t begin,
                                                    std::size_t end) {
  const std::string_view line = text.substr(begin, end - begin);
  if (line.empty() || line.front() == ' ' || line.front() == '\t')
    return refuse("a header line is folded");
  const std::size_t colon = line.find(':');
  if (colon == line.npos) return refuse("a header line has no colon");
  if (colon == 0 || !all(line.substr(0, colon), kToken))
    return refuse("a header name is not a token");
  std::string_view value = line.substr(colon + 1);
  if (!all(value, kValue)) return refuse("a header has a control byte");
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  std::size_t value_begin = colon + 1, value_end = line.size();
  while (value_begin < value_end && is_blank(line[value_begin])) ++value_begin;
  while (value_end > value_begin && is_blank(line[value_end - 1])) --value_end;
  const auto range = [begin](std::size_t from, std::size_t to) {
    return TextRange{static_cast<std::uint32_t>(begin + from),
                     static_cast<std::uint32_t>(to - from)};
  };
  return HeaderRange{range(0, colon), range(value_begin, value_end)};
}

tl::expected<Head, Refusal> read_head(std::string_view text, const HeadLimits& limits) {
  if (text.size() > limits.bytes) return refuse("the head is too long", 431);
  Head head;
  Framing framing;
  std::size_t end = text.find("\r\n");
  if (end == text.npos) return refuse("the head does not end");
  if (const auto read = read_request_line(text.substr(0, end), head, framing); !read)
    return Refused(read.error());
  head.headers.reserve(16);
  for (std::size_t at = end + 2;; at = end + 2) {
    end = text.find("\r\n", at);
    if (end == text.npos) return refuse("the head does not end");
    if (end == at) break;
    if (head.headers.size() == limits.headers) return refuse("there are too many headers", 431);
    const auto header = read_header_line(text, at, end);
    if (!header) return Refused(header.error());
    const auto noted = note_header(header->name.in(text), header->value.in(text), head, framing);
    if (!noted) return Refused(noted.error());
    head.headers.push_back(*header);
  }
  if (end + 2 != text.size()) return refuse("there is more than one head");
  if (const auto checked = check_framing(framing); !checked) return Refused(checked.error());
  if (const auto checked = check_target(text, head, framing); !checked)
    return Refused(checked.error());
  return head;
}

}  // namespace daybreak::http
