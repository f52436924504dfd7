// SPDX-License-Identifier: AGPL-3.0-or-later
#include "http/chunked.hpp"

#include <gtest/gtest.h>

namespace daybreak::http {
namespace {

// The body, or the reason of the refusal, or "unfinished".
std::string decode(std::string_view bytes) {
  ChunkedDecoder decoder;
  std::string body;
  while (!bytes.empty() && !decoder.is_done()) {
    const auto run = decoder.take(bytes);
    if (!run) return std::string(run.error().reason);
    body += *run;
  }
  return decoder.is_done() ? body : "unfinished";
}

TEST(ChunkedDecoder, LeavesWhatComesAfterTheBody) {
  ChunkedDecoder decoder;
  std::string_view bytes = "3\r\nabc\r\n0\r\n\r\nGET / HTTP/1.1";
  std::string body;
  while (!decoder.is_done()) body += *decoder.take(bytes);
  EXPECT_EQ(body, "abc");
  EXPECT_EQ(bytes, "GET / HTTP/1.1");
}

TEST(ChunkedDecoder, ReadsExtensionsByTheirGrammar) {
  for (const char* good : {"3;a\r\nabc\r\n0\r\n\r\n", "3;a=b\r\nabc\r\n0\r\n\r\n",
                           "3;a;b=c;d\r\nabc\r\n0;e=f\r\n\r\n"})
    EXPECT_EQ(decode(good), "abc") << good;
  for (const char* bad :
       {"3;\r\n", "3;;a\r\n", "3;=b\r\n", "3;a=\r\n", "3;a=b=c\r\n", "3;a =b\r\n", "3;a=\"b\"\r\n"})
    EXPECT_EQ(decode(bad), "a chunk extension is not name=value") << bad;
}

TEST(ChunkedDecoder, RefusesSizesThatOverflow) {
  EXPECT_EQ(decode("100000000\r\n"), "a chunk size is too large");
  EXPECT_EQ(decode("ffffffff\r\nx"), "unfinished");
}

}  // namespace
}  // namespace daybreak::http
