// SPDX-License-Identifier: AGPL-3.0-or-later
// Telephones, hours and addresses as rows of a form.
#include <algorithm>

#include "base/text.hpp"
#include "commons/directory/desk/form.hpp"

namespace daybreak::directory::desk {
namespace {

using html::Markup;
using language::MessageId;
using language::to_translate;
using language::Words;

constexpr std::size_t kMostRows = 40;

struct Cell {
  std::string_view name;
  MessageId label;
  html::InputType type = html::InputType::kText;
  html::FieldWidth width = html::FieldWidth::kLarge;
};
constexpr Cell kPhoneCells[] = {
    {"number", to_translate("Number"), html::InputType::kTelephone},
    {"extension", to_translate("Extension"), html::InputType::kText, html::FieldWidth::kSmall},
    {"type", to_translate("Kind, such as hotline, voice or fax")},
    {"description", to_translate("Who answers, and when")}};
constexpr Cell kHourCells[] = {
    {"opens_at", to_translate("Opens at"), html::InputType::kTime, html::FieldWidth::kSmall},
    {"closes_at", to_translate("Closes at"), html::InputType::kTime, html::FieldWidth::kSmall},
    {"description", to_translate("Note")}};
constexpr Cell kAddressCells[] = {
    {"address_1", to_translate("Street")},
    {"address_2", to_translate("Second line")},
    {"city", to_translate("City or town")},
    {"state_province", to_translate("State"), html::InputType::kText, html::FieldWidth::kSmall},
    {"postal_code", to_translate("ZIP code"), html::InputType::kText, html::FieldWidth::kMedium}};

constexpr std::string_view kDays[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};

struct Rowed {
  std::span<const Cell> cells;
  std::string_view required;  // a row without it is no row
  MessageId legend, another;
  bool with_days = false, with_visibility = false;
};

Rowed rowed(Input input) {
  switch (input) {
    case Input::kPhones:
      return {.cells = kPhoneCells,
              .required = "number",
              .legend = to_translate("Telephone {0}"),
              .another = to_translate("One more telephone"),
              .with_visibility = true};
    case Input::kHours:
      return {.cells = kHourCells,
              .required = "byday",
              .legend = to_translate("Hours {0}"),
              .another = to_translate("More hours"),
              .with_days = true};
    default:
      return {.cells = kAddressCells,
              .required = "city",
              .legend = to_translate("Address {0}"),
              .another = to_translate("One more address"),
              .with_visibility = input == Input::kAddresses};
  }
}

// Schedules by month or year are no rows of a week; they stay as they are.
bool is_row(const Json& item, const Rowed& kind) {
  if (!kind.with_days) return true;
  const std::string_view frequency = text_of(item, "freq");
  return frequency.empty() || frequency == "WEEKLY";
}

std::string name_of(std::string_view list, std::size_t row, std::string_view cell) {
  return std::string(list) + "-" + std::to_string(row) + "-" + std::string(cell);
}

std::string cell_value(const Json& item, std::string_view name) {
  const Json* found = item.find(name);
  if (found == nullptr) return {};
  return found->if_string() ? *found->if_string() : to_text(*found);
}

void write_days(Markup& out, const std::string& name, const Json& item) {
  const Words t = out.words();
  const std::string_view chosen = text_of(item, "byday");
  std::vector<html::Option> days;
  constexpr MessageId kNames[] = {to_translate("Monday"),    to_translate("Tuesday"),
                                  to_translate("Wednesday"), to_translate("Thursday"),
                                  to_translate("Friday"),    to_translate("Saturday"),
                                  to_translate("Sunday")};
  for (std::size_t i = 0; i < 7; ++i)
    days.push_back({std::string(kDays[i]), std::string(t(kNames[i])), "",
                    chosen.find(kDays[i]) != chosen.npos});
  html::checkboxes(
      out, {.words = {.name = name, .label = t("Days")}, .options = days, .in_columns = true});
}

void write_row_visibility(Markup& out, const std::string& name, const Json& item) {
  const Words t = out.words();
  std::vector<html::Option> options;
  const std::string_view now = text_of(item, "visibility");
  for (const std::string_view code : {"public", "task_force", "partner", "confidential"}) {
    if (code == "partner" && now != code) continue;  // partners are named for a whole record
    options.push_back({std::string(code), std::string(choice_words(t, code)), "",
                       now == code || (now.empty() && code == "public")});
  }
  html::select(out, {.words = {.name = name, .label = t("Who may see it")}, .options = options});
}

void write_row(Markup& out, const FormField& field, const Rowed& kind, std::size_t row,
               const Json& item, bool is_new, std::span<const html::FieldError> errors) {
  const Words t = out.words();
  const auto name = [&](std::string_view cell) { return name_of(field.name, row, cell); };
  html::field_group(out,
                    is_new ? std::string(t(kind.another))
                           : t(kind.legend, {t.number(static_cast<std::int64_t>(row + 1))}),
                    is_new ? std::string_view() : t("Empty the first field to remove it."), [&] {
                      html::hidden_field(out, name("id"), text_of(item, "id"));
                      if (kind.with_days) write_days(out, name("byday"), item);
                      for (const Cell& cell : kind.cells) {
                        const std::string cell_name = name(cell.name);
                        const std::string value = cell_value(item, cell.name);
                        html::text_input(out,
                                         {.words = {.name = cell_name,
                                                    .label = t(cell.label),
                                                    .error = html::error_of(errors, cell_name)},
                                          .value = value,
                                          .type = cell.type,
                                          .width = cell.width,
                                          .autocomplete = "off",
                                          .max_length = 500});
                      }
                      if (kind.with_visibility) write_row_visibility(out, name("visibility"), item);
                    });
}

void set_or_erase(Json& item, std::string_view name, const std::string& value) {
  if (value.empty())
    item.erase(name);
  else
    item.set(name, value);
}

std::string chosen_days(const http::Fields& form, const std::string& name) {
  std::vector<std::string> days;
  for (const std::string_view day : kDays)
    for (const auto& value : form.every(name))
      if (value.raw() == day) days.emplace_back(day);
  return join(days, ",");
}

void check_row(const Json& item, const FormField& field, std::size_t row, Words t,
               std::vector<html::FieldError>& errors) {
  const auto wrong = [&](std::string_view cell, std::string message) {
    errors.push_back({name_of(field.name, row, cell), std::move(message)});
  };
  if (field.input == Input::kHours) {
    for (const std::string_view cell : {"opens_at", "closes_at"})
      if (const std::string_view text = text_of(item, cell); !text.empty() && !to_time_text(text))
        wrong(cell, std::string(t("Write a time such as 09:00 or 5:30 PM.")));
  }
  if (field.input == Input::kPhones) {
    const std::string extension = cell_value(item, "extension");
    if (!extension.empty() && !to_integer(extension))
      wrong("extension", std::string(t("An extension is a number.")));
  }
}

// The row as the form says it; what the form does not show of it stays.
Json read_row(const http::Fields& form, const FormField& field, const Rowed& kind, std::size_t row,
              Json item) {
  for (const Cell& cell : kind.cells)
    set_or_erase(item, cell.name, said(form, name_of(field.name, row, cell.name)));
  if (kind.with_days) {
    set_or_erase(item, "byday", chosen_days(form, name_of(field.name, row, "byday")));
    if (!text_of(item, "byday").empty()) item.set("freq", "WEEKLY");
  }
  if (kind.with_visibility) {
    const std::string word = said(form, name_of(field.name, row, "visibility"));
    if (word != "public" || item.find("visibility")) set_or_erase(item, "visibility", word);
    if (word == "public") item.erase("visibility");
  }
  return item;
}

}  // namespace

void write_rows(Markup& out, const FormField& field, const Json& body,
                std::span<const html::FieldError> errors) {
  const Words t = out.words();
  const Rowed kind = rowed(field.input);
  html::heading(out, 2, t(field.label));
  if (!field.hint.text().empty()) html::paragraph(out, t(field.hint));
  std::size_t row = 0;
  const Json* list = body.find(field.name);
  if (const JsonArray* items = list ? list->if_array() : nullptr) {
    for (const Json& item : *items) {
      if (is_row(item, kind))
        write_row(out, field, kind, row++, item, false, errors);
      else
        html::note(out, t("Not by week, stays as it is: {0}", {value_words(t, item)}));
    }
  }
  write_row(out, field, kind, row, Json::object(), true, errors);
}

void read_rows(const http::Fields& form, const FormField& field, Words t, const FormNeeds& with,
               Json& body, std::vector<html::FieldError>& errors) {
  const Rowed kind = rowed(field.input);
  Json result = Json::array();
  JsonArray old;
  if (const Json* list = body.find(field.name))
    if (const JsonArray* items = list->if_array()) old = *items;
  std::vector<std::string> shown;
  for (std::size_t row = 0; row < kMostRows && form.has(name_of(field.name, row, "id")); ++row) {
    const std::string id = said(form, name_of(field.name, row, "id"));
    const auto stood = std::ranges::find(old, std::string_view(id),
                                         [](const Json& one) { return text_of(one, "id"); });
    const bool is_known = !id.empty() && stood != old.end();
    if (is_known) shown.push_back(id);
    Json item = read_row(form, field, kind, row, is_known ? *stood : Json::object());
    if (text_of(item, kind.required).empty()) continue;  // an empty row, or one to remove
    if (!is_known) {
      item.set("id", Uuid::generate(with.clock, with.random).to_string());
      if (field.input == Input::kAddresses || field.input == Input::kPublicAddresses) {
        item.set("country", "US");
        item.set("address_type", "physical");
      }
    }
    check_row(item, field, row, t, errors);
    result.append(std::move(item));
  }
  // What the form did not show (hidden parts, other schedules) stands where it stood.
  for (Json& item : old)
    if (std::ranges::find(shown, text_of(item, "id")) == shown.end())
      result.append(std::move(item));
  if (result.size() > 0)
    body.set(field.name, std::move(result));
  else
    body.erase(field.name);
}

}  // namespace daybreak::directory::desk
