// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/desk/fields.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace daybreak::directory::desk {
namespace {

using language::MessageId;
using language::to_translate;
using language::Words;

constexpr FormField kVisibilityField = {"visibility", Input::kVisibility,
                                        to_translate("Who may see it")};
constexpr FormField kVisibilityFields[] = {kVisibilityField};

constexpr FormField kOrganizationNames[] = {
    {"name", Input::kLine, to_translate("Name")},
    {"alternate_name", Input::kLine, to_translate("Other name")},
    {"description", Input::kText, to_translate("Description")},
    {"name", Input::kSpanish, to_translate("Name in Spanish")},
    {"description", Input::kSpanish, to_translate("Description in Spanish")}};
constexpr FormField kOrganizationContact[] = {
    {"phones", Input::kPhones, to_translate("Telephones")},
    {"email", Input::kEmail, to_translate("E-mail")},
    {"website", Input::kAddressOfWeb, to_translate("Website")}};
constexpr Group kOrganizationGroups[] = {
    {"names", to_translate("Names and description"), kOrganizationNames},
    {"contact", to_translate("Contact"), kOrganizationContact},
    {"visibility", to_translate("Who may see it"), kVisibilityFields}};

constexpr FormField kServiceNames[] = {
    {"name", Input::kLine, to_translate("Name")},
    {"alternate_name", Input::kLine, to_translate("Other name")},
    {"description", Input::kText, to_translate("Description")},
    {"status", Input::kChoice, to_translate("State")},
    {"alert", Input::kLine, to_translate("Note"),
     to_translate("Shown on top of the public page, such as a closure.")},
    {"name", Input::kSpanish, to_translate("Name in Spanish")},
    {"description", Input::kSpanish, to_translate("Description in Spanish")}};
constexpr FormField kServiceContact[] = {
    {"phones", Input::kPhones, to_translate("Telephones")},
    {"email", Input::kEmail, to_translate("E-mail")},
    {"url", Input::kAddressOfWeb, to_translate("Website")},
    {"application_process", Input::kText, to_translate("How to begin")},
    {"application_process", Input::kSpanish, to_translate("How to begin, in Spanish")}};
constexpr FormField kServiceHours[] = {
    {"open_24_hours", Input::kYesNo, to_translate("Open day and night")},
    {"schedules", Input::kHours, to_translate("Hours")},
    {"wait_time", Input::kLine, to_translate("Waiting time")}};
constexpr FormField kServiceEligibility[] = {
    {"eligibility_rule", Input::kRule, to_translate("Who can come")},
    {"eligibility_description", Input::kText, to_translate("Who can come, in words")},
    {"eligibility_description", Input::kSpanish, to_translate("Who can come, in Spanish")},
    {"ineligibility_description", Input::kText, to_translate("Who cannot be served")},
    {"minimum_age", Input::kNumber, to_translate("Youngest age")},
    {"maximum_age", Input::kNumber, to_translate("Oldest age")}};
constexpr FormField kServiceNeeds[] = {
    {"needs", Input::kNeeds, to_translate("Needs it answers")},
    {"level", Input::kChoice, to_translate("Reaches")},
    {"counties", Input::kWords, to_translate("Counties it serves"),
     to_translate("Names with their state or five-digit codes, with commas: Erie NY, 36063")},
    {"states", Input::kWords, to_translate("States it serves"),
     to_translate("Two letters each, with commas: NY, PA")}};
constexpr FormField kServiceLanguages[] = {
    {"languages", Input::kLanguages, to_translate("Languages")},
    {"interpretation_services", Input::kLine, to_translate("Interpreters")}};
constexpr FormField kServiceCapacity[] = {
    {"capacity_status", Input::kCapacity, to_translate("Room now")}};
constexpr FormField kServiceSuitability[] = {
    {"suitability", Input::kSuitability, to_translate("Suitable for")},
    {"fees_description", Input::kLine, to_translate("Cost")}};
constexpr Group kServiceGroups[] = {
    {"names", to_translate("Names and description"), kServiceNames},
    {"contact", to_translate("Contact"), kServiceContact},
    {"hours", to_translate("Hours"), kServiceHours},
    {"eligibility", to_translate("Who can come"), kServiceEligibility},
    {"needs", to_translate("Needs and area"), kServiceNeeds},
    {"languages", to_translate("Languages"), kServiceLanguages},
    {"capacity", to_translate("Room now"), kServiceCapacity},
    {"suitability", to_translate("Suitability and cost"), kServiceSuitability},
    {"visibility", to_translate("Who may see it"), kVisibilityFields}};

constexpr FormField kLocationPlace[] = {
    {"name", Input::kLine, to_translate("Name")},
    {"location_type", Input::kChoice, to_translate("Kind of place")},
    {"addresses", Input::kAddresses, to_translate("Real address")},
    {"latitude", Input::kNumber, to_translate("Real latitude")},
    {"longitude", Input::kNumber, to_translate("Real longitude")},
    {"transportation", Input::kText, to_translate("How to get there")}};
constexpr FormField kLocationPublic[] = {
    {"public_addresses", Input::kPublicAddresses, to_translate("Public address"),
     to_translate("What others see instead of the real one: a town is enough.")},
    {"public_latitude", Input::kNumber, to_translate("Public latitude"),
     to_translate("A point that tells nothing of the house, such as the middle of the county.")},
    {"public_longitude", Input::kNumber, to_translate("Public longitude")}};
constexpr FormField kLocationContact[] = {{"phones", Input::kPhones, to_translate("Telephones")},
                                          {"schedules", Input::kHours, to_translate("Hours")}};
constexpr Group kLocationGroups[] = {
    {"place", to_translate("Place"), kLocationPlace},
    {"public", to_translate("What is shown of a private place"), kLocationPublic},
    {"contact", to_translate("Contact and hours"), kLocationContact},
    {"visibility", to_translate("Who may see it"), kVisibilityFields}};

constexpr FormField kPlaceContact[] = {{"description", Input::kText, to_translate("Description")},
                                       {"phones", Input::kPhones, to_translate("Telephones")},
                                       {"schedules", Input::kHours, to_translate("Hours")}};
constexpr Group kPlaceGroups[] = {
    {"contact", to_translate("Contact and hours"), kPlaceContact},
    {"visibility", to_translate("Who may see it"), kVisibilityFields}};

struct Named {
  std::string_view code;
  MessageId words;
};

constexpr Named kChoices[] = {{"active", to_translate("Offered")},
                              {"inactive", to_translate("Not offered now")},
                              {"defunct", to_translate("No longer offered")},
                              {"temporarily closed", to_translate("Closed for now")},
                              {"local", to_translate("Local")},
                              {"regional", to_translate("Region")},
                              {"statewide", to_translate("Whole state")},
                              {"national", to_translate("Whole country")},
                              {"physical", to_translate("A place to go to")},
                              {"postal", to_translate("A mailing address")},
                              {"virtual", to_translate("By telephone or online")},
                              {"redacted", to_translate("A private place")},
                              {"public", to_translate("Everyone")},
                              {"task_force", to_translate("The task force")},
                              {"partner", to_translate("Named partners")},
                              {"confidential", to_translate("Confidential")}};

// Parts of a path that are no field of a form.
constexpr Named kParts[] = {{"number", to_translate("number")},
                            {"extension", to_translate("extension")},
                            {"type", to_translate("kind")},
                            {"description", to_translate("description")},
                            {"visibility", to_translate("who may see it")},
                            {"partners", to_translate("Named partners")},
                            {"opens_at", to_translate("opens at")},
                            {"closes_at", to_translate("closes at")},
                            {"byday", to_translate("days")},
                            {"address_1", to_translate("street")},
                            {"address_2", to_translate("second line")},
                            {"city", to_translate("city")},
                            {"state_province", to_translate("state")},
                            {"postal_code", to_translate("ZIP code")},
                            {"country", to_translate("country")},
                            {"name", to_translate("name")},
                            {"email", to_translate("e-mail")},
                            {"translations", to_translate("Translations")},
                            {"verifications", to_translate("Checks")},
                            {"assured_date", to_translate("Checked on")},
                            {"contacts", to_translate("People to ask")},
                            {"organization_id", to_translate("Organization")}};

template <typename List>
std::optional<MessageId> find_words(const List& list, std::string_view code) {
  const auto found = std::ranges::find(list, code, &Named::code);
  if (found == std::end(list)) return std::nullopt;
  return found->words;
}

constexpr SuitabilityWord kSuitable[] = {
    {"sex_trafficking", to_translate("Survivors of sex trafficking")},
    {"labor_trafficking", to_translate("Survivors of labor trafficking")},
    {"adults", to_translate("Adults")},
    {"minors", to_translate("Minors")},
    {"women", to_translate("Women")},
    {"men", to_translate("Men")},
    {"transgender", to_translate("Transgender people")},
    {"dependants", to_translate("People with children")},
    {"pets", to_translate("People with pets")}};

void add_scalars(const Json& value, std::vector<std::string>& parts) {
  if (const std::string* text = value.if_string()) {
    if (!text->empty()) parts.push_back(*text);
  } else if (value.is_number() || value.is_bool()) {
    parts.push_back(to_text(value));
  } else if (const JsonArray* items = value.if_array()) {
    for (const Json& item : *items) add_scalars(item, parts);
  } else if (const JsonObject* members = value.if_object()) {
    for (const JsonMember& member : *members) {
      if (member.key == "id" || member.key.ends_with("_id")) continue;
      std::vector<std::string> inner;
      add_scalars(member.value, inner);
      if (inner.empty()) continue;
      const bool plain = member.value.is_string();
      parts.push_back((plain ? "" : replace_all(member.key, "_", " ") + ": ") + join(inner, ", "));
    }
  }
}

}  // namespace

