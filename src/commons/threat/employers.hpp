// SPDX-License-Identifier: AGPL-3.0-or-later
// One employer from many spellings across the Wage and Hour, OSHA and labor certification files.
// Associations and labor contractors are never the same as a worksite employer. The probability of
// each link is kept with its reasons; a person's decision overrides the engine and outlives new
// imports. Counts of employers in assessments use it once it was run. Blocking; one link_employers
// at a time per store.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "db/database.hpp"

namespace daybreak::threat {

enum class EmployerRole : std::uint8_t { kWorksite, kAssociation, kContractor };
std::string_view code_of(EmployerRole role);  // "worksite", "association", "contractor"
EmployerRole role_from(std::string_view code);
// A pair more likely than this needs nobody's look.
inline constexpr double kSurePair = 0.95;

// A firm as one program writes it.
struct Spelling {
  std::string program;  // "WHD", "OSHA", "OFLC"
  EmployerRole role = EmployerRole::kWorksite;
  std::string trade_name, legal_name, city, state, zip;
  std::int64_t records = 0;
  std::string key() const;      // of all but the records, in hexadecimal
  std::string raw_key() const;  // its 16 bytes
};

struct LinkRun {
  Instant at{};
  std::int64_t spellings = 0, links = 0, employers = 0, decisions = 0;
  double completeness = 1;  // share of all links that blocking is estimated to have found
  std::string digest;       // of which spelling is of which employer
};

struct LinkEmployersOptions {
  int threads = 1;
  // Called from the thread of link_employers when a stage begins or is further.
  std::function<void(std::string_view stage, double share)> progress = [](std::string_view,
                                                                          double) {};
};

// Links the files of the store anew and applies every decision. Fails with kNotFound when there is
// no firm in it.
Result<LinkRun> link_employers(db::Database& database, const Clock& clock,
                               const LinkEmployersOptions& options = {});
// The last run; nothing when there was none.
Result<std::optional<LinkRun>> last_link_run(db::Connection& c);

struct EmployerPair {
  std::string a, b;  // keys, a < b
  double probability = 0;
  Json reasons;  // [{field, finding, bits, words, only_a, only_b}], strongest first
};
// Undecided pairs whose probability lies between `least` and `most`, the least certain first.
Result<std::int64_t> count_to_review(db::Connection& c);
Result<std::optional<EmployerPair>> pair_to_review(db::Connection& c, std::int64_t skip);
Result<std::optional<EmployerPair>> find_pair(db::Connection& c, std::string_view a,
                                              std::string_view b);
Result<std::optional<Spelling>> find_spelling(db::Connection& c, std::string_view key);

// Writes a decision down and gives the spellings concerned their employers anew. kNotFound when one
// of the keys is unknown.
Result<void> decide_pair(db::Connection& c, std::string_view a, std::string_view b, bool same,
                         Instant now);

// The employer of each Wage and Hour spelling, by key; empty before the first run.
Result<std::unordered_map<std::string, std::string>> employers_of_cases(db::Connection& c);

}  // namespace daybreak::threat
