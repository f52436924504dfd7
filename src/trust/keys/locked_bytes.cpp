// SPDX-License-Identifier: AGPL-3.0-or-later
#include "trust/keys/locked_bytes.hpp"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <new>
#include <sodium.h>
#include <stdexcept>
#include <vector>

namespace daybreak::trust::keys {
namespace {

unsigned char* lock_memory(std::size_t size) {
  if (sodium_init() < 0) throw std::runtime_error("libsodium does not start");
  auto* bytes = static_cast<unsigned char*>(sodium_malloc(size));
  if (bytes == nullptr) throw std::bad_alloc();
  sodium_memzero(bytes, size);
  return bytes;
}

// Places of the size of a key, also a sealed one with its padding. A page of its own for each key
// would cost a dozen system calls, and a request derives dozens of keys; so keys share locked
// pages, which are fenced as a whole and kept for the next keys. A place is wiped when it is given
// back.
class SmallPlaces {
 public:
  static constexpr std::size_t kBytes = 64;

  // Never destroyed: keys in other static objects may outlive it.
  static SmallPlaces& instance() {
    static auto* places = new SmallPlaces();
    return *places;
  }

  unsigned char* take() {
    const std::scoped_lock guard(mutex_);
    if (free_.empty()) add_page();
    unsigned char* place = free_.back();
    free_.pop_back();
    return place;
  }
  // False when it is none of these.
  bool give_back(unsigned char* place) {
    const std::scoped_lock guard(mutex_);
    const auto after = std::upper_bound(pages_.begin(), pages_.end(), place);
    if (after == pages_.begin() || place >= *(after - 1) + kPage) return false;
    sodium_memzero(place, kBytes);
    free_.push_back(place);
    return true;
  }

 private:
  static constexpr std::size_t kPage = 4096;

  void add_page() {
    unsigned char* page = lock_memory(kPage);
    pages_.insert(std::upper_bound(pages_.begin(), pages_.end(), page), page);
    free_.reserve(pages_.size() * (kPage / kBytes));
    for (std::size_t at = 0; at < kPage; at += kBytes) free_.push_back(page + at);
  }

  std::mutex mutex_;
  std::vector<unsigned char*> pages_;  // in order
  std::vector<unsigned char*> free_;
};

}  // namespace

void LockedBytes::Free::operator()(unsigned char* bytes) const {
  if (!SmallPlaces::instance().give_back(bytes)) sodium_free(bytes);
}

LockedBytes::LockedBytes(std::size_t size)
    : bytes_(size <= SmallPlaces::kBytes ? SmallPlaces::instance().take() : lock_memory(size)),
      size_(size) {}

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
