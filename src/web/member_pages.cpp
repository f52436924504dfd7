// SPDX-License-Identifier: AGPL-3.0-or-later
// Members: inviting, roles, unlocking, disabling, a new start for someone who lost the code app.
// Acts that let someone in or shut someone out need a fresh confirmation.
#include <algorithm>
#include <map>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "base/unicode.hpp"
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
using language::Words;
using trust::Member;
using trust::MemberId;

constexpr std::string_view kPath = "/administration/members";
constexpr std::size_t kPerPage = 50;

trust::Decision may(const Administration& deps, const Request& request, std::string_view action,
                    const Member& member) {
  return trust::decide(visit::actor_of(request), {action},
                       {.type = "member", .owner = member.organization, .subject = member.id}, {},
                       deps.clock.now());
}

// Whether the act could be done, now or after a confirmation: what the page offers.
bool is_open_to(const Administration& deps, const Request& request, std::string_view action,
                const Member& member) {
  const trust::Decision decision = may(deps, request, action, member);
  return decision.allowed || decision.confirmation_would_help;
}

using Names = std::map<trust::OrganizationId, std::string>;

Result<Names> organization_names(const Administration& deps) {
  Names names;
  for (const trust::Organization& one : TRY(deps.members.organizations())) names[one.id] = one.name;
  return names;
}

std::string roles_words(Words t, const trust::Roles& roles) {
  std::vector<std::string> words;
  for (const trust::Role role : roles.list()) words.emplace_back(role_words(t, role));
  return join(words, ", ");
}

struct Shown {
  std::vector<Member> members;
  Names names;
};

Result<Shown> shown(const Administration& deps, const Request& request,
                    const html::Sorting& sorting) {
  Shown all{TRY(deps.members.list(visit::actor_of(request))), TRY(organization_names(deps))};
  const std::string wanted = search_key(request.query().get("text").raw());
  const std::string state = request.query().get("state").raw();
  const auto where = [&](const Member& one) { return search_key(all.names[one.organization]); };
  std::erase_if(all.members, [&](const Member& one) {
    return (!state.empty() && code_of(one.state) != state) ||
           (!wanted.empty() && search_key(one.name).find(wanted) == std::string::npos &&
            where(one).find(wanted) == std::string::npos);
  });
  std::ranges::stable_sort(all.members, {}, [&](const Member& one) {
    if (sorting.key == "organization") return where(one);
    if (sorting.key == "state") return std::string(code_of(one.state));
    if (sorting.key == "seen")
      return one.last_seen_at ? format_instant(*one.last_seen_at) : std::string();
    return search_key(one.name);
  });
  if (sorting.direction == html::Direction::kDescending) std::ranges::reverse(all.members);
  return all;
}

std::string seen_words(Words t, const Member& member) {
  if (!member.last_seen_at) return std::string(t("Never"));
  return language::format_date(t.language(),
                               Date(std::chrono::floor<std::chrono::days>(*member.last_seen_at)),
                               language::DateStyle::kShort);
}

void write_filter(Markup& out, const Request& request) {
  const Words t = out.words();
  const std::string text = request.query().get("text").raw();
  const std::string chosen = request.query().get("state").raw();
  std::vector<html::Option> states;
  for (const auto state : {trust::MemberState::kInvited, trust::MemberState::kActive,
                           trust::MemberState::kLocked, trust::MemberState::kDisabled})
    states.push_back({.value = std::string(code_of(state)),
                      .label = std::string(state_words(t, state)),
                      .selected = code_of(state) == chosen});
  html::get_form(out, {.action = kPath, .label = t("Filter")}, [&] {
    html::select(out, {.words = {.name = "state", .label = t("State")},
                       .options = states,
                       .empty_choice = t("Any state")});
    html::text_input(out, {.words = {.name = "text", .label = t("Organization or name")},
                           .value = text,
                           .width = html::FieldWidth::kLarge,
                           .max_length = 100});
    html::button(out, {.text = t("Show")});
  });
}

void write_table(Markup& out, const Shown& all, const html::Sorting& sorting, std::size_t first) {
  const Words t = out.words();
  html::table(
      out,
      {.caption =
           t.plural("{0} member", "{0} members", static_cast<std::int64_t>(all.members.size())),
       .columns = {{t("Name"), html::Align::kLeft, "name"},
                   {t("Organization"), html::Align::kLeft, "organization"},
                   {t("Roles")},
                   {t("State"), html::Align::kLeft, "state"},
                   {t("Last here"), html::Align::kLeft, "seen"}},
       .sorting = sorting},
      [&](html::Rows& rows) {
        for (std::size_t i = first; i < std::min(all.members.size(), first + kPerPage); ++i) {
          const Member& one = all.members[i];
          const auto name = all.names.find(one.organization);
          rows.row();
          rows.link(one.name, Href(kPath) / one.id.to_string());
          rows.cell(name == all.names.end() ? std::string() : name->second);
          rows.cell(roles_words(t, one.roles));
          rows.cell([&] {
            html::tag(out, state_words(t, one.state),
                      one.state == trust::MemberState::kLocked ? html::TagTone::kCaution
                                                               : html::TagTone::kPlain);
          });
          rows.cell(seen_words(t, one));
        }
      });
}

