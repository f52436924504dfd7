// SPDX-License-Identifier: AGPL-3.0-or-later
// What is freed is wiped. A passphrase in a form, a name on a page, an answer in a row of a
// database: each passes through many short-lived strings, of this program and of libraries. Here
// the program's free() and realloc() overwrite every block before the C library has it back, so
// that a dump of the memory holds only what is in use. Linked into the daybreak program alone; keys
// have locked memory of their own (trust/keys). Any thread.
//
// Blocks that the C library mapped by themselves go back to the system as they are: nobody gets
// them again with what was in them.
#include <cstdlib>

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <malloc.h>

extern "C" {
void __libc_free(void* block);
void* __libc_realloc(void* block, std::size_t size);
}

namespace {

// The C library marks such a block in the word before it.
bool is_mapped(void* block) {
  std::size_t size = 0;
  std::memcpy(&size, static_cast<const char*>(block) - sizeof size, sizeof size);
  return (size & 2) != 0;
}

}  // namespace

extern "C" void free(void* block) {
  if (block == nullptr) return;
  const int error = errno;
  if (!is_mapped(block)) explicit_bzero(block, malloc_usable_size(block));
  __libc_free(block);
  errno = error;
}

extern "C" void* realloc(void* block, std::size_t size) {
  if (block == nullptr || size == 0 || is_mapped(block)) return __libc_realloc(block, size);
  const std::size_t have = malloc_usable_size(block);
  if (size <= have && size >= have / 2) return block;
  void* moved = std::malloc(size);
  if (moved == nullptr) return nullptr;
  std::memcpy(moved, block, size < have ? size : have);
  std::free(block);
  return moved;
}

#endif
