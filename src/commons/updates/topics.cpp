// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/updates/topics.hpp"

#include <algorithm>
#include <atomic>
#include <deque>
#include <fmt/format.h>
#include <mutex>
#include <stdexcept>
#include <toml++/toml.h>

#include "embedded/updates_topics.hpp"

namespace daybreak::updates {
namespace {

tl::unexpected<Error> wrong(const toml::table& entry, std::string message) {
  return fail(ErrorKind::kInvalid, std::move(message),
              fmt::format("topics.toml:{}", entry.source().begin.line),
              "Give each topic id, en, es, about_en, about_es and, when restricted, roles");
}

Result<Topic> read_topic(const toml::table& entry) {
  const auto text = [&](std::string_view key) { return entry[key].value_or(std::string()); };
  Topic topic{.id = text("id"),
              .name = {text("en"), text("es")},
              .about = {text("about_en"), text("about_es")},
              .roles = {}};
  for (const std::string* one : {&topic.id, &topic.name.en, &topic.name.es, &topic.about.en})
    if (one->empty()) return wrong(entry, "the topic lacks a text");
  const toml::array* roles = entry["roles"].as_array();
  if (roles == nullptr && entry.contains("roles")) return wrong(entry, "\"roles\" is not a list");
  if (roles == nullptr) return topic;
  for (const toml::node& node : *roles) {
    const auto role = trust::role_from(node.value_or(std::string()));
    if (!role) return wrong(entry, "a role is not known");
    topic.roles.add(*role);
  }
  // An empty list would make a restricted topic public.
  if (topic.roles.empty()) return wrong(entry, "a restricted topic names no role");
  return topic;
}

}  // namespace

Result<std::vector<Topic>> parse_topics(std::string_view text) {
  toml::table file;
  try {
    file = toml::parse(text);
  } catch (const toml::parse_error& error) {
    return fail(ErrorKind::kInvalid, std::string(error.description()),
                fmt::format("topics.toml:{}", error.source().begin.line));
  }
  std::vector<Topic> all;
  const toml::array* entries = file["topic"].as_array();
  if (entries == nullptr) return fail(ErrorKind::kInvalid, "there is no topic", "topics.toml");
  for (const toml::node& node : *entries) {
    const toml::table* entry = node.as_table();
    if (entry == nullptr) return fail(ErrorKind::kInvalid, "is not a table", "topics.toml");
    Topic topic = TRY(read_topic(*entry));
    if (std::ranges::find(all, topic.id, &Topic::id) != all.end())
      return wrong(*entry, "another topic has this id");
    all.push_back(std::move(topic));
  }
  return all;
}

const std::vector<Topic>& built_in_topics() {
  static const std::vector<Topic> all = [] {
    auto read = parse_topics(embedded::updates_topics().find("topics.toml").value_or(""));
    if (!read) throw std::logic_error(read.error().describe());
    return std::move(*read);
  }();
  return all;
}

namespace {

// Lists are few and small: each that was ever used is kept, so that no pointer into it dangles.
struct Lists {
  std::mutex mutex;
  std::deque<std::vector<Topic>> kept;
  std::atomic<const std::vector<Topic>*> now = &built_in_topics();
};

Lists& lists() {
  static Lists one;
  return one;
}

}  // namespace

const std::vector<Topic>& topics() { return *lists().now.load(); }

void use_topics(std::vector<Topic> topics) {
  Lists& all = lists();
  const std::lock_guard lock(all.mutex);
  if (topics == *all.now.load()) return;
  all.kept.push_back(std::move(topics));
  all.now = &all.kept.back();
}

const Topic* find_topic(std::string_view id) {
  const auto& all = topics();
  const auto found = std::ranges::find(all, id, &Topic::id);
  return found == all.end() ? nullptr : &*found;
}

std::string_view code_of(Frequency frequency) {
  switch (frequency) {
    case Frequency::kEach:
      return "each";
    case Frequency::kWeekly:
      return "weekly";
    case Frequency::kMonthly:
      return "monthly";
  }
  return "each";
}

std::string_view code_of(Format format) { return format == Format::kHtml ? "html" : "text"; }

std::optional<Frequency> frequency_from(std::string_view code) {
  for (const Frequency one : {Frequency::kEach, Frequency::kWeekly, Frequency::kMonthly})
    if (code_of(one) == code) return one;
  return std::nullopt;
}

std::optional<Format> format_from(std::string_view code) {
  for (const Format one : {Format::kHtml, Format::kText})
    if (code_of(one) == code) return one;
  return std::nullopt;
}

}  // namespace daybreak::updates