Response list_page(const Administration& deps, const Request& request) {
  const Words t(visit::language_of(request));
  const Href base = Href(kPath)
                        .with("state", request.query().get("state").raw())
                        .with("text", request.query().get("text").raw());
  const html::Sorting sorting = sorting_of(request, base, "name");
  const auto all = shown(deps, request, sorting);
  if (!all) return deps.visits.failure(request, all.error(), kPath);
  const auto page = to_integer(request.query().get("page").raw());
  const std::int64_t number = page && *page > 0 && *page < 10'000 ? *page : 1;
  const Member own{.organization = visit::actor_of(request).organization};
  return administration_page(deps, request, t("Members"), kPath, [&](Markup& out) {
    if (is_open_to(deps, request, "invite", own))
      html::button_group(out, [&] {
        html::link_button(out, {.text = t("Invite a member"), .href = Href(kPath) / "new"});
      });
    write_filter(out, request);
    if (all->members.empty()) {
      html::empty_state(out, {.title = t("Nothing fits these choices"),
                              .what_to_do = t("Try part of the name, or any state."),
                              .action = t("Show everything"),
                              .href = kPath});
      return;
    }
    write_table(out, *all, sorting, static_cast<std::size_t>(number - 1) * kPerPage);
    html::pagination(
        out, {.page = number,
              .pages = static_cast<std::int64_t>((all->members.size() + kPerPage - 1) / kPerPage),
              .href = [&](std::int64_t other) {
                return base.with("sort", request.query().get("sort").raw())
                    .with("page", std::to_string(other));
              }});
    html::paragraph(out, [&] {
      html::link(out, t("Download as a table (CSV)"), Href("/administration/members.csv"));
    });
  });
}

Response list_csv(const Administration& deps, const Request& request) {
  const auto all = shown(deps, request, sorting_of(request, kPath, "name"));
  if (!all) return deps.visits.failure(request, all.error(), kPath);
  std::string text;
  CsvWriter csv(text, CsvFormulas::kNeutralise);
  csv.row({"id", "name", "organization", "roles", "state", "created", "last_seen"});
  for (const Member& one : all->members) {
    std::vector<std::string> roles;
    for (const trust::Role role : one.roles.list()) roles.emplace_back(code_of(role));
    const auto name = all->names.find(one.organization);
    csv.row({one.id.to_string(), one.name, name == all->names.end() ? "" : name->second,
             join(roles, " "), code_of(one.state), format_instant(one.created_at),
             one.last_seen_at ? format_instant(*one.last_seen_at) : ""});
  }
  Response response = Response::of("text/csv; charset=utf-8", std::move(text));
  response.as_download("members.csv");
  return response;
}

std::vector<html::Option> role_options(Words t, const trust::Roles& roles) {
  std::vector<html::Option> options;
  for (std::size_t i = 0; i < trust::kRoles; ++i) {
    const auto role = static_cast<trust::Role>(i);
    options.push_back({.value = std::string(code_of(role)),
                       .label = std::string(role_words(t, role)),
                       .hint = trust::is_shared(role)
                                   ? std::string(t("Reaches beyond the own organization."))
                                   : std::string(),
                       .selected = roles.has(role)});
  }
  return options;
}

trust::Roles read_roles(const Request& request) {
  trust::Roles roles;
  for (const auto& value : request.form().fields.every("roles"))
    if (const auto role = trust::role_from(value.raw())) roles.add(*role);
  return roles;
}

// The link is shown once, as the answer to the act that made it; the store keeps only its hash.
Response link_page(const Administration& deps, const Request& request,
                   const trust::Invitation& invitation) {
  const Words t(visit::language_of(request));
  const std::string& site = deps.visits.settings().url;
  const std::string link =
      (site.empty()
           ? std::string("http://") + std::string(request.header("Host").value_or("localhost"))
           : site) +
      "/set-up?token=" + invitation.token.reveal();
  return administration_page(
      deps, request, t("A link to set up the account"), {}, [&](Markup& out) {
        html::alert(out,
                    {.kind = html::AlertKind::kWarning,
                     .text = t("This link is shown only now. Give it to that person and to nobody "
                               "else, best face to face or by telephone. It works once, for three "
                               "days.")});
        out.element("code", {{"class", "long-code"}}, link);
        html::button_group(out, [&] {
          html::link_button(out, {.text = t("Back to the members"), .href = kPath});
        });
      });
}

