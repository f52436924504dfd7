// SPDX-License-Identifier: AGPL-3.0-or-later
// Code lists and the questions of intake, from dated files of the program (data/vault), each with
// its source. Immutable after reading, safe to use from any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace daybreak::vault::codes {

// The same in both languages.
struct Words {
  std::string en, es;
  const std::string& in(std::string_view language) const { return language == "es" ? es : en; }
};

// The days on which something counts, the first and the last among them; open where none is named.
struct Validity {
  std::optional<Date> from, until;
  bool holds(Date day) const;
};

struct Code {
  std::string code;
  Words words;
  Validity valid = {};  // as its list, where it says nothing of its own
};

struct CodeList {
  std::string id, source;
  Date as_of;
  std::vector<Code> codes;
  const Code* find(std::string_view code) const;
};

enum class QuestionKind : std::uint8_t { kText, kLongText, kDate, kChoice, kChoices };

struct Question {
  std::string id, section;
  QuestionKind kind = QuestionKind::kText;
  Words words, why;
  const CodeList* list = nullptr;  // of choices
  bool searchable = false;
  bool is_sealed() const { return list == nullptr; }
};

// Why a question has no answer; HUD's 8, 9 and 99, and a rest.
enum class Skip : std::uint8_t { kDoesNotKnow, kPrefersNot, kNotAsked, kNotToday };
std::string_view code_of(Skip skip);  // "does_not_know", …
std::optional<Skip> skip_from(std::string_view code);
const Words& words_of(Skip skip);
inline constexpr Skip kSkips[] = {Skip::kDoesNotKnow, Skip::kPrefersNot, Skip::kNotAsked,
                                  Skip::kNotToday};

class Codes {
 public:
  // The files of the program; a mistake in them is a bug and throws.
  static const Codes& built_in();
  static Result<Codes> parse(std::string_view lists, std::string_view questions,
                             std::string_view safety_plan = {});
  Codes(Codes&&) = default;

  const CodeList* list(std::string_view id) const;
  // Throws std::logic_error when the program names a list that is not there.
  const CodeList& required(std::string_view id) const;
  const std::vector<Question>& questions() const { return questions_; }
  const Question* question(std::string_view id) const;
  // The parts of a safety plan, each a text.
  const std::vector<Question>& safety_plan() const { return safety_plan_; }

 private:
  Codes() = default;
  std::vector<std::unique_ptr<CodeList>> lists_;
  std::vector<Question> questions_, safety_plan_;
};

// kInvalid naming the field, unless the list has this code.
Result<void> check_code(std::string_view list, std::string_view code, std::string_view field);
// The same for what happened on `day`: the code must have counted then, and the error says when it
// did.
Result<void> check_code_on(std::string_view list, std::string_view code, std::string_view field,
                           Date day);

// For tests only, before any other thread runs: other files for built_in(), until this is gone.
class BuiltInForTest {
 public:
  explicit BuiltInForTest(Codes codes);
  ~BuiltInForTest();
  BuiltInForTest(const BuiltInForTest&) = delete;
  BuiltInForTest& operator=(const BuiltInForTest&) = delete;

 private:
  const Codes codes_;
};

}  // namespace daybreak::vault::codes
