// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/library/documents/template.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <stdexcept>
#include <toml++/toml.h>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "embedded/library_documents.hpp"

namespace daybreak::library::documents {
namespace {

constexpr std::size_t kLargestFile = 256 * 1024;
constexpr std::size_t kMostFields = 200, kMostSections = 100, kMostClauses = 1000;

// A table of the file and where it stands.
struct Entry {
  const toml::table& table;
  std::string file;

  tl::unexpected<Error> wrong(std::string message) const {
    const std::string id = table["id"].value_or(std::string());
    return fail(
        ErrorKind::kInvalid, std::move(message),
        fmt::format("{}:{}{}{}", file, table.source().begin.line, id.empty() ? "" : " ", id),
        "data/library/documents/README.md says how templates are written");
  }
  Result<void> allow(std::initializer_list<std::string_view> keys) const {
    for (const auto& [key, node] : table)
      if (std::ranges::find(keys, key.str()) == keys.end())
        return wrong(fmt::format("\"{}\" is not a key of this entry", key.str()));
    return {};
  }
  std::string text(std::string_view key) const { return table[key].value_or(std::string()); }
  Result<Both> both(std::string_view key, bool required) const {
    const toml::node* node = table.get(key);
    if (node == nullptr && !required) return Both{};
    const toml::array* pair = node == nullptr ? nullptr : node->as_array();
    if (pair == nullptr || pair->size() != 2 || !pair->get(0)->is_string() ||
        !pair->get(1)->is_string())
      return wrong(fmt::format("\"{}\" is not a pair of an English and a Spanish text", key));
    Both both{*pair->get(0)->value<std::string>(), *pair->get(1)->value<std::string>()};
    if (trim(both.en).empty() || trim(both.es).empty())
      return wrong(fmt::format("\"{}\" lacks one of the two languages", key));
    return both;
  }
  Result<Condition> when() const {
    auto condition = Condition::parse(text("when"));
    if (!condition) return wrong(condition.error().describe());
    return condition;
  }
};

constexpr std::pair<std::string_view, FieldKind> kKinds[] = {
    {"text", FieldKind::kText},   {"long", FieldKind::kLong},     {"lines", FieldKind::kLines},
    {"date", FieldKind::kDate},   {"number", FieldKind::kNumber}, {"choice", FieldKind::kChoice},
    {"yes_no", FieldKind::kYesNo}};

Result<Field> read_field(const Entry& entry) {
  TRY(entry.allow({"id", "kind", "label", "hint", "choices", "required", "after", "when"}));
  Field field{.id = entry.text("id"),
              .label = TRY(entry.both("label", true)),
              .hint = TRY(entry.both("hint", false)),
              .required = entry.table["required"].value_or(false),
              .after = entry.text("after"),
              .when = TRY(entry.when())};
  if (field.id.empty()) return entry.wrong("the question has no id");
  const std::string kind = entry.text("kind");
  const auto found = std::ranges::find(kKinds, std::string_view(kind),
                                       &std::pair<std::string_view, FieldKind>::first);
  if (found == std::end(kKinds)) return entry.wrong(fmt::format("\"{}\" is not a kind", kind));
  field.kind = found->second;
  if (const toml::array* choices = entry.table["choices"].as_array())
    for (const toml::node& node : *choices) {
      const toml::array* row = node.as_array();
      if (row == nullptr || row->size() != 3)
        return entry.wrong("a choice is not [id, English, Spanish]");
      field.choices.push_back(
          {row->get(0)->value_or(std::string()),
           {row->get(1)->value_or(std::string()), row->get(2)->value_or(std::string())}});
    }
  if ((field.kind == FieldKind::kChoice) != !field.choices.empty())
    return entry.wrong("choices belong to the kind \"choice\"");
  return field;
}

Result<Section> read_section(const Entry& entry) {
  TRY(entry.allow({"heading", "when", "clause"}));
  Section section{.heading = TRY(entry.both("heading", true)), .when = TRY(entry.when())};
  const toml::array* clauses = entry.table["clause"].as_array();
  if (clauses == nullptr || clauses->empty()) return entry.wrong("the section has no clause");
  for (const toml::node& node : *clauses) {
    const Entry row{*node.as_table(), entry.file};
    TRY(row.allow({"text", "when", "bullet", "signatures"}));
    section.clauses.push_back({.text = TRY(row.both("text", row.text("signatures").empty())),
                               .when = TRY(row.when()),
                               .bullet = row.table["bullet"].value_or(false),
                               .signatures = row.text("signatures")});
  }
  return section;
}

// The ids between braces.
std::vector<std::string> words_in_braces(std::string_view text) {
  std::vector<std::string> ids;
  for (std::size_t open = text.find('{'); open != std::string_view::npos;
       open = text.find('{', open + 1)) {
    const std::size_t close = text.find('}', open);
    ids.emplace_back(text.substr(open + 1, close == std::string_view::npos ? 0 : close - open - 1));
  }
  return ids;
}

// "fact:two-kinds" and "value:two-kinds" quote the register.
bool is_fact(std::string_view word) {
  return word.starts_with("fact:") || word.starts_with("value:");
}

// Every word that must be a field is one, and every choice exists.
class WordCheck {
 public:
  WordCheck(const Template& made, std::string file) : made_(made), file_(std::move(file)) {}

