// SPDX-License-Identifier: AGPL-3.0-or-later
// Makes a demonstration data directory for the browser tests: the store's mark and one invited
// administrator whose account the tests set up in the browser. Prints the invitation's token.
//   e2e_seed DIRECTORY
#include <filesystem>
#include <fmt/format.h>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "db/database.hpp"
#include "db/migration.hpp"
#include "trust/members.hpp"
#include "trust/migrations.hpp"

namespace {

using namespace daybreak;

Result<std::string> seed(const std::filesystem::path& folder) {
  const SystemClock clock;
  SystemRandom random;
  std::filesystem::create_directories(folder);
  const auto database = TRY(db::Database::open("sqlite:" + (folder / "commons.db").string()));
  TRY(db::migrate(*database, trust::commons_migrations(), clock));
  TRY(database->write([](db::Connection& connection) {
    return trust::mark_store(connection, "demonstration", "browser tests");
  }));
  const trust::NodeKey key = TRY(trust::NodeKey::load_or_create(folder, random));
  trust::Members members({*database, key, clock, random});
  const trust::Invitation invitation =
      TRY(members.initialize("Example Task Force", trust::OrganizationKind::kTechnicalAssistance,
                             "Casey Example", "casey@example.org"));
  return invitation.token.reveal();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto token = seed(argv[1]);
  if (!token) {
    fmt::print(stderr, "{}\n", token.error().describe());
    return 1;
  }
  fmt::print("{}\n", *token);
  return 0;
}
