// SPDX-License-Identifier: AGPL-3.0-or-later
// wall_permissions print          who may do what, as docs/permissions.md has it
// wall_permissions check FILE     the file says what decide() does; else 1
// wall_permissions mutants FILE   changes data/policy/policy.toml in every small way and counts the
//                                 changes that the table would not show, with the reason; 1 when
//                                 one in twenty has none
//
// The table is found by asking decide() every question of a grid, not by reading the rules.
#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <toml++/toml.h>

#include "base/text.hpp"
#include "trust/policy.hpp"

namespace {

using namespace daybreak;
using namespace daybreak::trust;

const Instant kNow{std::chrono::milliseconds(1'800'000'000'000)};

template <typename Id>
Id id_of(std::uint8_t number) {
  std::array<std::uint8_t, 16> bytes{};
  bytes[15] = number;
  return Id(Uuid(bytes));
}

constexpr std::uint8_t kOwn = 1, kOther = 2, kThird = 3;

// The grid. Each dimension is what may matter to a decision.
enum Dimension : std::size_t {
  kAudience,
  kRelation,
  kSelf,
  kStanding,
  kKind,
  kPurpose,
  kDimensions
};
constexpr const char* kNames[kDimensions] = {"audience", "record", "about",
                                             "standing", "kind",   "purpose"};
const std::vector<std::string> kWords[kDimensions] = {
    {"public", "task_force", "partner", "confidential"},
    {"own", "named on it", "another's", "nobody's"},
    {"someone else", "oneself"},
    {"task_force", "partner"},
    {"victim_service_provider", "other"},
    {"none", "assessment", "investigation", "command"}};
using Point = std::array<std::size_t, kDimensions>;

// How fresh the confirmation of identity must be: not at all, fresh, never enough.
constexpr std::int64_t kFresh = 299, kStale = 301;  // seconds
enum class Answer : std::uint8_t { kNo, kConfirmed, kYes, kEvenStale };

// Members by one role each, those without a role, the system and the public.
constexpr std::size_t kMembers = kRoles + 1, kSystem = kMembers, kPublic = kMembers + 1,
                      kAskers = kMembers + 2;
std::string name_of_asker(std::size_t asker) {
  if (asker == kSystem) return "the system";
  if (asker == kPublic) return "anyone";
  return asker == kRoles ? "any member" : std::string(code_of(static_cast<Role>(asker)));
}

Actor actor_at(const Point& point, std::size_t asker) {
  Actor actor;
  actor.kind = asker == kPublic   ? Actor::Kind::kPublic
               : asker == kSystem ? Actor::Kind::kSystem
                                  : Actor::Kind::kMember;
  if (asker >= kMembers) return actor;
  actor.member = id_of<MemberId>(kOwn);
  actor.organization = id_of<OrganizationId>(kOwn);
  actor.standing = *standing_from(kWords[kStanding][point[kStanding]]);
  actor.organization_kind = *organization_kind_from(kWords[kKind][point[kKind]]);
  if (asker < kRoles) actor.roles.add(static_cast<Role>(asker));
  return actor;
}

Answer ask(const Policy& policy, const std::string& type, const std::string& action,
           const Point& point, std::size_t asker) {
  static const std::vector<OrganizationId> own = {id_of<OrganizationId>(kOwn)},
                                           third = {id_of<OrganizationId>(kThird)};
  Actor actor = actor_at(point, asker);
  const std::size_t relation = point[kRelation];
  const Object object{.type = type,
                      .owner = relation == 0   ? id_of<OrganizationId>(kOwn)
                               : relation == 3 ? OrganizationId()
                                               : id_of<OrganizationId>(kOther),
                      .audience = static_cast<Audience>(point[kAudience]),
                      .partners = relation == 1 ? std::span(own) : std::span(third),
                      .subject = id_of<MemberId>(point[kSelf] == 1 ? kOwn : kOther)};
  const std::string& purpose = kWords[kPurpose][point[kPurpose]];
  const auto allowed = [&](std::optional<Instant> confirmed) {
    actor.confirmed_at = confirmed;
    return policy.decide(actor, {action}, object, {purpose == "none" ? "" : purpose}, kNow).allowed;
  };
  if (allowed({})) return Answer::kYes;
  if (allowed(kNow - std::chrono::seconds(kStale))) return Answer::kEvenStale;
  return allowed(kNow - std::chrono::seconds(kFresh)) ? Answer::kConfirmed : Answer::kNo;
}

// All answers to one (type, action): [asker][point].
constexpr std::size_t kPoints = 4 * 4 * 2 * 2 * 2 * 4;
Point point_number(std::size_t number) {
  Point point{};
  for (std::size_t d = 0; d < kDimensions; ++d) {
    point[d] = number % kWords[d].size();
    number /= kWords[d].size();
  }
  return point;
}
using Answers = std::vector<Answer>;
Answers answers_of(const Policy& policy, const std::string& type, const std::string& action) {
  Answers answers(kAskers * kPoints);
  for (std::size_t asker = 0; asker < kAskers; ++asker)
    for (std::size_t number = 0; number < kPoints; ++number)
      answers[asker * kPoints + number] = ask(policy, type, action, point_number(number), asker);
  return answers;
}

// Whether any answer changes along this dimension.
bool matters(const Answers& answers, std::size_t dimension) {
  std::size_t stride = 1;
  for (std::size_t d = 0; d < dimension; ++d) stride *= kWords[d].size();
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const std::size_t at = i % kPoints / stride % kWords[dimension].size();
    if (at > 0 && answers[i] != answers[i - stride]) return true;
  }
  return false;
}

