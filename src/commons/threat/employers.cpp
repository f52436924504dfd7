// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/employers.hpp"

#include <algorithm>
#include <array>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "commons/threat/employer_groups.hpp"

namespace daybreak::threat {
namespace {

// Which pairs a person should look at.
constexpr double kLeastReview = 0.05, kMostReview = kSurePair;
constexpr std::array<std::string_view, 3> kRoles = {"worksite", "association", "contractor"};

Result<EmployerPair> read_pair(const db::Row& row) {
  return EmployerPair{row.text(0), row.text(1), row.number(2), TRY(parse_json(row.text(3)))};
}

constexpr std::string_view kToReview =
    "FROM threat_employer_pair p WHERE p.probability >= $1 AND p.probability <= $2 AND NOT EXISTS "
    "(SELECT 1 FROM threat_employer_decision d WHERE d.a = p.a AND d.b = p.b) ";

}  // namespace

EmployerRole role_from(std::string_view code) {
  const auto found = std::ranges::find(kRoles, code);
  return found == kRoles.end() ? EmployerRole::kWorksite
                               : static_cast<EmployerRole>(found - kRoles.begin());
}

std::string_view code_of(EmployerRole role) { return kRoles[static_cast<std::size_t>(role)]; }

std::string Spelling::key() const { return to_hex(raw_key()); }

std::string Spelling::raw_key() const {
  std::string all(program);
  for (const std::string_view part :
       {code_of(role), std::string_view(trade_name), std::string_view(legal_name),
        std::string_view(city), std::string_view(state), std::string_view(zip)}) {
    all += '\x1f';
    all += part;
  }
  constexpr std::size_t kBytes = 16;
  return sha256(all).substr(0, kBytes);
}

Result<std::optional<LinkRun>> last_link_run(db::Connection& c) {
  const auto row =
      TRY(c.query_one("SELECT at, spellings, links, completeness, digest FROM threat_employer_run "
                      "WHERE id = (SELECT max(id) FROM threat_employer_run)"));
  if (!row) return std::optional<LinkRun>();
  const auto counts = TRY(
      c.query_one("SELECT (SELECT count(DISTINCT employer) FROM threat_employer_spelling), (SELECT "
                  "count(*) FROM threat_employer_decision)"));
  return std::optional(LinkRun{row->instant(0), row->integer(1), row->integer(2),
                               counts->integer(0), counts->integer(1), row->number(3),
                               row->text(4)});
}

Result<std::int64_t> count_to_review(db::Connection& c) {
  return TRY(c.query_one("SELECT count(*) " + std::string(kToReview), {kLeastReview, kMostReview}))
      ->integer(0);
}

Result<std::optional<EmployerPair>> pair_to_review(db::Connection& c, std::int64_t skip) {
  const auto row =
      TRY(c.query_one("SELECT p.a, p.b, p.probability, p.reasons " + std::string(kToReview) +
                          "ORDER BY abs(p.probability - 0.5), p.a, p.b LIMIT 1 OFFSET "
                          "$3",
                      {kLeastReview, kMostReview, skip}));
  if (!row) return std::optional<EmployerPair>();
  return std::optional(TRY(read_pair(*row)));
}

Result<std::optional<EmployerPair>> find_pair(db::Connection& c, std::string_view a,
                                              std::string_view b) {
  const auto row = TRY(c.query_one(
      "SELECT a, b, probability, reasons FROM threat_employer_pair WHERE a = $1 AND b = $2",
      {a, b}));
  if (!row) return std::optional<EmployerPair>();
  return std::optional(TRY(read_pair(*row)));
}

Result<std::optional<Spelling>> find_spelling(db::Connection& c, std::string_view key) {
  const auto row = TRY(
      c.query_one("SELECT program, role, trade_name, legal_name, city, state, zip, records FROM "
                  "threat_employer_spelling WHERE key = $1",
                  {key}));
  if (!row) return std::optional<Spelling>();
  return std::optional(Spelling{row->text(0), role_from(row->text(1)), row->text(2), row->text(3),
                                row->text(4), row->text(5), row->text(6), row->integer(7)});
}

Result<void> decide_pair(db::Connection& c, std::string_view a, std::string_view b, bool same,
                         Instant now) {
  const auto [first, second] = std::minmax(a, b);
  for (const std::string_view key : {first, second})
    if (!TRY(find_spelling(c, key))) return fail(ErrorKind::kNotFound, "there is no such spelling");
  if (first == second)
    return fail(ErrorKind::kInvalid, "is one spelling", "pair", "Give two spellings");
  TRY(c.execute("DELETE FROM threat_employer_decision WHERE a = $1 AND b = $2", {first, second}));
  TRY(c.execute(
      "INSERT INTO threat_employer_decision (a, b, same, decided_at) VALUES ($1, $2, $3, $4)",
      {first, second, same, now}));
  return apply_decisions(c);
}

Result<std::unordered_map<std::string, std::string>> employers_of_cases(db::Connection& c) {
  std::unordered_map<std::string, std::string> employers;
  TRY(c.query_each("SELECT key, employer FROM threat_employer_spelling WHERE program = 'WHD'", {},
                   [&](const db::Row& row) -> Result<void> {
                     employers.emplace(row.text(0), row.text(1));
                     return {};
                   }));
  return employers;
}

}  // namespace daybreak::threat
