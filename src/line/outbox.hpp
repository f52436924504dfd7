// SPDX-License-Identifier: AGPL-3.0-or-later
// What waits to be sent, in the store whose transaction caused it: neither is without the other, so
// nothing is lost when the line or the program dies. And which messages were taken already. Every
// function runs inside the caller's transaction.
#pragma once

#include <vector>

#include "db/connection.hpp"
#include "db/migration.hpp"
#include "line/message.hpp"

namespace daybreak::line {

using NodeId = Id<struct NodeTag>;

// `node`: whom it waits for, in the commons; nil: whoever is at the other end. The same id again is
// no harm.
Result<void> enqueue(db::Connection& connection, const Message& message, Instant now,
                     NodeId node = {});
// The oldest that are due. The order is kept for each node: behind one that is put off all wait.
// `receivers`: only what is for these organisations, so that nobody waits behind another's node.
Result<std::vector<Message>> due(db::Connection& connection, Instant now, std::size_t most,
                                 NodeId node = {},
                                 const std::vector<trust::OrganizationId>* receivers = nullptr);
Result<void> remove(db::Connection& connection, const Uuid& id);
// Twice as long each time, from a second to ten minutes, and a bit by chance.
Result<void> put_off(db::Connection& connection, const Uuid& id, Instant now, Random& random);
Result<std::int64_t> waiting(db::Connection& connection, NodeId node = {});

// True the first time; the caller's work belongs in the same transaction.
Result<bool> is_new(db::Connection& connection, const Uuid& id, Instant now);
Result<bool> was_taken(db::Connection& connection, const Uuid& id);
// Ids of messages from long ago.
Result<void> forget_taken(db::Connection& connection, Instant before);

db::ModuleMigrations migrations();

}  // namespace daybreak::line
