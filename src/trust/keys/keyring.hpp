// SPDX-License-Identifier: AGPL-3.0-or-later
// The keys that one member holds of one organisation: its secret key, and a key for each class of
// notes that the member may open. It lives in locked memory while the vault is unlocked, else only
// under the member's passphrase, in a letter to a new member, or under the officers' shares. One
// keyring belongs to one thread at a time unless nobody changes it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "base/result.hpp"
#include "trust/keys/key_pair.hpp"
#include "trust/keys/locked_bytes.hpp"

namespace daybreak::trust::keys {

class Keyring {
 public:
  // With a new secret key of the organisation.
  static Keyring found(const Uuid& organization, Random& random);

  const Uuid& organization() const { return organization_; }
  // The organisation's key pair.
  const KeyPair& pair() const { return pair_; }
  // A key by name ("note.attorney"), or nullptr when this member does not hold it.
  const Key* find(std::string_view name) const;
  void add(std::string_view name, Key key);
  std::vector<std::string> names() const;
  // A keyring with these names only: what a member with less is given.
  Keyring limited_to(const std::vector<std::string>& names) const;
  Keyring copy() const { return limited_to(names()); }

  LockedBytes write() const;
  static Result<Keyring> read(std::string_view bytes);

 private:
  Keyring(const Uuid& organization, KeyPair pair)
      : organization_(organization), pair_(std::move(pair)) {}
  Uuid organization_;
  KeyPair pair_;
  std::map<std::string, Key, std::less<>> keys_;
};

}  // namespace daybreak::trust::keys
