// SPDX-License-Identifier: AGPL-3.0-or-later
// What one member may see and do at the desk, by the policy alone. A record is read through see()
// and changed through change(); neither hands out a part that the member is not cleared for.
// Internal to the desk; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commons/directory/desk/desk.hpp"
#include "http/request.hpp"

namespace daybreak::directory::desk {

// A record as an object of the policy. For a service's place, `location` is the location it is at:
// the place is as hidden as that.
class Subject {
 public:
  Subject(std::string_view type, Entity entity, const Json& body, const Json* location = nullptr);
  // Lives as long as this.
  trust::Object object() const;
  trust::Object object_as(trust::Audience audience) const;

 private:
  std::string_view type_;
  trust::OrganizationId owner_;
  trust::Audience audience_ = trust::Audience::kPublic;
  std::vector<trust::OrganizationId> named_;
};

// A visibility as the policy's audience; none is public, one that is not known is confidential.
trust::Audience audience_of(const Json& part);

// As it is for those cleared for the confidential parts of this record, else without them.
Audience sight_of(const trust::Actor& actor, const Subject& subject, Instant now);

// A record as a member sees it.
struct Seen {
  Entity entity = Entity::kService;
  Uuid id;
  Json body;
  std::int64_t revision = 0;
  Instant modified{};
  bool removed = false;
  Audience sight = Audience::everyone();
};
// Fails with kNotFound for what is not there and, with a line in the audit log, for what is not
// for this member.
Result<Seen> see(const Office& office, const trust::Actor& actor, Entity entity, const Uuid& id);
// Whether the policy lets the member do this to the record, without a trace.
bool may(const Office& office, const trust::Actor& actor, std::string_view action,
         const Seen& seen);

// Those who keep the directory, or some records of it; and the same with a line in the audit log
// for who is not.
bool is_keeper(const Office& office, const trust::Actor& actor);
Result<void> enter(const Office& office, const trust::Actor& actor);
// The same for a tool of the desk: {"directory_import", "run"}.
Result<void> permit(const Office& office, const trust::Actor& actor, std::string_view type,
                    std::string_view action);

// A change that a member wishes; see Edit.
struct Wish {
  Entity entity = Entity::kService;
  Uuid id;
  std::optional<std::int64_t> revision;
  std::string action = "edit";  // "create", "edit", "verify", "restore", "accept", "merge", …
  std::function<Result<void>(Json& body)> make;
  std::optional<bool> removed;
};
// Changes the record if the policy permits: a wider audience takes its own permission and a fresh
// confirmation (kDenied, place "confirmation"), a part that the member cannot see stays as it is.
Result<std::int64_t> change(const Office& office, const trust::Actor& actor, const Wish& wish);
// The same inside the caller's write.
Result<std::int64_t> change_in(db::Connection& c, const Office& office, const trust::Actor& actor,
                               const Wish& wish);

// The parts of a body (by id) that an audience may not see.
std::vector<std::pair<std::string, Json>> hidden_parts(const Json& body, Entity entity,
                                                       const Audience& sight);
// The changes of a record's history or of a proposal that may be shown: none that names or holds a
// part which is hidden or ever was, and nothing from before the record itself was opened.
std::vector<store::Change> open_history(std::vector<store::Change> history, const Json& full_body,
                                        Entity entity, const Audience& sight);
std::vector<FieldChange> open_changes(std::vector<FieldChange> changes, const Json& full_body,
                                      Entity entity, const Audience& sight);
// The history of a record that see() allowed.
Result<std::vector<store::Change>> history_of(const Office& office, const Seen& seen);

// A proposal as a member sees it: the fields that are still to be decided and that the member may
// see, and the record they are for.
struct Proposed {
  store::Proposal proposal;
  Seen seen;
  bool has_more = false;  // fields that are for others
};
Result<Proposed> see_proposal(const Office& office, const trust::Actor& actor, const Uuid& id);
// Those that wait, oldest first, as far as this member decides on them.
Result<std::vector<Proposed>> open_proposals(const Office& office, const trust::Actor& actor);

// "member:<id>", for the history; and the words for one.
std::string who_of(const trust::Actor& actor);
std::string who_words(const Office& office, language::Words t, std::string_view who);

// The answer to an error: asks for a confirmation, hides what is not for the reader, or says what
// was wrong.
http::Response refuse(const Office& office, const http::Request& request, const Error& error,
                      const html::Href& back);

}  // namespace daybreak::directory::desk
