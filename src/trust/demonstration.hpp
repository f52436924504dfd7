// SPDX-License-Identifier: AGPL-3.0-or-later
// Accounts for trying the program out. They exist only in a store marked as a demonstration, and
// sign in only from the same machine, with a password that is printed and the code 000000. A real
// node has none of this: a store that has members cannot become a demonstration.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "trust/members.hpp"

namespace daybreak::trust {

struct DemonstrationAccount {
  std::string email;
  std::string role;  // in words, for the list that is printed
};

inline constexpr std::string_view kDemonstrationPassword = "sunrise over four lakes";
inline constexpr std::string_view kDemonstrationCode = "000000";

// The accounts that seed_demonstration makes, in the order in which they are shown.
const std::vector<DemonstrationAccount>& demonstration_accounts();
bool is_demonstration_email(std::string_view email);

// Marks the store and makes organisations and accounts. kConflict when the store has members.
Result<void> seed_demonstration(Keeper keeper);
Result<bool> is_demonstration(db::Database& database);

}  // namespace daybreak::trust
