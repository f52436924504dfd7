// SPDX-License-Identifier: AGPL-3.0-or-later
// The rules of the directory: what happens when a source is read again, when a person edits, when a
// provider gives a capacity, when someone proposes a correction. Pages, API, commands and jobs use
// the directory through this. Who may do what is decided by the caller (trust/ policy). Any thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "commons/directory/audience.hpp"
#include "commons/directory/capacity.hpp"
#include "commons/directory/store.hpp"

namespace daybreak::directory {

struct ImportCounts {
  std::uint64_t created = 0, updated = 0, unchanged = 0;
  std::uint64_t kept_edits = 0;  // records where a person's edit stood against the source: proposed
  ImportCounts& operator+=(const ImportCounts& other);
};

enum class ImportMode : std::uint8_t { kApply, kDryRun };

// What the caller writes in the transaction of a change: above all its entry in the audit log.
using Also = std::function<Result<void>(db::Connection&)>;

// Everything of one service that a page or a full API answer shows, for one audience.
struct Bundle {
  Published service;
  std::optional<Published> organization, program;
  struct Place {
    Published place;
    std::optional<Published> location;
  };
  std::vector<Place> places;
  std::int64_t revision = 0;
  Instant modified{};
};

// One change of a record by a person, and what must stand or fall with it.
struct Edit {
  Entity entity = Entity::kService;
  Uuid id;
  // The one that was looked at, 0 for a new record; nothing takes whatever stands.
  std::optional<std::int64_t> revision;
  std::string who, action;  // for the history
  std::function<Result<void>(Json& body)> make;
  std::optional<bool> removed;  // archives the record, or takes it back
  // Runs in the same transaction, just before the change is kept: may refuse it, and writes what
  // must not be without it (the audit log). `before` is null for a new record.
  std::function<Result<void>(db::Connection&, const Json& before, const Json& after)> along;
};

class Directory {
 public:
  Directory(db::Database& database, const Clock& clock, Random& random)
      : database_(database), clock_(clock), random_(random) {}

  Result<Uuid> put_source(const store::Source& source);
  // Creates and updates records in one transaction. A field that a person changed keeps the
  // person's value; what the source says instead becomes a proposal, once.
  Result<ImportCounts> import(std::vector<Record> records, const Uuid& source,
                              std::string_view source_name, ImportMode mode);

  // Changes one record by a function. Fails with kConflict when the record has another revision,
  // with kInvalid when what comes out cannot stand or a field does not fit; the new revision, or
  // the old one when nothing changed.
  Result<std::int64_t> edit(const Edit& edit);
  // The same inside the caller's write, for several changes that belong together.
  Result<std::int64_t> edit_in(db::Connection& c, const Edit& edit);
  // Saves a record as a person edited it. Fails with kConflict when `revision` is not the current
  // one (0 for a new record), with kInvalid when the record cannot stand.
  Result<std::int64_t> save(Entity entity, Json body, std::int64_t revision, std::string_view who);
  Result<void> remove(const Uuid& id, std::int64_t revision, std::string_view who);
  // Sets the status of a service; it holds for `lifetime`, or as long as is usual for its kind.
  Result<void> set_capacity(const Uuid& service, CapacityStatus status, std::string_view who,
                            std::optional<std::chrono::hours> lifetime = {}, const Also& also = {});
  // Marks a group of fields ("contact", "hours", "eligibility", "location", "all") as checked
  // today.
  Result<void> verify(const Uuid& service, std::string_view group, std::string_view who,
                      const Also& also = {});

  Result<Uuid> propose(Entity entity, const Uuid& record, std::vector<FieldChange> changes,
                       std::string_view origin, std::string_view note, const Also& also = {});
  Result<void> accept(const Uuid& proposal, std::string_view who);
  Result<void> reject(const Uuid& proposal, std::string_view who);

  // Services with all that belongs to them, in the order asked for, in five queries whatever their
  // number; those that the audience may not see are left out.
  Result<std::vector<Bundle>> bundles(std::span<const Uuid> services, const Audience& audience);
  // All services in batches, for indexes and exports.
  Result<void> each_bundle(const Audience& audience,
                           const std::function<Result<void>(std::vector<Bundle>)>& take);

  // Looks for organisations and services that may be the same thing twice, and queues them for a
  // person. Returns how many were found.
  Result<std::size_t> find_duplicates();

  db::Database& database() { return database_; }

 private:
  Result<store::Stored> current(db::Connection& c, const Uuid& id);
  db::Database& database_;
  const Clock& clock_;
  Random& random_;
};

// The nested form of HSDS: organization, program, places and locations inside the service.
Json nested(const Bundle& bundle);

}  // namespace daybreak::directory
