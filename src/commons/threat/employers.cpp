// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/employers.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>

#include "base/digest.hpp"
#include "commons/threat/employer_groups.hpp"
#include "stats/linkage/link.hpp"

namespace daybreak::threat {
namespace {

// What is kept of the engine's pairs, and what a person should look at.
constexpr double kKeep = 0.05, kLink = 0.5, kLeastReview = 0.05, kMostReview = 0.95;
constexpr std::array<std::string_view, 3> kRoles = {"worksite", "association", "contractor"};

EmployerRole role_from(std::string_view code) {
  const auto found = std::ranges::find(kRoles, code);
  return found == kRoles.end() ? EmployerRole::kWorksite
                               : static_cast<EmployerRole>(found - kRoles.begin());
}

// Every query gives: role, trade name, legal name, city, state, ZIP, records. A row of a member of
// an association names that member, so only the main row of a case has the filer's role.
struct Source {
  std::string_view program, query;
};
constexpr std::array<Source, 3> kSources = {{
    {"WHD",
     "SELECT CASE WHEN t.naics_2017 = '115115' THEN 'contractor' ELSE 'worksite' END AS role, "
     "coalesce(t.trade_name, '') AS trade, coalesce(t.legal_name, '') AS legal, coalesce(t.city, "
     "'') AS city, coalesce(t.state, '') AS state, coalesce(t.zip, '') AS zip, count(*) FROM "
     "threat_case t JOIN threat_load l ON l.id = t.load_id WHERE l.state = 'current' AND "
     "t.natural_person = 0 GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6"},
    {"OFLC",
     "SELECT CASE WHEN t.sub_row = 0 AND t.filer LIKE 'association%' THEN 'association' WHEN "
     "t.filer = 'contractor' THEN 'contractor' ELSE 'worksite' END AS role, coalesce(t.trade_name, "
     "'') AS trade, coalesce(t.employer, '') AS legal, coalesce(t.city, '') AS city, "
     "coalesce(t.state, '') AS state, coalesce(t.zip, '') AS zip, count(*) FROM "
     "threat_certification t JOIN threat_load l ON l.id = t.load_id WHERE l.state = 'current' AND "
     "t.natural_person = 0 GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6"},
    {"OSHA",
     "SELECT 'worksite' AS role, coalesce(t.establishment, '') AS trade, '' AS legal, "
     "coalesce(t.city, '') AS city, coalesce(t.state, '') AS state, coalesce(t.zip, '') AS zip, "
     "count(*) FROM threat_inspection t JOIN threat_load l ON l.id = t.load_id WHERE l.state = "
     "'current' AND t.natural_person = 0 GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6"},
}};

Result<std::vector<Spelling>> gather(db::Connection& c) {
  std::vector<Spelling> spellings;
  for (const Source& source : kSources)
    TRY(c.query_each(source.query, {}, [&](const db::Row& row) -> Result<void> {
      if (row.text(1).empty() && row.text(2).empty()) return {};
      spellings.push_back({std::string(source.program), role_from(row.text(0)), row.text(1),
                           row.text(2), row.text(3), row.text(4), row.text(5), row.integer(6)});
      return {};
    }));
  return spellings;
}

// Both names in one cell: the engine reads them as aliases of one firm.
std::string names_of(const Spelling& one) {
  if (one.trade_name.empty() || one.trade_name == one.legal_name) return one.legal_name;
  return one.legal_name.empty() ? one.trade_name : one.trade_name + "; " + one.legal_name;
}

linkage::Table table_of(const std::vector<Spelling>& spellings) {
  using linkage::FieldKind;
  linkage::Table table;
  table.columns = {{"name", FieldKind::kName},
                   {"city", FieldKind::kCity},
                   {"state", FieldKind::kState},
                   {"zip", FieldKind::kPostcode},
                   {"role", FieldKind::kCategory}};
  for (const Spelling& one : spellings) {
    table.columns[0].append(names_of(one));
    table.columns[1].append(one.city);
    table.columns[2].append(one.state);
    table.columns[3].append(one.zip);
    table.columns[4].append(code_of(one.role));
  }
  return table;
}

Json words_json(const std::vector<std::string>& words) {
  Json list = Json::array();
  for (const std::string& word : words) list.append(word);
  return list;
}

Json reasons_json(std::vector<linkage::Reason> reasons) {
  std::ranges::stable_sort(reasons, [](const linkage::Reason& a, const linkage::Reason& b) {
    return std::abs(a.bits) > std::abs(b.bits);
  });
  Json list = Json::array();
  for (const linkage::Reason& reason : reasons)
    list.append(Json::object({{"field", reason.field},
                              {"finding", reason.finding},
                              {"bits", reason.bits},
                              {"words", words_json(reason.words)},
                              {"only_a", words_json(reason.only_a)},
                              {"only_b", words_json(reason.only_b)}}));
  return list;
}

// The least key of a cluster names it.
std::vector<std::string> clusters_of(const linkage::Linkage& linkage,
                                     const std::vector<std::string>& keys) {
  std::vector<std::string> clusters = keys;
  for (const linkage::RowCluster& cluster : linkage.clusters()) {
    std::string least = keys[cluster.rows_a.front()];
    for (const std::uint32_t row : cluster.rows_a) least = std::min(least, keys[row]);
    for (const std::uint32_t row : cluster.rows_a) clusters[row] = least;
  }
  return clusters;
}

Result<void> write_spellings(db::Connection& c, const std::vector<Spelling>& spellings,
                             const std::vector<std::string>& keys,
                             const std::vector<std::string>& clusters) {
  TRY(c.execute("DELETE FROM threat_employer_pair"));
  TRY(c.execute("DELETE FROM threat_employer_spelling"));
  for (std::size_t i = 0; i < spellings.size(); ++i) {
    const Spelling& one = spellings[i];
    TRY(c.execute(
        "INSERT INTO threat_employer_spelling (key, program, role, trade_name, legal_name, city, "
        "state, zip, records, cluster, employer) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, "
        "$10)",
        {keys[i], one.program, code_of(one.role), one.trade_name, one.legal_name, one.city,
         one.state, one.zip, one.records, clusters[i]}));
  }
  return {};
}

Result<std::string> digest_of_employers(db::Connection& c) {
  Sha256 hash;
  TRY(c.query_each("SELECT key, employer FROM threat_employer_spelling ORDER BY key", {},
                   [&](const db::Row& row) -> Result<void> {
                     hash.update(row.text(0));
                     hash.update(row.text(1));
                     return {};
                   }));
  std::string hex;
  for (const unsigned char byte : hash.finish()) hex += fmt::format("{:02x}", byte);
  return hex;
}

Result<EmployerPair> read_pair(const db::Row& row) {
  return EmployerPair{row.text(0), row.text(1), row.number(2), TRY(parse_json(row.text(3)))};
}

constexpr std::string_view kToReview =
    "FROM threat_employer_pair p WHERE p.probability >= $1 AND p.probability <= $2 AND NOT EXISTS "
    "(SELECT 1 FROM threat_employer_decision d WHERE d.a = p.a AND d.b = p.b) ";

}  // namespace

std::string_view code_of(EmployerRole role) { return kRoles[static_cast<std::size_t>(role)]; }

std::string Spelling::key() const {
  std::string all(program);
  for (const std::string_view part :
       {code_of(role), std::string_view(trade_name), std::string_view(legal_name),
        std::string_view(city), std::string_view(state), std::string_view(zip)}) {
    all += '\x1f';
    all += part;
  }
  constexpr std::size_t kDigits = 32;
  return sha256_hex(all).substr(0, kDigits);
}

Result<LinkRun> link_employers(db::Database& database, const Clock& clock,
                               const LinkEmployersOptions& options) {
  const std::vector<Spelling> spellings = TRY(database.read(gather));
  if (spellings.empty())
    return fail(ErrorKind::kNotFound, "no firm is in the store", "threat link",
                "Import WHD, OSHA or OFLC files first");
  linkage::LinkOptions settings;
  settings.threshold = kLink;
  settings.keep = kKeep;
  settings.cannot_link = {"role"};
  settings.threads = options.threads;
  settings.progress = options.progress;
  const linkage::Table table = table_of(spellings);
  const linkage::Linkage linkage = TRY(linkage::link(table, nullptr, settings));
  std::vector<std::string> keys;
  for (const Spelling& one : spellings) keys.push_back(one.key());
  const std::vector<std::string> clusters = clusters_of(linkage, keys);
  struct Kept {
    std::string a, b;
    double probability;
    std::string reasons;
  };
  std::vector<Kept> pairs;
  linkage.for_each_pair([&](const linkage::RowPair& pair) {
    if (pair.probability < kKeep || spellings[pair.row_a].role != spellings[pair.row_b].role)
      return;
    auto [a, b] = std::minmax(keys[pair.row_a], keys[pair.row_b]);
    const bool looked_at = pair.probability <= kMostReview;
    pairs.push_back(
        {a, b, pair.probability, looked_at ? to_text(reasons_json(linkage.explain(pair))) : "[]"});
  });
  LinkRun run{.at = clock.now(),
              .spellings = static_cast<std::int64_t>(spellings.size()),
              .links = std::ranges::count_if(
                  pairs, [](const Kept& pair) { return pair.probability >= kLink; }),
              .completeness = linkage.summary().pair_completeness};
  TRY(database.write([&](db::Connection& c) -> Result<void> {
    TRY(write_spellings(c, spellings, keys, clusters));
    for (const Kept& pair : pairs)
      TRY(c.execute(
          "INSERT INTO threat_employer_pair (a, b, probability, reasons) VALUES ($1, $2, $3, $4)",
          {pair.a, pair.b, pair.probability, pair.reasons}));
    TRY(apply_decisions(c));
    run.digest = TRY(digest_of_employers(c));
    TRY(c.execute(
        "INSERT INTO threat_employer_run (at, spellings, links, completeness, digest) VALUES ($1, "
        "$2, $3, $4, $5)",
        {run.at, run.spellings, run.links, run.completeness, run.digest}));
    return {};
  }));
  return TRY(database.read([](db::Connection& c) { return last_link_run(c); })).value_or(run);
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
