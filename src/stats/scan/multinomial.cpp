// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/scan/multinomial.hpp"

#include <cmath>

#include "stats/scan/parallel.hpp"
#include "stats/scan/random.hpp"

namespace daybreak::stats {
namespace {

class Mix {
 public:
  Mix(const CategoryTable& table, const SpaceWindows& space, const ScanOptions& options)
      : table_(table), space_(space), fewest_(std::max(1u, options.fewest_cases)) {
    const std::size_t places = table.cases.size() / table.categories;
    totals_.assign(table.categories, 0);
    for (std::size_t i = 0; i < table.cases.size(); ++i) {
      totals_[i % table.categories] += table.cases[i];
      for (std::uint32_t n = 0; n < table.cases[i]; ++n) {
        place_of_.push_back(static_cast<std::uint32_t>(i / table.categories));
        category_of_.push_back(static_cast<std::uint32_t>(i % table.categories));
      }
    }
    size_.assign(places, 0);
    for (const std::uint32_t place : place_of_) ++size_[place];
    log_.resize(place_of_.size() + 1, 0);
    for (std::size_t n = 1; n < log_.size(); ++n) {
      log_[n] = static_cast<double>(n) * std::log(static_cast<double>(n));
    }
  }

  std::int64_t total() const { return static_cast<std::int64_t>(place_of_.size()); }

  // The best prefix of one chain; `cases` as the table, `inside` scratch of one row.
  std::pair<double, std::uint32_t> best_of(const SpaceWindows::Chain& chain,
                                           const std::vector<std::uint32_t>& cases,
                                           std::vector<std::uint32_t>& inside) const {
    inside.assign(table_.categories, 0);
    const std::size_t all = place_of_.size();
    std::size_t count = 0;
    std::pair<double, std::uint32_t> best{0, 0};
    double constant = log_[all];
    for (const std::int64_t t : totals_) constant -= log_[static_cast<std::size_t>(t)];
    for (std::uint32_t k = 0; k < chain.steps; ++k) {
      const std::uint32_t place = space_.order[chain.first + k];
      count += size_[place];
      double score = constant - log_[count] - log_[all - count];
      for (std::size_t c = 0; c < table_.categories; ++c) {
        inside[c] += cases[place * table_.categories + c];
        score += log_[inside[c]] + log_[static_cast<std::size_t>(totals_[c]) - inside[c]];
      }
      if (count < fewest_ || count == all) continue;
      if (score > best.first + 1e-9) best = {score, k};
    }
    return best;
  }

  double replicate(std::uint64_t seed, std::uint64_t replicate, std::vector<std::uint32_t>& cases,
                   std::vector<std::uint32_t>& inside) const {
    ReplicateStream stream(seed, replicate);
    std::vector<std::uint32_t> shuffled = category_of_;
    cases.assign(table_.cases.size(), 0);
    for (std::size_t i = shuffled.size(); i > 0; --i) {
      std::swap(shuffled[i - 1], shuffled[stream.below(i)]);
      ++cases[place_of_[i - 1] * table_.categories + shuffled[i - 1]];
    }
    double best = 0;
    for (const SpaceWindows::Chain& chain : space_.chains) {
      best = std::max(best, best_of(chain, cases, inside).first);
    }
    return best;
  }

  std::int64_t cases_in(const Cluster& cluster) const {
    std::int64_t sum = 0;
    for (const std::uint32_t place : cluster.members) sum += size_[place];
    return sum;
  }

 private:
  const CategoryTable& table_;
  const SpaceWindows& space_;
  std::size_t fewest_;
  std::vector<std::int64_t> totals_;
  std::vector<std::uint32_t> place_of_, category_of_, size_;
  std::vector<double> log_;  // n ln n
};

bool overlap(const Cluster& a, const Cluster& b) {
  for (const std::uint32_t x : a.members) {
    if (std::find(b.members.begin(), b.members.end(), x) != b.members.end()) return true;
  }
  return false;
}

}  // namespace

Result<ScanResult> scan_multinomial(const CategoryTable& table, const SpaceWindows& space,
                                    const ScanOptions& options) {
  if (table.categories < 2) {
    return fail(ErrorKind::kInvalid, "the multinomial model needs at least two categories", "",
                "add a column after the count that names the category of the cases");
  }
  if (!space.depth.empty()) {
    return fail(ErrorKind::kUnsupported, "the multinomial model has no flexible windows");
  }
  const Mix mix(table, space, options);
  if (mix.total() == 0)
    return fail(ErrorKind::kInvalid, "there are no cases", "", "check the case file");
  ScanResult out;
  out.total_cases = mix.total();
  out.windows = space.order.size();
  std::vector<Cluster> candidates;
  std::vector<std::uint32_t> inside;
  for (std::size_t c = 0; c < space.chains.size(); ++c) {
    const auto [score, step] = mix.best_of(space.chains[c], table.cases, inside);
    if (score <= 1e-9) continue;
    Cluster cluster;
    cluster.members = members_of(space, c, step);
    cluster.shape = space.chains[c].shape;
    cluster.llr = score;
    cluster.statistic = score * space.shapes[cluster.shape].factor;
    cluster.cases = mix.cases_in(cluster);
    cluster.expected = cluster.measure = static_cast<double>(cluster.cases);
    cluster.relative_risk = 1;
    candidates.push_back(std::move(cluster));
  }
  std::stable_sort(candidates.begin(), candidates.end(), [](const Cluster& a, const Cluster& b) {
    return std::round(a.statistic * 1e8) > std::round(b.statistic * 1e8);
  });
  for (Cluster& candidate : candidates) {
    if (out.clusters.size() >= options.most_clusters) break;
    const bool taken = options.secondary != Secondary::kAll &&
                       std::any_of(out.clusters.begin(), out.clusters.end(),
                                   [&](const Cluster& c) { return overlap(c, candidate); });
    if (!taken) out.clusters.push_back(std::move(candidate));
  }
  out.maxima.resize(options.replications);
  for_each_index(options.replications, options.threads, [&] {
    return [&, cases = std::vector<std::uint32_t>(),
            row = std::vector<std::uint32_t>()](std::size_t i) mutable {
      out.maxima[i] = mix.replicate(options.seed, i, cases, row);
    };
  });
  out.replications = options.replications;
  for (Cluster& cluster : out.clusters) {
    cluster.p_value =
        monte_carlo_p(cluster.statistic, out.maxima, 1e-7 * std::max(1.0, cluster.statistic));
    cluster.gumbel_p = gumbel_p(cluster.statistic, out.maxima);
  }
  return out;
}

}  // namespace daybreak::stats
