// SPDX-License-Identifier: AGPL-3.0-or-later
// Href: an address that is safe to follow. Made from any text, it lets through only addresses of
// this site ("/…", "#…", "?…") and of http, https, mailto, tel and sms; anything else
// ("javascript:",
// "//elsewhere") becomes "#". route() builds addresses of this site with encoded parts:
//     route("/services") / id                     "/services/4f…"
//     route("/services").with("page", "2")        "/services?page=2"
// Values; safe to use from any thread.
#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace daybreak::html {

class Href {
 public:
  Href() : address_("#") {}
  template <typename T>
    requires std::convertible_to<const T&, std::string_view>
  Href(const T& address) : address_(safe(address)) {}  // NOLINT: implicit on purpose, it checks

  // One more path segment, percent-encoded.
  Href operator/(std::string_view segment) const;
  // One more query parameter; before any fragment.
  Href with(std::string_view name, std::string_view value) const;
  // The same with a fragment: "#results".
  Href at(std::string_view fragment) const;

  std::string_view view() const { return address_; }
  const std::string& string() const { return address_; }
  // Another site, or another program (mail, telephone).
  bool leaves_site() const {
    return address_[0] != '/' && address_[0] != '?' && address_[0] != '#';
  }

 private:
  static std::string safe(std::string_view address);
  std::string address_;
};

inline Href route(std::string_view path) { return Href(path); }

// "tel:+17165550100" for ten digits or eleven that start with 1; extension after "x" or ";ext=".
Href telephone(std::string_view number);
Href email(std::string_view address);

}  // namespace daybreak::html
