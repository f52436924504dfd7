// SPDX-License-Identifier: AGPL-3.0-or-later
// What a result shows of a service, read from the card that the index keeps (card_of), without
// building a tree of values: a page of results reads twenty cards. Pure, any thread.
#pragma once

#include <forward_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace daybreak::directory {

class Card {
 public:
  // `json` is a compact JSON object and must outlive the card. Of a broken text, what stands before
  // the break is there.
  explicit Card(std::string_view json);

  // The text of a member, empty when it is not there or no text. Lives as long as the card.
  std::string_view text(std::string_view name) const;
  bool is_true(std::string_view name) const;
  // A member of any kind.
  std::optional<Json> value(std::string_view name) const;

 private:
  struct Member {
    std::string_view name;
    std::string_view raw;      // as written
    std::string_view decoded;  // of a text
  };
  const Member* find(std::string_view name) const;

  std::vector<Member> members_;
  std::forward_list<std::string> unescaped_;  // texts that were written with escapes
};

}  // namespace daybreak::directory
