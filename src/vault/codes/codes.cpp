// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/codes/codes.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>
#include <toml++/toml.h>
#include <tuple>

#include "embedded/vault_data.hpp"

namespace daybreak::vault::codes {
namespace {

constexpr std::array<std::string_view, 4> kSkipCodes = {"does_not_know", "prefers_not", "not_asked",
                                                        "not_today"};
constexpr std::array<std::string_view, 5> kKinds = {"text", "long_text", "date", "choice",
                                                    "choices"};

tl::unexpected<Error> wrong(std::string message, std::string place) {
  return fail(ErrorKind::kInvalid, std::move(message), std::move(place));
}

std::string text_of(const toml::table& table, std::string_view key) {
  return table[key].value<std::string>().value_or("");
}

Result<toml::table> table_of(std::string_view text, const char* file) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    return wrong(std::string(error.description()), file);
  }
}

// `all`: what holds where the row says nothing. A code cannot outlast its list.
Result<Validity> validity_of(const toml::table& row, const Validity& all,
                             const std::string& place) {
  Validity valid = all;
  for (const auto& [key, day, limit] : {std::tuple("from", &valid.from, &all.from),
                                        std::tuple("until", &valid.until, &all.until)}) {
    const std::string text = text_of(row, key);
    if (text.empty()) continue;
    *day = TRY(parse_date(text));
    if (*limit && !all.holds(**day))
      return wrong("a code counts outside of its list's days", place);
  }
  if (valid.from && valid.until && !valid.holds(*valid.from))
    return wrong("`until` is before `from`", place);
  return valid;
}

Result<std::unique_ptr<CodeList>> list_of(const toml::table& table) {
  auto list = std::make_unique<CodeList>();
  list->id = text_of(table, "id");
  list->source = text_of(table, "source");
  list->as_of = TRY(parse_date(text_of(table, "as_of")));
  if (list->source.empty()) return wrong("a list has no source", list->id);
  const Validity all = TRY(validity_of(table, {}, list->id));
  const toml::array* codes = table["codes"].as_array();
  if (codes == nullptr || codes->empty()) return wrong("a list has no codes", list->id);
  for (const toml::node& node : *codes) {
    const toml::table* row = node.as_table();
    if (row == nullptr) return wrong("a code is not a table", list->id);
    Code code{text_of(*row, "code"), {text_of(*row, "en"), text_of(*row, "es")}};
    if (code.code.empty() || code.words.en.empty() || code.words.es.empty() ||
        list->find(code.code) != nullptr)
      return wrong("a code is there twice or lacks words", list->id + " " + code.code);
    code.valid = TRY(validity_of(*row, all, list->id + " " + code.code));
    list->codes.push_back(std::move(code));
  }
  return list;
}

Result<Question> question_of(const toml::table& table, const Codes& codes) {
  Question question;
  question.id = text_of(table, "id");
  question.section = text_of(table, "section");
  const auto kind = std::find(kKinds.begin(), kKinds.end(), text_of(table, "kind"));
  if (kind == kKinds.end()) return wrong("a question is of no kind", question.id);
  question.kind = static_cast<QuestionKind>(kind - kKinds.begin());
  question.words = {text_of(table, "en"), text_of(table, "es")};
  question.why = {text_of(table, "why_en"), text_of(table, "why_es")};
  question.searchable = table["search"].value<bool>().value_or(false);
  const bool chooses = question.kind >= QuestionKind::kChoice;
  question.list = codes.list(text_of(table, "list"));
  if (chooses != (question.list != nullptr))
    return wrong("a question of choices has a list, another has none", question.id);
  if (question.id.empty() || question.words.en.empty() || question.words.es.empty() ||
      question.why.en.empty() != question.why.es.empty() || codes.question(question.id) != nullptr)
    return wrong("a question is there twice or lacks words", question.id);
  return question;
}

}  // namespace

std::string_view code_of(Skip skip) { return kSkipCodes.at(static_cast<std::size_t>(skip)); }
std::optional<Skip> skip_from(std::string_view code) {
  for (std::size_t i = 0; i < kSkipCodes.size(); ++i)
    if (kSkipCodes[i] == code) return static_cast<Skip>(i);
  return std::nullopt;
}
const Words& words_of(Skip skip) {
  static const std::array<Words, 4> words = {{{"Does not know", "No sabe"},
                                              {"Prefers not to answer", "Prefiere no responder"},
                                              {"Not asked", "No se preguntó"},
                                              {"Not today", "Hoy no"}}};
  return words.at(static_cast<std::size_t>(skip));
}

