// SPDX-License-Identifier: AGPL-3.0-or-later
#include "trust/keys/locked_bytes.hpp"

#include <cstring>
#include <new>
#include <sodium.h>
#include <stdexcept>

namespace daybreak::trust::keys {

void LockedBytes::Free::operator()(unsigned char* bytes) const { sodium_free(bytes); }

LockedBytes::LockedBytes(std::size_t size) : size_(size) {
  if (sodium_init() < 0) throw std::runtime_error("libsodium does not start");
  bytes_.reset(static_cast<unsigned char*>(sodium_malloc(size == 0 ? 1 : size)));
  if (bytes_ == nullptr) throw std::bad_alloc();
  sodium_memzero(bytes_.get(), size == 0 ? 1 : size);
}

LockedBytes LockedBytes::copy_of(std::string_view bytes) {
  LockedBytes copy(bytes.size());
  if (!bytes.empty()) std::memcpy(copy.data(), bytes.data(), bytes.size());
  return copy;
}

LockedBytes LockedBytes::random(std::size_t size, Random& random) {
  LockedBytes made(size);
  random.fill({made.data(), size});
  return made;
}

Key Key::generate(Random& random) {
  Key key;
  random.fill({key.data(), kBytes});
  return key;
}

Key Key::copy_of(std::string_view bytes) {
  if (bytes.size() != kBytes) throw std::logic_error("a key has 32 bytes");
  Key key;
  std::memcpy(key.data(), bytes.data(), kBytes);
  return key;
}

bool Key::operator==(const Key& other) const {
  return sodium_memcmp(data(), other.data(), kBytes) == 0;
}

}  // namespace daybreak::trust::keys
