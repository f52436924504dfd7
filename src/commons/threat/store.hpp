// SPDX-License-Identifier: AGPL-3.0-or-later
// The SQL of the official files: loads, their rows, refused rows, totals. Functions on a connection
// of the caller's transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commons/threat/layout.hpp"
#include "commons/threat/record.hpp"
#include "db/database.hpp"
#include "db/migration.hpp"

namespace daybreak::threat::store {

db::ModuleMigrations migrations();

struct Load {
  std::int64_t id = 0;
  std::string dataset, program, slice, name, digest, state, notes;
  std::optional<int> fiscal_year;
  std::optional<std::string> as_of;
  std::int64_t files = 1, rows_in = 0, rows_kept = 0, rows_rejected = 0, values_set_aside = 0;
};

// The load of a dataset with this digest, in whatever state.
Result<std::optional<Load>> find_load(db::Connection& c, std::string_view dataset,
                                      std::string_view digest);
Result<std::int64_t> begin_load(db::Connection& c, const Load& load, Instant now);

struct RefusedRow {
  std::string file;
  std::uint64_t line = 0;
  Refusal refusal;
  bool whole_row = true;
};
// Adds rows and what was counted so far, so that a load can go on after a break.
Result<void> add_rows(db::Connection& c, const Load& load, const Batch& batch,
                      const std::vector<RefusedRow>& refused);
// The rows of one piece, at most Batch::kRowsPerInsert; a whole piece is one statement.
Result<void> insert_rows(db::Connection& c, const Batch::Piece& piece);
// Makes the load current and what it replaces superseded, or superseded itself when a newer one of
// the same slice is there. Returns the state it got.
Result<std::string> finish_load(db::Connection& c, const Load& load);
// Deletes the rows of a load; the load itself too when it never became whole.
Result<void> drop_rows(db::Connection& c, std::int64_t load);
Result<void> forget_load(db::Connection& c, std::int64_t load);

// Loads that lost their place and still have rows.
Result<std::vector<std::int64_t>> superseded_with_rows(db::Connection& c);

struct Total {
  Load load;  // summed over the current loads of one dataset and fiscal year
  std::int64_t primary_cases = 0, certified_workers = 0;
};
// Of current loads, by program, dataset and fiscal year.
Result<std::vector<Total>> totals(db::Connection& c);
Result<std::vector<Load>> superseded(db::Connection& c);
Result<std::vector<RefusedRow>> refused_rows(db::Connection& c, std::int64_t load,
                                             std::int64_t most);

}  // namespace daybreak::threat::store
