// SPDX-License-Identifier: AGPL-3.0-or-later
// Who asks: organisations of a kind, roles, and the Actor that decide() and the audit log are told
// about. Plain values, safe to use from any thread.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"

namespace daybreak::trust {

using OrganizationId = Id<struct OrganizationTag>;
using MemberId = Id<struct MemberTag>;
using SessionId = Id<struct SessionTag>;

enum class OrganizationKind : std::uint8_t {
  kVictimServiceProvider,
  kLawEnforcement,
  kProsecution,
  kCourt,
  kLaborInspection,
  kHealth,
  kHousing,
  kLegal,
  kEmployment,
  kSchool,
  kTribal,
  kFunder,
  kTechnicalAssistance,
  kBusiness,
  kOther,
};
inline constexpr std::size_t kOrganizationKinds = 15;
// "victim_service_provider"; the code in the store, in files and in the policy.
std::string_view code_of(OrganizationKind kind);
std::optional<OrganizationKind> organization_kind_from(std::string_view code);

// What an organisation is to the task force that this node serves.
enum class Standing : std::uint8_t { kTaskForce, kPartner };
std::string_view code_of(Standing standing);  // "task_force", "partner"
std::optional<Standing> standing_from(std::string_view code);

enum class Role : std::uint8_t {
  kAdministrator,    // the node: accounts, organisations, settings, backups; no content by itself
  kCoordinator,      // runs the task force: commons content of every kind, findings, guide
  kDirectoryEditor,  // edits the resource directory
  kConfidentialReader,  // may see confidential places of the directory
  kAdvocate,            // works with survivors in a service provider's vault
  kInvestigator,
  kProsecutor,
  kCourtStaff,
  kLaborInspector,
  kTrainer,  // training and technical assistance
  kGrantManager,
  kAnalyst,
  kAuditor,         // reads the audit log, changes nothing
  kAccountSteward,  // members and roles of the own organisation only
};
inline constexpr std::size_t kRoles = 14;
std::string_view code_of(Role role);  // "directory_editor"
std::optional<Role> role_from(std::string_view code);

// True for roles whose power reaches beyond the member's own organisation: only who may
// "grant_shared_role" gives them, or acts on the account of someone who has one.
bool is_shared(Role role);

class Roles {
 public:
  Roles() = default;
  Roles(std::initializer_list<Role> roles) {
    for (const Role role : roles) add(role);
  }
  void add(Role role) { bits_.set(static_cast<std::size_t>(role)); }
  bool has(Role role) const { return bits_.test(static_cast<std::size_t>(role)); }
  bool has_any_of(const Roles& other) const { return (bits_ & other.bits_).any(); }
  bool empty() const { return bits_.none(); }
  bool any_shared() const;
  std::vector<Role> list() const;
  bool operator==(const Roles&) const = default;

 private:
  std::bitset<kRoles> bits_;
};

// The one who asks. The public has no account and leaves no trace; the system is a job or a command
// started by someone who owns the data directory.
struct Actor {
  enum class Kind : std::uint8_t { kPublic, kMember, kSystem };
  Kind kind = Kind::kPublic;
  MemberId member;
  OrganizationId organization;
  OrganizationKind organization_kind = OrganizationKind::kOther;
  Standing standing = Standing::kPartner;
  Roles roles;
  SessionId session;
  std::optional<Instant> confirmed_at;  // when password or code was last given, for sensitive acts
  std::string source;  // "web", "api", "cli", "job:mail"; recorded in the audit log
  std::string origin;  // pseudonym of the network address, or empty

  static Actor anyone() { return {}; }
  static Actor system(std::string source);
  bool is_member() const { return kind == Kind::kMember; }
};

}  // namespace daybreak::trust
