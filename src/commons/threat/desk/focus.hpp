// SPDX-License-Identifier: AGPL-3.0-or-later
// Focus areas: a finding that the task force works on, in the four steps of problem solving (SARA):
// scanning is the finding, analysis are notes, partners and gaps, response is a plan of outreach
// with owners and days, assessment is the same scan before and after. About places and industries,
// never about a person. Rules of who may stand in the policy file (threat_focus_area). Safe to use
// from any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commons/threat/compare.hpp"
#include "commons/threat/desk/assessments.hpp"

namespace daybreak::threat::desk {

using FocusId = Id<struct FocusTag>;
using NoteId = Id<struct FocusNoteTag>;
using TaskId = Id<struct FocusTaskTag>;

enum class NoteKind : std::uint8_t { kNote, kPartner, kGap };
std::string_view code_of(NoteKind kind);  // "note", "partner", "gap"
std::optional<NoteKind> note_kind_from(std::string_view code);

enum class TaskKind : std::uint8_t { kVisit, kPartner, kToolkit, kTraining, kOther };
inline constexpr std::size_t kTaskKinds = 5;
std::string_view code_of(TaskKind kind);  // "visit", …
std::optional<TaskKind> task_kind_from(std::string_view code);

enum class TaskState : std::uint8_t { kPlanned, kDone, kDropped };
std::string_view code_of(TaskState state);
std::optional<TaskState> task_state_from(std::string_view code);

struct FocusArea {
  FocusId id;
  AssessmentId assessment;
  std::size_t finding = 1;  // from 1
  bool open = true;
  std::optional<Date> begun;  // the day on which the response began
  Instant opened_at{};
  std::int64_t planned = 0, done = 0;  // tasks
  std::optional<Date> next_due;
  std::string region, industry;
  std::vector<std::uint32_t> counties;
  bool synthetic = false;
};

struct Note {
  NoteId id;
  NoteKind kind = NoteKind::kNote;
  std::string words;
  Instant written_at{};
};

struct Task {
  TaskId id;
  FocusId focus;
  TaskKind kind = TaskKind::kVisit;
  std::string words;
  trust::OrganizationId owner;
  Date due{};
  TaskState state = TaskState::kPlanned;
};

struct WholeFocus {
  FocusArea area;
  Whole evidence;  // the assessment that it came from
  std::vector<Note> notes;
  std::vector<Task> tasks;            // by day
  std::optional<BeforeAfter> change;  // since the response began
  std::vector<Entry> scans;           // of the time since, newest first
  const Finding& finding() const { return evidence.assessment.findings[area.finding - 1]; }
};

class FocusAreas {
 public:
  FocusAreas(db::Database& database, Assessments& assessments, const Clock& clock, Random& random)
      : database_(database),
        assessments_(assessments),
        gatekeeper_(database, clock),
        clock_(clock),
        random_(random) {}

  // The focus area of a finding; the one that is there when it was made before.
  Result<FocusId> make(const trust::Actor& actor, AssessmentId assessment, std::size_t finding);
  // Open ones first, those with the nearest day on top.
  Result<std::vector<FocusArea>> list(const trust::Actor& actor);
  Result<WholeFocus> find(const trust::Actor& actor, FocusId id);

  // kInvalid names the field that is wrong: words, due, owner, begun.
  Result<void> add_note(const trust::Actor& actor, FocusId id, NoteKind kind, std::string words);
  Result<void> remove_note(const trust::Actor& actor, FocusId id, NoteId note);
  Result<void> add_task(const trust::Actor& actor, const Task& task);
  Result<void> settle_task(const trust::Actor& actor, FocusId id, TaskId task, TaskState state);
  Result<void> set_begun(const trust::Actor& actor, FocusId id, Date begun);
  Result<void> set_open(const trust::Actor& actor, FocusId id, bool open);
  // Asks for the same scan over the time since the response began.
  Result<AssessmentId> scan_again(const trust::Actor& actor, FocusId id);
  // Planned tasks of open focus areas that are due by that day, for "Today".
  Result<std::vector<Task>> due_by(const trust::Actor& actor, Date day);

 private:
  Result<void> change(const trust::Actor& actor, FocusId id, std::string_view what,
                      const std::function<Result<std::int64_t>(db::Connection&)>& write);

  db::Database& database_;
  Assessments& assessments_;
  trust::Gatekeeper gatekeeper_;
  const Clock& clock_;
  Random& random_;
};

trust::Object focus_object();

}  // namespace daybreak::threat::desk
