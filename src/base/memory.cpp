// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/memory.hpp"

#include <cstdlib>
#include <cstring>
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace daybreak {

void set_up_memory() {
#ifdef __GLIBC__
  mallopt(M_MXFAST, 0);
  mallopt(M_MMAP_THRESHOLD, 4 << 20);
  mallopt(M_TRIM_THRESHOLD, 16 << 20);
#endif
}

[[gnu::noinline]] void wipe_stack() {
  char below[128 << 10];
  explicit_bzero(below, sizeof below);
}

void give_memory_back() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

}  // namespace daybreak
