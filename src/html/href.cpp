// SPDX-License-Identifier: AGPL-3.0-or-later
#include "html/href.hpp"

#include <array>

#include "base/text.hpp"

namespace daybreak::html {
namespace {

bool unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (char c : text) {
    if (unreserved(c)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out;
}

constexpr std::array<std::string_view, 5> kSchemes{"https://", "http://",
                                                   "mailto:", "tel:", "sms:"};

}  // namespace

std::string Href::safe(std::string_view address) {
  address = trim(address);
  for (char c : address) {
    // Browsers drop tabs and line ends before they look at the scheme, and read '\' as '/'.
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7f || c == '\\') return "#";
  }
  if (address.empty()) return "#";
  if (address[0] == '/') return address.starts_with("//") ? "#" : std::string(address);
  if (address[0] == '#' || address[0] == '?') return std::string(address);
  for (std::string_view scheme : kSchemes) {
    if (address.size() > scheme.size() &&
        equals_ignoring_case_ascii(address.substr(0, scheme.size()), scheme))
      return std::string(address);
  }
  return "#";
}

Href Href::operator/(std::string_view segment) const {
  Href next = *this;
  if (!next.address_.ends_with('/')) next.address_ += '/';
  // "." and ".." would climb when a browser resolves the address.
  next.address_ += segment == "." ? "%2E" : segment == ".." ? "%2E%2E" : percent_encode(segment);
  return next;
}

Href Href::with(std::string_view name, std::string_view value) const {
  Href next = *this;
  const std::size_t hash = next.address_.find('#');
  const std::string fragment = hash == std::string::npos ? "" : next.address_.substr(hash);
  next.address_.resize(hash == std::string::npos ? next.address_.size() : hash);
  next.address_ += next.address_.find('?') == std::string::npos ? '?' : '&';
  next.address_ += percent_encode(name) + '=' + percent_encode(value) + fragment;
  return next;
}

Href Href::at(std::string_view fragment) const {
  Href next = *this;
  next.address_.resize(std::min(next.address_.find('#'), next.address_.size()));
  next.address_ += '#' + percent_encode(fragment);
  return next;
}

Href telephone(std::string_view number) {
  const std::size_t extension_at = number.find_first_of("xX;");
  std::string digits, extension;
  for (char c : number.substr(0, extension_at)) {
    if (c >= '0' && c <= '9') digits += c;
  }
  if (extension_at != std::string_view::npos) {
    for (char c : number.substr(extension_at)) {
      if (c >= '0' && c <= '9') extension += c;
    }
  }
  if (digits.empty()) return Href();
  if (digits.size() == 11 && digits[0] == '1') digits.erase(0, 1);
  std::string address = digits.size() == 10 ? "tel:+1" + digits : "tel:" + digits;
  if (!extension.empty()) address += ";ext=" + extension;
  return Href(address);
}

Href email(std::string_view address) { return Href("mailto:" + std::string(trim(address))); }

}  // namespace daybreak::html
