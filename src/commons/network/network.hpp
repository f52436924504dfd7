// SPDX-License-Identifier: AGPL-3.0-or-later
// The register of task forces: kept by coordinators, read by everyone. Changes are recorded with
// them. Safe to use from any thread.
#pragma once

#include <map>
#include <string>
#include <vector>

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

  const Clock& clock() const { return clock_; }
  Date today() const { return Date(std::chrono::floor<std::chrono::days>(clock_.now())); }
  // Whether the actor may do this to the register; for pages that show a button.
  bool may(const trust::Actor& actor, std::string_view action) const;

 private:
  Result<std::vector<TaskForce>> load(db::Connection& connection, const std::optional<Uuid>& id);
  Result<void> write_parts(db::Connection& connection, const TaskForce& task_force);
  Result<void> read_parts(db::Connection& connection, Meeting& meeting);
  Result<void> permit(const trust::Actor& actor, std::string_view action, const Uuid& id);
  Result<void> record(db::Connection& connection, const trust::Actor& actor,
                      std::string_view action, const Uuid& id);

  db::Database& database_;
  const Clock& clock_;
  Random& random_;
  trust::Gatekeeper gatekeeper_;
};

}  // namespace daybreak::network
