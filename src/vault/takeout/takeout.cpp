// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/takeout/takeout.hpp"

#include <map>

#include "base/csv.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "vault/attachments/attachments.hpp"
#include "vault/clients/clients.hpp"
#include "vault/notes/notes.hpp"
#include "vault/plans/plans.hpp"
#include "vault/plans/safety.hpp"
#include "vault/releases/releases.hpp"
#include "vault/services/services.hpp"
#include "vault/tasks/tasks.hpp"

namespace daybreak::vault::takeout {
namespace {

constexpr std::int64_t kAtOnce = 200;

constexpr std::string_view kReadMe =
    "What your organization's vault held, in files that any program reads (UTF-8, "
    "comma-separated).\n"
    "\n"
    "people.csv        one answer a line\n"
    "people.json       one person a line, with everything\n"
    "services.csv      day, category, minutes\n"
    "notes.csv         signed notes and own drafts, of the classes whose keys the exporting member "
    "holds\n"
    "goals.csv         what each person wants to reach, and the steps to it: every version, the "
    "newest first\n"
    "safety-plans.csv  every version of each safety plan, the newest first, one part a line\n"
    "tasks.csv         what is or was to be done, by which day; without a person: for the "
    "organization\n"
    "releases.csv      what may or might have been told, to whom, until when\n"
    "disclosures.csv   what was told\n"
    "attachments/      originals, as they came, below the person's number\n"
    "\n"
    "It names survivors. Keep it sealed, and destroy what you do not need any more.\n";

// Small tables grow in memory and go out at the end; people and files go out as they are read.
struct Tables {
  std::string people, services, notes, goals, safety_plans, tasks, releases, disclosures;
  void begin() {
    row(people, {"person", "state", "opened_on", "closed_on", "question", "skipped", "answer"});
    row(services, {"person", "day", "category", "minutes", "mode", "funder", "language"});
    row(notes, {"person", "class", "signed", "written_at", "note"});
    row(goals, {"person", "goal", "of", "version", "written_at", "area", "state", "since", "who",
                "due_on", "words"});
    row(safety_plans, {"person", "version", "written_at", "part", "skipped", "words"});
    row(tasks, {"person", "due_on", "deadline", "done_at", "task"});
    row(releases, {"release", "person", "state", "organization", "elsewhere", "recipient", "method",
                   "items", "purpose", "from", "until"});
    row(disclosures, {"release", "person", "made_at", "method", "items"});
  }
  static void row(std::string& out, std::initializer_list<std::string_view> fields) {
    CsvWriter(out, CsvFormulas::kNeutralise).row(fields);
  }
};

std::string items_text(const std::vector<releases::Item>& items) {
  std::vector<std::string> names;
  for (const auto& item : items) names.push_back(releases::write_item(item));
  return join(names, " ");
}

std::string answer_text(const clients::Answered& told) {
  return told.answer.codes.empty() ? told.answer.text.reveal() : join(told.answer.codes, " ");
}

class Person {
 public:
  Person(const Work& work, PackageWriter& package, Tables& tables, TakenOut& count,
         const clients::ClientFile& file)
      : work_(work),
        package_(package),
        tables_(tables),
        count_(count),
        file_(file),
        number_("C-" + std::to_string(file.line.number)) {}

  // The JSON line; what has no key any more is only its number.
  Result<Json> write() {
    write_answers();
    TRY(write_services());
    if (file_.line.state != clients::ClientState::kShredded) {
      TRY(write_notes());
      TRY(write_plan());
      TRY(write_safety_plan());
      TRY(write_releases());
    }
    TRY(write_disclosures());
    return std::move(json_);
  }
  Result<void> write_attachments() {
    if (file_.line.state == clients::ClientState::kShredded) return {};
    attachments::Attachments service(work_);
    for (const auto& one : TRY(service.of_client(file_.line.id))) {
      if (one.is_shredded) continue;
      auto opened = TRY(service.open(file_.line.id, one.id, attachments::Copy::kOriginal));
      TRY(package_.file("attachments/" + number_ + "/" +
                        attachments::file_name_of(one.number, one.type)));
      while (const auto piece = TRY(opened.pieces())) TRY(package_.append(*piece));
      ++count_.attachments;
    }
    return {};
  }

