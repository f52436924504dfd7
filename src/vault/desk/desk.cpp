// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/desk/desk.hpp"

#include "base/local_time.hpp"
#include "html/shortcut.hpp"
#include "language/format.hpp"

namespace daybreak::vault::desk {

using html::Href;
using http::Request;
using http::Response;
using language::Words;

Response with_work(const Desk& desk, const Request& request,
                   const std::function<Response(const Work&)>& answer) {
  const trust::Actor actor = visit::actor_of(request);
  const auto vault = desk.vaults.find(actor.organization);
  if (!vault && vault.error().kind == ErrorKind::kNotFound) {
    const Words t(visit::language_of(request));
    return desk.visits.page(
        request, {.title = t("Your work"), .audience = html::Audience::kStaff},
        [&](html::Markup& out) {
          html::empty_state(out, {.title = t("Your organization has no vault here"),
                                  .what_to_do = t("Whoever runs this site makes one with the "
                                                  "command `daybreak vault create`. They cannot "
                                                  "read what is in it.")});
        });
  }
  if (!vault) return desk.visits.failure(request, vault.error(), "/today");
  const auto policy = unlock_policy(**vault);
  if (!policy) return desk.visits.failure(request, policy.error(), "/today");
  const auto keyring = desk.unlocks.find(actor, *policy);
  if (!keyring) {
    const bool reads = request.method() == http::Method::kGet;
    return visit::redirect(request, reads ? Href("/vault/unlock").with("return", request.path())
                                          : Href("/vault/unlock"));
  }
  return answer({**vault, actor, keyring});
}

Response vault_page(const Desk& desk, const Request& request, const html::Page& page,
                    const std::function<void(html::Markup&)>& content, http::Status status) {
  return desk.visits.page(
      request, page,
      [&](html::Markup& out) {
        const Words t = out.words();
        if (visit::actor_of(request).roles.has(trust::Role::kAdvocate))
          html::shortcut_link(out, t("Add a service"), "/vault/services", "s");
        content(out);
      },
      status);
}

std::string_view words_in(Words t, const codes::Words& words) {
  return t.language() == language::Language::kSpanish ? words.es : words.en;
}

std::string code_words(Words t, std::string_view list, std::string_view code) {
  const codes::CodeList* found = codes::Codes::built_in().list(list);
  const codes::Code* one = found == nullptr ? nullptr : found->find(code);
  return std::string(one == nullptr ? code : words_in(t, one->words));
}

std::vector<html::Option> options_of(Words t, std::string_view list, std::string_view chosen,
                                     const std::optional<Date>& on) {
  std::vector<html::Option> options;
  for (const codes::Code& code : codes::Codes::built_in().required(list).codes)
    if (!on || code.valid.holds(*on) || code.code == chosen)
      options.push_back({.value = code.code,
                         .label = std::string(words_in(t, code.words)),
                         .selected = code.code == chosen});
  return options;
}

std::string client_title(std::int64_t number, std::string_view initials) {
  std::string title = "C-" + std::to_string(number);
  if (!initials.empty()) title += " · " + std::string(initials);
  return title;
}

std::string member_name(const Desk& desk, Words t, trust::MemberId id) {
  const auto found = desk.members.find(id);
  if (found && *found) return (*found)->name;
  if (desk.name_elsewhere)
    if (std::string name = desk.name_elsewhere(id); !name.empty()) return name;
  return std::string(t("A former member"));
}

const std::string& MemberNames::of(trust::MemberId id) {
  if (!asked_ && desk_.every_name) known_ = desk_.every_name();
  asked_ = true;
  const auto [found, is_new] = known_.try_emplace(id);
  if (is_new) found->second = member_name(desk_, t_, id);
  return found->second;
}

std::string day_words(Words t, Date day) {
  return language::format_date(t.language(), day, language::DateStyle::kShort);
}
std::string time_words(Words t, Instant instant) {
  const LocalTime local = local_time(instant);
  return day_words(t, local.day) + ", " + language::format_time(t.language(), local.minutes) + " " +
         local.zone;
}

Date today(const Clock& clock) { return local_day(clock.now()); }

std::string field_of(const Error& error) {
  return error.place.starts_with("field ") ? error.place.substr(6) : std::string();
}

void add_routes(http::Router& router, const Desk& desk) {
  desk.visits.add_menu_item({.label = language::to_translate("Coordinate"),
                             .path = "/vault",
                             .shown_to = visit::ShownTo::kStaff,
                             .order = 2,  // what these roles come for
                             .fits = [](const trust::Session& session) {
                               return session.member.roles.has_any_of(
                                   {trust::Role::kAdvocate, trust::Role::kInvestigator,
                                    trust::Role::kProsecutor, trust::Role::kCourtStaff,
                                    trust::Role::kLaborInspector, trust::Role::kAccountSteward});
                             }});
  router.get("/vault", http::Access::signed_in(), [desk](Request& request) {
    const bool serves = visit::actor_of(request).roles.has(trust::Role::kAdvocate);
    return visit::redirect(request, serves ? "/vault/clients" : "/vault/inbox");
  });
  add_unlock_routes(router, desk);
  add_key_routes(router, desk);
  add_client_routes(router, desk);
  add_file_routes(router, desk);
  add_day_sheet_routes(router, desk);
}

}  // namespace daybreak::vault::desk