std::span<const Group> groups_of(Entity entity) {
  switch (entity) {
    case Entity::kOrganization:
      return kOrganizationGroups;
    case Entity::kService:
      return kServiceGroups;
    case Entity::kLocation:
      return kLocationGroups;
    case Entity::kServiceAtLocation:
      return kPlaceGroups;
    default:
      return {};
  }
}

const Group* find_group(Entity entity, std::string_view code) {
  const auto groups = groups_of(entity);
  const auto found = std::ranges::find(groups, code, &Group::code);
  return found == groups.end() ? nullptr : &*found;
}

const FormField* find_field(Entity entity, std::string_view name) {
  for (const Group& group : groups_of(entity))
    for (const FormField& field : group.fields)
      if (field.name == name && field.input != Input::kSpanish) return &field;
  return nullptr;
}

bool is_kept(Entity entity) { return !groups_of(entity).empty(); }

std::string_view entity_words(Words t, Entity entity) {
  switch (entity) {
    case Entity::kOrganization:
      return t("Organization");
    case Entity::kLocation:
      return t("Location");
    case Entity::kServiceAtLocation:
      return t("Place of a service");
    default:
      return t("Service");
  }
}

std::string path_words(Words t, Entity entity, std::string_view path) {
  std::vector<std::string> words;
  while (!path.empty()) {
    const std::size_t end = path.find_first_of(".[");
    const std::string_view part = path.substr(0, end);
    const FormField* field = words.empty() ? find_field(entity, part) : nullptr;
    const auto known = find_words(kParts, part);
    if (!part.empty())
      words.push_back(field   ? std::string(t(field->label))
                      : known ? std::string(t(*known))
                              : replace_all(part, "_", " "));
    if (end == path.npos) break;
    const bool is_item = path[end] == '[';
    path.remove_prefix(end + 1);
    if (!is_item) continue;
    const std::size_t close = path.find(']');
    path.remove_prefix(close == path.npos ? path.size() : close + 1);
    if (path.starts_with('.')) path.remove_prefix(1);
  }
  return join(words, ": ");
}

