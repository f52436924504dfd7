// SPDX-License-Identifier: AGPL-3.0-or-later
// The SQL of the desk beyond that of the directory: archived records, decisions on proposals,
// merges, synonyms, imports. Functions take the connection of a read or write. Any thread, as the
// connection allows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commons/directory/store.hpp"

namespace daybreak::directory::desk::papers {

// For db::migrate, after the directory's own.
db::ModuleMigrations migrations();

Result<std::vector<Uuid>> archived(db::Connection& c, Entity entity);

// What became of one field of a proposal.
struct Decision {
  std::string path;
  bool taken = false;
  std::string reason, who;
  Instant at{};
};
Result<void> put_decision(db::Connection& c, const Uuid& proposal, const Decision& decision);
Result<std::vector<Decision>> decisions(db::Connection& c, const Uuid& proposal);

// Two records that were found to be the same thing: `gone` was archived, what pointed to it points
// to `kept`.
struct Merge {
  Uuid id, kept, gone;
  Entity entity = Entity::kService;
  Instant at{};
  std::string who;
  std::vector<std::pair<Entity, Uuid>> moved;  // records whose links were changed
  std::int64_t kept_revision = 0;              // of the kept record, after the merge
  bool undone = false;
};
Result<void> put_merge(db::Connection& c, const Merge& merge);
Result<void> mark_undone(db::Connection& c, const Uuid& merge);
Result<std::vector<Merge>> merges(db::Connection& c, std::size_t limit);
Result<std::optional<Merge>> merge(db::Connection& c, const Uuid& id);
// The record that stands where this one was, over merges of merges.
Result<std::optional<Uuid>> kept_of(db::Connection& c, const Uuid& gone);
// kConflict when somebody decided already.
Result<void> decide_duplicate(db::Connection& c, const Uuid& first, const Uuid& second,
                              std::string_view state);
Result<void> reopen_duplicate(db::Connection& c, const Uuid& first, const Uuid& second);

struct SynonymGroup {
  Uuid id;
  std::vector<std::string> words;
  Instant modified{};
};
Result<std::vector<SynonymGroup>> synonyms(db::Connection& c);
Result<void> put_synonyms(db::Connection& c, const SynonymGroup& group);
Result<void> remove_synonyms(db::Connection& c, const Uuid& id);

// A file that was uploaded, what is known of it, and what came of it.
struct Import {
  Uuid id;
  std::string file_name, source, licence, mapping;  // mapping: the name of a saved one, or empty
  std::string state;                                // "uploaded", "tried", "done", "failed"
  std::string who;
  Instant created{};
  Json report;
};
Result<void> put_import(db::Connection& c, const Import& import);
Result<std::optional<Import>> import(db::Connection& c, const Uuid& id);
Result<std::vector<Import>> imports(db::Connection& c, std::size_t limit);

}  // namespace daybreak::directory::desk::papers
