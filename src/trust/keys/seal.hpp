// SPDX-License-Identifier: AGPL-3.0-or-later
// Sealing one field of one record (XChaCha20-Poly1305). A sealed block opens only in the place for
// which it was made: organisation, store, table, row, column and version are authenticated with it,
// so a block that was moved, swapped, taken to another organisation or put back from an earlier
// version is refused. Lengths are padded to 32 bytes. What is not found here: that a whole row with
// its version number was put back; the audit log shows that. Pure functions, safe from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/id.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "trust/keys/locked_bytes.hpp"

namespace daybreak::trust::keys {

struct Place {
  Uuid organization;
  std::string_view store;  // "vault"
  std::string_view table;
  Uuid row;
  std::string_view column;
  std::int64_t version = 0;
};

// A key of its own for each use; none can serve for another or lead back to `key` (keyed BLAKE2b).
Key derive(const Key& key, std::string_view use, std::string_view more = {});
// The key of one record below the key of a client, and of one more secret where two are needed
// (a class of notes): without both there is nothing to open.
Key record_key(const Key& client, std::string_view table, const Uuid& row);
Key record_key(const Key& client, const Key& also, std::string_view table, const Uuid& row);

std::string seal(const Key& key, std::string_view plain, const Place& place, Random& random);
// kCorrupt when the block was changed, moved, or sealed under another key.
Result<Secret<std::string>> open(const Key& key, std::string_view sealed, const Place& place);

// The same for a key below another key.
std::string wrap(const Key& outer, const Key& inner, const Place& place, Random& random);
Result<Key> unwrap(const Key& outer, std::string_view wrapped, const Place& place);

}  // namespace daybreak::trust::keys
