// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/eligibility.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace daybreak::directory {
namespace {

// The one member of a rule: its name and argument.
const JsonMember* only_member(const Json& rule) {
  const JsonObject* members = rule.if_object();
  return members && members->size() == 1 ? &members->front() : nullptr;
}

std::vector<std::string> words(const Json& value) {
  std::vector<std::string> out;
  if (const std::string* one = value.if_string()) out.push_back(*one);
  if (const JsonArray* items = value.if_array())
    for (const Json& item : *items)
      if (item.if_string()) out.push_back(*item.if_string());
  return out;
}

std::string join_with(std::vector<std::string> parts, std::string_view last) {
  if (parts.size() < 2) return parts.empty() ? std::string() : parts.front();
  const std::string end = parts.back();
  parts.pop_back();
  return join(parts, ", ") + " " + std::string(last) + " " + end;
}

bool is_flag_rule(std::string_view name) {
  return name == "dependants" || name == "pets" || name == "veteran" || name == "disability" ||
         name == "pregnant";
}
bool is_word_rule(std::string_view name) {
  return name == "gender" || name == "trafficking" || name == "immigration" || name == "county" ||
         name == "state";
}

std::string describe_age(const Json& range) {
  const Json* least = range.find("min");
  const Json* most = range.find("max");
  if (least && most) return "aged " + to_text(*least) + " to " + to_text(*most);
  if (least) return to_text(*least) + " or older";
  if (most) return to_text(*most) + " or younger";
  return "any age";
}

std::string describe_flag(std::string_view name, bool wanted) {
  if (name == "dependants")
    return wanted ? "with dependent children" : "without dependent children";
  if (name == "pets") return wanted ? "with pets" : "without pets";
  if (name == "veteran") return wanted ? "veterans" : "not veterans";
  if (name == "pregnant") return wanted ? "pregnant" : "not pregnant";
  return wanted ? "people with a disability" : "people without a disability";
}

std::string describe_words(std::string_view name, const std::vector<std::string>& values) {
  const std::string list = join_with(values, "or");
  if (name == "trafficking") return "survivors of " + list + " trafficking";
  if (name == "immigration") return "immigration status " + list;
  if (name == "county") return "living in county " + list;
  if (name == "state") return "living in " + list;
  return list;
}

const std::optional<std::string>& word_fact(const Facts& facts, std::string_view name) {
  if (name == "gender") return facts.gender;
  if (name == "immigration") return facts.immigration;
  if (name == "county") return facts.county;
  return facts.state;
}

const std::optional<bool>& flag_fact(const Facts& facts, std::string_view name) {
  if (name == "dependants") return facts.dependants;
  if (name == "pets") return facts.pets;
  if (name == "veteran") return facts.veteran;
  if (name == "pregnant") return facts.pregnant;
  return facts.disability;
}

Fit fits_leaf(const JsonMember& rule, const Facts& facts) {
  const std::string_view name = rule.key;
  if (name == "age") {
    if (!facts.age) return Fit::kUnknown;
    const Json* least = rule.value.find("min");
    const Json* most = rule.value.find("max");
    const bool inside = (!least || *facts.age >= least->if_number().value_or(0)) &&
                        (!most || *facts.age <= most->if_number().value_or(999));
    return inside ? Fit::kYes : Fit::kNo;
  }
  const std::vector<std::string> allowed = words(rule.value);
  const auto allows = [&](const std::string& word) {
    return std::ranges::find(allowed, word) != allowed.end();
  };
  if (name == "trafficking") {
    if (!facts.trafficking) return Fit::kUnknown;
    return std::ranges::any_of(*facts.trafficking, allows) ? Fit::kYes : Fit::kNo;
  }
  if (is_word_rule(name)) {
    if (allows("any")) return Fit::kYes;
    const auto& fact = word_fact(facts, name);
    return !fact ? Fit::kUnknown : allows(*fact) ? Fit::kYes : Fit::kNo;
  }
  if (is_flag_rule(name)) {
    const auto& fact = flag_fact(facts, name);
    if (!fact || !rule.value.if_bool()) return Fit::kUnknown;
    return *fact == *rule.value.if_bool() ? Fit::kYes : Fit::kNo;
  }
  return Fit::kUnknown;
}

Verdict combine(const JsonArray& rules, const Facts& facts, Fit strongest) {
  const Fit weakest = strongest == Fit::kNo ? Fit::kYes : Fit::kNo;
  Verdict unknown{Fit::kUnknown, {}, {}}, weak{weakest, {}, {}};
  bool has_unknown = false;
  for (const Json& rule : rules) {
    Verdict one = evaluate(rule, facts);
    if (one.fit == strongest) return one;
    Verdict& into = one.fit == Fit::kUnknown ? unknown : weak;
    has_unknown = has_unknown || one.fit == Fit::kUnknown;
    into.reasons.insert(into.reasons.end(), one.reasons.begin(), one.reasons.end());
    into.ask.insert(into.ask.end(), one.ask.begin(), one.ask.end());
  }
  return has_unknown ? unknown : weak;
}

Result<void> check(const Json& rule, int depth, int& count) {
  const JsonMember* member = only_member(rule);
  if (!member || depth > 8 || ++count > 200) {
    return fail(ErrorKind::kInvalid, "is no eligibility rule, or too large a one",
                "field eligibility_rule", "Write rules such as {\"age\": {\"min\": 18}}");
  }
  if (member->key == "all" || member->key == "any") {
    const JsonArray* items = member->value.if_array();
    if (!items || items->empty())
      return fail(ErrorKind::kInvalid, "has an empty list",
                  "field eligibility_rule." + member->key);
    for (const Json& item : *items) TRY(check(item, depth + 1, count));
    return {};
  }
  if (member->key == "not") return check(member->value, depth + 1, count);
  const bool known = (member->key == "age" && member->value.is_object()) ||
                     (is_word_rule(member->key) && !words(member->value).empty()) ||
                     (is_flag_rule(member->key) && member->value.is_bool());
  if (known) return {};
  return fail(ErrorKind::kInvalid, "knows no rule like this",
              "field eligibility_rule." + member->key);
}

}  // namespace

