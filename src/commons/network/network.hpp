// SPDX-License-Identifier: AGPL-3.0-or-later
// The register of task forces: kept by coordinators, read by everyone. Changes are recorded with
// them. Safe to use from any thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/icalendar.hpp"
#include "base/secret.hpp"
#include "commons/network/model.hpp"
#include "db/database.hpp"
#include "db/migration.hpp"
#include "trust/gatekeeper.hpp"

namespace daybreak::network {

db::ModuleMigrations migrations();

// Who covers what today, at one moment.
struct Coverage {
  std::vector<TaskForce> task_forces;                             // active ones, by name
  std::map<CountyFips, std::vector<const TaskForce*>> by_county;  // only counties with one
  std::size_t count(CountyFips county) const {
    const auto found = by_county.find(county);
    return found == by_county.end() ? 0 : found->second.size();
  }
  Coverage() = default;
  Coverage(Coverage&&) = default;  // moves keep the pointers; copies would not
  Coverage& operator=(Coverage&&) = default;
};

// How much of a state or territory is covered.
struct StateCoverage {
  const Region* region = nullptr;
  std::int64_t counties = 0, covered = 0, task_forces = 0;
};
std::vector<StateCoverage> by_state(const Coverage& coverage);

// A meeting: when, what about, who came, what was decided and who does what by when.
struct Action {
  Uuid id;
  std::string words;
  std::optional<Uuid> owner;  // a member organisation
  std::optional<Date> due;
  bool done = false;
  std::optional<trust::MemberId> member = {};  // the colleague who took it on
};
// One of all meetings, with what a list of them says.
struct AgreedAction {
  Action action;
  Uuid task_force;
  std::string task_force_name, meeting_title, owner_name;
  std::optional<Uuid> account;  // of the owner
  // Taken on by this member, or nobody's and its organisation's.
  bool is_of(const trust::Actor& actor) const {
    if (action.member) return *action.member == actor.member;
    return account && *account == actor.organization.uuid();
  }
};
struct Meeting {
  Uuid id;
  std::string title, place, agenda, decisions;
  Instant starts_at;
  std::vector<Uuid> present;  // member organisations
  std::vector<Action> actions;
};

class Network {
 public:
  Network(db::Database& database, const Clock& clock, Random& random)
      : database_(database), clock_(clock), random_(random), gatekeeper_(database, clock) {}

  // Everyone may read. kNotFound for an unknown one.
  Result<TaskForce> find(const Uuid& id);
  Result<Coverage> coverage();
  Result<std::vector<TaskForce>> all();  // ended ones too, by name
  Result<std::vector<Organization>> organizations(const Uuid& task_force);

  // By a coordinator. kConflict when another changed it since `version`, or the name is taken in
  // its state; kInvalid names the field.
  Result<TaskForce> save(const trust::Actor& actor, TaskForce task_force);
  Result<void> remove(const trust::Actor& actor, const Uuid& id);
  Result<Organization> save_organization(const trust::Actor& actor, const Uuid& task_force,
                                         Organization organization);
  Result<void> remove_organization(const trust::Actor& actor, const Uuid& task_force,
                                   const Uuid& organization);

  // Meetings are for members of the task force that this node serves.
  Result<std::vector<Meeting>> meetings(const trust::Actor& actor, const Uuid& task_force);
  Result<Uuid> save_meeting(const trust::Actor& actor, const Uuid& task_force, Meeting meeting);
  Result<void> finish_action(const trust::Actor& actor, const Uuid& action);
  // All actions, those due first on top; done ones last.
  Result<std::vector<AgreedAction>> actions(const trust::Actor& actor);
  // Gives an open action to a colleague.
  Result<void> give_action(const trust::Actor& actor, const Uuid& action, trust::MemberId to);
  // Open actions of one member; and in the caller's write, to another (all, or only those named).
  // Which were moved.
  Result<std::vector<AgreedAction>> actions_of(trust::MemberId member);
  static Result<std::vector<Uuid>> pass_on(db::Connection& connection, trust::MemberId from,
                                           trust::MemberId to, std::span<const Uuid> only = {});

  // Committees, protocols in force, peer liaisons; read by members of the task force, kept by
  // coordinators.
  Result<std::vector<Arrangement>> arrangements(const trust::Actor& actor, const Uuid& task_force);
  Result<Arrangement> save_arrangement(const trust::Actor& actor, const Uuid& task_force,
                                       Arrangement arrangement);
  Result<void> remove_arrangement(const trust::Actor& actor, const Uuid& task_force,
                                  const Uuid& arrangement);
  // Protocols in force today, for everyone: title, since when, where to read them.
  Result<std::vector<Arrangement>> protocols(const Uuid& task_force);

  // The calendar to which a member's program subscribes: an address that nobody can guess. Making
  // one anew ends the old one.
  Result<Secret<std::string>> make_feed(const trust::Actor& actor);
  Result<void> end_feed(const trust::Actor& actor);
  Result<bool> has_feed(const trust::Actor& actor);
  Result<std::optional<trust::MemberId>> feed_owner(const Secret<std::string>& token);
  static Result<void> end_feeds(db::Connection& connection, trust::MemberId member);
  // Meetings, open actions and protocols to review, of all task forces.
  Result<std::vector<CalendarEvent>> events(const trust::Actor& actor);

  // Tables that were sent and wait for their import; forgotten after a day.
  struct Upload {
    Uuid id;
    std::string name, content;
  };
  Result<Uuid> keep_upload(const trust::Actor& actor, std::string name, std::string content);
  Result<Upload> find_upload(const trust::Actor& actor, const Uuid& id);
  Result<void> drop_upload(const trust::Actor& actor, const Uuid& id);

  const Clock& clock() const { return clock_; }
  Date today() const { return Date(std::chrono::floor<std::chrono::days>(clock_.now())); }
  // Whether the actor may do this to the register; for pages that show a button.
  bool may(const trust::Actor& actor, std::string_view action) const;

 private:
  Result<std::vector<TaskForce>> load(db::Connection& connection, const std::optional<Uuid>& id);
  Result<void> write_parts(db::Connection& connection, const TaskForce& task_force);
  Result<void> read_parts(db::Connection& connection, Meeting& meeting);
  Result<void> write_actions(db::Connection& connection, const Meeting& meeting);
  Result<std::vector<AgreedAction>> load_actions(const std::optional<trust::MemberId>& member);
  Result<std::vector<Arrangement>> load_arrangements(const Uuid& task_force);
  Result<void> permit(const trust::Actor& actor, std::string_view action, const Uuid& id);
  Result<void> record(db::Connection& connection, const trust::Actor& actor,
                      std::string_view action, const Uuid& id);

  db::Database& database_;
  const Clock& clock_;
  Random& random_;
  trust::Gatekeeper gatekeeper_;
};

}  // namespace daybreak::network
