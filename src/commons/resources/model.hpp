// SPDX-License-Identifier: AGPL-3.0-or-later
// What the resource library holds. Plain values; the code lists are safe to use from any thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "commons/library/model.hpp"
#include "language/words.hpp"
#include "trust/actor.hpp"

namespace daybreak::resources {

using language::Language;
using library::Both;

struct Code {
  std::string_view code;
  language::MessageId words;
};
// "guide", "training", "form", "law", "data", "service", "campaign", "funding", "story"
std::span<const Code> kinds();
const Code* find_kind(std::string_view code);
// Where a survivor allowed her words: "site", "mail", "print", "embed".
std::span<const Code> uses();

enum class LinkState : std::uint8_t { kUnchecked, kWorks, kMoved, kBroken };
std::string_view code_of(LinkState state);  // "", "works", "moved", "broken"

struct Item {
  Uuid id;  // nil: new
  std::string kind = "guide";
  Both title, about;
  std::string publisher, address, licence;
  std::vector<std::string> audiences;  // of the library
  std::vector<std::string> topics;     // of the news
  std::vector<std::string> languages;  // "en", "es", …
  bool federal = false, published = true;
  std::optional<Date> review, opens, closes;
  std::int64_t version = 0;
  LinkState link = LinkState::kUnchecked;
  int link_code = 0;  // the server's answer; 0: none came
  std::optional<Instant> checked_at;
  bool is_story() const { return kind == "story"; }
};

struct Story {
  Uuid item;
  Both words;
  std::vector<std::string> uses;
  Date until{};
  std::string form;  // where the signed paper lies; no name
  trust::MemberId recorded_by;
  Instant recorded_at{};
  std::optional<Instant> withdrawn_at;
  bool allows(std::string_view use, Date today) const;
};

struct Collection {
  Uuid id;
  bool campaign = false;
  Both title, about, copy;
  std::optional<Date> starts, ends;
  std::vector<std::string> posters;  // quick references of the library
  std::vector<Uuid> items;
  bool published = true;
};

// Fail with the field's name where a person has to mend it.
Result<void> check(const Item& item);
Result<void> check(const Story& story, Date today);
Result<void> check(const Collection& collection);

}  // namespace daybreak::resources
