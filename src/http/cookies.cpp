// SPDX-License-Identifier: AGPL-3.0-or-later
#include "http/cookies.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/text.hpp"

namespace daybreak::http {
namespace {

constexpr std::size_t kMostCookies = 50;

bool is_cookie_octet(char c) {
  return c > 0x20 && c < 0x7f && c != '"' && c != ',' && c != ';' && c != '\\';
}
bool is_name_char(char c) {
  return is_cookie_octet(c) && std::string_view("()<>@:/[]?={}").find(c) == std::string_view::npos;
}
bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_name_char);
}
bool is_value(std::string_view text) { return std::ranges::all_of(text, is_cookie_octet); }

}  // namespace

void add_cookies(std::string_view header, Fields& cookies) {
  for (std::string_view part : split(header, ';')) {
    part = trim(part);
    const std::size_t equals = part.find('=');
    if (equals == part.npos || cookies.all().size() >= kMostCookies) continue;
    const std::string_view name = part.substr(0, equals);
    std::string_view value = part.substr(equals + 1);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
      value = value.substr(1, value.size() - 2);
    if (is_name(name) && is_value(value)) cookies.add(std::string(name), std::string(value));
  }
}

std::string write_cookie(const Cookie& cookie) {
  if (!is_name(cookie.name) || !is_value(cookie.value))
    throw std::logic_error("a cookie has a character that cookies cannot carry: " + cookie.name);
  if (cookie.name.starts_with("__Host-") && !cookie.secure)
    throw std::logic_error("a __Host- cookie must be secure: " + cookie.name);
  std::string text = cookie.name + "=" + cookie.value + "; Path=/; HttpOnly; SameSite=";
  text += cookie.same_site == Cookie::SameSite::kStrict ? "Strict" : "Lax";
  if (cookie.lifetime) text += "; Max-Age=" + std::to_string(cookie.lifetime->count());
  if (cookie.secure) text += "; Secure";
  return text;
}

}  // namespace daybreak::http
