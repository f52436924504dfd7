// SPDX-License-Identifier: AGPL-3.0-or-later
// A template in work: to the file that documents/ reads, from a template in use, and as JSON.
#include <fmt/format.h>

#include "base/text.hpp"
#include "commons/library/drafts/work_json.hpp"

namespace daybreak::library::drafts {
namespace {

// A TOML basic string: nothing in it can end it.
std::string toml_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      out += std::string("\\") + c;
    else if (c == '\n')
      out += "\\n";
    else if (byte < 0x20 || byte == 0x7f)
      out += fmt::format("\\u{:04X}", byte);
    else
      out += c;
  }
  return out + "\"";
}
std::string pair_of(std::string_view key, std::string_view en, std::string_view es) {
  return fmt::format("{} = [{}, {}]\n", key, toml_text(en), toml_text(es));
}
std::string line_of(std::string_view key, std::string_view value) {
  return value.empty() ? std::string() : fmt::format("{} = {}\n", key, toml_text(value));
}

// "id; English; Spanish" on each line.
std::string choices_of(std::string_view text) {
  std::string out;
  for (const std::string_view line : split(text, '\n')) {
    if (trim(line).empty()) continue;
    const auto parts = split(line, ';');
    const auto part = [&](std::size_t i) {
      return toml_text(i < parts.size() ? trim(parts[i]) : std::string_view());
    };
    out += fmt::format("{}[{}, {}, {}]", out.empty() ? "" : ", ", part(0), part(1), part(2));
  }
  return out.empty() ? out : "choices = [" + out + "]\n";
}

std::string to_file(const WorkField& field) {
  std::string out =
      "\n[[field]]\nid = " + toml_text(field.id) + "\nkind = " + toml_text(field.kind) + "\n";
  out += pair_of("label", field.label_en, field.label_es);
  if (!field.hint_en.empty() || !field.hint_es.empty())
    out += pair_of("hint", field.hint_en, field.hint_es);
  if (field.required) out += "required = true\n";
  return out + choices_of(field.choices) + line_of("after", field.after) +
         line_of("when", field.when);
}

std::string to_file(const WorkClause& clause) {
  std::string out = "[[section.clause]]\n";
  if (clause.signatures.empty()) out += pair_of("text", clause.text_en, clause.text_es);
  if (clause.bullet) out += "bullet = true\n";
  return out + line_of("when", clause.when) + line_of("signatures", clause.signatures);
}

// ---- JSON: the same lists of members write and read ----

template <typename W, typename Text>
void each_text(W& work, Text text)
  requires requires { work.purpose_en; }
{
  text("id", work.id);
  text("title_en", work.title_en);
  text("title_es", work.title_es);
  text("purpose_en", work.purpose_en);
  text("purpose_es", work.purpose_es);
  text("parties", work.effect.parties);
  text("contacts", work.effect.contacts);
  text("purposes", work.effect.purposes);
  text("from", work.effect.from);
  text("until", work.effect.until);
}
template <typename F, typename Text>
void each_text(F& field, Text text)
  requires requires { field.label_en; }
{
  text("id", field.id);
  text("kind", field.kind);
  text("label_en", field.label_en);
  text("label_es", field.label_es);
  text("hint_en", field.hint_en);
  text("hint_es", field.hint_es);
  text("choices", field.choices);
  text("after", field.after);
  text("when", field.when);
}
template <typename S, typename Text>
void each_text(S& section, Text text)
  requires requires { section.heading_en; }
{
  text("heading_en", section.heading_en);
  text("heading_es", section.heading_es);
  text("when", section.when);
}
template <typename C, typename Text>
void each_text(C& clause, Text text)
  requires requires { clause.text_en; }
{
  text("text_en", clause.text_en);
  text("text_es", clause.text_es);
  text("when", clause.when);
  text("signatures", clause.signatures);
}

