// SPDX-License-Identifier: AGPL-3.0-or-later
// The keys of other organisations: fingerprints to compare by voice, and what to do when one has
// changed. Until an officer compared it, nothing is released to that organisation.
#include <algorithm>

#include "gates/desk/gates_desk.hpp"
#include "vault/known_keys.hpp"
#include "vault/pins/pins.hpp"

namespace daybreak::gates::desk {
namespace {

using html::Href;
using html::Markup;
using http::Request;
using http::Response;
using language::Words;
using vault::Work;

constexpr std::string_view kPath = "/vault/keys";

// Another organisation with a vault: the key it has now, and the one this vault knows.
struct Other {
  trust::OrganizationId organization;
  trust::keys::PublicKey now;
  std::optional<vault::pins::Pin> pinned;
  bool has_changed() const { return pinned && pinned->key != now; }
};

Result<std::vector<Other>> others(const GatesDesk& desk, const Work& work) {
  const auto pins = TRY(vault::pins::pins(work));
  std::vector<Other> all;
  const auto add = [&](trust::OrganizationId id, const trust::keys::PublicKey& key) {
    Other other{.organization = id, .now = key, .pinned = {}};
    for (const auto& pin : pins)
      if (pin.organization == id) other.pinned = pin;
    all.push_back(std::move(other));
  };
  for (const trust::OrganizationId id : desk.vault.vaults.list()) {
    if (id == work.vault.organization()) continue;
    const auto found = desk.vault.vaults.find(id);
    if (!found) continue;
    const auto key = TRY((*found)->public_key());
    if (key) add(id, *key);
  }
  if (Beyond* beyond = desk.releases.beyond(); beyond != nullptr)
    for (const auto& [id, key] : TRY(beyond->keys())) add(id, key);
  return all;
}

std::string_view state_words(Words t, const Other& other) {
  if (other.has_changed()) return t("Changed: nothing is released to them");
  if (!other.pinned) return t("Not met yet");
  return other.pinned->compared_at ? t("Compared by voice") : t("Met, not compared yet");
}

void write_compare(Markup& out, const Request& request, const Other& other,
                   const std::string& name) {
  const Words t = out.words();
  html::post_form(out,
                  {.action = Href(kPath) / other.organization.to_string(),
                   .csrf_token = visit::csrf_of(request),
                   .label = t("Compare the key of {0}", {name})},
                  [&] {
                    html::text_input(
                        out, {.words = {.name = "fingerprint",
                                        .label = t("What {0} read to you", {name}),
                                        .hint = t("Call a number that you know already. They find "
                                                  "it on their page, as \"your own\"."),
                                        .required = true},
                              .width = html::FieldWidth::kLarge,
                              .autocomplete = "off",
                              .max_length = 60});
                    html::button(out, {.text = t("It is their key")});
                  });
}

void write_other(Markup& out, const Request& request, const Other& other, const std::string& name) {
  const Words t = out.words();
  html::section(out, 2, name, [&] {
    if (other.has_changed())
      html::alert(out, {.kind = html::AlertKind::kError,
                        .text = t("Their key is not the one known here. They may have made new "
                                  "keys, or someone put another key in its place. Nothing is "
                                  "released to them until an officer has spoken with them."),
                        .title = t("The key has changed")});
    html::description_list(out, [&](html::Descriptions& list) {
      list.add(t("State"), state_words(t, other));
      if (other.pinned) list.add(t("Fingerprint known here"), other.pinned->key.fingerprint());
      if (other.has_changed()) list.add(t("Their fingerprint now"), other.now.fingerprint());
      if (other.pinned)
        list.add(t("Since"),
                 vault::desk::time_words(t, other.pinned->compared_at ? *other.pinned->compared_at
                                                                      : other.pinned->met_at));
    });
    const bool done = other.pinned && other.pinned->compared_at && !other.has_changed();
    if (!done && visit::actor_of(request).roles.has(trust::Role::kAccountSteward))
      write_compare(out, request, other, name);
  });
}

Response keys_page(const GatesDesk& desk, const Request& request,
                   const std::optional<Error>& error = {}) {
  return vault::desk::with_work(desk.vault, request, [&](const Work& work) {
    const Words t(visit::language_of(request));
    const auto all = others(desk, work);
    if (!all) return desk.vault.visits.failure(request, all.error(), "/vault");
    return vault::desk::vault_page(
        desk.vault, request,
        {.title = t("Keys of other organizations"),
         .audience = html::Audience::kStaff,
         .window_title = t("Your work")},
        [&](Markup& out) {
          if (error)
            html::alert(out, {.kind = html::AlertKind::kError,
                              .text = t("That is not the fingerprint of the key that is in use "
                                        "now. Read it to each other again, digit by digit; if it "
                                        "stays different, someone stands between you."),
                              .title = t("The fingerprints differ"),
                              .announce = true});
          html::lead(out, t("What you release is locked with the other side's key. Two people who "
                            "know each other's voice compare it once, and again when it changes."));
          html::description_list(out, [&](html::Descriptions& list) {
            list.add(t("Your own"), work.keyring->pair().public_key().fingerprint());
          });
          if (all->empty())
            html::empty_state(out,
                              {.title = t("No other organization has a vault with keys here"),
                               .what_to_do = t("When one has, its fingerprint appears here.")});
          OrganizationNames names(desk, t);
          for (const Other& other : *all)
            write_other(out, request, other, names.of(other.organization));
        },
        error ? http::Status::kUnprocessable : http::Status::kOk);
  });
}

Response compare(const GatesDesk& desk, const Request& request) {
  return vault::desk::with_work(desk.vault, request, [&](const Work& work) {
    const trust::OrganizationId id(request.uuid_parameter("id"));
    const auto all = others(desk, work);
    if (!all) return desk.vault.visits.failure(request, all.error(), kPath);
    const auto found = std::find_if(all->begin(), all->end(),
                                    [&](const Other& one) { return one.organization == id; });
    if (found == all->end())
      return desk.vault.visits.error_page(request, http::Status::kNotFound, {});
    const auto pinned =
        vault::pins::pin(work, id, found->now, request.form().fields.get("fingerprint").raw());
    if (!pinned && pinned.error().kind == ErrorKind::kConflict)
      return keys_page(desk, request, pinned.error());
    if (!pinned) return desk.vault.visits.failure(request, pinned.error(), kPath);
    return visit::redirect(request, kPath);
  });
}

}  // namespace

void write_key_warning(Markup& out, const GatesDesk& desk, const Work& work,
                       const std::optional<trust::OrganizationId>& recipient,
                       std::string_view method) {
  if (method != "copy" || !recipient) return;
  const Words t = out.words();
  const auto found = desk.vault.vaults.find(*recipient);
  const auto key = found ? (*found)->public_key() : Result<std::optional<trust::keys::PublicKey>>();
  if (!key || !*key) return;  // telling says what is missing
  const auto compared = vault::pins::is_compared(work, *recipient, **key);
  if (compared && *compared) return;
  html::alert(out, {.kind = html::AlertKind::kWarning,
                    .text = t("Nobody here has checked with {0} by voice that this key is theirs. "
                              "If it can wait, ask an officer of your vault to call a number that "
                              "you know and compare it first ({1}). If it cannot wait, call the "
                              "person who is to read it and tell only what is needed now.",
                              {organization_name(desk, t, *recipient), (*key)->fingerprint()}),
                    .title = t("Their key has not been compared yet")});
  html::paragraph(out, [&] { html::link(out, t("Keys of other organizations"), kPath); });
}

namespace {

int never_compared(const GatesDesk& desk, const trust::Session& session, Markup& out) {
  if (!session.member.roles.has(trust::Role::kAccountSteward)) return 0;
  const auto found = desk.vault.vaults.find(session.organization.id);
  if (!found) return 0;
  const auto count = vault::pins::never_compared(**found);
  if (!count || *count == 0) return 0;
  const Words t = out.words();
  html::section(out, 2, t("Keys to compare"), [&] {
    html::link(out,
               t.plural("{0} key has been used that nobody compared by voice",
                        "{0} keys have been used that nobody compared by voice", *count),
               kPath);
  });
  return static_cast<int>(*count);
}

}  // namespace

bool is_about_a_key(const Error& error) { return error.place == vault::kKeyChanged; }

void add_key_routes(http::Router& router, const GatesDesk& desk) {
  using http::Access;
  desk.vault.visits.add_today_part([desk](const trust::Session& session, Markup& out) {
    return never_compared(desk, session, out);
  });
  desk.vault.visits.add_menu_item({.label = language::to_translate("Keys of other organizations"),
                                   .path = std::string(kPath),
                                   .shown_to = visit::ShownTo::kStaff,
                                   .order = 48,
                                   .fits = [](const trust::Session& session) {
                                     return session.member.roles.has(trust::Role::kAccountSteward);
                                   }});
  router.get("/vault/keys", Access::signed_in(),
             [desk](Request& request) { return keys_page(desk, request); });
  router.post("/vault/keys/{id:uuid}", Access::signed_in(),
              [desk](Request& request) { return compare(desk, request); });
}

}  // namespace daybreak::gates::desk