Result<void> check_rule(const Json& rule) {
  int count = 0;
  return check(rule, 0, count);
}

Verdict evaluate(const Json& rule, const Facts& facts) {
  const JsonMember* member = only_member(rule);
  if (!member) return {};
  if (const JsonArray* items = member->value.if_array();
      items && (member->key == "all" || member->key == "any"))
    return combine(*items, facts, member->key == "all" ? Fit::kNo : Fit::kYes);
  if (member->key == "not") {
    Verdict inner = evaluate(member->value, facts);
    if (inner.fit != Fit::kUnknown) {
      inner.fit = inner.fit == Fit::kYes ? Fit::kNo : Fit::kYes;
      inner.reasons = {describe_rule(rule)};
    }
    return inner;
  }
  Verdict verdict{fits_leaf(*member, facts), {describe_rule(rule)}, {}};
  if (verdict.fit == Fit::kUnknown) verdict.ask.push_back(member->key);
  return verdict;
}

std::string describe_rule(const Json& rule) {
  const JsonMember* member = only_member(rule);
  if (!member) return {};
  if (const JsonArray* items = member->value.if_array();
      items && (member->key == "all" || member->key == "any")) {
    std::vector<std::string> parts;
    for (const Json& item : *items) {
      const JsonMember* inner = only_member(item);
      const bool nested = inner && (inner->key == "all" || inner->key == "any");
      parts.push_back(nested ? "(" + describe_rule(item) + ")" : describe_rule(item));
    }
    return join_with(std::move(parts), member->key == "all" ? "and" : "or");
  }
  if (member->key == "not") return "not " + describe_rule(member->value);
  if (member->key == "age") return describe_age(member->value);
  if (is_flag_rule(member->key))
    return describe_flag(member->key, member->value.if_bool() && *member->value.if_bool());
  return describe_words(member->key, words(member->value));
}

}  // namespace daybreak::directory
