// SPDX-License-Identifier: AGPL-3.0-or-later
// Names as small numbers: every place, category or tree node of a set of input files gets an index
// in order of first appearance, so that the statistics work on plain arrays. Not safe to change
// from two threads; safe to read from any.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace daybreak::stats {

class IdTable {
 public:
  IdTable() = default;
  IdTable(IdTable&&) = default;
  IdTable& operator=(IdTable&&) = default;

  // The index of a name, which is added when it is new.
  std::uint32_t intern(std::string_view name) {
    if (const auto found = index_.find(name); found != index_.end()) return found->second;
    const auto index = static_cast<std::uint32_t>(names_.size());
    names_.emplace_back(name);
    index_.emplace(names_.back(), index);
    return index;
  }
  std::optional<std::uint32_t> find(std::string_view name) const {
    const auto found = index_.find(name);
    if (found == index_.end()) return std::nullopt;
    return found->second;
  }
  const std::string& name(std::uint32_t index) const { return names_[index]; }
  std::size_t size() const { return names_.size(); }

 private:
  std::deque<std::string> names_;  // a deque never moves its elements, so the views below stay good
  std::unordered_map<std::string_view, std::uint32_t> index_;
};

// What a reader does with an id that the table does not hold yet.
enum class UnknownIds : std::uint8_t { kAdd, kReject };

}  // namespace daybreak::stats
