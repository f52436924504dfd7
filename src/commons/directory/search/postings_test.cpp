// SPDX-License-Identifier: AGPL-3.0-or-later
// The block-wise scan of the postings against the definition of BM25, record by record.
#include "commons/directory/search/postings.hpp"

#include <cfloat>
#include <cmath>
#include <gtest/gtest.h>
#include <map>

#include "base/random.hpp"

namespace daybreak::directory::search {
namespace {

using Document = std::map<std::string, std::uint32_t>;

struct Collection {
  std::map<Slot, Document> documents;
  Postings postings;

  static std::uint32_t length(const Document& document) {
    std::uint32_t sum = 0;
    for (const auto& [term, weight] : document) sum += weight;
    return sum;
  }
  void put(Slot slot, Document document) {
    remove(slot);
    for (const auto& [term, weight] : document) postings.add(slot, term, weight, length(document));
    documents[slot] = std::move(document);
  }
  void remove(Slot slot) {
    for (const auto& [term, weight] : documents[slot]) postings.remove(slot, term);
    documents.erase(slot);
  }

  double rarity(const std::string& term) const {
    double with = 0;
    for (const auto& [slot, document] : documents) with += document.contains(term) ? 1 : 0;
    return std::log(1 + (static_cast<double>(documents.size()) - with + 0.5) / (with + 0.5));
  }
  // 0 when the way does not fit. `rarities` has those of the plan's terms.
  static double weigh(const Document& document, const TextPlan::Way& way,
                      const std::map<std::string, double>& rarities) {
    double sum = 0;
    for (const std::string& term : way) {
      const auto found = document.find(term);
      if (found == document.end()) return 0;
      const double w = found->second, l = length(document);
      sum += rarities.at(term) * std::round(220 * w / (w + 1.2 * (0.7 + 0.3 * l / 120))) / 100;
    }
    return sum;
  }
  std::map<Slot, double> expected(const TextPlan& plan, Joined joined) const {
    std::map<std::string, double> rarities;
    for (const auto& part : plan.parts)
      for (const auto& way : part)
        for (const std::string& term : way)
          if (!rarities.contains(term)) rarities[term] = rarity(term);
    std::map<Slot, double> found;
    for (const auto& [slot, document] : documents) {
      double sum = 0;
      bool all = true;
      for (const auto& part : plan.parts) {
        double best = 0;
        for (const auto& way : part) best = std::max(best, weigh(document, way, rarities));
        all = all && best > 0;
        sum += best;
      }
      if (joined == Joined::kAll ? all : sum > 0) found[slot] = sum;
    }
    return found;
  }
  std::map<Slot, double> scanned(const TextPlan& plan, Joined joined) const {
    std::map<Slot, double> found;
    TextScan scan(postings, plan, joined, documents.size());
    for (WeightBlock block; scan.next(block);)
      for (std::size_t word = 0; word < WeightBlock::kSize / 64; ++word)
        each_slot(block.at_least(word, FLT_MIN), block.begin / 64 + word,
                  [&](Slot slot) { found[slot] = block.weights[slot - block.begin]; });
    return found;
  }
};

TEST(Postings, ScanEqualsTheDefinitionForRareAndCommonTerms) {
  SeededRandom random(3);
  const auto pick = [&](std::uint64_t bound) { return random.below(bound); };
  // The n-th term is in about one of n records: some have their impacts by slot, some do not.
  const auto term = [&] { return "t" + std::to_string(1 + pick(40)); };
  Collection collection;
  const auto put = [&](Slot slot) {
    Document document;
    for (int n = 1; n <= 40; ++n)
      if (pick(static_cast<std::uint64_t>(n)) == 0)
        document["t" + std::to_string(n)] = static_cast<std::uint32_t>(1 + pick(9));
    collection.put(slot, std::move(document));
  };
  for (Slot slot = 1; slot < 2600; ++slot) put(slot);
  for (const int change : {0, 1, 2}) {
    for (int i = 0; i < change * 150; ++i) collection.remove(static_cast<Slot>(1 + pick(2600)));
    for (int i = 0; i < change * 300; ++i) put(static_cast<Slot>(1 + pick(3000)));
    collection.postings.finish(3001);
    for (int round = 0; round < 25; ++round) {
      TextPlan plan;
      for (std::uint64_t parts = 1 + pick(3); parts > 0; --parts) {
        TextPlan::Part part;
        for (std::uint64_t ways = 1 + pick(3); ways > 0; --ways) {
          TextPlan::Way way;
          for (std::uint64_t terms = 1 + pick(2); terms > 0; --terms) way.push_back(term());
          if (pick(20) == 0) way.push_back("unknown");
          part.push_back(way);
        }
        plan.parts.push_back(part);
      }
      for (const Joined joined : {Joined::kAll, Joined::kAny}) {
        const auto expected = collection.expected(plan, joined);
        const auto scanned = collection.scanned(plan, joined);
        ASSERT_EQ(scanned.size(), expected.size());
        for (const auto& [slot, weight] : expected) {
          ASSERT_TRUE(scanned.contains(slot)) << slot;
          ASSERT_NEAR(scanned.at(slot), weight, 1e-4) << slot;
        }
      }
    }
  }
}

TEST(Postings, ACopyNeverSeesLaterChanges) {
  Collection collection;
  for (Slot slot = 1; slot <= 30; ++slot) collection.put(slot, {{"common", 1}});
  collection.postings.finish(31);
  const Collection before = collection;
  const TextPlan plan{{{{"common"}}}};
  for (Slot slot = 1; slot <= 20; ++slot) collection.remove(slot);
  collection.postings.finish(31);
  EXPECT_EQ(before.scanned(plan, Joined::kAll).size(), 30u);
  EXPECT_EQ(collection.scanned(plan, Joined::kAll).size(), 10u);
}

TEST(FirstKeys, AreThoseOfAWholeSort) {
  SeededRandom random(4);
  for (const std::size_t count : {0u, 1u, 20u, 700u, 5000u}) {
    FirstKeys first(count, [](std::uint64_t key) { return key; });
    std::vector<std::uint64_t> all;
    for (int i = 0; i < 4000; ++i) {
      all.push_back(random.below(3000));
      first.add(all.back());
    }
    std::ranges::sort(all);
    std::vector<std::uint64_t> kept = first.take();
    std::ranges::sort(kept);
    ASSERT_GE(kept.size(), std::min(count, all.size()));
    for (std::size_t i = 0; i < std::min(count, all.size()); ++i) EXPECT_EQ(kept[i], all[i]);
  }
}

}  // namespace
}  // namespace daybreak::directory::search
