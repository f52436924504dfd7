// SPDX-License-Identifier: AGPL-3.0-or-later
// link_employers(): from the rows of the store to clusters of spellings. Millions of spellings are
// held in few bytes each, and written in the order of their keys, so that the store's indexes grow
// at their end.
#include <algorithm>
#include <array>
#include <cstring>
#include <fmt/format.h>
#include <numeric>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "commons/threat/employer_groups.hpp"
#include "commons/threat/employers.hpp"
#include "commons/threat/store.hpp"
#include "stats/linkage/link.hpp"

namespace daybreak::threat {
namespace {

using linkage::Column;
using linkage::FieldKind;
using Row = std::uint32_t;

// What is kept of the engine's pairs.
constexpr double kKeep = 0.05, kLink = 0.5;

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

using Key = std::array<unsigned char, 16>;  // in the order of its hexadecimal text

// All spellings, a column for each of their parts.
struct Spellings {
  Column trade{"trade", FieldKind::kName}, legal{"legal", FieldKind::kName},
      city{"city", FieldKind::kCity}, state{"state", FieldKind::kState},
      zip{"zip", FieldKind::kPostcode};
  std::vector<std::uint8_t> source;  // index in kSources
  std::vector<EmployerRole> role;
  std::vector<std::uint32_t> records;
  std::vector<Key> keys;

