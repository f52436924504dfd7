// SPDX-License-Identifier: AGPL-3.0-or-later
// The safety plan of one person: to look at together, to print where paper is safe, to change.
// Nothing of it is sent to a device of hers.
#include "base/text.hpp"
#include "vault/desk/answers_form.hpp"
#include "vault/desk/file_parts.hpp"
#include "vault/desk/plan_parts.hpp"
#include "vault/plans/safety.hpp"

namespace daybreak::vault::desk {
namespace {

using clients::ClientId;
using codes::Question;
using html::Href;
using html::Markup;
using http::Request;
using http::Response;
using language::Words;
using plans::Looking;
using plans::SafetyPart;
using plans::SafetyPlan;
using plans::SafetyPlans;

Href safety_address(ClientId id) { return file_address(id) / "safety-plan"; }

const std::vector<Question>& sections() { return codes::Codes::built_in().safety_plan(); }

std::string part_words(Words t, const SafetyPart* part) {
  if (part == nullptr) return std::string(words_in(t, codes::words_of(codes::Skip::kNotAsked)));
  return part->skip ? std::string(words_in(t, codes::words_of(*part->skip))) : part->words.reveal();
}

void write_parts(Markup& out, const SafetyPlan& plan) {
  const Words t = out.words();
  html::description_list(out, [&](html::Descriptions& list) {
    for (const Question& section : sections())
      list.add(words_in(t, section.words), part_words(t, plan.find(section.id)));
  });
}

void write_versions(Markup& out, const PlanRoom& room, std::int64_t shown) {
  const Words t = out.words();
  const auto versions = SafetyPlans(room.work).versions(room.client);
  if (!versions) return write_damage(out);
  MemberNames names(room.desk, t);
  html::list(out, html::ListKind::kPlain, versions->size(), [&](std::size_t i) {
    const auto& one = (*versions)[i];
    const std::string words =
        t("Version {0} of {1}, {2}",
          {std::to_string(one.version), time_words(t, one.written_at), names.of(one.written_by)});
    if (one.version == shown)
      out.text(words);
    else
      html::link(out, words,
                 safety_address(room.client).with("version", std::to_string(one.version)));
  });
}

void write_ways(Markup& out, const PlanRoom& room) {
  const Words t = out.words();
  html::button_group(out, [&] {
    html::link_button(
        out, {.text = t("Write a new version"), .href = safety_address(room.client) / "edit"});
    html::link_button(out, {.text = t("Page to print"),
                            .href = safety_address(room.client) / "print",
                            .kind = html::ButtonKind::kOutline});
  });
}

Response safety_page(const PlanRoom& room) {
  const Words t(visit::language_of(room.request));
  const auto version = to_integer(room.request.query().get("version").raw());
  const auto plan = SafetyPlans(room.work).read(room.client, Looking::kOnScreen, version);
  if (!plan)
    return room.desk.visits.failure(room.request, plan.error(), safety_address(room.client));
  return file_subpage(
      room.desk, room.request, room.work, room.client, t("Safety plan"), [&](Markup& out) {
        html::lead(out, t("Show it on this screen, or print it where paper is safe. Never send it: "
                          "who finds it on her or his phone reads all of it."));
        if (!*plan) {
          html::empty_state(out, {.title = t("There is no safety plan yet"),
                                  .what_to_do = t("Write it together. Every part can be skipped."),
                                  .action = t("Write it"),
                                  .href = safety_address(room.client) / "edit"});
          return;
        }
        if (version) html::note(out, t("An earlier version may stand here."));
        write_ways(out, room);
        write_parts(out, **plan);
        html::section(out, 2, t("Versions"),
                      [&] { write_versions(out, room, (*plan)->written.version); });
      });
}

// No number, no initials, no name: paper is found.
Response print_page(const PlanRoom& room) {
  const Words t(visit::language_of(room.request));
  const auto plan = SafetyPlans(room.work).read(room.client, Looking::kToPrint);
  if (!plan)
    return room.desk.visits.failure(room.request, plan.error(), safety_address(room.client));
  if (!*plan) return visit::redirect(room.request, safety_address(room.client));
  return vault_page(room.desk, room.request,
                    {.title = t("My plan"),
                     .audience = html::Audience::kStaff,
                     .window_title = t("Your work"),
                     .crumbs = {{std::string(t("Safety plan")), safety_address(room.client)}}},
                    [&](Markup& out) {
                      html::description_list(out, [&](html::Descriptions& list) {
                        for (const Question& section : sections())
                          if (const auto* part = (*plan)->find(section.id);
                              part != nullptr && !part->skip)
                            list.add(words_in(t, section.words), part->words.reveal());
                      });
                    });
}

std::string typed_or(const http::Fields* typed, std::string_view field, const std::string& known) {
  return typed == nullptr ? known : typed->get(field).raw();
}

void write_section(Markup& out, const Question& section, const SafetyPart* part,
                   const http::Fields* typed, std::span<const html::FieldError> errors) {
  const Words t = out.words();
  const std::string skipped =
      part != nullptr && part->skip ? std::string(codes::code_of(*part->skip)) : std::string();
  html::text_area(out, {.words = {.name = section.id,
                                  .label = words_in(t, section.words),
                                  .hint = words_in(t, section.why),
                                  .error = html::error_of(errors, section.id)},
                        .value = typed_or(typed, section.id,
                                          part == nullptr ? std::string() : part->words.reveal()),
                        .rows = 3});
  write_skip(out, section, typed_or(typed, section.id + "_skip", skipped));
}

Response edit_page(const PlanRoom& room, const std::optional<Error>& error) {
  const Words t(visit::language_of(room.request));
  const auto plan = SafetyPlans(room.work).read(room.client, Looking::kOnScreen);
  if (!plan)
    return room.desk.visits.failure(room.request, plan.error(), safety_address(room.client));
  const http::Fields* typed = error ? &room.request.form().fields : nullptr;
  std::vector<html::FieldError> errors;
  if (error)
    errors.push_back({field_of(*error), std::string(t("Write at least one part, each in 4,000 "
                                                      "characters at most."))});
  const std::string version =
      typed_or(typed, "version", std::to_string(*plan ? (*plan)->written.version : 0));
  return file_subpage(
      room.desk, room.request, room.work, room.client, t("Write the safety plan"),
      [&](Markup& out) {
        if (error) html::error_summary(out, errors);
        html::lead(out, t("Write it together, as short as it helps. Every part can be skipped, and "
                          "nothing depends on an answer."));
        html::post_form(out,
                        {.action = safety_address(room.client),
                         .csrf_token = visit::csrf_of(room.request),
                         .guard_changes = true,
                         .label = t("Safety plan")},
                        [&] {
                          html::hidden_field(out, "version", version);
                          for (const Question& section : sections())
                            write_section(out, section, *plan ? (*plan)->find(section.id) : nullptr,
                                          typed, errors);
                          html::button(out, {.text = t("Save as a new version")});
                        });
      },
      error ? http::Status::kUnprocessable : http::Status::kOk);
}

std::vector<SafetyPart> read_parts(const http::Fields& fields) {
  std::vector<SafetyPart> parts;
  for (const Question& section : sections()) {
    SafetyPart part{.section = section.id,
                    .skip = codes::skip_from(fields.get(section.id + "_skip").raw())};
    const std::string words(trim(fields.get(section.id).raw()));
    if (!part.skip && words.empty()) continue;
    if (!part.skip) part.words = Secret<std::string>(words);
    parts.push_back(std::move(part));
  }
  return parts;
}

Response save(const PlanRoom& room) {
  const auto& fields = room.request.form().fields;
  const auto saved = SafetyPlans(room.work).save(
      room.client, to_integer(fields.get("version").raw()).value_or(-1), read_parts(fields));
  if (saved) return visit::redirect(room.request, safety_address(room.client));
  if (saved.error().kind == ErrorKind::kInvalid) return edit_page(room, saved.error());
  return wrong_form(room.desk, room.request, saved.error(), safety_address(room.client));
}

}  // namespace

void add_safety_plan_routes(http::Router& router, const Desk& desk) {
  get_plan(router, desk, "/vault/clients/{id:uuid}/safety-plan", safety_page);
  get_plan(router, desk, "/vault/clients/{id:uuid}/safety-plan/edit",
           [](const PlanRoom& room) { return edit_page(room, {}); });
  get_plan(router, desk, "/vault/clients/{id:uuid}/safety-plan/print", print_page);
  router.post("/vault/clients/{id:uuid}/safety-plan", http::Access::signed_in(),
              [desk](Request& request) {
                return with_work(desk, request, [&](const Work& work) {
                  return save({desk, request, work, ClientId(request.uuid_parameter("id"))});
                });
              },
              {.body_limit = 512 * 1024});
}

}  // namespace daybreak::vault::desk