 private:
  void write_answers() {
    json_.set("person", number_);
    json_.set("state", code_of(file_.line.state));
    json_.set("opened_on", format_date(file_.line.opened_on));
    Json answers = Json::object(), family = Json::array();
    const std::string closed = file_.closed_on ? format_date(*file_.closed_on) : std::string();
    for (const auto& told : file_.answers) {
      const std::string_view skipped =
          told.answer.skip ? codes::code_of(*told.answer.skip) : std::string_view();
      const std::string text = answer_text(told);
      Tables::row(tables_.people,
                  {number_, code_of(file_.line.state), format_date(file_.line.opened_on), closed,
                   told.answer.question, skipped, text});
      answers.set(told.answer.question, skipped.empty() ? Json(text) : Json(skipped));
    }
    for (const auto& relative : file_.relatives)
      family.append(Json::object({{"relation", relative.relation},
                                  {"age_group", relative.age_group},
                                  {"name", relative.name.reveal()}}));
    json_.set("answers", std::move(answers));
    json_.set("family", std::move(family));
    ++count_.people;
  }
  Result<void> write_services() {
    Json list = Json::array();
    for (const auto& event : TRY(services::Services(work_).of_client(file_.line.id))) {
      Tables::row(tables_.services,
                  {number_, format_date(event.day), event.category, std::to_string(event.minutes),
                   event.mode, event.funder, event.language});
      list.append(Json::object({{"day", format_date(event.day)},
                                {"category", event.category},
                                {"minutes", event.minutes},
                                {"mode", event.mode}}));
      ++count_.services;
    }
    json_.set("services", std::move(list));
    return {};
  }
  Result<void> write_notes() {
    Json list = Json::array();
    for (const auto& note : TRY(notes::Notes(work_).of_client(file_.line.id))) {
      const std::string at = format_instant(note.written_at);
      Tables::row(tables_.notes, {number_, notes::code_of(note.note_class),
                                  note.is_signed ? "yes" : "no", at, note.body.reveal()});
      list.append(Json::object({{"class", notes::code_of(note.note_class)},
                                {"signed", note.is_signed},
                                {"written_at", at},
                                {"note", note.body.reveal()}}));
      ++count_.notes;
    }
    json_.set("notes", std::move(list));
    return {};
  }
  Json goal_as_json(const std::string& number, const plans::Goal& goal) {
    const std::string at = format_instant(goal.written.at);
    Tables::row(tables_.goals, {number_, number, "goal", std::to_string(goal.written.version), at,
                                goal.terms.area, plans::code_of(goal.terms.state),
                                format_date(goal.terms.since), "", "", goal.terms.words.reveal()});
    return Json::object({{"version", goal.written.version},
                         {"written_at", at},
                         {"area", goal.terms.area},
                         {"state", plans::code_of(goal.terms.state)},
                         {"since", format_date(goal.terms.since)},
                         {"goal", goal.terms.words.reveal()}});
  }
  Json step_as_json(const std::string& number, std::size_t step_number, const plans::Step& step) {
    const std::string at = format_instant(step.written.at);
    const std::string due = step.terms.due_on ? format_date(*step.terms.due_on) : std::string();
    const std::string of = "step " + std::to_string(step_number);
    Tables::row(tables_.goals, {number_, number, of, std::to_string(step.written.version), at, "",
                                plans::code_of(step.terms.state), format_date(step.terms.since),
                                plans::code_of(step.terms.doer), due, step.terms.words.reveal()});
    return Json::object({{"version", step.written.version},
                         {"written_at", at},
                         {"state", plans::code_of(step.terms.state)},
                         {"since", format_date(step.terms.since)},
                         {"due_on", due},
                         {"step", step.terms.words.reveal()}});
  }
  // Every version, the newest first; each says when it was written.
  Result<Json> goal_with_versions(plans::GoalId id) {
    const auto history = TRY(plans::Plans(work_).read_goal(file_.line.id, id));
    const std::string number = std::to_string(history.goal.number);
    Json goal = goal_as_json(number, history.goal), earlier = Json::array(), steps = Json::array();
    for (const plans::Goal& one : history.earlier) earlier.append(goal_as_json(number, one));
    for (std::size_t i = 0; i < history.steps.size(); ++i) {
      Json step = step_as_json(number, i + 1, history.steps[i]), before = Json::array();
      for (const plans::Step& one : history.earlier_steps)
        if (one.id == history.steps[i].id) before.append(step_as_json(number, i + 1, one));
      step.set("earlier", std::move(before));
      steps.append(std::move(step));
    }
    goal.set("earlier", std::move(earlier));
    goal.set("steps", std::move(steps));
    return goal;
  }
  Result<void> write_plan() {
    Json list = Json::array();
    for (const auto& [goal, steps] : TRY(plans::Plans(work_).read(file_.line.id)).goals) {
      list.append(TRY(goal_with_versions(goal.id)));
      ++count_.goals;
    }
    json_.set("goals", std::move(list));
    return {};
  }
  Json safety_plan_as_json(const plans::SafetyPlan& plan) {
    const std::string version = std::to_string(plan.written.version);
    const std::string at = format_instant(plan.written.written_at);
    Json parts = Json::object();
    for (const auto& part : plan.parts) {
      const std::string_view skipped = part.skip ? codes::code_of(*part.skip) : std::string_view();
      Tables::row(tables_.safety_plans,
                  {number_, version, at, part.section, skipped, part.words.reveal()});
      parts.set(part.section, skipped.empty() ? Json(part.words.reveal()) : Json(skipped));
    }
    return Json::object(
        {{"version", plan.written.version}, {"written_at", at}, {"parts", std::move(parts)}});
  }
  Result<void> write_safety_plan() {
    plans::SafetyPlans safety(work_);
    Json list = Json::array();
    for (const auto& version : TRY(safety.versions(file_.line.id))) {
      const auto plan = TRY(safety.read(file_.line.id, plans::Looking::kToPrint, version.version));
      if (plan) list.append(safety_plan_as_json(*plan));
    }
    json_.set("safety_plans", std::move(list));
    return {};
  }
  Result<void> write_releases() {
    releases::Releases service(work_);
    for (const auto& row : TRY(service.of_client(file_.line.id))) {
      const auto release = TRY(service.read(row.id));
      const auto& terms = release.terms;
      const auto time = [](const std::optional<Instant>& at) {
        return at ? format_instant(*at) : std::string();
      };
      Tables::row(
          tables_.releases,
          {"R-" + std::to_string(row.number), number_, code_of(row.state_at(work_.now())),
           terms.recipient_organization ? terms.recipient_organization->to_string() : std::string(),
           terms.recipient_elsewhere, terms.recipient_person, terms.method, items_text(terms.items),
           terms.purpose, time(row.starts_at), time(row.expires_at)});
      ++count_.releases;
    }
    return {};
  }
  Result<void> write_disclosures() {
    for (const auto& one : TRY(releases::Releases(work_).record_of(file_.line.id)).disclosures) {
      Tables::row(tables_.disclosures,
                  {"R-" + std::to_string(one.release_number), number_, format_instant(one.made_at),
                   one.method, items_text(one.items)});
      ++count_.disclosures;
    }
    return {};
  }

