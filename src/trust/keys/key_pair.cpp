// SPDX-License-Identifier: AGPL-3.0-or-later
#include "trust/keys/key_pair.hpp"

#include <cstring>
#include <sodium.h>
#include <stdexcept>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "trust/keys/bytes.hpp"
#include "trust/keys/open_locked.hpp"

namespace daybreak::trust::keys {
namespace {

constexpr std::size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr char kVersion = 1;

tl::unexpected<Error> refused() {
  return fail(ErrorKind::kCorrupt, "a sealed letter cannot be opened with this key");
}

PublicKey public_of(const Key& secret) {
  PublicKey shown;
  crypto_scalarmult_base(shown.bytes.data(), secret.data());
  return shown;
}

// False for a point that gives nothing secret.
bool agree(Key& out, const Key& secret, const PublicKey& other) {
  return crypto_scalarmult(out.data(), secret.data(), other.bytes.data()) == 0;
}

// Each letter has a key of its own (the ephemeral pair is new), so its nonce may be zero.
Key letter_key(const Key& ephemeral, const Key& agreed, const PublicKey& once,
               const PublicKey& sender, const PublicKey& receiver) {
  LockedBytes input(2 * Key::kBytes);
  std::memcpy(input.data(), ephemeral.data(), Key::kBytes);
  std::memcpy(input.data() + Key::kBytes, agreed.data(), Key::kBytes);
  const std::string names =
      joined({"daybreak letter 1", once.view(), sender.view(), receiver.view()});
  Key key;
  crypto_generichash_state state;
  crypto_generichash_init(&state, input.data(), input.size(), Key::kBytes);
  crypto_generichash_update(&state, bytes_of(names), names.size());
  crypto_generichash_final(&state, key.data(), Key::kBytes);
  sodium_memzero(&state, sizeof state);
  return key;
}

constexpr unsigned char kZeroNonce[crypto_aead_xchacha20poly1305_ietf_NPUBBYTES] = {};

}  // namespace

Result<PublicKey> PublicKey::from(std::string_view bytes) {
  PublicKey key;
  if (bytes.size() != key.bytes.size())
    return fail(ErrorKind::kCorrupt, "a public key does not have 32 bytes");
  std::memcpy(key.bytes.data(), bytes.data(), bytes.size());
  return key;
}

std::string PublicKey::fingerprint() const {
  const std::string hex = sha256_hex(joined({"daybreak public key 1", view()}));
  std::string grouped;
  for (std::size_t at = 0; at < 20; at += 4) grouped += (at == 0 ? "" : "-") + hex.substr(at, 4);
  return grouped;
}

KeyPair KeyPair::generate(Random& random) { return of(Key::generate(random)); }

KeyPair KeyPair::of(Key secret) {
  const PublicKey shown = public_of(secret);
  return {std::move(secret), shown};
}

std::string write_letter(const KeyPair& sender, const PublicKey& receiver, std::string_view plain,
                         std::string_view context, Random& random) {
  const KeyPair once = KeyPair::generate(random);
  Key ephemeral, agreed;
  if (!agree(ephemeral, once.secret(), receiver) || !agree(agreed, sender.secret(), receiver))
    throw std::runtime_error("a public key of small order");
  const Key key = letter_key(ephemeral, agreed, once.public_key(), sender.public_key(), receiver);
  std::string letter = kVersion + std::string(once.public_key().view());
  const std::size_t body = letter.size();
  letter.resize(body + plain.size() + kTag);
  crypto_aead_xchacha20poly1305_ietf_encrypt(bytes_of(letter) + body, nullptr, bytes_of(plain),
                                             plain.size(), bytes_of(context), context.size(),
                                             nullptr, kZeroNonce, key.data());
  return letter;
}

namespace {

constexpr std::size_t kLetterHead = 1 + Key::kBytes;

// Opens into `plain`, which is as long as the letter without its head and tag.
Result<void> read_into(unsigned char* plain, const KeyPair& receiver, const PublicKey& sender,
                       std::string_view letter, std::string_view context) {
  const PublicKey once = TRY(PublicKey::from(letter.substr(1, Key::kBytes)));
  Key ephemeral, agreed;
  if (!agree(ephemeral, receiver.secret(), once) || !agree(agreed, receiver.secret(), sender))
    return refused();
  const Key key = letter_key(ephemeral, agreed, once, sender, receiver.public_key());
  const std::string_view body = letter.substr(kLetterHead);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain, nullptr, nullptr, bytes_of(body),
                                                 body.size(), bytes_of(context), context.size(),
                                                 kZeroNonce, key.data()) != 0)
    return refused();
  return {};
}

bool is_whole(std::string_view letter) {
  return letter.size() >= kLetterHead + kTag && letter[0] == kVersion;
}

}  // namespace

Result<Secret<std::string>> read_letter(const KeyPair& receiver, const PublicKey& sender,
                                        std::string_view letter, std::string_view context) {
  if (!is_whole(letter)) return refused();
  std::string plain(letter.size() - kLetterHead - kTag, '\0');
  TRY(read_into(bytes_of(plain), receiver, sender, letter, context));
  return Secret<std::string>(std::move(plain));
}

Result<LockedBytes> read_letter_locked(const KeyPair& receiver, const PublicKey& sender,
                                       std::string_view letter, std::string_view context) {
  if (!is_whole(letter)) return refused();
  LockedBytes plain(letter.size() - kLetterHead - kTag);
  TRY(read_into(plain.data(), receiver, sender, letter, context));
  return plain;
}

}  // namespace daybreak::trust::keys
