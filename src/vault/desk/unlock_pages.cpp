// SPDX-License-Identifier: AGPL-3.0-or-later
// Opening a vault with the own passphrase, founding it, joining it, and letting members in.
#include <algorithm>

#include "base/text.hpp"
#include "vault/desk/desk.hpp"
#include "vault/desk/passkey_unlock.hpp"

namespace daybreak::vault::desk {
namespace {

using html::Href;
using html::Markup;
using http::Request;
using http::Response;
using language::Words;

// A page of the vault, or its beginning.
Href return_address(const http::Fields& fields) {
  const std::string wanted = fields.get("return").raw();
  return wanted.starts_with("/vault") ? Href(wanted) : Href("/vault");
}

enum class Stage : std::uint8_t { kFound, kJoin, kUnlock };

Result<Stage> stage_of(Vault& vault, const trust::Actor& actor) {
  if (!TRY(Officers(vault).is_founded())) return Stage::kFound;
  for (const VaultMember& member : TRY(Officers(vault).members(actor)))
    if (member.member == actor.member) return Stage::kUnlock;
  return Stage::kJoin;
}

void passphrase_field(Markup& out, std::string_view label, std::string_view hint) {
  html::text_input(out,
                   {.words = {.name = "passphrase", .label = label, .hint = hint, .required = true},
                    .type = html::InputType::kPassword,
                    .width = html::FieldWidth::kLarge,
                    .autocomplete = "off"});
}

void write_form(Markup& out, const Request& request, Stage stage, const Href& back) {
  const Words t = out.words();
  html::post_form(
      out,
      {.action = "/vault/unlock", .csrf_token = visit::csrf_of(request), .label = t("Passphrase")},
      [&] {
        html::hidden_field(out, "return", back.view());
        html::hidden_field(out, "stage",
                           stage == Stage::kFound  ? "found"
                           : stage == Stage::kJoin ? "join"
                                                   : "unlock");
        if (stage == Stage::kUnlock)
          passphrase_field(out, t("Your passphrase for the vault"),
                           t("Not your password for signing in. Nobody can reset it for you."));
        else
          passphrase_field(out, t("Choose a passphrase for the vault"),
                           t("Four or five words at random, at least 12 characters. Nobody can "
                             "reset it; if you forget it, officers of your organization let you "
                             "in again."));
        html::button(out, {.text = stage == Stage::kFound  ? t("Make the vault's keys")
                                   : stage == Stage::kJoin ? t("Ask to be let in")
                                                           : t("Open the vault")});
      });
}

Response unlock_page(const Desk& desk, const Request& request, const Href& back,
                     const std::optional<Error>& error = {}) {
  const Words t(visit::language_of(request));
  const trust::Actor actor = visit::actor_of(request);
  const auto vault = desk.vaults.find(actor.organization);
  if (!vault) return with_work(desk, request, [](const Work&) { return Response(); });
  const auto stage = stage_of(**vault, actor);
  if (!stage) return desk.visits.failure(request, stage.error(), "/today");
  const auto policy = unlock_policy(**vault);
  if (!policy) return desk.visits.failure(request, policy.error(), "/today");
  return desk.visits.page(
      request, {.title = t("Open the vault"), .audience = html::Audience::kStaff},
      [&](Markup& out) {
        if (error)
          html::alert(out,
                      {.kind = html::AlertKind::kError,
                       .text = error->kind == ErrorKind::kConflict
                                   ? t("Nobody has let you in yet. Ask an officer of your "
                                       "organization, and read your key's fingerprint to them.")
                                   : t("The passphrase does not open this vault, or there "
                                       "were several wrong ones. Check it, or wait a quarter "
                                       "of an hour."),
                       .title = t("That did not work"),
                       .announce = true});
        html::paragraph(out, t("What identifies a person is locked with keys that only members of "
                               "your organization have. It locks again after {0} minutes without "
                               "a click.",
                               {t.number(policy->idle.count())}));
        if (*stage == Stage::kUnlock) write_passkey_unlock(out, desk, request, **vault, back);
        write_form(out, request, *stage, back);
        if (*stage != Stage::kFound && actor.roles.has(trust::Role::kAccountSteward))
          html::button_group(out, [&] {
            html::link_button(out, {.text = t("Passphrases are lost"),
                                    .href = "/vault/recover",
                                    .kind = html::ButtonKind::kOutline});
          });
      },
      error ? http::Status::kUnprocessable : http::Status::kOk);
}

Response shares_page(const Desk& desk, const Request& request,
                     const std::vector<Secret<std::string>>& shares) {
  const Words t(visit::language_of(request));
  return desk.visits.page(
      request, {.title = t("Five lines for five officers"), .audience = html::Audience::kStaff},
      [&](Markup& out) {
        html::alert(out, {.kind = html::AlertKind::kWarning,
                          .text = t("These lines are shown once. Print or copy each for another "
                                    "officer. Three of them together open the vault when "
                                    "passphrases are lost; two open nothing."),
                          .title = t("Keep them apart")});
        html::list(out, html::ListKind::kNumbers, shares.size(),
                   [&](std::size_t i) { out.text(shares[i].reveal()); });
        html::link_button(out, {.text = t("Go on to open the vault"), .href = "/vault/unlock"});
      });
}

Response opened(const Desk& desk, const Request& request, Vault& vault, trust::keys::Keyring ring) {
  const auto policy = unlock_policy(vault);
  if (!policy) return desk.visits.failure(request, policy.error(), "/today");
  desk.unlocks.put(visit::actor_of(request), std::move(ring), *policy);
  return visit::redirect(request, return_address(request.form().fields));
}

Response unlock(const Desk& desk, const Request& request) {
  const http::Fields& fields = request.form().fields;
  const trust::Actor actor = visit::actor_of(request);
  const Href back = return_address(fields);
  const auto vault = desk.vaults.find(actor.organization);
  if (!vault) return desk.visits.failure(request, vault.error(), "/today");
  Officers officers(**vault);
  const Secret<std::string> passphrase(fields.get("passphrase").raw());
  const std::string stage = fields.get("stage").raw();
  if (stage == "found") {
    const auto shares = officers.found(actor, passphrase);
    if (!shares && shares.error().place == "confirmation")
      return desk.visits.ask_to_confirm(request, "/vault/unlock");
    if (!shares) return unlock_page(desk, request, back, shares.error());
    return shares_page(desk, request, *shares);
  }
  if (stage == "join") {
    const auto joined = officers.join(actor, passphrase);
    if (!joined) return unlock_page(desk, request, back, joined.error());
    return visit::redirect(request, "/vault/unlock");
  }
  auto ring = officers.unlock(actor, passphrase);
  if (!ring) return unlock_page(desk, request, back, ring.error());
  return opened(desk, request, **vault, std::move(*ring));
}

Response unlock_by_passkey(const Desk& desk, const Request& request) {
  const trust::Actor actor = visit::actor_of(request);
  const Href back = return_address(request.form().fields);
  const auto vault = desk.vaults.find(actor.organization);
  if (!vault) return desk.visits.failure(request, vault.error(), "/today");
  const auto given = recognize_passkey(desk, request);
  if (!given) return unlock_page(desk, request, back, given.error());
  auto ring =
      Officers(**vault).unlock_with_passkey(actor, given->passkey.credential, given->secret);
  if (!ring) return unlock_page(desk, request, back, ring.error());
  return opened(desk, request, **vault, std::move(*ring));
}

std::string key_words(Words t, std::string_view name) {
  if (name == "note.factual") return std::string(t("Factual notes"));
  if (name == "note.privileged") return std::string(t("Advocate's privileged notes"));
  if (name == "note.attorney") return std::string(t("Attorney's notes"));
  if (name == "note.clinical") return std::string(t("Clinical notes"));
  return std::string(t("Notes on children"));
}

void write_member(Markup& out, const Request& request, const Work& work, const VaultMember& member,
                  const std::string& name) {
  const Words t = out.words();
  html::section(out, 2, name, [&] {
    html::description_list(out, [&](html::Descriptions& list) {
      list.add(t("Fingerprint"), member.fingerprint);
      list.add(t("State"), member.let_in ? t("Let in") : t("Waits to be let in"));
    });
    html::post_form(
        out,
        {.action = "/vault/members",
         .csrf_token = visit::csrf_of(request),
         .label = t("Keys for {0}", {name})},
        [&] {
          html::hidden_field(out, "member", member.member.to_string());
          html::hidden_field(out, "fingerprint", member.fingerprint);
          std::vector<html::Option> options;
          for (const std::string_view key : kNoteKeys)
            if (work.keyring->find(key) != nullptr)
              options.push_back(
                  {.value = std::string(key),
                   .label = key_words(t, key),
                   .selected = std::find(member.key_names.begin(), member.key_names.end(), key) !=
                               member.key_names.end()});
          html::checkboxes(out, {.words = {.name = "keys",
                                           .label = t("May open"),
                                           .hint = t("Compare the fingerprint by voice first.")},
                                 .options = options});
          html::button(out, {.text = t("Let in with these keys")});
        });
    if (member.let_in && member.member != work.actor.member)
      html::action_button(
          out, {.action = Href("/vault/members/put-out"),
                .csrf_token = visit::csrf_of(request),
                .text = t("Take the keys of {0} away", {name}),
                .kind = html::ButtonKind::kDanger,
                .confirm = t("Take these keys away? The vault closes for this member at once."),
                .name = "member",
                .value = member.member.to_string()});
  });
}

Response members_page(const Desk& desk, const Request& request) {
  return with_work(desk, request, [&](const Work& work) {
    const Words t(visit::language_of(request));
    const auto members = Officers(work.vault).members(work.actor);
    if (!members) return desk.visits.failure(request, members.error(), "/vault");
    return desk.visits.page(request,
                            {.title = t("Who has keys"), .audience = html::Audience::kStaff},
                            [&](Markup& out) {
                              MemberNames names(desk, t);
                              for (const VaultMember& member : *members)
                                write_member(out, request, work, member, names.of(member.member));
                            });
  });
}

Response let_in(const Desk& desk, const Request& request) {
  return with_work(desk, request, [&](const Work& work) {
    const http::Fields& fields = request.form().fields;
    const auto member = trust::MemberId::parse(fields.get("member").raw());
    if (!member) return desk.visits.failure(request, member.error(), "/vault/members");
    std::vector<std::string> names;
    for (const auto& name : fields.every("keys")) names.push_back(name.raw());
    const auto done =
        Officers(work.vault).let_in(work, *member, fields.get("fingerprint").raw(), names);
    if (!done) return desk.visits.failure(request, done.error(), "/vault/members");
    desk.unlocks.lock_member(*member);
    return visit::redirect(request, "/vault/members");
  });
}

Response put_out(const Desk& desk, const Request& request) {
  return with_work(desk, request, [&](const Work& work) {
    const auto member = trust::MemberId::parse(request.form().fields.get("member").raw());
    if (!member) return desk.visits.refusal(request, http::Status::kNotFound);
    const auto done = Officers(work.vault).put_out(work, *member);
    if (!done) return desk.visits.failure(request, done.error(), "/vault/members");
    desk.unlocks.lock_member(*member);
    return visit::redirect(request, "/vault/members");
  });
}

}  // namespace

void add_unlock_routes(http::Router& router, const Desk& desk) {
  using http::Access;
  router.get("/vault/unlock", Access::signed_in(), [desk](Request& request) {
    return unlock_page(desk, request, return_address(request.query()));
  });
  router.post("/vault/unlock", Access::signed_in(),
              [desk](Request& request) { return unlock(desk, request); });
  router.post("/vault/unlock/passkey", Access::signed_in(),
              [desk](Request& request) { return unlock_by_passkey(desk, request); });
  router.post("/vault/unlock/passkey/challenge", Access::signed_in(),
              [desk](Request& request) { return ask_passkey_unlock(desk, request); });
  router.post("/vault/members/put-out", Access::signed_in(),
              [desk](Request& request) { return put_out(desk, request); });
  router.post("/vault/lock", Access::signed_in(), [desk](Request& request) {
    desk.unlocks.lock(visit::actor_of(request).session);
    return visit::redirect(request, "/today");
  });
  router.get("/vault/members", Access::signed_in(),
             [desk](Request& request) { return members_page(desk, request); });
  router.post("/vault/members", Access::signed_in(),
              [desk](Request& request) { return let_in(desk, request); });
}

}  // namespace daybreak::vault::desk