  Result<void> run() {
    std::set<std::string_view> seen;
    for (const Field& field : made_.fields) {
      where_ = fmt::format("question {} \"{}\"", &field - made_.fields.data() + 1, field.id);
      if (!seen.insert(field.id).second) return wrong(field.id, "is asked twice");
      // Names that the form around the questions uses itself.
      for (const std::string_view taken : {"csrf", "form", "revision"})
        if (field.id == taken) return wrong(field.id, "is a name that cannot be used");
      TRY(check(field.when));
      if (!field.after.empty()) {
        const Field* before = made_.field(field.after);
        if (before == nullptr || before->kind != FieldKind::kDate)
          return wrong(field.after, "is not a question for a date");
      }
    }
    for (const Section& section : made_.sections) {
      const auto number = &section - made_.sections.data() + 1;
      where_ = fmt::format("section {}", number);
      TRY(check(section.when));
      for (const Clause& clause : section.clauses) {
        where_ = fmt::format("section {}, clause {}", number, &clause - section.clauses.data() + 1);
        TRY(check(clause.when));
        for (const Language language : language::kLanguages)
          for (const std::string& id : words_in_braces(clause.text.in(language)))
            if (!is_fact(id) && made_.field(id) == nullptr)
              return wrong(id, "is not a question of this document");
        if (words_in_braces(clause.text.en).size() != words_in_braces(clause.text.es).size())
          return wrong(clause.text.en, "has other answers in Spanish than in English");
        if (!clause.signatures.empty() && made_.field(clause.signatures) == nullptr)
          return wrong(clause.signatures, "is not a question of this document");
      }
    }
    return check_effect();
  }

 private:
  tl::unexpected<Error> wrong(std::string_view id, std::string_view what) const {
    return fail(ErrorKind::kInvalid, fmt::format("\"{}\" {}", id, what), file_ + ", " + where_,
                "Name a question of this document, or add one");
  }
  Result<void> check_effect() {
    where_ = "effect";
    const Effect& effect = made_.effect;
    for (const std::string* id :
         {&effect.parties, &effect.contacts, &effect.purposes, &effect.from, &effect.until})
      if (!id->empty() && made_.field(*id) == nullptr)
        return wrong(*id, "is not a question of this document");
    for (const std::string* id : {&effect.parties, &effect.contacts})
      if (!id->empty() && made_.field(*id)->kind != FieldKind::kLines)
        return wrong(*id, "is not a question for lines");
    for (const std::string* id : {&effect.from, &effect.until})
      if (!id->empty() && made_.field(*id)->kind != FieldKind::kDate)
        return wrong(*id, "is not a question for a date");
    return {};
  }
  Result<void> check(const Condition& condition) const {
    for (const Condition::Test& test : condition.tests()) {
      const Field* field = made_.field(test.field);
      if (field == nullptr) return wrong(test.field, "is not a question of this document");
      if (!test.choice.empty() &&
          std::ranges::find(field->choices, test.choice, &Choice::id) == field->choices.end())
        return wrong(test.choice, "is not a choice of \"" + test.field + "\"");
    }
    return {};
  }

  const Template& made_;
  std::string file_, where_;
};

// Questions that wait for each other in a circle could never be asked, and dates that must each be
// after the other never be given: the questions would not end.
class CircleCheck {
 public:
  explicit CircleCheck(const Template& made) : made_(made) {}

  Result<void> run(const std::string& file) {
    for (const Field& field : made_.fields)
      if (!visit(field)) {
        const auto start = std::ranges::find(path_, path_.back());
        return fail(ErrorKind::kInvalid,
                    "these questions wait for each other: " +
                        join(std::vector<std::string>(start, path_.end()), " → "),
                    file, "Take the condition off one of them");
      }
    return {};
  }

