// SPDX-License-Identifier: AGPL-3.0-or-later
// Templates in their editions: those that came with the program, and the agency's own, which are
// made by filling forms. An edition never changes; drafts keep the one they were begun with. Safe
// to use from any thread.
#pragma once

#include <memory>
#include <mutex>

#include "commons/library/drafts/model.hpp"
#include "commons/library/register/register.hpp"
#include "db/database.hpp"
#include "trust/gatekeeper.hpp"

namespace daybreak::library::drafts {

db::ModuleMigrations migrations();

using documents::Template;

// A template of the agency while it is written: texts as they stand in the form, right or wrong.
struct WorkField {
  std::string id, kind, label_en, label_es, hint_en, hint_es, choices, after, when;
  bool required = false;
};
struct WorkClause {
  std::string text_en, text_es, when, signatures;
  bool bullet = false;
};
struct WorkSection {
  std::string heading_en, heading_es, when;
  std::vector<WorkClause> clauses;
};
struct Work {
  std::string id;
  std::string title_en, title_es, purpose_en, purpose_es;
  std::vector<WorkField> fields;
  std::vector<WorkSection> sections;
  documents::Effect effect;
};
// A template file of it (data/library/documents/README.md), of that version.
std::string to_file(const Work& work, std::string_view version);
// The same from a template that is in use, to start another from.
Work work_of(const Template& made);

struct OwnTemplate {
  Work work;
  std::string digest;  // of the edition in use; empty: none yet
  bool retired = false;
  std::int64_t revision = 0;
};

class Editions {
 public:
  Editions(db::Database& database, const Clock& clock, Register& facts)
      : database_(database), clock_(clock), facts_(facts), gatekeeper_(database, clock) {}

  // What can be begun now: shipped ones, then the agency's own.
  Result<std::vector<Template>> current();
  // kNotFound for an unknown one.
  Result<Template> current(std::string_view id);
  // The edition with this digest, also one that is no longer in use. kCorrupt when its bytes do not
  // have that digest.
  Result<Template> find(db::Connection& connection, std::string_view digest);
  Result<Template> find(std::string_view digest);
  // In the caller's write: remembers this edition.
  Result<void> keep(db::Connection& connection, const Template& made);

  // The agency's own templates, for those who make them.
  Result<std::vector<OwnTemplate>> own(const trust::Actor& actor);
  Result<OwnTemplate> own(const trust::Actor& actor, std::string_view id);
  // What is written so far, right or wrong. kConflict when another changed it since `revision`.
  Result<void> save(const trust::Actor& actor, const Work& work, std::int64_t revision);
  // What stands in the way of using it; the place names question, section or clause.
  Result<Template> check(const Work& work);
  // Puts it into use as a new edition of today. Drafts keep theirs.
  Result<Template> publish(const trust::Actor& actor, std::string_view id);
  // Nobody can begin it any more; drafts keep theirs.
  Result<void> retire(const trust::Actor& actor, std::string_view id);
  bool may(const trust::Actor& actor, std::string_view action) const;

 private:
  // All when `id` is empty.
  Result<std::vector<OwnTemplate>> load(db::Connection& connection, std::string_view id);
  Result<void> permit(const trust::Actor& actor, std::string_view action, std::string_view id);

  db::Database& database_;
  const Clock& clock_;
  Register& facts_;
  trust::Gatekeeper gatekeeper_;
};

}  // namespace daybreak::library::drafts
