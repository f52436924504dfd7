// SPDX-License-Identifier: AGPL-3.0-or-later
// Looks through the whole directory for what a coordinator should know: overdue verifications,
// services nobody can reach or place, things that may be there twice, and hidden texts that stand
// in something a lower audience sees. One thread.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "commons/directory/service.hpp"

namespace daybreak::directory {

struct CheckReport {
  std::vector<std::pair<std::string, std::uint64_t>> counts;  // in the order to show them
  std::vector<std::string>
      leaks;  // "service <id>: public text holds a hidden address"; never the text itself
};

Result<CheckReport> check_directory(Directory& directory, Instant now);
Json to_json(const CheckReport& report);

// Address lines and phone numbers, over all records, that this audience must not see.
Result<std::vector<std::string>> texts_hidden_from(Directory& directory, const Audience& audience);

// A service is overdue when nobody confirmed it within this time: 90 days for what is open day and
// night, 180 for the rest.
bool is_overdue(const Json& service, Instant now);

}  // namespace daybreak::directory
