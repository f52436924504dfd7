// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside prove/ only: memory that a child shares with this process and that outlives it.
#pragma once

#include <new>
#include <sys/mman.h>

#include "prove/fault.hpp"

namespace daybreak::prove {

template <typename T>
class Shared {
 public:
  Shared()
      : memory_(
            mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
    expect(memory_ != MAP_FAILED, "no memory to share with a child");
    new (memory_) T();
  }
  ~Shared() { munmap(memory_, sizeof(T)); }
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;
  T& operator*() { return *static_cast<T*>(memory_); }
  T* operator->() { return static_cast<T*>(memory_); }

 private:
  void* memory_;
};

}  // namespace daybreak::prove
