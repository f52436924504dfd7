// SPDX-License-Identifier: AGPL-3.0-or-later
// Tasks and deadlines: mine, all, overdue; in order of harm if late; added, done, taken out. On a
// person's page the first of them is the next step.
#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "vault/desk/file_parts.hpp"
#include "vault/tasks/listing.hpp"
#include "visit/lists.hpp"

namespace daybreak::vault::desk {
namespace {

using clients::ClientId;
using clients::Clients;
using html::Href;
using html::Markup;
using http::Request;
using http::Response;
using language::Words;
using tasks::Order;
using tasks::Shown;
using tasks::Task;
using tasks::TaskFilter;
using tasks::TaskId;
using tasks::Tasks;

const Href kTasks("/vault/tasks");

std::string deadline_words(Words t, const Task& task) {
  return task.deadline.empty() ? std::string("–") : code_words(t, "deadline", task.deadline);
}

std::string due_words(Words t, const Task& task, Date day) {
  std::string words = day_words(t, task.due_on);
  if (!task.done_at && std::chrono::sys_days(task.due_on) < std::chrono::sys_days(day))
    words += " · " + std::string(t("overdue"));
  return words;
}

std::string text_words(Words t, const Task& task) {
  return task.text.reveal().empty() ? std::string(t("Shredded")) : task.text.reveal();
}

using Lines = std::map<ClientId, clients::ClientLine>;

// The people of these tasks, in one question.
Lines lines_of(const Work& work, const std::vector<Task>& all) {
  std::set<ClientId> ids;
  for (const Task& task : all)
    if (task.client) ids.insert(*task.client);
  return Clients(work).lines_of(std::vector<ClientId>(ids.begin(), ids.end())).value_or(Lines());
}

// 0 for the organization.
std::int64_t number_of(const Lines& lines, const Task& task) {
  if (!task.client) return 0;
  const auto line = lines.find(*task.client);
  return line == lines.end() ? 0 : line->second.number;
}

void write_person(html::Rows& rows, Markup& out, const Lines& lines, const Task& task) {
  const Words t = out.words();
  if (!task.client) return rows.cell(t("The organization"));
  const auto line = lines.find(*task.client);
  rows.cell([&] {
    html::link(out,
               line == lines.end() ? std::string("–")
                                   : client_title(line->second.number, line->second.initials),
               file_address(*task.client));
  });
}

tasks::Columns columns_of(Words t, const Lines& lines, MemberNames& names) {
  return {.person = [&lines](const Task& task) { return number_of(lines, task); },
          .deadline = [t](const Task& task) { return deadline_words(t, task); },
          .owner = [&names](const Task& task) { return names.of(task.owner); }};
}

void write_done_button(Markup& out, const Request& request, const Task& task) {
  const Words t = out.words();
  html::action_button(out,
                      {.action = kTasks / task.id.to_string() / (task.done_at ? "undone" : "done"),
                       .csrf_token = visit::csrf_of(request),
                       .text = task.done_at ? t("Not done") : t("Done"),
                       .kind = html::ButtonKind::kOutline});
}

constexpr std::size_t kPerPage = 25;
constexpr std::int64_t kMostListed = 1000;

// A part of a list, as long as a page is.
struct Shelf {
  std::optional<html::Sorting> sorting = {};  // none where it is only the beginning of a list
  std::size_t first = 0;
};

void write_table(Markup& out, const Desk& desk, const Request& request, const Work& work,
                 std::vector<Task> all, const Shelf& shelf) {
  const Words t = out.words();
  const Date day = today(desk.clock);
  const Lines lines = lines_of(work, all);
  MemberNames names(desk, t);
  if (shelf.sorting)
    tasks::sort_by(all, request.query().get("sort").raw(), columns_of(t, lines, names));
  html::table(out,
              {.caption = t.plural("{0} task", "{0} tasks", static_cast<std::int64_t>(all.size())),
               .columns = {{t("Task")},
                           {t("Day"), html::Align::kLeft, "day"},
                           {t("Legal deadline"), html::Align::kLeft, "deadline"},
                           {t("Person"), html::Align::kLeft, "person"},
                           {t("Who does it"), html::Align::kLeft, "owner"},
                           {t("State")}},
               .sorting = shelf.sorting},
              [&](html::Rows& rows) {
                for (std::size_t i = shelf.first; i < std::min(all.size(), shelf.first + kPerPage);
                     ++i) {
                  const Task& task = all[i];
                  rows.row();
                  rows.cell(text_words(t, task));
                  rows.cell(due_words(t, task, day));
                  rows.cell(deadline_words(t, task));
                  write_person(rows, out, lines, task);
                  rows.cell(names.of(task.owner));
                  rows.cell([&] { write_done_button(out, request, task); });
                }
              });
}

void write_task_form(Markup& out, const Desk& desk, const Request& request, const Work& work,
                     const std::optional<ClientId>& client) {
  const Words t = out.words();
  html::post_form(
      out, {.action = kTasks, .csrf_token = visit::csrf_of(request), .label = t("Add a task")},
      [&] {
        if (client)
          html::hidden_field(out, "client", client->to_string());
        else
          html::text_input(out, {.words = {.name = "number",
                                           .label = t("Number of the file"),
                                           .hint = t("Leave it empty when the task is for the "
                                                     "organization.")},
                                 .width = html::FieldWidth::kSmall,
                                 .autocomplete = "off"});
        html::text_input(out, {.words = {.name = "task",
                                         .label = t("What is to be done"),
                                         .hint = t("It is sealed like a note."),
                                         .required = true},
                               .autocomplete = "off"});
        html::date_picker(out, {.words = {.name = "due_on", .label = t("By"), .required = true},
                                .value = format_date(today(desk.clock))});
        html::select(out, {.words = {.name = "deadline", .label = t("Legal deadline")},
                           .options = options_of(t, "deadline", {}, today(desk.clock)),
                           .empty_choice = t("None")});
        html::select(out, {.words = {.name = "owner", .label = t("Who does it"), .required = true},
                           .options = member_options(desk, t, work, work.actor.member)});
        html::button(out, {.text = t("Add the task")});
      });
}

// What the address of the list asks for, or the form that takes it out.
struct Asked {
  std::string show, owner, due_by, sort;
  static Asked of(const http::Fields& fields) {
    return {fields.get("show").raw(), fields.get("owner").raw(), fields.get("due_by").raw(),
            fields.get("sort").raw()};
  }
  Href here() const {
    return kTasks.with("show", show).with("owner", owner).with("due_by", due_by);
  }
};

TaskFilter filter_of(const Asked& asked) {
  TaskFilter filter{.shown = asked.show == "all"       ? Shown::kAll
                             : asked.show == "overdue" ? Shown::kOverdue
                             : asked.show == "done"    ? Shown::kDone
                                                       : Shown::kMine,
                    .order = asked.sort == "day" ? Order::kDay : Order::kHarm,
                    .most = kMostListed};
  if (const auto owner = trust::MemberId::parse(asked.owner)) {
    filter.owner = *owner;
    if (filter.shown == Shown::kMine) filter.shown = Shown::kAll;  // hers, then, not mine
  }
  if (const auto day = parse_date(asked.due_by)) filter.due_by = *day;
  return filter;
}

void write_filter(Markup& out, const Desk& desk, const Work& work, const Asked& asked) {
  const Words t = out.words();
  const auto owner = trust::MemberId::parse(asked.owner);
  const auto choice = [&](std::string_view value, std::string_view words, std::string_view chosen) {
    return html::Option{
        .value = std::string(value), .label = std::string(words), .selected = chosen == value};
  };
  html::get_form(out, {.action = kTasks, .label = t("Which tasks")}, [&] {
    html::select(
        out,
        {.words = {.name = "show", .label = t("Show")},
         .options = std::vector<html::Option>{
             choice("mine", t("My tasks"), asked.show), choice("all", t("All tasks"), asked.show),
             choice("overdue", t("Overdue"), asked.show), choice("done", t("Done"), asked.show)}});
    html::select(out, {.words = {.name = "owner", .label = t("Who does it")},
                       .options = member_options(desk, t, work,
                                                 owner ? std::optional(*owner) : std::nullopt),
                       .empty_choice = t("Anyone")});
    html::date_picker(out, {.words = {.name = "due_by", .label = t("Due by")},
                            .value = parse_date(asked.due_by) ? asked.due_by : std::string()});
    html::select(
        out, {.words = {.name = "sort", .label = t("Order")},
              .options = std::vector<html::Option>{choice("harm", t("By harm if late"), asked.sort),
                                                   choice("day", t("By day"), asked.sort)}});
    html::button(out, {.text = t("Show"), .kind = html::ButtonKind::kOutline});
  });
}

void write_taking_out(Markup& out, const Request& request, const Asked& asked) {
  const Words t = out.words();
  html::heading(out, 2, t("Take out as a table"));
  html::paragraph(out, t("Numbers of files stand in it, no names, and not the words of the "
                         "tasks. It asks who you are, and is written down."));
  html::post_form(out,
                  {.action = kTasks / "export",
                   .csrf_token = visit::csrf_of(request),
                   .label = t("Take out as a table")},
                  [&] {
                    html::hidden_field(out, "show", asked.show);
                    html::hidden_field(out, "owner", asked.owner);
                    html::hidden_field(out, "due_by", asked.due_by);
                    html::hidden_field(out, "sort", asked.sort);
                    html::button(out, {.text = t("Download"), .kind = html::ButtonKind::kOutline});
                  });
}

void write_page(Markup& out, const Desk& desk, const Request& request, const Work& work,
                const Asked& asked, const std::vector<Task>& all) {
  const Words t = out.words();
  if (all.empty())
    return html::empty_state(out, {.title = t("Nothing waits here"),
                                   .what_to_do = t("Add a task below, or show all tasks.")});
  const auto pages = static_cast<std::int64_t>((all.size() + kPerPage - 1) / kPerPage);
  const std::int64_t page =
      std::clamp<std::int64_t>(to_integer(request.query().get("page").raw()).value_or(1), 1, pages);
  write_table(out, desk, request, work, all,
              {.sorting = visit::sorting_of(request, asked.here(), "harm"),
               .first = static_cast<std::size_t>(page - 1) * kPerPage});
  if (all.size() == kMostListed)
    html::note(out, t("Only the first {0} by day are listed. Narrow the choice to see others.",
                      {t.number(kMostListed)}));
  html::pagination(
      out, {.page = page, .pages = pages, .href = [&](std::int64_t number) {
              return asked.here().with("sort", asked.sort).with("page", std::to_string(number));
            }});
}

Response list_page(const Desk& desk, const Request& request) {
  return with_work(desk, request, [&](const Work& work) {
    const Words t(visit::language_of(request));
    const Asked asked = Asked::of(request.query());
    const auto all = Tasks(work).list(filter_of(asked), today(desk.clock));
    if (!all) return desk.visits.failure(request, all.error(), kTasks);
    return vault_page(desk, request,
                      {.title = t("Tasks and deadlines"),
                       .audience = html::Audience::kStaff,
                       .window_title = t("Your work"),
                       .crumbs = {{std::string(t("People you work with")), Href("/vault/clients")}},
                       .wide = true},
                      [&](Markup& out) {
                        write_filter(out, desk, work, asked);
                        write_page(out, desk, request, work, asked, *all);
                        html::heading(out, 2, t("Add a task"));
                        write_task_form(out, desk, request, work, {});
                        write_taking_out(out, request, asked);
                      });
  });
}

Result<std::optional<ClientId>> client_of(const Work& work, const http::Fields& fields) {
  if (fields.has("client")) {
    const auto id = ClientId::parse(fields.get("client").raw());
    if (!id) return fail(ErrorKind::kInvalid, "no such person", "field client");
    return *id;
  }
  const std::string number(trim(fields.get("number").raw()));
  if (number.empty()) return std::nullopt;
  auto found = TRY(Clients(work).by_number(number));
  if (!found) return fail(ErrorKind::kInvalid, "there is no such file", "field number");
  return found;
}

Response add_task(const Desk& desk, const Request& request) {
  return with_work(desk, request, [&](const Work& work) {
    const auto& fields = request.form().fields;
    Href back = kTasks;
    const auto added = [&]() -> Result<void> {
      Task task;
      task.client = TRY(client_of(work, fields));
      if (task.client && fields.has("client")) back = file_address(*task.client);
      task.owner = TRY(member_in(work, fields, "owner"));
      task.deadline = fields.get("deadline").raw();
      task.due_on = parse_date(fields.get("due_on").raw()).value_or(Date());
      task.text = Secret<std::string>(fields.get("task").raw());
      TRY(Tasks(work).add(task));
      return {};
    }();
    return after(desk, request, added, back);
  });
}

Response set_done(const Desk& desk, const Request& request, bool done) {
  return with_work(desk, request, [&](const Work& work) {
    return after(desk, request, Tasks(work).set_done(TaskId(request.uuid_parameter("task")), done),
                 kTasks);
  });
}

Response download(const Desk& desk, const Request& request) {
  return with_work(desk, request, [&](const Work& work) {
    const Asked asked = Asked::of(request.form().fields);
    auto all = Tasks(work).take_out(filter_of(asked), today(desk.clock));
    if (!all) return desk.visits.failure(request, all.error(), kTasks);
    const Lines lines = lines_of(work, *all);
    MemberNames names(desk, Words(visit::language_of(request)));
    const tasks::Columns columns = columns_of(Words(visit::language_of(request)), lines, names);
    tasks::sort_by(*all, asked.sort, columns);
    return visit::csv_download(tasks::as_table(*all, columns), "tasks.csv");
  });
}

}  // namespace

std::vector<html::Option> member_options(const Desk& desk, Words t, const Work& work,
                                         const std::optional<trust::MemberId>& chosen) {
  std::vector<html::Option> options;
  const auto members = Officers(work.vault).members(work.actor);
  MemberNames names(desk, t);
  if (members)
    for (const VaultMember& one : *members)
      options.push_back({.value = one.member.to_string(),
                         .label = names.of(one.member),
                         .selected = one.member == chosen});
  return options;
}

Result<trust::MemberId> member_in(const Work& work, const http::Fields& fields,
                                  std::string_view field) {
  const std::string wanted = fields.get(field).raw();
  for (const VaultMember& one : TRY(Officers(work.vault).members(work.actor)))
    if (one.member.to_string() == wanted) return one.member;
  return fail(ErrorKind::kInvalid, "there is no such member", "field " + std::string(field),
              "Choose a colleague");
}

void write_next_step(Markup& out, const OpenFile& open) {
  const Words t = out.words();
  const Date day = today(open.desk.clock);
  const auto all = Tasks(open.work).list({.shown = Shown::kAll, .client = open.id()}, day);
  if (!all) return write_damage(out);
  html::section(out, 2, t("Next step"), [&] {
    if (all->empty()) return html::note(out, t("No task is open. Write the next step below."));
    html::list(out, html::ListKind::kNumbers, all->size(), [&](std::size_t i) {
      const Task& task = (*all)[i];
      std::string line = due_words(t, task, day) + ": " + text_words(t, task);
      if (!task.deadline.empty()) line += " (" + deadline_words(t, task) + ")";
      out.text(line);
      write_done_button(out, open.request, task);
    });
  });
}

void write_tasks(Markup& out, const OpenFile& open) {
  const Words t = out.words();
  html::accordion_item(out, {.title = t("Add a task")}, [&] {
    write_task_form(out, open.desk, open.request, open.work, open.id());
  });
}

void write_waiting(Markup& out, const Desk& desk, const Request& request, const Work& work) {
  const Words t = out.words();
  auto all = Tasks(work).list({}, today(desk.clock));
  if (!all || all->empty()) return;
  constexpr std::size_t kShown = 5;
  if (all->size() > kShown) all->resize(kShown);
  html::section(out, 2, t("What waits for you"), [&] {
    write_table(out, desk, request, work, *all, {});
    html::link(out, t("Tasks and deadlines"), kTasks);
  });
}

void add_task_routes(http::Router& router, const Desk& desk) {
  using http::Access;
  router.get("/vault/tasks", Access::signed_in(),
             [desk](Request& request) { return list_page(desk, request); });
  router.post("/vault/tasks", Access::signed_in(),
              [desk](Request& request) { return add_task(desk, request); });
  router.post("/vault/tasks/export", Access::signed_in(),
              [desk](Request& request) { return download(desk, request); });
  router.post("/vault/tasks/{task:uuid}/done", Access::signed_in(),
              [desk](Request& request) { return set_done(desk, request, true); });
  router.post("/vault/tasks/{task:uuid}/undone", Access::signed_in(),
              [desk](Request& request) { return set_done(desk, request, false); });
}

}  // namespace daybreak::vault::desk
