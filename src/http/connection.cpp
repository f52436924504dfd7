// SPDX-License-Identifier: AGPL-3.0-or-later
// Receiving: from the first byte to a whole request. Answering is in connection_answer.cpp.
#include "http/connection.hpp"

#include <cstring>

namespace daybreak::http {
namespace {

constexpr std::size_t kBodyBuffer = 64 * 1024;

}  // namespace

Connection::Connection(Shard& shard, std::unique_ptr<Transport> transport, std::string address)
    : shard_(shard), transport_(std::move(transport)), address_(std::move(address)) {}

Connection::~Connection() = default;

void Connection::enter(Phase phase, std::chrono::milliseconds deadline) {
  shard_.move(shared_from_this(), phase);
  phase_ = phase;
  deadline_ = deadline == std::chrono::milliseconds::max()
                  ? Time::max()
                  : std::chrono::steady_clock::now() + deadline;
}

void Connection::start() {
  enter(Phase::kWaiting, limits().head_deadline);
  transport_->handshake({shared_from_this(), &Connection::on_handshake});
}

void Connection::on_handshake(const ErrorCode& error, std::size_t) {
  if (is_closed_) return;
  if (error) return close();
  // One deadline for handshake and first head: a slow handshake wins no time.
  buffer_.resize(limits().head.bytes);
  exchange_.began = std::chrono::steady_clock::now();
  read_more();
}

void Connection::wait_for_head() {
  // Taken out first: a string that is assigned to keeps its memory and what was in it.
  { const Exchange ended = std::move(exchange_); }
  exchange_ = Exchange();
  scanned_ = 0;
  if (buffer_.size() > limits().head.bytes && end_ - begin_ <= limits().head.bytes) {
    buffer_ = buffer_.substr(begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    buffer_.resize(limits().head.bytes);
  }
  const bool has_begun = begin_ < end_;
  enter(Phase::kWaiting, has_begun ? limits().head_deadline : limits().idle_deadline);
  exchange_.began = std::chrono::steady_clock::now();
  if (has_begun) return look_for_head();
  if (state().draining.load()) return close();
  read_more();
}

void Connection::consume(std::size_t bytes) {
  explicit_bzero(buffer_.data() + begin_, bytes);  // it may have been a passphrase
  begin_ += bytes;
  if (begin_ == end_) begin_ = end_ = 0;
}

void Connection::read_more() {
  if (end_ == buffer_.size() && begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    explicit_bzero(buffer_.data() + end_ - begin_, begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  is_reading_ = true;
  transport_->read_some(boost::asio::buffer(buffer_.data() + end_, buffer_.size() - end_),
                        {shared_from_this(), &Connection::on_read});
}

void Connection::on_read(const ErrorCode& error, std::size_t bytes) {
  is_reading_ = false;
  if (is_closed_) return;
  if (error) return close();
  // Refused by a deadline while this read was under way.
  if (phase_ == Phase::kEnding) return on_dropped(error, bytes);
  if (phase_ != Phase::kWaiting && phase_ != Phase::kReceiving) return;
  const bool first = begin_ == end_;
  end_ += bytes;
  if (phase_ == Phase::kReceiving) return take_body();
  if (first) {  // the idle time is over: from the first byte on, the head's own deadline counts
    exchange_.began = std::chrono::steady_clock::now();
    deadline_ = std::min(deadline_, exchange_.began + limits().head_deadline);
  }
  look_for_head();
}

void Connection::look_for_head() {
  const HeadScan scan = scan_head(buffered(), scanned_);
  if (scan.refusal) return refuse(*scan.refusal);
  if (scan.end > 0) return take_head(scan.end);
  scanned_ = end_ - begin_;
  if (scanned_ >= limits().head.bytes) return refuse({431, "the head is too long"});
  read_more();
}

void Connection::take_head(std::size_t size) {
  std::string text(buffered().substr(0, size));
  consume(size);
  auto head = read_head(text, limits().head);
  if (!head) return refuse(head.error());
  auto request = Request::create(std::move(text), std::move(*head));
  if (!request) return refuse({400, "the target is not well-formed"});
  exchange_.id = state().next_id();
  exchange_.request.emplace(std::move(*request));
  Request& made = *exchange_.request;
  made.set_connection(address_, state().tls != nullptr, exchange_.id);
  exchange_.keep_alive = made.head().keep_alive;
  state().requests.fetch_add(1, std::memory_order_relaxed);
  if (auto refusal = state().router.match(made)) {
    if (made.head().has_body()) exchange_.keep_alive = false;  // its body stays unread
    return answer(std::move(*refusal));
  }
  if (made.head().has_body()) return begin_body();
  dispatch();
}

void Connection::begin_body() {
  const Head& head = exchange_.request->head();
  exchange_.body_limit = exchange_.request->route()->options.body_limit;
  exchange_.body_left = head.content_length;
  if (head.content_length > exchange_.body_limit) return refuse({413, "the body is too large"});
  BodyStorage storage = state().options.body_storage;
  if (state().options.off_disk && state().options.off_disk(*exchange_.request->route()))
    storage.folder.clear();
  exchange_.body = std::make_unique<BodyWriter>(std::move(storage));
  enter(Phase::kReceiving, limits().body_deadline);
  if (head.expects_continue && buffered().empty()) return send_continue();
  take_body();
}

void Connection::send_continue() {
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  is_continuing_ = true;
  transport_->write({boost::asio::buffer(kContinue), {}},
                    {shared_from_this(), &Connection::on_continue});
}

void Connection::on_continue(const ErrorCode& error, std::size_t) {
  is_continuing_ = false;
  if (is_closed_) return;
  if (error) return close();
  take_body();
}

void Connection::take_body() {
  if (const auto taken = take_body_bytes(); !taken) return refuse(taken.error());
  const bool is_chunked = exchange_.request->head().chunked;
  if (is_chunked ? exchange_.chunks.is_done() : exchange_.body_left == 0) return end_body();
  if (exchange_.body->size() > kBodyBuffer && buffer_.size() < kBodyBuffer)
    buffer_.resize(kBodyBuffer);
  read_more();
}

tl::expected<void, Refusal> Connection::take_body_bytes() {
  const bool is_chunked = exchange_.request->head().chunked;
  std::string_view bytes = buffered();
  while (!bytes.empty() && (is_chunked ? !exchange_.chunks.is_done() : exchange_.body_left > 0)) {
    std::string_view run;
    if (is_chunked) {
      const auto taken = exchange_.chunks.take(bytes);
      if (!taken) return tl::unexpected<Refusal>(taken.error());
      run = *taken;
    } else {
      run = bytes.substr(0, exchange_.body_left);
      bytes.remove_prefix(run.size());
      exchange_.body_left -= run.size();
    }
    if (exchange_.body->size() + run.size() > exchange_.body_limit)
      return tl::unexpected<Refusal>({413, "the body is too large"});
    exchange_.body_counted += run.size();
    if (state().body_bytes.fetch_add(run.size()) + run.size() > limits().bodies ||
        !exchange_.body->append(run))
      return tl::unexpected<Refusal>({503, "there is no room for the body"});
  }
  consume(buffered().size() - bytes.size());
  return {};
}

void Connection::end_body() {
  auto body = exchange_.body->finish();
  if (!body) return refuse({503, "there is no room for the body"});
  exchange_.body.reset();
  exchange_.request->set_body(std::move(*body));
  dispatch();
}

void Connection::check_deadline(Time now) {
  if (now < deadline_ || is_closed_) return;
  const auto kept = shared_from_this();
  if (is_continuing_) return close();  // a write is under way: no room for an answer
  if (phase_ == Phase::kReceiving || (phase_ == Phase::kWaiting && begin_ < end_)) {
    refuse({408, "the request took too long"});
  } else {
    close();
  }
}

void Connection::drain(Time now) {
  const auto kept = shared_from_this();
  if (phase_ == Phase::kWaiting && begin_ == end_) return close();
  if (phase_ == Phase::kWaiting) deadline_ = std::min(deadline_, now + std::chrono::seconds(1));
  if (phase_ == Phase::kReceiving) deadline_ = std::min(deadline_, now + std::chrono::seconds(4));
}

void Connection::drop() {
  is_closed_ = true;
  ErrorCode error;
  transport_->socket().close(error);
}

void Connection::close() {
  if (is_closed_) return;
  const auto kept = shared_from_this();
  give_back_counts();
  drop();
  shard_.forget(kept);
}

}  // namespace daybreak::http
