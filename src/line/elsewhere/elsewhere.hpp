// SPDX-License-Identifier: AGPL-3.0-or-later
// What this node knows of organisations whose vaults are on another node: public keys, the names of
// workers who sent or took a referral, and (on a vault's own node) the list of organisations. The
// functions run inside the caller's transaction.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "db/connection.hpp"
#include "db/migration.hpp"
#include "trust/members.hpp"

namespace daybreak::line::elsewhere {

struct Key {
  trust::OrganizationId organization;
  std::string public_key;  // 32 bytes
  bool operator==(const Key&) const = default;
};

Result<void> put_key(db::Connection& connection, const Key& key, Instant now);
Result<void> forget_key(db::Connection& connection, trust::OrganizationId organization);
Result<std::vector<Key>> keys(db::Connection& connection);

Result<void> put_person(db::Connection& connection, trust::MemberId member,
                        trust::OrganizationId organization, std::string_view name, Instant now);
Result<std::optional<std::string>> name_of(db::Connection& connection, trust::MemberId member);
// The name that others see of a member, of this node or elsewhere; empty when nobody knows it.
Result<std::string> shown_name(db::Connection& connection, trust::MemberId member);
// The same of everybody who is known here, in one question, for lists.
Result<std::map<trust::MemberId, std::string>> shown_names(db::Connection& connection);

// Takes organisations over as the commons has them, under their ids; those that it has no more
// become inactive. An organisation that has members here stays as it is, but for its name.
Result<void> take_organizations(db::Connection& connection,
                                const std::vector<trust::Organization>& all, Instant now);

db::ModuleMigrations migrations();

}  // namespace daybreak::line::elsewhere
