// SPDX-License-Identifier: AGPL-3.0-or-later
// Suppression of small numbers that cannot be undone by arithmetic: small figures are withheld
// (primary), then as few others as it takes (complementary) until no withheld figure can be worked
// out more closely than demanded, not even together with every earlier table. The audit is a linear
// program of its own, not the reasoning that chose the complement. One thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "stats/suppression/attacker.hpp"
#include "stats/suppression/publication.hpp"

namespace daybreak::stats {

enum class Zeros : std::uint8_t {
  kPublish,   // zeros are shown and never help to hide another figure
  kSuppress,  // zeros are as sensitive as small numbers
};

struct SuppressionRule {
  std::int64_t threshold = 11;  // figures from 1 to threshold - 1 are withheld
  std::int64_t width = 10;      // what a reader can work out must span at least this much
  Zeros zeros = Zeros::kPublish;
  // A figure to which one contributor adds this share or more is withheld, because the others could
  // be read off by subtracting it. Such a figure must stay open by 20 % of its value at least.
  double dominance = 0.8;
};

enum class FigureState : std::uint8_t { kPublished, kPrimary, kComplementary, kNotWanted };
std::string_view name_of(FigureState state);

// Primary suppression alone, in the order of the figures.
Result<std::vector<FigureState>> primary_states(const Publication& publication,
                                                const SuppressionRule& rule);

struct Leak {
  std::size_t figure = 0;
  double low = 0;
  double high = 0;
  std::string words;  // which figure, how closely, from which published figures
};
// Every sensitive figure that a reader can work out too closely under these states.
Result<std::vector<Leak>> audit(const Publication& publication, const SuppressionRule& rule,
                                const std::vector<FigureState>& states,
                                Counting counting = Counting::kReal);

struct Suppression {
  std::vector<FigureState> states;
  std::size_t primary = 0;
  std::size_t complementary = 0;
};
// A safe choice of what to withhold, found greedily and then thinned out; it has passed `audit`.
// Fails with the words of the leak when no choice is safe, as when an earlier table already tells.
Result<Suppression> suppress(const Publication& publication, const SuppressionRule& rule);

}  // namespace daybreak::stats
