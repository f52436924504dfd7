// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/pages/change_form.hpp"

#include "base/text.hpp"
#include "html/content.hpp"

namespace daybreak::directory::pages {

using html::Markup;
using http::Request;
using language::MessageId;
using language::to_translate;
using language::Words;

namespace {

constexpr std::size_t kLongest = 4000, kLongestNumber = 100;

enum class Shape : std::uint8_t { kLine, kText };

// What the form shows and may change; `name` is the member of the service's body and of the form.
struct Asked {
  std::string_view name;
  MessageId label;
  Shape shape;
};
constexpr Asked kAsked[] = {
    {"name", to_translate("Name"), Shape::kLine},
    {"description", to_translate("What it offers"), Shape::kText},
    {"email", to_translate("E-mail"), Shape::kLine},
    {"url", to_translate("Website"), Shape::kLine},
    {"application_process", to_translate("How to begin"), Shape::kText},
    {"eligibility_description", to_translate("Who can come"), Shape::kText},
    {"fees_description", to_translate("Cost"), Shape::kLine},
};

const JsonArray* phones_of(const Json& service) {
  const Json* phones = service.find("phones");
  return phones == nullptr ? nullptr : phones->if_array();
}

std::string phone_field(const Json& phone) { return "phone-" + std::string(text_of(phone, "id")); }

}  // namespace

std::string given(const Request& request, std::string_view name) {
  return std::string(trim(request.form().fields.get(name).raw()));
}

// What the form says differently. An emptied field is proposed to be taken out.
std::vector<FieldChange> changes_in(const Request& request, const Json& service) {
  std::vector<FieldChange> changes;
  const auto compare = [&](std::string path, std::string_view before, std::string_view field) {
    if (!request.form().fields.has(field)) return;
    const std::string after = replace_all(given(request, field), "\r\n", "\n");
    if (after == trim(before)) return;
    changes.push_back({std::move(path), before.empty() ? Json() : Json(before),
                       after.empty() ? Json() : Json(after)});
  };
  for (const Asked& asked : kAsked)
    compare(std::string(asked.name), text_of(service, asked.name), asked.name);
  if (const JsonArray* phones = phones_of(service)) {
    for (const Json& phone : *phones)
      compare("phones[" + std::string(text_of(phone, "id")) + "].number", text_of(phone, "number"),
              phone_field(phone));
  }
  return changes;
}

std::vector<html::FieldError> errors_in(const Request& request, const Json& service,
                                        const std::vector<FieldChange>& changes, Words t,
                                        std::string_view nothing_said) {
  std::vector<html::FieldError> errors;
  if (request.form().fields.has("name") && given(request, "name").empty())
    errors.push_back({"name", std::string(t("A service needs a name."))});
  for (const Asked& asked : kAsked)
    if (given(request, asked.name).size() > kLongest)
      errors.push_back(
          {std::string(asked.name), std::string(t("Please write at most 4,000 characters."))});
  if (const JsonArray* phones = phones_of(service)) {
    for (const Json& phone : *phones)
      if (given(request, phone_field(phone)).size() > kLongestNumber)
        errors.push_back(
            {phone_field(phone), std::string(t("Please write at most 100 characters."))});
  }
  if (given(request, "note").size() > kLongest)
    errors.push_back({"note", std::string(t("Please write at most 4,000 characters."))});
  if (changes.empty() && given(request, "note").empty())
    errors.push_back({"note", std::string(nothing_said)});
  return errors;
}

void write_asked_facts(Markup& out, const Json& service) {
  const Words t = out.words();
  html::description_list(out, [&](html::Descriptions& list) {
    for (const Asked& asked : kAsked)
      if (const std::string_view text = text_of(service, asked.name); !text.empty())
        list.add(t(asked.label), text);
    if (const JsonArray* phones = phones_of(service)) {
      for (const Json& phone : *phones) {
        const std::string_view what = text_of(phone, "description");
        list.add(what.empty() ? t("Telephone") : what, text_of(phone, "number"));
      }
    }
  });
}

void write_asked_fields(Markup& out, const Json& service, const Request& request,
                        std::span<const html::FieldError> errors) {
  const Words t = out.words();
  const bool again = !errors.empty();
  for (const Asked& asked : kAsked) {
    const std::string value =
        again ? given(request, asked.name) : std::string(text_of(service, asked.name));
    const html::FieldWords words{
        .name = asked.name, .label = t(asked.label), .error = html::error_of(errors, asked.name)};
    if (asked.shape == Shape::kLine)
      html::text_input(out, {.words = words, .value = value});
    else
      html::text_area(out, {.words = words, .value = value, .rows = 4});
  }
  if (const JsonArray* phones = phones_of(service)) {
    for (const Json& phone : *phones) {
      const std::string name = phone_field(phone);
      const std::string_view what = text_of(phone, "description");
      const std::string label =
          what.empty() ? std::string(t("Telephone")) : t("Telephone: {0}", {what});
      html::text_input(
          out, {.words = {.name = name, .label = label, .error = html::error_of(errors, name)},
                .value = again ? given(request, name) : std::string(text_of(phone, "number")),
                .type = html::InputType::kTelephone,
                .width = html::FieldWidth::kLarge});
    }
  }
}

void write_note(Markup& out, std::string_view label, const Request& request,
                std::span<const html::FieldError> errors) {
  const Words t = out.words();
  html::text_area(out, {.words = {.name = "note",
                                  .label = label,
                                  .hint = t("Do not write about a person."),
                                  .error = html::error_of(errors, "note")},
                        .value = given(request, "note"),
                        .rows = 4});
}

}  // namespace daybreak::directory::pages
