// SPDX-License-Identifier: AGPL-3.0-or-later
// The need tree: what a person may look for, in plain words (data/directory/needs.csv). Read-only
// after it was read, safe to use from any thread.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"

namespace daybreak::directory::search {

struct Need {
  std::string code;    // "housing.shelter"; never changes
  std::string parent;  // code, or empty for a root
  std::string label_english;
  std::string label_spanish;
  std::vector<std::string> synonyms_english;
  std::vector<std::string> synonyms_spanish;
};

class NeedTree {
 public:
  // Reads the table; fails with line and reason for a double code, an unknown parent or a cycle.
  static Result<NeedTree> parse(std::string_view csv);

  const std::vector<Need>& all() const { return needs_; }
  const Need* find(std::string_view code) const;
  // The need itself and everything below it, as positions in all().
  std::vector<std::size_t> branch(std::string_view code) const;
  // The need and its ancestors, nearest first.
  std::vector<std::size_t> path(std::string_view code) const;

 private:
  std::vector<Need> needs_;
  std::unordered_map<std::string, std::size_t> position_;
};

}  // namespace daybreak::directory::search
