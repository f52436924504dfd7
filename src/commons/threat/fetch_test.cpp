// SPDX-License-Identifier: AGPL-3.0-or-later
// Downloads against a server on loopback that answers as it is told, badly too.
#include "commons/threat/fetch.hpp"

#include <atomic>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mutex>
#include <netinet/in.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include "base/byte_source.hpp"
#include "base/text.hpp"
#include "commons/threat/layout.hpp"
#include "db/test_database.hpp"

namespace daybreak::threat {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

// Answers one request a connection with the bytes that `answer` gives, and hangs up.
class ScriptedServer {
 public:
  using Answer = std::function<std::string(const std::string& request)>;
  explicit ScriptedServer(Answer answer) : answer_(std::move(answer)) {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(socket_, reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    ::listen(socket_, 8);
    thread_ = std::thread([this] { serve(); });
  }
  ~ScriptedServer() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }
  std::string address(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  std::vector<std::string> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void serve() {
    for (;;) {
      const int client = ::accept(socket_, nullptr, nullptr);
      if (client < 0) return;
      std::string request;
      std::array<char, 4096> block;
      while (request.find("\r\n\r\n") == request.npos) {
        const ssize_t got = ::read(client, block.data(), block.size());
        if (got <= 0) break;
        request.append(block.data(), static_cast<std::size_t>(got));
      }
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
      }
      const std::string bytes = answer_(request);
      std::size_t at = 0;
      while (at < bytes.size()) {
        const ssize_t put = ::send(client, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
        if (put <= 0) break;
        at += static_cast<std::size_t>(put);
      }
      ::close(client);
    }
  }
  Answer answer_;
  int socket_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
  std::mutex mutex_;
  std::vector<std::string> requests_;
};

std::string answer(const std::string& status, const std::string& headers, std::string_view body,
                   std::size_t said) {
  return "HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + std::to_string(said) +
         "\r\nConnection: close\r\n\r\n" + std::string(body);
}
std::string whole(std::string_view body, const std::string& etag = "\"v1\"") {
  return answer("200 OK", "ETag: " + etag + "\r\n", body, body.size());
}

class Fetch : public testing::Test {
 protected:
  static std::string table() {
    std::string text = "activity_nr,estab_name,site_state,insp_type,open_date\n";
    for (int i = 0; i < 4'000; ++i)
      text += std::to_string(300'000'000 + i) + ",Example Works LLC,NY,A,2020-01-01\n";
    return text;
  }
  OfficialSource source(const ScriptedServer& server) const {
    return {"osha_inspection",
            "osha",
            "osha_inspection",
            server.address("/OSHA_inspection.csv"),
            "https://example.gov/page",
            100,
            1'000'000};
  }
  Result<Fetched> run(const ScriptedServer& server, int tries = 1) {
    return fetch(source(server), folder_.path(),
                 {.tries = tries, .pause = std::chrono::milliseconds(1)});
  }
  std::string error_of(const ScriptedServer& server) {
    const auto done = run(server);
    EXPECT_FALSE(done);
    EXPECT_FALSE(fs::exists(target())) << "nothing half stands under the final name";
    return done ? "" : done.error().describe();
  }
  fs::path target() const { return folder_.path() / "OSHA_inspection.csv"; }
  fs::path part() const { return folder_.path() / "OSHA_inspection.csv.part"; }

  db::TestFolder folder_;
};

TEST_F(Fetch, TakesAFileThatIsWhatItShouldBe) {
  const std::string body = table();
  ScriptedServer server([&](const std::string&) { return whole(body); });
  const auto done = run(server);
  ASSERT_TRUE(done) << done.error().describe();
  EXPECT_EQ(done->file, target());
  EXPECT_EQ(read_text_file(target()).value(), body);
  EXPECT_FALSE(fs::exists(part()));
}

TEST_F(Fetch, DoesNotLoadAgainWhatIsThere) {
  const std::string body = table();
  ScriptedServer server([&](const std::string& request) {
    return request.find("If-None-Match: \"v1\"") != request.npos
               ? answer("304 Not Modified", "", "", 0)
               : whole(body);
  });
  ASSERT_TRUE(run(server));
  const auto again = run(server);
  ASSERT_TRUE(again) << again.error().describe();
  EXPECT_TRUE(again->download.unchanged);
  EXPECT_EQ(read_text_file(target()).value(), body);
}

TEST_F(Fetch, GoesOnAfterABreakWithTheSameVersionOnly) {
  const std::string body = table();
  std::atomic<int> calls = 0;
  ScriptedServer server([&](const std::string& request) {
    if (++calls == 1)
      return answer("200 OK", "ETag: \"v1\"\r\n", body.substr(0, 70'000), body.size());
    EXPECT_THAT(request, HasSubstr("Range: bytes=70000-"));
    EXPECT_THAT(request, HasSubstr("If-Range: \"v1\""));
    return answer("206 Partial Content",
                  "ETag: \"v1\"\r\nContent-Range: bytes 70000-" + std::to_string(body.size() - 1) +
                      "/" + std::to_string(body.size()) + "\r\n",
                  body.substr(70'000), body.size() - 70'000);
  });
  EXPECT_THAT(error_of(server), HasSubstr("broke off after 70,000 of"));
  EXPECT_EQ(fs::file_size(part()), 70'000u);
  const auto done = run(server);
  ASSERT_TRUE(done) << done.error().describe();
  EXPECT_EQ(done->download.resumed_at, 70'000u);
  EXPECT_EQ(read_text_file(target()).value(), body);
}

TEST_F(Fetch, BeginsAgainWhenTheFileChangedMeanwhile) {
  const std::string body = table();
  std::string other = body;
  other.replace(other.find("Example Works"), 13, "Another Works");
  std::atomic<int> calls = 0;
  ScriptedServer server([&](const std::string&) {
    if (++calls == 1)
      return answer("200 OK", "ETag: \"v1\"\r\n", body.substr(0, 70'000), body.size());
    return whole(other, "\"v2\"");
  });
  const auto done = run(server, 2);  // both tries in one call
  ASSERT_TRUE(done) << done.error().describe();
  EXPECT_EQ(read_text_file(target()).value(), other);
}

TEST_F(Fetch, RefusesAnotherRangeThanItAskedFor) {
  const std::string body = table();
  std::atomic<int> calls = 0;
  ScriptedServer server([&](const std::string&) {
    if (++calls == 1)
      return answer("200 OK", "ETag: \"v1\"\r\n", body.substr(0, 70'000), body.size());
    return answer("206 Partial Content", "Content-Range: bytes 0-99/70100\r\n", body.substr(0, 100),
                  100);
  });
  EXPECT_THAT(error_of(server), HasSubstr("broke off"));
  EXPECT_THAT(error_of(server), HasSubstr("another range"));
}

TEST_F(Fetch, KeepsNothingThatIsNotTheTable) {
  ScriptedServer page([](const std::string&) {
    return whole("<html><body>" + std::string(500, 'x') + "</body></html>\n");
  });
  EXPECT_THAT(error_of(page), HasSubstr("not what was expected"));
  EXPECT_FALSE(fs::exists(part()));
  ScriptedServer violations([](const std::string&) {
    std::string text = "activity_nr,citation_id,standard,viol_type\n";
    for (int i = 0; i < 100; ++i) text += "1,01001,5A1,S\n";
    return whole(text);
  });
  EXPECT_THAT(error_of(violations), HasSubstr("holds Violations instead of Inspections"));
}

TEST_F(Fetch, ChecksTheSizeBeforeAndAfter) {
  ScriptedServer huge([](const std::string&) { return answer("200 OK", "", "x", 2'000'000'000); });
  EXPECT_THAT(error_of(huge), HasSubstr("2000000000 bytes, more than"));
  ScriptedServer endless([](const std::string&) {
    return "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + std::string(1'100'000, 'x');
  });
  EXPECT_THAT(error_of(endless), HasSubstr("more than the 1000000 bytes"));
  ScriptedServer tiny([](const std::string&) { return whole("activity_nr\n"); });
  EXPECT_THAT(error_of(tiny), HasSubstr("less than the 100"));
}

TEST_F(Fetch, FollowsNobodyElsewhere) {
  const std::string body = table();
  ScriptedServer moved([&](const std::string& request) {
    return request.starts_with("GET /new") ? whole(body)
                                           : answer("302 Found", "Location: /new\r\n", "", 0);
  });
  EXPECT_TRUE(run(moved));
  fs::remove(target());
  for (const char* where :
       {"https://example.com/x", "http://example.gov/x", "file:///etc/passwd"}) {
    ScriptedServer away([&](const std::string&) {
      return answer("302 Found", std::string("Location: ") + where + "\r\n", "", 0);
    });
    EXPECT_THAT(error_of(away), HasSubstr("not of the same agency")) << where;
  }
  ScriptedServer circle(
      [](const std::string&) { return answer("302 Found", "Location: /round\r\n", "", 0); });
  EXPECT_THAT(error_of(circle), HasSubstr("again and again"));
}

TEST_F(Fetch, SaysWhatToDoWhenNothingComes) {
  ScriptedServer gone([](const std::string&) { return answer("404 Not Found", "", "", 0); });
  EXPECT_THAT(error_of(gone),
              testing::AllOf(HasSubstr("404"), HasSubstr("https://example.gov/page")));
  ScriptedServer busy([](const std::string&) { return answer("503 Busy", "", "no", 2); });
  EXPECT_THAT(error_of(busy), HasSubstr("answered with 503"));
  std::string address;
  {
    ScriptedServer closed([](const std::string&) { return ""; });
    address = closed.address("/x.csv");
  }
  OfficialSource nowhere{"x", "osha", "osha_inspection", address, "https://example.gov", 1, 10};
  const auto done = fetch(nowhere, folder_.path(), {.tries = 1});
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().describe(), HasSubstr("may have no internet"));
}

TEST(Sources, EachIsOfAKnownTableAndOverHttps) {
  const SourceList& list = official_sources();
  EXPECT_GE(list.sources.size(), 20u);
  for (const OfficialSource& source : list.sources) {
    const Layout* layout = find_layout(source.dataset);
    ASSERT_NE(layout, nullptr) << source.name;
    EXPECT_THAT(layout->kinds, testing::Contains(source.kind)) << source.name;
    EXPECT_TRUE(host_of(source.address).ends_with(".gov")) << source.address;
    EXPECT_LT(source.least, source.most);
  }
  EXPECT_EQ(choose_sources(list, {"whd"})->size(), 1u);
  EXPECT_GT(choose_sources(list, {"oflc", "qcew_2024"})->size(), 10u);
  EXPECT_FALSE(choose_sources(list, {"whd", "unheard"}));
  EXPECT_EQ(host_of("http://data.example.gov/x"), "") << "no plain HTTP over the network";
  EXPECT_EQ(host_of("https://user@data.example.gov/x"), "");
  EXPECT_FALSE(read_sources("{\"as_of\":\"2026-01-01\",\"sources\":[{\"name\":\"x\"}]}", "mine"));
}

}  // namespace
}  // namespace daybreak::threat
