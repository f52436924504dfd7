// SPDX-License-Identifier: AGPL-3.0-or-later
// Committees, protocols in force and peer liaisons of a task force: a list to filter, sort and
// export, and a form for each.
#include <algorithm>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "commons/network/pages/pages.hpp"
#include "language/format.hpp"

namespace daybreak::network::pages {
namespace {

using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using http::Status;
using language::MessageId;
using language::to_translate;
using language::Words;

MessageId words_of(ArrangementKind kind) {
  switch (kind) {
    case ArrangementKind::kCommittee:
      return to_translate("Committee");
    case ArrangementKind::kProtocol:
      return to_translate("Protocol");
    case ArrangementKind::kLiaison:
      return to_translate("Peer liaison");
  }
  return to_translate("Committee");
}

Href list_of(const Uuid& task_force) {
  return Href("/network-desk") / task_force.to_string() / "arrangements";
}

struct Typed {
  Arrangement one;
  std::string since, until, review;
};

struct Shown {
  TaskForce task_force;
  std::vector<Arrangement> all;
  std::string kind, state;
  html::Sorting sorting;
  Href address() const { return list_of(task_force.id).with("kind", kind).with("state", state); }
};

std::string_view state_of(const Arrangement& one, Date today) {
  if (!one.in_force(today)) return "ended";
  return one.review && *one.review < today ? "review" : "in_force";
}

Result<Shown> read(const Desk& desk, const Request& request) {
  const Uuid id = request.uuid_parameter("id");
  const Date today = desk.network.today();
  Shown shown{.task_force = TRY(desk.network.find(id)),
              .all = TRY(desk.network.arrangements(visit::actor_of(request), id)),
              .kind = request.query().get("kind").raw(),
              .state = request.query().get("state").raw(),
              .sorting = {}};
  if (!arrangement_kind_from(shown.kind)) shown.kind.clear();
  shown.sorting = visit::sorting_of(request, shown.address(), "kind");
  std::erase_if(shown.all, [&](const Arrangement& one) {
    return (!shown.kind.empty() && code_of(one.kind) != shown.kind) ||
           (!shown.state.empty() && state_of(one, today) != shown.state);
  });
  std::ranges::stable_sort(shown.all, {}, [&](const Arrangement& one) {
    if (shown.sorting.key == "title") return to_lower_ascii(one.title);
    if (shown.sorting.key == "since") return day_of(one.since);
    if (shown.sorting.key == "review") return one.review ? day_of(one.review) : "9999";
    return std::string(code_of(one.kind));
  });
  if (shown.sorting.direction == html::Direction::kDescending) std::ranges::reverse(shown.all);
  return shown;
}

std::string to_csv(const Shown& shown) {
  std::string text;
  CsvWriter csv(text, CsvFormulas::kNeutralise);
  csv.row({"kind", "title", "purpose", "keeper", "meets", "address", "since", "until", "review"});
  for (const Arrangement& one : shown.all)
    csv.row({code_of(one.kind), one.title, one.purpose, one.keeper, one.rhythm, one.address,
             day_of(one.since), day_of(one.until), day_of(one.review)});
  return text;
}

void write_state(Markup& out, const Arrangement& one, Date today) {
  const Words t = out.words();
  const std::string_view state = state_of(one, today);
  if (state == "ended") return html::tag(out, t("Not in force"), html::TagTone::kPlain);
  if (state == "review") return html::tag(out, t("Review is due"), html::TagTone::kCaution);
  html::tag(out, t("In force"), html::TagTone::kGood);
}

void write_list(Markup& out, const Shown& shown, Date today, bool may_edit) {
  const Words t = out.words();
  const auto day = [&](const std::optional<Date>& date) {
    return date ? language::format_date(t.language(), *date, language::DateStyle::kShort) : "–";
  };
  html::table(out,
              {.caption = t("Committees, protocols, liaisons"),
               .columns = {{t("Title"), html::Align::kLeft, "title"},
                           {t("Kind"), html::Align::kLeft, "kind"},
                           {t("Kept by")},
                           {t("Since"), html::Align::kLeft, "since"},
                           {t("Review by"), html::Align::kLeft, "review"},
                           {t("State")},
                           {t("Document")}},
               .sorting = shown.sorting,
               .caption_hidden = true},
              [&](html::Rows& rows) {
                for (const Arrangement& one : shown.all) {
                  rows.row();
                  if (may_edit)
                    rows.link(one.title, list_of(shown.task_force.id) / one.id.to_string());
                  else
                    rows.cell(one.title);
                  rows.cell(t(words_of(one.kind)));
                  rows.cell(one.keeper.empty() ? "–" : one.keeper);
                  rows.cell(day(one.since));
                  rows.cell(day(one.review));
                  rows.cell([&] { write_state(out, one, today); });
                  rows.cell([&] {
                    if (one.address.empty()) return void(out.text("–"));
                    html::link(out, t("Read: {0}", {one.title}), Href(one.address));
                  });
                }
              });
}

void write_filter(Markup& out, const Shown& shown) {
  const Words t = out.words();
  std::vector<html::Option> kinds;
  for (const auto kind :
       {ArrangementKind::kCommittee, ArrangementKind::kProtocol, ArrangementKind::kLiaison})
    kinds.push_back({.value = std::string(code_of(kind)),
                     .label = std::string(t(words_of(kind))),
                     .selected = code_of(kind) == shown.kind});
  const std::vector<html::Option> states{{.value = "in_force",
                                          .label = std::string(t("In force")),
                                          .selected = shown.state == "in_force"},
                                         {.value = "review",
                                          .label = std::string(t("Review is due")),
                                          .selected = shown.state == "review"},
                                         {.value = "ended",
                                          .label = std::string(t("Not in force")),
                                          .selected = shown.state == "ended"}};
  html::get_form(out, {.action = list_of(shown.task_force.id), .label = t("Filter")}, [&] {
    html::select(out, {.words = {.name = "kind", .label = t("Kind")},
                       .options = kinds,
                       .empty_choice = t("All")});
    html::select(out, {.words = {.name = "state", .label = t("State")},
                       .options = states,
                       .empty_choice = t("All")});
    html::button(out, {.text = t("Show"), .kind = html::ButtonKind::kOutline});
  });
}

Response list(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  const auto shown = read(desk, request);
  if (!shown) return desk.visits.failure(request, shown.error(), "/task-forces");
  if (request.query().get("format").raw() == "csv")
    return visit::csv_download(to_csv(*shown), "committees-protocols-liaisons.csv");
  const bool may_edit = desk.network.may(visit::actor_of(request), "edit");
  html::Page page{.title = t("Committees, protocols, liaisons"),
                  .audience = html::Audience::kStaff,
                  .wide = true};
  page.crumbs = {{shown->task_force.name, Href("/task-forces") / shown->task_force.id.to_string()}};
  return desk.visits.page(request, page, [&](Markup& out) {
    if (may_edit)
      html::button_group(out, [&] {
        const Href add = list_of(shown->task_force.id) / "new";
        html::link_button(out,
                          {.text = t("Add a committee"), .href = add.with("kind", "committee")});
        html::link_button(out, {.text = t("Add a protocol"),
                                .href = add.with("kind", "protocol"),
                                .kind = html::ButtonKind::kOutline});
        html::link_button(out, {.text = t("Add a peer liaison"),
                                .href = add.with("kind", "liaison"),
                                .kind = html::ButtonKind::kOutline});
      });
    write_filter(out, *shown);
    if (shown->all.empty())
      return html::empty_state(
          out, {.title = t("Nothing is written down here"),
                .what_to_do = t("The coordinator adds committees, protocols and liaisons.")});
    write_list(out, *shown, desk.network.today(), may_edit);
    html::link(out, t("Download as a table (CSV)"), shown->address().with("format", "csv"));
  });
}

// The fields that only one kind has.
void write_own_fields(Markup& out, const Desk& desk, const TaskForce& task_force,
                      const Arrangement& one, std::span<const html::FieldError> errors) {
  const Words t = out.words();
  if (one.kind == ArrangementKind::kCommittee)
    html::text_input(out, {.words = {.name = "rhythm",
                                     .label = t("When it meets"),
                                     .error = html::error_of(errors, "rhythm")},
                           .value = one.rhythm});
  if (one.kind == ArrangementKind::kProtocol)
    html::text_input(out, {.words = {.name = "address",
                                     .label = t("Where the document is"),
                                     .hint = t("A whole web address, such as https://example.org."),
                                     .error = html::error_of(errors, "address")},
                           .value = one.address,
                           .type = html::InputType::kUrl});
  const auto all = desk.network.all();
  if (one.kind != ArrangementKind::kLiaison || !all) return;
  std::vector<html::Option> peers;
  for (const TaskForce& other : *all)
    if (other.id != task_force.id)
      peers.push_back({.value = other.id.to_string(),
                       .label = other.name,
                       .selected = one.peer && *one.peer == other.id});
  html::select(out, {.words = {.name = "peer", .label = t("To which task force")},
                     .options = peers,
                     .empty_choice = t("None of this register")});
}

void write_fields(Markup& out, const Desk& desk, const TaskForce& task_force, const Typed& typed,
                  std::span<const html::FieldError> errors) {
  const Words t = out.words();
  const Arrangement& one = typed.one;
  const auto line = [&](std::string_view name, std::string_view label, std::string_view value,
                        std::string_view hint = {}) {
    html::text_input(out, {.words = {.name = name,
                                     .label = label,
                                     .hint = hint,
                                     .error = html::error_of(errors, name)},
                           .value = value});
  };
  const auto day = [&](std::string_view name, std::string_view label, std::string_view value) {
    html::date_picker(
        out, {.words = {.name = name, .label = label, .error = html::error_of(errors, name)},
              .value = value});
  };
  html::hidden_field(out, "kind", code_of(one.kind));
  line("title", t("Title"), one.title);
  line("purpose", t("For what"), one.purpose);
  line("keeper", t("Kept by"), one.keeper, t("A role, such as chair. Name no person."));
  write_own_fields(out, desk, task_force, one, errors);
  day("since", t("Since"), typed.since);
  day("until", t("Until"), typed.until);
  day("review", t("Review by"), typed.review);
  const auto members = desk.network.organizations(task_force.id);
  if (!members || members->empty()) return;
  std::vector<html::Option> options;
  for (const Organization& member : *members)
    options.push_back({.value = member.id.to_string(),
                       .label = member.name,
                       .selected = std::ranges::find(one.members, member.id) != one.members.end()});
  html::checkboxes(out, {.words = {.name = "members", .label = t("Which organizations")},
                         .options = options,
                         .in_columns = true});
}

Response form(const Desk& desk, const Request& request, const Typed& typed,
              std::span<const html::FieldError> errors = {}) {
  const Words t(visit::language_of(request));
  const auto whole = desk.network.find(request.uuid_parameter("id"));
  if (!desk.network.may(visit::actor_of(request), "edit") || !whole)
    return desk.visits.refusal(request, Status::kNotFound);
  const Arrangement& one = typed.one;
  html::Page page = staff_page(t, t(words_of(one.kind)), &*whole);
  page.crumbs.push_back({std::string(t("Committees, protocols, liaisons")), list_of(whole->id)});
  const Href here = one.id.is_nil() ? list_of(whole->id) : list_of(whole->id) / one.id.to_string();
  return desk.visits.page(
      request, page,
      [&](Markup& out) {
        html::error_summary(out, errors);
        html::post_form(
            out,
            {.action = here, .csrf_token = visit::csrf_of(request), .label = t(words_of(one.kind))},
            [&] {
              write_fields(out, desk, *whole, typed, errors);
              html::button(out, {.text = t("Save")});
            });
        if (one.id.is_nil()) return;
        html::action_button(out, {.action = here / "remove",
                                  .csrf_token = visit::csrf_of(request),
                                  .text = t("Remove: {0}", {one.title}),
                                  .kind = html::ButtonKind::kDanger,
                                  .confirm = t("Remove it? What ended is better kept, with the day "
                                               "until which it was in force.")});
      },
      errors.empty() ? Status::kOk : Status::kUnprocessable);
}

Response open(const Desk& desk, const Request& request) {
  const auto all =
      desk.network.arrangements(visit::actor_of(request), request.uuid_parameter("id"));
  if (!all) return desk.visits.failure(request, all.error(), "/network-desk");
  const auto found =
      std::ranges::find(*all, request.uuid_parameter("arrangement"), &Arrangement::id);
  if (found == all->end()) return desk.visits.refusal(request, Status::kNotFound);
  return form(desk, request,
              {*found, day_of(found->since), day_of(found->until), day_of(found->review)});
}

Response save(const Desk& desk, const Request& request, const Uuid& id) {
  const Words t(visit::language_of(request));
  const Uuid task_force = request.uuid_parameter("id");
  const auto text = [&](std::string_view name) { return visit::text_of(request, name); };
  Typed typed{
      .one = {.id = id,
              .kind = arrangement_kind_from(text("kind")).value_or(ArrangementKind::kCommittee),
              .title = text("title"),
              .purpose = text("purpose"),
              .keeper = text("keeper"),
              .rhythm = text("rhythm"),
              .address = text("address")},
      .since = text("since"),
      .until = text("until"),
      .review = text("review")};
  if (const auto peer = Uuid::parse(text("peer"))) typed.one.peer = *peer;
  for (const auto& member : request.form().fields.every("members"))
    if (const auto read = Uuid::parse(member.raw())) typed.one.members.push_back(*read);
  std::vector<html::FieldError> errors;
  const auto day = [&](const char* name, const std::string& value, std::optional<Date>& date) {
    if (!read_day(value, date)) errors.push_back({name, std::string(t("This is not a day."))});
  };
  day("since", typed.since, typed.one.since);
  day("until", typed.until, typed.one.until);
  day("review", typed.review, typed.one.review);
  if (errors.empty()) {
    const auto saved =
        desk.network.save_arrangement(visit::actor_of(request), task_force, typed.one);
    if (saved) return visit::redirect(request, list_of(task_force));
    if (saved.error().kind != ErrorKind::kInvalid)
      return desk.visits.failure(request, saved.error(), list_of(task_force));
    errors.push_back({saved.error().place, message_of(saved.error(), t)});
  }
  return form(desk, request, typed, errors);
}

}  // namespace

void add_arrangement_routes(http::Router& router, const Desk& desk) {
  router.get("/network-desk/{id:uuid}/arrangements", Access::signed_in(),
             [desk](Request& request) { return list(desk, request); },
             {.summary = "Committees, protocols and liaisons of a task force"});
  router.get("/network-desk/{id:uuid}/arrangements/new", Access::signed_in(),
             [desk](Request& request) {
               Typed typed{.one = {}, .since = format_date(desk.network.today())};
               typed.one.kind = arrangement_kind_from(request.query().get("kind").raw())
                                    .value_or(ArrangementKind::kCommittee);
               return form(desk, request, typed);
             },
             {.summary = "A new committee, protocol or liaison"});
  router.post("/network-desk/{id:uuid}/arrangements", Access::signed_in(),
              [desk](Request& request) { return save(desk, request, {}); },
              {.summary = "Adds a committee, protocol or liaison"});
  router.get("/network-desk/{id:uuid}/arrangements/{arrangement:uuid}", Access::signed_in(),
             [desk](Request& request) { return open(desk, request); },
             {.summary = "Changes a committee, protocol or liaison"});
  router.post("/network-desk/{id:uuid}/arrangements/{arrangement:uuid}", Access::signed_in(),
              [desk](Request& request) {
                return save(desk, request, request.uuid_parameter("arrangement"));
              },
              {.summary = "Saves a committee, protocol or liaison"});
  router.post("/network-desk/{id:uuid}/arrangements/{arrangement:uuid}/remove", Access::signed_in(),
              [desk](Request& request) {
                const Uuid task_force = request.uuid_parameter("id");
                const auto done = desk.network.remove_arrangement(
                    visit::actor_of(request), task_force, request.uuid_parameter("arrangement"));
                if (!done) return desk.visits.failure(request, done.error(), list_of(task_force));
                return visit::redirect(request, list_of(task_force));
              },
              {.summary = "Removes a committee, protocol or liaison"});
}

}  // namespace daybreak::network::pages
