// SPDX-License-Identifier: AGPL-3.0-or-later
// The chunked transfer coding (RFC 9112, 7.1), by the letter: line ends are CR LF, sizes have at
// most eight digits, extensions are short and dropped, trailers are checked and dropped. One
// decoder reads one body; it belongs to one thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "http/head.hpp"

namespace daybreak::http {

class ChunkedDecoder {
 public:
  // Takes what it can of `bytes` (removing it from the front) and gives the next run of data, a
  // part of `bytes`. Call again until `bytes` is empty or is_done(). An empty run means nothing.
  tl::expected<std::string_view, Refusal> take(std::string_view& bytes);
  bool is_done() const { return state_ == State::kDone; }

 private:
  enum class State : std::uint8_t {
    kSize,
    kExtension,
    kSizeFeed,
    kData,
    kDataReturn,
    kDataFeed,
    kTrailer,
    kDone
  };
  tl::expected<void, Refusal> step(char c);
  tl::expected<void, Refusal> step_in_size(char c);
  tl::expected<void, Refusal> step_in_extension(char c);
  tl::expected<void, Refusal> step_in_trailer(char c);

  State state_ = State::kSize;
  std::uint64_t size_ = 0;  // of the chunk, then what is left of it
  int digits_ = 0;
  int extension_bytes_ = 0;
  char extension_last_ = ';';
  bool extension_has_value_ = false;
  std::string trailer_;  // the line being read
  std::size_t trailer_bytes_ = 0;
};

}  // namespace daybreak::http
