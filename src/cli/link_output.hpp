// SPDX-License-Identifier: AGPL-3.0-or-later
// What `daybreak link` prints: CSV for people and spreadsheets, JSON for programs. Rows count from
// 1 after the header. Used by the one thread of the command.
#pragma once

#include <vector>

#include "base/result.hpp"
#include "stats/linkage/link.hpp"

namespace daybreak::cli {

class LinkOutput {
 public:
  LinkOutput(const linkage::Linkage& linkage, const linkage::Table& table,
             const linkage::LinkOptions& options, bool json, bool reasons)
      : linkage_(linkage), table_(table), options_(options), json_(json), reasons_(reasons) {}

  // Links (or every kept pair) and clusters. Fails when standard output cannot be written.
  Result<void> print_links(bool everything, std::size_t draws);
  Result<void> print_scores(const std::vector<linkage::RowPair>& pairs);

 private:
  void put_pair(const linkage::RowPair& pair);
  void put_reasons(const linkage::RowPair& pair);
  void put_clusters();
  void put_summary();
  void put_draws(std::size_t draws);
  void put_string(std::string_view text);
  void flush_when_full();
  Result<void> finish();

  const linkage::Linkage& linkage_;
  const linkage::Table& table_;
  const linkage::LinkOptions& options_;
  bool json_, reasons_;
  bool failed_ = false;
  std::string out_;
};

}  // namespace daybreak::cli
