// SPDX-License-Identifier: AGPL-3.0-or-later
// The rules of who can come: as fields while they are one list of simple conditions, else as an
// outline in plain words.
#include <algorithm>

#include "base/text.hpp"
#include "commons/directory/desk/form.hpp"
#include "commons/directory/eligibility.hpp"

namespace daybreak::directory::desk {
namespace {

using html::Markup;
using language::MessageId;
using language::to_translate;
using language::Words;

struct Choice {
  std::string_view code;
  MessageId label;
};
constexpr Choice kGenders[] = {{"female", to_translate("Women and girls")},
                               {"male", to_translate("Men and boys")},
                               {"transgender", to_translate("Transgender people")},
                               {"nonbinary", to_translate("Nonbinary people")}};
constexpr Choice kForms[] = {{"sex", to_translate("Sex trafficking")},
                             {"labor", to_translate("Labor trafficking")}};
constexpr Choice kImmigration[] = {{"citizen", to_translate("Citizens")},
                                   {"permanent", to_translate("Permanent residents")},
                                   {"visa", to_translate("With a visa")},
                                   {"none", to_translate("Without papers")}};
struct WordRule {
  std::string_view name;
  MessageId label;
  std::span<const Choice> choices;  // none: written with commas
};
constexpr WordRule kWordRules[] = {
    {"gender", to_translate("Only for"), kGenders},
    {"trafficking", to_translate("Only survivors of"), kForms},
    {"immigration", to_translate("Only with this immigration status"), kImmigration},
    {"county",
     to_translate("Only people living in these counties (five-digit codes, with commas)"),
     {}},
    {"state", to_translate("Only people living in these states (two letters, with commas)"), {}}};
constexpr Choice kFlagRules[] = {{"dependants", to_translate("Children with the person")},
                                 {"pets", to_translate("Pets")},
                                 {"veteran", to_translate("Veterans")},
                                 {"disability", to_translate("Disability")},
                                 {"pregnant", to_translate("Pregnancy")}};

const JsonMember* only_member(const Json& rule) {
  const JsonObject* members = rule.if_object();
  return members && members->size() == 1 ? &members->front() : nullptr;
}

// Whether the fields of the form can say this condition.
bool has_field(const JsonMember& condition) {
  const auto rule = std::ranges::find(kWordRules, std::string_view(condition.key), &WordRule::name);
  if (rule == std::end(kWordRules) || rule->choices.empty()) return true;
  const JsonArray* items = condition.value.if_array();
  return items && std::ranges::all_of(*items, [&](const Json& item) {
           return item.if_string() &&
                  std::ranges::find(rule->choices, std::string_view(*item.if_string()),
                                    &Choice::code) != rule->choices.end();
         });
}

// The conditions of a rule that is one list of different simple ones; nothing for others.
std::optional<Json> simple_of(const Json& rule) {
  Json flat = Json::object();
  const JsonMember* member = only_member(rule);
  if (member == nullptr) return std::nullopt;
  const JsonArray* items = member->key == "all" ? member->value.if_array() : nullptr;
  const JsonArray alone = {rule};
  for (const Json& item : items ? *items : alone) {
    const JsonMember* one = only_member(item);
    if (!one || one->key == "any" || one->key == "all" || one->key == "not" ||
        flat.find(one->key) || !has_field(*one))
      return std::nullopt;
    flat.set(one->key, one->value);
  }
  return flat;
}

bool has_word(const Json& flat, std::string_view name, std::string_view code) {
  const Json* list = flat.find(name);
  if (list == nullptr) return false;
  if (list->if_string()) return *list->if_string() == code;
  const JsonArray* items = list->if_array();
  return items && std::ranges::any_of(*items, [&](const Json& one) {
           return one.if_string() && *one.if_string() == code;
         });
}

std::string words_text(const Json& value) {
  std::vector<std::string> words;
  if (value.if_string()) words.push_back(*value.if_string());
  if (const JsonArray* items = value.if_array())
    for (const Json& item : *items)
      if (item.if_string()) words.push_back(*item.if_string());
  return join(words, ", ");
}

Json words_json(std::string_view text) {
  Json list = Json::array();
  for (const std::string_view part : split(text, ','))
    if (!trim(part).empty()) list.append(trim(part));
  return list;
}

std::string age_text(const Json& flat, std::string_view end) {
  const Json* age = flat.find("age");
  const Json* limit = age ? age->find(end) : nullptr;
  return limit ? to_text(*limit) : std::string();
}

void write_simple(Markup& out, const Json& flat, std::span<const html::FieldError> errors) {
  const Words t = out.words();
  const auto age = [&](std::string_view name, std::string_view end, std::string_view label) {
    const std::string value = age_text(flat, end);
    html::text_input(
        out, {.words = {.name = name, .label = label, .error = html::error_of(errors, name)},
              .value = value,
              .width = html::FieldWidth::kTiny,
              .autocomplete = "off",
              .input_mode = "numeric",
              .max_length = 3});
  };
  age("rule-min", "min", t("From this age"));
  age("rule-max", "max", t("Up to this age"));
  for (const WordRule& rule : kWordRules) {
    const std::string name = "rule-" + std::string(rule.name);
    if (rule.choices.empty()) {
      const Json* value = flat.find(rule.name);
      const std::string text = value ? words_text(*value) : std::string();
      html::text_input(out, {.words = {.name = name, .label = t(rule.label)},
                             .value = text,
                             .autocomplete = "off",
                             .max_length = 1000});
      continue;
    }
    std::vector<html::Option> options;
    for (const Choice& one : rule.choices)
      options.push_back({std::string(one.code), std::string(t(one.label)), "",
                         has_word(flat, rule.name, one.code)});
    html::checkboxes(out, {.words = {.name = name,
                                     .label = t(rule.label),
                                     .hint = t("None means that it does not matter.")},
                           .options = options});
  }
  for (const Choice& rule : kFlagRules) {
    const Json* value = flat.find(rule.code);
    const bool* flag = value ? value->if_bool() : nullptr;
    const std::vector<html::Option> options = {
        {"yes", std::string(t("Only with")), "", flag && *flag},
        {"no", std::string(t("Only without")), "", flag && !*flag}};
    const std::string name = "rule-" + std::string(rule.code);
    html::select(out, {.words = {.name = name, .label = t(rule.label)},
                       .options = options,
                       .empty_choice = t("Does not matter")});
  }
}

Json simple_rule(const http::Fields& form, Words t, std::vector<html::FieldError>& errors) {
  Json all = Json::array(), age = Json::object();
  for (const auto& [name, end] : {std::pair("rule-min", "min"), std::pair("rule-max", "max")}) {
    const std::string text = said(form, name);
    if (text.empty()) continue;
    const auto years = to_integer(text);
    if (!years || *years < 0 || *years > 120)
      errors.push_back({name, std::string(t("Give the age as a number of years, such as 24."))});
    else
      age.set(end, *years);
  }
  if (age.size() > 0) all.append(Json::object({{"age", age}}));
  for (const WordRule& rule : kWordRules) {
    const std::string name = "rule-" + std::string(rule.name);
    Json list = rule.choices.empty() ? words_json(said(form, name)) : Json::array();
    if (!rule.choices.empty())
      for (const Choice& one : rule.choices)
        for (const auto& value : form.every(name))
          if (value.raw() == one.code) list.append(one.code);
    if (list.size() > 0) all.append(Json::object({{std::string(rule.name), list}}));
  }
  for (const Choice& rule : kFlagRules) {
    const std::string word = said(form, "rule-" + std::string(rule.code));
    if (word == "yes" || word == "no")
      all.append(Json::object({{std::string(rule.code), word == "yes"}}));
  }
  if (all.size() == 0) return {};
  return all.size() == 1 ? all.if_array()->front() : Json::object({{"all", all}});
}

// The same conditions in another order are the same rule.
std::string sorted_text(const Json& flat) {
  std::vector<std::string> lines;
  for (const JsonMember& member : *flat.if_object()) {
    std::vector<std::string> words;
    if (const JsonArray* items = member.value.if_array())
      for (const Json& item : *items) words.push_back(to_text(item));
    std::ranges::sort(words);
    lines.push_back(member.key + "=" + (words.empty() ? to_text(member.value) : join(words, ",")));
  }
  std::ranges::sort(lines);
  return join(lines, ";");
}

bool is_same_rule(const Json* a, const Json& b) {
  const auto flat_a = a ? simple_of(*a) : std::nullopt, flat_b = simple_of(b);
  return flat_a && flat_b && sorted_text(*flat_a) == sorted_text(*flat_b);
}

void outline(const Json& rule, std::size_t level, std::string& out) {
  const JsonMember* member = only_member(rule);
  if (member == nullptr) return;
  out.append(level * 2, ' ');
  if (member->key == "all" || member->key == "any" || member->key == "not") {
    out += member->key == "not" ? "not\n" : member->key + " of\n";
    if (const JsonArray* items = member->value.if_array())
      for (const Json& item : *items) outline(item, level + 1, out);
    else
      outline(member->value, level + 1, out);
    return;
  }
  if (member->key == "age") {
    out += "age";
    if (const Json* least = member->value.find("min")) out += " from " + to_text(*least);
    if (const Json* most = member->value.find("max")) out += " to " + to_text(*most);
  } else if (const bool* flag = member->value.if_bool()) {
    out += member->key + ": " + (*flag ? "yes" : "no");
  } else {
    out += member->key + ": " + words_text(member->value);
  }
  out += '\n';
}

struct Line {
  std::size_t level = 0, number = 0;
  std::string text;
};

Result<Json> read_condition(const Line& line) {
  const auto wrong = [&] {
    return fail(ErrorKind::kInvalid, "is no rule", "line " + std::to_string(line.number),
                "Write lines such as \"age from 18\", \"gender: female\" or \"dependants: yes\"");
  };
  if (line.text.starts_with("age ")) {
    Json range = Json::object();
    const auto words = split(line.text.substr(4), ' ');
    for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
      const auto years = to_integer(words[i + 1]);
      if (!years || (words[i] != "from" && words[i] != "to")) return wrong();
      range.set(words[i] == "from" ? "min" : "max", *years);
    }
    if (range.size() == 0 || words.size() % 2 != 0) return wrong();
    return Json::object({{"age", range}});
  }
  const std::size_t colon = line.text.find(':');
  if (colon == std::string::npos) return wrong();
  const std::string name(trim(line.text.substr(0, colon)));
  const std::string value(trim(line.text.substr(colon + 1)));
  if (value == "yes" || value == "no") return Json::object({{name, value == "yes"}});
  return Json::object({{name, words_json(value)}});
}

Result<Json> read_lines(const std::vector<Line>& lines, std::size_t& at) {
  const Line& line = lines[at++];
  const bool is_group = line.text == "all of" || line.text == "any of" || line.text == "not";
  if (!is_group) return read_condition(line);
  Json items = Json::array();
  while (at < lines.size() && lines[at].level > line.level) {
    if (lines[at].level != line.level + 1)
      return fail(ErrorKind::kInvalid, "stands too far to the right",
                  "line " + std::to_string(lines[at].number), "Use two spaces for each level");
    items.append(TRY(read_lines(lines, at)));
  }
  if (items.size() == 0 || (line.text == "not" && items.size() != 1))
    return fail(ErrorKind::kInvalid, "needs its conditions below it",
                "line " + std::to_string(line.number), "Write them two spaces to the right");
  if (line.text == "not") return Json::object({{"not", items.if_array()->front()}});
  return Json::object({{line.text.substr(0, 3), items}});
}

}  // namespace

