// SPDX-License-Identifier: AGPL-3.0-or-later
// Indicator lenses: of which program's file the cases are, and what a case must show to count in an
// assessment. Those of the program are data, data/threat/lenses.csv, each with its source; analysts
// add their own, kept with every version. A report holds the whole lens that it was made with.
// Values; the built-in ones are read once; safe to use from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "db/connection.hpp"
#include "language/language.hpp"
#include "language/words.hpp"

namespace daybreak::threat {

// Whose records are looked at: Wage and Hour cases, OSHA inspections, H-2A and H-2B applications.
enum class Program : std::uint8_t { kWages, kSafety, kFarmVisas, kOtherVisas };
inline constexpr std::size_t kPrograms = 4;
std::string_view code_of(Program program);  // "whd", "osha", "h2a", "h2b"
std::optional<Program> program_from(std::string_view code);
std::string_view program_words(Program program, language::Words t);

// A serious kind that a program's file tells of a case: how many violations of it, or whether the
// case is of it.
struct Kind {
  std::string_view code;
  language::MessageId words;  // "H-2A violations"
};
inline constexpr std::size_t kMostKinds = 7;
std::span<const Kind> kinds_of(Program program);

// One condition of a lens. `field` counts from the fields that every program has: violations, money
// (dollars), money a worker (dollars); then the program's kinds.
inline constexpr std::size_t kCommonFields = 3;
struct Condition {
  std::size_t field = 0;
  std::int64_t least = 1;
};

struct Lens {
  std::string code;
  std::int64_t version = 0;  // 0: as it came with the program
  Program program = Program::kWages;
  std::string fields;  // "h2a+h2b", "wages_per_worker>=1000"; one condition is enough
  std::string title, title_spanish, source, as_of;
  std::vector<Condition> conditions;  // of `fields`

  std::string_view title_in(language::Language language) const {
    return language == language::Language::kSpanish ? title_spanish : title;
  }
  // Of which certified positions the cases can be a part.
  bool by_farm_positions() const;
  bool by_other_positions() const;
  bool operator==(const Lens& other) const;
};

// The names that `fields` may use.
std::vector<std::string_view> field_names(Program program);
// Checks the texts and reads `fields`; the place of the error names the member that is wrong.
Result<Lens> checked(Lens lens);
Json to_json(const Lens& lens);
// A lens, or the code of a built-in one.
Result<Lens> parse_lens(const Json& json);

// Reads a list of lenses; names the line and field that is wrong.
Result<std::vector<Lens>> parse_lenses(std::string_view csv);
// Those of the program, "any" first.
std::span<const Lens> built_in_lenses();
const Lens& any_violation();

// ---- those of the store ----

struct LensVersion {
  Lens lens;
  bool retired = false;
  std::string changed_by;  // empty: built in
  Instant changed_at{};
};
// The newest version of each that is in use, built-in ones first.
Result<std::vector<Lens>> lenses(db::Connection& c);
// kNotFound names the code.
Result<Lens> find_lens(db::Connection& c, std::string_view code);
// Every version, newest first; the built-in one last.
Result<std::vector<LensVersion>> lens_history(db::Connection& c, std::string_view code);
// Writes a next version. Fails with kConflict when `lens.version` is not the newest one; returns
// the new number.
Result<std::int64_t> change_lens(db::Connection& c, const Lens& lens, bool retired,
                                 std::string_view changed_by, Instant now);

}  // namespace daybreak::threat
