// SPDX-License-Identifier: AGPL-3.0-or-later
// The pages of the gates: a release as a conversation in five steps, telling, stopping, the record
// of disclosures, the inbox of what was released to this organisation, and referrals.
#pragma once

#include <map>
#include <string>

#include "commons/directory/board/board.hpp"
#include "commons/directory/pages/pages.hpp"
#include "gates/aggregate/aggregate_gate.hpp"
#include "gates/referral/referral_gate.hpp"
#include "gates/release/release_gate.hpp"
#include "vault/desk/desk.hpp"

namespace daybreak::gates::desk {

// What the handlers work with; all of it must outlive the router.
struct GatesDesk {
  vault::desk::Desk vault;
  ReleaseGate& releases;
  ReferralGate& referral_gate;
  referrals::Referrals& referrals;
  // A service is looked for inside a file, and which organisation of this site keeps it; neither on
  // a vault's own node, which has no directory.
  std::optional<directory::pages::Desk> finder;
  directory::board::Boards* boards = nullptr;
  AggregateGate& aggregates;
};

// An organisation's name, or what stands for one that is gone.
std::string organization_name(const GatesDesk& desk, language::Words t, trust::OrganizationId id);
// The same for a list: all of this node in one question, at the first that is asked for. Made for
// one page.
class OrganizationNames {
 public:
  OrganizationNames(const GatesDesk& desk, language::Words t) : desk_(desk), t_(t) {}
  std::string of(trust::OrganizationId id);

 private:
  const GatesDesk& desk_;
  language::Words t_;
  std::optional<std::map<trust::OrganizationId, std::string>> known_;
};
std::string role_words(language::Words t, trust::Role role);
// "3 days", "5 hours", "less than an hour"
std::string remaining_words(language::Words t, std::chrono::milliseconds left);
// "Phone", "Note", "Services from … to …".
std::string item_words(language::Words t, const Item& item);

// "/vault/releases/…", "/vault/inbox/…", "/vault/clients/{id}/record", "/referrals"
void add_routes(http::Router& router, const GatesDesk& desk);
void add_release_routes(http::Router& router, const GatesDesk& desk);
void add_record_routes(http::Router& router, const GatesDesk& desk);
void add_inbox_routes(http::Router& router, const GatesDesk& desk);
void add_referral_routes(http::Router& router, const GatesDesk& desk);
void add_count_routes(http::Router& router, const GatesDesk& desk);
void add_key_routes(http::Router& router, const GatesDesk& desk);
// Before something is locked with a key that nobody compared: says so, and the cure. Nothing for
// other ways of telling than a copy.
void write_key_warning(html::Markup& out, const GatesDesk& desk, const vault::Work& work,
                       const std::optional<trust::OrganizationId>& recipient,
                       std::string_view method);
// What failed is another organisation's key: "/vault/keys" says what to do.
bool is_about_a_key(const Error& error);

}  // namespace daybreak::gates::desk
