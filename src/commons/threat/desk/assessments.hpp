// SPDX-License-Identifier: AGPL-3.0-or-later
// Assessments as the task force works with them: asked for on a page, made by a job, kept as they
// were made. Rules of who may stand in the policy file (threat_assessment). Everyone who reads them
// is one audience, so small cells are hidden in all of them; an analyst's own look is made with
// `daybreak threat assess --analyst`. Safe to use from any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commons/threat/assess.hpp"
#include "db/migration.hpp"
#include "jobs/queue.hpp"
#include "trust/gatekeeper.hpp"

namespace daybreak::threat::desk {

db::ModuleMigrations migrations();

using AssessmentId = Id<struct AssessmentTag>;

enum class State : std::uint8_t { kWaiting, kReady, kFailed };

// A line of the list.
struct Entry {
  AssessmentId id;
  State state = State::kWaiting;
  AssessRequest request;
  bool synthetic = false;  // made of synthetic files
  int steps_done = 0, steps = 1;
  std::string problem;  // of a failed one
  std::int64_t findings = 0, robust = 0;
  Instant asked_at{};
  std::optional<Instant> made_at;
};

struct Whole {
  Entry entry;
  Assessment assessment;  // of a ready one
  std::string report;     // the JSON as it was made: what `threat reproduce` reads
};

// What the pages ask about a record of this module.
trust::Object assessment_object();
trust::Object lens_object();

class Assessments {
 public:
  Assessments(db::Database& database, const Clock& clock, Random& random)
      : database_(database), gatekeeper_(database, clock), clock_(clock), random_(random) {}

  // Puts it into the queue. kInvalid names the field that is wrong: region, counties, from, to,
  // lens.
  Result<AssessmentId> ask_for(const trust::Actor& actor, AssessRequest request);
  // Newest first.
  Result<std::vector<Entry>> list(const trust::Actor& actor);
  // kNotFound when it is absent or not for this actor.
  Result<Whole> find(const trust::Actor& actor, AssessmentId id);
  // The same for a file of it: needs "export", and is written into the audit log.
  Result<Whole> take_out(const trust::Actor& actor, AssessmentId id, std::string_view form);
  // Every run of every region, from pages and commands, as the families count them.
  Result<std::vector<RegisteredRun>> family(const trust::Actor& actor);
  // What counts: lenses in use, and every version of one with who changed it when. kInvalid names
  // the field that is wrong; kConflict when someone else changed it meanwhile. A retired one is
  // offered no more; reports that were made with it keep it.
  Result<std::vector<Lens>> lenses(const trust::Actor& actor);
  Result<std::vector<LensVersion>> lens_history(const trust::Actor& actor, std::string_view code);
  Result<void> save_lens(const trust::Actor& actor, const Lens& lens, bool retired);
  // Years of the Wage and Hour cases that are in the store; nothing when there are none.
  struct Years {
    int first = 0, last = 0;
  };
  Result<std::optional<Years>> years();

  // "threat.assess" and "threat.demonstration".
  void add_handlers(jobs::Queue& queue);
  // For a new demonstration: synthetic files of its region and an assessment of them, by a job.
  Result<void> begin_demonstration();
  // What the jobs do.
  Result<void> make(AssessmentId id, const std::function<Result<void>()>& keep = {});
  Result<void> make_demonstration();

 private:
  Result<AssessmentId> enqueue(const trust::Actor& actor, const AssessRequest& request);

  db::Database& database_;
  trust::Gatekeeper gatekeeper_;
  const Clock& clock_;
  Random& random_;
};

// Whether files in the store were made by `daybreak threat synthesize`: told by their firms.
Result<bool> holds_synthetic_files(db::Connection& c);

}  // namespace daybreak::threat::desk
