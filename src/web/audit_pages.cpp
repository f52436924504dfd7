// SPDX-License-Identifier: AGPL-3.0-or-later
// The audit log: who did what, latest first, and whether the log is whole. The log holds ids and
// codes; names are looked up when it is shown.
#include <map>

#include "base/csv.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "trust/audit.hpp"
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

constexpr std::string_view kPath = "/administration/audit";
constexpr std::int64_t kLookedThrough = 20'000, kBatch = 1000;
constexpr std::size_t kPerPage = 50;

struct Entry {
  std::int64_t index = 0;
  std::string at, actor, source, action, object, outcome, rule, detail;
};

Entry entry_of(const trust::AuditEntry& raw) {
  const Json leaf = parse_json(raw.leaf).value_or(Json::object());
  const auto text = [&](std::string_view name) { return leaf.text_of(name); };
  return {raw.index,      text("at"),      text("actor"), text("source"), text("action"),
          text("object"), text("outcome"), text("rule"),  text("detail")};
}

struct Found {
  std::vector<Entry> entries;  // latest first
  std::int64_t size = 0;       // of the whole log
};

bool fits(const Entry& entry, const http::Fields& query) {
  const std::string action = query.get("action").raw(), outcome = query.get("outcome").raw(),
                    object = query.get("object").raw();
  return (action.empty() || entry.action.find(action) != std::string::npos) &&
         (outcome.empty() || entry.outcome == outcome) &&
         (object.empty() || entry.object == object || entry.actor == "member:" + object);
}

// The newest entries that fit, among the last kLookedThrough.
Result<Found> find(const Administration& deps, const Request& request) {
  return deps.commons.read([&](db::Connection& c) -> Result<Found> {
    Found found{.entries = {}, .size = TRY(trust::audit_head(c)).size};
    const std::int64_t last = std::max<std::int64_t>(0, found.size - kLookedThrough);
    for (std::int64_t end = found.size; end > last; end -= kBatch) {
      const std::int64_t first = std::max(last, end - kBatch);
      auto batch = TRY(trust::audit_entries(c, first, end - first));
      for (auto raw = batch.rbegin(); raw != batch.rend(); ++raw)
        if (Entry entry = entry_of(*raw); fits(entry, request.query()))
          found.entries.push_back(std::move(entry));
    }
    return found;
  });
}

Result<void> permit(const Administration& deps, const Request& request, std::string_view action) {
  return deps.gatekeeper.require(visit::actor_of(request), {action}, {.type = "audit_log"}, {});
}

std::string_view outcome_words(Words t, std::string_view outcome) {
  if (outcome == "denied") return t("Denied");
  if (outcome == "failed") return t("Failed");
  return t("Done");
}

// "member:<id>" as a name, if that member is still known.
class Names {
 public:
  explicit Names(const Administration& deps) : deps_(deps) {}
  std::string of(const Entry& entry, Words t) {
    if (!entry.actor.starts_with("member:"))
      return std::string(t("The program")) + ", " + entry.source;
    std::string& name = names_[entry.actor];
    if (!name.empty()) return name;
    const auto id = trust::MemberId::parse(std::string_view(entry.actor).substr(7));
    if (id)
      if (const auto member = deps_.members.find(*id); member && *member) name = (*member)->name;
    if (name.empty()) name = entry.actor;
    return name;
  }

 private:
  const Administration& deps_;
  std::map<std::string, std::string> names_;
};

void write_filter(Markup& out, const Request& request) {
  const Words t = out.words();
  const std::string action = request.query().get("action").raw();
  const std::string outcome = request.query().get("outcome").raw();
  const std::string object = request.query().get("object").raw();
  std::vector<html::Option> outcomes;
  for (const std::string_view one : {"done", "denied", "failed"})
    outcomes.push_back({.value = std::string(one),
                        .label = std::string(outcome_words(t, one)),
                        .selected = outcome == one});
  html::get_form(out, {.action = kPath, .label = t("Filter")}, [&] {
    html::text_input(out, {.words = {.name = "action",
                                     .label = t("Part of the act"),
                                     .hint = t("For example: session, member.invite, directory")},
                           .value = action,
                           .width = html::FieldWidth::kLarge,
                           .max_length = 80});
    html::select(out, {.words = {.name = "outcome", .label = t("Outcome")},
                       .options = outcomes,
                       .empty_choice = t("Any outcome")});
    html::text_input(out, {.words = {.name = "object", .label = t("Id of a record or member")},
                           .value = object,
                           .width = html::FieldWidth::kLarge,
                           .max_length = 40});
    html::button(out, {.text = t("Show")});
  });
}

void write_entries(Markup& out, const Administration& deps, const Found& found, std::size_t first) {
  const Words t = out.words();
  Names names(deps);
  html::table(
      out,
      {.caption =
           t.plural("{0} entry", "{0} entries", static_cast<std::int64_t>(found.entries.size())),
       .columns = {{t("When (UTC)")}, {t("Who")}, {t("Act")}, {t("On what")}, {t("Outcome")}},
       .compact = true},
      [&](html::Rows& rows) {
        for (std::size_t i = first; i < std::min(found.entries.size(), first + kPerPage); ++i) {
          const Entry& entry = found.entries[i];
          rows.row();
          rows.cell(replace_all(entry.at.substr(0, 19), "T", " "));
          rows.cell(names.of(entry, t));
          rows.cell(entry.action);
          rows.cell([&] {
            out.text(entry.object);
            if (!entry.detail.empty()) html::note(out, entry.detail);
          });
          rows.cell([&] {
            html::tag(out, outcome_words(t, entry.outcome),
                      entry.outcome == "done" ? html::TagTone::kPlain : html::TagTone::kCaution);
          });
        }
      });
}

