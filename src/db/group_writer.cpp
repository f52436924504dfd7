// SPDX-License-Identifier: AGPL-3.0-or-later
#include "db/group_writer.hpp"

#include <stdexcept>

#include "base/memory.hpp"

namespace daybreak::db {
namespace {

// Enough to spread one disk flush over many writes, few enough that the first need not wait long.
constexpr std::size_t kLargestBatch = 512;

// How long a log that a reader still needs is left alone before it is emptied again.
constexpr std::chrono::milliseconds kTryAgain(200);

}  // namespace

GroupWriter::GroupWriter(std::unique_ptr<EngineConnection> connection, Connect connect)
    : connection_(std::move(connection)),
      connect_(std::move(connect)),
      thread_([this] { work(); }) {}

GroupWriter::~GroupWriter() {
  {
    std::lock_guard lock(mutex_);
    closing_ = true;
  }
  arrived_.notify_one();
  thread_.join();
}

std::optional<Error> GroupWriter::stopped() const {
  std::lock_guard lock(mutex_);
  return stopped_;
}

Result<void> GroupWriter::submit(const Action& action, const Question* first) {
  if (std::this_thread::get_id() == thread_.get_id())
    throw std::logic_error("a write inside a write of the same store");
  Write write{&action, first, {}, {}, false};
  std::unique_lock lock(mutex_);
  waiting_.push_back(&write);
  arrived_.notify_one();
  finished_.wait(lock, [&] { return write.done; });
  if (write.thrown) std::rethrow_exception(write.thrown);
  return std::move(write.result);
}

GroupWriter::Batch GroupWriter::next_batch() {
  std::unique_lock lock(mutex_);
  const auto something = [&] { return closing_ || !waiting_.empty(); };
  while (log_holds_traces_ && !arrived_.wait_for(lock, kTryAgain, something)) {
    lock.unlock();
    empty_log_if_asked();
    lock.lock();
  }
  arrived_.wait(lock, something);
  Batch batch;
  while (!waiting_.empty() && batch.size() < kLargestBatch) {
    batch.push_back(waiting_.front());
    waiting_.pop_front();
  }
  return batch;
}

void GroupWriter::work() {
  for (;;) {
    const Batch batch = next_batch();
    if (batch.empty()) return;
    run_batch(batch);
    wipe_stack();  // what the writes sealed passed through it
    {
      std::lock_guard lock(mutex_);
      for (Write* write : batch) write->done = true;
    }
    finished_.notify_all();
    connection_->tidy();
    if (const auto fatal = connection_->fatal()) stop_for_good(*fatal);
  }
}

void GroupWriter::empty_log_if_asked() {
  if (connection_->take_leaves_no_trace()) log_holds_traces_ = true;
  if (!log_holds_traces_ || stopped()) return;
  if (connection_->empty_log()) log_holds_traces_ = false;
  if (const auto fatal = connection_->fatal()) stop_for_good(*fatal);
}

void GroupWriter::run_batch(const Batch& batch) {
  if (const auto stopped = this->stopped()) return fail_all(batch, *stopped);
  Result<void> done = begin();
  if (done) {
    connection_->begin_group();
    done = ask_ahead(batch);
  }
  if (done) done = run_actions(batch);
  if (done) done = connection_->finish_group();
  if (done) done = connection_->commit();
  if (!done) {
    connection_->drop_group();
    connection_->rollback();
    fail_all(batch, done.error());
  }
  if (const auto fatal = connection_->fatal()) stop_for_good(*fatal);
  empty_log_if_asked();
}

// With what the writes begin, in one exchange. When one question cannot be answered, each write
// asks its own and fails alone.
Result<void> GroupWriter::ask_ahead(const Batch& batch) {
  std::vector<const Question*> questions;
  for (const Write* write : batch)
    if (write->first != nullptr) questions.push_back(write->first);
  if (questions.size() < 2 || connection_->ask_ahead(questions)) return {};
  connection_->drop_group();
  connection_->rollback();
  TRY(begin());
  connection_->begin_group();
  return {};
}

// Runs each action in a savepoint. Fails only when the transaction as a whole is lost.
Result<void> GroupWriter::run_actions(const Batch& batch) {
  for (Write* write : batch) {
    TRY(run_one(*write, batch.size() == 1));
    if (const auto fatal = connection_->fatal()) return tl::make_unexpected(*fatal);
    if (!connection_->in_transaction()) {
      if (!write->result) return tl::make_unexpected(write->result.error());
      return fail(ErrorKind::kUnavailable,
                  "the transaction was ended by the database; nothing was saved");
    }
  }
  return {};
}

Result<void> GroupWriter::run_one(Write& write, bool alone) {
  Connection& connection = *connection_;
  connection.clear_spoiled();
  connection.begin_write(!alone);
  const std::vector<std::size_t> marks = connection.group_marks();
  try {
    write.result = (*write.action)(connection);
  } catch (...) {
    write.thrown = std::current_exception();
    write.result = fail(ErrorKind::kInternal, "a write ended with an exception");
  }
  if (write.result && connection.is_spoiled())
    write.result = fail(ErrorKind::kInternal, "a failed statement was ignored in a transaction");
  connection.clear_spoiled();
  if (!connection_->in_transaction()) return {};
  Result<void> ended = connection.end_write(write.result);
  if (!write.result) connection.forget_after(marks);
  if (alone && !write.result) return tl::make_unexpected(write.result.error());
  return ended;
}

// Those that had already failed on their own keep their own reason.
void GroupWriter::fail_all(const Batch& batch, const Error& error) {
  for (Write* write : batch)
    if (write->result) write->result = tl::make_unexpected(error);
}

Result<void> GroupWriter::ensure_connected() {
  if (connection_->is_usable()) return {};
  auto fresh = TRY(connect_());
  connection_ = std::move(fresh);
  return {};
}

Result<void> GroupWriter::begin() {
  TRY(ensure_connected());
  Result<void> begun = connection_->begin();
  if (begun || connection_->is_usable() || connection_->fatal()) return begun;
  TRY(ensure_connected());  // lost while nobody used it: nothing was done on it yet
  return connection_->begin();
}

void GroupWriter::stop_for_good(const Error& cause) {
  std::lock_guard lock(mutex_);
  if (stopped_) return;
  stopped_ = Error{ErrorKind::kUnavailable, "the store stopped writing: " + cause.message,
                   cause.place, "Check the disk and the system log, then start Daybreak again"};
}

}  // namespace daybreak::db
