// SPDX-License-Identifier: AGPL-3.0-or-later
// What was shredded in a vault, as a list of ids without a word: a backup made before still holds
// the wrapped keys, and they come back with it. Kept beside the backups, the list shreds again what
// a restored store revived. Needs no key. Safe to use from any thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "vault/vault.hpp"

namespace daybreak::vault::retention {

enum class Shredded : std::uint8_t { kFile, kNarrative, kAttachment };
struct ShreddedThing {
  trust::OrganizationId organization;
  Shredded what = Shredded::kFile;
  Uuid id;
  bool operator==(const ShreddedThing&) const = default;
};

Result<std::vector<ShreddedThing>> shred_list(const Vault& vault);
// One line each, "organization what id".
std::string write_shred_list(std::span<const ShreddedThing> list);
// kInvalid names the first line that is wrong.
Result<std::vector<ShreddedThing>> read_shred_list(std::string_view text);

// Those of this vault, in one transaction with its leaf; holds do not keep them. Returns how many
// the store had revived. Again is no harm.
Result<std::int64_t> shred_again(const Vault& vault, const trust::Actor& actor,
                                 std::span<const ShreddedThing> list);

}  // namespace daybreak::vault::retention
