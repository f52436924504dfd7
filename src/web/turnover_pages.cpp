// SPDX-License-Identifier: AGPL-3.0-or-later
// People come and go: what a member looks after, handed over when an account is closed; what each
// role looks after; the yearly review of access.
#include "web/turnover_pages.hpp"

#include <algorithm>
#include <map>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "commons/turnover/turnover.hpp"
#include "language/format.hpp"
#include "web/administration.hpp"

namespace daybreak::web {
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
using trust::Member;
using trust::MemberId;
using turnover::Held;
using turnover::ReviewLine;

constexpr std::string_view kMembers = "/administration/members";
constexpr std::string_view kAccess = "/administration/access";
constexpr std::string_view kRoles = "/administration/access/roles";

struct Desk {
  Administration administration;
  turnover::Turnover& turnover;
};

Href hand_over_of(MemberId member) { return Href(kMembers) / member.to_string() / "hand-over"; }

std::string day_words(Words t, const std::optional<Instant>& at) {
  if (!at) return std::string(t("Never"));
  return language::format_date(t.language(), Date(std::chrono::floor<std::chrono::days>(*at)),
                               language::DateStyle::kShort);
}

std::string roles_words(Words t, const trust::Roles& roles) {
  std::vector<std::string> words;
  for (const trust::Role role : roles.list()) words.emplace_back(role_words(t, role));
  return join(words, ", ");
}

MessageId work_of(trust::Role role) {
  switch (role) {
    case trust::Role::kAdministrator:
      return to_translate("Accounts, organizations, settings, backups and background work.");
    case trust::Role::kCoordinator:
      return to_translate("The network register, meetings, findings, the guide, news and lists.");
    case trust::Role::kDirectoryEditor:
      return to_translate("Records of the directory: checks, proposals, duplicates, imports.");
    case trust::Role::kConfidentialReader:
      return to_translate("Sees confidential places of the directory; changes nothing by it.");
    case trust::Role::kAdvocate:
      return to_translate("The people whom the own organization serves, in its vault.");
    case trust::Role::kInvestigator:
      return to_translate("What survivors released to the own agency; findings.");
    case trust::Role::kProsecutor:
      return to_translate("What survivors released to the own office.");
    case trust::Role::kCourtStaff:
      return to_translate("What survivors released to the own court.");
    case trust::Role::kLaborInspector:
      return to_translate("Findings and focus areas; employer names behind them.");
    case trust::Role::kTrainer:
      return to_translate("News, facts and training.");
    case trust::Role::kGrantManager:
      return to_translate("Measures and reports of awards.");
    case trust::Role::kAnalyst:
      return to_translate("Assessments and record linkage.");
    case trust::Role::kAuditor:
      return to_translate("Reads the audit log.");
    case trust::Role::kAccountSteward:
      return to_translate("Accounts of the own organization.");
  }
  return to_translate("Reads the audit log.");
}

void write_held(Markup& out, const std::vector<Held>& all, int level) {
  const Words t = out.words();
  if (all.empty()) return html::paragraph(out, t("Nothing is open under this name."));
  for (const Held& held : all) {
    html::heading(out, level, t(held.holder->words));
    if (!held.holder->pass_on && !held.holder->end)
      html::note(out, t("Stays with the organization: somebody has to know of it."));
    html::list(out, html::ListKind::kBullets, held.duties.size(), [&](std::size_t i) {
      const turnover::Duty& duty = held.duties[i];
      html::link(out, duty.what, Href(duty.path));
      if (duty.due)
        out.text(", ").text(t("by {0}", {language::format_date(t.language(), *duty.due)}));
    });
  }
}

void write_closing(Markup& out, const Desk& desk, const Request& request, const Member& member,
                   std::span<const html::FieldError> errors) {
  const Words t = out.words();
  const auto all = desk.administration.members.list(visit::actor_of(request));
  if (!all) return;
  std::vector<html::Option> colleagues;
  for (const Member& one : *all)
    if (one.id != member.id && one.organization == member.organization &&
        one.state == trust::MemberState::kActive)
      colleagues.push_back({.value = one.id.to_string(), .label = one.name});
  html::section(out, 2, t("Close the account and hand over"), [&] {
    html::paragraph(out,
                    desk.turnover.has_areas()
                        ? t("The person is signed out at once. What is open goes to a colleague; "
                            "calendars and restricted lists end. Clients of a vault are handed "
                            "over in the vault.")
                        : t("The person is signed out at once. Clients of a vault are handed over "
                            "in the vault."));
    html::post_form(out,
                    {.action = hand_over_of(member.id),
                     .csrf_token = visit::csrf_of(request),
                     .label = t("Close the account and hand over")},
                    [&] {
                      html::select(out, {.words = {.name = "successor",
                                                   .label = t("Who takes what is open"),
                                                   .error = html::error_of(errors, "successor")},
                                         .options = colleagues,
                                         .empty_choice = t("Nobody")});
                      html::button(out, {.text = t("Close and hand over"),
                                         .kind = html::ButtonKind::kDanger,
                                         .confirm = t("Close this account now?")});
                    });
  });
}

void write_past(Markup& out, const Desk& desk, const Request& request, const Member& member) {
  const Words t = out.words();
  const auto past = desk.turnover.leavings(visit::actor_of(request), member.id);
  if (!past || past->empty()) return;
  html::section(out, 2, t("Handed over before"), [&] {
    html::table(out,
                {.caption = t("Handed over before"),
                 .columns = {{t("Day")}, {t("Duties"), html::Align::kRight}, {t("Change")}},
                 .caption_hidden = true},
                [&](html::Rows& rows) {
                  for (const turnover::Leaving& one : *past) {
                    rows.row();
                    rows.cell(day_words(t, one.made_at));
                    rows.number(one.moved);
                    rows.cell([&] {
                      if (one.undone || !one.successor)
                        return void(out.text(one.undone ? t("Taken back") : std::string_view("–")));
                      html::action_button(out,
                                          {.action = hand_over_of(member.id) / one.id.to_string(),
                                           .csrf_token = visit::csrf_of(request),
                                           .text = t("Take back"),
                                           .kind = html::ButtonKind::kOutline});
                    });
                  }
                });
    html::note(out, t("The account itself opens again by a new set-up link."));
  });
}

Response hand_over_page(const Desk& desk, const Request& request,
                        std::span<const html::FieldError> errors = {}) {
  const Words t(visit::language_of(request));
  const MemberId id(request.uuid_parameter("id"));
  const auto held = desk.turnover.held_by(visit::actor_of(request), id);
  const auto member = desk.administration.members.find(id);
  if (!held || !member || !*member)
    return desk.administration.visits.refusal(request, Status::kNotFound);
  return administration_page(
      desk.administration, request, t("Hand-over: {0}", {(*member)->name}), kMembers,
      [&](Markup& out) {
        html::error_summary(out, errors);
        html::paragraph(out, roles_words(t, (*member)->roles));
        html::section(out, 2, t("What is open"), [&] { write_held(out, *held, 3); });
        if ((*member)->state != trust::MemberState::kDisabled || !held->empty())
          write_closing(out, desk, request, **member, errors);
        write_past(out, desk, request, **member);
      },
      errors.empty() ? Status::kOk : Status::kUnprocessable);
}

Response hand_over(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  const MemberId id(request.uuid_parameter("id"));
  std::optional<MemberId> successor;
  if (const auto chosen = MemberId::parse(visit::text_of(request, "successor")))
    successor = *chosen;
  const auto done = desk.turnover.leave(visit::actor_of(request), id, successor);
  if (done) return visit::redirect(request, hand_over_of(id));
  const std::vector<html::FieldError> errors{
      {"successor", std::string(done.error().kind == ErrorKind::kConflict
                                    ? t("This is the last administrator. Make someone else "
                                        "administrator first.")
                                    : t("Choose a colleague who takes what is open."))}};
  if (done.error().kind == ErrorKind::kInvalid || done.error().kind == ErrorKind::kConflict)
    return hand_over_page(desk, request, errors);
  return desk.administration.visits.failure(request, done.error(), hand_over_of(id));
}

// ---- the yearly review ----

std::string_view state_of(const ReviewLine& line) {
  if (!line.verdict) return "open";
  return *line.verdict == turnover::Verdict::kKeep ? "kept" : "closed";
}

std::string_view state_words(Words t, const ReviewLine& line) {
  if (!line.verdict) return t("Open");
  return *line.verdict == turnover::Verdict::kKeep ? t("Confirmed") : t("Closed");
}

struct Shown {
  std::optional<turnover::Review> review;
  std::vector<ReviewLine> lines;
  std::map<trust::OrganizationId, std::string> names;
  std::string state;
  html::Sorting sorting;
};

Result<Shown> read_review(const Desk& desk, const Request& request) {
  Shown shown{.review = TRY(desk.turnover.latest_review()),
              .lines = {},
              .names = {},
              .state = request.query().get("state").raw(),
              .sorting = {}};
  for (const trust::Organization& one : TRY(desk.administration.members.organizations()))
    shown.names[one.id] = one.name;
  if (shown.review)
    shown.lines = TRY(desk.turnover.lines(visit::actor_of(request), shown.review->id));
  shown.sorting = sorting_of(request, Href(kAccess).with("state", shown.state), "state");
  std::erase_if(shown.lines, [&](const ReviewLine& line) {
    return !shown.state.empty() && state_of(line) != shown.state;
  });
  std::ranges::stable_sort(shown.lines, {}, [&](const ReviewLine& line) {
    if (shown.sorting.key == "name") return to_lower_ascii(line.member.name);
    if (shown.sorting.key == "organization") return shown.names[line.member.organization];
    if (shown.sorting.key == "seen")
      return line.member.last_seen_at ? format_instant(*line.member.last_seen_at) : std::string();
    return std::string(line.verdict ? "b" : "a");
  });
  if (shown.sorting.direction == html::Direction::kDescending) std::ranges::reverse(shown.lines);
  return shown;
}

std::string to_csv(const Shown& shown) {
  std::string text;
  CsvWriter csv(text, CsvFormulas::kNeutralise);
  csv.row({"name", "organization", "roles", "state", "last_seen", "decision", "decided"});
  for (const ReviewLine& line : shown.lines) {
    std::vector<std::string> roles;
    for (const trust::Role role : line.member.roles.list()) roles.emplace_back(code_of(role));
    const auto name = shown.names.find(line.member.organization);
    csv.row({line.member.name, name == shown.names.end() ? "" : name->second, join(roles, " "),
             code_of(line.member.state),
             line.member.last_seen_at ? format_instant(*line.member.last_seen_at) : "",
             state_of(line), line.decided_at ? format_instant(*line.decided_at) : ""});
  }
  return text;
}

void write_line_acts(Markup& out, const Request& request, const ReviewLine& line) {
  const Words t = out.words();
  if (line.verdict) return html::tag(out, state_words(t, line), html::TagTone::kPlain);
  if (!line.may_decide) return void(out.text(t("Somebody else decides")));
  html::action_button(out, {.action = Href(kAccess) / line.member.id.to_string(),
                            .csrf_token = visit::csrf_of(request),
                            .text = t("Confirm: {0}", {line.member.name})});
  html::link(out, t("Close: {0}", {line.member.name}), hand_over_of(line.member.id));
}

void write_lines(Markup& out, const Request& request, const Shown& shown) {
  const Words t = out.words();
  html::table(out,
              {.caption = t("Accounts"),
               .columns = {{t("Name"), html::Align::kLeft, "name"},
                           {t("Organization"), html::Align::kLeft, "organization"},
                           {t("Roles")},
                           {t("Last here"), html::Align::kLeft, "seen"},
                           {t("Still needed?"), html::Align::kLeft, "state"}},
               .sorting = shown.sorting,
               .caption_hidden = true},
              [&](html::Rows& rows) {
                for (const ReviewLine& line : shown.lines) {
                  const auto name = shown.names.find(line.member.organization);
                  rows.row();
                  rows.cell(line.member.name);
                  rows.cell(name == shown.names.end() ? "–" : name->second);
                  rows.cell(roles_words(t, line.member.roles));
                  rows.cell(day_words(t, line.member.last_seen_at));
                  rows.cell([&] { write_line_acts(out, request, line); });
                }
              });
}

void write_review(Markup& out, const Request& request, const Shown& shown) {
  const Words t = out.words();
  const std::vector<html::Option> states{
      {.value = "open", .label = std::string(t("Open")), .selected = shown.state == "open"},
      {.value = "kept", .label = std::string(t("Confirmed")), .selected = shown.state == "kept"},
      {.value = "closed", .label = std::string(t("Closed")), .selected = shown.state == "closed"}};
  html::paragraph(
      out, t("Opened {0}, due {1}: {2} accounts wait.",
             {day_words(t, shown.review->opened_at),
              language::format_date(t.language(), shown.review->due, language::DateStyle::kShort),
              t.number(shown.review->open_lines)}));
  html::get_form(out, {.action = kAccess, .label = t("Filter")}, [&] {
    html::select(out, {.words = {.name = "state", .label = t("State")},
                       .options = states,
                       .empty_choice = t("All")});
    html::button(out, {.text = t("Show"), .kind = html::ButtonKind::kOutline});
  });
  if (shown.lines.empty())
    html::empty_state(out, {.title = t("No account here"),
                            .what_to_do = t("Choose all states. Who left is gone from the list.")});
  else
    write_lines(out, request, shown);
  html::link(out, t("Download as a table (CSV)"),
             Href(kAccess).with("state", shown.state).with("format", "csv"));
}

bool may_review(const Desk& desk, const Request& request, std::string_view action) {
  const trust::Actor actor = visit::actor_of(request);
  return trust::decide(actor, {action}, {.type = "access_review", .owner = actor.organization}, {},
                       desk.administration.clock.now())
      .allowed;
}

Response review_page(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  if (!may_review(desk, request, "list"))
    return desk.administration.visits.refusal(request, Status::kNotFound);
  const auto shown = read_review(desk, request);
  if (!shown) return desk.administration.visits.failure(request, shown.error(), kAccess);
  if (request.query().get("format").raw() == "csv")
    return visit::csv_download(to_csv(*shown), "review-of-access.csv");
  return administration_page(
      desk.administration, request, t("Review of access"), kAccess, [&](Markup& out) {
        html::paragraph(out, t("Once a year somebody else confirms that each account is still "
                               "needed, or closes it."));
        if (shown->review) write_review(out, request, *shown);
        if ((!shown->review || shown->review->closed) && may_review(desk, request, "open"))
          html::action_button(out, {.action = kAccess,
                                    .csrf_token = visit::csrf_of(request),
                                    .text = t("Begin a review now")});
        html::paragraph(out, [&] { html::link(out, t("What each role looks after"), kRoles); });
      });
}

// ---- by role ----

Response roles_page(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  const trust::Actor actor = visit::actor_of(request);
  if (!may_review(desk, request, "list"))
    return desk.administration.visits.refusal(request, Status::kNotFound);
  const auto members = desk.administration.members.list(actor);
  if (!members) return desk.administration.visits.failure(request, members.error(), kRoles);
  const auto asked = trust::role_from(request.query().get("role").raw());
  const trust::Role role = asked.value_or(trust::Role::kCoordinator);
  std::vector<html::Option> options;
  for (std::size_t i = 0; i < trust::kRoles; ++i) {
    const auto one = static_cast<trust::Role>(i);
    options.push_back({.value = std::string(code_of(one)),
                       .label = std::string(role_words(t, one)),
                       .selected = one == role});
  }
  std::vector<const Member*> holders;
  for (const Member& one : *members)
    if (one.roles.has(role) && one.state == trust::MemberState::kActive) holders.push_back(&one);
  return administration_page(
      desk.administration, request, t("What each role looks after"), kAccess, [&](Markup& out) {
        html::get_form(out, {.action = kRoles, .label = t("Role")}, [&] {
          html::select(out, {.words = {.name = "role", .label = t("Role")}, .options = options});
          html::button(out, {.text = t("Show"), .kind = html::ButtonKind::kOutline});
        });
        html::section(out, 2, role_words(t, role), [&] {
          html::paragraph(out, t(work_of(role)));
          if (holders.size() < 2)
            html::alert(
                out, {.kind = html::AlertKind::kWarning,
                      .text = holders.empty() ? t("Nobody whom you may see has this role.")
                                              : t("One person alone has this role. Who stands in?"),
                      .heading_level = 3});
          for (const Member* one : holders) {
            html::heading(out, 3, one->name);
            html::paragraph(out, [&] {
              out.text(t("Last here")).text(": ").text(day_words(t, one->last_seen_at)).text(" · ");
              html::link(out, t("Hand-over: {0}", {one->name}), hand_over_of(one->id));
            });
            if (const auto held = desk.turnover.held_by(actor, one->id)) write_held(out, *held, 4);
          }
        });
      });
}

int write_waiting(const Desk& desk, const trust::Session& session, Markup& out) {
  const Words t = out.words();
  const auto review = desk.turnover.latest_review();
  if (!review || !*review || (*review)->closed) return 0;
  const auto lines = desk.turnover.lines(session.actor("web", {}), (*review)->id);
  if (!lines) return 0;
  const auto open = std::ranges::count_if(
      *lines, [](const ReviewLine& line) { return !line.verdict && line.may_decide; });
  if (open == 0) return 0;
  html::section(out, 2, t("Review of access"), [&] {
    html::link(out,
               t("{0} accounts wait to be confirmed or closed by {1}",
                 {t.number(open), language::format_date(t.language(), (*review)->due)}),
               Href(kAccess).with("state", "open"));
  });
  return static_cast<int>(open);
}

}  // namespace

