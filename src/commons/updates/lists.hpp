// SPDX-License-Identifier: AGPL-3.0-or-later
// Who gets a restricted bulletin: members with one of its roles, whose place a coordinator has
// confirmed within the last year. Asked anew for each mail and each look; there is no other way to
// a restricted topic. Safe to use from any thread.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "commons/updates/newsroom.hpp"
#include "commons/updates/topics.hpp"
#include "trust/gatekeeper.hpp"
#include "trust/members.hpp"

namespace daybreak::updates {

inline constexpr std::chrono::days kVerifiedFor{365};

// What of a member decides.
struct MemberFacts {
  trust::Member member;
  bool organization_active = false;
  trust::Standing standing = trust::Standing::kPartner;
};
using FindMember = std::function<Result<std::optional<MemberFacts>>(trust::MemberId)>;
FindMember find_in(trust::Members& members);

struct ListEntry {
  trust::MemberId member;
  std::string topic;
  Instant verified_at;
  std::string name;       // empty when there is no such member any more
  bool receives = false;  // now
};

// Pure: whether this member, confirmed at that time, gets this restricted topic now.
bool may_receive(const Topic& topic, const MemberFacts& facts, Instant verified_at, Instant now);

class Lists {
 public:
  Lists(Newsroom room, FindMember find_member)
      : room_(std::move(room)),
        gatekeeper_(room_.database, room_.clock),
        find_member_(std::move(find_member)) {}

  // Puts a member on a list or confirms that it still belongs there, for a year. kInvalid when the
  // member has none of the topic's roles.
  Result<void> verify(const trust::Actor& actor, std::string_view topic, trust::MemberId member);
  Result<void> remove(const trust::Actor& actor, std::string_view topic, trust::MemberId member);
  Result<std::vector<ListEntry>> list(const trust::Actor& actor, std::string_view topic);

  // Whether the member may read bulletins of this topic now; false for anything unknown.
  Result<bool> receives(std::string_view topic, trust::MemberId member);
  // The address and link of a member's mails, or nothing when it may not get this topic now.
  Result<std::optional<Sealed>> contact(std::string_view topic, trust::MemberId member);
  // Lists that a member stands on; and in the caller's write, off all of them.
  Result<std::vector<std::string>> lists_of(trust::MemberId member);
  static Result<void> end_all(db::Connection& connection, trust::MemberId member);
  // By the link of a mail: the bearer wants no more of it. Doing it again is no error.
  Result<void> stop(const Secret<std::string>& token);

 private:
  Newsroom room_;
  trust::Gatekeeper gatekeeper_;
  FindMember find_member_;
};

}  // namespace daybreak::updates
