// SPDX-License-Identifier: AGPL-3.0-or-later
// Services on one person's page: a service in three fields, the same again, the newest ones.
#include "base/text.hpp"
#include "vault/desk/file_parts.hpp"
#include "vault/desk/service_fields.hpp"

namespace daybreak::vault::desk {
namespace {

using clients::ClientId;
using html::Href;
using html::Markup;
using http::Request;
using language::Words;

constexpr std::size_t kShownEvents = 10;

void write_service_form(Markup& out, const OpenFile& open,
                        const std::optional<services::ServiceEvent>& last) {
  const Words t = out.words();
  const Date day = today(open.desk.clock);
  html::post_form(
      out,
      {.action = file_address(open.id()) / "services",
       .csrf_token = visit::csrf_of(open.request),
       .label = t("Add a service")},
      [&] {
        const services::ServiceEvent usual = last.value_or(services::ServiceEvent{.minutes = 30});
        write_service_fields(out, usual, day);
        write_common_fields(out, open.work, usual, day, day);
        const auto goals = goal_options(t, open.work, open.id(), {});
        if (!goals.empty())
          html::select(out, {.words = {.name = "for_goal", .label = t("For which goal")},
                             .options = goals,
                             .empty_choice = t("For none of them")});
        html::button(out, {.text = t("Add")});
        if (last)
          html::button(out, {.text = t("The same again today"),
                             .kind = html::ButtonKind::kOutline,
                             .name = "again",
                             .value = "yes"});
      });
}

void write_events(Markup& out, const std::vector<services::ServiceEvent>& events,
                  trust::MemberId me) {
  const Words t = out.words();
  if (events.empty()) return html::note(out, t("No service is written down yet."));
  html::table(out,
              {.caption = t("Newest services"),
               .columns = {{t("Day")},
                           {t("Service")},
                           {t("Minutes"), html::Align::kRight},
                           {t("How")},
                           {t("Change")}}},
              [&](html::Rows& rows) {
                for (std::size_t i = 0; i < events.size() && i < kShownEvents; ++i) {
                  rows.row();
                  rows.cell(day_words(t, events[i].day));
                  rows.cell(code_words(t, "service_category", events[i].category));
                  rows.number(events[i].minutes);
                  rows.cell(code_words(t, "mode", events[i].mode));
                  if (events[i].worker == me)
                    rows.link(t("Correct"), Href("/vault/services") / events[i].id.to_string());
                  else
                    rows.cell("–");
                }
              });
}

Result<void> add_service(const Desk& desk, const Work& work, ClientId id,
                         const http::Fields& fields) {
  services::Services services(work);
  services::ServiceEvent event;
  const auto last = fields.has("again") ? TRY(services.last(id)) : std::nullopt;
  if (last) {
    event = *last;
    event.day = today(desk.clock);
    event.together = std::nullopt;
  } else {
    event = read_common_fields(fields);
    event.client = id;
    event.category = fields.get("category").raw();
    event.minutes = minutes_in(fields, "minutes");
    event.goal = TRY(goal_in(fields));
  }
  TRY(services.add(event));
  return {};
}

}  // namespace

void write_services(Markup& out, const OpenFile& open) {
  const auto last = services::Services(open.work).last(open.id());
  const auto events = services::Services(open.work).of_client(open.id());
  if (!last || !events) return write_damage(out);
  write_service_form(out, open, *last);
  write_events(out, *events, open.work.actor.member);
}

void add_service_routes(http::Router& router, const Desk& desk) {
  post_to_file(router, desk, "/vault/clients/{id:uuid}/services", "",
               [desk](const Work& work, const Request& request, ClientId id) {
                 return add_service(desk, work, id, request.form().fields);
               });
}

}  // namespace daybreak::vault::desk
