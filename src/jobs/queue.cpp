// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/queue.hpp"

#include <array>

#include "embedded/jobs_migrations.hpp"

namespace daybreak::jobs {
namespace {

constexpr std::array<std::string_view, 4> kStateCodes = {"waiting", "running", "done", "dead"};
constexpr std::string_view kSelect =
    "SELECT id, kind, payload, state, run_at, created_at, attempts, last_error FROM jobs_job ";

Job job_of(const db::Row& row) {
  Job job;
  job.id = row.id<JobId>(0);
  job.kind = row.text(1);
  job.payload = row.text(2);
  const auto state = std::find(kStateCodes.begin(), kStateCodes.end(), row.text(3));
  job.state = static_cast<State>(state - kStateCodes.begin());
  job.run_at = row.instant(4);
  job.created_at = row.instant(5);
  job.attempts = static_cast<int>(row.integer(6));
  job.last_error = row.maybe_text(7);
  return job;
}

// Each attempt is its own: what an earlier worker of a job says after its lease ran out does not
// count.
Result<void> only_if_held(Result<std::int64_t> changed) {
  if (!changed) return tl::make_unexpected(std::move(changed).error());
  if (*changed == 0)
    return fail(ErrorKind::kConflict,
                "the job took longer than its lease and was given to another worker");
  return {};
}

Result<void> mark_done(db::Connection& connection, const Job& job, Instant now) {
  return only_if_held(connection.execute(
      "UPDATE jobs_job SET state = 'done', finished_at = $3, lease_until = NULL, unique_key = NULL"
      " WHERE id = $1 AND state = 'running' AND attempts = $2",
      {job.id, job.attempts, now}));
}

bool is_hopeless(ErrorKind kind) {
  return kind == ErrorKind::kInvalid || kind == ErrorKind::kUnsupported ||
         kind == ErrorKind::kCorrupt;
}

}  // namespace

std::string_view code_of(State state) { return kStateCodes.at(static_cast<std::size_t>(state)); }

db::ModuleMigrations migrations() { return {"jobs", &embedded::jobs_migrations()}; }

Result<std::optional<JobId>> enqueue(db::Connection& connection, const NewJob& job,
                                     const Clock& clock, Random& random) {
  const JobId id = JobId::generate(clock, random);
  const Instant now = clock.now();
  const std::int64_t added = TRY(connection.execute(
      "INSERT INTO jobs_job (id, kind, payload, state, run_at, unique_key, created_at)"
      " VALUES ($1, $2, $3, 'waiting', $4, $5, $6) ON CONFLICT (unique_key) DO NOTHING",
      {id, job.kind, job.payload, job.run_at.value_or(now), job.unique_key, now}));
  if (added == 0) return std::optional<JobId>();
  return std::optional<JobId>(id);
}

Result<void> RunningJob::finish(const std::function<Result<void>(db::Connection&)>& change) {
  TRY(database_.write([&](db::Connection& connection) -> Result<void> {
    TRY(mark_done(connection, job_, clock_.now()));
    return change(connection);
  }));
  finished_ = true;
  return {};
}

Result<void> RunningJob::keep(std::chrono::milliseconds lease) {
  return database_.write([&](db::Connection& connection) {
    return only_if_held(
        connection.execute("UPDATE jobs_job SET lease_until = $3 WHERE id = $1 AND state = "
                           "'running' AND attempts = $2",
                           {job_.id, job_.attempts, clock_.now() + lease}));
  });
}

void Queue::handle(std::string kind, Handler handler) {
  handlers_[std::move(kind)] = std::move(handler);
}

// The job that has been due the longest, among those that this process can run: waiting, or left
// behind by a worker that died.
Result<std::optional<Job>> Queue::claim() {
  const Instant now = clock_.now();
  const auto find_due = [&](db::Connection& connection) -> Result<std::optional<Job>> {
    std::optional<Job> due;
    for (const auto& [kind, handler] : handlers_) {
      const auto row = TRY(connection.query_one(
          std::string(kSelect) +
              "WHERE kind = $1 AND (state = 'waiting' AND run_at <= $2"
              " OR state = 'running' AND lease_until <= $2) ORDER BY run_at, id LIMIT 1",
          {kind, now}));
      if (row && (!due || job_of(*row).run_at < due->run_at)) due = job_of(*row);
    }
    return due;
  };
  // Looking costs no write; only what was seen is claimed, and only if it is still to be had.
  if (!TRY(database_.read(find_due))) return std::optional<Job>();
  return database_.write([&](db::Connection& connection) -> Result<std::optional<Job>> {
    auto due = TRY(find_due(connection));
    if (!due) return due;
    TRY(
        connection.execute("UPDATE jobs_job SET state = 'running', attempts = attempts + 1, "
                           "lease_until = $2 WHERE id = $1",
                           {due->id, now + options_.lease}));
    due->state = State::kRunning;
    ++due->attempts;
    return due;
  });
}

Result<bool> Queue::run_one() {
  auto job = TRY(claim());
  if (!job) return false;
  if (job->attempts > options_.most_attempts) {  // it killed its worker each time
    TRY(settle(*job, fail(ErrorKind::kInternal, "the program ended each time while this job ran")));
    return true;
  }
  RunningJob running(*job, database_, clock_);
  Result<void> outcome;
  try {
    outcome = handlers_.at(job->kind)(running);
  } catch (const std::exception& bug) {
    outcome = fail(ErrorKind::kInternal, std::string("a bug: ") + bug.what());
  }
  if (!running.finished()) TRY(settle(*job, outcome));
  return true;
}

Result<int> Queue::run_due() {
  int count = 0;
  while (TRY(run_one())) ++count;
  return count;
}

Result<void> Queue::settle(const Job& job, const Result<void>& outcome) {
  const Instant now = clock_.now();
  const Result<void> settled = database_.write([&](db::Connection& connection) -> Result<void> {
    if (outcome) return mark_done(connection, job, now);
    const bool dead = job.attempts >= options_.most_attempts || is_hopeless(outcome.error().kind);
    return only_if_held(connection.execute(
        "UPDATE jobs_job SET state = $3, run_at = $4, last_error = $5, lease_until = NULL"
        " WHERE id = $1 AND state = 'running' AND attempts = $2",
        {job.id, job.attempts, dead ? "dead" : "waiting", now + delay_after(job.attempts),
         outcome.error().describe()}));
  });
  // Another worker has it now and will settle it.
  if (!settled && settled.error().kind == ErrorKind::kConflict) return {};
  return settled;
}

std::chrono::milliseconds Queue::delay_after(int attempts) const {
  auto delay = options_.first_delay;
  for (int i = 1; i < attempts && delay < options_.longest_delay; ++i) delay *= 2;
  return std::min(delay, options_.longest_delay);
}

Result<std::vector<Job>> Queue::list(State state, int most) {
  return database_.read([&](db::Connection& connection) -> Result<std::vector<Job>> {
    std::vector<Job> jobs;
    TRY(connection.query_each(
        std::string(kSelect) + "WHERE state = $1 ORDER BY run_at, id LIMIT $2",
        {code_of(state), most}, [&](const db::Row& row) -> Result<void> {
          jobs.push_back(job_of(row));
          return {};
        }));
    return jobs;
  });
}

Result<void> Queue::retry(JobId id) {
  const std::int64_t changed = TRY(database_.write([&](db::Connection& connection) {
    return connection.execute(
        "UPDATE jobs_job SET state = 'waiting', attempts = 0, run_at = $2 WHERE id = $1 AND state "
        "= 'dead'",
        {id, clock_.now()});
  }));
  if (changed == 0) return fail(ErrorKind::kNotFound, "there is no such job that gave up");
  return {};
}

Result<std::int64_t> Queue::remove_done() {
  return database_.write([&](db::Connection& connection) {
    return connection.execute("DELETE FROM jobs_job WHERE state = 'done' AND finished_at <= $1",
                              {clock_.now() - options_.keep_done});
  });
}

}  // namespace daybreak::jobs
