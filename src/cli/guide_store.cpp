// SPDX-License-Identifier: AGPL-3.0-or-later
#include "cli/guide_store.hpp"

#include <array>

#include "base/random.hpp"
#include "commons/directory/check.hpp"
#include "commons/directory/service.hpp"
#include "db/database.hpp"
#include "db/migration.hpp"

namespace daybreak::cli {
namespace {

Result<directory::Audience> audience_of(std::string_view name) {
  if (name == "public") return directory::Audience::everyone();
  if (name == "task_force") return directory::Audience::task_force();
  return fail(ErrorKind::kInvalid, "the audience is public or task_force", "--audience");
}

}  // namespace

Result<StoredServices> read_store(const std::string& url, std::string_view audience_name,
                                  const guide::HsdsReading& reading) {
  const directory::Audience audience = TRY(audience_of(audience_name));
  const auto database = TRY(db::Database::open({.url = url, .create_if_missing = false}));
  const std::array modules{directory::store::migrations()};
  TRY(db::check_migrated(*database, modules));
  const SystemClock clock;
  SystemRandom random;
  directory::Directory services(*database, clock, random);
  StoredServices read;
  TRY(services.each_bundle(audience, [&](std::vector<directory::Bundle> bundles) -> Result<void> {
    for (const directory::Bundle& bundle : bundles) {
      auto entry = TRY(guide::entry_from_hsds(directory::nested(bundle), reading));
      if (entry) read.entries.push_back(std::move(*entry));
    }
    return {};
  }));
  read.hidden = TRY(directory::texts_hidden_from(services, audience));
  return read;
}

}  // namespace daybreak::cli
