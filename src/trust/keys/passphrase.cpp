// SPDX-License-Identifier: AGPL-3.0-or-later
#include "trust/keys/passphrase.hpp"

#include <semaphore>
#include <set>
#include <sodium.h>
#include <stdexcept>

#include "base/unicode.hpp"
#include "trust/keys/bytes.hpp"

namespace daybreak::trust::keys {
namespace {

constexpr std::size_t kSalt = crypto_pwhash_SALTBYTES;
constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kHead = 1 + 8 + 8 + kSalt + kNonce;  // version, passes, memory, salt, nonce
constexpr std::uint64_t kMostPasses = 16, kMostKibibytes = 1024 * 1024;
constexpr char kVersion = 1;

std::counting_semaphore<> hashing(2);

std::uint64_t number_at(std::string_view bytes, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i)
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

Key key_from(const std::string& passphrase, std::string_view salt, std::uint64_t passes,
             std::uint64_t kibibytes) {
  Key key;
  std::string normal = to_nfc(passphrase);
  hashing.acquire();
  const int failed =
      crypto_pwhash(key.data(), Key::kBytes, normal.data(), normal.size(), bytes_of(salt), passes,
                    kibibytes * 1024, crypto_pwhash_ALG_ARGON2ID13);
  hashing.release();
  sodium_memzero(normal.data(), normal.size());
  if (failed != 0) throw std::bad_alloc();
  return key;
}

}  // namespace

std::string wrap_under_passphrase(const Secret<std::string>& passphrase, std::string_view plain,
                                  std::string_view context, Random& random, WrapWork work) {
  if (sodium_init() < 0) throw std::runtime_error("libsodium does not start");
  if (work.passes < kLeastWork.passes || work.kibibytes < kLeastWork.kibibytes)
    throw std::logic_error("less than the least work for a passphrase");
  std::string wrapped(1, kVersion);
  append_number(wrapped, work.passes);
  append_number(wrapped, work.kibibytes);
  const std::string salt = random.bytes(kSalt), nonce = random.bytes(kNonce);
  wrapped += salt + nonce;
  const std::string bound = joined({"daybreak passphrase 1", wrapped, context});
  const Key key = key_from(passphrase.reveal(), salt, work.passes, work.kibibytes);
  wrapped.resize(kHead + plain.size() + kTag);
  crypto_aead_xchacha20poly1305_ietf_encrypt(bytes_of(wrapped) + kHead, nullptr, bytes_of(plain),
                                             plain.size(), bytes_of(bound), bound.size(), nullptr,
                                             bytes_of(nonce), key.data());
  return wrapped;
}

Result<LockedBytes> unwrap_under_passphrase(const Secret<std::string>& passphrase,
                                            std::string_view wrapped, std::string_view context) {
  if (sodium_init() < 0) throw std::runtime_error("libsodium does not start");
  if (wrapped.size() < kHead + kTag || wrapped[0] != kVersion)
    return fail(ErrorKind::kCorrupt, "a key under a passphrase is damaged");
  const std::uint64_t passes = number_at(wrapped, 1), kibibytes = number_at(wrapped, 9);
  if (passes < kLeastWork.passes || kibibytes < kLeastWork.kibibytes || passes > kMostPasses ||
      kibibytes > kMostKibibytes)
    return fail(ErrorKind::kCorrupt, "a key under a passphrase asks for another work than is used");
  const std::string_view salt = wrapped.substr(17, kSalt),
                         nonce = wrapped.substr(17 + kSalt, kNonce), body = wrapped.substr(kHead);
  const std::string bound = joined({"daybreak passphrase 1", wrapped.substr(0, kHead), context});
  const Key key = key_from(passphrase.reveal(), salt, passes, kibibytes);
  LockedBytes plain(body.size() - kTag);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain.data(), nullptr, nullptr, bytes_of(body),
                                                 body.size(), bytes_of(bound), bound.size(),
                                                 bytes_of(nonce), key.data()) != 0)
    return fail(ErrorKind::kDenied, "the passphrase does not open this vault", "field passphrase",
                "Check it and try again");
  return plain;
}

Result<void> check_new_passphrase(std::string_view passphrase) {
  if (count_characters(passphrase) < 12 || passphrase.size() > 512)
    return fail(ErrorKind::kInvalid, "a passphrase has 12 to 512 characters", "field passphrase",
                "Take four or five words at random");
  if (std::set<char>(passphrase.begin(), passphrase.end()).size() < 6)
    return fail(ErrorKind::kInvalid, "the passphrase repeats too few characters",
                "field passphrase", "Take four or five words at random");
  return {};
}

}  // namespace daybreak::trust::keys
