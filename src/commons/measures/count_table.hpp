// SPDX-License-Identifier: AGPL-3.0-or-later
// A table of counts as it leaves a vault: one measure, one quarter, whole numbers or "withheld". It
// has one written form and no other, which is what is signed: whoever changes a letter, adds a line
// or writes a number in another way has another text, and read() refuses it. Pure functions, safe
// to use from any thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "commons/measures/code_list.hpp"
#include "trust/actor.hpp"

namespace daybreak::measures {

// Counts from 1 to one less than this are small: nobody outside of the vault sees one.
inline constexpr std::int64_t kThreshold = 11;
inline constexpr std::int64_t kMostCount = 1'000'000;
inline constexpr std::size_t kMostBytes = 8 * 1024;

struct Cell {
  std::string code;
  std::optional<std::int64_t> count;  // nothing: withheld
};

struct CountTable {
  trust::OrganizationId organization;
  std::string measure;
  std::string period;  // "2026-Q3"
  std::int64_t version = 1;
  bool withdrawn = false;  // then there are no cells
  std::vector<Cell> cells;
  std::optional<std::int64_t> total;

  std::string write() const;
  // kInvalid for every text that write() would not have written.
  static Result<CountTable> read(std::string_view text);
};

// The days of a quarter; kInvalid for what is none.
struct Quarter {
  Date first, last;
};
Result<Quarter> quarter_of(std::string_view period);
// The quarter of a day: "2026-Q3".
std::string quarter_with(Date day);
bool is_small(std::int64_t count);
// The total as a table tells it: in its line, or by its cells when none of them is withheld.
std::optional<std::int64_t> told_total(const CountTable& table);

// The measure and its codes are of the list, each once and in order; no count is small, negative or
// huge; the total fits the cells; and what is withheld cannot be had by subtracting.
Result<void> check(const CountTable& table, const MeasureList& list);

// The same together with what this organisation sent before for the quarter: `earlier` are all
// versions of all measures of the family. kConflict when two tables together give away a small
// number: a withheld cell, or a small change.
Result<void> check_together(const CountTable& table, std::span<const CountTable> earlier);

}  // namespace daybreak::measures
