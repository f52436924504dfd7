// SPDX-License-Identifier: AGPL-3.0-or-later
// A document that partners fill in: questions, and sections of clauses that stand or fall with the
// answers. Made by writing a file of data/library/documents (its README says how), not by code.
// Plain values, safe to share between threads.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/embedded.hpp"
#include "base/result.hpp"
#include "commons/library/documents/condition.hpp"
#include "commons/library/model.hpp"

namespace daybreak::library::documents {

enum class FieldKind : std::uint8_t { kText, kLong, kLines, kDate, kNumber, kChoice, kYesNo };

struct Choice {
  std::string id;
  Both words;
};

struct Field {
  std::string id;
  FieldKind kind = FieldKind::kText;
  Both label, hint;
  std::vector<Choice> choices;
  bool required = false;
  std::string after;  // a date field: the date field that must not be later
  Condition when;
};

// One paragraph. Its text may hold {id} for the answer to a field, {fact:id} for the sentence of a
// fact of the register and {value:id} for its value. In a list, `bullet` is set.
struct Clause {
  Both text;
  Condition when;
  bool bullet = false;
  std::string signatures;  // instead of text: a place to sign for each line of this field
};

struct Section {
  Both heading;
  Condition when;
  std::vector<Clause> clauses;
};

// Which answers become rules: the ids of the questions that name them; empty: none.
struct Effect {
  std::string parties;   // a line for each; they sign in this order
  std::string contacts;  // a role for each party, in the same order
  std::string purposes;  // what they do together
  std::string from, until;
};

struct Template {
  std::string id;
  std::string version;  // a date; drafts are pinned to it and to the digest
  std::string digest;   // of the file's bytes
  std::string content;  // those bytes
  Both title, purpose;
  std::vector<Field> fields;  // in the order they are asked
  std::vector<Section> sections;
  Effect effect = {};

  const Field* field(std::string_view id) const;
};

// Fails with kInvalid, naming file, line and entry: an unknown key, a word that is no field, a
// condition that cannot be read, fields whose conditions or dates wait for each other in a circle
// (the circle is named), more than anybody could answer.
Result<Template> read_template(const std::string& name, std::string_view content);

// The ids of the facts that its clauses quote, each once.
std::vector<std::string> quoted_facts(const Template& made);

// All templates in this program, by id. Throws when one cannot be read: a test holds it to that.
const std::vector<Template>& built_in_templates();
const Template* find_template(std::string_view id);

}  // namespace daybreak::library::documents
