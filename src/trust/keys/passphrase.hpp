// SPDX-License-Identifier: AGPL-3.0-or-later
// A secret under a person's own passphrase (Argon2id). The work is written with it and has a floor,
// so that nobody can make it cheap; the context says whose it is. Safe to use from any thread; at
// most two passphrases are worked on at the same time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "trust/keys/locked_bytes.hpp"

namespace daybreak::trust::keys {

struct WrapWork {
  std::uint32_t passes = 2;
  std::uint32_t kibibytes = 64 * 1024;
};
inline constexpr WrapWork kLeastWork{};

// Throws std::logic_error for less than the least work.
std::string wrap_under_passphrase(const Secret<std::string>& passphrase, std::string_view plain,
                                  std::string_view context, Random& random,
                                  WrapWork work = kLeastWork);
// kDenied for a wrong passphrase, context or a changed block (they look the same); kCorrupt for
// less than the least work.
Result<LockedBytes> unwrap_under_passphrase(const Secret<std::string>& passphrase,
                                            std::string_view wrapped, std::string_view context);
// At least 12 characters of 6 kinds: kInvalid with place "field passphrase".
Result<void> check_new_passphrase(std::string_view passphrase);

}  // namespace daybreak::trust::keys
