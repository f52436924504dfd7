// SPDX-License-Identifier: AGPL-3.0-or-later
// Background work: what gave up and waits for a person, what runs, what comes next.
#include "base/text.hpp"
#include "web/administration.hpp"

namespace daybreak::web {
namespace {

using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using language::Words;

constexpr std::string_view kPath = "/administration/jobs";

Result<void> permit(const Administration& deps, const Request& request, std::string_view action) {
  return deps.gatekeeper.require(visit::actor_of(request), {action}, {.type = "background_job"},
                                 {});
}

std::string time_words(Instant at) {
  return replace_all(format_instant(at).substr(0, 19), "T", " ");
}

// Kinds that this version does not name are shown by their code.
std::string kind_of(Words t, const jobs::Job& job) {
  if (job.kind == "node.night") return std::string(t("Nightly tidying"));
  if (job.kind == "directory.remind_due")
    return std::string(t("Looking for records due for a check"));
  if (job.kind == "directory.remind") return std::string(t("Asking a provider by mail"));
  if (job.kind == "threat.assess") return std::string(t("Assessing a region"));
  if (job.kind == "threat.demonstration")
    return std::string(t("Making synthetic files for the demonstration"));
  return job.kind;
}

void write_jobs(Markup& out, const Request& request, std::string_view caption,
                const std::vector<jobs::Job>& jobs) {
  const Words t = out.words();
  if (jobs.empty()) return;
  const bool dead = jobs.front().state == jobs::State::kDead;
  std::vector<html::Column> columns = {
      {t("What")}, {t("Due (UTC)")}, {t("Attempts"), html::Align::kRight}, {t("Last error")}};
  if (dead) columns.emplace_back(t("Again"));
  html::table(out, {.caption = caption, .columns = columns, .compact = true},
              [&](html::Rows& rows) {
                for (const jobs::Job& job : jobs) {
                  rows.row();
                  rows.cell(kind_of(t, job));
                  rows.cell(time_words(job.run_at));
                  rows.number(job.attempts);
                  rows.cell(job.last_error.value_or("–"));
                  if (dead)
                    rows.cell([&] {
                      html::action_button(out, {.action = Href(kPath) / job.id.to_string(),
                                                .csrf_token = visit::csrf_of(request),
                                                .text = t("Try again"),
                                                .kind = html::ButtonKind::kOutline});
                    });
                }
              });
}

Response jobs_page(const Administration& deps, const Request& request) {
  if (const auto allowed = permit(deps, request, "list"); !allowed)
    return deps.visits.failure(request, allowed.error(), kPath);
  const auto dead = deps.queue.list(jobs::State::kDead),
             running = deps.queue.list(jobs::State::kRunning),
             waiting = deps.queue.list(jobs::State::kWaiting),
             done = deps.queue.list(jobs::State::kDone);
  for (const auto* list : {&dead, &running, &waiting, &done})
    if (!*list) return deps.visits.failure(request, list->error(), kPath);
  const Words t(visit::language_of(request));
  return administration_page(deps, request, t("Background work"), kPath, [&](Markup& out) {
    html::lead(out,
               t("What the node does by itself: mail, nightly tidying, checks. Each state shows "
                 "at most 100."));
    if (dead->empty()) html::paragraph(out, t("Nothing has given up."));
    write_jobs(out, request, t("Gave up and waits for you"), *dead);
    write_jobs(out, request, t("Runs now"), *running);
    write_jobs(out, request, t("Waits for its time"), *waiting);
    write_jobs(out, request, t("Done in the last week"), *done);
  });
}

Response retry(const Administration& deps, const Request& request) {
  if (const auto allowed = permit(deps, request, "retry"); !allowed)
    return deps.visits.failure(request, allowed.error(), kPath);
  const auto done = deps.queue.retry(jobs::JobId(request.uuid_parameter("id")));
  if (!done) return deps.visits.failure(request, done.error(), kPath);
  if (const auto kept = trust::record_audit(deps.commons, visit::actor_of(request),
                                            {.action = "background_job.retry",
                                             .object_type = "background_job",
                                             .object = request.uuid_parameter("id").to_string()},
                                            deps.clock.now());
      !kept)
    return deps.visits.failure(request, kept.error(), kPath);
  return visit::redirect(request, kPath);
}

}  // namespace

void add_job_routes(http::Router& router, const Administration& deps) {
  router.get(std::string(kPath), Access::signed_in(),
             [deps](Request& r) { return jobs_page(deps, r); }, {.summary = "Background work"});
  router.post("/administration/jobs/{id:uuid}", Access::signed_in(),
              [deps](Request& r) { return retry(deps, r); },
              {.summary = "Gives a job that gave up another chance"});
}

}  // namespace daybreak::web
