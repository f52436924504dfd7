// SPDX-License-Identifier: AGPL-3.0-or-later
// What is sealed and holds keys, opened straight into locked memory: no copy of a key is left
// behind on the heap. Pure functions, safe to use from any thread.
#pragma once

#include "trust/keys/key_pair.hpp"
#include "trust/keys/seal.hpp"

namespace daybreak::trust::keys {

// As open() and read_letter().
Result<LockedBytes> open_locked(const Key& key, std::string_view sealed, const Place& place);
Result<LockedBytes> read_letter_locked(const KeyPair& receiver, const PublicKey& sender,
                                       std::string_view letter, std::string_view context);

}  // namespace daybreak::trust::keys
