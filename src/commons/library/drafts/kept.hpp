// SPDX-License-Identifier: AGPL-3.0-or-later
// How drafts are written to the store and read from it. Internal to this folder.
#pragma once

#include "commons/library/drafts/drafts.hpp"

namespace daybreak::library::drafts {

inline constexpr std::size_t kLongestName = 200, kMostAnswerBytes = 256 * 1024,
                             kLargestCopy = 10 * 1024 * 1024, kMostParties = 60;
inline constexpr trust::Object kDraftObject{.type = "library_draft",
                                            .owner = {},
                                            .audience = trust::Audience::kTaskForce,
                                            .partners = {},
                                            .subject = {}};

std::string text_of(const documents::Answers& answers);
Result<Draft> draft_of(const db::Row& row);
Party party_of(const db::Row& row);
Result<void> insert_draft(db::Connection& connection, const Draft& draft);

// kInvalid with the field's name: empty, too long, not UTF-8, a control character.
Result<void> check_text(std::string_view field, std::string_view text, std::size_t most);
// That answers may be kept while they are incomplete: known questions, sizes, UTF-8.
Result<void> check_storable(const Template& made, const documents::Answers& answers);
// kInvalid when the document is past or before that state.
Result<void> must_be(const Draft& draft, State state);

}  // namespace daybreak::library::drafts