 private:
  // False when the walk comes back to a question on its own path; path_ then shows the circle.
  bool visit(const Field& field) {
    if (done_.contains(field.id)) return true;
    const bool back = std::ranges::find(path_, field.id) != path_.end();
    path_.push_back(field.id);
    if (back) return false;
    for (const Condition::Test& test : field.when.tests())
      if (const Field* other = made_.field(test.field))
        if (!visit(*other)) return false;
    if (const Field* before = made_.field(field.after))
      if (!visit(*before)) return false;
    path_.pop_back();
    done_.insert(field.id);
    return true;
  }

  const Template& made_;
  std::vector<std::string> path_;
  std::set<std::string> done_;
};

// More than anybody would answer or read.
Result<void> check_size(const Template& made, const Entry& top) {
  std::size_t clauses = 0;
  for (const Section& section : made.sections) clauses += section.clauses.size();
  if (made.fields.size() > kMostFields || made.sections.size() > kMostSections ||
      clauses > kMostClauses)
    return top.wrong(fmt::format("it never ends: at most {} questions, {} sections, {} clauses",
                                 kMostFields, kMostSections, kMostClauses));
  return {};
}

// Those who have a place to sign are the parties, unless the file says otherwise.
void take_signers(Template& made) {
  for (const Section& section : made.sections)
    for (const Clause& clause : section.clauses)
      if (made.effect.parties.empty()) made.effect.parties = clause.signatures;
}

Result<toml::table> parse(const std::string& name, std::string_view content) {
  try {
    return toml::parse(content);
  } catch (const toml::parse_error& error) {
    return fail(ErrorKind::kInvalid, std::string(error.description()),
                fmt::format("{}:{}", name, error.source().begin.line));
  }
}

}  // namespace

const Field* Template::field(std::string_view wanted) const {
  const auto found = std::ranges::find(fields, wanted, &Field::id);
  return found == fields.end() ? nullptr : &*found;
}

Result<Template> read_template(const std::string& name, std::string_view content) {
  if (content.size() > kLargestFile)
    return fail(ErrorKind::kInvalid,
                fmt::format("the template is larger than {} bytes", kLargestFile), name,
                "Make two documents of it");
  const toml::table file = TRY(parse(name, content));
  const Entry top{file, name};
  TRY(top.allow({"id", "version", "title", "purpose", "field", "section", "effect"}));
  Template made{.id = top.text("id"),
                .version = top.text("version"),
                .digest = sha256_hex(content),
                .content = std::string(content),
                .title = TRY(top.both("title", true)),
                .purpose = TRY(top.both("purpose", true)),
                .fields = {},
                .sections = {}};
  if (made.id.empty() || !parse_date(made.version))
    return top.wrong("a template has an id and a version that is a date");
  for (const auto& [kind, is_field] : {std::pair{"field", true}, std::pair{"section", false}}) {
    const toml::array* entries = file[kind].as_array();
    if (entries == nullptr) return top.wrong(fmt::format("there is no [[{}]]", kind));
    for (const toml::node& node : *entries) {
      if (!node.is_table()) return top.wrong(fmt::format("\"{}\" is not a table", kind));
      const Entry entry{*node.as_table(), name};
      if (is_field)
        made.fields.push_back(TRY(read_field(entry)));
      else
        made.sections.push_back(TRY(read_section(entry)));
    }
  }
  if (const toml::table* effect = file["effect"].as_table()) {
    const Entry entry{*effect, name};
    TRY(entry.allow({"parties", "contacts", "purposes", "from", "until"}));
    made.effect = {entry.text("parties"), entry.text("contacts"), entry.text("purposes"),
                   entry.text("from"), entry.text("until")};
  }
  TRY(check_size(made, top));
  take_signers(made);
  TRY(WordCheck(made, name).run());
  TRY(CircleCheck(made).run(name));
  return made;
}

std::vector<std::string> quoted_facts(const Template& made) {
  std::vector<std::string> ids;
  for (const Section& section : made.sections)
    for (const Clause& clause : section.clauses)
      for (const std::string& word : words_in_braces(clause.text.en)) {
        if (!is_fact(word)) continue;
        std::string id = word.substr(word.find(':') + 1);
        if (std::ranges::find(ids, id) == ids.end()) ids.push_back(std::move(id));
      }
  return ids;
}

const std::vector<Template>& built_in_templates() {
  static const std::vector<Template> templates = [] {
    std::vector<Template> all;
    for (const EmbeddedFile& file : embedded::library_documents().files()) {
      auto made = read_template(file.name, file.content);
      if (!made) throw std::logic_error("data/library/documents: " + made.error().describe());
      all.push_back(std::move(*made));
    }
    return all;
  }();
  return templates;
}

const Template* find_template(std::string_view id) {
  const auto& all = built_in_templates();
  const auto found = std::ranges::find(all, id, &Template::id);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace daybreak::library::documents
