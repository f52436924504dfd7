// SPDX-License-Identifier: AGPL-3.0-or-later
#include "language/language.hpp"

#include "base/text.hpp"

namespace daybreak::language {

std::string_view code_of(Language language) { return language == Language::kSpanish ? "es" : "en"; }

std::string_view own_name_of(Language language) {
  return language == Language::kSpanish ? "Español" : "English";
}

std::optional<Language> parse_language(std::string_view code) {
  const std::string_view primary = code.substr(0, code.find_first_of("-_"));
  for (Language language : kLanguages) {
    if (equals_ignoring_case_ascii(primary, code_of(language))) return language;
  }
  return std::nullopt;
}

Language negotiate(std::string_view accept_language) {
  Language best = Language::kEnglish;
  double best_weight = 0;
  for (std::string_view part : split(accept_language.substr(0, 1000), ',')) {
    const std::size_t semicolon = part.find(';');
    double weight = 1;
    if (semicolon != std::string_view::npos) {
      const std::string_view parameter = trim(part.substr(semicolon + 1));
      if (parameter.starts_with("q=")) weight = to_number(parameter.substr(2)).value_or(0);
    }
    const auto language = parse_language(trim(part.substr(0, semicolon)));
    if (language && weight > best_weight) {
      best = *language;
      best_weight = weight;
    }
  }
  return best;
}

LocalizedPath split_path(std::string_view path) {
  for (Language language : kLanguages) {
    const std::string_view code = code_of(language);
    if (path.size() < code.size() + 1 || path[0] != '/' || path.substr(1, code.size()) != code)
      continue;
    const std::string_view rest = path.substr(code.size() + 1);
    if (rest.empty()) return {language, "/"};
    if (rest[0] == '/') return {language, rest};
  }
  return {Language::kEnglish, path};
}

std::string localize_path(Language language, std::string_view path) {
  const bool page = path.starts_with('/') && !path.starts_with("//") &&
                    !path.starts_with("/assets/") && !path.starts_with("/hsds/");
  const std::string_view bare = path.substr(0, path.find_first_of("?#"));
  const bool chosen = bare != split_path(bare).path;  // carries a language already
  if (!page || chosen || language == Language::kEnglish) return std::string(path);
  std::string localized = "/";
  localized += code_of(language);
  if (path.size() > 1 && path[1] != '?' && path[1] != '#')
    localized += path;
  else
    localized += path.substr(1);
  return localized;
}

}  // namespace daybreak::language
