// SPDX-License-Identifier: AGPL-3.0-or-later
// A compiled gettext catalogue (.mo), read in place. Only words.cpp and the tests use it. Immutable
// once made, safe to use from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.hpp"

namespace daybreak::language {

class Catalog {
 public:
  Catalog() = default;
  // Views `mo`, which must outlive the catalogue. Fails (kCorrupt) when it is not a catalogue with
  // two plural forms, the second for everything but 1.
  static Result<Catalog> create(std::string_view mo);

  // The translation of a key, or nothing.
  std::optional<std::string_view> find(std::string_view key) const;
  // The form of a plural for this count, or nothing.
  std::optional<std::string_view> find_plural(std::string_view key, std::int64_t count) const;
  // Key and whole translation (plural forms separated by NUL).
  const std::unordered_map<std::string_view, std::string_view>& entries() const { return entries_; }

 private:
  std::unordered_map<std::string_view, std::string_view> entries_;
};

// The catalogue of a language, in the program; empty for English.
const Catalog& catalog_of(std::string_view code);

}  // namespace daybreak::language
