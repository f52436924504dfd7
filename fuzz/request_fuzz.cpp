// SPDX-License-Identifier: AGPL-3.0-or-later
// Heads of requests, against a second opinion: whatever our reader accepts, Boost.Beast's parser
// must accept too and read in the same way. A difference is what request smuggling is made of.
// links: http
#include <algorithm>
#include <boost/beast/http.hpp>
#include <cstdio>
#include <cstdlib>

#include "base/text.hpp"
#include "http/request.hpp"

namespace beast = boost::beast::http;
using namespace daybreak::http;

namespace {

void agree(bool same, const char* what) {
  if (same) return;
  std::fprintf(stderr, "the two readers differ: %s\n", what);
  std::abort();
}

void compare(const Head& head, std::string_view text) {
  beast::request_parser<beast::empty_body> other;
  other.eager(false);
  other.header_limit(16 * 1024);
  other.body_limit(boost::none);
  boost::system::error_code error;
  other.put(boost::asio::buffer(text), error);
  agree(!error && other.is_header_done(), "Beast refuses it");
  const auto& message = other.get();
  agree(message.method_string() == name_of(head.method), "method");
  const std::string_view target(message.target().data(), message.target().size());
  agree(target.ends_with(head.target.in(text)), "target");
  agree(message.version() == (head.is_1_0 ? 10u : 11u), "version");
  agree(other.chunked() == head.chunked, "chunked");
  agree(other.content_length().value_or(0) == head.content_length, "length");
  // Beast keeps headers of one name together, so both are compared in sorted order.
  std::vector<std::pair<std::string_view, std::string_view>> ours, theirs;
  for (const HeaderRange& range : head.headers)
    ours.emplace_back(range.name.in(text), range.value.in(text));
  for (const auto& field : message)
    theirs.emplace_back(std::string_view(field.name_string().data(), field.name_string().size()),
                        std::string_view(field.value().data(), field.value().size()));
  std::ranges::sort(ours);
  std::ranges::sort(theirs);
  agree(ours == theirs, "headers");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const HeadScan scan = scan_head(bytes, 0);
  if (scan.end == 0) return 0;
  const std::string_view text = bytes.substr(0, scan.end);
  auto head = read_head(text);
  if (!head) return 0;
  compare(*head, text);
  if (auto request = Request::create(std::string(text), std::move(*head))) {
    (void)request->header("Accept");
    agree(request->path().find("..") == std::string::npos ||
              request->path().find("/../") == std::string::npos,
          "path");
  }
  return 0;
}
