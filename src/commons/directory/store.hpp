// SPDX-License-Identifier: AGPL-3.0-or-later
// The SQL of the directory. Functions take the connection of a read or write of db::Database and
// load in batches: no function asks the database once per record. What they return is for inside;
// only audience.hpp makes of it what may leave. Any thread, as the connection allows.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "commons/directory/merge.hpp"
#include "commons/directory/record.hpp"
#include "db/database.hpp"
#include "db/migration.hpp"

namespace daybreak::directory::store {

// For db::migrate.
db::ModuleMigrations migrations();

struct Source {
  Uuid id;
  std::string name, url, licence;
};
Result<Uuid> put_source(db::Connection& c, const Source& source, Instant now);
Result<std::vector<Source>> sources(db::Connection& c);

struct Stored {
  Record record;
  std::optional<Json> base;  // what the source last said, where it differs from the record
  std::optional<Uuid> source;
  std::int64_t revision = 0;
  Instant modified{};
  bool removed = false;
};

// In the order of the ids asked for; those that are not there are left out. Removed ones are given
// only where asked for.
enum class Removed : std::uint8_t { kLeaveOut, kInclude };
Result<std::vector<Stored>> load(db::Connection& c, std::span<const Uuid> ids,
                                 Removed removed = Removed::kLeaveOut);
Result<std::vector<Stored>> load_by_organization(db::Connection& c,
                                                 std::span<const Uuid> organizations);
Result<std::vector<Stored>> load_by_service(db::Connection& c, std::span<const Uuid> services);
// All records of an entity, ordered by id, handed over in batches.
Result<void> each(db::Connection& c, Entity entity, std::size_t batch,
                  const std::function<Result<void>(std::vector<Stored>)>& take);
Result<std::vector<Uuid>> ids_of(db::Connection& c, Entity entity);
Result<std::int64_t> count(db::Connection& c, Entity entity);
// Grows with every change; search indexes compare it with what they hold.
Result<std::int64_t> change_mark(db::Connection& c);
// Services that changed after a mark, themselves or through their organisation, program, place or
// location; at most `limit`.
Result<std::vector<Uuid>> services_changed_since(db::Connection& c, std::int64_t mark,
                                                 std::size_t limit);

// Writes a record whole (insert or replace) with its change row. `revision` is the new one.
Result<void> put(db::Connection& c, const Stored& stored, std::string_view who,
                 std::string_view action, const std::vector<FieldChange>& changes);

struct Change {
  std::int64_t seq = 0;
  Instant at{};
  std::int64_t revision = 0;
  std::string who, action;
  std::vector<FieldChange> changes;
};
Result<std::vector<Change>> history(db::Connection& c, const Uuid& record);

struct Proposal {
  Uuid id;
  Entity entity = Entity::kService;
  Uuid record;
  Instant created{};
  std::string origin;  // "import:<source>", "provider", "public"
  std::string note;
  std::vector<FieldChange> changes;
  std::string state;  // "open", "accepted", "rejected"
};
Result<void> put_proposal(db::Connection& c, const Proposal& proposal);
Result<std::vector<Proposal>> proposals(db::Connection& c, std::string_view state,
                                        std::size_t limit);
Result<std::optional<Proposal>> proposal(db::Connection& c, const Uuid& id);
Result<std::vector<Proposal>> open_proposals_for(db::Connection& c, const Uuid& record);
Result<void> decide_proposal(db::Connection& c, const Uuid& id, std::string_view state,
                             std::string_view who, Instant now);

Result<void> put_mapping(db::Connection& c, std::string_view name, const Json& body, Instant now);
Result<std::optional<Json>> mapping(db::Connection& c, std::string_view name);

struct DuplicateCandidate {
  Uuid first, second;
  Entity entity = Entity::kService;
  double score = 0;
  std::string reason;
};
// Adds candidates that nobody decided yet; decided ones are left alone.
Result<void> put_duplicates(db::Connection& c, std::span<const DuplicateCandidate> candidates);
Result<std::vector<DuplicateCandidate>> open_duplicates(db::Connection& c, std::size_t limit);

}  // namespace daybreak::directory::store
