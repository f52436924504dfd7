// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/linkage/cluster.hpp"

#include <algorithm>
#include <numeric>
#include <span>

namespace daybreak::linkage {
namespace {

// Above this many pairs between two groups the support is taken from the smaller group only.
constexpr std::uint64_t kMostSupportChecks = 4096;

bool stronger(const ScoredPair& x, const ScoredPair& y) {
  if (x.bits != y.bits) return x.bits > y.bits;
  return x.a != y.a ? x.a < y.a : x.b < y.b;
}

class Agglomerator {
 public:
  Agglomerator(const Corpus& corpus, std::span<const ScoredPair> pairs, const ClusterRules& rules)
      : corpus_(corpus),
        pairs_(pairs),
        rules_(rules),
        root_(corpus.records),
        members_(corpus.records) {
    std::iota(root_.begin(), root_.end(), 0U);
    fixed_.resize(corpus.records * rules.cannot_link.size());
    for (Record r = 0; r < corpus.records; ++r) {
      for (std::size_t k = 0; k < rules.cannot_link.size(); ++k) {
        fixed_[r * rules.cannot_link.size() + k] = corpus.fields[rules.cannot_link[k]].value[r];
      }
    }
  }

  std::vector<std::uint32_t> run() {
    std::vector<ScoredPair> order(pairs_.begin(), pairs_.end());
    std::sort(order.begin(), order.end(), stronger);
    for (const ScoredPair& pair : order) try_merge(find(pair.a), find(pair.b));
    std::vector<std::uint32_t> out(corpus_.records);
    for (Record r = 0; r < corpus_.records; ++r) out[r] = find(r);
    return out;
  }

 private:
  Record find(Record r) {
    while (root_[r] != r) r = root_[r] = root_[root_[r]];
    return r;
  }

  std::size_t size(Record root) const { return std::max<std::size_t>(1, members_[root].size()); }

  template <typename Visit>
  void for_each_member(Record root, const Visit& visit) const {
    if (members_[root].empty()) {
      visit(root);
    } else {
      for (const Record r : members_[root]) visit(r);
    }
  }

  bool are_linked(Record x, Record y) const {
    const ScoredPair key{std::min(x, y), std::max(x, y)};
    const auto before = [](const ScoredPair& p, const ScoredPair& q) {
      return p.a != q.a ? p.a < q.a : p.b < q.b;
    };
    return std::binary_search(pairs_.begin(), pairs_.end(), key, before);
  }

  bool enough_support(Record x, Record y) const {
    const std::uint64_t product = std::uint64_t{size(x)} * size(y);
    if (product == 1) return true;
    std::uint64_t links = 0, seen = 0;
    for_each_member(x, [&](Record p) {
      for_each_member(y, [&](Record q) {
        if (corpus_.two_tables && ((p < corpus_.split) == (q < corpus_.split))) return;
        if (seen >= kMostSupportChecks) return;
        ++seen;
        links += are_linked(p, q);
      });
    });
    return static_cast<double>(links) >= rules_.least_support * static_cast<double>(seen);
  }

  bool values_clash(Record x, Record y) const {
    const std::size_t count = rules_.cannot_link.size();
    for (std::size_t k = 0; k < count; ++k) {
      const std::uint32_t p = fixed_[x * count + k], q = fixed_[y * count + k];
      if (p != 0 && q != 0 && p != q) return true;
    }
    return false;
  }

  void try_merge(Record x, Record y) {
    if (x == y || values_clash(x, y) || !enough_support(x, y)) return;
    if (x > y) std::swap(x, y);
    root_[y] = x;
    const std::size_t count = rules_.cannot_link.size();
    for (std::size_t k = 0; k < count; ++k) {
      if (fixed_[x * count + k] == 0) fixed_[x * count + k] = fixed_[y * count + k];
    }
    if (members_[x].empty()) members_[x].push_back(x);
    if (members_[y].empty()) {
      members_[x].push_back(y);
    } else {
      members_[x].insert(members_[x].end(), members_[y].begin(), members_[y].end());
      std::vector<Record>().swap(members_[y]);
    }
  }

  const Corpus& corpus_;
  std::span<const ScoredPair> pairs_;
  const ClusterRules& rules_;
  std::vector<Record> root_;
  std::vector<std::vector<Record>> members_;
  std::vector<std::uint32_t> fixed_;
};

}  // namespace

std::vector<std::uint32_t> cluster_records(const Corpus& corpus, std::span<const ScoredPair> pairs,
                                           const ClusterRules& rules) {
  return Agglomerator(corpus, pairs, rules).run();
}

std::vector<ScoredPair> keep_one_to_one(std::vector<ScoredPair> pairs, Record records) {
  std::vector<ScoredPair> order = pairs;
  std::sort(order.begin(), order.end(), stronger);
  std::vector<bool> taken(records, false);
  std::vector<ScoredPair> kept;
  for (const ScoredPair& pair : order) {
    if (taken[pair.a] || taken[pair.b]) continue;
    taken[pair.a] = taken[pair.b] = true;
    kept.push_back(pair);
  }
  std::sort(kept.begin(), kept.end(), [](const ScoredPair& x, const ScoredPair& y) {
    return x.a != y.a ? x.a < y.a : x.b < y.b;
  });
  return kept;
}

}  // namespace daybreak::linkage
