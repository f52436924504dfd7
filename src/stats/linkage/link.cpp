// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/linkage/link.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <span>
#include <unordered_map>

#include "stats/linkage/blocking.hpp"

namespace daybreak::linkage {
namespace {

constexpr std::size_t kMostRowPairs = 400;

Result<void> check(const LinkOptions& options) {
  if (!(options.threshold >= 0 && options.threshold <= 1)) {
    return fail(ErrorKind::kInvalid, "the threshold is not between 0 and 1", "option threshold");
  }
  if (options.threads < 1 || options.threads > 256) {
    return fail(ErrorKind::kInvalid, "the number of threads is not between 1 and 256",
                "option threads");
  }
  return {};
}

Result<std::vector<std::size_t>> find_cannot_link(const Corpus& corpus,
                                                  const std::vector<std::string>& names) {
  std::vector<std::size_t> out;
  for (const std::string& name : names) {
    bool found = false;
    for (std::size_t i = 0; i < corpus.fields.size(); ++i) {
      if (corpus.fields[i].name != name) continue;
      out.push_back(i);
      found = true;
    }
    if (!found) {
      return fail(ErrorKind::kInvalid, "no compared column has this name, or it holds names",
                  "cannot-link column " + name, "name it in the columns too");
    }
  }
  return out;
}

}  // namespace

Result<Linkage> link(const Table& a, const Table* b, const LinkOptions& options) {
  TRY(check(options));
  Linkage linkage;
  linkage.options_ = options;
  auto corpus = TRY(build_corpus(a, b, options.threads, options.progress));
  linkage.rules_.cannot_link = TRY(find_cannot_link(corpus, options.cannot_link));
  linkage.corpus_ = std::make_shared<const Corpus>(std::move(corpus));
  const std::vector<Candidate> candidates =
      find_candidates(*linkage.corpus_, options.threads, options.progress);
  if (options.model != nullptr) {
    if (options.model->measures.size() != measure_count(*linkage.corpus_)) {
      return fail(ErrorKind::kInvalid, "the model was made for other columns");
    }
    linkage.model_ = options.model;
  } else {
    linkage.model_ = std::make_shared<const Model>(estimate_model(
        *linkage.corpus_, candidates, options.threads, options.seed, options.progress));
  }
  linkage.score_candidates(candidates);
  linkage.estimate_completeness(candidates);
  linkage.find_clusters();
  return linkage;
}

double Linkage::judge(const Comparison& comparison, Record a, Record b) const {
  for (const std::size_t f : rules_.cannot_link) {
    const auto& value = corpus_->fields[f].value;
    if (value[a] != 0 && value[b] != 0 && value[a] != value[b]) return 0;
  }
  return model_->probability(comparison);
}

void Linkage::score_candidates(const std::vector<Candidate>& candidates) {
  constexpr std::size_t kBatch = 1 << 18;
  const double keep = std::min(options_.keep, options_.threshold);
  std::vector<ScoredPair> batch;
  for (std::size_t base = 0; base < candidates.size(); base += kBatch) {
    options_.progress("comparing",
                      static_cast<double>(base) / static_cast<double>(candidates.size()));
    const std::size_t count = std::min(kBatch, candidates.size() - base);
    batch.resize(count);
    run_in_slices(count, options_.threads, [&](std::size_t from, std::size_t to) {
      for (std::size_t i = from; i < to; ++i) {
        const Candidate& candidate = candidates[base + i];
        NameMatch name;
        if (has_names(*corpus_, candidate.a, candidate.b)) {
          name = compare_names(*corpus_, candidate.a, candidate.b, nullptr);
          if (keep > 0 && !name.distinctive &&
              !shares_identifier(*corpus_, candidate.a, candidate.b)) {
            batch[i].probability = -1;  // behind the gate: can be no link
            continue;
          }
        }
        const Comparison comparison = compare(*corpus_, candidate.a, candidate.b, name);
        batch[i] = {candidate.a, candidate.b,
                    static_cast<float>(judge(comparison, candidate.a, candidate.b)),
                    static_cast<float>(model_->score(comparison))};
      }
    });
    for (const ScoredPair& pair : batch) {
      if (pair.probability >= keep) pairs_.push_back(pair);
    }
  }
  if (options_.shape == Shape::kOneToOne) {
    const auto threshold = static_cast<float>(options_.threshold);
    std::vector<ScoredPair> strong, weak;
    for (const ScoredPair& pair : pairs_) {
      (pair.probability >= threshold ? strong : weak).push_back(pair);
    }
    pairs_ = keep_one_to_one(std::move(strong), corpus_->records);
  }
  summary_.possible_pairs = corpus_->possible_pairs();
  summary_.candidates = candidates.size();
  summary_.records = corpus_->records;
}

std::vector<ScoredPair> Linkage::links() const {
  std::vector<ScoredPair> out;
  for (const ScoredPair& pair : pairs_) {
    if (pair.probability >= options_.threshold) out.push_back(pair);
  }
  return out;
}

void Linkage::estimate_completeness(const std::vector<Candidate>& candidates) {
  double once = 0, twice = 0;
  std::size_t at = 0;
  for (const ScoredPair& pair : pairs_) {
    if (pair.probability < options_.threshold) continue;
    ++summary_.links;
    while (candidates[at].a != pair.a || candidates[at].b != pair.b) ++at;
    once += candidates[at].families == 1;
    twice += candidates[at].families == 2;
  }
  if (summary_.links == 0) return;
  const double unseen = once * std::max(0.0, once - 1) / (2 * (twice + 1));
  summary_.pair_completeness =
      static_cast<double>(summary_.links) / (static_cast<double>(summary_.links) + unseen);
}

ScoredPair Linkage::self_pair(Record record) const {
  const Comparison comparison = compare(*corpus_, record, record);
  return {record, record, static_cast<float>(judge(comparison, record, record)),
          static_cast<float>(model_->score(comparison))};
}

void Linkage::find_clusters() {
  options_.progress("clustering", 0);
  const std::vector<ScoredPair> strong = links();
  const std::vector<std::uint32_t> label = cluster_records(*corpus_, strong, rules_);
  std::vector<double> least(corpus_->records, 1);
  for (const ScoredPair& pair : strong) {
    if (label[pair.a] != label[pair.b]) continue;
    double& value = least[label[pair.a]];
    value = std::min<double>(value, pair.probability);
  }
  std::map<std::uint32_t, RowCluster> found;
  std::vector<std::uint32_t> sizes(corpus_->records, 0);
  for (Record r = 0; r < corpus_->records; ++r) ++sizes[label[r]];
  for (Record r = 0; r < corpus_->records; ++r) {
    const std::uint32_t rows = corpus_->group_begin[r + 1] - corpus_->group_begin[r];
    if (sizes[label[r]] < 2) {
      if (rows < 2 || corpus_->two_tables) continue;
      const ScoredPair self = self_pair(r);
      if (self.probability < options_.threshold) continue;
      least[r] = self.probability;
    }
    RowCluster& cluster = found[label[r]];
    auto& side = r < corpus_->split ? cluster.rows_a : cluster.rows_b;
    side.insert(side.end(), corpus_->group_rows.begin() + corpus_->group_begin[r],
                corpus_->group_rows.begin() + corpus_->group_begin[r + 1]);
  }
  for (auto& [number, cluster] : found) {
    std::sort(cluster.rows_a.begin(), cluster.rows_a.end());
    std::sort(cluster.rows_b.begin(), cluster.rows_b.end());
    cluster.least_probability = least[number];
    cluster.alarm = cluster.rows_a.size() + cluster.rows_b.size() > options_.size_alarm;
    summary_.size_alarms += cluster.alarm;
    clusters_.push_back(std::move(cluster));
  }
}

void Linkage::visit_rows(const ScoredPair& pair,
                         const std::function<void(const RowPair&)>& visit) const {
  const auto rows = [&](Record r) {
    return std::span(corpus_->group_rows)
        .subspan(corpus_->group_begin[r], corpus_->group_begin[r + 1] - corpus_->group_begin[r]);
  };
  const auto a = rows(pair.a), b = rows(pair.b);
  const auto give = [&](std::uint32_t row_a, std::uint32_t row_b) {
    const bool turned = !corpus_->two_tables && row_a > row_b;
    visit({turned ? row_b : row_a, turned ? row_a : row_b, pair.probability, pair.bits,
           turned ? pair.b : pair.a, turned ? pair.a : pair.b});
  };
  if (options_.shape == Shape::kOneToOne && corpus_->two_tables) {
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) give(a[i], b[i]);
  } else if (a.size() * b.size() <= kMostRowPairs) {
    for (const std::uint32_t row_a : a) {
      for (const std::uint32_t row_b : b) give(row_a, row_b);
    }
  } else {
    for (const std::uint32_t row_b : b) give(a[0], row_b);
    for (std::size_t i = 1; i < a.size(); ++i) give(a[i], b[0]);
  }
}

