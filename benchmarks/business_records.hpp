// SPDX-License-Identifier: AGPL-3.0-or-later
// Makes business records whose truth is known: invented firms with chains and namesakes among them,
// and for each firm one to four records with typing errors, changed legal forms, trade names ("X
// LLC DBA Y"), dropped words, moved and missing addresses. The same seed gives the same bytes
// everywhere.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace daybreak::bench {

struct BusinessRecord {
  std::string name, street, city, state, zip;
  std::uint32_t firm = 0;
};

std::vector<BusinessRecord> make_business_records(std::size_t count, std::uint64_t seed);

}  // namespace daybreak::bench
