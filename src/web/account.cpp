// SPDX-License-Identifier: AGPL-3.0-or-later
// The member's own account: what is known of them, and their passkeys.
#include "trust/policy.hpp"
#include "visit/passkeys.hpp"
#include "web/administration.hpp"
#include "web/site.hpp"

namespace daybreak::web {
namespace {

using html::Markup;
using http::Request;
using http::Response;
using language::Words;

struct Account {
  visit::Visits& visits;
  trust::Passkeys& passkeys;
  const Clock& clock;
};

std::string day_of(Instant instant) { return format_instant(instant).substr(0, 10); }

void write_member(Markup& out, const trust::Session& session) {
  const Words t = out.words();
  html::description_list(out, [&](html::Descriptions& list) {
    list.add(t("Name"), session.member.name);
    list.add(t("E-mail"), session.member.email);
    list.add(t("Organization"), session.organization.name);
    list.add(t("Roles"), [&] {
      for (trust::Role role : session.member.roles.list()) html::tag(out, role_words(t, role));
    });
  });
  html::note(out,
             t("To change your name, roles or organization, ask your coordinator. You are "
               "signed out after 30 minutes without a click, and after 12 hours in any case."));
}

void write_passkey(Markup& out, const Request& request, const trust::Passkey& passkey) {
  const Words t = out.words();
  html::section(out, 3, passkey.name, [&] {
    html::description_list(out, [&](html::Descriptions& list) {
      list.add(t("Added"), day_of(passkey.made_at));
      list.add(t("Last used"), passkey.used_at ? day_of(*passkey.used_at) : t("Never"));
      list.add(t("Kept"), passkey.synced ? t("In several devices, by their maker's service")
                                         : t("In one device"));
      list.add(t("Can open a vault"), passkey.has_secret ? t("Yes") : t("No"));
    });
    html::action_button(out, {.action = html::Href("/account/passkeys/remove"),
                              .csrf_token = visit::csrf_of(request),
                              .text = t("Remove {0}", {passkey.name}),
                              .kind = html::ButtonKind::kDanger,
                              .confirm = t("Remove this passkey? You cannot sign in with it "
                                           "afterwards."),
                              .name = "key",
                              .value = passkey.id.to_string()});
  });
}

// Adding takes a fresh confirmation: asked for first, so that nothing is typed in vain.
void write_adding(Markup& out, const Account& account, const Request& request,
                  const trust::RelyingParty& party) {
  const Words t = out.words();
  const trust::Actor actor = visit::actor_of(request);
  const auto decision = trust::decide(
      actor, {"add"},
      {.type = "passkey", .owner = actor.organization, .partners = {}, .subject = actor.member}, {},
      account.clock.now());
  if (!decision) {
    html::link_button(out, {.text = t("Confirm that it is you, to add a passkey"),
                            .href = html::Href("/confirm").with("return", "/account"),
                            .kind = html::ButtonKind::kOutline});
    return;
  }
  html::without_passkey(out, t("To add one, use a browser that knows passkeys, at {0}, with "
                               "JavaScript. Password and code work without.",
                               {party.origin}));
  html::passkey_form(
      out,
      {.kind = html::PasskeyForm::Kind::kCreate,
       .action = html::Href("/account/passkeys"),
       .challenge = html::Href("/account/passkeys/challenge"),
       .csrf_token = visit::csrf_of(request),
       .origin = party.origin,
       .label = t("Add a passkey"),
       .button = t("Add a passkey"),
       .failed = t("No passkey was made. Try again, or with another device.")},
      [&] {
        html::text_input(out, {.words = {.name = "name",
                                         .label = t("Name of the passkey"),
                                         .hint = t("Such as \"office computer\" or \"blue key\"."),
                                         .required = true},
                               .width = html::FieldWidth::kLarge,
                               .autocomplete = "off",
                               .max_length = 100});
      });
}

void write_passkeys(Markup& out, const Account& account, const Request& request) {
  const Words t = out.words();
  html::section(out, 2, t("Passkeys"), [&] {
    html::paragraph(out, t("A passkey signs you in with a finger, your face or a PIN of this "
                           "device, and cannot be given to a false site. It stands in for "
                           "password and code."));
    const auto all = account.passkeys.list(visit::actor_of(request));
    if (all && all->empty()) html::paragraph(out, t("You have no passkey yet."));
    if (all)
      for (const trust::Passkey& passkey : *all) write_passkey(out, request, passkey);
    if (const auto party = visit::relying_party(account.visits, request))
      write_adding(out, account, request, *party);
    else
      html::note(out, t("This site has no public address of its own yet, so no passkey can be "
                        "bound to it. Whoever runs it sets site.url."));
  });
}

Response account_page(const Account& account, const Request& request, std::string_view wrong = {}) {
  const Words t(visit::language_of(request));
  return account.visits.page(
      request, {.title = t("Your account"), .audience = html::Audience::kStaff},
      [&](Markup& out) {
        if (!wrong.empty())
          html::alert(out, {.kind = html::AlertKind::kError,
                            .text = wrong,
                            .title = t("That did not work"),
                            .announce = true});
        write_member(out, *visit::session_of(request));
        write_passkeys(out, account, request);
      },
      wrong.empty() ? http::Status::kOk : http::Status::kUnprocessable);
}

// After a change: back to the page, to confirm first, or what was wrong.
Response answer(const Account& account, const Request& request, const Result<void>& done) {
  const Words t(visit::language_of(request));
  if (done) return visit::redirect(request, "/account");
  const Error& error = done.error();
  if (error.kind == ErrorKind::kInvalid)
    return account_page(account, request, t("Give the passkey a name of 1 to 100 characters."));
  if (error.kind == ErrorKind::kConflict)
    return account_page(account, request,
                        t("This passkey is there already, or you have twenty. Remove one first."));
  if (error.kind == ErrorKind::kDenied && error.place != "confirmation")
    return account_page(account, request, t("The passkey's answer was not right. Try again."));
  return account.visits.failure(request, error, "/account");
}

Response ask_new(const Account& account, const Request& request) {
  const auto party = visit::relying_party(account.visits, request);
  const trust::Actor actor = visit::actor_of(request);
  auto known = account.passkeys.list(actor);
  if (!party || !known) return account.visits.refusal(request, http::Status::kNotFound);
  return visit::ask_passkey(
      *party, {.challenge = account.passkeys.begin(trust::PasskeyUse::kAdd, actor.session),
               .known = std::move(*known),
               .member = &visit::session_of(request)->member});
}

Response add(const Account& account, const Request& request) {
  const http::Fields& fields = request.form().fields;
  const auto party = visit::relying_party(account.visits, request);
  if (!party) return account.visits.refusal(request, http::Status::kNotFound);
  return answer(account, request,
                account.passkeys.add(visit::actor_of(request), *party,
                                     {.name = fields.get("name").raw(),
                                      .given = visit::registration_of(fields),
                                      .has_secret = fields.get("passkey_secret").raw() == "yes"}));
}

Response remove(const Account& account, const Request& request) {
  const auto id = trust::PasskeyId::parse(request.form().fields.get("key").raw());
  if (!id) return account.visits.refusal(request, http::Status::kNotFound);
  return answer(account, request, account.passkeys.remove(visit::actor_of(request), *id));
}

}  // namespace

void add_account_routes(http::Router& router, visit::Visits& visits, trust::Passkeys& passkeys,
                        const Clock& clock) {
  using http::Access;
  const Account account{visits, passkeys, clock};
  router.get("/account", Access::signed_in(),
             [account](Request& request) { return account_page(account, request); });
  router.post("/account/passkeys", Access::signed_in(),
              [account](Request& request) { return add(account, request); });
  router.post("/account/passkeys/challenge", Access::signed_in(),
              [account](Request& request) { return ask_new(account, request); });
  router.post("/account/passkeys/remove", Access::signed_in(),
              [account](Request& request) { return remove(account, request); });
}

}  // namespace daybreak::web
