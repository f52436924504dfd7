// SPDX-License-Identifier: AGPL-3.0-or-later
// Answering: from a whole request to the last byte sent. Receiving is in connection.cpp.
#include <fmt/format.h>

#include "base/memory.hpp"
#include "http/connection.hpp"

namespace daybreak::http {
namespace {

constexpr std::size_t kSlice = 64 * 1024;  // each has a write deadline of its own
constexpr std::size_t kPiece = 32 * 1024;  // small pieces of a stream are sent together
constexpr std::size_t kMostDropped = 1024 * 1024;
constexpr std::chrono::milliseconds kLinger{2000};
constexpr std::chrono::milliseconds kForever = std::chrono::milliseconds::max();

}  // namespace

void Connection::dispatch() {
  enter(Phase::kWorking, kForever);
  if (exchange_.request->route()->options.runs_on == RunsOn::kInline) {
    run_handler();
    return send();
  }
  const bool is_queued = state().workers.try_submit([self = shared_from_this()] {
    self->run_handler();
    wipe_stack();  // short passwords and names were there
    self->shard_.post([self] { self->send(); });
  });
  if (is_queued) return;
  state().overloaded.fetch_add(1, std::memory_order_relaxed);
  Response busy =
      state().router.error(*exchange_.request, Status::kUnavailable, "Too many requests at once.");
  busy.set("Retry-After", "2");
  answer(std::move(busy));
}

// On a worker, which has the exchange to itself.
void Connection::run_handler() {
  exchange_.response = state().router.run(*exchange_.request);
  make_head();
}

void Connection::make_head() {
  Response& response = exchange_.response;
  const bool is_1_0 = exchange_.request && exchange_.request->head().is_1_0;
  exchange_.body_end = body_end_of(response, is_1_0);
  if (exchange_.body_end == BodyEnd::kClose || state().draining.load())
    exchange_.keep_alive = false;
  SecurityContext security{.tls = state().tls != nullptr};
  const Route* route = exchange_.request ? exchange_.request->route() : nullptr;
  if (route) {
    security.may_be_embedded = route->options.may_be_embedded;
    if (response.code() < 400) security.caching = route->options.caching;
  }
  exchange_.head =
      write_response_head(response, {exchange_.body_end, exchange_.keep_alive, security});
  const bool has_no_body = exchange_.body_end == BodyEnd::kNone ||
                           (exchange_.request && exchange_.request->method() == Method::kHead);
  if (has_no_body) {
    response.drop_body();
    exchange_.body_end = BodyEnd::kNone;
  }
  exchange_.unsent = response.body();
  exchange_.source = response.take_source();
}

void Connection::answer(Response response) {
  enter(Phase::kWorking, kForever);
  exchange_.response = std::move(response);
  make_head();
  send();
}

// The request cannot be trusted to end where it seems to: answer, then close.
void Connection::refuse(const Refusal& refusal) {
  state().refused.fetch_add(1, std::memory_order_relaxed);
  exchange_.keep_alive = false;
  exchange_.reason = refusal.reason;
  if (exchange_.id.empty()) exchange_.id = state().next_id();
  const auto status = static_cast<Status>(refusal.status);
  Response response = exchange_.request
                          ? state().router.error(*exchange_.request, status, "")
                          : Response::text(fmt::format("{}\n", refusal.reason), status);
  if (status == Status::kUnavailable) response.set("Retry-After", "10");
  answer(std::move(response));
}

void Connection::send() {
  if (is_closed_) return;
  if (exchange_.response.static_body().empty() && exchange_.unsent.size() > kSlice) {
    exchange_.answer_counted = exchange_.unsent.size();
    state().unsent_bytes.fetch_add(exchange_.answer_counted);
    shard_.relieve(*this);
  }
  send_more(exchange_.head);
}

void Connection::send_more(std::string_view first) {
  enter(Phase::kSending, limits().write_deadline);
  const std::string_view slice = exchange_.unsent.substr(0, kSlice);
  exchange_.unsent.remove_prefix(slice.size());
  exchange_.sent += slice.size();
  transport_->write({boost::asio::buffer(first), boost::asio::buffer(slice)},
                    {shared_from_this(), &Connection::on_sent});
}

void Connection::on_sent(const ErrorCode& error, std::size_t) {
  if (is_closed_) return;
  if (error) return close();
  if (!exchange_.unsent.empty()) return send_more({});
  if (exchange_.source) return pull_piece();
  end_exchange();
}

void Connection::pull_piece() {
  enter(Phase::kWorking, kForever);
  state().workers.submit_piece([self = shared_from_this()] {
    Exchange& exchange = self->exchange_;
    std::string text;
    bool has_ended = false;
    try {
      while (text.size() < kPiece && !has_ended) {
        auto piece = exchange.source();
        exchange.source_failed = !piece;
        has_ended = !piece || !*piece;
        if (!has_ended) text += **piece;
      }
    } catch (const std::exception& bug) {
      exchange.source_failed = has_ended = true;
      const auto& on_bug = self->state().router.on_bug;
      if (on_bug) on_bug(*exchange.request, bug.what());
    }
    if (has_ended) exchange.source = nullptr;
    exchange.piece.clear();
    if (exchange.body_end != BodyEnd::kChunked) {
      exchange.piece = std::move(text);
    } else {
      if (!text.empty()) exchange.piece = fmt::format("{:x}\r\n{}\r\n", text.size(), text);
      if (has_ended && !exchange.source_failed) exchange.piece += "0\r\n\r\n";
    }
    wipe_stack();
    self->shard_.post([self] { self->on_piece(); });
  });
}

void Connection::on_piece() {
  if (is_closed_) return;
  // Cut, so that nobody takes half a file for the whole.
  if (exchange_.source_failed) {
    exchange_.reason = "the stream failed";
    write_log();
    return close();
  }
  exchange_.unsent = exchange_.piece;
  if (exchange_.unsent.empty()) return on_sent({}, 0);
  send_more({});
}

void Connection::give_back_counts() {
  state().body_bytes.fetch_sub(std::exchange(exchange_.body_counted, 0));
  state().unsent_bytes.fetch_sub(std::exchange(exchange_.answer_counted, 0));
}

void Connection::end_exchange() {
  write_log();
  give_back_counts();
  if (exchange_.keep_alive && !(state().draining.load() && begin_ == end_)) return wait_for_head();
  linger();
}

void Connection::write_log() {
  AccessLog* log = state().options.access_log;
  if (!log) return;
  AccessRecord record{.id = exchange_.id, .status = exchange_.response.code()};
  if (exchange_.request) {
    record.method = name_of(exchange_.request->method());
    if (exchange_.request->route()) record.pattern = exchange_.request->route()->pattern;
  }
  record.bytes = exchange_.sent;
  record.took = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - exchange_.began);
  record.reason = exchange_.reason;
  log->write(record);
}

// Closing with unread input would make the kernel reset the connection, and the client might lose
// our answer: so say that nothing more comes, then drop what still arrives for a little while.
void Connection::linger() {
  enter(Phase::kEnding, kLinger);
  const bool has_unread_input = !exchange_.reason.empty() || begin_ < end_;
  if (state().tls && has_unread_input) return read_and_drop();
  transport_->finish({shared_from_this(), &Connection::on_finished});
}

void Connection::on_finished(const ErrorCode& error, std::size_t) {
  if (is_closed_) return;
  if (error || state().tls) return close();
  read_and_drop();
}

void Connection::read_and_drop() {
  begin_ = end_ = 0;
  if (is_reading_) return;  // that read ends in on_dropped
  transport_->read_some(boost::asio::buffer(buffer_),
                        {shared_from_this(), &Connection::on_dropped});
}

void Connection::on_dropped(const ErrorCode& error, std::size_t bytes) {
  if (is_closed_) return;
  dropped_ += bytes;
  if (error || dropped_ > kMostDropped) return close();
  read_and_drop();
}

}  // namespace daybreak::http