std::string value_words(Words t, const Json& value) {
  if (const bool* flag = value.if_bool()) return std::string(*flag ? t("Yes") : t("No"));
  if (const std::string* text = value.if_string()) {
    if (const auto known = find_words(kChoices, *text)) return std::string(t(*known));
    return text->empty() ? "—" : *text;
  }
  std::vector<std::string> parts;
  add_scalars(value, parts);
  return parts.empty() ? "—" : join(parts, "; ");
}

const Json& at_path(const Json& body, std::string_view path) {
  static const Json kNothing;
  const Json* at = &body;
  while (at && !path.empty()) {
    const std::size_t end = path.find_first_of(".[");
    const std::string_view key = path.substr(0, end);
    if (!key.empty()) at = at->find(key);
    if (end == path.npos) break;
    const bool is_item = path[end] == '[';
    path.remove_prefix(end + 1);
    if (!is_item || at == nullptr) continue;
    const std::size_t close = path.find(']');
    const std::string_view id = path.substr(0, close);
    path.remove_prefix(close == path.npos ? path.size() : close + 1);
    const JsonArray* items = at->if_array();
    at = nullptr;
    if (items)
      for (const Json& item : *items)
        if (text_of(item, "id") == id) at = &item;
  }
  return at ? *at : kNothing;
}

std::string_view choice_words(Words t, std::string_view code) {
  const auto known = find_words(kChoices, code);
  return known ? t(*known) : code;
}

std::string_view visibility_words(Words t, const Json& part) {
  const std::string_view word = text_of(part, "visibility");
  return choice_words(t, word.empty() ? "public" : word);
}

std::span<const SuitabilityWord> suitability_words() { return kSuitable; }

}  // namespace daybreak::directory::desk
