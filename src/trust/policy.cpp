// SPDX-License-Identifier: AGPL-3.0-or-later
#include "trust/policy.hpp"

#include <array>

#include "embedded/policy.hpp"
#include "trust/policy_tables.hpp"

namespace daybreak::trust {
namespace {

constexpr std::array<std::string_view, 4> kAudienceCodes = {"public", "task_force", "partner",
                                                            "confidential"};

constexpr std::uint32_t bit(std::size_t index) { return 1u << index; }

// How the actor stands to the object; several may hold.
std::uint32_t relations_of(const Actor& actor, const Object& object) {
  std::uint32_t found = 0;
  if (object.owner.is_nil()) found |= bit(kUnowned);
  if (!actor.is_member()) return found | bit(kStranger);
  bool close = false;
  if (!object.owner.is_nil() && object.owner == actor.organization) {
    found |= bit(kOwner);
    close = true;
  }
  if (!actor.organization.is_nil() && std::find(object.partners.begin(), object.partners.end(),
                                                actor.organization) != object.partners.end()) {
    found |= bit(kNamed);
    close = true;
  }
  if (!object.subject.is_nil() && object.subject == actor.member) found |= bit(kSelf);
  return close ? found : found | bit(kStranger);
}

struct Facts {
  const Actor& actor;
  std::uint32_t actor_kind, kind, standing, audience, relations;
  std::string_view purpose;
  bool confirmed;
};

bool holds(std::uint32_t allowed, std::uint32_t actual) {
  return allowed == 0 || (allowed & actual) != 0;
}

// All conditions but the confirmation.
bool applies(const Rule& rule, const Facts& facts) {
  if (!holds(rule.actors, facts.actor_kind) || !holds(rule.audiences, facts.audience) ||
      !holds(rule.relations, facts.relations))
    return false;
  if (rule.kinds != 0 || rule.standing != 0 || !rule.roles.empty()) {
    if (!facts.actor.is_member()) return false;
    if (!holds(rule.kinds, facts.kind) || !holds(rule.standing, facts.standing)) return false;
    if (!rule.roles.empty() && !rule.roles.has_any_of(facts.actor.roles)) return false;
  }
  return rule.purposes.empty() || std::find(rule.purposes.begin(), rule.purposes.end(),
                                            facts.purpose) != rule.purposes.end();
}

bool is_confirmed(const Actor& actor, Instant now, std::chrono::minutes limit) {
  return actor.confirmed_at && *actor.confirmed_at <= now && now - *actor.confirmed_at <= limit;
}

}  // namespace

std::string_view code_of(Audience audience) {
  return kAudienceCodes.at(static_cast<std::size_t>(audience));
}
std::optional<Audience> audience_from(std::string_view code) {
  for (std::size_t i = 0; i < kAudienceCodes.size(); ++i)
    if (kAudienceCodes[i] == code) return static_cast<Audience>(i);
  return std::nullopt;
}

Policy::Policy(std::unique_ptr<Tables> tables) : tables_(std::move(tables)) {}
Policy::Policy(Policy&&) noexcept = default;
Policy& Policy::operator=(Policy&&) noexcept = default;
Policy::~Policy() = default;

Result<Policy> Policy::parse(std::string_view toml) {
  auto tables = std::make_unique<Tables>();
  TRY(read_policy(toml, *tables));
  return Policy(std::move(tables));
}

const Policy& Policy::standard() {
  static const Policy policy = [] {
    auto parsed = parse(*embedded::policy().find("policy.toml"));
    if (!parsed) throw std::logic_error("data/policy/policy.toml: " + parsed.error().describe());
    return std::move(*parsed);
  }();
  return policy;
}

Decision Policy::decide(const Actor& actor, Action action, const Object& object, Purpose purpose,
                        Instant now) const {
  const auto* rules = tables_->find(object.type, action.code);
  if (rules == nullptr) return {false, "unknown-word", false};
  const Facts facts{actor,
                    bit(static_cast<std::size_t>(actor.kind)),
                    bit(static_cast<std::size_t>(actor.organization_kind)),
                    bit(static_cast<std::size_t>(actor.standing)),
                    bit(static_cast<std::size_t>(object.audience)),
                    relations_of(actor, object),
                    purpose.code,
                    is_confirmed(actor, now, tables_->confirmation)};
  Decision decision;
  for (const Rule* rule : *rules) {  // rules that forbid come first
    if (!applies(*rule, facts)) continue;
    if (rule->forbids) return {false, rule->id, false};
    if (rule->confirmed && !facts.confirmed) {
      decision = {false, rule->id, true};
      continue;
    }
    return {true, rule->id, false};
  }
  return decision;
}

bool Policy::knows(std::string_view type, std::string_view action) const {
  return tables_->find(type, action) != nullptr;
}

std::vector<std::pair<std::string, std::string>> Policy::vocabulary() const {
  std::vector<std::pair<std::string, std::string>> words;
  for (const auto& [type, actions] : tables_->rules)
    for (const auto& [action, rules] : actions) words.emplace_back(type, action);
  return words;
}

Decision decide(const Actor& actor, Action action, const Object& object, Purpose purpose,
                Instant now) {
  return Policy::standard().decide(actor, action, object, purpose, now);
}

}  // namespace daybreak::trust
