// SPDX-License-Identifier: AGPL-3.0-or-later
// The dated code list of measures (data/measures): which counts an organisation may send, with
// their definitions and sources. Immutable after reading, safe to use from any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace daybreak::measures {

struct Words {
  std::string en, es;
};

struct MeasureCode {
  std::string code;
  Words words;
};

struct Measure {
  std::string code;
  std::string family;  // tables of one family count the same things
  std::string counts;  // what a vault counts for it
  std::string source;
  Words words, definition;
  std::vector<MeasureCode> codes;  // the cells of its table, in this order
};

class MeasureList {
 public:
  // The file of the program; a mistake in it is a bug and throws.
  static const MeasureList& built_in();
  static Result<MeasureList> parse(std::string_view toml);

  Date as_of() const { return as_of_; }
  const std::vector<Measure>& all() const { return all_; }
  const Measure* find(std::string_view code) const;

 private:
  Date as_of_{};
  std::vector<Measure> all_;
};

}  // namespace daybreak::measures
