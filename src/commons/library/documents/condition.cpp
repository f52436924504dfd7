// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/library/documents/condition.hpp"

#include <fmt/format.h>

namespace daybreak::library::documents {

class ConditionParser {
 public:
  explicit ConditionParser(std::string_view text) : text_(text) { read(); }

  Result<Condition> parse() {
    TRY(parse_or(0));
    if (!token_.empty()) return wrong("the end was expected");
    condition_.text_ = text_;
    return std::move(condition_);
  }

 private:
  static constexpr int kDeepest = 32;
  static constexpr std::size_t kMostTests = 64;

  static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  }
  void read() {
    while (next_ < text_.size() && text_[next_] == ' ') ++next_;
    begin_ = next_;
    if (next_ < text_.size()) ++next_;
    if (begin_ < text_.size() && is_letter(text_[begin_]))
      while (next_ < text_.size() && is_letter(text_[next_])) ++next_;
    token_ = text_.substr(begin_, next_ - begin_);
  }
  tl::unexpected<Error> wrong(std::string_view what) const {
    return fail(ErrorKind::kInvalid, fmt::format("{} at character {}", what, begin_ + 1),
                fmt::format("condition \"{}\"", text_),
                "Write field ids with and, or, not, = and brackets");
  }
  std::size_t add(Condition::Node node) {
    condition_.nodes_.push_back(node);
    return condition_.nodes_.size() - 1;
  }

  Result<std::size_t> parse_or(int depth) {
    std::size_t left = TRY(parse_and(depth));
    while (token_ == "or") {
      read();
      const std::size_t right = TRY(parse_and(depth));
      left = add({Condition::Kind::kOr, left, right});
    }
    return left;
  }
  Result<std::size_t> parse_and(int depth) {
    std::size_t left = TRY(parse_not(depth));
    while (token_ == "and") {
      read();
      const std::size_t right = TRY(parse_not(depth));
      left = add({Condition::Kind::kAnd, left, right});
    }
    return left;
  }
  Result<std::size_t> parse_not(int depth) {
    if (depth > kDeepest) return wrong("the brackets are too deep");
    if (token_ == "not") {
      read();
      const std::size_t inner = TRY(parse_not(depth + 1));
      return add({Condition::Kind::kNot, inner, 0});
    }
    if (token_ == "(") {
      read();
      const std::size_t inner = TRY(parse_or(depth + 1));
      if (token_ != ")") return wrong("a closing bracket is missing");
      read();
      // The inner node must stay reachable as the last one.
      return add({Condition::Kind::kAnd, inner, inner});
    }
    return parse_test();
  }
  Result<std::size_t> parse_test() {
    if (token_.empty() || !is_letter(token_.front()) || token_ == "and" || token_ == "or")
      return wrong("the id of a field is missing");
    if (condition_.tests_.size() == kMostTests) return wrong("the condition is too long");
    Condition::Test test{std::string(token_), {}};
    read();
    if (token_ == "=") {
      read();
      if (token_.empty() || !is_letter(token_.front())) return wrong("a choice is missing");
      test.choice = token_;
      read();
    }
    condition_.tests_.push_back(std::move(test));
    return add({Condition::Kind::kTest, condition_.tests_.size() - 1, 0});
  }

  std::string_view text_, token_;
  std::size_t begin_ = 0, next_ = 0;
  Condition condition_;
};

Result<Condition> Condition::parse(std::string_view text) {
  if (text.find_first_not_of(' ') == std::string_view::npos) return Condition();
  return ConditionParser(text).parse();
}

bool Condition::holds(const std::function<bool(const Test&)>& is_true) const {
  return nodes_.empty() || value(nodes_.size() - 1, is_true);
}

bool Condition::value(std::size_t index, const std::function<bool(const Test&)>& is_true) const {
  const Node& node = nodes_[index];
  switch (node.kind) {
    case Kind::kTest:
      return is_true(tests_[node.left]);
    case Kind::kNot:
      return !value(node.left, is_true);
    case Kind::kAnd:
      return value(node.left, is_true) && (node.left == node.right || value(node.right, is_true));
    case Kind::kOr:
      return value(node.left, is_true) || value(node.right, is_true);
  }
  return false;
}

}  // namespace daybreak::library::documents
