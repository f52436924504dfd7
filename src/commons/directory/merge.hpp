// SPDX-License-Identifier: AGPL-3.0-or-later
// Differences between two forms of a record, field by field, and the three-way merge that keeps a
// person's edit when a source is read again. Lists of things with ids are matched by id, whatever
// their order. Pure functions, any thread.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "commons/directory/record.hpp"

namespace daybreak::directory {

// `path` reads "phones[1554f2e2-…].number"; null stands for "not there".
struct FieldChange {
  std::string path;
  Json before;
  Json after;
  bool operator==(const FieldChange&) const = default;
};

std::vector<FieldChange> differences(const Json& before, const Json& after);

struct Merged {
  Json value;
  // What the source changed that a person had changed differently: ours stays, theirs is proposed.
  std::vector<FieldChange> conflicts;  // before: ours, after: theirs
};
// `base` is what the source said last time, `ours` what stands now, `theirs` what it says now.
Merged merge(const Json& base, const Json& ours, const Json& theirs);

// What a source says now, with what it does not say taken from `base`.
Json completed(const Json& base, const Json& theirs, Completeness completeness, Entity entity);

// Sets one field by its path. Fails with kConflict when the list item it names is gone.
Result<void> apply_change(Json& value, const FieldChange& change);

Json to_json(const std::vector<FieldChange>& changes);
std::vector<FieldChange> changes_from_json(const Json& list);

}  // namespace daybreak::directory
