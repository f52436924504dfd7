// SPDX-License-Identifier: AGPL-3.0-or-later
// The pages of a vault for those who work in it: unlocking, clients, services, notes. What leaves
// the vault has its pages in gates/. No name, number or searched word stands in an address.
#pragma once

#include <functional>
#include <map>

#include "http/router.hpp"
#include "trust/passkeys.hpp"
#include "vault/codes/codes.hpp"
#include "vault/officers.hpp"
#include "vault/unlocks.hpp"
#include "vault/vaults.hpp"
#include "visit/visit.hpp"

namespace daybreak::vault::desk {

// What the handlers work with; all of it must outlive the router.
struct Desk {
  visit::Visits& visits;
  Vaults& vaults;
  Unlocks& unlocks;
  trust::Members& members;
  const Clock& clock;
  trust::Passkeys& passkeys;
  // The name of a worker of another node; empty when it is not known. Not given without a line.
  std::function<std::string(trust::MemberId)> name_elsewhere = {};
  // The names of all who are known here, in one question. Not given: each is asked for once.
  std::function<std::map<trust::MemberId, std::string>()> every_name = {};
};

// Runs `answer` with the actor's own vault, unlocked; else says that there is none, or sends to the
// unlocking page and back here.
http::Response with_work(const Desk& desk, const http::Request& request,
                         const std::function<http::Response(const Work&)>& answer);

// A page of the vault for staff, with the one-key way to "Add a service" on it.
http::Response vault_page(const Desk& desk, const http::Request& request, const html::Page& page,
                          const std::function<void(html::Markup&)>& content,
                          http::Status status = http::Status::kOk);

// A code's words in the reader's language; the code itself when its list has it no more.
std::string code_words(language::Words t, std::string_view list, std::string_view code);
std::string_view words_in(language::Words t, const codes::Words& words);
// The codes that count on this day, or all of them; what was chosen before stays among them.
std::vector<html::Option> options_of(language::Words t, std::string_view list,
                                     std::string_view chosen = {},
                                     const std::optional<Date>& on = {});
// "C-12 · A.E."
std::string client_title(std::int64_t number, std::string_view initials);
// A member's name as colleagues know it, or what stands for one who is gone.
std::string member_name(const Desk& desk, language::Words t, trust::MemberId id);
// The same for a list: all in one question, however long it is. Made for one page.
class MemberNames {
 public:
  MemberNames(const Desk& desk, language::Words t) : desk_(desk), t_(t) {}
  const std::string& of(trust::MemberId id);

 private:
  const Desk& desk_;
  language::Words t_;
  std::map<trust::MemberId, std::string> known_;
  bool asked_ = false;
};
std::string day_words(language::Words t, Date day);
std::string time_words(language::Words t, Instant instant);
Date today(const Clock& clock);  // by the site's wall clock
// "field phone" of an error: the field's name.
std::string field_of(const Error& error);

// The answer to a form that could not be taken: which field, and what to do, with a way back to
// `here`. Errors that are not of a form are answered as everywhere.
http::Response wrong_form(const Desk& desk, const http::Request& request, const Error& error,
                          const html::Href& here);

// "/vault/…"
void add_routes(http::Router& router, const Desk& desk);
void add_unlock_routes(http::Router& router, const Desk& desk);
void add_key_routes(http::Router& router, const Desk& desk);
void add_client_routes(http::Router& router, const Desk& desk);
void add_file_routes(http::Router& router, const Desk& desk);
void add_day_sheet_routes(http::Router& router, const Desk& desk);

}  // namespace daybreak::vault::desk
