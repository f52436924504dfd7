// SPDX-License-Identifier: AGPL-3.0-or-later
// Referring someone from her or his file: the directory is searched there, and what is sent names
// nobody. No field takes a free text but the search, which is kept nowhere.
#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "commons/directory/pages/results.hpp"
#include "gates/desk/referral_parts.hpp"

namespace daybreak::gates::desk {
namespace {

using directory::pages::Choices;
using directory::pages::NeedChoices;
using html::Href;
using html::Markup;
using http::Request;
using http::Response;
using language::Words;
using vault::Work;
using vault::clients::ClientId;

Href refer_address(ClientId id) { return Href("/vault/clients") / id.to_string() / "refer"; }

// Everything a page of this file needs of the request.
struct Refer {
  const GatesDesk& desk;
  const Request& request;
  const NeedChoices& choices;
  const Work& work;
  ClientId id;
};

html::Page page_of(const Refer& at, Words t, bool wide) {
  return {.title = t("Refer to a service"),
          .audience = html::Audience::kStaff,
          .window_title = t("Your work"),
          .crumbs = {{std::string(t("The file")), Href("/vault/clients") / at.id.to_string()}},
          .wide = wide,
          .posted_form_id = wide ? "search" : ""};
}

void write_lead(Markup& out) {
  const Words t = out.words();
  html::lead(out, t("The other side sees what is looked for and your name, and nothing of the "
                    "person. Speak with them first; then she or he speaks, or you do with a "
                    "release."));
}

// What was asked for before, or what a hit of the directory says.
referrals::Request asked_for(const Request& request) {
  const http::Fields& fields = request.form().fields;
  const auto receiver = trust::OrganizationId::parse(fields.get("receiver").raw());
  const auto or_usual = [&](std::string_view name, std::string_view usual) {
    return fields.has(name) ? fields.get(name).raw() : std::string(usual);
  };
  referrals::Request wanted{.service = fields.get("service").raw(),
                            .urgency = or_usual("urgency", "today"),
                            .household = to_integer(trim(or_usual("household", "1"))).value_or(0),
                            .language = or_usual("language", "en"),
                            .age_group = or_usual("age_group", "adult"),
                            .hand_over = or_usual("hand_over", "together")};
  if (receiver) wanted.receiver = *receiver;
  for (const auto& one : fields.every("accessibility")) wanted.accessibility.push_back(one.raw());
  return wanted;
}

void write_token_form(Markup& out, const Refer& at, const referrals::Request& wanted) {
  const Words t = out.words();
  const Date today = vault::desk::today(at.desk.vault.clock);
  std::vector<html::Option> receivers, services;
  if (const auto all = at.desk.vault.members.organizations())
    for (const trust::Organization& one : *all)
      if (one.active && one.id != at.work.vault.organization())
        receivers.push_back({.value = one.id.to_string(),
                             .label = one.name,
                             .selected = one.id == wanted.receiver});
  for (const auto& need : needs().all())
    services.push_back({.value = need.code,
                        .label = need_words(t, need.code),
                        .selected = need.code == wanted.service,
                        .group = need_words(t, need.parent.empty() ? need.code : need.parent)});
  std::vector<html::Option> access = vault::desk::options_of(t, "accessibility", {}, today);
  for (html::Option& one : access)
    one.selected = std::ranges::find(wanted.accessibility, one.value) != wanted.accessibility.end();
  html::post_form(
      out,
      {.action = refer_address(at.id),
       .csrf_token = visit::csrf_of(at.request),
       .label = t("Refer to a service")},
      [&] {
        html::select(out, {.words = {.name = "receiver", .label = t("To whom"), .required = true},
                           .options = receivers,
                           .empty_choice = t("Choose")});
        html::select(out, {.words = {.name = "service", .label = t("Service"), .required = true},
                           .options = services,
                           .empty_choice = t("Choose")});
        html::radios(out,
                     {.words = {.name = "urgency", .label = t("How soon")},
                      .options = vault::desk::options_of(t, "urgency", wanted.urgency, today)});
        html::radios(out,
                     {.words = {.name = "hand_over", .label = t("Hand-over")},
                      .options = vault::desk::options_of(t, "hand_over", wanted.hand_over, today)});
        html::radios(
            out, {.words = {.name = "age_group", .label = t("Age")},
                  .options = vault::desk::options_of(t, "referral_age", wanted.age_group, today)});
        html::text_input(out, {.words = {.name = "household", .label = t("How many people")},
                               .value = std::to_string(wanted.household),
                               .width = html::FieldWidth::kTiny,
                               .autocomplete = "off",
                               .input_mode = "numeric"});
        html::select(out,
                     {.words = {.name = "language", .label = t("Language")},
                      .options = vault::desk::options_of(t, "language", wanted.language, today)});
        html::checkboxes(out, {.words = {.name = "accessibility", .label = t("Needs access with")},
                               .options = access});
        html::button(out, {.text = t("Send, without a name")});
      });
}

void write_endings(Markup& out, const Refer& at, const SentReferral& one) {
  const Words t = out.words();
  if (!one.token || referrals::has_ended(one.token->state)) return;
  html::post_form(
      out,
      {.action = refer_address(at.id) / one.referred.token.to_string(),
       .csrf_token = visit::csrf_of(at.request),
       .label = t("End this referral")},
      [&] {
        if (one.token->state == referrals::State::kAccepted)
          html::button(out, {.text = t("We are connected"), .name = "state", .value = "connected"});
        html::button(out, {.text = t("Withdraw"),
                           .kind = html::ButtonKind::kOutline,
                           .name = "state",
                           .value = "withdrawn"});
      });
}

// Who has it now and until when.
std::string clock_words(Words t, const SentReferral& one, vault::desk::MemberNames& names) {
  if (!one.token || referrals::has_ended(one.token->state)) return {};
  const std::string until = vault::desk::time_words(t, one.token->due_at);
  if (one.token->answered_by.is_nil()) return t("They answer by {0}", {until});
  return t("{0} has it. Hand over by {1}", {names.of(one.token->answered_by), until});
}

void write_sent(Markup& out, const Refer& at, const std::vector<SentReferral>& sent) {
  if (sent.empty()) return;
  const Words t = out.words();
  vault::desk::MemberNames names(at.desk.vault, t);
  OrganizationNames organizations(at.desk, t);
  html::table(out,
              {.caption = t("Sent for this person"),
               .columns = {{t("When")}, {t("To")}, {t("Service")}, {t("State")}, {t("Next")}}},
              [&](html::Rows& rows) {
                for (const SentReferral& one : sent) {
                  rows.row();
                  rows.cell(vault::desk::time_words(t, one.referred.sent_at));
                  rows.cell(organizations.of(one.referred.receiver));
                  rows.cell(need_words(t, one.referred.service));
                  rows.cell(state_words(t, one.referred.state));
                  rows.cell([&] {
                    if (const std::string words = clock_words(t, one, names); !words.empty())
                      html::note(out, words);
                    write_endings(out, at, one);
                  });
                }
              });
}

Response refer_page(const Refer& at) {
  const Words t(visit::language_of(at.request));
  const auto sent = at.desk.referral_gate.of_client(at.work, at.id);
  if (!sent) return at.desk.vault.visits.failure(at.request, sent.error(), "/vault/clients");
  return vault::desk::vault_page(
      at.desk.vault, at.request, page_of(at, t, false), [&](Markup& out) {
        write_lead(out);
        write_sent(out, at, *sent);
        if (!at.desk.finder)
          return html::section(out, 2, t("You know whom to ask"),
                               [&] { write_token_form(out, at, {}); });
        html::section(out, 2, t("Look in the directory"), [&] {
          directory::pages::write_search_form(out, at.request, at.choices, {}, {},
                                              refer_address(at.id) / "search");
        });
        html::accordion_item(out, {.title = t("You know whom to ask"), .heading_level = 2},
                             [&] { write_token_form(out, at, {}); });
      });
}

// Under a hit: the way to send it a referral, when the organisation is on this site.
directory::pages::HitPart offers(const Refer& at,
                                 const std::map<Uuid, trust::OrganizationId>& keepers,
                                 const Choices& choices) {
  return [&at, &keepers, &choices](Markup& out, const directory::search::Hit& hit,
                                   const directory::Card&) {
    const Words t = out.words();
    const auto keeper = keepers.find(hit.organization);
    if (keeper == keepers.end() || keeper->second == at.work.vault.organization())
      return html::note(out,
                        t("Not reached through this site: call them together with the person."));
    html::post_form(out,
                    {.action = refer_address(at.id) / "prepare",
                     .csrf_token = visit::csrf_of(at.request),
                     .label = t("Refer here")},
                    [&] {
                      html::hidden_field(out, "receiver", keeper->second.to_string());
                      html::hidden_field(out, "offer", hit.service.to_string());
                      html::hidden_field(out, "service", choices.need);
                      html::hidden_field(out, "language",
                                         choices.language.empty() ? "en" : choices.language);
                      html::button(out, {.text = t("Refer here")});
                    });
  };
}

Response results_page(const Refer& at) {
  const Words t(visit::language_of(at.request));
  const Choices choices = directory::pages::read_choices(at.request);
  const directory::pages::Asked asked = directory::pages::ask(choices, t, at.work.now());
  std::optional<directory::search::Answer> answer;
  if (asked.errors.empty()) {
    auto found =
        directory::pages::catalogue_for(*at.desk.finder, at.request).index().search(asked.query);
    if (!found)
      return at.desk.vault.visits.error_page(
          at.request, http::Status::kUnavailable,
          t("The search does not answer. Try again in a minute."));
    answer = std::move(*found);
  }
  const auto keepers = at.desk.boards->keepers();
  if (!keepers) return at.desk.vault.visits.failure(at.request, keepers.error(), "/vault/clients");
  return vault::desk::vault_page(
      at.desk.vault, at.request, page_of(at, t, true),
      [&](Markup& out) {
        html::error_summary(out, asked.errors);
        html::accordion_item(out,
                             {.title = t("Change the search"),
                              .open = !answer || answer->hits.empty(),
                              .heading_level = 2},
                             [&] {
                               directory::pages::write_search_form(out, at.request, at.choices,
                                                                   choices, asked.errors,
                                                                   refer_address(at.id) / "search");
                             });
        if (answer)
          directory::pages::write_results(out, *answer, asked, choices,
                                          offers(at, *keepers, choices));
      },
      asked.errors.empty() ? http::Status::kOk : http::Status::kUnprocessable);
}

// The service's first need, when the search named none.
std::string need_of(const Refer& at) {
  const auto offer = Uuid::parse(at.request.form().fields.get("offer").raw());
  if (!offer || !at.desk.finder) return {};
  directory::Catalogue& catalogue = directory::pages::catalogue_for(*at.desk.finder, at.request);
  const auto bundles = catalogue.directory().bundles(std::span(&*offer, 1), catalogue.audience());
  if (!bundles || bundles->empty()) return {};
  const Json* said = bundles->front().service.body().find("needs");
  if (said == nullptr || said->if_array() == nullptr || said->if_array()->empty()) return {};
  const auto* code = said->if_array()->front().if_string();
  return code == nullptr ? std::string() : std::string(*code);
}

Response token_page(const Refer& at, const referrals::Request& wanted, bool wrong) {
  const Words t(visit::language_of(at.request));
  return vault::desk::vault_page(
      at.desk.vault, at.request, page_of(at, t, false),
      [&](Markup& out) {
        if (wrong)
          html::alert(out, {.kind = html::AlertKind::kError,
                            .text = t("Choose one from each list; people are 1 to 12."),
                            .title = t("Something is missing"),
                            .announce = true});
        write_lead(out);
        write_token_form(out, at, wanted);
      },
      wrong ? http::Status::kUnprocessable : http::Status::kOk);
}

Response prepare(const Refer& at) {
  referrals::Request wanted = asked_for(at.request);
  if (wanted.service.empty()) wanted.service = need_of(at);
  return token_page(at, wanted, false);
}

Response send(const Refer& at) {
  const referrals::Request wanted = asked_for(at.request);
  const auto sent = at.desk.referral_gate.send(at.work, at.id, wanted);
  if (!sent && sent.error().kind == ErrorKind::kInvalid) return token_page(at, wanted, true);
  if (!sent) return at.desk.vault.visits.failure(at.request, sent.error(), "/vault/clients");
  return visit::redirect(at.request, refer_address(at.id));
}

Response end(const Refer& at) {
  const referrals::TokenId token(at.request.uuid_parameter("token"));
  const bool connected = at.request.form().fields.get("state").raw() == "connected";
  const auto done = connected ? at.desk.referral_gate.connected(at.work, token)
                              : at.desk.referral_gate.withdraw(at.work, token);
  if (!done)
    return at.desk.vault.visits.failure(at.request, done.error(), refer_address(at.id).string());
  return visit::redirect(at.request, refer_address(at.id));
}

}  // namespace

void add_sending_routes(http::Router& router, const GatesDesk& desk) {
  using http::Access;
  const auto choices = std::make_shared<const NeedChoices>(needs());
  // Every page is of someone whose file is in this vault and is not shredded.
  const auto of_person = [desk, choices](Response (*answer)(const Refer&)) {
    return [desk, choices, answer](Request& request) {
      return vault::desk::with_work(desk.vault, request, [&](const Work& work) {
        const ClientId id(request.uuid_parameter("id"));
        if (const auto there = vault::clients::Clients(work).line(id); !there)
          return desk.vault.visits.failure(request, there.error(), "/vault/clients");
        return answer({desk, request, *choices, work, id});
      });
    };
  };
  const std::string address = "/vault/clients/{id:uuid}/refer";
  router.get(address, Access::signed_in(), of_person(refer_page));
  router.post(address, Access::signed_in(), of_person(send));
  router.post(address + "/{token:uuid}", Access::signed_in(), of_person(end));
  if (!desk.finder) return;
  router.get(address + "/search", Access::signed_in(), of_person(refer_page));
  router.post(address + "/search", Access::signed_in(), of_person(results_page));
  router.post(address + "/prepare", Access::signed_in(), of_person(prepare));
}

}  // namespace daybreak::gates::desk