// "administrator*, coordinator": those who may at this point; * after a fresh confirmation.
std::string askers_at(const Answers& answers, std::size_t number) {
  static constexpr const char* kMarks[] = {"", "*", "", " (MARK: stale confirmation)"};
  std::vector<std::string> names;
  const Answer any = answers[kRoles * kPoints + number];
  for (std::size_t asker = 0; asker < kAskers; ++asker) {
    const Answer answer = answers[asker * kPoints + number];
    if (answer == Answer::kNo || (asker < kRoles && answer == any)) continue;
    names.push_back(name_of_asker(asker) + kMarks[static_cast<std::size_t>(answer)]);
  }
  return join(names, ", ");
}

std::string text_of(const std::string& type, const std::string& action, const Answers& answers) {
  std::vector<std::size_t> dimensions;
  for (std::size_t d = 0; d < kDimensions; ++d)
    if (matters(answers, d)) dimensions.push_back(d);
  std::map<std::string, std::vector<std::string>> where_by_askers;
  std::vector<std::string> order;
  std::set<std::string> seen;
  for (std::size_t number = 0; number < kPoints; ++number) {
    const Point point = point_number(number);
    std::vector<std::string> words;
    for (const std::size_t d : dimensions) words.push_back(kWords[d][point[d]]);
    const std::string askers = askers_at(answers, number), where = join(words, ", ");
    if (askers.empty() || !seen.insert(where).second) continue;
    if (!where_by_askers.contains(askers)) order.push_back(askers);
    where_by_askers[askers].push_back(where);
  }
  std::vector<std::string> titles;
  for (const std::size_t d : dimensions) titles.emplace_back(kNames[d]);
  std::string text = fmt::format("\n### {} {}\n\n", type, action);
  if (order.empty()) return text + "Nobody.\n";
  for (const std::string& askers : order) {
    const std::string where = join(where_by_askers[askers], "; ");
    text += where.empty() ? fmt::format("- {}\n", askers)
                          : fmt::format("- {} \u2014 {}: {}\n", askers, join(titles, ", "), where);
  }
  return text;
}

constexpr const char* kHead =
    "# Who may do what\n\n"
    "Made by asking the one decision function every question of a grid "
    "(`scripts/update-permissions`); a test holds it "
    "to what the\nprogram does. Nothing else is permitted. `*` after a fresh confirmation of "
    "identity. \"own\" is a "
    "record of the member's own\norganisation; \"any member\" has no role. A line applies when one "
    "of its combinations "
    "does.\n";

