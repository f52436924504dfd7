// SPDX-License-Identifier: AGPL-3.0-or-later
// The raw requests of corpus/ against the running server: only well-formed ones are accepted, and
// none is ever taken for two.
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>

#include "base/text.hpp"
#include "tests/http/client.hpp"

namespace daybreak::http::test {
namespace {

struct RawRequest {
  std::string name, bytes;
  int status = 0;
  int answers = 1;
};

// "200x2-name" or "400-name".
std::vector<RawRequest> read_corpus(const std::string& verdict) {
  std::vector<RawRequest> requests;
  const std::string folder = std::string(DAYBREAK_SOURCE_DIR) + "/tests/http/corpus/" + verdict;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    RawRequest request{.name = file.path().stem().string()};
    std::ifstream stream(file.path(), std::ios::binary);
    request.bytes.assign(std::istreambuf_iterator<char>(stream), {});
    request.status = static_cast<int>(to_integer(request.name.substr(0, 3)).value_or(-1));
    if (request.name[3] == 'x') request.answers = request.name[4] - '0';
    if (request.status == 0) request.answers = 0;
    requests.push_back(std::move(request));
  }
  return requests;
}

enum class Sending : std::uint8_t { kWhole, kByteByByte };

std::string talk(std::uint16_t port, const RawRequest& request, Sending sending) {
  if (sending == Sending::kWhole) return send_all(port, request.bytes);
  Client client(port);
  for (const char c : request.bytes)
    if (!client.send({&c, 1})) break;
  client.end_sending();
  return client.read_to_end();
}

class CorpusTest : public testing::TestWithParam<Sending> {
 protected:
  Router router = test_router();
  std::unique_ptr<Server> server = start_server(router);
};

TEST_P(CorpusTest, AcceptsWhatIsWellFormed) {
  const auto requests = read_corpus("accept");
  EXPECT_GE(requests.size(), 50u);
  for (const RawRequest& request : requests) {
    const std::string answer = talk(server->port(), request, GetParam());
    EXPECT_EQ(status_of(answer), request.status) << request.name << "\n" << answer;
    EXPECT_EQ(count_answers(answer), request.answers) << request.name << "\n" << answer;
  }
}

TEST_P(CorpusTest, RefusesTheRestWithOneAnswerAndCloses) {
  const auto requests = read_corpus("refuse");
  EXPECT_GE(requests.size(), 150u);
  for (const RawRequest& request : requests) {
    const auto refused = server->figures().refused;
    const std::string answer = talk(server->port(), request, GetParam());
    EXPECT_EQ(status_of(answer), request.status) << request.name << "\n" << answer;
    EXPECT_EQ(count_answers(answer), request.answers) << request.name << "\n" << answer;
    EXPECT_EQ(server->figures().refused, refused + (request.status == 0 ? 0u : 1u)) << request.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Sending, CorpusTest,
                         testing::Values(Sending::kWhole, Sending::kByteByByte));

}  // namespace
}  // namespace daybreak::http::test
