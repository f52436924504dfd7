// SPDX-License-Identifier: AGPL-3.0-or-later
// For tests only: a SQLite VFS over the usual one that makes the nth call of a kind fail.
// One store at a time.
#pragma once

#include <atomic>
#include <sqlite3.h>

namespace daybreak::db {

struct FaultPlan {
  std::atomic<int> calls_until_fault{-1};  // counts down on writes, flushes, truncations; -1: never
  std::atomic<int> fault{SQLITE_OK};  // what the call returns: SQLITE_FULL, SQLITE_IOERR_FSYNC, …
  std::atomic<bool> fault_stays{false};  // a full disk stays full
  std::atomic<int> calls{0};
  std::atomic<int> faults{0};

  // The fault to return now, or SQLITE_OK.
  int next(bool is_flush) {
    ++calls;
    const int code = fault;
    if (code == SQLITE_OK) return SQLITE_OK;
    if (calls_until_fault > 0) {
      --calls_until_fault;
      return SQLITE_OK;
    }
    if (calls_until_fault < 0) return SQLITE_OK;
    if (!fault_stays) calls_until_fault = -1;
    ++faults;
    if (is_flush && code == SQLITE_FULL) return SQLITE_IOERR_FSYNC;
    return code;
  }
};

inline FaultPlan& fault_plan() {
  static FaultPlan plan;
  return plan;
}

struct FaultFile {
  sqlite3_file base;
  sqlite3_file* real;  // allocated behind this object
  const char* name;    // null for a temporary file
};

namespace fault_detail {

inline sqlite3_file* real(sqlite3_file* file) { return reinterpret_cast<FaultFile*>(file)->real; }

inline int close(sqlite3_file* file) { return real(file)->pMethods->xClose(real(file)); }
inline int read(sqlite3_file* f, void* to, int n, sqlite3_int64 at) {
  return real(f)->pMethods->xRead(real(f), to, n, at);
}
inline int write(sqlite3_file* f, const void* from, int n, sqlite3_int64 at) {
  if (const int code = fault_plan().next(false); code != SQLITE_OK) {
    // A write that fails may have written a part.
    if (n > 1) (void)real(f)->pMethods->xWrite(real(f), from, n / 2, at);
    return code;
  }
  return real(f)->pMethods->xWrite(real(f), from, n, at);
}
inline int truncate(sqlite3_file* f, sqlite3_int64 n) {
  return real(f)->pMethods->xTruncate(real(f), n);
}
inline int sync(sqlite3_file* f, int flags) {
  if (const int code = fault_plan().next(true); code != SQLITE_OK) return code;
  return real(f)->pMethods->xSync(real(f), flags);
}
inline int size(sqlite3_file* f, sqlite3_int64* n) {
  return real(f)->pMethods->xFileSize(real(f), n);
}
inline int lock(sqlite3_file* f, int l) { return real(f)->pMethods->xLock(real(f), l); }
inline int unlock(sqlite3_file* f, int l) { return real(f)->pMethods->xUnlock(real(f), l); }
inline int check(sqlite3_file* f, int* out) {
  return real(f)->pMethods->xCheckReservedLock(real(f), out);
}
inline int control(sqlite3_file* f, int op, void* arg) {
  return real(f)->pMethods->xFileControl(real(f), op, arg);
}
inline int sector(sqlite3_file* f) { return real(f)->pMethods->xSectorSize(real(f)); }
inline int device(sqlite3_file* f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); }
inline int shm_map(sqlite3_file* f, int a, int b, int c, void volatile** d) {
  return real(f)->pMethods->xShmMap(real(f), a, b, c, d);
}
inline int shm_lock(sqlite3_file* f, int a, int b, int c) {
  return real(f)->pMethods->xShmLock(real(f), a, b, c);
}
inline void shm_barrier(sqlite3_file* f) { real(f)->pMethods->xShmBarrier(real(f)); }
inline int shm_unmap(sqlite3_file* f, int a) { return real(f)->pMethods->xShmUnmap(real(f), a); }

inline const sqlite3_io_methods kMethods = {
    2,       close,  read,   write,   truncate, sync,        size,      lock,    unlock, check,
    control, sector, device, shm_map, shm_lock, shm_barrier, shm_unmap, nullptr, nullptr};

inline sqlite3_vfs* usual() {
  static sqlite3_vfs* const found = sqlite3_vfs_find(nullptr);
  return found;
}

inline int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
  auto* wrapped = reinterpret_cast<FaultFile*>(file);
  wrapped->real = reinterpret_cast<sqlite3_file*>(wrapped + 1);
  wrapped->base.pMethods = nullptr;
  wrapped->name = name;
  const int code = usual()->xOpen(usual(), name, wrapped->real, flags, out);
  if (wrapped->real->pMethods != nullptr) wrapped->base.pMethods = &kMethods;
  return code;
}

}  // namespace fault_detail

// Registers the VFS and gives its name.
inline const char* fault_vfs() {
  static sqlite3_vfs vfs = [] {
    sqlite3_vfs copy = *fault_detail::usual();
    copy.zName = "daybreak-faults";
    copy.szOsFile = static_cast<int>(sizeof(FaultFile)) + fault_detail::usual()->szOsFile;
    copy.xOpen = fault_detail::open;
    copy.pNext = nullptr;
    return copy;
  }();
  static const int registered = sqlite3_vfs_register(&vfs, 0);
  (void)registered;
  return vfs.zName;
}

}  // namespace daybreak::db