std::string table(const Policy& policy) {
  std::string text = kHead;
  for (const auto& [type, action] : policy.vocabulary())
    text += text_of(type, action, answers_of(policy, type, action));
  return text;
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

int check(const std::string& path) {
  std::istringstream written(read_file(path)), actual(table(Policy::standard()));
  std::string a, b;
  for (int line = 1; std::getline(actual, b); ++line) {
    if (!std::getline(written, a)) a.clear();
    if (a == b) continue;
    fmt::print(
        "{} line {} says\n  {}\nbut it is\n  {}\nRead the change; if it is meant, run "
        "scripts/update-permissions\n",
        path, line, a, b);
    return 1;
  }
  return std::getline(written, a) ? 1 : 0;
}

struct Mutant {
  std::string what, policy;
  std::string alone, alone_before;  // the rule without all others, changed and as it was
  std::set<std::string> types;      // that the changed rule speaks of
};

// Every small change of one rule.
class Mutants {
 public:
  explicit Mutants(const toml::table& file) : file_(file) {}

  std::vector<Mutant> make() {
    const auto count = file_["rule"].as_array()->size();
    for (std::size_t i = 0; i < count; ++i) {
      rule_ = i;
      change_rule();
    }
    for (const int minutes : {4, 6}) {
      toml::table copy = file_;
      copy.insert_or_assign("confirmation_minutes", minutes);
      add(fmt::format("confirmation within {} minutes", minutes), copy, all_types());
    }
    return std::move(mutants_);
  }

 private:
  toml::table& rule_of(toml::table& file) { return *file["rule"].as_array()->at(rule_).as_table(); }
  std::string id() { return rule_of(file_)["id"].value_or(std::string()); }

  std::set<std::string> types() {
    std::set<std::string> found;
    for (const auto& type : *rule_of(file_)["types"].as_array())
      found.insert(type.value_or(std::string()));
    return found;
  }
  std::set<std::string> all_types() {
    std::set<std::string> found;
    for (const auto& [type, actions] : *file_["vocabulary"].as_table())
      found.insert(std::string(type.str()));
    return found;
  }

  void add(std::string what, const toml::table& file, std::set<std::string> types) {
    std::ostringstream text;
    text << file;
    mutants_.push_back({std::move(what), text.str(), {}, {}, std::move(types)});
  }
  template <typename Change>
  void with(const std::string& what, Change change) {
    toml::table copy = file_;
    change(rule_of(copy));
    add(id() + ": " + what, copy, types());
    mutants_.back().alone = alone(rule_of(copy));
    mutants_.back().alone_before = alone(rule_of(file_));
  }

  // A rule without all others; one that forbids under a rule that permits everything.
  std::string alone(const toml::table& rule) {
    toml::table file = file_;
    toml::array rules;
    if (rule["effect"].value_or(std::string()) == "forbid")
      for (const auto& [type, actions] : *file_["vocabulary"].as_table()) {
        const std::string name(type.str());
        rules.push_back(toml::table{{"id", "all-" + name},
                                    {"why", "everything"},
                                    {"effect", "permit"},
                                    {"types", toml::array{name}},
                                    {"actions", *actions.as_array()}});
      }
    rules.push_back(rule);
    file.insert_or_assign("rule", std::move(rules));
    std::ostringstream text;
    text << file;
    return text.str();
  }

  void change_rule() {
    {
      toml::table copy = file_;
      auto& rules = *copy["rule"].as_array();
      rules.erase(rules.begin() + static_cast<std::ptrdiff_t>(rule_));
      add(id() + ": without the rule", copy, types());
      mutants_.back().alone_before = alone(rule_of(file_));
      mutants_.back().alone = alone(toml::table{{"id", "none"},
                                                {"why", "nothing"},
                                                {"effect", "forbid"},
                                                {"types", toml::array{"audit_log"}},
                                                {"actors", toml::array{"public"}},
                                                {"roles", toml::array{"auditor"}}});
    }
    with("the other effect", [](toml::table& rule) {
      const bool permits = rule["effect"].value_or(std::string()) == "permit";
      rule.insert_or_assign("effect", permits ? "forbid" : "permit");
      rule.erase("confirmed");
    });
    if (rule_of(file_).contains("confirmed"))
      with("without confirmation", [](toml::table& rule) { rule.erase("confirmed"); });
    else
      with("with confirmation", [](toml::table& rule) { rule.insert("confirmed", true); });
    for (const char* key : {"types", "actions", "actors", "roles", "kinds", "standing", "audiences",
                            "relations", "purposes"})
      change_list(key);
  }

  void change_list(const char* key) {
    const toml::array* words = rule_of(file_)[key].as_array();
    if (words == nullptr) return;
    with(fmt::format("without {}", key), [&](toml::table& rule) { rule.erase(key); });
    for (std::size_t i = 0; words->size() > 1 && i < words->size(); ++i)
      with(fmt::format("without {} of {}", words->at(i).value_or(std::string()), key),
           [&](toml::table& rule) {
             auto& list = *rule[key].as_array();
             list.erase(list.begin() + static_cast<std::ptrdiff_t>(i));
           });
    static const std::map<std::string, std::vector<const char*>> kMore = {
        {"actors", {"public", "member", "system"}},
        {"roles", {"administrator", "coordinator", "advocate", "investigator", "auditor"}},
        {"standing", {"task_force", "partner"}},
        {"audiences", {"public", "task_force", "partner", "confidential"}},
        {"relations", {"owner", "named", "self", "unowned", "stranger"}}};
    const auto more = kMore.find(key);
    if (more == kMore.end()) return;
    for (const char* word : more->second)
      if (std::none_of(words->begin(), words->end(), [&](const toml::node& node) {
            return node.value_or(std::string()) == word;
          }))
        with(fmt::format("with {} among {}", word, key),
             [&](toml::table& rule) { rule[key].as_array()->push_back(word); });
  }

  toml::table file_;
  std::size_t rule_ = 0;
  std::vector<Mutant> mutants_;
};

using AllAnswers = std::map<std::pair<std::string, std::string>, Answers>;

AllAnswers all_answers(const Policy& policy, const std::set<std::string>& types) {
  AllAnswers all;
  for (const auto& pair : policy.vocabulary())
    if (types.contains(pair.first)) all[pair] = answers_of(policy, pair.first, pair.second);
  return all;
}

bool shows(const AllAnswers& usual, const Policy& mutated, const std::set<std::string>& types) {
  for (const auto& [pair, answers] : usual)
    if (types.contains(pair.first) && answers_of(mutated, pair.first, pair.second) != answers)
      return true;
  return false;
}

// Whether the change is one at all, when no other rule speaks of the same.
bool shows_alone(const Mutant& mutant) {
  const auto before = Policy::parse(mutant.alone_before), after = Policy::parse(mutant.alone);
  return before && after && shows(all_answers(*before, mutant.types), *after, mutant.types);
}

// Whether docs/permissions.md would read otherwise, and so its test fail.
bool changes_the_table(const AllAnswers& usual, const Policy& mutated) {
  for (const auto& [pair, answers] : usual) {
    const auto& [type, action] = pair;
    const Answers changed = answers_of(mutated, type, action);
    if (changed != answers && text_of(type, action, changed) != text_of(type, action, answers))
      return true;
  }
  return false;
}

struct Count {
  std::size_t refused = 0, killed = 0, survived = 0, doubled = 0, same = 0;
};

int count_mutants(const std::string& path) {
  const std::string text = read_file(path);
  const auto standard = Policy::parse(text);
  if (!standard) {
    fmt::print("{}\n", standard.error().describe());
    return 1;
  }
  std::set<std::string> types;
  for (const auto& [type, action] : standard->vocabulary()) types.insert(type);
  const AllAnswers usual = all_answers(*standard, types);
  Count count;
  for (const Mutant& mutant : Mutants(toml::parse(text)).make()) {
    const auto policy = Policy::parse(mutant.policy);
    if (!policy) {
      ++count.refused;  // its reader refuses it: it never decides
    } else if (shows(usual, *policy, mutant.types)) {
      const bool killed = changes_the_table(usual, *policy);
      ++(killed ? count.killed : count.survived);
      if (!killed) fmt::print("SURVIVED: {}\n", mutant.what);
    } else if (shows_alone(mutant)) {
      ++count.doubled;
      fmt::print("another rule says the same: {}\n", mutant.what);
    } else {
      ++count.same;
      fmt::print("means the same: {}\n", mutant.what);
    }
  }
  fmt::print(
      "[ figure  ] changes of the policy: {} killed by docs/permissions.md, {} survived, {} "
      "refused by "
      "the policy's reader; {} change no decision because another rule says the same, {} because "
      "the "
      "rule means the same\n",
      count.killed, count.survived, count.refused, count.doubled, count.same);
  return count.killed > 500 && count.survived * 19 <= count.killed ? 0 : 1;
}

}  // namespace

int main(int count, char** words) {
  const std::string what = count > 1 ? words[1] : "";
  if (what == "print") {
    fmt::print("{}", table(Policy::standard()));
    return 0;
  }
  if (what == "check" && count == 3) return check(words[2]);
  if (what == "mutants" && count == 3) return count_mutants(words[2]);
  fmt::print(stderr, "usage: wall_permissions print | check FILE | mutants POLICY\n");
  return 2;
}
