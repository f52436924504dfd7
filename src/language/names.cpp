// SPDX-License-Identifier: AGPL-3.0-or-later
#include "language/names.hpp"

#include <algorithm>
#include <utility>

namespace daybreak::language {

std::string language_name(const Words& t, std::string_view code) {
  static constexpr std::pair<std::string_view, MessageId> kNames[] = {
      {"en", to_translate("English")},   {"es", to_translate("Spanish")},
      {"zh", to_translate("Chinese")},   {"ar", to_translate("Arabic")},
      {"fr", to_translate("French")},    {"ht", to_translate("Haitian Creole")},
      {"ko", to_translate("Korean")},    {"vi", to_translate("Vietnamese")},
      {"tl", to_translate("Tagalog")},   {"ru", to_translate("Russian")},
      {"so", to_translate("Somali")},    {"ne", to_translate("Nepali")},
      {"my", to_translate("Burmese")},   {"bn", to_translate("Bengali")},
      {"pl", to_translate("Polish")},    {"pt", to_translate("Portuguese")},
      {"sw", to_translate("Swahili")},   {"ur", to_translate("Urdu")},
      {"uk", to_translate("Ukrainian")}, {"ase", to_translate("American Sign Language")},
      {"mam", to_translate("Mam")},      {"quc", to_translate("K'iche'")},
      {"mix", to_translate("Mixtec")}};
  const auto found =
      std::ranges::find(kNames, code, &std::pair<std::string_view, MessageId>::first);
  return std::string(found == std::end(kNames) ? code : t(found->second));
}

}  // namespace daybreak::language
