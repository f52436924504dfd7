// SPDX-License-Identifier: AGPL-3.0-or-later
// Secrets in memory that is locked against swapping, kept out of core dumps, fenced by guard pages
// and wiped when it is freed (libsodium). For keys and for what a passphrase opens; not for page
// text. Moved, never copied by accident. One object belongs to one thread at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "base/random.hpp"

namespace daybreak::trust::keys {

class LockedBytes {
 public:
  LockedBytes() = default;
  // `size` bytes of zero. Throws std::bad_alloc when the machine gives no memory.
  explicit LockedBytes(std::size_t size);
  static LockedBytes copy_of(std::string_view bytes);
  static LockedBytes random(std::size_t size, Random& random);

  unsigned char* data() { return bytes_.get(); }
  const unsigned char* data() const { return bytes_.get(); }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  // For the act itself; never for a log, a page or a store.
  std::string_view view() const { return {reinterpret_cast<const char*>(bytes_.get()), size_}; }

 private:
  struct Free {
    void operator()(unsigned char* bytes) const;
  };
  std::unique_ptr<unsigned char, Free> bytes_;
  std::size_t size_ = 0;
};

// 256 bits.
class Key {
 public:
  static constexpr std::size_t kBytes = 32;
  // All zero: only to be assigned to.
  Key() : bytes_(kBytes) {}
  static Key generate(Random& random);
  // Throws std::logic_error unless there are 32 bytes.
  static Key copy_of(std::string_view bytes);

  unsigned char* data() { return bytes_.data(); }
  const unsigned char* data() const { return bytes_.data(); }
  std::string_view view() const { return bytes_.view(); }
  Key copy() const { return copy_of(view()); }
  bool operator==(const Key& other) const;  // in constant time

 private:
  LockedBytes bytes_;
};

}  // namespace daybreak::trust::keys