struct Invited {
  Member member;
  std::vector<html::FieldError> errors;
};

Response invite_form(const Administration& deps, const Request& request, const Invited& invited) {
  const Words t(visit::language_of(request));
  const auto organizations = deps.members.organizations();
  if (!organizations) return deps.visits.failure(request, organizations.error(), kPath);
  std::vector<html::Option> places;
  for (const trust::Organization& one : *organizations)
    if (one.active && is_open_to(deps, request, "invite", {.organization = one.id}))
      places.push_back({.value = one.id.to_string(),
                        .label = one.name,
                        .selected = one.id == invited.member.organization});
  const auto roles = role_options(t, invited.member.roles);
  const auto field = [&](std::string_view name, std::string_view label, std::string_view hint) {
    return html::FieldWords{.name = name,
                            .label = label,
                            .hint = hint,
                            .error = html::error_of(invited.errors, name),
                            .required = true};
  };
  return administration_page(
      deps, request, t("Invite a member"), {},
      [&](Markup& out) {
        html::error_summary(out, invited.errors);
        html::post_form(
            out,
            {.action = Href(kPath) / "new",
             .csrf_token = visit::csrf_of(request),
             .guard_changes = true,
             .label = t("Invite a member")},
            [&] {
              html::text_input(out, {.words = field("name", t("Name"), t("As colleagues see it.")),
                                     .value = invited.member.name,
                                     .autocomplete = "off",
                                     .max_length = 200});
              html::text_input(out, {.words = field("email", t("E-mail"), t("To sign in with.")),
                                     .value = invited.member.email,
                                     .type = html::InputType::kEmail,
                                     .autocomplete = "off",
                                     .max_length = 254});
              html::select(
                  out, {.words = field("organization", t("Organization"), {}), .options = places});
              html::checkboxes(out, {.words = {.name = "roles", .label = t("Roles")},
                                     .options = roles,
                                     .in_columns = true});
              html::button(out, {.text = t("Make the link")});
            });
      },
      invited.errors.empty() ? Status::kOk : Status::kUnprocessable);
}

Response invite(const Administration& deps, const Request& request) {
  const Words t(visit::language_of(request));
  const trust::Actor actor = visit::actor_of(request);
  const Href here = Href(kPath) / "new";
  // Asked first, so that nobody fills the form in vain.
  const trust::Decision decision =
      may(deps, request, "invite", {.organization = actor.organization});
  if (decision.confirmation_would_help) return deps.visits.ask_to_confirm(request, here);
  if (!decision) return deps.visits.error_page(request, Status::kNotFound, {});
  if (request.method() != http::Method::kPost) return invite_form(deps, request, {});
  const http::Fields& fields = request.form().fields;
  Invited invited{.member = {.name = std::string(trim(fields.get("name").raw())),
                             .email = std::string(trim(fields.get("email").raw())),
                             .roles = read_roles(request)},
                  .errors = {}};
  if (const auto place = trust::OrganizationId::parse(fields.get("organization").raw()))
    invited.member.organization = *place;
  const auto made = deps.members.invite(actor, invited.member);
  if (made) return link_page(deps, request, *made);
  if (made.error().kind == ErrorKind::kConflict)
    invited.errors.push_back(
        {"email", std::string(t("There is an account with this address already."))});
  else if (made.error().kind == ErrorKind::kInvalid)
    invited.errors.push_back(
        {made.error().place.find("name") != std::string::npos ? "name" : "email",
         std::string(t("Give a name and a whole e-mail address."))});
  else
    return deps.visits.failure(request, made.error(), here);
  return invite_form(deps, request, invited);
}

void write_acts(Markup& out, const Administration& deps, const Request& request,
                const Member& member) {
  const Words t = out.words();
  const auto act = [&](std::string_view name, std::string_view words, std::string_view explained,
                       html::ButtonKind kind) {
    html::paragraph(out, explained);
    html::action_button(out, {.action = Href(kPath) / member.id.to_string() / name,
                              .csrf_token = visit::csrf_of(request),
                              .text = words,
                              .kind = kind});
  };
  const bool may_unlock = is_open_to(deps, request, "unlock", member);
  if (member.state == trust::MemberState::kLocked && may_unlock)
    act("unlock", t("Unlock"), t("Locked after too many wrong sign-ins."),
        html::ButtonKind::kPrimary);
  if (is_open_to(deps, request, "reset", member))
    act("reset", t("Make a new set-up link"),
        t("For someone who lost password or code app, or whose link is too old. What they had ends "
          "at once."),
        html::ButtonKind::kOutline);
  if (member.state != trust::MemberState::kDisabled && is_open_to(deps, request, "disable", member))
    act("disable", t("Disable the account"), t("Ends it and signs the person out at once."),
        html::ButtonKind::kDanger);
}

