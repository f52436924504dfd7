// SPDX-License-Identifier: AGPL-3.0-or-later
// The one decision function. Pages, API, commands, feeds and jobs all ask it, for each object, at
// each use; a decision is never kept. The rules are data: data/policy/policy.toml, put into the
// program. What no rule permits is denied; a rule that forbids overrides all that permit. Pure and
// safe to use from any thread.
//
//   const auto decision = trust::decide(actor, {"edit"}, {.type = "service", .owner = provider},
//   {}, clock.now()); if (!decision) return not_found();     // hidden and absent give the same
//   answer
//
// To decide, record a denial and fail as "absent" in one step, use Gatekeeper
// (trust/gatekeeper.hpp).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "trust/actor.hpp"

namespace daybreak::trust {

// Who may see a record of the commons at all.
enum class Audience : std::uint8_t {
  kPublic,        // everyone
  kTaskForce,     // members of organisations of the task force
  kPartner,       // the owner and the organisations named in Object::partners
  kConfidential,  // the owner, organisations named, and roles cleared for confidential places
};
std::string_view code_of(Audience audience);  // "public", "task_force", "partner", "confidential"
std::optional<Audience> audience_from(std::string_view code);

// Words of the policy file: a type, action or purpose that the file does not list is always denied.
struct Action {
  std::string_view code;  // "read", "list", "count", "search", "export", "edit", …
};
struct Purpose {
  std::string_view code;  // "" is none in particular
};

struct Object {
  std::string_view type;                        // "service", "member", "audit_log", …
  OrganizationId owner;                         // nil: the task force itself
  Audience audience = Audience::kConfidential;  // the safe default
  std::span<const OrganizationId>
      partners;      // for kPartner and kConfidential; must outlive the call
  MemberId subject;  // the member whom the record is about, for "self" rules
};

struct Decision {
  bool allowed = false;
  std::string_view rule = "default-deny";  // the rule's id; lives as long as the policy
  // True when the only thing missing is a fresh confirmation of identity: ask for it and try again.
  bool confirmation_would_help = false;
  explicit operator bool() const { return allowed; }
};

class Policy {
 public:
  // Reads a policy file; names the rule and word that is wrong.
  static Result<Policy> parse(std::string_view toml);
  // The one in the program.
  static const Policy& standard();

  Policy(Policy&&) noexcept;
  Policy& operator=(Policy&&) noexcept;
  ~Policy();

  Decision decide(const Actor& actor, Action action, const Object& object, Purpose purpose,
                  Instant now) const;
  bool knows(std::string_view type, std::string_view action) const;
  // Every (type, action) of the file, for tests that walk all of them.
  std::vector<std::pair<std::string, std::string>> vocabulary() const;

  struct Tables;  // trust/policy_tables.hpp

 private:
  explicit Policy(std::unique_ptr<Tables> tables);
  std::unique_ptr<Tables> tables_;
};

// By the policy in the program.
Decision decide(const Actor& actor, Action action, const Object& object, Purpose purpose,
                Instant now);

}  // namespace daybreak::trust
