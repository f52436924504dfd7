// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/pages/service_page.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "commons/directory/catalogue/view.hpp"
#include "commons/directory/eligibility.hpp"
#include "commons/directory/pages/change_form.hpp"
#include "language/format.hpp"
#include "language/names.hpp"

namespace daybreak::directory::pages {
namespace {

using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using language::Words;

std::string_view field(const Json& body, std::string_view name, Words t) {
  if (t.language() == language::Language::kSpanish)
    if (const Json* all = body.find("translations"))
      if (const Json* spanish = all->find("es"))
        if (const std::string_view text = text_of(*spanish, name); !text.empty()) return text;
  return text_of(body, name);
}

const JsonArray& items_of(const Json& value, std::string_view member) {
  static const JsonArray kNone;
  const Json* found = value.find(member);
  const JsonArray* items = found ? found->if_array() : nullptr;
  return items ? *items : kNone;
}

std::string address_line(const Json& address) {
  std::vector<std::string> parts;
  for (const std::string_view name : {"address_1", "address_2", "city"})
    if (const std::string_view text = text_of(address, name); !text.empty())
      parts.emplace_back(text);
  std::string line = join(parts, ", ");
  if (const std::string_view state = text_of(address, "state_province"); !state.empty())
    line += ", " + std::string(state);
  if (const std::string_view zip = text_of(address, "postal_code"); !zip.empty())
    line += " " + std::string(zip);
  return line;
}

void write_hours(Markup& out, const Json& schedules) {
  const Words t = out.words();
  constexpr int kDay = 24 * 60;
  std::map<int, std::vector<std::string>> by_day;
  for (const search::OpenStretch stretch : open_stretches(schedules))
    by_day[stretch.begin / kDay].push_back(
        stretch.end - stretch.begin >= kDay
            ? std::string(t("Day and night"))
            : language::format_time(t.language(), stretch.begin % kDay) + " – " +
                  language::format_time(t.language(), stretch.end % kDay));
  if (by_day.empty()) {
    for (const Json& schedule : *schedules.if_array())
      if (const std::string_view text = text_of(schedule, "description"); !text.empty())
        html::paragraph(out, text);
    return;
  }
  html::description_list(out, [&](html::Descriptions& list) {
    for (int day = 0; day < 7; ++day) {
      const std::chrono::weekday weekday(static_cast<unsigned>((day + 1) % 7));
      const auto hours = by_day.find(day);
      list.add(language::weekday_name(t.language(), weekday),
               hours == by_day.end() ? std::string(t("Closed")) : join(hours->second, ", "));
    }
  });
}

void write_phones(Markup& out, const Json& holder, html::Descriptions& list) {
  const Words t = out.words();
  for (const Json& phone : items_of(holder, "phones")) {
    const std::string_view number = text_of(phone, "number");
    if (number.empty()) continue;
    list.add(text_of(phone, "description").empty() ? t("Telephone") : text_of(phone, "description"),
             [&] {
               html::phone_link(out, number);
               if (const std::string_view extension = text_of(phone, "extension");
                   !extension.empty())
                 out.text(" " + t("extension {0}", {extension}));
             });
  }
}

void write_place(Markup& out, const Bundle::Place& place) {
  const Words t = out.words();
  if (!place.location) return;
  const Json& location = place.location->body();
  const bool hidden = text_of(location, "location_type") == "redacted";
  const std::string_view name = field(location, "name", t);
  html::section(out, 3, name.empty() ? t("Place") : name, [&] {
    if (hidden)
      html::paragraph(out, t("The address is private. Call; they will tell you how to come."));
    html::description_list(out, [&](html::Descriptions& list) {
      for (const Json& address : items_of(location, "addresses"))
        if (const std::string line = address_line(address); !line.empty())
          list.add(hidden ? t("Area") : t("Address"), line);
      write_phones(out, place.place.body(), list);
      if (!hidden) write_phones(out, location, list);
      if (const std::string_view text = field(location, "transportation", t); !text.empty())
        list.add(t("How to get there"), text);
    });
    const Json* hours = place.place.body().find("schedules");
    if (hours == nullptr) hours = location.find("schedules");
    if (hours && hours->if_array()) write_hours(out, *hours);
  });
}

void write_facts(Markup& out, const Bundle& bundle, Instant now) {
  const Words t = out.words();
  const Json& service = bundle.service.body();
  html::description_list(out, [&](html::Descriptions& list) {
    if (bundle.organization)
      list.add(t("Offered by"), text_of(bundle.organization->body(), "name"));
    write_phones(out, service, list);
    if (bundle.organization && items_of(service, "phones").empty())
      write_phones(out, bundle.organization->body(), list);
    const std::vector<search::Record> records = search_records(bundle, Date());
    const search::Record first = records.empty() ? search::Record() : records.front();
    const bool known = first.capacity_expires > now;
    list.add(t("Room now"), capacity_words(t, known ? first.capacity : search::Capacity::kUnknown));
    const std::string described = [&] {
      const std::string_view text = field(service, "eligibility_description", t);
      const Json* rule = service.find("eligibility_rule");
      // Rules can be said in every language, a description only in those it was written in.
      const bool untranslated = text == text_of(service, "eligibility_description") &&
                                t.language() != language::Language::kEnglish;
      if (rule && (text.empty() || untranslated)) return describe_rule(*rule, t);
      return std::string(text);
    }();
    if (!described.empty()) list.add(t("Who can come"), described);
    const std::pair<language::MessageId, std::string_view> kTexts[] = {
        {language::to_translate("Who cannot be served"), "ineligibility_description"},
        {language::to_translate("How to begin"), "application_process"},
        {language::to_translate("Cost"), "fees_description"},
        {language::to_translate("Interpreters"), "interpretation_services"},
        {language::to_translate("Note"), "alert"}};
    for (const auto& [label, name] : kTexts)
      if (const std::string_view text = field(service, name, t); !text.empty())
        list.add(t(label), text);
    std::vector<std::string> languages;
    for (const std::string& code : first.languages)
      languages.push_back(language::language_name(t, code));
    if (!languages.empty()) list.add(t("Languages"), join(languages, ", "));
    if (!text_of(service, "level").empty())
      list.add(t("Reaches"), level_words(t, text_of(service, "level")));
    if (const std::string_view url = text_of(service, "url"); !url.empty())
      list.add(t("Website"), [&] { html::link(out, url, Href(url)); });
    const auto checked = parse_date(text_of(service, "assured_date").substr(0, 10));
    list.add(t("Checked on"), checked ? language::format_date(t.language(), *checked)
                                      : std::string(t("Not yet: call first")));
  });
}

Result<std::optional<Bundle>> find_service(const Desk& desk, Request& request, const Uuid& id) {
  std::vector<Bundle> bundles =
      TRY(desk.directory.bundles(std::span(&id, 1), catalogue_for(desk, request).audience()));
  return bundles.empty() ? std::optional<Bundle>() : std::optional(std::move(bundles.front()));
}

// The page of the record that this one was merged into, when the asker may see that; else absent.
Response moved_or_absent(const Desk& desk, Request& request, const Uuid& id) {
  if (desk.merged_into) {
    const auto kept = desk.merged_into(id);
    if (kept && *kept) {
      const auto found = find_service(desk, request, **kept);
      if (found && *found)
        return visit::redirect(request, Href("/services") / (**kept).to_string());
    }
  }
  return desk.visits.error_page(request, http::Status::kNotFound, "");
}

Response service_page(const Desk& desk, Request& request) {
  const Words t(visit::language_of(request));
  const Uuid id = request.uuid_parameter("id");
  const auto found = find_service(desk, request, id);
  if (!found || !*found) return moved_or_absent(desk, request, id);
  const Bundle& bundle = **found;
  const Json& service = bundle.service.body();
  const html::Crumb crumb{std::string(t("Find services")), Href("/services")};
  html::Page page{.title = field(service, "name", t), .window_title = t("Service")};
  page.crumbs = {crumb};
  return desk.visits.page(request, page, [&](Markup& out) {
    const std::string_view status = text_of(service, "status");
    if (status == "temporarily closed")
      html::alert(out, {.kind = html::AlertKind::kWarning, .text = t("Closed for now.")});
    if (status == "inactive" || status == "defunct")
      html::alert(out, {.kind = html::AlertKind::kWarning, .text = t("No longer offered.")});
    html::lead(out, field(service, "description", t));
    write_facts(out, bundle, desk.clock.now());
    if (const Json* hours = service.find("schedules"); hours && hours->if_array())
      html::section(out, 2, t("Hours"), [&] { write_hours(out, *hours); });
    if (!bundle.places.empty())
      html::section(out, 2, t("Where"), [&] {
        for (const Bundle::Place& place : bundle.places) write_place(out, place);
      });
    html::paragraph(out, [&] {
      html::link(out, t("Something is wrong? Tell us"),
                 Href("/services") / bundle.service.id().to_string() / "correction");
    });
  });
}

Response correction_page(const Desk& desk, Request& request) {
  const Words t(visit::language_of(request));
  const auto found = find_service(desk, request, request.uuid_parameter("id"));
  if (!found || !*found) return desk.visits.error_page(request, http::Status::kNotFound, "");
  const std::string name(field((*found)->service.body(), "name", t));
  const Href back = Href("/services") / request.uuid_parameter("id").to_string();
  const Json& service = (*found)->service.body();
  const bool sent = request.method() == http::Method::kPost;
  std::vector<html::FieldError> errors;
  if (sent) {
    std::vector<FieldChange> changes = changes_in(request, service);
    errors =
        errors_in(request, service, changes, t, t("Say what is wrong, or change a field below."));
    if (errors.empty()) {
      const auto kept =
          desk.directory.propose(Entity::kService, (*found)->service.id(), std::move(changes),
                                 "public", given(request, "note"));
      if (!kept)
        return desk.visits.error_page(request, http::Status::kUnavailable,
                                      t("It could not be kept. Please try again."));
      return visit::redirect(request, back / "correction" / "thanks");
    }
  }
  return desk.visits.page(
      request, {.title = t("Tell us what is wrong"), .window_title = t("Service")},
      [&](Markup& out) {
        html::error_summary(out, errors);
        html::lead(out, name);
        html::post_form(
            out, {.action = back / "correction", .csrf_token = visit::csrf_of(request)}, [&] {
              write_note(out, t("What is wrong?"), request, errors);
              html::accordion_item(out,
                                   {.title = t("If you know what is right, change it here"),
                                    .open = !errors.empty(),
                                    .heading_level = 2},
                                   [&] { write_asked_fields(out, service, request, errors); });
              html::button(out, {.text = t("Send")});
            });
      },
      errors.empty() ? http::Status::kOk : http::Status::kUnprocessable);
}

Response thanks_page(const Desk& desk, Request& request) {
  const Words t(visit::language_of(request));
  return desk.visits.page(request, {.title = t("Thank you")}, [&](Markup& out) {
    html::paragraph(
        out, t("Those who keep this directory will look at it. They do not know who you are."));
    html::paragraph(out, [&] {
      html::link(out, t("Back to the service"),
                 Href("/services") / request.uuid_parameter("id").to_string());
    });
  });
}

}  // namespace

void add_service_routes(http::Router& router, const Desk& desk) {
  router.get("/services/{id:uuid}", Access::anyone(),
             [desk](Request& r) { return service_page(desk, r); }, {.summary = "One service"});
  router.get("/services/{id:uuid}/correction", Access::anyone(),
             [desk](Request& r) { return correction_page(desk, r); },
             {.summary = "The form for a correction"});
  router.post("/services/{id:uuid}/correction", Access::anyone(),
              [desk](Request& r) { return correction_page(desk, r); },
              {.summary = "Proposes a correction"});
  router.get("/services/{id:uuid}/correction/thanks", Access::anyone(),
             [desk](Request& r) { return thanks_page(desk, r); },
             {.summary = "After a correction was sent"});
}

}  // namespace daybreak::directory::pages
