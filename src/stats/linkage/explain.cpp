// SPDX-License-Identifier: AGPL-3.0-or-later
// Linkage::explain: the waterfall of one link, as data.
#include <array>
#include <cmath>

#include "stats/linkage/link.hpp"

namespace daybreak::linkage {
namespace {

constexpr std::array<std::string_view, kLevels> kNameFindings{
    "no distinctive word is shared",
    "each side has a distinctive word of its own",
    "one side has a distinctive word where the other has a common one",
    "one side adds a distinctive word",
    "each side has a common word of its own",
    "one side adds a common word or an initial",
    "same words",
};
constexpr std::array<std::string_view, 4> kFieldFindings{"differ", "alike", "close", "equal"};
constexpr std::array<std::string_view, 4> kFormFindings{
    "legal forms differ", "one side has no legal form", "legal forms overlap", "same legal form"};

std::string describe(const Words& words, const WordMatch& match) {
  const std::string a(words.text.text(match.a)), b(words.text.text(match.b));
  switch (match.how) {
    case WordMatch::How::kJoined:
      return a + " ~ " + b + " (joined)";
    case WordMatch::How::kMisspelt:
      return a + " ~ " + b + " (spelling)";
    case WordMatch::How::kInitial:
      return a + " ~ " + b + " (initial)";
    case WordMatch::How::kPlace:
      return a + " (place)";
    default:
      return a;
  }
}

std::vector<std::string> texts(const Words& words, const std::vector<std::uint32_t>& numbers) {
  std::vector<std::string> out;
  for (const std::uint32_t number : numbers) out.emplace_back(words.text.text(number));
  return out;
}

}  // namespace

std::vector<Reason> Linkage::explain(const RowPair& pair) const {
  const Corpus& corpus = *corpus_;
  const Comparison comparison = compare(corpus, pair.record_a, pair.record_b);
  std::vector<Reason> reasons;
  Reason prior;
  prior.field = "prior";
  prior.finding = "share of matches among all pairs";
  prior.bits = std::log2(model_->lambda / (1 - model_->lambda));
  reasons.push_back(std::move(prior));
  for (std::size_t i = 0; i < model_->measures.size(); ++i) {
    const std::uint8_t cell = comparison.cell[i];
    if (cell == Comparison::kMissing) continue;
    const std::size_t context = cell / kLevels, level = cell % kLevels;
    Reason reason;
    reason.field = model_->measures[i].name;
    reason.bits = model_->measures[i].weight[context][level];
    if (corpus.has_name && i == 0) {
      NameDetail detail;
      const NameMatch match = compare_names(corpus, pair.record_a, pair.record_b, &detail);
      reason.finding = kNameFindings[level];
      if (match.level != kNoSharedWord) reason.bits += match.bits;
      for (const WordMatch& shared : detail.shared) {
        reason.words.push_back(describe(corpus.words, shared));
      }
      reason.only_a = texts(corpus.words, detail.only_a);
      reason.only_b = texts(corpus.words, detail.only_b);
    } else if (corpus.has_name && i == 1) {
      reason.finding = kFormFindings[level];
    } else {
      reason.finding = kFieldFindings[level];
      const Field& field = corpus.fields[i - first_field(corpus)];
      if (level == kEqual && field.value[pair.record_a] == field.value[pair.record_b]) {
        reason.bits += value_bits(field, pair.record_a, context);
      }
    }
    reasons.push_back(std::move(reason));
  }
  if (!comparison.gate) {
    reasons.push_back(
        {"gate", "no distinctive word or identifier is shared: not a link", 0, {}, {}, {}});
  }
  if (comparison.sibling) {
    reasons.push_back(
        {"legal form", "a partnership and a corporation: siblings, not one firm", 0, {}, {}, {}});
  }
  return reasons;
}

}  // namespace daybreak::linkage