  std::size_t size() const { return keys.size(); }
  void add(std::size_t from, const Spelling& one) {
    trade.append(one.trade_name);
    legal.append(one.legal_name);
    city.append(one.city);
    state.append(one.state);
    zip.append(one.zip);
    source.push_back(static_cast<std::uint8_t>(from));
    role.push_back(one.role);
    records.push_back(static_cast<std::uint32_t>(one.records));
    const std::string key = one.raw_key();
    std::memcpy(keys.emplace_back().data(), key.data(), sizeof(Key));
  }
  std::string key_text(Row row) const {
    return to_hex({reinterpret_cast<const char*>(keys[row].data()), keys[row].size()});
  }
};

Result<Spellings> gather(db::Connection& c) {
  Spellings spellings;
  for (std::size_t i = 0; i < kSources.size(); ++i)
    TRY(c.query_each(kSources[i].query, {}, [&](const db::Row& row) -> Result<void> {
      if (row.text(1).empty() && row.text(2).empty()) return {};
      spellings.add(i, {std::string(kSources[i].program), role_from(row.text(0)), row.text(1),
                        row.text(2), row.text(3), row.text(4), row.text(5), row.integer(6)});
      return {};
    }));
  return spellings;
}

// Both names in one cell: the engine reads them as aliases of one firm.
std::string names_of(std::string_view trade, std::string_view legal) {
  if (trade.empty() || trade == legal) return std::string(legal);
  return legal.empty() ? std::string(trade) : fmt::format("{}; {}", trade, legal);
}

linkage::Table table_of(const Spellings& spellings) {
  linkage::Table table;
  table.columns = {{"name", FieldKind::kName},
                   spellings.city,
                   spellings.state,
                   spellings.zip,
                   {"role", FieldKind::kCategory}};
  for (Row row = 0; row < spellings.size(); ++row) {
    table.columns[0].append(names_of(spellings.trade.at(row), spellings.legal.at(row)));
    table.columns[4].append(code_of(spellings.role[row]));
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

// What is kept of a linkage.
struct Linked {
  struct Pair {
    Row a = 0, b = 0;  // the lesser key first
    double probability = 0;
    std::string reasons;  // of those that a person may look at
  };
  std::vector<Row> leader;  // of each row: the row of its cluster with the least key
  std::vector<Pair> pairs;
  double completeness = 1;
};

Result<Linked> link_rows(const Spellings& spellings, const LinkEmployersOptions& options) {
  linkage::LinkOptions settings;
  settings.threshold = kLink;
  settings.keep = kKeep;
  settings.cannot_link = {"role"};
  settings.threads = options.threads;
  settings.progress = options.progress;
  // The table is gone when the engine has made its own of it.
  const linkage::Linkage found = TRY(linkage::link(table_of(spellings), nullptr, settings));
  const auto& keys = spellings.keys;
  Linked linked;
  linked.completeness = found.summary().pair_completeness;
  linked.leader.resize(spellings.size());
  std::iota(linked.leader.begin(), linked.leader.end(), Row{0});
  for (const linkage::RowCluster& cluster : found.clusters()) {
    const Row least =
        *std::ranges::min_element(cluster.rows_a, {}, [&](Row row) { return keys[row]; });
    for (const Row row : cluster.rows_a) linked.leader[row] = least;
  }
  found.for_each_pair([&](const linkage::RowPair& pair) {
    if (pair.probability < kKeep || spellings.role[pair.row_a] != spellings.role[pair.row_b])
      return;
    Linked::Pair kept{pair.row_a, pair.row_b, pair.probability, {}};
    if (keys[kept.b] < keys[kept.a]) std::swap(kept.a, kept.b);
    if (pair.probability <= kSurePair) kept.reasons = to_text(reasons_json(found.explain(pair)));
    linked.pairs.push_back(std::move(kept));
  });
  std::ranges::sort(linked.pairs, {}, [&](const Linked::Pair& pair) {
    return std::pair(keys[pair.a], keys[pair.b]);
  });
  return linked;
}

constexpr TableShape kSpellings = {
    "threat_employer_spelling",
    "key, program, role, trade_name, legal_name, city, state, zip, records, cluster, employer", 11};
constexpr TableShape kPairs = {"threat_employer_pair", "a, b, probability, reasons", 4};

// Rows on their way into a table, some at a time.
class Inserts {
 public:
  Inserts(db::Connection& c, const TableShape& table) : c_(c), piece_{&table, {}} {}
  Result<void> add(std::initializer_list<db::Value> row) {
    piece_.values.insert(piece_.values.end(), row);
    return piece_.values.size() < Batch::kRowsPerInsert * piece_.table->width ? Result<void>()
                                                                              : finish();
  }
  Result<void> finish() {
    TRY(store::insert_rows(c_, piece_));
    piece_.values.clear();
    return {};
  }

 private:
  db::Connection& c_;
  Batch::Piece piece_;
};

Result<void> write_spellings(db::Connection& c, const Spellings& spellings, const Linked& linked) {
  std::vector<Row> order(spellings.size());
  std::iota(order.begin(), order.end(), Row{0});
  std::ranges::sort(order, {}, [&](Row row) {
    return std::pair(spellings.keys[linked.leader[row]], spellings.keys[row]);
  });
  Inserts inserts(c, kSpellings);
  for (const Row row : order) {
    const std::string cluster = spellings.key_text(linked.leader[row]);
    TRY(inserts.add({spellings.key_text(row), kSources[spellings.source[row]].program,
                     code_of(spellings.role[row]), spellings.trade.at(row), spellings.legal.at(row),
                     spellings.city.at(row), spellings.state.at(row), spellings.zip.at(row),
                     spellings.records[row], cluster, cluster}));
  }
  return inserts.finish();
}

Result<void> write_pairs(db::Connection& c, const Spellings& spellings, const Linked& linked) {
  Inserts inserts(c, kPairs);
  for (const Linked::Pair& pair : linked.pairs)
    TRY(inserts.add({spellings.key_text(pair.a), spellings.key_text(pair.b), pair.probability,
                     pair.reasons.empty() ? std::string_view("[]") : pair.reasons}));
  return inserts.finish();
}

Result<std::string> digest_of_employers(db::Connection& c) {
  Sha256 hash;
  TRY(c.query_each("SELECT key, employer FROM threat_employer_spelling ORDER BY key", {},
                   [&](const db::Row& row) -> Result<void> {
                     hash.update(row.text(0));
                     hash.update(row.text(1));
                     return {};
                   }));
  return to_hex(hash.finish());
}

}  // namespace

Result<LinkRun> link_employers(db::Database& database, const Clock& clock,
                               const LinkEmployersOptions& options) {
  options.progress("reading the store", 0);
  const Spellings spellings = TRY(database.read(gather));
  if (spellings.size() == 0)
    return fail(ErrorKind::kNotFound, "no firm is in the store", "threat link",
                "Import WHD, OSHA or OFLC files first");
  const Linked linked = TRY(link_rows(spellings, options));
  LinkRun run{.at = clock.now(),
              .spellings = static_cast<std::int64_t>(spellings.size()),
              .links = std::ranges::count_if(
                  linked.pairs, [](const auto& pair) { return pair.probability >= kLink; }),
              .completeness = linked.completeness};
  options.progress("writing", 0);
  TRY(database.write([&](db::Connection& c) -> Result<void> {
    TRY(c.execute("DELETE FROM threat_employer_pair"));
    TRY(c.execute("DELETE FROM threat_employer_spelling"));
    TRY(write_spellings(c, spellings, linked));
    TRY(write_pairs(c, spellings, linked));
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

}  // namespace daybreak::threat
