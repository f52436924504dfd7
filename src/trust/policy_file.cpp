// SPDX-License-Identifier: AGPL-3.0-or-later
// Reads a policy file. Strict: an unknown word, key or code is an error, since a rule that does not
// mean what it says is worse than none.
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <set>
#include <toml++/toml.h>

#include "trust/policy_tables.hpp"

namespace daybreak::trust {
namespace {

using Words = std::vector<std::string>;

tl::unexpected<Error> wrong(std::string_view rule, std::string message) {
  return fail(ErrorKind::kInvalid, std::move(message), fmt::format("policy rule \"{}\"", rule));
}

Result<Words> words_of(const toml::table& table, std::string_view key, std::string_view rule) {
  Words words;
  const toml::node* node = table.get(key);
  if (node == nullptr) return words;
  const toml::array* array = node->as_array();
  if (array == nullptr || array->empty())
    return wrong(rule, fmt::format("\"{}\" is not a list of words", key));
  for (const toml::node& element : *array) {
    const auto word = element.value<std::string>();
    if (!word) return wrong(rule, fmt::format("\"{}\" is not a list of words", key));
    words.push_back(*word);
  }
  return words;
}

// The words of `key` as a set of bits, by a function that gives a word's number.
template <typename Number>
Result<std::uint32_t> bits_of(const toml::table& table, std::string_view key, std::string_view rule,
                              Number number) {
  std::uint32_t bits = 0;
  for (const std::string& word : TRY(words_of(table, key, rule))) {
    const auto index = number(word);
    if (!index) return wrong(rule, fmt::format("\"{}\" is not a word for \"{}\"", word, key));
    bits |= 1u << static_cast<std::size_t>(*index);
  }
  return bits;
}

template <std::size_t count>
auto index_in(const std::array<std::string_view, count>& codes) {
  return [&codes](std::string_view word) -> std::optional<std::size_t> {
    const auto found = std::find(codes.begin(), codes.end(), word);
    if (found == codes.end()) return std::nullopt;
    return static_cast<std::size_t>(found - codes.begin());
  };
}

constexpr std::array<std::string_view, 3> kActors = {"public", "member", "system"};
constexpr std::array<std::string_view, 5> kRelations = {"owner", "named", "self", "unowned",
                                                        "stranger"};
constexpr std::array<std::string_view, 14> kKeys = {
    "id",    "why",      "effect",    "types",     "actions",  "actors",    "roles",
    "kinds", "standing", "audiences", "relations", "purposes", "confirmed", "note"};

Result<std::unique_ptr<Rule>> read_rule(const toml::table& table) {
  auto rule = std::make_unique<Rule>();
  rule->id = table["id"].value_or(std::string());
  if (rule->id.empty()) return wrong("?", "a rule has no id");
  for (const auto& [key, node] : table)
    if (!index_in(kKeys)(key.str()))
      return wrong(rule->id, fmt::format("\"{}\" is not a condition", key.str()));
  rule->why = table["why"].value_or(std::string());
  if (rule->why.empty()) return wrong(rule->id, "a rule has no reason (why)");
  const std::string effect = table["effect"].value_or(std::string());
  if (effect != "permit" && effect != "forbid")
    return wrong(rule->id, "the effect is neither permit nor forbid");
  rule->forbids = effect == "forbid";
  rule->confirmed = table["confirmed"].value_or(false);
  if (rule->forbids && rule->confirmed)
    return wrong(rule->id, "a rule that forbids cannot ask for confirmation");
  rule->actors = TRY(bits_of(table, "actors", rule->id, index_in(kActors)));
  rule->relations = TRY(bits_of(table, "relations", rule->id, index_in(kRelations)));
  rule->kinds = TRY(bits_of(table, "kinds", rule->id, organization_kind_from));
  rule->standing = TRY(bits_of(table, "standing", rule->id, standing_from));
  rule->audiences = TRY(bits_of(table, "audiences", rule->id, audience_from));
  rule->purposes = TRY(words_of(table, "purposes", rule->id));
  for (const std::string& word : TRY(words_of(table, "roles", rule->id))) {
    const auto role = role_from(word);
    if (!role) return wrong(rule->id, fmt::format("\"{}\" is not a role", word));
    rule->roles.add(*role);
  }
  return rule;
}

Result<void> read_vocabulary(const toml::table& file, Policy::Tables& tables) {
  const toml::table* vocabulary = file["vocabulary"].as_table();
  if (vocabulary == nullptr) return wrong("?", "the file has no [vocabulary]");
  for (const auto& [type, node] : *vocabulary) {
    const std::string name(type.str());
    for (const std::string& action : TRY(words_of(*vocabulary, name, "[vocabulary]")))
      tables.rules[name][action];
  }
  return {};
}

// Files the rule under each type and action it names; a forbidding rule without actions is for all.
Result<void> place_rule(const toml::table& table, const Rule& rule, Policy::Tables& tables) {
  const Words types = TRY(words_of(table, "types", rule.id));
  const Words actions = TRY(words_of(table, "actions", rule.id));
  if (types.empty() || (actions.empty() && !rule.forbids))
    return wrong(rule.id, "types or actions are missing");
  std::set<std::string> used;
  for (const std::string& type : types) {
    const auto found = tables.rules.find(type);
    if (found == tables.rules.end())
      return wrong(rule.id, fmt::format("\"{}\" is not in the vocabulary", type));
    for (auto& [action, rules] : found->second) {
      if (!actions.empty() && std::find(actions.begin(), actions.end(), action) == actions.end())
        continue;
      used.insert(action);
      rules.push_back(&rule);
    }
  }
  for (const std::string& action : actions)
    if (!used.contains(action))
      return wrong(rule.id, fmt::format("no type of the rule has the action \"{}\"", action));
  return {};
}

}  // namespace

Result<void> read_policy(std::string_view text, Policy::Tables& tables) {
  toml::table file;
  try {
    file = toml::parse(text);
  } catch (const toml::parse_error& error) {
    return fail(ErrorKind::kInvalid, std::string(error.description()),
                fmt::format("policy line {}", error.source().begin.line));
  }
  TRY(read_vocabulary(file, tables));
  tables.confirmation =
      std::chrono::minutes(file["confirmation_minutes"].value_or<std::int64_t>(5));
  const toml::array* rules = file["rule"].as_array();
  if (rules == nullptr) return wrong("?", "the file has no rules");
  std::set<std::string> ids;
  for (const toml::node& node : *rules) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return wrong("?", "a rule is not a table");
    auto rule = TRY(read_rule(*table));
    if (!ids.insert(rule->id).second) return wrong(rule->id, "two rules have this id");
    TRY(place_rule(*table, *rule, tables));
    tables.all.push_back(std::move(rule));
  }
  for (auto& [type, actions] : tables.rules)
    for (auto& [action, list] : actions)
      std::stable_partition(list.begin(), list.end(),
                            [](const Rule* rule) { return rule->forbids; });
  return {};
}

}  // namespace daybreak::trust
