// SPDX-License-Identifier: AGPL-3.0-or-later
#include "trust/keys/seal.hpp"

#include <sodium.h>

#include "trust/keys/bytes.hpp"
#include "trust/keys/open_locked.hpp"

namespace daybreak::trust::keys {
namespace {

constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kBlock = 32;
constexpr char kVersion = 1;

std::string context_of(const Place& place) {
  std::string version;
  append_number(version, static_cast<std::uint64_t>(place.version));
  return joined({"daybreak field 1", place.organization.to_string(), place.store, place.table,
                 place.row.to_string(), place.column, version});
}

// Made at its full size at once, so that no shorter copy is left behind.
std::string padded(std::string_view plain) {
  std::string text((plain.size() + kBlock) / kBlock * kBlock, '\0');
  plain.copy(text.data(), plain.size());
  text[plain.size()] = '\x80';
  return text;
}

tl::unexpected<Error> refused() {
  return fail(ErrorKind::kCorrupt, "a sealed value cannot be opened here", {},
              "It was changed or moved: compare with the audit log and the last backup");
}

}  // namespace

Key derive(const Key& key, std::string_view use, std::string_view more) {
  Key derived;
  std::string input = joined({"daybreak key 1", use, more});
  crypto_generichash(derived.data(), Key::kBytes, bytes_of(input), input.size(), key.data(),
                     Key::kBytes);
  sodium_memzero(input.data(), input.size());  // `more` may be a key
  return derived;
}

Key record_key(const Key& client, std::string_view table, const Uuid& row) {
  return derive(client, "record", joined({table, row.to_string()}));
}

Key record_key(const Key& client, const Key& also, std::string_view table, const Uuid& row) {
  return derive(derive(client, "record of two keys", also.view()), "record",
                joined({table, row.to_string()}));
}

std::string seal(const Key& key, std::string_view plain, const Place& place, Random& random) {
  std::string text = padded(plain);
  const std::string nonce = random.bytes(kNonce), context = context_of(place);
  std::string sealed = kVersion + nonce;
  sealed.resize(1 + kNonce + text.size() + kTag);
  crypto_aead_xchacha20poly1305_ietf_encrypt(bytes_of(sealed) + 1 + kNonce, nullptr, bytes_of(text),
                                             text.size(), bytes_of(context), context.size(),
                                             nullptr, bytes_of(nonce), key.data());
  sodium_memzero(text.data(), text.size());
  return sealed;
}

namespace {

// The length of what was sealed, once it is in `plain` (as long as the block without its tag).
Result<std::size_t> open_into(unsigned char* plain, const Key& key, std::string_view sealed,
                              const Place& place) {
  const std::string context = context_of(place);
  const std::string_view body = sealed.substr(1 + kNonce);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          plain, nullptr, nullptr, bytes_of(body), body.size(), bytes_of(context), context.size(),
          bytes_of(sealed.substr(1, kNonce)), key.data()) != 0)
    return refused();
  std::size_t end = body.size() - kTag;
  while (end > 0 && plain[end - 1] == 0) --end;
  if (end == 0 || plain[end - 1] != 0x80) return refused();
  return end - 1;
}

bool is_whole(std::string_view sealed) {
  return sealed.size() >= 1 + kNonce + kBlock + kTag && sealed[0] == kVersion;
}

}  // namespace

Result<Secret<std::string>> open(const Key& key, std::string_view sealed, const Place& place) {
  if (!is_whole(sealed)) return refused();
  std::string plain(sealed.size() - 1 - kNonce - kTag, '\0');
  plain.resize(TRY(open_into(bytes_of(plain), key, sealed, place)));
  return Secret<std::string>(std::move(plain));
}

Result<LockedBytes> open_locked(const Key& key, std::string_view sealed, const Place& place) {
  if (!is_whole(sealed)) return refused();
  LockedBytes plain(sealed.size() - 1 - kNonce - kTag);
  const std::size_t size = TRY(open_into(plain.data(), key, sealed, place));
  return LockedBytes::copy_of(plain.view().substr(0, size));
}

std::string wrap(const Key& outer, const Key& inner, const Place& place, Random& random) {
  return seal(outer, inner.view(), place, random);
}

Result<Key> unwrap(const Key& outer, std::string_view wrapped, const Place& place) {
  const LockedBytes plain = TRY(open_locked(outer, wrapped, place));
  if (plain.size() != Key::kBytes) return refused();
  return Key::copy_of(plain.view());
}

}  // namespace daybreak::trust::keys
