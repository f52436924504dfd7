// SPDX-License-Identifier: AGPL-3.0-or-later
// Durable background work: mail, reminders, index updates, nightly checks. A job is put into the
// queue in the transaction of what causes it, and runs at least once: after a kill its lease runs
// out and it runs again, so a handler does its work in one transaction with job.finish(), or so
// that twice is no harm. What fails is tried again later and later; after the last attempt it is
// "dead" and waits for a person. Payloads hold ids and codes, no personal information. Safe to use
// from any thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "db/database.hpp"
#include "db/migration.hpp"

namespace daybreak::jobs {

using JobId = Id<struct JobTag>;

struct NewJob {
  std::string kind;               // "mail.send"
  std::string payload = "{}";     // JSON
  std::optional<Instant> run_at;  // now when empty
  std::optional<std::string>
      unique_key;  // while a job with this key waits or runs, no second one is added
};

enum class State : std::uint8_t { kWaiting, kRunning, kDone, kDead };
std::string_view code_of(State state);

struct Job {
  JobId id;
  std::string kind, payload;
  State state = State::kWaiting;
  Instant run_at, created_at;
  int attempts = 0;  // those begun, with the present one
  std::optional<std::string> last_error;
};

db::ModuleMigrations migrations();

// Adds a job inside the caller's write. The id, or nothing when its unique key is already there.
Result<std::optional<JobId>> enqueue(db::Connection& connection, const NewJob& job,
                                     const Clock& clock, Random& random);

// A job that is being run.
class RunningJob {
 public:
  RunningJob(Job job, db::Database& database, const Clock& clock)
      : job_(std::move(job)), database_(database), clock_(clock) {}
  const Job& job() const { return job_; }
  db::Database& database() const { return database_; }
  // Does the job's last change and marks it done in one transaction: then its effect on this store
  // happens exactly once. kConflict when the lease was lost to another worker.
  Result<void> finish(const std::function<Result<void>(db::Connection&)>& change);
  bool finished() const { return finished_; }
  // For long work: keeps the lease. kConflict when it was lost.
  Result<void> keep(std::chrono::milliseconds lease);

 private:
  Job job_;
  db::Database& database_;
  const Clock& clock_;
  bool finished_ = false;
};

// kInvalid, kUnsupported and kCorrupt will not get better: the job is dead at once.
using Handler = std::function<Result<void>(RunningJob&)>;

struct QueueOptions {
  std::chrono::milliseconds lease = std::chrono::minutes(10);
  std::chrono::milliseconds first_delay = std::chrono::seconds(30);  // doubled each time
  std::chrono::milliseconds longest_delay = std::chrono::hours(6);
  int most_attempts = 8;
  std::chrono::milliseconds keep_done =
      std::chrono::hours(24 * 7);  // how long finished jobs can be looked at
};

class Queue {
 public:
  Queue(db::Database& database, const Clock& clock, QueueOptions options = {})
      : database_(database), clock_(clock), options_(options) {}

  // Before the first job is run.
  void handle(std::string kind, Handler handler);
  // Runs the next job that is due, on this thread. False when none is. Kinds without a handler
  // wait.
  Result<bool> run_one();
  // Runs until none is due; how many were run. For tests and commands.
  Result<int> run_due();

  Result<std::vector<Job>> list(State state, int most = 100);
  // Gives a dead job another chance, now.
  Result<void> retry(JobId id);
  // Forgets jobs that were done long ago.
  Result<std::int64_t> remove_done();
  // How long to wait before attempt `attempts` + 1.
  std::chrono::milliseconds delay_after(int attempts) const;

 private:
  Result<std::optional<Job>> claim();
  Result<void> settle(const Job& job, const Result<void>& outcome);

  db::Database& database_;
  const Clock& clock_;
  QueueOptions options_;
  std::map<std::string, Handler> handlers_;
};

// Threads that run what is due until destroyed; destroying waits for the jobs that are running.
class Workers {
 public:
  Workers(Queue& queue, int threads, std::function<void(const Error&)> report = {});
  ~Workers();
  // Looks at the queue at once; call after a write that enqueued something.
  void wake();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace daybreak::jobs
