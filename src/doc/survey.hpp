// SPDX-License-Identifier: AGPL-3.0-or-later
// What every back end must know about a whole document before it writes the first word: its
// headings, anchors, sorted indexes, and whether it keeps the rules. Not for users of doc/. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "doc/document.hpp"

namespace daybreak::doc {

struct SurveyedHeading {
  int level = 1;
  std::string words;
  std::string anchor;
  bool in_contents = true;
};

struct IndexTarget {
  std::string words;  // second level; empty: the term itself
  std::string anchor;
};
struct IndexTerm {
  std::string term;
  std::vector<IndexTarget> targets;
};

class Survey {
 public:
  // Fails with kInvalid and the block's place when the document breaks a rule of document.hpp.
  static Result<Survey> of(const Document& document);

  const std::vector<SurveyedHeading>& headings() const { return headings_; }
  // Terms and targets sorted by the rules of the document's language; empty when there is none.
  const std::vector<IndexTerm>& index(const std::string& name) const;
  // The anchor of a heading or group: its own or a made one; empty when it needs none.
  const std::string& anchor_of(const void* heading_or_group) const;

 private:
  friend class Surveyor;
  std::vector<SurveyedHeading> headings_;
  std::map<std::string, std::vector<IndexTerm>> indexes_;
  std::unordered_map<const void*, std::string> anchors_;
};

// `text` without control characters (a tab or line end becomes a space).
std::string printable(std::string_view text);

}  // namespace daybreak::doc