Response member_page(const Administration& deps, const Request& request, const Member& member,
                     std::string_view error = {}) {
  const Words t(visit::language_of(request));
  const auto home = deps.members.find_organization(member.organization);
  const auto roles = role_options(t, member.roles);
  return administration_page(
      deps, request, member.name, {},
      [&](Markup& out) {
        if (!error.empty())
          html::alert(out, {.kind = html::AlertKind::kError, .text = error, .announce = true});
        html::description_list(out, [&](html::Descriptions& list) {
          list.add(t("E-mail"), member.email);
          if (home && *home) list.add(t("Organization"), (*home)->name);
          list.add(t("State"), state_words(t, member.state));
          list.add(t("Last here"), seen_words(t, member));
        });
        if (is_open_to(deps, request, "set_roles", member))
          html::section(out, 2, t("Roles"), [&] {
            html::post_form(out,
                            {.action = Href(kPath) / member.id.to_string() / "roles",
                             .csrf_token = visit::csrf_of(request),
                             .label = t("Roles")},
                            [&] {
                              html::checkboxes(
                                  out, {.words = {.name = "roles",
                                                  .label = t("What this person may do"),
                                                  .hint = t("A change signs the person out.")},
                                        .options = roles,
                                        .in_columns = true});
                              html::button(out, {.text = t("Save the roles")});
                            });
          });
        else
          html::paragraph(out, roles_words(t, member.roles));
        write_acts(out, deps, request, member);
        html::paragraph(out, [&] {
          html::link(out, t("What this person looks after, and hand-over"),
                     Href(kPath) / member.id.to_string() / "hand-over");
        });
      },
      error.empty() ? Status::kOk : Status::kUnprocessable);
}

// The member of the address, if the one who asks may see that there is one.
std::optional<Member> find_member(const Administration& deps, const Request& request) {
  const auto found = deps.members.find(MemberId(request.uuid_parameter("id")));
  if (!found || !*found || !may(deps, request, "read", **found)) return std::nullopt;
  return **found;
}

Response act_on(const Administration& deps, const Request& request) {
  const auto member = find_member(deps, request);
  if (!member) return deps.visits.error_page(request, Status::kNotFound, {});
  const Words t(visit::language_of(request));
  const trust::Actor actor = visit::actor_of(request);
  const std::string& act = request.parameter("act");
  const Href here = Href(kPath) / member->id.to_string();
  Result<void> done;
  if (act == "roles") {
    done = deps.members.set_roles(actor, member->id, read_roles(request));
  } else if (act == "unlock") {
    done = deps.members.unlock(actor, member->id);
  } else if (act == "disable") {
    done = deps.members.disable(actor, member->id);
  } else if (act == "reset") {
    const auto link = deps.members.reset(actor, member->id);
    if (link) return link_page(deps, request, *link);
    done = tl::make_unexpected(link.error());
  } else {
    return deps.visits.error_page(request, Status::kNotFound, {});
  }
  if (done) return visit::redirect(request, here);
  if (done.error().kind == ErrorKind::kConflict)
    return member_page(deps, request, *member,
                       t("This is the last administrator. Make someone else administrator first."));
  return deps.visits.failure(request, done.error(), here);
}

}  // namespace

void add_member_routes(http::Router& router, const Administration& deps) {
  const auto member = Access::signed_in();
  router.get(std::string(kPath), member, [deps](Request& r) { return list_page(deps, r); },
             {.summary = "Members"});
  router.get("/administration/members.csv", member,
             [deps](Request& r) { return list_csv(deps, r); }, {.summary = "Members as a table"});
  router.get("/administration/members/new", member, [deps](Request& r) { return invite(deps, r); },
             {.summary = "Invites a member"});
  router.post("/administration/members/new", member, [deps](Request& r) { return invite(deps, r); },
              {.summary = "Invites a member"});
  router.get("/administration/members/{id:uuid}", member,
             [deps](Request& r) {
               const auto found = find_member(deps, r);
               return found ? member_page(deps, r, *found)
                            : deps.visits.error_page(r, Status::kNotFound, {});
             },
             {.summary = "One member"});
  router.post("/administration/members/{id:uuid}/{act}", member,
              [deps](Request& r) { return act_on(deps, r); },
              {.summary = "Changes roles, unlocks, resets or disables an account"});
}

}  // namespace daybreak::web
