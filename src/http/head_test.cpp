// SPDX-License-Identifier: AGPL-3.0-or-later
// The framing guard by itself; the whole corpus runs in tests/http.
#include "http/head.hpp"

#include <gtest/gtest.h>
#include <string>

namespace daybreak::http {
namespace {

std::string reason_of(std::string_view text) {
  const auto head = read_head(text);
  return head ? "accepted" : std::string(head.error().reason);
}

TEST(ReadHead, GivesRangesIntoTheText) {
  const std::string text =
      "POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length:  12 \r\nX-Y:\r\n\r\n";
  const auto head = read_head(text);
  ASSERT_TRUE(head.has_value());
  EXPECT_EQ(head->method, Method::kPost);
  EXPECT_EQ(head->target.in(text), "/a?b=c");
  EXPECT_EQ(head->content_length, 12u);
  ASSERT_EQ(head->headers.size(), 3u);
  EXPECT_EQ(head->headers[1].value.in(text), "12");
  EXPECT_EQ(head->headers[2].value.in(text), "");
}

TEST(ReadHead, TakesTheHostOffAnAbsoluteTargetOnlyWhenItIsOurs) {
  const std::string text = "GET http://x/a HTTP/1.1\r\nHost: x\r\n\r\n";
  EXPECT_EQ(read_head(text)->target.in(text), "/a");
  EXPECT_EQ(reason_of("GET http://y/a HTTP/1.1\r\nHost: x\r\n\r\n"),
            "the target is not a path of this host");
}

TEST(ReadHead, SaysWhyItRefuses) {
  EXPECT_EQ(
      reason_of(
          "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
      "both Transfer-Encoding and Content-Length");
  EXPECT_EQ(reason_of("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\n"),
            "Content-Length is not a plain number");
  EXPECT_EQ(reason_of("GET / HTTP/1.1\r\n\r\n"), "the Host header is missing");
  EXPECT_EQ(reason_of("GET / HTTP/1.1\r\nHost: x\r\n y\r\n\r\n"), "a header line is folded");
}

TEST(ReadHead, KeepsTheConnectionByTheVersionAndTheHeader) {
  EXPECT_TRUE(read_head("GET / HTTP/1.1\r\nHost: x\r\n\r\n")->keep_alive);
  EXPECT_FALSE(read_head("GET / HTTP/1.1\r\nHost: x\r\nConnection: TE, Close\r\n\r\n")->keep_alive);
  EXPECT_FALSE(read_head("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")->keep_alive);
}

TEST(ScanHead, FindsTheEndHoweverItArrives) {
  const std::string text = "GET / HTTP/1.1\r\nHost: x\r\n\r\nrest";
  for (std::size_t scanned = 0; scanned < text.size() - 5; ++scanned) {
    EXPECT_EQ(scan_head(std::string_view(text).substr(0, scanned), 0).end, 0u) << scanned;
    EXPECT_EQ(scan_head(text, scanned).end, text.size() - 4) << scanned;
  }
}

TEST(ScanHead, RefusesWhatCanNeverBeAHeadBeforeItEnds) {
  for (const char* start : {"\x16\x03", "\r\n", " GET", "get /", "GET / HTTP/1.1\n", "GET /\r\n",
                            "GET / HTTP/1.1\r\nHost: x\n"})
    EXPECT_TRUE(scan_head(start, 0).refusal.has_value()) << start;
}

}  // namespace
}  // namespace daybreak::http
