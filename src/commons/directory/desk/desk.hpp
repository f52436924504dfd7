// SPDX-License-Identifier: AGPL-3.0-or-later
// The desk of those who keep the directory: finding, reading, editing and verifying records, their
// history with undo, what others proposed, what may be there twice, imports, and the words of the
// search. Every page asks the policy, every change and denial is in the audit log, and who is not
// cleared for confidential places meets none of their parts here. Routes only; all of Office must
// outlive the router.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>

#include "commons/directory/search/needs.hpp"
#include "commons/directory/service.hpp"
#include "db/migration.hpp"
#include "http/router.hpp"
#include "trust/gatekeeper.hpp"
#include "trust/members.hpp"
#include "visit/visit.hpp"

namespace daybreak::directory::desk {

struct Office {
  visit::Visits& visits;
  Directory& directory;
  trust::Members& members;
  trust::Gatekeeper& gatekeeper;
  const search::NeedTree& needs;
  const Clock& clock;
  Random& random;
  std::filesystem::path folder;     // the data directory: uploaded files wait there
  std::function<void()> use_words;  // called after the words of the search were changed
};

// The groups of words that people here added to the search, for Index::set_synonyms.
Result<std::vector<std::vector<std::string>>> words_of_search(Directory& directory);

// The record that a merged one became part of, so that its old address still leads somewhere.
Result<std::optional<Uuid>> merged_into(Directory& directory, const Uuid& gone);

// "/directory…": for members only.
void add_routes(http::Router& router, const Office& office);

}  // namespace daybreak::directory::desk
