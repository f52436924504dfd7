// SPDX-License-Identifier: AGPL-3.0-or-later
// When a question is asked or a clause stands: "shares_data and not (level = tribal)". Words are
// ids of fields: alone they ask whether the answer is yes (or given at all), with "=" whether it is
// that choice. Read once, then plain values; safe to share between threads.
//
//     or := and ("or" and)*      and := not ("and" not)*      not := "not" not | "(" or ")" | test
//     test := field ["=" choice]
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace daybreak::library::documents {

class Condition {
 public:
  // Always true.
  Condition() = default;
  // Fails with kInvalid and the place in the text; "" is always true.
  static Result<Condition> parse(std::string_view text);

  struct Test {
    std::string field;
    std::string choice;  // empty: is it answered, and not "no"?
  };
  bool holds(const std::function<bool(const Test&)>& is_true) const;
  const std::vector<Test>& tests() const { return tests_; }
  const std::string& text() const { return text_; }  // as it was written

 private:
  friend class ConditionParser;
  enum class Kind : std::uint8_t { kTest, kNot, kAnd, kOr };
  struct Node {
    Kind kind;
    std::size_t left = 0, right = 0;  // of nodes_; for a test, `left` is its number
  };
  bool value(std::size_t node, const std::function<bool(const Test&)>& is_true) const;

  std::vector<Node> nodes_;  // the last is the root
  std::vector<Test> tests_;
  std::string text_;
};

}  // namespace daybreak::library::documents
