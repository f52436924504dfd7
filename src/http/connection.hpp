// SPDX-License-Identifier: AGPL-3.0-or-later
// Internal to http/ (includes Boost): one client connection, one request at a time. All steps run
// on the shard's thread but the handler, which has the exchange to itself while the phase is
// kWorking.
//
//   start (wait_for_head (receive_body)? dispatch send)* linger? close
#pragma once

#include <boost/system/error_code.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "http/chunked.hpp"
#include "http/response_head.hpp"
#include "http/shard.hpp"
#include "http/transport.hpp"

namespace daybreak::http {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using ErrorCode = boost::system::error_code;

  Connection(Shard& shard, std::unique_ptr<Transport> transport, std::string address);
  ~Connection();

  void start();
  void check_deadline(Time now);
  void drain(Time now);
  void close();
  // Lets go of the socket without telling the shard, which is being destroyed.
  void drop();
  const std::string& address() const { return address_; }
  Phase phase() const { return phase_; }
  ConnectionList::iterator place;

 private:
  // One request and its answer.
  struct Exchange {
    std::optional<Request> request;
    std::unique_ptr<BodyWriter> body;
    ChunkedDecoder chunks;
    std::uint64_t body_limit = 0, body_left = 0;
    std::uint64_t body_counted = 0, answer_counted = 0;  // in the server's sums
    Response response;
    std::string head, piece;  // bytes to send: status and headers; a framed piece of a stream
    std::string_view unsent;  // of the body or the piece
    Source source;
    BodyEnd body_end = BodyEnd::kLength;
    bool keep_alive = false;
    bool source_failed = false;
    std::string_view reason;  // why it was refused
    std::string id;
    std::uint64_t sent = 0;
    Time began;
  };

  void enter(Phase phase, std::chrono::milliseconds deadline);
  void on_handshake(const ErrorCode& error, std::size_t);

  void wait_for_head();
  void read_more();
  void on_read(const ErrorCode& error, std::size_t bytes);
  void look_for_head();
  void take_head(std::size_t size);
  void begin_body();
  void send_continue();
  void on_continue(const ErrorCode& error, std::size_t);
  void take_body();
  tl::expected<void, Refusal> take_body_bytes();
  void end_body();

  void dispatch();
  void run_handler();
  void make_head();
  void answer(Response response);
  void refuse(const Refusal& refusal);

  void send();
  void send_more(std::string_view first);
  void on_sent(const ErrorCode& error, std::size_t bytes);
  void pull_piece();
  void on_piece();
  void end_exchange();
  void give_back_counts();
  void write_log();

  void linger();
  void on_finished(const ErrorCode& error, std::size_t);
  void read_and_drop();
  void on_dropped(const ErrorCode& error, std::size_t bytes);

  ServerState& state() const { return shard_.state(); }
  const ServerLimits& limits() const { return state().options.limits; }
  std::string_view buffered() const { return {buffer_.data() + begin_, end_ - begin_}; }
  void consume(std::size_t bytes);

  Shard& shard_;
  std::unique_ptr<Transport> transport_;
  const std::string address_;
  Phase phase_ = Phase::kWaiting;
  Time deadline_;
  bool is_closed_ = false, is_reading_ = false, is_continuing_ = false;
  std::string buffer_;  // received and not yet used: [begin_, end_)
  std::size_t begin_ = 0, end_ = 0, scanned_ = 0, dropped_ = 0;
  Exchange exchange_;
};

}  // namespace daybreak::http
