// SPDX-License-Identifier: AGPL-3.0-or-later
// A thousand slow connections of one address, in the head, in the body and in reading: someone
// else's request must still be answered within a second.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <thread>

#include "tests/http/client.hpp"

namespace daybreak::http::test {
namespace {

using std::chrono::milliseconds;

constexpr int kSlow = 1000;
// Sanitizers make the program several times slower; the bar is for the program as shipped.
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr milliseconds kBar{10'000};
#else
constexpr milliseconds kBar{1000};
#endif

class SlowTest : public testing::Test {
 protected:
  void SetUp() override {
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_cur < 2 * kSlow + 600)
      GTEST_SKIP() << "needs 2,600 open files: raise `ulimit -n`";
    server = start_server(router);
  }

  // Opens the slow connections with `start`, then drips `drip` into each while asking for a page.
  void expect_prompt_answers(std::string_view start, std::string_view drip,
                             int receive_buffer = 0) {
    std::vector<std::unique_ptr<Client>> slow;
    for (int i = 0; i < kSlow; ++i) {
      slow.push_back(std::make_unique<Client>(server->port(), receive_buffer));
      slow.back()->send(start);
    }
    milliseconds slowest{0};
    for (int round = 0; round < 20; ++round) {
      if (!drip.empty())
        for (const auto& client : slow) client->send(drip);
      const auto began = std::chrono::steady_clock::now();
      Client person(server->port());
      person.send("GET / HTTP/1.1\r\nHost: a\r\nCookie: session=abc\r\n\r\n");
      ASSERT_EQ(status_of(person.read_answer()), 200);
      slowest = std::max(slowest, std::chrono::duration_cast<milliseconds>(
                                      std::chrono::steady_clock::now() - began));
      std::this_thread::sleep_for(milliseconds(20));
    }
    RecordProperty("slowest_ms", static_cast<int>(slowest.count()));
    std::printf("  slowest answer among %d slow connections: %d ms\n", kSlow,
                static_cast<int>(slowest.count()));
    EXPECT_LT(slowest, kBar);
  }

  Router router = test_router();
  std::unique_ptr<Server> server;
};

TEST_F(SlowTest, HeadsThatDrip) {
  expect_prompt_answers("GET / HTTP/1.1\r\nHost: a\r\nX-A: ", "x");
}

TEST_F(SlowTest, BodiesThatDrip) {
  expect_prompt_answers("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n", "x");
}

TEST_F(SlowTest, ClientsThatDoNotRead) {
  expect_prompt_answers("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n", "", 4096);
}

TEST_F(SlowTest, ConnectionsThatSayNothing) { expect_prompt_answers("", ""); }

}  // namespace
}  // namespace daybreak::http::test