Response log_page(const Administration& deps, const Request& request) {
  if (const auto allowed = permit(deps, request, "list"); !allowed)
    return deps.visits.failure(request, allowed.error(), kPath);
  const auto found = find(deps, request);
  if (!found) return deps.visits.failure(request, found.error(), kPath);
  const Words t(visit::language_of(request));
  const http::Fields& query = request.query();
  const auto page = to_integer(query.get("page").raw());
  const std::int64_t number = page && *page > 0 && *page < 10'000 ? *page : 1;
  const auto address = [&](std::string_view path) {
    return Href(path)
        .with("action", query.get("action").raw())
        .with("outcome", query.get("outcome").raw())
        .with("object", query.get("object").raw());
  };
  return administration_page(deps, request, t("Audit log"), kPath, [&](Markup& out) {
    html::action_button(out, {.action = Href(kPath) / "verify",
                              .csrf_token = visit::csrf_of(request),
                              .text = t("Check that the log is whole")});
    write_filter(out, request);
    if (found->entries.empty()) {
      html::empty_state(out, {.title = t("Nothing fits these choices"),
                              .what_to_do = t("Shorten the act, or choose any outcome."),
                              .action = t("Show everything"),
                              .href = kPath});
      return;
    }
    write_entries(out, deps, *found, static_cast<std::size_t>(number - 1) * kPerPage);
    if (found->size > kLookedThrough)
      html::note(out, t("The last {0} of {1} entries were looked through.",
                        {t.number(kLookedThrough), t.number(found->size)}));
    html::pagination(
        out, {.page = number,
              .pages = static_cast<std::int64_t>((found->entries.size() + kPerPage - 1) / kPerPage),
              .href = [&](std::int64_t other) {
                return address(kPath).with("page", std::to_string(other));
              }});
    html::paragraph(out, [&] {
      html::link(out, t("Download as a table (CSV)"), address("/administration/audit.csv"));
    });
  });
}

Response log_csv(const Administration& deps, const Request& request) {
  if (const auto allowed = permit(deps, request, "export"); !allowed)
    return deps.visits.failure(request, allowed.error(), kPath);
  const auto found = find(deps, request);
  if (!found) return deps.visits.failure(request, found.error(), kPath);
  std::string text;
  CsvWriter csv(text, CsvFormulas::kNeutralise);
  csv.row({"entry", "at", "actor", "source", "action", "object", "outcome", "rule", "detail"});
  for (const Entry& entry : found->entries)
    csv.row({std::to_string(entry.index), entry.at, entry.actor, entry.source, entry.action,
             entry.object, entry.outcome, entry.rule, entry.detail});
  Response response = Response::of("text/csv; charset=utf-8", std::move(text));
  response.as_download("audit-log.csv");
  return response;
}

// Reads the whole log again; changes nothing.
Response verify(const Administration& deps, const Request& request) {
  if (const auto allowed = permit(deps, request, "verify"); !allowed)
    return deps.visits.failure(request, allowed.error(), kPath);
  const auto report = trust::verify_audit(deps.commons);
  if (!report) return deps.visits.failure(request, report.error(), kPath);
  const Words t(visit::language_of(request));
  return administration_page(deps, request, t("Audit log"), kPath, [&](Markup& out) {
    if (report->faults.empty())
      html::alert(out, {.kind = html::AlertKind::kSuccess,
                        .text = t("All {0} entries, their hashes and their order were read again.",
                                  {t.number(report->entries)}),
                        .title = t("The log is whole"),
                        .announce = true});
    else
      html::alert(out,
                  {.kind = html::AlertKind::kError,
                   .text = t("Someone changed the store from outside, or a disk failed. Keep the "
                             "store as it is, and compare it with the last backup."),
                   .title = t("The log is not whole"),
                   .announce = true},
                  [&] {
                    html::list(out, html::ListKind::kBullets, report->faults.size(),
                               [&](std::size_t i) { out.text(report->faults[i]); });
                  });
    html::paragraph(out,
                    t("The head of the log. Note it elsewhere: a later check can then show that "
                      "the log was only continued."));
    out.element("code", {{"class", "long-code"}},
                std::to_string(report->head.size) + ":" + to_hex(report->head.root));
    html::button_group(
        out, [&] { html::link_button(out, {.text = t("Back to the log"), .href = kPath}); });
  });
}

}  // namespace

void add_audit_routes(http::Router& router, const Administration& deps) {
  const auto member = Access::signed_in();
  router.get(std::string(kPath), member, [deps](Request& r) { return log_page(deps, r); },
             {.summary = "The audit log"});
  router.get("/administration/audit.csv", member, [deps](Request& r) { return log_csv(deps, r); },
             {.summary = "The audit log as a table"});
  router.post("/administration/audit/verify", member,
              [deps](Request& r) { return verify(deps, r); },
              {.summary = "Checks that the audit log is whole"});
}

}  // namespace daybreak::web