template <typename T>
Json texts_of(const T& one) {
  Json json = Json::object();
  each_text(one, [&](std::string_view key, const std::string& value) {
    if (!value.empty()) json.set(key, value);
  });
  return json;
}
template <typename T>
T read_texts(const Json& json) {
  T one;
  each_text(one, [&](std::string_view key, std::string& value) {
    const Json* found = json.find(key);
    if (found != nullptr && found->if_string()) value = *found->if_string();
  });
  return one;
}
bool is_set(const Json& json, std::string_view key) {
  const Json* found = json.find(key);
  return found != nullptr && found->if_bool() && *found->if_bool();
}
const JsonArray& items_of(const Json& json, std::string_view key) {
  static const JsonArray none;
  const Json* found = json.find(key);
  return found != nullptr && found->if_array() ? *found->if_array() : none;
}

constexpr std::string_view kKinds[] = {"text",   "long",   "lines", "date",
                                       "number", "choice", "yes_no"};

}  // namespace

std::string to_file(const Work& work, std::string_view version) {
  std::string out = fmt::format("id = {}\nversion = {}\n", toml_text(work.id), toml_text(version));
  out += pair_of("title", work.title_en, work.title_es);
  out += pair_of("purpose", work.purpose_en, work.purpose_es);
  out += "\n[effect]\n" + line_of("parties", work.effect.parties) +
         line_of("contacts", work.effect.contacts) + line_of("purposes", work.effect.purposes) +
         line_of("from", work.effect.from) + line_of("until", work.effect.until);
  for (const WorkField& field : work.fields) out += to_file(field);
  for (const WorkSection& section : work.sections) {
    out += "\n[[section]]\n" + pair_of("heading", section.heading_en, section.heading_es) +
           line_of("when", section.when);
    for (const WorkClause& clause : section.clauses) out += to_file(clause);
  }
  return out;
}

Work work_of(const Template& made) {
  Work work{.id = "own-" + made.id,
            .title_en = made.title.en,
            .title_es = made.title.es,
            .purpose_en = made.purpose.en,
            .purpose_es = made.purpose.es,
            .fields = {},
            .sections = {},
            .effect = made.effect};
  for (const documents::Field& field : made.fields) {
    std::string choices;
    for (const documents::Choice& choice : field.choices)
      choices += choice.id + "; " + choice.words.en + "; " + choice.words.es + "\n";
    work.fields.push_back({.id = field.id,
                           .kind = std::string(kKinds[static_cast<std::size_t>(field.kind)]),
                           .label_en = field.label.en,
                           .label_es = field.label.es,
                           .hint_en = field.hint.en,
                           .hint_es = field.hint.es,
                           .choices = choices,
                           .after = field.after,
                           .when = field.when.text(),
                           .required = field.required});
  }
  for (const documents::Section& section : made.sections) {
    work.sections.push_back({section.heading.en, section.heading.es, section.when.text(), {}});
    for (const documents::Clause& clause : section.clauses)
      work.sections.back().clauses.push_back(
          {clause.text.en, clause.text.es, clause.when.text(), clause.signatures, clause.bullet});
  }
  return work;
}

Json to_json(const Work& work) {
  Json json = texts_of(work), fields = Json::array(), sections = Json::array();
  for (const WorkField& field : work.fields)
    fields.append(texts_of(field)).set("required", field.required);
  for (const WorkSection& section : work.sections) {
    Json clauses = Json::array();
    for (const WorkClause& clause : section.clauses)
      clauses.append(texts_of(clause)).set("bullet", clause.bullet);
    sections.append(texts_of(section)).set("clauses", std::move(clauses));
  }
  json.set("fields", std::move(fields));
  json.set("sections", std::move(sections));
  return json;
}

Result<Work> work_from_json(std::string_view text) {
  const Json json = TRY(parse_json(text, {}, "template"));
  Work work = read_texts<Work>(json);
  for (const Json& one : items_of(json, "fields")) {
    work.fields.push_back(read_texts<WorkField>(one));
    work.fields.back().required = is_set(one, "required");
  }
  for (const Json& one : items_of(json, "sections")) {
    work.sections.push_back(read_texts<WorkSection>(one));
    for (const Json& clause : items_of(one, "clauses")) {
      work.sections.back().clauses.push_back(read_texts<WorkClause>(clause));
      work.sections.back().clauses.back().bullet = is_set(clause, "bullet");
    }
  }
  return work;
}

}  // namespace daybreak::library::drafts
