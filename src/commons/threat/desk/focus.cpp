// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/desk/focus.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "trust/audit.hpp"

namespace daybreak::threat::desk {
namespace {

constexpr std::string_view kType = "threat_focus_area";
constexpr std::size_t kLongestWords = 2'000;
constexpr std::array<std::string_view, 3> kNoteKinds = {"note", "partner", "gap"};
constexpr std::array<std::string_view, kTaskKinds> kTaskKindCodes = {"visit", "partner", "toolkit",
                                                                     "training", "other"};
constexpr std::array<std::string_view, 3> kTaskStates = {"planned", "done", "dropped"};

template <typename E, std::size_t N>
std::optional<E> kind_in(const std::array<std::string_view, N>& codes, std::string_view code) {
  const auto found = std::ranges::find(codes, code);
  if (found == codes.end()) return std::nullopt;
  return static_cast<E>(found - codes.begin());
}

FocusArea read_area(const db::Row& row) {
  FocusArea area;
  area.id = row.id<FocusId>(0);
  area.assessment = row.id<AssessmentId>(1);
  area.finding = static_cast<std::size_t>(row.integer(2));
  area.open = row.text(3) == "open";
  area.begun = row.maybe_date(4);
  area.opened_at = row.instant(5);
  return area;
}

Task read_task(const db::Row& row) {
  return {row.id<TaskId>(0),
          row.id<FocusId>(1),
          task_kind_from(row.text(2)).value_or(TaskKind::kOther),
          row.text(3),
          row.id<trust::OrganizationId>(4),
          row.date(5),
          task_state_from(row.text(6)).value_or(TaskState::kPlanned)};
}

constexpr std::string_view kArea =
    "SELECT id, assessment, finding, state, begun, opened_at FROM threat_desk_focus ";
constexpr std::string_view kTask =
    "SELECT id, focus, kind, words, owner, due, state FROM threat_desk_focus_task ";

Result<void> check_words(const std::string& words) {
  if (words.empty() || words.size() > kLongestWords)
    return fail(ErrorKind::kInvalid, "has 1 to 2,000 characters", "field words");
  return {};
}

void count_task(FocusArea& area, const Task& task) {
  area.done += task.state == TaskState::kDone;
  if (task.state != TaskState::kPlanned) return;
  ++area.planned;
  area.next_due = area.next_due ? std::min(*area.next_due, task.due) : task.due;
}

// What the list shows of the finding behind an area.
Result<void> describe(FocusArea& area, const Whole& evidence) {
  const auto& findings = evidence.assessment.findings;
  if (area.finding < 1 || area.finding > findings.size())
    return fail(ErrorKind::kNotFound, "the assessment has no such finding");
  const Window& window = findings[area.finding - 1].window;
  area.region = evidence.entry.request.region;
  area.industry = window.industry;
  area.counties = window.counties;
  area.synthetic = evidence.entry.synthetic;
  return {};
}

}  // namespace

std::string_view code_of(NoteKind kind) { return kNoteKinds[static_cast<std::size_t>(kind)]; }
std::optional<NoteKind> note_kind_from(std::string_view code) {
  return kind_in<NoteKind>(kNoteKinds, code);
}
std::string_view code_of(TaskKind kind) { return kTaskKindCodes[static_cast<std::size_t>(kind)]; }
std::optional<TaskKind> task_kind_from(std::string_view code) {
  return kind_in<TaskKind>(kTaskKindCodes, code);
}
std::string_view code_of(TaskState state) { return kTaskStates[static_cast<std::size_t>(state)]; }
std::optional<TaskState> task_state_from(std::string_view code) {
  return kind_in<TaskState>(kTaskStates, code);
}

trust::Object focus_object() { return {.type = kType, .audience = trust::Audience::kTaskForce}; }

Result<FocusId> FocusAreas::make(const trust::Actor& actor, AssessmentId assessment,
                                 std::size_t finding) {
  TRY(gatekeeper_.require(actor, {"create"}, focus_object(), {}));
  const Whole evidence = TRY(assessments_.find(actor, assessment));
  FocusArea area{
      .id = FocusId::generate(clock_, random_), .assessment = assessment, .finding = finding};
  TRY(describe(area, evidence));
  const Instant now = clock_.now();
  TRY(database_.write([&](db::Connection& c) -> Result<void> {
    const auto known =
        TRY(c.query_one("SELECT id FROM threat_desk_focus WHERE assessment = $1 AND finding = $2",
                        {assessment, static_cast<std::int64_t>(finding)}));
    if (known) {
      area.id = known->id<FocusId>(0);
      return {};
    }
    TRY(
        c.execute("INSERT INTO threat_desk_focus (id, assessment, finding, state, opened_at) "
                  "VALUES ($1, $2, $3, 'open', $4)",
                  {area.id, assessment, static_cast<std::int64_t>(finding), now}));
    return trust::append_audit(c, actor,
                               {.action = "threat_focus_area.create",
                                .object_type = std::string(kType),
                                .object = area.id.to_string()},
                               now);
  }));
  return area.id;
}

Result<std::vector<FocusArea>> FocusAreas::list(const trust::Actor& actor) {
  TRY(gatekeeper_.require(actor, {"list"}, focus_object(), {}));
  std::vector<FocusArea> areas;
  std::vector<Task> tasks;
  TRY(database_.read([&](db::Connection& c) -> Result<void> {
    for (const db::Row& row : TRY(c.query(std::string(kArea) + "ORDER BY opened_at DESC, id")))
      areas.push_back(read_area(row));
    for (const db::Row& row : TRY(c.query(std::string(kTask) + "ORDER BY due, id")))
      tasks.push_back(read_task(row));
    return {};
  }));
  std::map<AssessmentId, Whole> evidence;
  for (FocusArea& area : areas) {
    auto known = evidence.find(area.assessment);
    if (known == evidence.end())
      known =
          evidence.emplace(area.assessment, TRY(assessments_.find(actor, area.assessment))).first;
    TRY(describe(area, known->second));
    for (const Task& task : tasks)
      if (task.focus == area.id) count_task(area, task);
  }
  constexpr Date kNever(std::chrono::year(9999) / 12 / 31);
  std::ranges::stable_sort(areas, [&](const FocusArea& a, const FocusArea& b) {
    if (a.open != b.open) return a.open;
    return a.next_due.value_or(kNever) < b.next_due.value_or(kNever);
  });
  return areas;
}

Result<WholeFocus> FocusAreas::find(const trust::Actor& actor, FocusId id) {
  TRY(gatekeeper_.require(actor, {"read"}, focus_object(), id.to_string()));
  WholeFocus whole;
  std::vector<AssessmentId> scans;
  TRY(database_.read([&](db::Connection& c) -> Result<void> {
    const auto row = TRY(c.query_one(std::string(kArea) + "WHERE id = $1", {id}));
    if (!row) return fail(ErrorKind::kNotFound, "there is no such focus area");
    whole.area = read_area(*row);
    for (const db::Row& note :
         TRY(c.query("SELECT id, kind, words, written_at FROM threat_desk_focus_note WHERE focus = "
                     "$1 ORDER BY written_at, id",
                     {id})))
      whole.notes.push_back({note.id<NoteId>(0),
                             note_kind_from(note.text(1)).value_or(NoteKind::kNote), note.text(2),
                             note.instant(3)});
    for (const db::Row& task :
         TRY(c.query(std::string(kTask) + "WHERE focus = $1 ORDER BY due, id", {id})))
      whole.tasks.push_back(read_task(task));
    for (const db::Row& scan : TRY(c.query(
             "SELECT s.assessment FROM threat_desk_focus_scan s JOIN threat_desk_assessment "
             "a ON a.id = s.assessment WHERE s.focus = $1 ORDER BY a.asked_at DESC",
             {id})))
      scans.push_back(scan.id<AssessmentId>(0));
    return {};
  }));
  whole.evidence = TRY(assessments_.find(actor, whole.area.assessment));
  TRY(describe(whole.area, whole.evidence));
  for (const Task& task : whole.tasks) count_task(whole.area, task);
  for (const AssessmentId scan : scans)
    whole.scans.push_back(TRY(assessments_.find(actor, scan)).entry);
  if (whole.area.begun)
    whole.change = TRY(compare_before_after(database_, whole.evidence.entry.request,
                                            whole.finding().window, *whole.area.begun));
  return whole;
}

// One change of one area with its line in the audit log; kNotFound when nothing was changed.
Result<void> FocusAreas::change(const trust::Actor& actor, FocusId id, std::string_view what,
                                const std::function<Result<std::int64_t>(db::Connection&)>& write) {
  TRY(gatekeeper_.require(actor, {"edit"}, focus_object(), id.to_string()));
  return database_.write([&](db::Connection& c) -> Result<void> {
    if (!TRY(c.query_one("SELECT id FROM threat_desk_focus WHERE id = $1", {id})))
      return fail(ErrorKind::kNotFound, "there is no such focus area");
    if (TRY(write(c)) != 1) return fail(ErrorKind::kNotFound, "there is no such entry");
    return trust::append_audit(c, actor,
                               {.action = "threat_focus_area.edit",
                                .object_type = std::string(kType),
                                .object = id.to_string(),
                                .detail = std::string(what)},
                               clock_.now());
  });
}

Result<void> FocusAreas::add_note(const trust::Actor& actor, FocusId id, NoteKind kind,
                                  std::string words) {
  TRY(check_words(words));
  return change(actor, id, "add=" + std::string(code_of(kind)), [&](db::Connection& c) {
    return c.execute(
        "INSERT INTO threat_desk_focus_note (id, focus, kind, words, written_at) "
        "VALUES ($1, $2, $3, $4, $5)",
        {NoteId::generate(clock_, random_), id, code_of(kind), words, clock_.now()});
  });
}

Result<void> FocusAreas::remove_note(const trust::Actor& actor, FocusId id, NoteId note) {
  return change(actor, id, "remove=note", [&](db::Connection& c) {
    return c.execute("DELETE FROM threat_desk_focus_note WHERE id = $1 AND focus = $2", {note, id});
  });
}

Result<void> FocusAreas::add_task(const trust::Actor& actor, const Task& task) {
  TRY(check_words(task.words));
  if (!task.due.ok() || task.due < Date(std::chrono::year(2000) / 1 / 1))
    return fail(ErrorKind::kInvalid, "is no day", "field due");
  if (task.owner.is_nil()) return fail(ErrorKind::kInvalid, "nobody is named", "field owner");
  return change(actor, task.focus, "add=task", [&](db::Connection& c) -> Result<std::int64_t> {
    if (!TRY(c.query_one("SELECT id FROM trust_organization WHERE id = $1 AND active = 1",
                         {task.owner})))
      return fail(ErrorKind::kInvalid, "is no organization here", "field owner");
    return c.execute(
        "INSERT INTO threat_desk_focus_task (id, focus, kind, words, owner, due, state) "
        "VALUES ($1, $2, $3, $4, $5, $6, 'planned')",
        {TaskId::generate(clock_, random_), task.focus, code_of(task.kind), task.words, task.owner,
         task.due});
  });
}

Result<void> FocusAreas::settle_task(const trust::Actor& actor, FocusId id, TaskId task,
                                     TaskState state) {
  return change(actor, id, "task=" + std::string(code_of(state)), [&](db::Connection& c) {
    return c.execute(
        "UPDATE threat_desk_focus_task SET state = $3, settled_at = $4 WHERE id = $1 AND focus = "
        "$2",
        {task, id, code_of(state),
         state == TaskState::kPlanned ? db::Value() : db::Value(clock_.now())});
  });
}

Result<void> FocusAreas::set_begun(const trust::Actor& actor, FocusId id, Date begun) {
  const WholeFocus whole = TRY(find(actor, id));
  const AssessRequest& request = whole.evidence.entry.request;
  if (!begun.ok() || begun <= request.from || begun > request.to)
    return fail(ErrorKind::kInvalid, "is not inside the years that were assessed", "field begun",
                "Choose a day after the first and up to the last");
  return change(actor, id, "begun", [&](db::Connection& c) {
    return c.execute("UPDATE threat_desk_focus SET begun = $2 WHERE id = $1", {id, begun});
  });
}

Result<void> FocusAreas::set_open(const trust::Actor& actor, FocusId id, bool open) {
  return change(actor, id, open ? "open" : "close", [&](db::Connection& c) {
    return c.execute("UPDATE threat_desk_focus SET state = $2 WHERE id = $1",
                     {id, open ? "open" : "closed"});
  });
}

Result<AssessmentId> FocusAreas::scan_again(const trust::Actor& actor, FocusId id) {
  const WholeFocus whole = TRY(find(actor, id));
  if (!whole.area.begun)
    return fail(ErrorKind::kInvalid, "the response has no first day yet", "field begun",
                "Say first when the response began");
  AssessRequest request = whole.evidence.entry.request;
  request.from = *whole.area.begun;
  if (const auto years = TRY(assessments_.years()))
    request.to = std::max(request.to, Date(std::chrono::year(years->last) / 12 / 31));
  const AssessmentId scan = TRY(assessments_.ask_for(actor, request));
  TRY(change(actor, id, "scan", [&](db::Connection& c) {
    return c.execute("INSERT INTO threat_desk_focus_scan (focus, assessment) VALUES ($1, $2)",
                     {id, scan});
  }));
  return scan;
}

Result<std::vector<Task>> FocusAreas::due_by(const trust::Actor& actor, Date day) {
  TRY(gatekeeper_.require(actor, {"list"}, focus_object(), {}));
  return database_.read([&](db::Connection& c) -> Result<std::vector<Task>> {
    std::vector<Task> tasks;
    for (const db::Row& row :
         TRY(c.query("SELECT t.id, t.focus, t.kind, t.words, t.owner, t.due, t.state FROM "
                     "threat_desk_focus_task t JOIN threat_desk_focus f ON f.id = t.focus WHERE "
                     "t.state = 'planned' AND f.state = 'open' AND t.due <= $1 ORDER BY t.due, "
                     "t.id",
                     {day})))
      tasks.push_back(read_task(row));
    return tasks;
  });
}

}  // namespace daybreak::threat::desk