  const Work& work_;
  PackageWriter& package_;
  Tables& tables_;
  TakenOut& count_;
  const clients::ClientFile& file_;
  std::string number_;
  Json json_ = Json::object();
};

using EachFile = std::function<Result<void>(const clients::ClientFile&)>;
Result<void> each_file(const Work& work, const EachFile& act) {
  clients::Clients clients(work);
  for (std::int64_t skip = 0;; skip += kAtOnce) {
    const auto page = TRY(clients.list({.state = {}, .skip = skip, .most = kAtOnce}));
    for (const auto& line : page.lines) TRY(act(TRY(clients.read(line.id))));
    if (skip + kAtOnce >= page.all) return {};
  }
}

using Numbers = std::map<clients::ClientId, std::string>;  // "C-12"

Result<void> write_tasks(const Work& work, const Numbers& numbers, Tables& tables,
                         TakenOut& count) {
  const Date today(std::chrono::floor<std::chrono::days>(work.now()));
  for (const auto shown : {tasks::Shown::kAll, tasks::Shown::kDone})
    for (const auto& task : TRY(tasks::Tasks(work).take_out({.shown = shown}, today))) {
      const auto found = task.client ? numbers.find(*task.client) : numbers.end();
      Tables::row(tables.tasks,
                  {found == numbers.end() ? std::string() : found->second, format_date(task.due_on),
                   task.deadline, task.done_at ? format_instant(*task.done_at) : std::string(),
                   task.text.reveal()});
      ++count.tasks;
    }
  return {};
}

Result<void> write_table(PackageWriter& package, std::string_view name, const std::string& text) {
  TRY(package.file(name));
  return package.append(text);
}

}  // namespace

Result<TakenOut> take_out(const Work& work, const trust::Actor& second, PackageWriter& package) {
  TRY(work.vault.require(work.actor, "vault", "export"));
  TRY(work.vault.require(second, "vault", "unlock"));
  if (!second.is_member() || second.member == work.actor.member)
    return fail(ErrorKind::kConflict, "a second person has to be there", {}, "Ask a colleague");
  TRY(work.vault.note_look(work.actor, "vault", "export", work.vault.organization().to_string(),
                           "second=" + second.member.to_string()));
  TakenOut count;
  Tables tables;
  tables.begin();
  TRY(write_table(package, "READ-ME.txt", std::string(kReadMe)));
  TRY(package.file("people.json"));
  Numbers numbers;
  TRY(each_file(work, [&](const clients::ClientFile& file) -> Result<void> {
    numbers.emplace(file.line.id, "C-" + std::to_string(file.line.number));
    const Json json = TRY(Person(work, package, tables, count, file).write());
    return package.append(to_text(json) + "\n");
  }));
  TRY(write_table(package, "people.csv", tables.people));
  TRY(write_table(package, "services.csv", tables.services));
  TRY(write_table(package, "notes.csv", tables.notes));
  TRY(write_table(package, "goals.csv", tables.goals));
  TRY(write_table(package, "safety-plans.csv", tables.safety_plans));
  TRY(write_tasks(work, numbers, tables, count));
  TRY(write_table(package, "tasks.csv", tables.tasks));
  TRY(write_table(package, "releases.csv", tables.releases));
  TRY(write_table(package, "disclosures.csv", tables.disclosures));
  TRY(each_file(work, [&](const clients::ClientFile& file) {
    return Person(work, package, tables, count, file).write_attachments();
  }));
  TRY(package.end());
  return count;
}

}  // namespace daybreak::vault::takeout
