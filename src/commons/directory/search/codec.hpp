// SPDX-License-Identifier: AGPL-3.0-or-later
// A record as bytes, as the word index keeps it beside its terms, so that a start needs nothing
// else. Internal to the search index. Pure functions.
#pragma once

#include "base/result.hpp"
#include "commons/directory/search/record.hpp"

namespace daybreak::directory::search {

// Changes with every change of the layout; an index of another layout is filled again.
constexpr std::string_view kCodecVersion = "record-1";

// Without the searched texts, which are in the terms already.
std::string encode(const Record& record);
// Fails with kCorrupt when the bytes are not what encode wrote.
Result<Record> decode(std::string_view bytes);

}  // namespace daybreak::directory::search
