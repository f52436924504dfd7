// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside db/ only: reads migration texts word by word. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace daybreak::db {

struct SqlToken {
  enum class Kind { kWord, kSpace, kQuoted, kOther };  // comments are space
  Kind kind = Kind::kOther;
  std::string_view text;
  bool is(std::string_view upper_case_word) const;  // ignoring case; words only
};

// The whole text: the tokens' texts joined give it back.
std::vector<SqlToken> tokenize_sql(std::string_view sql);

// Fails when the text creates anything whose name does not start with "<module>_", or declares a
// deferred foreign key (it would be checked at the group's commit and spoil others' writes).
Result<void> check_migration_text(std::string_view sql, std::string_view module);

}  // namespace daybreak::db
