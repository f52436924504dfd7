// SPDX-License-Identifier: AGPL-3.0-or-later
// Services on one person's page: a service in three fields, the same again, the newest ones.
#include "base/text.hpp"
#include "vault/desk/file_parts.hpp"
#include "vault/services/services.hpp"

namespace daybreak::vault::desk {
namespace {

using clients::ClientId;
using html::Markup;
using http::Request;
using language::Words;

constexpr std::size_t kShownEvents = 10;

void write_service_form(Markup& out, const Request& request, ClientId id,
                        const std::optional<services::ServiceEvent>& last, Date day) {
  const Words t = out.words();
  html::post_form(
      out,
      {.action = file_address(id) / "services",
       .csrf_token = visit::csrf_of(request),
       .label = t("Add a service")},
      [&] {
        html::select(out,
                     {.words = {.name = "category", .label = t("Service"), .required = true},
                      .options = options_of(t, "service_category", last ? last->category : "")});
        html::text_input(out,
                         {.words = {.name = "minutes", .label = t("Minutes"), .required = true},
                          .value = last ? std::to_string(last->minutes) : "30",
                          .width = html::FieldWidth::kTiny,
                          .autocomplete = "off",
                          .input_mode = "numeric"});
        html::select(out, {.words = {.name = "mode", .label = t("How"), .required = true},
                           .options = options_of(t, "mode", last ? last->mode : "in_person")});
        html::date_picker(out, {.words = {.name = "day", .label = t("Day"), .required = true},
                                .value = format_date(day),
                                .latest = format_date(day)});
        html::button(out, {.text = t("Add")});
        if (last)
          html::button(out, {.text = t("The same again today"),
                             .kind = html::ButtonKind::kOutline,
                             .name = "again",
                             .value = "yes"});
      });
}

void write_events(Markup& out, const std::vector<services::ServiceEvent>& events) {
  const Words t = out.words();
  if (events.empty()) return html::note(out, t("No service is written down yet."));
  html::table(
      out,
      {.caption = t("Newest services"),
       .columns = {{t("Day")}, {t("Service")}, {t("Minutes"), html::Align::kRight}, {t("How")}}},
      [&](html::Rows& rows) {
        for (std::size_t i = 0; i < events.size() && i < kShownEvents; ++i) {
          rows.row();
          rows.cell(day_words(events[i].day));
          rows.cell(code_words(t, "service_category", events[i].category));
          rows.number(events[i].minutes);
          rows.cell(code_words(t, "mode", events[i].mode));
        }
      });
}

Result<void> add_service(const Desk& desk, const Work& work, ClientId id,
                         const http::Fields& fields) {
  services::Services services(work);
  services::ServiceEvent event{.client = id};
  if (fields.has("again")) {
    if (auto last = TRY(services.last(id))) event = *last;
    event.day = today(desk.clock);
  } else {
    event.day = parse_date(fields.get("day").raw()).value_or(Date());
    event.category = fields.get("category").raw();
    event.mode = fields.get("mode").raw();
    event.minutes = to_integer(trim(fields.get("minutes").raw())).value_or(-1);
  }
  TRY(services.add(event));
  return {};
}

}  // namespace

void write_services(Markup& out, const OpenFile& open) {
  const auto last = services::Services(open.work).last(open.id());
  const auto events = services::Services(open.work).of_client(open.id());
  if (!last || !events) return write_damage(out);
  write_service_form(out, open.request, open.id(), *last, today(open.desk.clock));
  write_events(out, *events);
}

void add_service_routes(http::Router& router, const Desk& desk) {
  post_to_file(router, desk, "/vault/clients/{id:uuid}/services", "",
               [desk](const Work& work, const Request& request, ClientId id) {
                 return add_service(desk, work, id, request.form().fields);
               });
}

}  // namespace daybreak::vault::desk
