// SPDX-License-Identifier: AGPL-3.0-or-later
// The facts register in the store: the edition that came with the program, and what staff say
// otherwise since. Everything that quotes a fact asks library() at each use, so that a correction
// reaches page, card, poster, document and copy at once. Safe to use from any thread.
#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "commons/library/check.hpp"
#include "commons/library/model.hpp"
#include "db/database.hpp"
#include "db/migration.hpp"
#include "trust/gatekeeper.hpp"

namespace daybreak::library {

db::ModuleMigrations register_migrations();

// One change of one fact: what it said, what it says, and why.
struct RegisterChange {
  std::int64_t number = 0;
  std::optional<Fact> before;  // nothing: the fact was new
  Fact after;
  std::string reason;
  Instant at;
  bool shipped_since = false;  // the program's own edition of this fact changed after it
};

class Register {
 public:
  // `shipped` must outlive it.
  Register(db::Database& database, const Clock& clock, const Library& shipped)
      : database_(database), clock_(clock), shipped_(shipped), gatekeeper_(database, clock) {}

  // The library as it stands now. When the store cannot be read, as it last stood.
  std::shared_ptr<const Library> library();

  // The newest first; all facts when `fact` is empty.
  Result<std::vector<RegisterChange>> changes(std::string_view fact = {}, int most = 200);

  struct Correction {
    Fact fact;                         // whole; its id says which
    std::optional<Source> new_source;  // to be listed with it; gets its id here
    std::string reason;                // shown to everyone beside the difference
    std::int64_t after_change = 0;     // number of the fact's last change that the writer saw
  };
  // Puts a fact into force. kInvalid names the field ("es", "source", …) and says what is wrong,
  // also when a page would no longer fit or read plainly; kConflict when another changed it
  // meanwhile.
  Result<RegisterChange> save(const trust::Actor& actor, Correction correction);

  bool may(const trust::Actor& actor, std::string_view action) const;
  Date today() const { return Date(std::chrono::floor<std::chrono::days>(clock_.now())); }

 private:
  Result<std::shared_ptr<const Library>> read();
  Result<void> check(const Library& now, const Correction& correction) const;

  db::Database& database_;
  const Clock& clock_;
  const Library& shipped_;
  trust::Gatekeeper gatekeeper_;
  std::mutex mutex_;
  std::shared_ptr<const Library> last_;
  std::int64_t last_number_ = -1;
};

}  // namespace daybreak::library
