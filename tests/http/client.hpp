// SPDX-License-Identifier: AGPL-3.0-or-later
// A client that sends exactly the bytes it is given, and a server with a few routes to send them
// to.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/server.hpp"

namespace daybreak::http::test {

class Client {
 public:
  // `receive_buffer`: bytes that the kernel takes for us while we do not read; 0: as usual.
  explicit Client(std::uint16_t port, int receive_buffer = 0);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool send(std::string_view bytes);
  // Everything until the server closes or `wait` has passed without its closing.
  std::string read_to_end(std::chrono::milliseconds wait = std::chrono::seconds(5));
  // One answer: its head and the body that Content-Length promises.
  std::string read_answer(std::chrono::milliseconds wait = std::chrono::seconds(5));
  // True when the server has closed (waits up to `wait`).
  bool is_closed(std::chrono::milliseconds wait);
  // No more bytes from us.
  void end_sending();

 private:
  bool read_some(std::chrono::steady_clock::time_point deadline);
  int socket_ = -1;
  std::string received_;
  bool is_closed_ = false;
};

// Sends, reads until the server closes (asking it to), and gives what came.
std::string send_all(std::uint16_t port, std::string_view bytes);
// 200 of "HTTP/1.1 200 OK…"; 0 when there is no answer.
int status_of(std::string_view answer);
std::string body_of(std::string_view answer);
// How many answers follow one another in the bytes.
int count_answers(std::string_view bytes);

// GET / "home", POST /echo (limit 1 MiB), POST /small (limit 16 bytes), GET /slow (waits for
// `slow`), GET /stream, GET /endless (1 GiB in pieces), GET /inline,
// POST /form.
Router test_router(std::chrono::milliseconds slow = std::chrono::milliseconds(300));
std::unique_ptr<Server> start_server(const Router& router, ServerOptions options = {});

}  // namespace daybreak::http::test
