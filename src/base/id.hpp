// SPDX-License-Identifier: AGPL-3.0-or-later
// Ids: UUIDs (RFC 9562), and strong types over them so that one kind of id cannot pass as another.
// Plain values, safe to use from any thread.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"

namespace daybreak {

class Uuid {
 public:
  constexpr Uuid() = default;
  constexpr explicit Uuid(std::array<std::uint8_t, 16> bytes) : bytes_(bytes) {}

  // Accepts the 36-character form in either case; nothing else.
  static Result<Uuid> parse(std::string_view text);
  // Version 7: ordered by time, then random.
  static Uuid generate(const Clock& clock, Random& random);
  // Version 5 (SHA-1 of name space and name): the same input gives the same id for ever.
  static Uuid from_name(const Uuid& name_space, std::string_view name);

  std::string to_string() const;  // lower case
  bool is_nil() const { return *this == Uuid(); }
  const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
  auto operator<=>(const Uuid&) const = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

// `using OrganizationId = Id<struct OrganizationTag>;`
template <typename Tag>
class Id {
 public:
  constexpr Id() = default;
  constexpr explicit Id(Uuid uuid) : uuid_(uuid) {}
  static Result<Id> parse(std::string_view text) { return Uuid::parse(text).map([](Uuid u) { return Id(u); }); }
  static Id generate(const Clock& clock, Random& random) { return Id(Uuid::generate(clock, random)); }
  const Uuid& uuid() const { return uuid_; }
  std::string to_string() const { return uuid_.to_string(); }
  bool is_nil() const { return uuid_.is_nil(); }
  auto operator<=>(const Id&) const = default;

 private:
  Uuid uuid_;
};

}  // namespace daybreak

template <>
struct std::hash<daybreak::Uuid> {
  std::size_t operator()(const daybreak::Uuid& uuid) const noexcept {
    return std::hash<std::string_view>()(
        {reinterpret_cast<const char*>(uuid.bytes().data()), uuid.bytes().size()});
  }
};
template <typename Tag>
struct std::hash<daybreak::Id<Tag>> {
  std::size_t operator()(const daybreak::Id<Tag>& id) const noexcept {
    return std::hash<daybreak::Uuid>()(id.uuid());
  }
};
