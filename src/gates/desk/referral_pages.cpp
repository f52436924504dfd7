// SPDX-License-Identifier: AGPL-3.0-or-later
// Answering the referrals that came, and the list of those that were sent. No field takes a free
// text.
#include <map>
#include <set>

#include "embedded/need_tree.hpp"
#include "gates/desk/referral_parts.hpp"
#include "gates/referral/listing.hpp"
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

constexpr const char* kSent = "/vault/referrals";

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

// The names on a page of referrals.
struct Names {
  OrganizationNames organizations;
  vault::desk::MemberNames members;
};

void write_token(Markup& out, Names& names, const Request& request, const Token& token) {
  const Words t = out.words();
  html::section(out, 2, need_words(t, token.request.service), [&] {
    html::description_list(out, [&](html::Descriptions& list) {
      list.add(t("From"), names.organizations.of(token.sender));
      list.add(t("Call back"), names.members.of(token.worker));
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
        list.add(t("Answered by"), names.members.of(token.answered_by));
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
        Names names{{desk, t}, {desk.vault, t}};
        for (const Token& token : *tokens) write_token(out, names, request, token);
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

// The people of these referrals, number and initials, in one question.
using People = std::map<vault::clients::ClientId, vault::clients::ClientLine>;
People people_of(const Work& work, const std::vector<SentReferral>& all) {
  std::set<vault::clients::ClientId> ids;
  for (const SentReferral& one : all) ids.insert(one.referred.client);
  return vault::clients::Clients(work)
      .lines_of(std::vector<vault::clients::ClientId>(ids.begin(), ids.end()))
      .value_or(People());
}

// What the columns are read from.
struct Sent {
  std::vector<SentReferral> all;
  People people;
  Names names;
};

SentColumns columns_of(Words t, Sent& sent) {
  return {
      .person =
          [&sent](const SentReferral& one) {
            const auto found = sent.people.find(one.referred.client);
            return found == sent.people.end() ? 0 : found->second.number;
          },
      .receiver =
          [&sent](const SentReferral& one) {
            return sent.names.organizations.of(one.referred.receiver);
          },
      .service = [t](const SentReferral& one) { return need_words(t, one.referred.service); },
      .state =
          [t](const SentReferral& one) { return std::string(state_words(t, one.referred.state)); },
      .sender =
          [&sent](const SentReferral& one) { return sent.names.members.of(one.referred.sent_by); }};
}

// What the address of the list asks for, or the form that takes it out.
struct Asked {
  std::string state, by, due_by, sort;
  static Asked of(const http::Fields& fields) {
    return {fields.get("state").raw(), fields.get("by").raw(), fields.get("due_by").raw(),
            fields.get("sort").raw()};
  }
  Href here() const {
    return Href(kSent).with("state", state).with("by", by).with("due_by", due_by);
  }
  SentFilter filter() const {
    SentFilter filter{.state = state};
    if (const auto member = trust::MemberId::parse(by)) filter.sent_by = *member;
    if (const auto day = parse_date(due_by)) filter.due_by = *day;
    return filter;
  }
};

void write_filter(Markup& out, Sent& sent, const Asked& asked) {
  const Words t = out.words();
  std::vector<html::Option> states = {{.value = "all",
                                       .label = std::string(t("All, also those that ended")),
                                       .selected = asked.state == "all"}};
  for (const std::string_view one : {"sent", "accepted", "connected", "declined", "no_capacity",
                                     "withdrawn", "expired", "ended"})
    states.push_back({.value = std::string(one),
                      .label = std::string(state_words(t, one)),
                      .selected = asked.state == one});
  std::set<std::pair<std::string, std::string>> senders;  // name, id
  for (const SentReferral& one : sent.all)
    senders.emplace(sent.names.members.of(one.referred.sent_by), one.referred.sent_by.to_string());
  std::vector<html::Option> members;
  for (const auto& [name, id] : senders)
    members.push_back({.value = id, .label = name, .selected = id == asked.by});
  html::get_form(out, {.action = Href(kSent), .label = t("Which referrals")}, [&] {
    html::select(out, {.words = {.name = "state", .label = t("State")},
                       .options = states,
                       .empty_choice = t("Only those that wait")});
    html::select(out, {.words = {.name = "by", .label = t("Sent by")},
                       .options = members,
                       .empty_choice = t("Anyone")});
    html::date_picker(out, {.words = {.name = "due_by", .label = t("Next by")},
                            .value = parse_date(asked.due_by) ? asked.due_by : std::string()});
    html::button(out, {.text = t("Show"), .kind = html::ButtonKind::kOutline});
  });
}

void write_sent(Markup& out, Sent& sent, const SentList& list, const html::Sorting& sorting) {
  const Words t = out.words();
  const SentColumns columns = columns_of(t, sent);
  html::table(
      out,
      {.caption = t.plural("{0} referral", "{0} referrals", static_cast<std::int64_t>(list.size())),
       .columns = {{t("Person"), html::Align::kLeft, "person"},
                   {t("When"), html::Align::kLeft, "when"},
                   {t("To"), html::Align::kLeft, "to"},
                   {t("Service"), html::Align::kLeft, "service"},
                   {t("State"), html::Align::kLeft, "state"},
                   {t("Next by"), html::Align::kLeft, "due"},
                   {t("Sent by"), html::Align::kLeft, "by"}},
       .sorting = sorting},
      [&](html::Rows& rows) {
        for (const SentReferral* one : list) {
          rows.row();
          const auto person = sent.people.find(one->referred.client);
          rows.link(person == sent.people.end()
                        ? std::string("–")
                        : vault::desk::client_title(person->second.number, person->second.initials),
                    Href("/vault/clients") / one->referred.client.to_string() / "refer");
          rows.cell(vault::desk::time_words(t, one->referred.sent_at));
          rows.cell(columns.receiver(*one));
          rows.cell(columns.service(*one));
          rows.cell(columns.state(*one));
          rows.cell(one->token && waits(*one) ? vault::desk::time_words(t, one->token->due_at)
                                              : std::string());
          rows.cell(columns.sender(*one));
        }
      });
}

void write_download(Markup& out, const Request& request, const Asked& asked) {
  const Words t = out.words();
  html::section(out, 2, t("Take out as a table"), [&] {
    html::paragraph(out, t("Days, services and states stand in it, and no person. It is written "
                           "down that you took it."));
    html::post_form(out,
                    {.action = "/vault/referrals/export",
                     .csrf_token = visit::csrf_of(request),
                     .label = t("Take out as a table")},
                    [&] {
                      html::hidden_field(out, "state", asked.state);
                      html::hidden_field(out, "by", asked.by);
                      html::hidden_field(out, "due_by", asked.due_by);
                      html::hidden_field(out, "sort", asked.sort);
                      html::button(out,
                                   {.text = t("Download"), .kind = html::ButtonKind::kOutline});
                    });
  });
}

// The list as asked for: `answer` writes it.
Response with_sent(
    const GatesDesk& desk, const Request& request, const Asked& asked,
    const std::function<Response(const Work&, Words, Sent&, const SentList&)>& answer) {
  return vault::desk::with_work(desk.vault, request, [&](const Work& work) {
    const Words t(visit::language_of(request));
    auto all = desk.referral_gate.all(work);
    if (!all) return desk.vault.visits.failure(request, all.error(), "/vault");
    Sent sent{.all = *std::move(all), .people = {}, .names = {{desk, t}, {desk.vault, t}}};
    sent.people = people_of(work, sent.all);
    SentList list = filtered(sent.all, asked.filter());
    sort_by(list, asked.sort, columns_of(t, sent));
    return answer(work, t, sent, list);
  });
}

Response download(const GatesDesk& desk, const Request& request) {
  return with_sent(
      desk, request, Asked::of(request.form().fields),
      [&](const Work& work, Words t, Sent& sent, const SentList& list) {
        const auto noted = work.vault.note_look(work.actor, "referral", "list", "", "export");
        if (!noted) return desk.vault.visits.failure(request, noted.error(), kSent);
        return visit::csv_download(as_table(list, columns_of(t, sent)), "referrals.csv");
      });
}

// What this organisation sent, for whom: only those who work in its vault see it.
Response sent_page(const GatesDesk& desk, const Request& request) {
  const Asked asked = Asked::of(request.query());
  return with_sent(
      desk, request, asked, [&](const Work&, Words t, Sent& sent, const SentList& list) {
        return vault::desk::vault_page(
            desk.vault, request,
            {.title = t("Referrals you sent"),
             .audience = html::Audience::kStaff,
             .window_title = t("Your work"),
             .crumbs = {{std::string(t("People you work with")), Href("/vault/clients")}},
             .wide = true},
            [&](Markup& out) {
              if (!sent.all.empty()) write_filter(out, sent, asked);
              if (list.empty())
                return html::empty_state(
                    out, {.title = t("No referral waits for an answer"),
                          .what_to_do = t("Open a person's file and look for a service there; what "
                                          "you send names nobody."),
                          .action = t("People you work with"),
                          .href = "/vault/clients"});
              write_sent(out, sent, list, visit::sorting_of(request, asked.here(), ""));
              write_download(out, request, asked);
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
