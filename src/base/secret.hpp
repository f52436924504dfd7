// SPDX-License-Identifier: AGPL-3.0-or-later
// Types for values that must not be mixed up with others: Secret<T> cannot be printed, compared or
// formatted by accident; Unchecked<T> is what came from a form, a file or a header and was not yet
// checked. Plain values. Locked memory for keys is trust/'s business, not this file's.
#pragma once

#include <string>
#include <utility>

namespace daybreak {

template <typename T>
class Secret {
 public:
  Secret() = default;
  explicit Secret(T value) : value_(std::move(value)) {}
  // The one way to the value: easy to find by search.
  const T& reveal() const { return value_; }

 private:
  T value_{};
};

template <typename T>
class Unchecked {
 public:
  Unchecked() = default;
  explicit Unchecked(T value) : value_(std::move(value)) {}
  // For the check itself, and for giving the text back in a form that is shown again.
  const T& raw() const { return value_; }

 private:
  T value_{};
};

}  // namespace daybreak
