// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/desk/service_fields.hpp"

#include "base/text.hpp"

namespace daybreak::vault::desk {

using language::Words;

void write_service_fields(html::Markup& out, const services::ServiceEvent& event, Date day) {
  const Words t = out.words();
  html::select(out, {.words = {.name = "category", .label = t("Service"), .required = true},
                     .options = options_of(t, "service_category", event.category, day)});
  html::text_input(out, {.words = {.name = "minutes", .label = t("Minutes"), .required = true},
                         .value = std::to_string(event.minutes),
                         .width = html::FieldWidth::kTiny,
                         .autocomplete = "off",
                         .input_mode = "numeric"});
}

void write_common_fields(html::Markup& out, const Work& work, const services::ServiceEvent& event,
                         Date day, Date latest) {
  const Words t = out.words();
  const auto funders = services::Services(work).funders().value_or(std::vector<std::string>());
  html::select(out, {.words = {.name = "mode", .label = t("How"), .required = true},
                     .options = options_of(t, "mode", event.mode, day)});
  html::date_picker(out, {.words = {.name = "day", .label = t("Day"), .required = true},
                          .value = format_date(day),
                          .latest = format_date(latest)});
  html::text_input(out, {.words = {.name = "funder",
                                   .label = t("Funder"),
                                   .hint = t("Your organization's code; \"none\" when no funder "
                                             "counts it.")},
                         .value = event.funder,
                         .width = html::FieldWidth::kMedium,
                         .autocomplete = "off",
                         .suggestions = funders});
  html::select(out, {.words = {.name = "language", .label = t("Language")},
                     .options = options_of(t, "language", event.language, day)});
}

services::ServiceEvent read_common_fields(const http::Fields& fields) {
  services::ServiceEvent event;
  event.day = parse_date(fields.get("day").raw()).value_or(Date());
  event.mode = fields.get("mode").raw();
  if (fields.has("funder")) event.funder = std::string(trim(fields.get("funder").raw()));
  if (fields.has("language")) event.language = fields.get("language").raw();
  return event;
}

std::int64_t minutes_in(const http::Fields& fields, std::string_view name) {
  return to_integer(trim(fields.get(name).raw())).value_or(-1);
}

}  // namespace daybreak::vault::desk
