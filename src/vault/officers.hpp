// SPDX-License-Identifier: AGPL-3.0-or-later
// How a vault gets its keys and how members come to them: founding, joining, granting, a new
// passphrase, and recovery by three of five officers. The machine and its administrator are no part
// of it: without a member's passphrase or three shares nothing opens. Each act asks decide() and is
// recorded with it. Safe to use from any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/secret.hpp"
#include "trust/keys/keyring.hpp"
#include "vault/vault.hpp"

namespace daybreak::vault {

// The keys of classes of notes: who has the class has the key.
inline constexpr std::string_view kNoteKeys[] = {"note.factual", "note.privileged", "note.attorney",
                                                 "note.clinical", "note.child"};
inline constexpr int kSharesNeeded = 3, kSharesMade = 5;

struct VaultMember {
  trust::MemberId member;
  std::string fingerprint;             // of the own key, to compare by voice
  std::vector<std::string> key_names;  // empty while nobody has let the member in
  bool let_in = false;
};

class Officers {
 public:
  explicit Officers(Vault& vault) : vault_(vault) {}

  Result<bool> is_founded() const;
  // Makes the organisation's keys. The actor holds all of them; the five lines go to five officers
  // and are shown once. kConflict when the vault has keys.
  Result<std::vector<Secret<std::string>>> found(const trust::Actor& actor,
                                                 const Secret<std::string>& passphrase);
  // A member's own key pair, under the own passphrase; the keyring comes with let_in(). Joining
  // again (a forgotten passphrase) takes the keyring away until someone lets the member in again.
  Result<void> join(const trust::Actor& actor, const Secret<std::string>& passphrase);
  Result<std::vector<VaultMember>> members(const trust::Actor& actor) const;
  // Gives a member who joined these keys of notes, and the organisation's; what the giver does not
  // hold cannot be given (kDenied). Compare the fingerprint first.
  Result<void> let_in(const Work& work, trust::MemberId member, std::string_view fingerprint,
                      const std::vector<std::string>& key_names);
  // Takes a member's keyring out of the store; it opens nothing at the next unlocking.
  Result<void> put_out(const Work& work, trust::MemberId member);

  // kDenied for a wrong passphrase, and after five in fifteen minutes for a right one too;
  // kConflict while nobody has let the member in; kCorrupt when the vault's key was exchanged.
  Result<trust::keys::Keyring> unlock(const trust::Actor& actor,
                                      const Secret<std::string>& passphrase);
  // The member's own secret also under the secret of a passkey (`credential` is its id), made with
  // the passphrase. kInvalid when the passkey gave no secret. Which passkey it was, and that it
  // answered just now, is checked before (trust::Passkeys::recognize).
  Result<void> add_passkey(const trust::Actor& actor, const Secret<std::string>& passphrase,
                           const std::string& credential, const Secret<std::string>& secret);
  // Nothing opens with it any more; no error when it was not there.
  Result<void> remove_passkey(const trust::Actor& actor, const std::string& credential);
  // The passkeys with which the actor opens this vault.
  Result<std::vector<std::string>> passkeys(const trust::Actor& actor) const;
  // As unlock() by passphrase; wrong secrets count with wrong passphrases.
  Result<trust::keys::Keyring> unlock_with_passkey(const trust::Actor& actor,
                                                   const std::string& credential,
                                                   const Secret<std::string>& secret);
  Result<void> change_passphrase(const trust::Actor& actor, const Secret<std::string>& old_one,
                                 const Secret<std::string>& new_one);
  // Three officers' lines let the actor in with every key.
  Result<void> recover(const trust::Actor& actor, const std::vector<std::string>& share_lines,
                       const Secret<std::string>& passphrase);

 private:
  Vault& vault_;
};

}  // namespace daybreak::vault
