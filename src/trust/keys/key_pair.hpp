// SPDX-License-Identifier: AGPL-3.0-or-later
// Key pairs of organisations and members (X25519), and letters from one to another: only the
// receiver opens a letter, only the sender can have written it, and only for this context (as
// HPKE's auth mode: an ephemeral and a static agreement together). Safe to use from any thread.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "trust/keys/locked_bytes.hpp"

namespace daybreak::trust::keys {

struct PublicKey {
  std::array<unsigned char, 32> bytes{};
  static Result<PublicKey> from(std::string_view bytes);
  std::string_view view() const {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  // What two people read to each other: "3f2a-91bc-…", 80 bits.
  std::string fingerprint() const;
  bool operator==(const PublicKey&) const = default;
};

class KeyPair {
 public:
  static KeyPair generate(Random& random);
  static KeyPair of(Key secret);
  const Key& secret() const { return secret_; }
  const PublicKey& public_key() const { return public_; }

 private:
  KeyPair(Key secret, PublicKey shown) : secret_(std::move(secret)), public_(shown) {}
  Key secret_;
  PublicKey public_;
};

std::string write_letter(const KeyPair& sender, const PublicKey& receiver, std::string_view plain,
                         std::string_view context, Random& random);
// kCorrupt when it is not for this receiver, not from this sender, for another context, or changed.
Result<Secret<std::string>> read_letter(const KeyPair& receiver, const PublicKey& sender,
                                        std::string_view letter, std::string_view context);

}  // namespace daybreak::trust::keys
