// SPDX-License-Identifier: AGPL-3.0-or-later
// The aggregate gate: the only way in which a number leaves a vault. The vault counts, small
// numbers and what would give them away stay inside, the organisation signs, and the commons looks
// through what it gets once more. No free text, no code outside of the list, no override. Safe to
// use from any thread.
#pragma once

#include "commons/measures/measures.hpp"
#include "vault/counts/counts.hpp"

namespace daybreak::gates {

class AggregateGate {
 public:
  explicit AggregateGate(measures::Measures& measures) : measures_(measures) {}

  // Exactly what would leave: nothing is written. kInvalid for a measure or quarter that is none or
  // has not ended; kConflict when nothing safe is left to say.
  Result<measures::CountTable> prepare(const vault::Work& work, std::string_view measure,
                                       std::string_view period);
  // Signs and sends what was looked at: `seen` is its written form. kConflict when the numbers are
  // others by now. Recorded in the vault first, then in the commons with the table.
  Result<void> send(const vault::Work& work, std::string_view measure, std::string_view period,
                    std::string_view seen);
  // A new version that says that the earlier ones no longer hold.
  Result<void> withdraw(const vault::Work& work, std::string_view measure, std::string_view period);
  // What this organisation sent so far.
  Result<std::vector<measures::StoredTable>> sent(const vault::Work& work);

 private:
  Result<measures::CountTable> next(const vault::Work& work, const measures::Measure& measure,
                                    std::string_view period,
                                    std::span<const measures::CountTable> earlier) const;
  Result<void> sign_and_send(const vault::Work& work, const measures::CountTable& table,
                             std::string_view action);
  measures::Measures& measures_;
};

}  // namespace daybreak::gates
