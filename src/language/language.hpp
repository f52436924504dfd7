// SPDX-License-Identifier: AGPL-3.0-or-later
// The languages Daybreak speaks, and how a request names one. The address carries the language
// ("/es/services" is Spanish, "/services" English), so that a public page needs no cookie.
// Plain values and pure functions, safe to use from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace daybreak::language {

enum class Language : std::uint8_t { kEnglish, kSpanish };

inline constexpr std::array kLanguages{Language::kEnglish, Language::kSpanish};

// "en", "es": as in the lang attribute, file names and stored preferences.
std::string_view code_of(Language language);
// "English", "Español": what a reader of that language looks for.
std::string_view own_name_of(Language language);
// Accepts "es", "ES", "es-MX"; nothing when we do not speak it.
std::optional<Language> parse_language(std::string_view code);
// The language of ours that an Accept-Language header likes best; English when none.
Language negotiate(std::string_view accept_language);

// "/es/services/4" is {kSpanish, "/services/4"}; "/es" and "/en" are {…, "/"}; others are English.
struct LocalizedPath {
  Language language = Language::kEnglish;
  std::string_view path;
};
LocalizedPath split_path(std::string_view path);
// The way back: "/services" becomes "/es/services" in Spanish. Leaves alone what carries a language
// already ("/en/services") and what is not a page: "/assets/…", "/hsds/…", "//…", "#…", "?…",
// others.
std::string localize_path(Language language, std::string_view path);

}  // namespace daybreak::language
