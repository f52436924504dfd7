// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside trust/ only: a policy file as decide() uses it. Read once, then never changed.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "trust/policy.hpp"

namespace daybreak::trust {

enum Relation : std::size_t {
  kOwner,
  kNamed,
  kSelf,
  kUnowned,
  kStranger
};  // stranger: neither owner nor named

// Conditions as sets of bits; an empty set is no condition.
struct Rule {
  std::string id, why;
  bool forbids = false;
  bool confirmed = false;
  std::uint32_t actors = 0, kinds = 0, standing = 0, audiences = 0, relations = 0;
  Roles roles;
  std::vector<std::string> purposes;
};

struct Policy::Tables {
  using RuleList = std::vector<const Rule*>;
  std::vector<std::unique_ptr<Rule>> all;
  std::map<std::string, std::map<std::string, RuleList, std::less<>>, std::less<>>
      rules;  // type, action
  std::chrono::minutes confirmation{5};

  const RuleList* find(std::string_view type, std::string_view action) const {
    const auto by_type = rules.find(type);
    if (by_type == rules.end()) return nullptr;
    const auto by_action = by_type->second.find(action);
    return by_action == by_type->second.end() ? nullptr : &by_action->second;
  }
};

// Reads a policy file into empty tables; names the rule and word that is wrong.
Result<void> read_policy(std::string_view toml, Policy::Tables& tables);

}  // namespace daybreak::trust