const Code* CodeList::find(std::string_view code) const {
  const auto found =
      std::find_if(codes.begin(), codes.end(), [&](const Code& one) { return one.code == code; });
  return found == codes.end() ? nullptr : &*found;
}

Result<Codes> Codes::parse(std::string_view lists, std::string_view questions,
                           std::string_view safety_plan) {
  Codes codes;
  const toml::table list_table = TRY(table_of(lists, "code_lists.toml"));
  if (const toml::array* all = list_table["list"].as_array())
    for (const toml::node& node : *all) {
      auto list = TRY(list_of(*node.as_table()));
      if (codes.list(list->id) != nullptr) return wrong("a list is there twice", list->id);
      codes.lists_.push_back(std::move(list));
    }
  const toml::table question_table = TRY(table_of(questions, "intake.toml"));
  if (const toml::array* all = question_table["question"].as_array())
    for (const toml::node& node : *all)
      codes.questions_.push_back(TRY(question_of(*node.as_table(), codes)));
  const toml::table parts = TRY(table_of(safety_plan, "safety_plan.toml"));
  if (const toml::array* all = parts["question"].as_array())
    for (const toml::node& node : *all) {
      codes.safety_plan_.push_back(TRY(question_of(*node.as_table(), codes)));
      if (!codes.safety_plan_.back().is_sealed())
        return wrong("a part of a safety plan is words", codes.safety_plan_.back().id);
    }
  return codes;
}

namespace {
const Codes* replaced_for_test = nullptr;
}  // namespace

BuiltInForTest::BuiltInForTest(Codes codes) : codes_(std::move(codes)) {
  replaced_for_test = &codes_;
}
BuiltInForTest::~BuiltInForTest() { replaced_for_test = nullptr; }

const Codes& Codes::built_in() {
  if (replaced_for_test != nullptr) return *replaced_for_test;
  static const Codes codes = [] {
    auto parsed = parse(*embedded::vault_data().find("code_lists.toml"),
                        *embedded::vault_data().find("intake.toml"),
                        *embedded::vault_data().find("safety_plan.toml"));
    if (!parsed) throw std::logic_error("data/vault: " + parsed.error().describe());
    return std::move(*parsed);
  }();
  return codes;
}

const CodeList* Codes::list(std::string_view id) const {
  const auto found =
      std::find_if(lists_.begin(), lists_.end(), [&](const auto& list) { return list->id == id; });
  return found == lists_.end() ? nullptr : found->get();
}

bool Validity::holds(Date day) const {
  const std::chrono::sys_days at(day);
  return (!from || at >= std::chrono::sys_days(*from)) &&
         (!until || at <= std::chrono::sys_days(*until));
}

const CodeList& Codes::required(std::string_view id) const {
  const CodeList* found = list(id);
  if (found == nullptr) throw std::logic_error("no code list " + std::string(id));
  return *found;
}

const Question* Codes::question(std::string_view id) const {
  const auto found = std::find_if(questions_.begin(), questions_.end(),
                                  [&](const Question& question) { return question.id == id; });
  return found == questions_.end() ? nullptr : &*found;
}

Result<void> check_code(std::string_view list, std::string_view code, std::string_view field) {
  if (Codes::built_in().required(list).find(code) != nullptr) return {};
  return fail(ErrorKind::kInvalid, "this is not one of the choices", "field " + std::string(field),
              "Choose from the list");
}

Result<void> check_code_on(std::string_view list, std::string_view code, std::string_view field,
                           Date day) {
  TRY(check_code(list, code, field));
  const Validity& valid = Codes::built_in().required(list).find(code)->valid;
  if (!day.ok() || valid.holds(day)) return {};
  std::string days;
  if (valid.from) days += " from " + format_date(*valid.from);
  if (valid.until) days += " until " + format_date(*valid.until);
  return fail(ErrorKind::kInvalid, "this choice counts" + days + ", not on " + format_date(day),
              "field " + std::string(field), "Choose one that counted on that day");
}

}  // namespace daybreak::vault::codes
