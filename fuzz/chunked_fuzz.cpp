// SPDX-License-Identifier: AGPL-3.0-or-later
// Chunked bodies: the same bytes in one piece and in two must give the same, and what is accepted
// must be what Boost.Beast's parser makes of it.
// links: http
#include <boost/beast/http.hpp>
#include <cstdlib>
#include <optional>

#include "http/chunked.hpp"

using namespace daybreak::http;

namespace {

// The body and how many bytes were left; nothing when refused or not whole.
std::optional<std::pair<std::string, std::size_t>> decode(std::string_view bytes, std::size_t cut) {
  ChunkedDecoder decoder;
  std::string body;
  std::size_t left = 0;
  for (std::string_view part : {bytes.substr(0, cut), bytes.substr(cut)}) {
    while (!part.empty() && !decoder.is_done()) {
      const auto run = decoder.take(part);
      if (!run) return std::nullopt;
      body += *run;
    }
    left += part.size();
  }
  if (!decoder.is_done()) return std::nullopt;
  return std::pair(body, left);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto whole = decode(bytes, bytes.size());
  if (whole != decode(bytes, bytes.empty() ? 0 : data[0] % bytes.size())) std::abort();
  if (!whole) return 0;
  boost::beast::http::request_parser<boost::beast::http::string_body> other;
  other.eager(true);
  other.body_limit(boost::none);
  const std::string text =
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(bytes);
  boost::system::error_code error;
  std::size_t taken = 0;
  while (!error && !other.is_done() && taken < text.size()) {
    const std::size_t now =
        other.put(boost::asio::buffer(text.data() + taken, text.size() - taken), error);
    if (now == 0 && !error) break;
    taken += now;
  }
  if (error || !other.is_done() || other.get().body() != whole->first ||
      text.size() - taken != whole->second)
    std::abort();
  return 0;
}
