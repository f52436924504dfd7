// SPDX-License-Identifier: AGPL-3.0-or-later
#include "http/security_headers.hpp"

namespace daybreak::http {
namespace {

constexpr std::string_view kPolicy =
    "Content-Security-Policy: default-src 'none'; style-src 'self'; script-src 'self'; img-src "
    "'self'; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors ";

// What never depends on the route. Features of the device that no page of ours needs are switched
// off.
constexpr std::string_view kAlways =
    "Referrer-Policy: no-referrer\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "X-Robots-Tag: noarchive\r\n"
    "Permissions-Policy: accelerometer=(), browsing-topics=(), camera=(), display-capture=(), "
    "geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n";

std::string_view cache_control(Caching caching) {
  switch (caching) {
    case Caching::kNoStore:
      return "Cache-Control: no-store\r\n";
    case Caching::kRevalidate:
      return "Cache-Control: private, no-cache\r\n";
    case Caching::kImmutable:
      return "Cache-Control: private, max-age=31536000, immutable\r\n";
  }
  return "Cache-Control: no-store\r\n";
}

}  // namespace

std::string security_headers(const SecurityContext& context, const Response& response) {
  std::string lines;
  lines.reserve(900);
  lines += kAlways;
  if (context.may_be_embedded) {
    lines += "Cross-Origin-Resource-Policy: cross-origin\r\n";
  } else {
    lines +=
        "Cross-Origin-Resource-Policy: same-origin\r\nCross-Origin-Embedder-Policy: "
        "require-corp\r\n";
    lines += "X-Frame-Options: DENY\r\n";
  }
  if (context.tls) lines += "Strict-Transport-Security: max-age=63072000; includeSubDomains\r\n";
  if (!response.header("Cache-Control")) lines += cache_control(context.caching);
  if (!response.header("Content-Security-Policy")) {
    lines += kPolicy;
    lines += context.may_be_embedded ? "*\r\n" : "'none'\r\n";
  }
  return lines;
}

void clear_site_data(Response& response) {
  response.set("Clear-Site-Data", "\"cache\", \"cookies\", \"storage\"");
}

}  // namespace daybreak::http
