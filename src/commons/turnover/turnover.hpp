// SPDX-License-Identifier: AGPL-3.0-or-later
// People come and go: what a member looks after, handed to a successor in one step that can be
// taken back; and once a year every account is confirmed or closed by a second person. What lies in
// a vault is handed over there. Safe to use from any thread.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "db/migration.hpp"
#include "language/words.hpp"
#include "trust/gatekeeper.hpp"
#include "trust/members.hpp"

namespace daybreak::turnover {

db::ModuleMigrations migrations();

struct Duty {
  std::string what, path;  // the page where it is looked after
  std::optional<Date> due = {};
};

// What one area of the program knows of a member's duties. Areas do not know each other: the site
// gives them.
struct Holder {
  std::string code;  // stands in the record of what moved
  language::MessageId words;
  std::function<Result<std::vector<Duty>>(const trust::Actor& reader, const trust::Member&)> duties;
  // In the caller's write: gives all open duties of one member to another, or only those named;
  // which were moved. Empty: the duties are the organisation's or the account's own.
  std::function<Result<std::vector<Uuid>>(db::Connection&, trust::MemberId from, trust::MemberId to,
                                          std::span<const Uuid> only)>
      pass_on = {};
  // In the caller's write: ends what hangs on the account.
  std::function<Result<void>(db::Connection&, trust::MemberId)> end = {};
};

struct Held {
  const Holder* holder = nullptr;
  std::vector<Duty> duties;
};

struct Leaving {
  Uuid id;
  trust::MemberId member;
  std::optional<trust::MemberId> successor;
  Instant made_at{};
  std::int64_t moved = 0;
  bool undone = false;
};

struct Review {
  Uuid id;
  Instant opened_at{};
  Date due{};
  bool closed = false;
  std::int64_t open_lines = 0;
};
enum class Verdict : std::uint8_t { kKeep, kClose };
struct ReviewLine {
  trust::Member member;  // as it is now
  std::optional<Verdict> verdict;
  std::optional<Instant> decided_at;
  bool may_decide = false;  // the reader
};

struct TurnoverOptions {
  std::chrono::days review_every{335};  // opened this long after the last, so that a year is kept
  std::chrono::days review_takes{30};
  std::chrono::days remind_every{7};
};

class Turnover {
 public:
  Turnover(db::Database& database, const Clock& clock, Random& random, trust::Members& members,
           std::vector<Holder> holders, TurnoverOptions options = {})
      : database_(database),
        clock_(clock),
        random_(random),
        gatekeeper_(database, clock),
        members_(members),
        holders_(std::move(holders)),
        options_(options) {}

  // Whether there is an area in which something is looked after; there is none on a vault's own
  // node.
  bool has_areas() const { return !holders_.empty(); }
  // What the member looks after; areas without anything are left out. kNotFound when the reader may
  // not see the account.
  Result<std::vector<Held>> held_by(const trust::Actor& reader, trust::MemberId member);
  // Closes the account and gives its duties to the successor, who may be left out only when nothing
  // can be given. kInvalid names "successor". Needs a fresh confirmation. What was given is
  // recorded; doing it again gives what is still there.
  Result<Leaving> leave(const trust::Actor& actor, trust::MemberId member,
                        std::optional<trust::MemberId> successor);
  // Gives back what the successor still has. The account itself is opened by a new invitation.
  Result<std::int64_t> take_back(const trust::Actor& actor, const Uuid& leaving);
  // Of one account, newest first.
  Result<std::vector<Leaving>> leavings(const trust::Actor& actor, trust::MemberId member);

  // The yearly review. A new one holds all accounts that are not closed.
  Result<Review> open_review(const trust::Actor& actor);
  Result<std::optional<Review>> latest_review();
  // The accounts that the reader may see, those not decided first.
  Result<std::vector<ReviewLine>> lines(const trust::Actor& reader, const Uuid& review);
  // The account is still needed, with its roles. Nobody confirms the own one. To close one is
  // leave(), which answers the line as well.
  Result<void> confirm(const trust::Actor& actor, const Uuid& review, trust::MemberId member);
  // For a job of every day or hour: opens the next review when its time has come. Whom to remind
  // today, if anybody: those who may decide while lines are open.
  Result<std::vector<trust::Member>> daily();

 private:
  Result<trust::Member> visible(const trust::Actor& reader, trust::MemberId member);
  Result<void> check_successor(const trust::Actor& actor, const trust::Member& leaver,
                               const std::optional<trust::MemberId>& successor);
  bool may_decide(const trust::Actor& actor, const trust::Member& member) const;
  Result<void> settle(db::Connection& connection, const trust::Actor& actor, trust::MemberId member,
                      Verdict verdict);

  db::Database& database_;
  const Clock& clock_;
  Random& random_;
  trust::Gatekeeper gatekeeper_;
  trust::Members& members_;
  std::vector<Holder> holders_;
  TurnoverOptions options_;
};

}  // namespace daybreak::turnover
