// SPDX-License-Identifier: AGPL-3.0-or-later
// The server over loopback: answers, keeping and closing connections, limits, deadlines.
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mutex>
#include <thread>

#include "tests/http/client.hpp"

namespace daybreak::http::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

class ServerTest : public testing::Test {
 protected:
  void start(ServerOptions options = {}) {
    options.access_log = access_log.get();
    server = start_server(router, std::move(options));
    port = server->port();
  }
  std::string log_text() {
    const std::lock_guard lock(mutex);
    return logged;
  }
  std::mutex mutex;
  std::string logged;
  SystemClock clock;
  std::unique_ptr<Log> log = Log::to_function(clock, [this](std::string_view line) {
    const std::lock_guard lock(mutex);
    (logged += line) += '\n';
  });
  std::unique_ptr<AccessLog> access_log = access_log_to(*log);
  Router router = test_router();
  std::unique_ptr<Server> server;
  std::uint16_t port = 0;
};

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

TEST_F(ServerTest, AnswersOnAKeptConnection) {
  start();
  Client client(port);
  for (int i = 0; i < 3; ++i) {
    client.send(kGet);
    const std::string answer = client.read_answer();
    EXPECT_EQ(status_of(answer), 200);
    EXPECT_EQ(body_of(answer), "home");
    EXPECT_THAT(answer, Not(HasSubstr("Connection: close")));
  }
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
  start();
  const std::string answers = send_all(
      port,
      "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"
      "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nfirst"
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nsecond\r\n0\r\n\r\n"
      "GET /inline HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
      "GET /never HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(count_answers(answers), 4);
  EXPECT_LT(answers.find("slow but done"), answers.find("first"));
  EXPECT_LT(answers.find("first"), answers.find("second"));
  EXPECT_THAT(answers, EndsWith("inline"));
}

TEST_F(ServerTest, ReadsARequestThatComesByteByByte) {
  start();
  Client client(port);
  const std::string request =
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
      "chunked\r\n\r\n3\r\nabc\r\n2;x=1\r\nde\r\n0\r\nT: v\r\n\r\n";
  for (const char c : request) {
    client.send({&c, 1});
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  EXPECT_EQ(body_of(client.read_answer()), "abcde");
}

TEST_F(ServerTest, GivesTheHeadOfAGetForHead) {
  start();
  const std::string answer =
      send_all(port, "HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("Content-Length: 4\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
}

TEST_F(ServerTest, StreamsInChunksAndEndsByClosingForHttp10) {
  start();
  const std::string chunked =
      send_all(port, "GET /stream HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(chunked, HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_THAT(chunked, HasSubstr("line 999\n"));
  EXPECT_THAT(chunked, EndsWith("\r\n0\r\n\r\n"));
  const std::string plain = send_all(port, "GET /stream HTTP/1.0\r\n\r\n");
  EXPECT_THAT(plain, Not(HasSubstr("chunked")));
  EXPECT_THAT(plain, EndsWith("line 999\n"));
}

TEST_F(ServerTest, CutsAStreamThatFails) {
  start();
  const std::string answer = send_all(port, "GET /broken-stream HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(status_of(answer), 200);
  EXPECT_THAT(answer, Not(EndsWith("0\r\n\r\n")));
  EXPECT_THAT(log_text(), HasSubstr("the stream failed"));
}

TEST_F(ServerTest, SendsALargeBodyWhole) {
  start();
  const std::string answer =
      send_all(port, "GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(body_of(answer).size(), 3'000'000u);
}

TEST_F(ServerTest, TakesALargeBodyThroughAFile) {
  start();
  const std::string body(900'000, 'z');
  const std::string answer = send_all(
      port,
      "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 900000\r\n\r\n" +
          body);
  EXPECT_TRUE(body_of(answer) == body);
}

// A folder that is not there tells whether a body was to wait on the disk.
class OffDiskTest : public ServerTest {
 protected:
  std::string post_large(std::string_view off_disk_pattern) {
    ServerOptions options;
    options.body_storage.folder = "/there/is/no/such/folder";
    options.off_disk = [off_disk_pattern](const Route& route) {
      return route.pattern == off_disk_pattern;
    };
    start(std::move(options));
    return send_all(port,
                    "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: "
                    "900000\r\n\r\n" +
                        body_);
  }
  const std::string body_ = std::string(900'000, 'z');
};

TEST_F(OffDiskTest, KeepsALargeBodyInMemoryWhereTheDiskMustNotSeeIt) {
  EXPECT_TRUE(body_of(post_large("/echo")) == body_);
}

TEST_F(OffDiskTest, LetsALargeBodyOfOtherRoutesWaitOnTheDisk) {
  EXPECT_EQ(status_of(post_large("/form")), 503);
}

TEST_F(ServerTest, ReadsForms) {
  start();
  const std::string body =
      "--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nAda Example\r\n"
      "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.csv\"\r\nContent-Type: "
      "text/csv\r\n\r\na,b\r\n\r\n--b--\r\n";
  const std::string answer = send_all(port,
                                      "POST /form HTTP/1.1\r\nHost: a\r\nContent-Type: "
                                      "multipart/form-data; boundary=b\r\nContent-Length: " +
                                          std::to_string(body.size()) + "\r\n\r\n" + body);
  EXPECT_EQ(body_of(answer), "Ada Example|a,b\r\n");
}

TEST_F(ServerTest, RefusesTooLargeBodiesBeforeReadingThem) {
  start();
  const std::string known =
      send_all(port, "POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 17\r\n\r\n");
  EXPECT_EQ(status_of(known), 413);
  EXPECT_THAT(known, HasSubstr("Connection: close\r\n"));
  EXPECT_EQ(status_of(send_all(port,
                               "POST /small HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
                               "chunked\r\n\r\n11\r\n01234567890123456\r\n0\r\n\r\n")),
            413);
  EXPECT_EQ(
      body_of(send_all(
          port, "POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 16\r\n\r\n0123456789012345")),
      "0123456789012345");
}

TEST_F(ServerTest, TellsTheClientToGoOn) {
  start();
  Client client(port);
  client.send(
      "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(status_of(client.read_answer()), 100);
  client.send("ok");
  EXPECT_EQ(body_of(client.read_answer()), "ok");
  EXPECT_EQ(
      status_of(send_all(
          port,
          "POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\nExpect: 100-continue\r\n\r\n")),
      413);
}

TEST_F(ServerTest, RefusesALongHead) {
  start();
  const std::string_view start_of_head = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
  EXPECT_EQ(status_of(send_all(port, std::string(start_of_head) + std::string(20'000, 'x'))), 431);
  EXPECT_EQ(
      status_of(send_all(port, std::string(start_of_head) + std::string(8'000, 'x') + "\r\n\r\n")),
      200);
  std::string many = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 70; ++i) many += "X: y\r\n";
  EXPECT_EQ(status_of(send_all(port, many + "\r\n")), 431);
}

TEST_F(ServerTest, AnswersAnUnfinishedHeadAtItsDeadlineHoweverItDrips) {
  ServerOptions options;
  options.limits.head_deadline = milliseconds(300);
  start(options);
  Client dripping(port), silent(port);
  const auto began = std::chrono::steady_clock::now();
  dripping.send("GET / HTTP/1.1\r\n");
  for (int i = 0; i < 20 && dripping.send("x"); ++i) std::this_thread::sleep_for(milliseconds(20));
  EXPECT_EQ(status_of(dripping.read_answer()), 408);
  EXPECT_TRUE(silent.is_closed(seconds(1)));
  EXPECT_LT(std::chrono::steady_clock::now() - began, seconds(2));
}

TEST_F(ServerTest, AnswersAnUnfinishedBodyAtItsDeadline) {
  ServerOptions options;
  options.limits.body_deadline = milliseconds(300);
  start(options);
  Client client(port);
  client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_EQ(status_of(client.read_answer()), 408);
}

TEST_F(ServerTest, ClosesAClientThatDoesNotRead) {
  ServerOptions options;
  options.limits.write_deadline = milliseconds(300);
  start(options);
  Client client(port);
  for (int i = 0; i < 8; ++i) client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
  std::this_thread::sleep_for(milliseconds(1200));
  EXPECT_EQ(server->figures().connections, 0u);
}

TEST_F(ServerTest, ClosesTheSlowestReaderWhenAnswersTakeTooMuchMemory) {
  ServerOptions options;
  options.limits.unsent = 7'000'000;
  start(options);
  std::vector<std::unique_ptr<Client>> slow;
  for (int i = 0; i < 5; ++i) {
    slow.push_back(std::make_unique<Client>(port, 4096));
    slow.back()->send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
    std::this_thread::sleep_for(milliseconds(100));
  }
  EXPECT_EQ(server->figures().connections, 2u);
  EXPECT_EQ(server->figures().evicted, 3u);
}

TEST_F(ServerTest, ClosesIdleConnections) {
  ServerOptions options;
  options.limits.idle_deadline = milliseconds(200);
  start(options);
  Client client(port);
  client.send(kGet);
  EXPECT_EQ(status_of(client.read_answer()), 200);
  EXPECT_TRUE(client.is_closed(seconds(2)));
}

TEST_F(ServerTest, Answers503WhenTheQueueIsFull) {
  ServerOptions options;
  options.worker_threads = 1;
  options.limits.queue = 1;
  start(options);
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 6; ++i) {
    clients.push_back(std::make_unique<Client>(port));
    clients.back()->send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  }
  int served = 0, busy = 0;
  for (const auto& client : clients) {
    const std::string answer = client->read_answer();
    served += status_of(answer) == 200;
    if (status_of(answer) != 503) continue;
    ++busy;
    EXPECT_THAT(answer, HasSubstr("Retry-After: "));
  }
  EXPECT_GE(served, 1);
  EXPECT_GE(busy, 1);
  EXPECT_EQ(served + busy, 6);
}

TEST_F(ServerTest, EvictsTheOldestWaitingConnectionForANewOne) {
  ServerOptions options;
  options.limits.waiting_per_address = 3;
  start(options);
  Client working(port);
  working.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  std::this_thread::sleep_for(milliseconds(50));
  Client first(port), second(port), third(port), fourth(port);
  EXPECT_TRUE(first.is_closed(seconds(1)));
  fourth.send(kGet);
  EXPECT_EQ(status_of(fourth.read_answer()), 200);
  EXPECT_EQ(body_of(working.read_answer()), "slow but done");
}

TEST_F(ServerTest, SendsSecurityHeadersWithEveryAnswer) {
  start();
  for (const std::string_view request :
       {kGet, std::string_view("GET /none HTTP/1.1\r\nHost: a\r\n\r\n"),
        std::string_view("bad\r\n\r\n")}) {
    const std::string answer = send_all(port, request);
    EXPECT_THAT(answer,
                HasSubstr("Content-Security-Policy: default-src 'none'; style-src 'self';"));
    EXPECT_THAT(answer, HasSubstr("frame-ancestors 'none'\r\n"));
    EXPECT_THAT(answer, HasSubstr("Cache-Control: no-store\r\n"));
    EXPECT_THAT(answer, HasSubstr("Referrer-Policy: no-referrer\r\n"));
    EXPECT_THAT(answer, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
    EXPECT_THAT(answer, Not(HasSubstr("Strict-Transport-Security")));
    EXPECT_THAT(answer, Not(HasSubstr("\r\nServer:")));
  }
}

TEST_F(ServerTest, LogsTheRouteAndNothingOfWhoOrWhat) {
  start();
  send_all(port,
           "GET /hello/Casey%20Example?phone=716-555-0100 HTTP/1.1\r\nHost: a\r\nCookie: "
           "session=abc\r\n\r\n");
  const std::string text = log_text();
  EXPECT_THAT(text, HasSubstr("method=GET route=/hello/{name} status=200"));
  for (const char* secret : {"Casey", "716", "phone", "abc", "127.0.0.1"})
    EXPECT_THAT(text, Not(HasSubstr(secret)));
}

TEST_F(ServerTest, RefusesAPortThatIsTaken) {
  start();
  ServerOptions options;
  options.port = port;
  const auto second = Server::start(options, router);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().kind, ErrorKind::kUnavailable);
}

TEST_F(ServerTest, WorksOnSeveralNetworkThreads) {
  ServerOptions options;
  options.network_threads = 3;
  start(options);
  for (int i = 0; i < 9; ++i) EXPECT_EQ(status_of(send_all(port, kGet)), 200);
}

TEST_F(ServerTest, FinishesWhatIsInFlightWhenStopped) {
  start();
  Client working(port), idle(port), halfway(port), uploading(port);
  working.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  halfway.send("GET / HTT");
  uploading.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab");
  std::this_thread::sleep_for(milliseconds(100));
  const auto began = std::chrono::steady_clock::now();
  server->stop();
  uploading.send("cd");
  const std::string answer = working.read_answer();
  EXPECT_EQ(body_of(answer), "slow but done");
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  EXPECT_EQ(body_of(uploading.read_answer()), "abcd");
  EXPECT_TRUE(idle.is_closed(seconds(1)));
  EXPECT_TRUE(halfway.is_closed(seconds(3)));
  working.end_sending();
  EXPECT_TRUE(server->wait());
  EXPECT_LT(std::chrono::steady_clock::now() - began, seconds(5));
  EXPECT_THROW(Client{port}, std::runtime_error);
}

}  // namespace
}  // namespace daybreak::http::test
