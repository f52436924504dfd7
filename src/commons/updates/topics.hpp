// SPDX-License-Identifier: AGPL-3.0-or-later
// What people subscribe to, from data/updates/topics.toml, and the codes of their choices. Read
// once, immutable; safe to use from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commons/library/model.hpp"
#include "trust/actor.hpp"

namespace daybreak::updates {

using language::Language;
using library::Both;

struct Topic {
  std::string id;
  Both name, about;
  trust::Roles roles;  // empty: public
  bool is_restricted() const { return !roles.empty(); }
};

// In the order of the file.
const std::vector<Topic>& topics();
const Topic* find_topic(std::string_view id);
// For tests: names the entry that is wrong.
Result<std::vector<Topic>> parse_topics(std::string_view toml);

enum class Frequency : std::uint8_t { kEach, kWeekly, kMonthly };
enum class Format : std::uint8_t { kHtml, kText };
std::string_view code_of(Frequency frequency);  // "each", "weekly", "monthly"
std::string_view code_of(Format format);        // "html", "text"
std::optional<Frequency> frequency_from(std::string_view code);
std::optional<Format> format_from(std::string_view code);

}  // namespace daybreak::updates
