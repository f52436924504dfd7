// SPDX-License-Identifier: AGPL-3.0-or-later
// Who may use a service, as a small tree of rules, and whether given facts fit it: yes, no, or
// unknown with what to ask. The facts are of one search; nothing here is kept. Pure functions.
//
//   {"all": [{"age": {"min": 18}}, {"any": [{"gender": ["female", "transgender"]}, {"dependants":
//   true}]},
//            {"trafficking": ["sex", "labor"]}]}
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "language/words.hpp"

namespace daybreak::directory {

// What the one who searches has said; what is not said is unknown.
struct Facts {
  std::optional<int> age;
  std::optional<std::string> gender;                 // "female", "male", "transgender", "nonbinary"
  std::optional<std::set<std::string>> trafficking;  // "sex", "labor"
  std::optional<std::string> immigration;            // "citizen", "permanent", "visa", "none"
  std::optional<std::string> county;                 // FIPS, five digits
  std::optional<std::string> state;                  // postal code, "NY"
  std::optional<bool> dependants;
  std::optional<bool> pets;
  std::optional<bool> veteran;
  std::optional<bool> disability;
  std::optional<bool> pregnant;
};

enum class Fit : std::uint8_t { kNo, kUnknown, kYes };

struct Verdict {
  Fit fit = Fit::kUnknown;
  // The rules that decided: for kNo those that do not hold, for kUnknown those to ask about.
  std::vector<std::string> reasons;  // in words such as "18 or older"
  std::vector<std::string> ask;      // the facts to ask for: "age", "county"
};

// Checks a rule tree: names, values, depth at most 8, at most 200 rules.
Result<void> check_rule(const Json& rule);
// Evaluates a checked rule; what is malformed counts as unknown.
Verdict evaluate(const Json& rule, const Facts& facts,
                 const language::Words& t = language::Words(language::Language::kEnglish));
// The rule as a sentence; the English one is for eligibility_description.
std::string describe_rule(const Json& rule,
                          const language::Words& t = language::Words(language::Language::kEnglish));

}  // namespace daybreak::directory
