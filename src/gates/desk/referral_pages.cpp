// SPDX-License-Identifier: AGPL-3.0-or-later
// Sending a referral from a person's file, and answering those that came. No field takes a free
// text.
#include "base/text.hpp"
#include "commons/directory/search/needs.hpp"
#include "embedded/need_tree.hpp"
#include "gates/desk/gates_desk.hpp"

namespace daybreak::gates::desk {
namespace {

using html::Href;
using html::Markup;
using http::Request;
using http::Response;
using language::Words;
using referrals::State;
using referrals::Token;
using vault::Work;
using vault::clients::ClientId;

const directory::search::NeedTree& needs() {
  static const auto tree =
      directory::search::NeedTree::parse(embedded::need_tree().find("needs.csv").value_or(""));
  return tree.value();
}

std::string need_words(Words t, std::string_view code) {
  const auto* need = needs().find(code);
  if (need == nullptr) return std::string(code);
  return t.language() == language::Language::kSpanish ? need->label_spanish : need->label_english;
}

std::string_view state_words(Words t, std::string_view state) {
  if (state == "sent") return t("Waits for an answer");
  if (state == "accepted") return t("Accepted: call them");
  if (state == "declined") return t("Declined");
  if (state == "no_capacity") return t("No room");
  if (state == "connected") return t("Connected");
  if (state == "withdrawn") return t("Withdrawn");
  if (state == "expired") return t("Expired without an answer");
  if (state == "ended") return t("Ended");
  return t("Not sent");
}

void write_form(Markup& out, const GatesDesk& desk, const Request& request, const Work& work,
                ClientId id) {
  const Words t = out.words();
  std::vector<html::Option> receivers, services;
  if (const auto all = desk.vault.members.organizations())
    for (const trust::Organization& one : *all)
      if (one.active && one.id != work.vault.organization())
        receivers.push_back({.value = one.id.to_string(), .label = one.name});
  for (const auto& need : needs().all())
    services.push_back({.value = need.code,
                        .label = need_words(t, need.code),
                        .group = need_words(t, need.parent.empty() ? need.code : need.parent)});
  html::post_form(
      out,
      {.action = Href("/vault/clients") / id.to_string() / "refer",
       .csrf_token = visit::csrf_of(request),
       .label = t("Refer to a service")},
      [&] {
        html::select(out, {.words = {.name = "receiver", .label = t("To whom"), .required = true},
                           .options = receivers,
                           .empty_choice = t("Choose")});
        html::select(out, {.words = {.name = "service", .label = t("Service"), .required = true},
                           .options = services,
                           .empty_choice = t("Choose")});
        html::radios(out, {.words = {.name = "urgency", .label = t("How soon")},
                           .options = vault::desk::options_of(t, "urgency", "today")});
        html::radios(out, {.words = {.name = "age_group", .label = t("Age")},
                           .options = vault::desk::options_of(t, "referral_age", "adult")});
        html::text_input(out, {.words = {.name = "household", .label = t("How many people")},
                               .value = "1",
                               .width = html::FieldWidth::kTiny,
                               .autocomplete = "off",
                               .input_mode = "numeric"});
        html::select(out, {.words = {.name = "language", .label = t("Language")},
                           .options = vault::desk::options_of(t, "language", "en")});
        html::checkboxes(out, {.words = {.name = "accessibility", .label = t("Needs access with")},
                               .options = vault::desk::options_of(t, "accessibility")});
        html::button(out, {.text = t("Send, without a name")});
      });
}

Response refer_page(const GatesDesk& desk, const Request& request,
                    const std::optional<Error>& error) {
  return vault::desk::with_work(desk.vault, request, [&](const Work& work) {
    const Words t(visit::language_of(request));
    const ClientId id(request.uuid_parameter("id"));
    if (const auto there = vault::clients::Clients(work).line(id); !there)
      return desk.vault.visits.failure(request, there.error(), "/vault/clients");
    const auto sent = desk.referral_gate.of_client(work, id);
    if (!sent) return desk.vault.visits.failure(request, sent.error(), "/vault/clients");
    return desk.vault.visits.page(
        request,
        {.title = t("Refer to a service"),
         .audience = html::Audience::kStaff,
         .window_title = t("Your work"),
         .crumbs = {{std::string(t("The file")), Href("/vault/clients") / id.to_string()}}},
        [&](Markup& out) {
          if (error)
            html::alert(out, {.kind = html::AlertKind::kError,
                              .text = t("Choose one from each list; people are 1 to 12."),
                              .title = t("Something is missing"),
                              .announce = true});
          html::lead(out, t("The other side sees what is looked for and your name, and nothing of "
                            "the person. Speak with them first; then she or he speaks, or you do "
                            "with a release."));
          write_form(out, desk, request, work, id);
          if (sent->empty()) return;
          html::table(out,
                      {.caption = t("Sent for this person"),
                       .columns = {{t("When")}, {t("To")}, {t("Service")}, {t("State")}}},
                      [&](html::Rows& rows) {
                        for (const auto& one : *sent) {
                          rows.row();
                          rows.cell(vault::desk::time_words(one.sent_at));
                          rows.cell(organization_name(desk, t, one.receiver));
                          rows.cell(need_words(t, one.service));
                          rows.cell(state_words(t, one.state));
                        }
                      });
        },
        error ? http::Status::kUnprocessable : http::Status::kOk);
  });
}

Response refer(const GatesDesk& desk, const Request& request) {
  return vault::desk::with_work(desk.vault, request, [&](const Work& work) {
    const ClientId id(request.uuid_parameter("id"));
    const http::Fields& fields = request.form().fields;
    const auto receiver = trust::OrganizationId::parse(fields.get("receiver").raw());
    referrals::Request wanted{
        .service = fields.get("service").raw(),
        .urgency = fields.get("urgency").raw(),
        .household = to_integer(trim(fields.get("household").raw())).value_or(0),
        .language = fields.get("language").raw(),
        .age_group = fields.get("age_group").raw()};
    if (receiver) wanted.receiver = *receiver;
    for (const auto& one : fields.every("accessibility")) wanted.accessibility.push_back(one.raw());
    const auto sent = desk.referral_gate.send(work, id, wanted);
    if (!sent && sent.error().kind == ErrorKind::kInvalid)
      return refer_page(desk, request, sent.error());
    if (!sent) return desk.vault.visits.failure(request, sent.error(), "/vault/clients");
    return visit::redirect(request, Href("/vault/clients") / id.to_string() / "refer");
  });
}

void write_answers(Markup& out, const Request& request, const Token& token) {
  const Words t = out.words();
  const auto answer = [&](std::string_view words, State state, html::ButtonKind kind) {
    html::button(
        out, {.text = words, .kind = kind, .name = "state", .value = referrals::code_of(state)});
  };
  html::post_form(out,
                  {.action = Href("/referrals") / token.id.to_string(),
                   .csrf_token = visit::csrf_of(request),
                   .label = t("Answer")},
                  [&] {
                    if (token.state == State::kSent)
                      answer(t("We can help"), State::kAccepted, html::ButtonKind::kPrimary);
                    if (token.state == State::kAccepted)
                      answer(t("We are connected"), State::kConnected, html::ButtonKind::kPrimary);
                    answer(t("No room"), State::kNoCapacity, html::ButtonKind::kOutline);
                    answer(t("We cannot"), State::kDeclined, html::ButtonKind::kOutline);
                  });
}

void write_token(Markup& out, const GatesDesk& desk, const Request& request, const Token& token) {
  const Words t = out.words();
  html::section(out, 2, need_words(t, token.request.service), [&] {
    html::description_list(out, [&](html::Descriptions& list) {
      list.add(t("From"), organization_name(desk, t, token.sender));
      list.add(t("Call back"), vault::desk::member_name(desk.vault, t, token.worker));
      list.add(t("Answer by"), vault::desk::time_words(token.due_at));
      list.add(t("People"), t.number(token.request.household));
      list.add(t("Age"), vault::desk::code_words(t, "referral_age", token.request.age_group));
      list.add(t("Language"), vault::desk::code_words(t, "language", token.request.language));
      if (!token.request.accessibility.empty())
        list.add(t("Needs access with"), [&] {
          for (const std::string& code : token.request.accessibility)
            html::tag(out, vault::desk::code_words(t, "accessibility", code));
        });
      list.add(t("State"), state_words(t, referrals::code_of(token.state)));
    });
    if (!referrals::has_ended(token.state)) write_answers(out, request, token);
  });
}

Response referrals_page(const GatesDesk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  const auto tokens = desk.referrals.received(visit::actor_of(request));
  if (!tokens) return desk.vault.visits.failure(request, tokens.error(), "/today");
  return desk.vault.visits.page(
      request, {.title = t("Referrals to you"), .audience = html::Audience::kStaff},
      [&](Markup& out) {
        if (tokens->empty())
          return html::empty_state(
              out, {.title = t("No referral waits for you"),
                    .what_to_do = t("When another organization looks for what you offer, it stands "
                                    "here, the most urgent first. It names no person.")});
        for (const Token& token : *tokens) write_token(out, desk, request, token);
      });
}

}  // namespace

void add_referral_routes(http::Router& router, const GatesDesk& desk) {
  using http::Access;
  router.get("/vault/clients/{id:uuid}/refer", Access::signed_in(),
             [desk](Request& request) { return refer_page(desk, request, {}); });
  router.post("/vault/clients/{id:uuid}/refer", Access::signed_in(),
              [desk](Request& request) { return refer(desk, request); });
  router.get("/referrals", Access::signed_in(),
             [desk](Request& request) { return referrals_page(desk, request); });
  router.post("/referrals/{id:uuid}", Access::signed_in(), [desk](Request& request) {
    const auto state = referrals::state_from(request.form().fields.get("state").raw());
    const referrals::TokenId id(request.uuid_parameter("id"));
    const auto done =
        desk.referrals.decide(visit::actor_of(request), id, state.value_or(State::kExpired));
    if (!done) return desk.vault.visits.failure(request, done.error(), "/referrals");
    return visit::redirect(request, "/referrals");
  });
}

}  // namespace daybreak::gates::desk
