// SPDX-License-Identifier: AGPL-3.0-or-later
#include "tests/http/client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include "base/text.hpp"

namespace daybreak::http::test {

using SteadyClock = std::chrono::steady_clock;

Client::Client(std::uint16_t port, int receive_buffer)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (receive_buffer > 0)
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("the test client cannot connect");
}

Client::~Client() { ::close(socket_); }

bool Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool Client::read_some(SteadyClock::time_point deadline) {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline - SteadyClock::now()).count();
  pollfd wanted{socket_, POLLIN, 0};
  if (left <= 0 || ::poll(&wanted, 1, static_cast<int>(left)) <= 0) return false;
  char bytes[16384];
  const ssize_t count = ::recv(socket_, bytes, sizeof bytes, 0);
  if (count <= 0) {
    is_closed_ = true;
    return false;
  }
  received_.append(bytes, static_cast<std::size_t>(count));
  return true;
}

std::string Client::read_to_end(std::chrono::milliseconds wait) {
  const auto deadline = SteadyClock::now() + wait;
  while (read_some(deadline)) {
  }
  return std::move(received_);
}

std::string Client::read_answer(std::chrono::milliseconds wait) {
  const auto deadline = SteadyClock::now() + wait;
  for (;;) {
    const std::size_t head = received_.find("\r\n\r\n");
    if (head != std::string::npos) {
      const std::size_t field = received_.find("Content-Length: ");
      const std::size_t length = field < head ? std::stoul(received_.substr(field + 16)) : 0;
      const std::size_t whole = head + 4 + length;
      if (received_.size() >= whole) {
        std::string answer = received_.substr(0, whole);
        received_.erase(0, whole);
        return answer;
      }
    }
    if (!read_some(deadline)) return std::move(received_);
  }
}

bool Client::is_closed(std::chrono::milliseconds wait) {
  read_to_end(wait);
  return is_closed_;
}

void Client::end_sending() { ::shutdown(socket_, SHUT_WR); }

std::string send_all(std::uint16_t port, std::string_view bytes) {
  Client client(port);
  client.send(bytes);
  client.end_sending();
  return client.read_to_end();
}

int status_of(std::string_view answer) {
  if (!answer.starts_with("HTTP/1.1 ") || answer.size() < 12) return 0;
  return static_cast<int>(to_integer(answer.substr(9, 3)).value_or(0));
}

std::string body_of(std::string_view answer) {
  const std::size_t head = answer.find("\r\n\r\n");
  return head == answer.npos ? std::string() : std::string(answer.substr(head + 4));
}

int count_answers(std::string_view bytes) {
  int count = 0;
  for (std::size_t at = bytes.find("HTTP/1.1 "); at != bytes.npos;
       at = bytes.find("HTTP/1.1 ", at + 1))
    ++count;
  return count;
}

Router test_router(std::chrono::milliseconds slow) {
  Router router;
  const auto anyone = Access::anyone();
  router.get("/", anyone, [](Request&) { return Response::text("home"); });
  router.get("/inline", anyone, [](Request&) { return Response::text("inline"); },
             {.runs_on = RunsOn::kInline});
  router.get("/hello/{name}", anyone,
             [](Request& request) { return Response::text("hello " + request.parameter("name")); });
  const Handler echo = [](Request& request) { return Response::text(std::string(request.body())); };
  router.post("/echo", anyone, echo, {.body_limit = 1024 * 1024});
  router.put("/echo", anyone, echo);
  router.post("/small", anyone, echo, {.body_limit = 16});
  router.post("/form", anyone, [](Request& request) {
    const Upload* file = request.form().find_file("file");
    return Response::text(request.form().fields.get("name").raw() + "|" +
                          std::string(file ? file->content : "none"));
  });
  router.get("/slow", anyone, [slow](Request&) {
    std::this_thread::sleep_for(slow);
    return Response::text("slow but done");
  });
  router.get("/stream", anyone, [](Request&) {
    return Response::stream(
        "text/plain", [count = 0]() mutable -> Result<std::optional<std::string>> {
          if (count == 1000) return std::optional<std::string>();
          return std::optional<std::string>("line " + std::to_string(count++) + "\n");
        });
  });
  router.get("/endless", anyone, [](Request&) {
    return Response::stream("text/plain",
                            [count = 0]() mutable -> Result<std::optional<std::string>> {
                              if (++count == 32 * 1024) return std::optional<std::string>();
                              return std::optional<std::string>(std::string(32 * 1024, 'e'));
                            });
  });
  router.get("/broken-stream", anyone, [](Request&) {
    return Response::stream("text/plain",
                            [count = 0]() mutable -> Result<std::optional<std::string>> {
                              if (count++ == 2)
                                return fail(ErrorKind::kUnavailable, "the database went away");
                              return std::optional<std::string>(std::string(40000, 'x'));
                            });
  });
  router.get("/large", anyone,
             [](Request&) { return Response::text(std::string(3'000'000, 'y')); });
  return router;
}

std::unique_ptr<Server> start_server(const Router& router, ServerOptions options) {
  auto server = Server::start(std::move(options), router);
  if (!server) throw std::runtime_error(server.error().describe());
  return std::move(*server);
}

}  // namespace daybreak::http::test
