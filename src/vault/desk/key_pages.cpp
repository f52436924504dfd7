// SPDX-License-Identifier: AGPL-3.0-or-later
// The member's own key to the vault: another passphrase, passkeys that open it, how soon it locks;
// and coming back with three of five officers' lines.
#include <algorithm>

#include "vault/desk/desk.hpp"
#include "vault/desk/passkey_unlock.hpp"
#include "vault/destruction.hpp"
#include "vault/unlock_policy.hpp"
#include "visit/passkeys.hpp"

namespace daybreak::vault::desk {
namespace {

using html::Href;
using html::Markup;
using http::Request;
using http::Response;
using language::Words;

constexpr std::string_view kIdleMinutes[] = {"1", "2", "3", "5", "10", "15", "20", "30"};
constexpr std::string_view kHours[] = {"1", "2", "4", "8", "10", "12"};
constexpr int kShareFields = kSharesNeeded;

std::string_view problem_words(Words t, const Error& error) {
  if (error.place == "field passphrase" && error.kind == ErrorKind::kInvalid)
    return t(
        "A passphrase has at least 12 characters of 6 kinds. Take four or five words at "
        "random.");
  if (error.place.starts_with("passkey") && error.kind == ErrorKind::kInvalid)
    return t("This passkey gives no secret, so it cannot open a vault. Your passphrase does.");
  if (error.kind == ErrorKind::kInvalid)
    return t(
        "These lines do not belong together, or one of them "
        "is mistyped. Check each letter.");
  return t(
      "The passphrase or passkey does not open this vault, or there were several wrong ones. "
      "Check it, or wait a quarter of an hour.");
}

void write_problem(Markup& out, const std::optional<Error>& error) {
  if (!error) return;
  const Words t = out.words();
  html::alert(out, {.kind = html::AlertKind::kError,
                    .text = problem_words(t, *error),
                    .title = t("That did not work"),
                    .announce = true});
}

void secret_field(Markup& out, std::string_view name, std::string_view label,
                  std::string_view hint = {}) {
  html::text_input(out, {.words = {.name = name, .label = label, .hint = hint, .required = true},
                         .type = html::InputType::kPassword,
                         .width = html::FieldWidth::kLarge,
                         .autocomplete = "off"});
}

Secret<std::string> secret_of(const Request& request, std::string_view name) {
  return Secret<std::string>(request.form().fields.get(name).raw());
}

void write_passphrase(Markup& out, const Request& request) {
  const Words t = out.words();
  html::section(out, 2, t("Change your passphrase"), [&] {
    html::post_form(out,
                    {.action = "/vault/key/passphrase",
                     .csrf_token = visit::csrf_of(request),
                     .label = t("Change your passphrase")},
                    [&] {
                      secret_field(out, "old_passphrase", t("The passphrase you have now"));
                      secret_field(out, "passphrase", t("The new passphrase"),
                                   t("Four or five words at random, at least 12 characters."));
                      html::button(out, {.text = t("Change the passphrase")});
                    });
  });
}

void write_passkeys(Markup& out, const Desk& desk, const Request& request, const Work& work) {
  const Words t = out.words();
  html::section(out, 2, t("Open the vault with a passkey"), [&] {
    const auto party = visit::relying_party(desk.visits, request);
    const auto mine = desk.passkeys.list(work.actor);
    if (!party || !mine || mine->empty()) {
      html::paragraph(out, t("First add a passkey to your account. Then it can open the vault in "
                             "place of the passphrase."));
      html::link_button(
          out, {.text = t("Your account"), .href = "/account", .kind = html::ButtonKind::kOutline});
      return;
    }
    const std::vector<trust::Passkey> opening = opening_passkeys(desk, work.vault, work.actor);
    for (const trust::Passkey& passkey : opening) {
      html::paragraph(out, t("{0} opens this vault.", {passkey.name}));
      html::action_button(out, {.action = Href("/vault/key/passkey/remove"),
                                .csrf_token = visit::csrf_of(request),
                                .text = t("Let {0} open it no more", {passkey.name}),
                                .kind = html::ButtonKind::kOutline,
                                .name = "passkey",
                                .value = passkey.id.to_string()});
    }
    html::without_passkey(out, t("To let a passkey open the vault, use a browser that knows "
                                 "passkeys, with JavaScript. The passphrase works without."));
    html::passkey_form(
        out,
        {.action = Href("/vault/key/passkey"),
         .challenge = Href("/vault/key/passkey/challenge"),
         .csrf_token = visit::csrf_of(request),
         .origin = party->origin,
         .label = t("Open the vault with a passkey"),
         .button = t("Let a passkey open the vault"),
         .failed = t("The passkey did not answer. Try again, or go on with the passphrase."),
         .no_secret =
             t("This passkey gives no secret, so it cannot open a vault. Your passphrase does.")},
        [&] {
          secret_field(out, "own_passphrase", t("Your passphrase for the vault"),
                       t("It stays as it is and still opens the vault."));
        });
  });
}

std::vector<html::Option> numbers(std::span<const std::string_view> values, std::int64_t chosen) {
  std::vector<html::Option> options;
  for (const std::string_view value : values)
    options.push_back({.value = std::string(value),
                       .label = std::string(value),
                       .selected = value == std::to_string(chosen)});
  return options;
}

void write_locking(Markup& out, const Request& request, const Work& work) {
  const Words t = out.words();
  const auto policy = unlock_policy(work.vault);
  if (!policy) return;
  html::section(out, 2, t("How soon the vault locks"), [&] {
    html::paragraph(out, t("It locks after {0} minutes without a click, and {1} hours after it was "
                           "opened in any case. This holds for everyone of your organization.",
                           {t.number(policy->idle.count()), t.number(policy->longest.count())}));
    if (!work.actor.roles.has(trust::Role::kAccountSteward)) return;
    html::post_form(
        out,
        {.action = "/vault/key/locking",
         .csrf_token = visit::csrf_of(request),
         .label = t("How soon the vault locks")},
        [&] {
          html::select(out, {.words = {.name = "idle_minutes",
                                       .label = t("Minutes without a click"),
                                       .required = true},
                             .options = numbers(kIdleMinutes, policy->idle.count())});
          html::select(
              out,
              {.words = {.name = "most_hours", .label = t("Hours in any case"), .required = true},
               .options = numbers(kHours, policy->longest.count())});
          html::button(out, {.text = t("Save"), .kind = html::ButtonKind::kOutline});
        });
  });
}

void destruction_button(Markup& out, const Request& request, std::string_view act,
                        std::string_view text, html::ButtonKind kind,
                        std::string_view question = {}) {
  html::action_button(out, {.action = Href("/vault/key/destruction"),
                            .csrf_token = visit::csrf_of(request),
                            .text = text,
                            .kind = kind,
                            .confirm = question,
                            .name = "act",
                            .value = act});
}

// One officer asks, another agrees; the command on the machine does it.
void write_destruction(Markup& out, const Desk& desk, const Request& request, const Work& work) {
  const Words t = out.words();
  const auto asked = destruction(work.vault);
  if (!asked || !work.actor.roles.has(trust::Role::kAccountSteward)) return;
  html::section(out, 2, t("Destroy the vault"), [&] {
    if (!*asked) {
      html::paragraph(out, t("Two officers have to agree. Then whoever runs this site destroys "
                             "the vault with a command. Export what you have to keep first."));
      destruction_button(out, request, "ask", t("Ask that the vault be destroyed"),
                         html::ButtonKind::kDanger,
                         t("Ask for this? Every record would be gone for ever."));
      return;
    }
    const Destruction& found = **asked;
    html::paragraph(out, t("{0} asked on {1} that the vault be destroyed.",
                           {member_name(desk, t, found.asked_by),
                            format_instant(found.asked_at).substr(0, 10)}));
    if (found.agreed_by)
      html::paragraph(out, t("{0} agreed. The command `daybreak vault destroy` does it now.",
                             {member_name(desk, t, *found.agreed_by)}));
    else if (found.asked_by == work.actor.member)
      html::paragraph(out, t("Another officer has to agree."));
    else
      destruction_button(out, request, "agree", t("Agree that the vault be destroyed"),
                         html::ButtonKind::kDanger,
                         t("Agree to this? Every record would be gone for ever."));
    destruction_button(out, request, "call_off", t("Call it off"), html::ButtonKind::kOutline);
  });
}

Response keys_page(const Desk& desk, const Request& request,
                   const std::optional<Error>& error = {}) {
  return with_work(desk, request, [&](const Work& work) {
    const Words t(visit::language_of(request));
    return vault_page(
        desk, request, {.title = t("Your key to the vault"), .audience = html::Audience::kStaff},
        [&](Markup& out) {
          write_problem(out, error);
          write_passphrase(out, request);
          write_passkeys(out, desk, request, work);
          write_locking(out, request, work);
          html::section(out, 2, t("Who has keys"), [&] {
            html::link_button(out, {.text = t("Members of the vault"),
                                    .href = "/vault/members",
                                    .kind = html::ButtonKind::kOutline});
          });
          write_destruction(out, desk, request, work);
        },
        error ? http::Status::kUnprocessable : http::Status::kOk);
  });
}

// Back to the page, to confirm first, or what was wrong.
Response answer(const Desk& desk, const Request& request, const Result<void>& done) {
  if (done) return visit::redirect(request, "/vault/key");
  const Error& error = done.error();
  if (error.place != "confirmation" &&
      (error.kind == ErrorKind::kInvalid || error.kind == ErrorKind::kDenied))
    return keys_page(desk, request, error);
  return desk.visits.failure(request, error, "/vault/key");
}

Response change_passphrase(const Desk& desk, const Request& request) {
  return with_work(desk, request, [&](const Work& work) {
    return answer(desk, request,
                  Officers(work.vault)
                      .change_passphrase(work.actor, secret_of(request, "old_passphrase"),
                                         secret_of(request, "passphrase")));
  });
}

Response ask_passkey(const Desk& desk, const Request& request) {
  return with_work(desk, request, [&](const Work& work) {
    const auto party = visit::relying_party(desk.visits, request);
    auto mine = desk.passkeys.list(work.actor);
    if (!party || !mine || mine->empty())
      return desk.visits.refusal(request, http::Status::kNotFound);
    return visit::ask_passkey(
        *party, {.challenge = desk.passkeys.begin(trust::PasskeyUse::kVault, work.actor.session),
                 .known = std::move(*mine),
                 .salt = passkey_salt(work.vault.organization())});
  });
}

Response add_passkey(const Desk& desk, const Request& request) {
  return with_work(desk, request, [&](const Work& work) {
    const auto given = recognize_passkey(desk, request);
    if (!given) return answer(desk, request, tl::make_unexpected(given.error()));
    return answer(desk, request,
                  Officers(work.vault)
                      .add_passkey(work.actor, secret_of(request, "own_passphrase"),
                                   given->passkey.credential, given->secret));
  });
}

Response remove_passkey(const Desk& desk, const Request& request) {
  return with_work(desk, request, [&](const Work& work) {
    const std::string wanted = request.form().fields.get("passkey").raw();
    for (const trust::Passkey& passkey : opening_passkeys(desk, work.vault, work.actor))
      if (passkey.id.to_string() == wanted)
        return answer(desk, request,
                      Officers(work.vault).remove_passkey(work.actor, passkey.credential));
    return desk.visits.refusal(request, http::Status::kNotFound);
  });
}

Response set_locking(const Desk& desk, const Request& request) {
  return with_work(desk, request, [&](const Work& work) {
    const auto number = [&](std::string_view name, std::span<const std::string_view> values) {
      const std::string given = request.form().fields.get(name).raw();
      return std::find(values.begin(), values.end(), given) == values.end() ? 0 : std::stoi(given);
    };
    return answer(desk, request,
                  set_unlock_policy(work.vault, work.actor,
                                    {std::chrono::minutes(number("idle_minutes", kIdleMinutes)),
                                     std::chrono::hours(number("most_hours", kHours))}));
  });
}

Response decide_destruction(const Desk& desk, const Request& request) {
  return with_work(desk, request, [&](const Work& work) {
    const std::string act = request.form().fields.get("act").raw();
    return answer(desk, request,
                  act == "ask"     ? ask_for_destruction(work.vault, work.actor)
                  : act == "agree" ? agree_to_destruction(work.vault, work.actor)
                                   : call_off_destruction(work.vault, work.actor));
  });
}

Response recovery_page(const Desk& desk, const Request& request,
                       const std::optional<Error>& error = {}) {
  const Words t(visit::language_of(request));
  return desk.visits.page(
      request, {.title = t("Come back with three officers"), .audience = html::Audience::kStaff},
      [&](Markup& out) {
        write_problem(out, error);
        html::paragraph(out, t("When passphrases are lost, three of the five lines that the "
                               "vault's founding gave to officers let you in again, with every "
                               "key. It is written into the vault's log."));
        html::post_form(out,
                        {.action = "/vault/recover",
                         .csrf_token = visit::csrf_of(request),
                         .label = t("Come back with three officers")},
                        [&] {
                          for (int i = 1; i <= kShareFields; ++i) {
                            const std::string name = "share" + std::to_string(i);
                            html::text_input(out, {.words = {.name = name,
                                                             .label = t("Line {0}", {t.number(i)}),
                                                             .hint = t("It begins with DBS1."),
                                                             .required = true},
                                                   .autocomplete = "off"});
                          }
                          secret_field(out, "passphrase", t("Choose a passphrase for the vault"),
                                       t("Four or five words at random, at least 12 characters."));
                          html::button(out, {.text = t("Come back in")});
                        });
      },
      error ? http::Status::kUnprocessable : http::Status::kOk);
}

// Asks for the confirmation before the lines are typed.
Response begin_recovery(const Desk& desk, const Request& request) {
  const trust::Actor actor = visit::actor_of(request);
  const auto vault = desk.vaults.find(actor.organization);
  if (!vault) return desk.visits.failure(request, vault.error(), "/today");
  if (const auto may = (*vault)->require(actor, "vault", "recover"); !may)
    return desk.visits.failure(request, may.error(), "/vault/recover");
  return recovery_page(desk, request);
}

Response recover(const Desk& desk, const Request& request) {
  const trust::Actor actor = visit::actor_of(request);
  const auto vault = desk.vaults.find(actor.organization);
  if (!vault) return desk.visits.failure(request, vault.error(), "/today");
  std::vector<std::string> lines;
  for (int i = 1; i <= kShareFields; ++i)
    lines.push_back(request.form().fields.get("share" + std::to_string(i)).raw());
  const auto done = Officers(**vault).recover(actor, lines, secret_of(request, "passphrase"));
  if (!done &&
      (done.error().kind == ErrorKind::kInvalid || done.error().kind == ErrorKind::kCorrupt))
    return recovery_page(desk, request, done.error());
  if (!done) return desk.visits.failure(request, done.error(), "/vault/recover");
  desk.unlocks.lock_member(actor.member);
  return visit::redirect(request, "/vault/unlock");
}

}  // namespace

void add_key_routes(http::Router& router, const Desk& desk) {
  using http::Access;
  const auto post = [&](const char* path, Response (*handler)(const Desk&, const Request&)) {
    router.post(path, Access::signed_in(),
                [desk, handler](Request& request) { return handler(desk, request); });
  };
  router.get("/vault/key", Access::signed_in(),
             [desk](Request& request) { return keys_page(desk, request); });
  post("/vault/key/passphrase", change_passphrase);
  post("/vault/key/passkey", add_passkey);
  post("/vault/key/passkey/challenge", ask_passkey);
  post("/vault/key/passkey/remove", remove_passkey);
  post("/vault/key/locking", set_locking);
  post("/vault/key/destruction", decide_destruction);
  router.get("/vault/recover", Access::signed_in(),
             [desk](Request& request) { return begin_recovery(desk, request); });
  post("/vault/recover", recover);
}

}  // namespace daybreak::vault::desk
