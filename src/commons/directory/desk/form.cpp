// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/desk/form.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "commons/directory/capacity.hpp"
#include "commons/directory/catalogue/view.hpp"
#include "commons/directory/pages/pages.hpp"
#include "geography/geography.hpp"
#include "language/names.hpp"

namespace daybreak::directory::desk {
namespace {

using html::Markup;
using language::MessageId;
using language::to_translate;
using language::Words;

constexpr int kLongestLine = 1000, kLongestText = 20'000;
constexpr std::string_view kLanguages[] = {"en", "es", "zh", "ar",  "fr",  "ht",  "ko", "vi",
                                           "tl", "ru", "so", "ne",  "my",  "bn",  "pl", "pt",
                                           "sw", "ur", "uk", "ase", "mam", "quc", "mix"};
constexpr std::string_view kVisibilities[] = {"public", "task_force", "partner", "confidential"};

struct CapacityWord {
  std::string_view code;
  MessageId label;
};
constexpr CapacityWord kCapacities[] = {
    {"capacity", to_translate("Has room")},
    {"waitlist", to_translate("Waiting list")},
    {"no-capacity", to_translate("Full now")},
    {"assessment-required", to_translate("Room after a talk about your needs")},
    {"unknown", to_translate("Call to ask if there is room")}};

const Json* spanish_of(const Json& body) {
  const Json* all = body.find("translations");
  return all ? all->find("es") : nullptr;
}

std::string plain(const Json& body, std::string_view name) {
  const Json* found = body.find(name);
  if (found == nullptr) return {};
  return found->if_string() ? *found->if_string() : to_text(*found);
}

std::string form_name(const FormField& field) {
  return (field.input == Input::kSpanish ? "es-" : "") + std::string(field.name);
}

bool is_long(const FormField& field, Entity entity) {
  if (field.input == Input::kText) return true;
  const FormField* english = find_field(entity, field.name);
  return field.input == Input::kSpanish && english && english->input == Input::kText;
}

std::string hint_of(const FormField& field, Words t) {
  return field.hint.text().empty() ? std::string() : std::string(t(field.hint));
}

void write_text(Markup& out, const FormField& field, Entity entity, const std::string& value,
                std::span<const html::FieldError> errors) {
  const Words t = out.words();
  const std::string name = form_name(field), hint = hint_of(field, t);
  const html::FieldWords words{.name = name,
                               .label = t(field.label),
                               .hint = hint,
                               .error = html::error_of(errors, name),
                               .required = name == "name" && entity != Entity::kLocation};
  if (is_long(field, entity)) {
    html::text_area(out, {.words = words, .value = value, .rows = 4, .max_length = kLongestText});
    return;
  }
  const bool number = field.input == Input::kNumber;
  html::text_input(
      out, {.words = words,
            .value = value,
            .type = field.input == Input::kEmail ? html::InputType::kEmail : html::InputType::kText,
            .width = number ? html::FieldWidth::kMedium : html::FieldWidth::kFull,
            .autocomplete = "off",
            .input_mode = number ? "decimal" : "",
            .max_length = kLongestLine});
}

void write_choice(Markup& out, const FormField& field, Entity entity, const Json& body,
                  std::span<const html::FieldError> errors) {
  const Words t = out.words();
  std::vector<html::Option> options;
  const Field* known = info(entity).field(field.name);
  for (const std::string_view code : split(known ? known->choices : "", '|'))
    options.push_back({std::string(code), std::string(choice_words(t, code)), "",
                       text_of(body, field.name) == code});
  const std::string name(field.name);
  const bool required = known && known->need == Need::kRequired;
  html::select(
      out, {.words = {.name = name, .label = t(field.label), .error = html::error_of(errors, name)},
            .options = options,
            .empty_choice = required ? std::string_view() : t("Not said")});
}

void write_needs(Markup& out, const FormField& field, const Json& body, const FormNeeds& with) {
  const Words t = out.words();
  const bool spanish = t.language() == language::Language::kSpanish;
  std::vector<std::string> chosen;
  if (const Json* list = body.find(field.name))
    if (const JsonArray* items = list->if_array())
      for (const Json& item : *items)
        if (item.if_string()) chosen.push_back(*item.if_string());
  html::heading(out, 2, t(field.label));
  for (const search::Need& root : with.needs.all()) {
    if (!root.parent.empty()) continue;
    std::vector<html::Option> options;
    bool open = false;
    for (const std::size_t at : with.needs.branch(root.code)) {
      const search::Need& need = with.needs.all()[at];
      const bool selected = std::ranges::find(chosen, need.code) != chosen.end();
      open = open || selected;
      options.push_back(
          {need.code, spanish ? need.label_spanish : need.label_english, "", selected});
    }
    const std::string& label = spanish ? root.label_spanish : root.label_english;
    const std::string name = "needs-" + root.code;
    html::accordion_item(out, {.title = label, .open = open}, [&] {
      html::checkboxes(
          out, {.words = {.name = name, .label = label}, .options = options, .in_columns = true});
    });
  }
}

void write_languages(Markup& out, const FormField& field, const Json& body) {
  const Words t = out.words();
  std::vector<std::string> codes, others;
  if (const Json* list = body.find(field.name))
    if (const JsonArray* items = list->if_array())
      for (const Json& item : *items) {
        const std::string code = language_code(item);
        if (std::ranges::find(kLanguages, std::string_view(code)) != std::end(kLanguages))
          codes.push_back(code);
        else
          others.emplace_back(text_of(item, "name").empty() ? std::string_view(code)
                                                            : text_of(item, "name"));
      }
  std::vector<html::Option> options;
  for (const std::string_view code : kLanguages)
    options.push_back({std::string(code), language::language_name(t, code), "",
                       std::ranges::find(codes, code) != codes.end()});
  html::checkboxes(out, {.words = {.name = "languages", .label = t(field.label)},
                         .options = options,
                         .in_columns = true});
  html::text_input(out, {.words = {.name = "languages-other",
                                   .label = t("Other languages"),
                                   .hint = t("English names, with commas")},
                         .value = join(others, ", "),
                         .autocomplete = "off",
                         .max_length = kLongestLine});
}

// Counties by name where we know them, other codes as they are.
std::string codes_text(const Json& body, std::string_view name) {
  std::vector<std::string> parts;
  if (const Json* list = body.find(name)) {
    if (list->if_string()) return *list->if_string();  // came back with an error
    if (const JsonArray* items = list->if_array())
      for (const Json& item : *items) {
        if (!item.if_string()) continue;
        const auto fips = geography::CountyFips::parse(*item.if_string());
        const geography::County* county = fips ? geography::find_county(*fips) : nullptr;
        parts.push_back(county ? std::string(county->short_name) + " " + std::string(county->state)
                               : *item.if_string());
      }
  }
  return join(parts, ", ");
}

std::optional<std::string> county_code(std::string_view text) {
  if (const auto fips = geography::CountyFips::parse(text))
    return geography::find_county(*fips) ? std::optional(fips->to_string()) : std::nullopt;
  const std::size_t space = text.rfind(' ');
  if (space == text.npos) return std::nullopt;
  const geography::State* state = geography::find_state(trim(text.substr(space + 1)));
  const geography::County* county =
      state ? geography::find_county(state->abbreviation, trim(text.substr(0, space))) : nullptr;
  return county ? std::optional(county->fips.to_string()) : std::nullopt;
}

std::optional<std::string> state_code(std::string_view text) {
  const geography::State* state = geography::find_state(text);
  return state ? std::optional(std::string(state->abbreviation)) : std::nullopt;
}

void write_capacity(Markup& out, const FormField& field, const Json& body, Instant now) {
  const Words t = out.words();
  const Capacity capacity = capacity_of(body);
  const auto word = std::ranges::find(kCapacities, code_of(capacity.at(now)), &CapacityWord::code);
  html::paragraph(
      out, t("It says now: {0}",
             {word == std::end(kCapacities) ? t("Call to ask if there is room") : t(word->label)}));
  std::vector<html::Option> options;
  for (const CapacityWord& one : kCapacities)
    options.push_back({std::string(one.code), std::string(t(one.label))});
  html::select(out, {.words = {.name = "capacity", .label = t(field.label)},
                     .options = options,
                     .empty_choice = t("Leave as it is")});
  const std::vector<html::Option> hours = {{"4", t("{0} hours", {"4"})},
                                           {"12", t("{0} hours", {"12"})},
                                           {"24", t("{0} hours", {"24"})},
                                           {"168", std::string(t("One week"))}};
  html::select(out, {.words = {.name = "capacity-hours",
                               .label = t("It holds for"),
                               .hint = t("After that it counts as unknown.")},
                     .options = hours,
                     .empty_choice = t("As long as is usual for its kind")});
}

void write_suitability(Markup& out, const FormField& field, const Json& body) {
  const Words t = out.words();
  const Json* said = body.find(field.name);
  std::vector<html::Option> options;
  for (const SuitabilityWord& word : suitability_words()) {
    const Json* flag = said ? said->find(word.code) : nullptr;
    options.push_back({std::string(word.code), std::string(t(word.label)), "",
                       flag && flag->if_bool() && *flag->if_bool()});
  }
  html::checkboxes(out, {.words = {.name = "suitability",
                                   .label = t(field.label),
                                   .hint = t("What is not marked counts as not known.")},
                         .options = options});
}

void write_visibility(Markup& out, const Json& body, const FormNeeds& with,
                      std::span<const html::FieldError> errors) {
  const Words t = out.words();
  const std::string_view now = text_of(body, "visibility");
  std::vector<html::Option> options;
  constexpr MessageId kHints[] = {
      to_translate("Stands on the public pages, in the guide and in exports."),
      to_translate("Members of the task force's organizations."),
      to_translate("Only members of the organizations marked below."),
      to_translate("Only those cleared for confidential places. Of a location, others see the "
                   "public address and point.")};
  for (std::size_t i = 0; i < std::size(kVisibilities); ++i)
    options.push_back({std::string(kVisibilities[i]),
                       std::string(choice_words(t, kVisibilities[i])), std::string(t(kHints[i])),
                       now == kVisibilities[i] || (now.empty() && i == 0)});
  html::radios(out, {.words = {.name = "visibility",
                               .label = t("Who may see it"),
                               .error = html::error_of(errors, "visibility")},
                     .options = options});
  std::vector<html::Option> partners;
  const Json* named = body.find("partners");
  const JsonArray* items = named ? named->if_array() : nullptr;
  for (const trust::Organization& one : with.partners) {
    const std::string id = one.id.to_string();
    const bool selected = items && std::ranges::any_of(*items, [&](const Json& item) {
                            return item.if_string() && *item.if_string() == id;
                          });
    partners.push_back({id, one.name, "", selected});
  }
  html::checkboxes(out, {.words = {.name = "partners",
                                   .label = t("Named partners"),
                                   .hint = t("These organizations see it when it is for named "
                                             "partners.")},
                         .options = partners});
}

void set_or_erase(Json& body, std::string_view name, Json value) {
  if (value.is_null() || (value.if_string() && value.if_string()->empty()) ||
      (value.is_array() && value.size() == 0))
    body.erase(name);
  else
    body.set(name, std::move(value));
}

void read_spanish(const std::string& text, std::string_view name, Json& body) {
  Json all = body.find("translations") ? *body.find("translations") : Json::object();
  Json spanish = spanish_of(body) ? *spanish_of(body) : Json::object();
  set_or_erase(spanish, name, text);
  if (spanish.size() > 0)
    all.set("es", std::move(spanish));
  else
    all.erase("es");
  if (all.size() > 0)
    body.set("translations", std::move(all));
  else
    body.erase("translations");
}

void read_number(const std::string& text, const std::string& name, Words t, Json& body,
                 std::vector<html::FieldError>& errors) {
  const auto number = to_number(text);
  if (!text.empty() && !number) errors.push_back({name, std::string(t("Write a number."))});
  const auto whole = to_integer(text);
  set_or_erase(body, name, whole ? Json(*whole) : number ? Json(*number) : Json(text));
}

void read_languages(const http::Fields& form, const FormNeeds& with, Json& body) {
  Json result = Json::array();
  JsonArray old;
  if (const Json* list = body.find("languages"))
    if (const JsonArray* items = list->if_array()) old = *items;
  const auto add = [&](const std::string& code, std::string_view name) {
    for (const Json& item : old) {
      const bool same = code.empty() ? equals_ignoring_case_ascii(text_of(item, "name"), name) ||
                                           equals_ignoring_case_ascii(text_of(item, "code"), name)
                                     : language_code(item) == code;
      if (!same) continue;
      result.append(item);
      return;
    }
    Json made =
        Json::object({{"id", Uuid::generate(with.clock, with.random).to_string()}, {"name", name}});
    if (!code.empty()) made.set("code", code);
    result.append(std::move(made));
  };
  const Words english(language::Language::kEnglish);
  for (const std::string_view code : kLanguages)
    for (const auto& value : form.every("languages"))
      if (value.raw() == code) add(std::string(code), language::language_name(english, code));
  const std::string others = said(form, "languages-other");
  for (const std::string_view part : split(others, ','))
    if (!trim(part).empty()) add("", trim(part));
  // The order that stood is kept when the same ones are chosen.
  const bool same =
      result.size() == old.size() && std::ranges::all_of(old, [&](const Json& item) {
        return std::ranges::find(*result.if_array(), item) != result.if_array()->end();
      });
  if (!same) set_or_erase(body, "languages", std::move(result));
}

void read_codes(const http::Fields& form, const std::string& name, Words t, Json& body,
                std::vector<html::FieldError>& errors) {
  const std::string text = said(form, name);
  Json list = Json::array();
  for (const std::string_view part : split(text, ',')) {
    if (trim(part).empty()) continue;
    const auto code = name == "states" ? state_code(trim(part)) : county_code(trim(part));
    if (!code) {
      errors.push_back({name, t("We do not know \"{0}\".", {trim(part)})});
      body.set(name, text);
      return;
    }
    list.append(*code);
  }
  set_or_erase(body, name, std::move(list));
}

void read_needs(const http::Fields& form, const FormNeeds& with, Json& body) {
  std::vector<std::string> chosen;
  for (const search::Need& root : with.needs.all()) {
    if (!root.parent.empty()) continue;
    const auto values = form.every("needs-" + root.code);
    for (const std::size_t at : with.needs.branch(root.code))
      for (const auto& value : values)
        if (value.raw() == with.needs.all()[at].code) chosen.push_back(value.raw());
  }
  std::vector<std::string> old;
  if (const Json* list = body.find("needs"))
    if (const JsonArray* items = list->if_array())
      for (const Json& item : *items)
        if (item.if_string()) old.push_back(*item.if_string());
  if (std::ranges::is_permutation(chosen, old)) return;
  Json list = Json::array();
  for (std::string& code : chosen) list.append(std::move(code));
  set_or_erase(body, "needs", std::move(list));
}

void read_capacity(const http::Fields& form, const FormNeeds& with, Json& body) {
  const auto status = parse_capacity_status(said(form, "capacity"));
  if (!status) return;
  const auto hours = to_integer(said(form, "capacity-hours"));
  const auto lifetime =
      hours && *hours > 0 && *hours <= 24 * 31 ? std::chrono::hours(*hours) : usual_lifetime(body);
  const Instant now = with.clock.now();
  body.set("capacity_status", to_json(Capacity{*status, now, now + lifetime}));
}

void read_suitability(const http::Fields& form, Json& body) {
  Json said = body.find("suitability") ? *body.find("suitability") : Json::object();
  const auto chosen = form.every("suitability");
  for (const SuitabilityWord& word : suitability_words()) {
    const bool yes =
        std::ranges::any_of(chosen, [&](const auto& one) { return one.raw() == word.code; });
    const Json* flag = said.find(word.code);
    if (yes) said.set(word.code, true);
    if (!yes && flag && flag->if_bool() && *flag->if_bool()) said.erase(word.code);
  }
  if (said.size() > 0)
    body.set("suitability", std::move(said));
  else
    body.erase("suitability");
}

void read_visibility(const http::Fields& form, Words t, const FormNeeds& with, Json& body,
                     std::vector<html::FieldError>& errors) {
  const std::string word = said(form, "visibility");
  if (std::ranges::find(kVisibilities, std::string_view(word)) == std::end(kVisibilities)) {
    errors.push_back({"visibility", std::string(t("Choose who may see it."))});
    return;
  }
  Json partners = Json::array();
  for (const trust::Organization& one : with.partners)
    for (const auto& value : form.every("partners"))
      if (value.raw() == one.id.to_string()) partners.append(value.raw());
  if (word == "partner" && partners.size() == 0)
    errors.push_back({"visibility", std::string(t("Mark at least one partner below."))});
  set_or_erase(body, "visibility", word == "public" ? Json() : Json(word));
  set_or_erase(body, "partners", word == "partner" ? std::move(partners) : Json());
}

void write_field(Markup& out, const FormField& field, Entity entity, const Json& body,
                 const FormNeeds& with, std::span<const html::FieldError> errors) {
  const Words t = out.words();
  switch (field.input) {
    case Input::kChoice:
      return write_choice(out, field, entity, body, errors);
    case Input::kYesNo: {
      const Json* flag = body.find(field.name);
      return html::checkbox(out, {.words = {.name = field.name, .label = t(field.label)},
                                  .checked = flag && flag->if_bool() && *flag->if_bool()});
    }
    case Input::kPhones:
    case Input::kHours:
    case Input::kAddresses:
    case Input::kPublicAddresses:
      return write_rows(out, field, body, errors);
    case Input::kLanguages:
      return write_languages(out, field, body);
    case Input::kNeeds:
      return write_needs(out, field, body, with);
    case Input::kWords:
      return write_text(out, field, entity, codes_text(body, field.name), errors);
    case Input::kSuitability:
      return write_suitability(out, field, body);
    case Input::kRule:
      return write_rule(out, body, errors);
    case Input::kCapacity:
      return write_capacity(out, field, body, with.clock.now());
    case Input::kVisibility:
      return write_visibility(out, body, with, errors);
    case Input::kSpanish: {
      const Json* spanish = spanish_of(body);
      return write_text(out, field, entity, spanish ? plain(*spanish, field.name) : "", errors);
    }
    default:
      return write_text(out, field, entity, plain(body, field.name), errors);
  }
}

}  // namespace

std::string said(const http::Fields& form, std::string_view name) {
  // Browsers send the lines of a text with both signs of a line end.
  return replace_all(trim(form.get(name).raw()), "\r\n", "\n");
}

void write_group(Markup& out, const Group& group, Entity entity, const Json& body,
                 const FormNeeds& with, std::span<const html::FieldError> errors) {
  for (const FormField& field : group.fields) write_field(out, field, entity, body, with, errors);
}

std::vector<html::FieldError> read_group(const http::Fields& form, const Group& group,
                                         Entity entity, Words t, const FormNeeds& with,
                                         Json& body) {
  std::vector<html::FieldError> errors;
  for (const FormField& field : group.fields) {
    const std::string name = form_name(field);
    const std::string text = said(form, name);
    const bool is_plain = field.input <= Input::kChoice || field.input == Input::kSpanish;
    if (is_plain && !form.has(name)) continue;  // not on this form: stays as it is
    switch (field.input) {
      case Input::kYesNo:
        set_or_erase(body, name, form.has(name) ? Json(true) : Json());
        break;
      case Input::kPhones:
      case Input::kHours:
      case Input::kAddresses:
      case Input::kPublicAddresses:
        read_rows(form, field, t, with, body, errors);
        break;
      case Input::kLanguages:
        read_languages(form, with, body);
        break;
      case Input::kNeeds:
        read_needs(form, with, body);
        break;
      case Input::kWords:
        read_codes(form, name, t, body, errors);
        break;
      case Input::kSuitability:
        read_suitability(form, body);
        break;
      case Input::kRule:
        read_rule(form, t, body, errors);
        break;
      case Input::kCapacity:
        read_capacity(form, with, body);
        break;
      case Input::kVisibility:
        read_visibility(form, t, with, body, errors);
        break;
      case Input::kNumber:
        read_number(text, name, t, body, errors);
        break;
      case Input::kSpanish:
        read_spanish(text, field.name, body);
        break;
      case Input::kEmail:
        if (!text.empty() && (text.find('@') == text.npos || text.find('.') == text.npos))
          errors.push_back({name, std::string(t("Write an address such as name@example.org."))});
        set_or_erase(body, name, text);
        break;
      default:
        if (name == "name" && text.empty() && entity != Entity::kLocation)
          errors.push_back({name, std::string(t("Give it a name."))});
        set_or_erase(body, name, text);
    }
  }
  return errors;
}

}  // namespace daybreak::directory::desk