void add_turnover_routes(http::Router& router, const Administration& administration,
                         turnover::Turnover& turnover) {
  const Desk desk{administration, turnover};
  const auto member = Access::signed_in();
  router.get("/administration/members/{id:uuid}/hand-over", member,
             [desk](Request& r) { return hand_over_page(desk, r); },
             {.summary = "What a member looks after"});
  router.post("/administration/members/{id:uuid}/hand-over", member,
              [desk](Request& r) { return hand_over(desk, r); },
              {.summary = "Closes an account and hands its duties over"});
  router.post("/administration/members/{id:uuid}/hand-over/{leaving:uuid}", member,
              [desk](Request& r) {
                const Href here = hand_over_of(MemberId(r.uuid_parameter("id")));
                const auto done =
                    desk.turnover.take_back(visit::actor_of(r), r.uuid_parameter("leaving"));
                if (!done) return desk.administration.visits.failure(r, done.error(), here);
                return visit::redirect(r, here);
              },
              {.summary = "Takes a hand-over back"});
  router.get(std::string(kAccess), member, [desk](Request& r) { return review_page(desk, r); },
             {.summary = "The yearly review of access"});
  router.post(std::string(kAccess), member,
              [desk](Request& r) {
                const auto done = desk.turnover.open_review(visit::actor_of(r));
                if (!done && done.error().kind != ErrorKind::kConflict)
                  return desk.administration.visits.failure(r, done.error(), kAccess);
                return visit::redirect(r, kAccess);
              },
              {.summary = "Begins a review of access"});
  router.post("/administration/access/{member:uuid}", member,
              [desk](Request& r) {
                const auto review = desk.turnover.latest_review();
                if (!review || !*review)
                  return desk.administration.visits.refusal(r, Status::kNotFound);
                const auto done = desk.turnover.confirm(visit::actor_of(r), (*review)->id,
                                                        MemberId(r.uuid_parameter("member")));
                if (!done) return desk.administration.visits.failure(r, done.error(), kAccess);
                return visit::redirect(r, kAccess);
              },
              {.summary = "Confirms an account"});
  router.get(std::string(kRoles), member, [desk](Request& r) { return roles_page(desk, r); },
             {.summary = "What each role looks after"});
  administration.visits.add_today_part([desk](const trust::Session& session, Markup& out) {
    return write_waiting(desk, session, out);
  });
}

}  // namespace daybreak::web
