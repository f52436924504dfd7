// SPDX-License-Identifier: AGPL-3.0-or-later
// The reader who wants to know a suppressed figure: knows every published figure, that counts are
// not negative, and (where zeros are published) that a suppressed figure is not zero. What can she
// work out? The least and the greatest value that fit, by linear programming with GLPK. One thread
// at a time. The bounds of the linear program are whole, and so exact, in two dimensions; in more
// they can be wider than what whole numbers allow. On demand an integer program decides; where that
// takes too long, the end of the interval is put at what is proven possible, so that a doubt counts
// as a leak.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "stats/suppression/publication.hpp"

namespace daybreak::stats {

struct Interval {
  double low = 0;
  double high = 0;
  double width() const { return high - low; }
};

enum class Counting : std::uint8_t {
  kReal,   // linear programs: fast, exact in two dimensions
  kWhole,  // integer programs where the linear ones end in fractions
};

class Attacker {
 public:
  // `least_suppressed` is the least value a suppressed wanted figure can have: 1 when zeros are
  // always published, otherwise 0. `reach` is how far from the truth the attacker looks; intervals
  // end there, so it should be some times the width that is demanded. The publication must outlive
  // the attacker and be checked.
  Attacker(const Publication& publication, std::int64_t least_suppressed, double reach,
           Counting counting = Counting::kReal);
  ~Attacker();
  Attacker(Attacker&&) noexcept;
  Attacker& operator=(Attacker&&) noexcept;

  // Publishes or suppresses a figure from now on. Everything starts suppressed.
  void set_published(std::size_t figure, bool published);

  // The least and the greatest value of the figure that agree with all that is published. Fails
  // only when the solver does.
  Result<Interval> interval_of(std::size_t figure);

  // How far the base cells are from the truth at the two ends of the last interval: changes that
  // the attacker cannot see.
  const std::vector<std::vector<double>>& last_changes() const;
  // Published figures (index; earlier ones as figures.size() + index) that the last bound leans on.
  const std::vector<std::size_t>& last_reasons() const;

 private:
  struct Program;
  std::unique_ptr<Program> program_;
};

}  // namespace daybreak::stats
