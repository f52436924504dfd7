// SPDX-License-Identifier: AGPL-3.0-or-later
// HTTPS with a certificate that openssl makes for the test.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/http/client.hpp"

namespace daybreak::http::test {
namespace {

using testing::HasSubstr;

class TlsTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "daybreak-tls-XXXXXX").string();
    folder = ::mkdtemp(name.data());
    make_certificate("one");
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  void make_certificate(const std::string& name) {
    const std::string command =
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "
        "/CN=localhost -keyout " +
        path(name + ".key") + " -out " + path(name + ".pem") + " 2>/dev/null";
    ASSERT_EQ(std::system(command.c_str()), 0);
  }
  std::string path(const std::string& file) const { return (folder / file).string(); }
  ServerOptions options(const std::string& key = "one.key") const {
    ServerOptions options;
    options.tls = TlsFiles{path("one.pem"), path(key)};
    return options;
  }
  // What `openssl s_client` gets; `arguments` choose the protocol.
  std::string ask(std::uint16_t port, const std::string& request,
                  const std::string& arguments) const {
    std::ofstream(path("request")) << request;
    const std::string command =
        "openssl s_client -quiet -connect 127.0.0.1:" + std::to_string(port) + " " + arguments +
        " < " + path("request") + " > " + path("answer") + " 2>&1";
    last_exit = std::system(command.c_str());
    std::ifstream stream(path("answer"));
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  std::filesystem::path folder;
  Router router = test_router();
  mutable int last_exit = 0;
};

constexpr const char* kGet = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

TEST_F(TlsTest, AnswersOverTls12AndTls13WithHsts) {
  const auto server = start_server(router, options());
  for (const char* version : {"-tls1_2", "-tls1_3"}) {
    const std::string answer = ask(server->port(), kGet, version);
    EXPECT_THAT(answer, HasSubstr("HTTP/1.1 200 OK")) << version;
    EXPECT_THAT(answer, HasSubstr("Strict-Transport-Security: max-age=63072000")) << version;
  }
}

TEST_F(TlsTest, SendsALargeBodyWhole) {
  const auto server = start_server(router, options());
  const std::string answer =
      ask(server->port(), "GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "-tls1_3");
  EXPECT_GE(answer.size(), 3'000'000u);
}

TEST_F(TlsTest, RefusesOldProtocolsAndPlainText) {
  const auto server = start_server(router, options());
  ask(server->port(), kGet, "-tls1_1 -cipher ALL:@SECLEVEL=0");
  EXPECT_NE(last_exit, 0);
  ask(server->port(), kGet, "-tls1_2 -cipher AES128-SHA");
  EXPECT_NE(last_exit, 0);
  EXPECT_EQ(status_of(send_all(server->port(), kGet)), 0);
  EXPECT_THAT(ask(server->port(), kGet, "-tls1_3"), HasSubstr("200 OK"));
}

TEST_F(TlsTest, AnswersBadRequestsAndStopsInOrder) {
  const auto server = start_server(router, options());
  EXPECT_THAT(ask(server->port(), "GET / HTTP/1.1\r\n\r\n", "-tls1_3"),
              HasSubstr("400 Bad Request"));
  server->stop();
  EXPECT_TRUE(server->wait());
}

TEST_F(TlsTest, NamesTheFileThatCannotBeUsed) {
  make_certificate("two");
  const auto other_key = Server::start(options("two.key"), router);
  ASSERT_FALSE(other_key.has_value());
  EXPECT_EQ(other_key.error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(other_key.error().place, path("two.key"));
  ServerOptions missing = options();
  missing.tls->certificate = path("none.pem");
  const auto no_file = Server::start(missing, router);
  ASSERT_FALSE(no_file.has_value());
  EXPECT_EQ(no_file.error().place, path("none.pem"));
}

}  // namespace
}  // namespace daybreak::http::test
