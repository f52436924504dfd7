// SPDX-License-Identifier: AGPL-3.0-or-later
// For tests only: how something failed. Result::error() of what succeeded reads memory that holds
// no error, and a test that compares it may pass; these say that it succeeded.
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"

namespace daybreak {

template <typename T>
std::optional<ErrorKind> kind_of(const Result<T>& result) {
  return result ? std::nullopt : std::optional(result.error().kind);
}
template <typename T>
std::string place_of(const Result<T>& result) {
  return result ? std::string("(it succeeded)") : result.error().place;
}

}  // namespace daybreak
