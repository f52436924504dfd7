// SPDX-License-Identifier: AGPL-3.0-or-later
// Signed tables of counts in the commons: what organisations sent through the aggregate gate, and
// nothing else. Every table is looked through again here, whoever made it; a small number is never
// taken. Safe to use from any thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "commons/measures/count_table.hpp"
#include "db/database.hpp"
#include "db/migration.hpp"
#include "trust/gatekeeper.hpp"

namespace daybreak::measures {

using TableId = Id<struct CountTableTag>;

// A table on its way: its one written form and the organisation's signature of it.
struct SignedTable {
  std::string text;
  std::string public_key;  // 64 hexadecimal digits
  std::string signature;   // 128 hexadecimal digits
};

struct StoredTable {
  TableId id;
  CountTable table;
  trust::MemberId sent_by;
  Instant sent_at;
};

// Which tables; empty is any.
struct Wanted {
  std::string measure, period;
  std::optional<trust::OrganizationId> organization;
};

// Runs inside the transaction that takes a table.
using Told =
    std::function<Result<void>(db::Connection&, const trust::Actor& by, const SignedTable& table)>;

class Measures {
 public:
  Measures(db::Database& commons, const Clock& clock, Random& random, Told told = {})
      : commons_(commons), clock_(clock), random_(random), told_(std::move(told)) {}

  // Takes a table of the actor's own organisation; the same table again is taken once. kInvalid for
  // what is no table of this list, or whose signature is not the organisation's; kConflict when the
  // key is not the one known, the version is not the next, or it gives away a small number together
  // with what was sent before. A refusal is recorded.
  Result<void> accept(const trust::Actor& actor, const SignedTable& sent);
  // The actor's own organisation: every version of every measure of the family for the quarter,
  // oldest first.
  Result<std::vector<CountTable>> history(const trust::Actor& actor, std::string_view family,
                                          std::string_view period);
  Result<std::vector<StoredTable>> own(const trust::Actor& actor);
  // For those who coordinate: the newest version of each, without what was withdrawn.
  Result<std::vector<StoredTable>> newest(const trust::Actor& actor, const Wanted& wanted,
                                          std::string_view action = "list");
  // The key with which an organisation signs, as first met; empty before its first table.
  Result<std::string> key_of(const trust::Actor& actor, trust::OrganizationId organization);
  // The organisation's next table makes its key known anew: for one that made new keys.
  Result<void> forget_key(const trust::Actor& actor, trust::OrganizationId organization);

 private:
  Result<void> refuse(const trust::Actor& actor, Error error);
  Result<void> look_through(db::Connection& connection, const CountTable& table,
                            const SignedTable& sent) const;
  db::Database& commons_;
  const Clock& clock_;
  Random& random_;
  Told told_;
};

// For a copy on a vault's own node, inside a transaction: the commons did not take this table.
Result<void> take_back(db::Connection& connection, const SignedTable& table);

db::ModuleMigrations migrations();

}  // namespace daybreak::measures
