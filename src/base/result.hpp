// SPDX-License-Identifier: AGPL-3.0-or-later
// Result<T>: how a function fails when a user, a network, a file or a database is the cause.
// Bugs throw; everything else returns an Error that says what was wrong, where, and what to do.
// Plain values, safe to use from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace daybreak {

enum class ErrorKind : std::uint8_t {
  kInvalid,      // the input is wrong; the same call will fail again
  kNotFound,     // absent, or hidden from this actor: never say which
  kConflict,     // unique or foreign key, edited meanwhile, wrong state
  kDenied,       // signed in, but may not (only where existence is no secret)
  kUnavailable,  // busy, disconnected, full; may pass later
  kCorrupt,      // stored data is not what it should be
  kUnsupported,  // well-formed, but not something this version does
  kInternal,     // a bug or a broken environment
};

// A failure a person can act on. `message` says what was wrong, `place` where ("file.csv:12:3",
// "field postal_code"), `cure` what to do. None of them may hold personal information.
struct Error {
  ErrorKind kind = ErrorKind::kInternal;
  std::string message;
  std::string place;
  std::string cure;

  // "place: message. cure" with the empty parts left out.
  std::string describe() const;
};

template <typename T>
using Result = tl::expected<T, Error>;

// `return fail(ErrorKind::kInvalid, "the end is before the start", "field end", "swap the dates");`
inline tl::unexpected<Error> fail(ErrorKind kind, std::string message, std::string place = {},
                                  std::string cure = {}) {
  return tl::make_unexpected(
      Error{kind, std::move(message), std::move(place), std::move(cure)});
}

std::string_view name_of(ErrorKind kind);

}  // namespace daybreak

// Unwraps a Result or returns its error from the enclosing function:
//   auto rows = TRY(connection.query(sql));      TRY(writer.flush());
#define TRY(...)                                                                   \
  __extension__({                                                                  \
    auto&& daybreak_result_ = (__VA_ARGS__);                                       \
    if (!daybreak_result_) return ::tl::make_unexpected(std::move(daybreak_result_).error()); \
    ::daybreak::detail::unwrap(std::move(daybreak_result_));                       \
  })

namespace daybreak::detail {
template <typename T>
T unwrap(tl::expected<T, Error>&& result) {
  return std::move(*result);
}
inline void unwrap(tl::expected<void, Error>&&) {}
}  // namespace daybreak::detail
