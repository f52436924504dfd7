// SPDX-License-Identifier: AGPL-3.0-or-later
// A plain table for a terminal: columns as wide as they must be, the first to the left, the others
// to the right. Main thread only.
#pragma once

#include <string>
#include <vector>

namespace daybreak::cli {

class TextTable {
 public:
  explicit TextTable(std::vector<std::string> heading) : rows_{std::move(heading)} {}
  void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  void print() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace daybreak::cli
