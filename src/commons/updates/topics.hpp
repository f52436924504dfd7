// SPDX-License-Identifier: AGPL-3.0-or-later
// What people subscribe to, from data/updates/topics.toml, and the codes of their choices. Safe to
// use from any thread.
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
  trust::Roles roles;    // empty: public
  bool retired = false;  // offered to nobody, its archive stays
  bool is_restricted() const { return !roles.empty(); }
  bool operator==(const Topic& other) const {
    return id == other.id && name.en == other.name.en && name.es == other.name.es &&
           about.en == other.about.en && about.es == other.about.es && roles == other.roles &&
           retired == other.retired;
  }
};

// As this process read them last (topic_list.hpp), retired ones too; before that, those of the
// file. What was given once lives as long as the program, so a Topic may be pointed at.
const std::vector<Topic>& topics();
const std::vector<Topic>& built_in_topics();
void use_topics(std::vector<Topic> topics);
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
