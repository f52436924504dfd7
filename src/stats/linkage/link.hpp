// SPDX-License-Identifier: AGPL-3.0-or-later
// Record linkage: which rows of one or two tables are the same firm or person, how likely, and why.
// Fellegi-Sunter with words weighed by their rarity; docs/statistics/linkage.md gives the method.
//
//   auto linkage = TRY(link(a, &b, options));       // or link(a, nullptr, options): one table with
//   itself linkage.for_each_pair([](const RowPair& pair) { ... });   // (explain | clusters |
//   draw)*
//
// No input, no output, no clock: the same tables and options give the same bits on any number of
// threads. A finished Linkage is read-only and safe from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "stats/linkage/cluster.hpp"
#include "stats/linkage/model.hpp"
#include "stats/linkage/table.hpp"

namespace daybreak::linkage {

enum class Shape : std::uint8_t {
  kAny,       // a row may have several partners
  kOneToOne,  // two tables without repeats: at most one partner
};

struct LinkOptions {
  double threshold = 0.5;  // pairs at or above are links
  double keep = 0.01;      // pairs below are forgotten; 0 keeps every candidate
  Shape shape = Shape::kAny;
  std::vector<std::string> cannot_link;  // columns whose differing values forbid a link
  std::size_t size_alarm = 50;           // clusters of more rows are marked
  int threads = 1;
  std::uint64_t seed = 1;
  std::shared_ptr<const Model> model;  // use this model instead of estimating one
  StageReport progress = [](std::string_view, double) {};
};

// Rows count from 0. In one table row_a < row_b.
struct RowPair {
  std::uint32_t row_a = 0, row_b = 0;
  double probability = 0;
  double bits = 0;
  Record record_a = 0, record_b = 0;
};

// One line of a link's waterfall; the bits of all reasons and of the prior add up to RowPair::bits.
struct Reason {
  std::string field;
  std::string finding;  // "same words", "one side adds a word", "equal", "misspelt", "differ", ...
  double bits = 0;
  std::vector<std::string> words;   // shared words of a name, as compared
  std::vector<std::string> only_a;  // words of one side only
  std::vector<std::string> only_b;
};

struct RowCluster {
  std::vector<std::uint32_t> rows_a, rows_b;
  double least_probability = 1;  // of the links inside
  bool alarm = false;            // larger than LinkOptions::size_alarm: look before use
};

struct LinkSummary {
  double possible_pairs = 0;
  std::size_t candidates = 0;
  std::size_t links = 0;  // pairs of records (equal rows count as one record)
  std::size_t records = 0;
  // Share of all links that blocking is estimated to have found, from how many families of keys
  // found each link (Chao's lower bound of the unseen, so an upper bound of the share).
  double pair_completeness = 1;
  std::size_t size_alarms = 0;
};

class Linkage {
 public:
  // Rows that are equal in every column are one record. A pair of records stands for the pairs of
  // its rows; when those are more than 400, only each row's pair with the first row of the other
  // record is given (the clusters hold all rows).
  void for_each_pair(const std::function<void(const RowPair&)>& visit) const;
  // Links only (probability >= threshold), in clusters of two rows and more.
  const std::vector<RowCluster>& clusters() const { return clusters_; }

  // The score of any two rows, blocked or not; in one table both rows are of it.
  RowPair score(std::uint32_t row_a, std::uint32_t row_b) const;
  std::vector<Reason> explain(const RowPair& pair) const;

  // One draw from the posterior: each kept pair is a link with its probability, then clustered by
  // the same rules. The cluster number of each row of the first table, then of the second.
  std::vector<std::uint32_t> draw(std::uint64_t number) const;

  const LinkSummary& summary() const { return summary_; }
  const std::shared_ptr<const Model>& model() const { return model_; }
  const Corpus& corpus() const { return *corpus_; }

 private:
  friend Result<Linkage> link(const Table&, const Table*, const LinkOptions&);
  double judge(const Comparison& comparison, Record a, Record b) const;
  void score_candidates(const std::vector<Candidate>& candidates);
  void estimate_completeness(const std::vector<Candidate>& candidates);
  void find_clusters();
  std::vector<ScoredPair> links() const;
  void visit_rows(const ScoredPair& pair, const std::function<void(const RowPair&)>& visit) const;
  void visit_equal_rows(Record record, const std::function<void(const RowPair&)>& visit) const;
  ScoredPair self_pair(Record record) const;

  LinkOptions options_;
  ClusterRules rules_;
  std::shared_ptr<const Corpus> corpus_;
  std::shared_ptr<const Model> model_;
  std::vector<ScoredPair> pairs_;  // sorted by (a, b), probability >= keep
  std::vector<RowCluster> clusters_;
  LinkSummary summary_;
};

// `b` may be null: one table with itself. Columns of both tables are paired by position. Fails on
// tables that do not fit together, on an unknown cannot-link column and on options out of range.
Result<Linkage> link(const Table& a, const Table* b, const LinkOptions& options);

}  // namespace daybreak::linkage
