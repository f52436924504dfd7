// SPDX-License-Identifier: AGPL-3.0-or-later
// Finds which figures to withhold so that one sensitive figure gets more room: the cheapest change
// of the table that moves the figure by a given amount and keeps everything else that is published
// (linear program; the incremental heuristic of Kelly, Golden and Assad 1992 and of Fischetti and
// Salazar-Gonzalez 1999). Used by suppress.cpp alone.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/result.hpp"
#include "stats/suppression/publication.hpp"

namespace daybreak::stats {

class Hider {
 public:
  // Starts with everything wanted published, at these costs of withholding (one for each figure).
  // Nothing moves further than `reach`.
  Hider(const Publication& publication, std::int64_t least_suppressed, double reach,
        std::vector<double> withholding_costs);
  ~Hider();

  // Withheld figures move for nothing; frozen ones (published zeros) never move.
  void set_withheld(std::size_t figure);
  void set_frozen(std::size_t figure);

  // The published figures to withhold so that `figure` can also be `value`; nothing when no choice
  // does. Fails only when the solver does.
  Result<std::optional<std::vector<std::size_t>>> room_for(std::size_t figure, double value);

 private:
  struct Program;
  std::unique_ptr<Program> program_;
};

}  // namespace daybreak::stats
