// SPDX-License-Identifier: AGPL-3.0-or-later
// wall_questions COUNT SEED: random questions to decide() and its answers, one a line, for an
// oracle that never saw our code (oracle.test.mjs). Columns are named in the first line; lists have
// commas, "-" is nothing, ids are small numbers.
#include <algorithm>
#include <cstdio>
#include <fmt/format.h>

#include "base/random.hpp"
#include "base/text.hpp"
#include "trust/policy.hpp"

namespace {

using namespace daybreak;
using namespace daybreak::trust;

const Instant kNow{std::chrono::milliseconds(1'800'000'000'000)};

template <typename Id>
Id id_of(std::uint64_t number) {
  std::array<std::uint8_t, 16> bytes{};
  bytes[15] = static_cast<std::uint8_t>(number);
  return Id(Uuid(bytes));
}

// Few ids, so that they often meet; 0 is nobody.
std::uint64_t some_id(Random& random) { return random.below(4); }

struct Question {
  std::string type, action, purpose;
  Actor actor;
  std::uint64_t organization = 0, member = 0, owner = 0, subject = 0;
  Audience audience = Audience::kPublic;
  std::vector<std::uint64_t> partners;
  std::optional<std::int64_t> confirmed_ms;  // before now; negative: in the future
};

class Asker {
 public:
  explicit Asker(std::uint64_t seed) : random_(seed) {
    for (const auto& [type, action] : Policy::standard().vocabulary()) {
      pairs_.emplace_back(type, action);
      actions_.push_back(action);
    }
  }

  Question ask() {
    Question q;
    const auto& pair = pairs_[random_.below(pairs_.size())];
    q.type = random_.below(500) == 0 ? "no_such_type" : pair.first;
    // Now and then an action of another type.
    q.action = random_.below(20) == 0 ? actions_[random_.below(actions_.size())] : pair.second;
    static constexpr std::string_view kPurposes[] = {
        "", "", "assessment", "command", "investigation", "curiosity"};
    q.purpose = kPurposes[random_.below(std::size(kPurposes))];
    q.owner = some_id(random_);
    q.subject = some_id(random_);
    q.audience = static_cast<Audience>(random_.below(4));
    for (std::uint64_t i = random_.below(3); i > 0; --i) q.partners.push_back(some_id(random_));
    fill(q);
    return q;
  }

 private:
  void fill(Question& q) {
    const auto roll = random_.below(10);
    q.actor.kind = roll == 0   ? Actor::Kind::kPublic
                   : roll == 1 ? Actor::Kind::kSystem
                               : Actor::Kind::kMember;
    q.organization = some_id(random_);
    q.member = some_id(random_);
    q.actor.organization = id_of<OrganizationId>(q.organization);
    q.actor.member = id_of<MemberId>(q.member);
    q.actor.organization_kind = static_cast<OrganizationKind>(random_.below(kOrganizationKinds));
    q.actor.standing = static_cast<Standing>(random_.below(2));
    for (std::uint64_t i = random_.below(4); i > 0; --i)
      q.actor.roles.add(static_cast<Role>(random_.below(kRoles)));
    static constexpr std::int64_t kAges[] = {0, 1, 299'999, 300'000, 300'001, 900'000, -1, -60'000};
    if (random_.below(2) == 0) q.confirmed_ms = kAges[random_.below(std::size(kAges))];
    if (q.confirmed_ms) q.actor.confirmed_at = kNow - std::chrono::milliseconds(*q.confirmed_ms);
  }

  SeededRandom random_;
  std::vector<std::pair<std::string, std::string>> pairs_;
  std::vector<std::string> actions_;
};

bool answer(const Question& q) {
  std::vector<OrganizationId> partners;
  for (const std::uint64_t one : q.partners) partners.push_back(id_of<OrganizationId>(one));
  const Object object{.type = q.type,
                      .owner = id_of<OrganizationId>(q.owner),
                      .audience = q.audience,
                      .partners = partners,
                      .subject = id_of<MemberId>(q.subject)};
  return decide(q.actor, {q.action}, object, {q.purpose}, kNow).allowed;
}

std::string_view name_of(Actor::Kind kind) {
  return kind == Actor::Kind::kPublic   ? "public"
         : kind == Actor::Kind::kMember ? "member"
                                        : "system";
}

void print(const Question& q) {
  std::vector<std::string> roles, partners;
  for (const Role role : q.actor.roles.list()) roles.emplace_back(code_of(role));
  for (const std::uint64_t one : q.partners) partners.push_back(std::to_string(one));
  const auto or_dash = [](std::string text) { return text.empty() ? std::string("-") : text; };
  fmt::print("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", q.type, q.action,
             or_dash(q.purpose), name_of(q.actor.kind), code_of(q.actor.organization_kind),
             code_of(q.actor.standing), or_dash(join(roles, ",")), q.organization, q.member,
             q.owner, code_of(q.audience), or_dash(join(partners, ",")), q.subject,
             q.confirmed_ms ? std::to_string(*q.confirmed_ms) : "-", answer(q) ? 1 : 0);
}

}  // namespace

int main(int count, char** words) {
  const auto wanted = count > 1 ? to_integer(words[1]) : std::nullopt;
  const auto seed = count > 2 ? to_integer(words[2]) : std::nullopt;
  if (!wanted || !seed) {
    fmt::print(stderr, "usage: wall_questions COUNT SEED\n");
    return 2;
  }
  fmt::print(
      "type\taction\tpurpose\tactor\tkind\tstanding\troles\torganization\tmember\towner\taudience\t"
      "partners\tsubject\tconfirmed\tallowed\n");
  Asker asker(static_cast<std::uint64_t>(*seed));
  for (std::int64_t i = 0; i < *wanted; ++i) print(asker.ask());
}
