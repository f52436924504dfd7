// SPDX-License-Identifier: AGPL-3.0-or-later
// The fields of a record in the order and words of the desk: groups that are edited and verified
// together, and how a field's path and value read to a person. Read-only data and pure functions,
// any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "commons/directory/merge.hpp"
#include "language/words.hpp"

namespace daybreak::directory::desk {

enum class Input : std::uint8_t {
  kLine,
  kText,
  kEmail,
  kAddressOfWeb,
  kNumber,
  kChoice,  // one of the schema's choices
  kYesNo,
  kPhones,
  kHours,
  kAddresses,
  kPublicAddresses,
  kLanguages,
  kNeeds,
  kWords,  // a list of codes, written with commas: counties, states
  kSuitability,
  kRule,
  kCapacity,
  kVisibility,
  kSpanish,  // a line or text of "translations.es"
};

struct FormField {
  std::string_view name;
  Input input;
  language::MessageId label;
  language::MessageId hint = "";
};

struct Group {
  std::string_view code;  // also the group's name in "verifications"
  language::MessageId title;
  std::span<const FormField> fields;
};

// Those of organisations, services, places of a service and locations; none for others.
std::span<const Group> groups_of(Entity entity);
const Group* find_group(Entity entity, std::string_view code);
const FormField* find_field(Entity entity, std::string_view name);

// The entities that the desk keeps, and their words.
bool is_kept(Entity entity);
std::string_view entity_words(language::Words t, Entity entity);

// "phones[…].number" in words: "Telephones: number".
std::string path_words(language::Words t, Entity entity, std::string_view path);
// What stands at a path, null when nothing does.
const Json& at_path(const Json& body, std::string_view path);
// A value for a person: texts as they are, parts on one line, "—" for nothing.
std::string value_words(language::Words t, const Json& value);
// Codes in words; the code itself where it is none of ours.
std::string_view choice_words(language::Words t, std::string_view code);
std::string_view visibility_words(language::Words t, const Json& part);

// The words of "suitability", in order.
struct SuitabilityWord {
  std::string_view code;
  language::MessageId label;
};
std::span<const SuitabilityWord> suitability_words();

}  // namespace daybreak::directory::desk
