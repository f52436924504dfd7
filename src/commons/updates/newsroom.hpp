// SPDX-License-Identifier: AGPL-3.0-or-later
// What every service of updates/ works with, and the links that its mails carry. All members must
// outlive the services. Plain value.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.hpp"
#include "db/database.hpp"
#include "db/migration.hpp"
#include "trust/sealing.hpp"

namespace daybreak::updates {

db::ModuleMigrations migrations();

struct Newsroom {
  db::Database& database;
  const trust::NodeKey& key;
  const Clock& clock;
  Random& random;
  std::string site;       // "https://resources.example.org", without a slash at its end
  std::string site_name;  // neutral
  // A survivor's story where this use ("site", "mail") is allowed now, else nothing. Issues hold
  // only its id, so that what is withdrawn is gone from all of them.
  std::function<std::optional<std::string>(const Uuid& story, std::string_view language,
                                           std::string_view use)>
      story = {};
};

// An address with the token of its links, as one sealed text bound to `owner` (a subscriber's id,
// or "topic:member"). The token never changes, so that old mails' links go on working.
struct Sealed {
  std::string address;
  Secret<std::string> token;
};
std::string seal(const Newsroom& room, const Sealed& plain, std::string_view owner);
Result<Sealed> open(const Newsroom& room, std::string_view sealed, std::string_view owner);
// Finds an address without telling it.
std::string hash_of_address(const Newsroom& room, std::string_view address);

}  // namespace daybreak::updates
