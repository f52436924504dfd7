// SPDX-License-Identifier: AGPL-3.0-or-later
// What a vault counts by itself: exact numbers of a few fixed questions, for the aggregate gate and
// for the organisation's own eyes. They stay here; only the gate may let a safe form of them out.
// Safe to use from any thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "vault/vault.hpp"

namespace daybreak::vault::counts {

enum class Question : std::uint8_t {
  kPeopleByStanding,    // "new", "continuing"
  kPeopleByAge,         // list age_group, "not_known"
  kServicesByCategory,  // list service_category
  kServicesByMode,      // list mode
};
std::optional<Question> question_from(std::string_view code);  // "people_by_standing", …

// How many for each code, from the first day to the last, both included.
Result<std::map<std::string, std::int64_t>> count(const Work& work, Question question, Date first,
                                                  Date last);

}  // namespace daybreak::vault::counts
