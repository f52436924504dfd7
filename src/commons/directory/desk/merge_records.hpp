// SPDX-License-Identifier: AGPL-3.0-or-later
// Records that may be the same thing twice: finding them, merging two, taking a merge back. A merge
// loses nothing: the kept record takes what a person chose, what pointed to the other points to it,
// the other is archived. Every step asks the policy and stands in history and audit log. Any
// thread.
#pragma once

#include "commons/directory/desk/access.hpp"
#include "commons/directory/desk/store.hpp"

namespace daybreak::directory::desk {

// Looks through organisations and services by name, telephone and address, and queues pairs that
// nobody decided on yet. How many were found.
Result<std::size_t> find_candidates(Directory& directory);

struct Pair {
  store::DuplicateCandidate candidate;
  Seen first, second;
};
// The pairs that wait and that this member may decide on.
Result<std::vector<Pair>> open_pairs(const Office& office, const trust::Actor& actor);

// What of `gone` differs from `kept` and could be taken: changes of the kept record. What `gone`
// does not say is no difference.
std::vector<FieldChange> offered(const Json& kept, const Json& gone);

// Merges; fails with kConflict when one of them was changed meanwhile.
Result<void> merge_pair(const Office& office, const trust::Actor& actor, const Seen& kept,
                        const Seen& gone, const std::vector<FieldChange>& taken);
Result<void> keep_apart(const Office& office, const trust::Actor& actor, const Uuid& first,
                        const Uuid& second);
// Takes the gone record back, with what pointed to it, and what the kept one took over, where that
// still stands as it was.
Result<void> unmerge(const Office& office, const trust::Actor& actor, const Uuid& merge);

}  // namespace daybreak::directory::desk