void Linkage::visit_equal_rows(Record record,
                               const std::function<void(const RowPair&)>& visit) const {
  const std::uint32_t begin = corpus_->group_begin[record], end = corpus_->group_begin[record + 1];
  if (end - begin < 2) return;
  const ScoredPair self = self_pair(record);
  if (self.probability < std::min(options_.keep, options_.threshold)) return;
  const std::size_t count = end - begin;
  const bool every = count * (count - 1) / 2 <= kMostRowPairs;
  for (std::uint32_t i = begin; i < (every ? end : begin + 1); ++i) {
    for (std::uint32_t j = i + 1; j < end; ++j) {
      visit({corpus_->group_rows[i], corpus_->group_rows[j], self.probability, self.bits, record,
             record});
    }
  }
}

void Linkage::for_each_pair(const std::function<void(const RowPair&)>& visit) const {
  std::size_t next = 0;
  for (Record record = 0; record < corpus_->split; ++record) {
    if (!corpus_->two_tables) visit_equal_rows(record, visit);
    while (next < pairs_.size() && pairs_[next].a == record) visit_rows(pairs_[next++], visit);
  }
}

RowPair Linkage::score(std::uint32_t row_a, std::uint32_t row_b) const {
  const Record a = corpus_->record_of_row[0].at(row_a);
  const Record b = corpus_->record_of_row[corpus_->two_tables ? 1 : 0].at(row_b);
  const Comparison comparison = compare(*corpus_, a, b);
  return {row_a, row_b, judge(comparison, a, b), model_->score(comparison), a, b};
}

std::vector<std::uint32_t> Linkage::draw(std::uint64_t number) const {
  std::vector<ScoredPair> drawn;
  const std::uint64_t key = mix(options_.seed, number);
  for (const ScoredPair& pair : pairs_) {
    const std::uint64_t bits = mix(key, std::uint64_t{pair.a} << 32 | pair.b);
    if (static_cast<double>(bits >> 11) * 0x1.0p-53 < pair.probability) drawn.push_back(pair);
  }
  const std::vector<std::uint32_t> label = cluster_records(*corpus_, drawn, rules_);
  std::vector<std::uint32_t> out;
  for (const auto& side : corpus_->record_of_row) {
    for (const Record record : side) out.push_back(label[record]);
  }
  return out;
}

}  // namespace daybreak::linkage
