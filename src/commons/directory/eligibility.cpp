// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/eligibility.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "geography/geography.hpp"

namespace daybreak::directory {
namespace {

using language::MessageId;
using language::to_translate;
using language::Words;

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

// "a", "a or b", "a, b or c"
std::string join_with(std::vector<std::string> parts, MessageId last_two, const Words& t) {
  if (parts.size() < 2) return parts.empty() ? std::string() : parts.front();
  const std::string end = parts.back();
  parts.pop_back();
  return t(last_two, {join(parts, ", "), end});
}

bool is_flag_rule(std::string_view name) {
  return name == "dependants" || name == "pets" || name == "veteran" || name == "disability" ||
         name == "pregnant";
}
bool is_word_rule(std::string_view name) {
  return name == "gender" || name == "trafficking" || name == "immigration" || name == "county" ||
         name == "state";
}

std::string describe_age(const Json& range, const Words& t) {
  const Json* least = range.find("min");
  const Json* most = range.find("max");
  if (least && most) return t("aged {0} to {1}", {to_text(*least), to_text(*most)});
  if (least) return t("{0} or older", {to_text(*least)});
  if (most) return t("{0} or younger", {to_text(*most)});
  return std::string(t("any age"));
}

std::string_view describe_flag(std::string_view name, bool wanted, const Words& t) {
  if (name == "dependants")
    return wanted ? t("with dependent children") : t("without dependent children");
  if (name == "pets") return wanted ? t("with pets") : t("without pets");
  if (name == "veteran") return wanted ? t("veterans") : t("not veterans");
  if (name == "pregnant") return wanted ? t("pregnant") : t("not pregnant");
  return wanted ? t("people with a disability") : t("people without a disability");
}

// A value of a rule in words; what is not of our lists is shown as it stands.
std::string describe_value(std::string_view rule, const std::string& value, const Words& t) {
  if (rule == "county") {
    const auto fips = geography::CountyFips::parse(value);
    const geography::County* county = fips ? geography::find_county(*fips) : nullptr;
    return county ? std::string(county->name) + ", " + std::string(county->state) : value;
  }
  struct Word {
    std::string_view rule, value;
    MessageId words;
  };
  static constexpr Word kWords[] = {
      {"gender", "female", to_translate("female")},
      {"gender", "male", to_translate("male")},
      {"gender", "transgender", to_translate("transgender")},
      {"gender", "nonbinary", to_translate("nonbinary")},
      {"gender", "any", to_translate("any gender")},
      {"immigration", "citizen", to_translate("citizens")},
      {"immigration", "permanent", to_translate("permanent residents")},
      {"immigration", "visa", to_translate("people with a visa")},
      {"immigration", "none", to_translate("people without papers")},
      {"immigration", "any", to_translate("any immigration status")},
  };
  for (const Word& word : kWords)
    if (word.rule == rule && word.value == value) return std::string(t(word.words));
  return value;
}

std::string describe_words(std::string_view name, const std::vector<std::string>& values,
                           const Words& t) {
  if (name == "trafficking") {
    const bool sex = std::ranges::find(values, "sex") != values.end();
    const bool labor = std::ranges::find(values, "labor") != values.end();
    if (sex && labor) return std::string(t("survivors of sex or labor trafficking"));
    if (sex) return std::string(t("survivors of sex trafficking"));
    if (labor) return std::string(t("survivors of labor trafficking"));
  }
  std::vector<std::string> said;
  for (const std::string& value : values) said.push_back(describe_value(name, value, t));
  const std::string list = join_with(std::move(said), to_translate("{0} or {1}"), t);
  if (name == "county" || name == "state") return t("living in {0}", {list});
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

Verdict combine(const JsonArray& rules, const Facts& facts, Fit strongest, const Words& t) {
  const Fit weakest = strongest == Fit::kNo ? Fit::kYes : Fit::kNo;
  Verdict unknown{Fit::kUnknown, {}, {}}, weak{weakest, {}, {}};
  bool has_unknown = false;
  for (const Json& rule : rules) {
    Verdict one = evaluate(rule, facts, t);
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

Verdict evaluate(const Json& rule, const Facts& facts, const Words& t) {
  const JsonMember* member = only_member(rule);
  if (!member) return {};
  if (const JsonArray* items = member->value.if_array();
      items && (member->key == "all" || member->key == "any"))
    return combine(*items, facts, member->key == "all" ? Fit::kNo : Fit::kYes, t);
  if (member->key == "not") {
    Verdict inner = evaluate(member->value, facts, t);
    if (inner.fit != Fit::kUnknown) {
      inner.fit = inner.fit == Fit::kYes ? Fit::kNo : Fit::kYes;
      inner.reasons = {describe_rule(rule, t)};
    }
    return inner;
  }
  Verdict verdict{fits_leaf(*member, facts), {describe_rule(rule, t)}, {}};
  if (verdict.fit == Fit::kUnknown) verdict.ask.push_back(member->key);
  return verdict;
}

std::string describe_rule(const Json& rule, const Words& t) {
  const JsonMember* member = only_member(rule);
  if (!member) return {};
  if (const JsonArray* items = member->value.if_array();
      items && (member->key == "all" || member->key == "any")) {
    std::vector<std::string> parts;
    for (const Json& item : *items) {
      const JsonMember* inner = only_member(item);
      const bool nested = inner && (inner->key == "all" || inner->key == "any");
      parts.push_back(nested ? "(" + describe_rule(item, t) + ")" : describe_rule(item, t));
    }
    const MessageId last_two =
        member->key == "all" ? to_translate("{0} and {1}") : to_translate("{0} or {1}");
    return join_with(std::move(parts), last_two, t);
  }
  if (member->key == "not") return t("not {0}", {describe_rule(member->value, t)});
  if (member->key == "age") return describe_age(member->value, t);
  if (is_flag_rule(member->key))
    return std::string(
        describe_flag(member->key, member->value.if_bool() && *member->value.if_bool(), t));
  return describe_words(member->key, words(member->value), t);
}

}  // namespace daybreak::directory
