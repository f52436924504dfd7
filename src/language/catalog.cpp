// SPDX-License-Identifier: AGPL-3.0-or-later
#include "language/catalog.hpp"

#include <cstring>
#include <stdexcept>

#include "embedded/locale.hpp"

namespace daybreak::language {
namespace {

constexpr std::uint32_t kMagic = 0x950412de;

// One 32-bit number of the file, in this machine's order (msgfmt runs on the building machine).
std::optional<std::uint32_t> number_at(std::string_view mo, std::size_t offset) {
  if (offset + 4 > mo.size()) return std::nullopt;
  std::uint32_t number;
  std::memcpy(&number, mo.data() + offset, 4);
  return number;
}

// The string that the table entry at `offset` (length, place) points to.
std::optional<std::string_view> string_at(std::string_view mo, std::size_t offset) {
  const auto length = number_at(mo, offset);
  const auto place = number_at(mo, offset + 4);
  if (!length || !place || std::size_t{*place} + *length > mo.size()) return std::nullopt;
  return mo.substr(*place, *length);
}

}  // namespace

Result<Catalog> Catalog::create(std::string_view mo) {
  const auto corrupt = [](std::string message) {
    return fail(ErrorKind::kCorrupt, std::move(message), "message catalogue",
                "build it with msgfmt");
  };
  const auto magic = number_at(mo, 0), count = number_at(mo, 8), originals = number_at(mo, 12),
             translations = number_at(mo, 16);
  if (!magic || *magic != kMagic || !translations) return corrupt("it is not a .mo file");
  Catalog catalog;
  catalog.entries_.reserve(*count);
  for (std::uint32_t i = 0; i < *count; ++i) {
    const auto original = string_at(mo, *originals + std::size_t{8} * i);
    const auto translation = string_at(mo, *translations + std::size_t{8} * i);
    if (!original || !translation) return corrupt("it is cut short");
    catalog.entries_.emplace(original->substr(0, original->find('\0')), *translation);
  }
  const auto header = catalog.find("");
  if (!header || header->find("nplurals=2; plural=(n != 1);") == std::string_view::npos)
    return corrupt("its plural rule is not \"nplurals=2; plural=(n != 1);\"");
  catalog.entries_.erase("");
  return catalog;
}

std::optional<std::string_view> Catalog::find(std::string_view key) const {
  const auto entry = entries_.find(key);
  if (entry == entries_.end()) return std::nullopt;
  return entry->second.substr(0, key.empty() ? std::string_view::npos : entry->second.find('\0'));
}

std::optional<std::string_view> Catalog::find_plural(std::string_view key,
                                                     std::int64_t count) const {
  const auto entry = entries_.find(key);
  if (entry == entries_.end()) return std::nullopt;
  const std::size_t end = entry->second.find('\0');
  if (end == std::string_view::npos) return std::nullopt;
  return count == 1 ? entry->second.substr(0, end) : entry->second.substr(end + 1);
}

const Catalog& catalog_of(std::string_view code) {
  static const Catalog english;
  static const Catalog spanish = [] {
    const auto file = embedded::locale().find("es.mo");
    if (!file) throw std::logic_error("the Spanish catalogue is not in the program");
    auto catalog = Catalog::create(*file);
    if (!catalog) throw std::logic_error(catalog.error().describe());
    return *std::move(catalog);
  }();
  return code == "es" ? spanish : english;
}

}  // namespace daybreak::language
