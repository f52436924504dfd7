// SPDX-License-Identifier: AGPL-3.0-or-later
// A key in shares (Shamir, GF(256)): so many of them give it back, fewer say nothing at all about
// it. For the officers of an organisation; written on paper, each is one line with a check. Pure
// functions, safe to use from any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "base/result.hpp"
#include "trust/keys/locked_bytes.hpp"

namespace daybreak::trust::keys {

struct Share {
  std::uint32_t set = 0;  // shares of one splitting have the same number
  std::uint8_t threshold = 0;
  std::uint8_t number = 0;  // 1, 2, …
  LockedBytes bytes;
};

// `threshold` of `count` shares; 2 <= threshold <= count <= 16.
std::vector<Share> split(const Key& secret, int threshold, int count, Random& random);
// kInvalid when there are too few, one twice, or shares of different splittings.
Result<Key> combine(std::span<const Share> shares);

// "DBS1-2K7Q-…"; parse ignores case, spaces and dashes and finds a wrong letter (kInvalid).
std::string write_share(const Share& share);
Result<Share> parse_share(std::string_view text);

}  // namespace daybreak::trust::keys