std::string outline_of(const Json& rule) {
  std::string text;
  outline(rule, 0, text);
  return text;
}

Result<Json> rule_from_outline(std::string_view text) {
  std::vector<Line> lines;
  std::size_t number = 0;
  for (const std::string_view raw : split(text, '\n')) {
    ++number;
    const std::string line = to_lower_ascii(trim(raw));
    if (line.empty()) continue;
    const std::size_t spaces = raw.find_first_not_of(' ');
    lines.push_back({spaces / 2, number, line});
  }
  if (lines.empty()) return Json();
  std::size_t at = 0;
  Json rule = TRY(read_lines(lines, at));
  if (at < lines.size())
    return fail(ErrorKind::kInvalid, "belongs to nothing above it",
                "line " + std::to_string(lines[at].number), "Begin with \"all of\" or \"any of\"");
  TRY(check_rule(rule));
  return rule;
}

void write_rule(Markup& out, const Json& body, std::span<const html::FieldError> errors) {
  const Words t = out.words();
  const Json* rule = body.find("eligibility_rule");
  const std::string_view typed = text_of(body, "eligibility_rule");  // came back with an error
  const std::optional<Json> flat = rule ? simple_of(*rule) : std::optional(Json::object());
  html::heading(out, 2, t("Who can come"));
  if (rule && typed.empty()) html::paragraph(out, t("In words: {0}", {describe_rule(*rule, t)}));
  const bool simple = flat && typed.empty();
  if (simple) write_simple(out, *flat, errors);
  const auto write_outline = [&] {
    const std::string text = !typed.empty()    ? std::string(typed)
                             : simple || !rule ? std::string()
                                               : outline_of(*rule);
    html::text_area(
        out, {.words = {.name = "rule-outline",
                        .label = t("The rules as an outline"),
                        .hint = t("One condition a line, two spaces for each level: \"all of\", "
                                  "\"any of\", \"not\"; age from 18 to 24; gender: female, male, "
                                  "transgender, nonbinary; trafficking: sex, labor; immigration: "
                                  "citizen, permanent, visa, none; county: 36029; state: NY; "
                                  "dependants, pets, veteran, disability, pregnant: yes or no."),
                        .error = html::error_of(errors, "rule-outline")},
              .value = text,
              .rows = 8,
              .max_length = 8000});
  };
  if (!simple) return write_outline();
  html::accordion_item(out, {.title = t("Rules with alternatives"), .heading_level = 3}, [&] {
    html::paragraph(out, t("What you write here replaces the fields above."));
    write_outline();
  });
}

void read_rule(const http::Fields& form, Words t, Json& body,
               std::vector<html::FieldError>& errors) {
  const std::string text = form.get("rule-outline").raw();
  const bool had_fields = form.has("rule-min");
  Json rule;
  if (!trim(text).empty()) {
    auto read = rule_from_outline(text);
    if (!read) {
      errors.push_back({"rule-outline", read.error().describe()});
      body.set("eligibility_rule", text);
      return;
    }
    rule = std::move(*read);
  } else if (had_fields) {
    rule = simple_rule(form, t, errors);
  }
  if (rule.is_null())
    body.erase("eligibility_rule");
  else if (!is_same_rule(body.find("eligibility_rule"), rule))
    body.set("eligibility_rule", std::move(rule));
}

}  // namespace daybreak::directory::desk
