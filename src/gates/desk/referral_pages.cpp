// SPDX-License-Identifier: AGPL-3.0-or-later
// Answering the referrals that came, and the list of those that were sent. No field takes a free
// text.
#include <algorithm>
#include <map>

#include "base/csv.hpp"
#include "embedded/need_tree.hpp"
#include "gates/desk/referral_parts.hpp"
#include "visit/lists.hpp"

namespace daybreak::gates::desk {

using html::Href;
using html::Markup;
using http::Request;
using http::Response;
using language::Words;
using referrals::State;
using referrals::Token;
using vault::Work;

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

std::string hand_over_words(Words t, std::string_view code) {
  return vault::desk::code_words(t, "hand_over", code);
}

namespace {

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
      list.add(t("Answer by"), vault::desk::time_words(t, token.due_at));
      list.add(t("People"), t.number(token.request.household));
      list.add(t("Age"), vault::desk::code_words(t, "referral_age", token.request.age_group));
      list.add(t("Language"), vault::desk::code_words(t, "language", token.request.language));
      if (!token.request.accessibility.empty())
        list.add(t("Needs access with"), [&] {
          for (const std::string& code : token.request.accessibility)
            html::tag(out, vault::desk::code_words(t, "accessibility", code));
        });
      list.add(t("Hand-over"), hand_over_words(t, token.request.hand_over));
      list.add(t("State"), state_words(t, referrals::code_of(token.state)));
      if (!token.answered_by.is_nil())
        list.add(t("Answered by"), vault::desk::member_name(desk.vault, t, token.answered_by));
    });
    if (!referrals::has_ended(token.state)) write_answers(out, request, token);
  });
}

Response referrals_page(const GatesDesk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  const auto tokens = desk.referrals.received(visit::actor_of(request));
  if (!tokens) return desk.vault.visits.failure(request, tokens.error(), "/today");
  return vault::desk::vault_page(
      desk.vault, request, {.title = t("Referrals to you"), .audience = html::Audience::kStaff},
      [&](Markup& out) {
        if (tokens->empty())
          return html::empty_state(
              out, {.title = t("No referral waits for you"),
                    .what_to_do = t("When another organization looks for what you offer, it stands "
                                    "here, the most urgent first. It names no person.")});
        for (const Token& token : *tokens) write_token(out, desk, request, token);
      });
}

Response answer(const GatesDesk& desk, const Request& request) {
  const auto state = referrals::state_from(request.form().fields.get("state").raw());
  const referrals::TokenId id(request.uuid_parameter("id"));
  const auto done =
      desk.referrals.decide(visit::actor_of(request), id, state.value_or(State::kExpired));
  if (!done) return desk.vault.visits.failure(request, done.error(), "/referrals");
  return visit::redirect(request, "/referrals");
}

bool waits(const SentReferral& one) {
  return one.referred.state == "sent" || one.referred.state == "accepted";
}

// The people of these referrals as lists show them, number and initials, in one question.
std::map<vault::clients::ClientId, std::string> people_of(
    const Work& work, const std::vector<const SentReferral*>& shown) {
  std::map<vault::clients::ClientId, std::string> titles;
  std::vector<vault::clients::ClientId> ids;
  for (const SentReferral* one : shown)
    if (titles.try_emplace(one->referred.client).second) ids.push_back(one->referred.client);
  if (const auto lines = vault::clients::Clients(work).lines_of(ids))
    for (const auto& [id, line] : *lines)
      titles[id] = vault::desk::client_title(line.number, line.initials);
  return titles;
}

struct SentList {
  std::vector<const SentReferral*> shown;
  std::map<vault::clients::ClientId, std::string> people;
  std::map<trust::OrganizationId, std::string> names;
  std::string receiver(Words t, const SentReferral& one) const {
    const auto found = names.find(one.referred.receiver);
    return found == names.end() ? std::string(t("Another organization")) : found->second;
  }
};

// "sort=-to": by that column, backwards; else newest first.
void sort_by(SentList& list, Words t, std::string_view key) {
  const bool backwards = key.starts_with('-');
  if (backwards) key.remove_prefix(1);
  const auto by = [&](auto&& value) {
    std::ranges::stable_sort(list.shown, {}, value);
    if (backwards) std::ranges::reverse(list.shown);
  };
  if (key == "when") by([](const SentReferral* one) { return one->referred.sent_at; });
  if (key == "to") by([&](const SentReferral* one) { return list.receiver(t, *one); });
  if (key == "service")
    by([&](const SentReferral* one) { return need_words(t, one->referred.service); });
  if (key == "state")
    by([&](const SentReferral* one) { return std::string(state_words(t, one->referred.state)); });
}

SentList list_of(const GatesDesk& desk, const Work& work, Words t,
                 const std::vector<SentReferral>& all, bool every, std::string_view sort) {
  SentList list;
  for (const SentReferral& one : all)
    if (every || waits(one)) list.shown.push_back(&one);
  list.people = people_of(work, list.shown);
  list.names = organization_names(desk);
  sort_by(list, t, sort);
  return list;
}

