// SPDX-License-Identifier: AGPL-3.0-or-later
#include "http/chunked.hpp"

#include <algorithm>

namespace daybreak::http {
namespace {

constexpr int kMostDigits = 8;
constexpr int kMostExtensionBytes = 16;
constexpr std::size_t kMostTrailerBytes = 1024;

tl::unexpected<Refusal> refuse(std::string_view reason) {
  return tl::unexpected<Refusal>({400, reason});
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

tl::expected<std::string_view, Refusal> ChunkedDecoder::take(std::string_view& bytes) {
  while (!bytes.empty() && state_ != State::kDone) {
    if (state_ == State::kData) {
      const std::string_view run = bytes.substr(0, size_);
      bytes.remove_prefix(run.size());
      size_ -= run.size();
      if (size_ == 0) state_ = State::kDataReturn;
      return run;
    }
    const auto stepped = step(bytes.front());
    if (!stepped) return tl::unexpected<Refusal>(stepped.error());
    bytes.remove_prefix(1);
  }
  return std::string_view();
}

tl::expected<void, Refusal> ChunkedDecoder::step(char c) {
  switch (state_) {
    case State::kSize:
      return step_in_size(c);
    case State::kExtension:
      return step_in_extension(c);
    case State::kSizeFeed:
      if (c != '\n') return refuse("a chunk size line ends without a line feed");
      state_ = size_ == 0 ? State::kTrailer : State::kData;
      digits_ = extension_bytes_ = 0;
      extension_has_value_ = false;
      return {};
    case State::kDataReturn:
      if (c != '\r') return refuse("a chunk is longer than its size");
      state_ = State::kDataFeed;
      return {};
    case State::kDataFeed:
      if (c != '\n') return refuse("a chunk ends without a line feed");
      state_ = State::kSize;
      return {};
    case State::kTrailer:
      return step_in_trailer(c);
    case State::kData:
    case State::kDone:
      break;
  }
  return {};
}

tl::expected<void, Refusal> ChunkedDecoder::step_in_size(char c) {
  if (c == '\r' && digits_ > 0) {
    state_ = State::kSizeFeed;
  } else if (c == ';' && digits_ > 0) {
    state_ = State::kExtension;
    extension_last_ = c;
  } else if (const int digit = hex_value(c); digit < 0) {
    return refuse("a chunk size is not a number");
  } else if (++digits_ > kMostDigits) {
    return refuse("a chunk size is too large");
  } else {
    size_ = size_ * 16 + static_cast<std::uint64_t>(digit);
  }
  return {};
}

// *( ";" token [ "=" token ] )
tl::expected<void, Refusal> ChunkedDecoder::step_in_extension(char c) {
  if (++extension_bytes_ > kMostExtensionBytes) return refuse("a chunk extension is too long");
  const bool after_token = extension_last_ != ';' && extension_last_ != '=';
  if (c == '\r' && after_token) {
    state_ = State::kSizeFeed;
  } else if (c == ';' && after_token) {
    extension_has_value_ = false;
  } else if (c == '=' && after_token && !extension_has_value_) {
    extension_has_value_ = true;
  } else if (!is_token_char(c)) {
    return refuse("a chunk extension is not name=value");
  }
  extension_last_ = c;
  return {};
}

tl::expected<void, Refusal> ChunkedDecoder::step_in_trailer(char c) {
  if (++trailer_bytes_ > kMostTrailerBytes) return refuse("the trailers are too long");
  if (c != '\n') {
    trailer_ += c;
    return {};
  }
  if (trailer_.empty() || trailer_.back() != '\r')
    return refuse("a trailer line ends without a carriage return");
  trailer_.pop_back();
  if (trailer_.empty()) {
    state_ = State::kDone;
    return {};
  }
  const auto line = read_header_line(trailer_, 0, trailer_.size());
  if (!line) return tl::unexpected<Refusal>(line.error());
  trailer_.clear();
  return {};
}

}  // namespace daybreak::http
