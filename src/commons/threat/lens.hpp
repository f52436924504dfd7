// SPDX-License-Identifier: AGPL-3.0-or-later
// Indicator lenses: which violations a case must show to count in an assessment. They are data,
// data/threat/lenses.csv, each with its source. Read once; safe to use from any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "commons/threat/cases.hpp"
#include "language/language.hpp"

namespace daybreak::threat {

struct Lens {
  using Field = std::int64_t (*)(const Case&);
  std::string code, title, title_spanish, source, as_of;
  std::vector<Field> fields;

  // Whether one of its fields is more than nothing.
  bool counts(const Case& one) const;
  std::string_view title_in(language::Language language) const {
    return language == language::Language::kSpanish ? title_spanish : title;
  }
};

// Reads a list of lenses; names the line and field that is wrong.
Result<std::vector<Lens>> parse_lenses(std::string_view csv);

// Those of the program, "any" first.
std::span<const Lens> lenses();
const Lens* find_lens(std::string_view code);

}  // namespace daybreak::threat