void write_sent(Markup& out, const Words& t, const SentList& list, const html::Sorting& sorting) {
  html::table(out,
              {.caption = t("Referrals you sent"),
               .columns = {{t("For")},
                           {t("When"), html::Align::kLeft, "when"},
                           {t("To"), html::Align::kLeft, "to"},
                           {t("Service"), html::Align::kLeft, "service"},
                           {t("State"), html::Align::kLeft, "state"},
                           {t("Next by")}},
               .sorting = sorting,
               .caption_hidden = true},
              [&](html::Rows& rows) {
                for (const SentReferral* one : list.shown) {
                  rows.row();
                  rows.link(list.people.at(one->referred.client),
                            Href("/vault/clients") / one->referred.client.to_string() / "refer");
                  rows.cell(vault::desk::time_words(t, one->referred.sent_at));
                  rows.cell(list.receiver(t, *one));
                  rows.cell(need_words(t, one->referred.service));
                  rows.cell(state_words(t, one->referred.state));
                  rows.cell(one->token && waits(*one)
                                ? vault::desk::time_words(t, one->token->due_at)
                                : std::string());
                }
              });
}

void write_download(Markup& out, const Request& request, bool every) {
  const Words t = out.words();
  html::section(out, 2, t("Take out as a table"), [&] {
    html::paragraph(out, t("Days, services and states stand in it, and no person. It is written "
                           "down that you took it."));
    html::post_form(out,
                    {.action = "/vault/referrals/export",
                     .csrf_token = visit::csrf_of(request),
                     .label = t("Take out as a table")},
                    [&] {
                      html::hidden_field(out, "state", every ? "all" : "");
                      html::hidden_field(out, "sort", request.query().get("sort").raw());
                      html::button(out,
                                   {.text = t("Download"), .kind = html::ButtonKind::kOutline});
                    });
  });
}

// No person, not even a number: the table may lie about.
Response download(const GatesDesk& desk, const Request& request) {
  return vault::desk::with_work(desk.vault, request, [&](const Work& work) {
    const Words t(visit::language_of(request));
    const auto all = desk.referral_gate.all(work);
    if (!all) return desk.vault.visits.failure(request, all.error(), "/vault/referrals");
    const auto noted = work.vault.note_look(work.actor, "referral", "list", "", "export");
    if (!noted) return desk.vault.visits.failure(request, noted.error(), "/vault/referrals");
    const auto& fields = request.form().fields;
    const SentList list =
        list_of(desk, work, t, *all, fields.get("state").raw() == "all", fields.get("sort").raw());
    std::string csv;
    CsvWriter table(csv, CsvFormulas::kNeutralise);
    table.row({"sent_at", "to", "service", "state", "next_by"});
    for (const SentReferral* one : list.shown)
      table.row({format_instant(one->referred.sent_at), list.receiver(t, *one),
                 one->referred.service, one->referred.state,
                 one->token && waits(*one) ? format_instant(one->token->due_at) : std::string()});
    return visit::csv_download(std::move(csv), "referrals.csv");
  });
}

// What this organisation sent, for whom: only those who work in its vault see it.
Response sent_page(const GatesDesk& desk, const Request& request) {
  return vault::desk::with_work(desk.vault, request, [&](const Work& work) {
    const Words t(visit::language_of(request));
    const auto all = desk.referral_gate.all(work);
    if (!all) return desk.vault.visits.failure(request, all.error(), "/vault");
    const bool every = request.query().get("state").raw() == "all";
    const SentList list = list_of(desk, work, t, *all, every, request.query().get("sort").raw());
    return vault::desk::vault_page(
        desk.vault, request,
        {.title = t("Referrals you sent"),
         .audience = html::Audience::kStaff,
         .window_title = t("Your work"),
         .wide = true},
        [&](Markup& out) {
          html::paragraph(out, [&] {
            if (every)
              html::link(out, t("Only those that wait"), "/vault/referrals");
            else
              html::link(out, t("Also those that ended"),
                         Href("/vault/referrals").with("state", "all"));
          });
          if (list.shown.empty())
            return html::empty_state(
                out, {.title = t("No referral waits for an answer"),
                      .what_to_do = t("Open a person's file and look for a service there; what you "
                                      "send names nobody."),
                      .action = t("People you work with"),
                      .href = "/vault/clients"});
          write_sent(out, t, list,
                     visit::sorting_of(request,
                                       every ? Href("/vault/referrals").with("state", "all")
                                             : Href("/vault/referrals"),
                                       ""));
          write_download(out, request, every);
        });
  });
}

}  // namespace

void add_referral_routes(http::Router& router, const GatesDesk& desk) {
  using http::Access;
  router.get("/referrals", Access::signed_in(),
             [desk](Request& request) { return referrals_page(desk, request); });
  router.post("/referrals/{id:uuid}", Access::signed_in(),
              [desk](Request& request) { return answer(desk, request); });
  router.post("/vault/referrals/export", Access::signed_in(),
              [desk](Request& request) { return download(desk, request); });
  router.get("/vault/referrals", Access::signed_in(),
             [desk](Request& request) { return sent_page(desk, request); });
  add_sending_routes(router, desk);
}

}  // namespace daybreak::gates::desk
