// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside prove/ only: a SQLite VFS that notes every write, truncation and flush, so that a proof
// can make the disk as a power loss at any moment could have left it: what was flushed is there; of
// what was not, each write is there, missing, or torn at a sector. One store at a time.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "db/fault_vfs.hpp"

namespace daybreak::prove {

struct DiskOperation {
  enum class Kind { kWrite, kTruncate, kFlush, kAcknowledged };
  Kind kind;
  std::string file;     // "store.db", "store.db-wal"
  std::int64_t at = 0;  // offset, new length, or the number that was acknowledged
  std::string bytes;
};

class DiskRecorder {
 public:
  void note(DiskOperation operation) {
    std::lock_guard lock(mutex_);
    if (recording_) operations_.push_back(std::move(operation));
  }
  void start() {
    std::lock_guard lock(mutex_);
    operations_.clear();
    recording_ = true;
  }
  std::vector<DiskOperation> stop() {
    std::lock_guard lock(mutex_);
    recording_ = false;
    return std::move(operations_);
  }

 private:
  std::mutex mutex_;
  bool recording_ = false;
  std::vector<DiskOperation> operations_;
};

inline DiskRecorder& disk_recorder() {
  static DiskRecorder recorder;
  return recorder;
}

// The files as they could be after a power loss. Operations are given in order.
class DiskImage {
 public:
  enum class Flushes {
    kHonest,
    kLogIgnored
  };  // kLogIgnored: a disk that lies about flushing the log
  DiskImage(std::map<std::string, std::string> files, Flushes flushes)
      : durable_(std::move(files)), flushes_(flushes) {}

  void apply(const DiskOperation& operation) {
    using Kind = DiskOperation::Kind;
    if (operation.kind == Kind::kAcknowledged) return;
    auto& pending = pending_[operation.file];
    if (operation.kind != Kind::kFlush) {
      pending.push_back(&operation);
      return;
    }
    if (flushes_ == Flushes::kLogIgnored && operation.file.ends_with("-wal")) return;
    for (const DiskOperation* one : pending)
      change(durable_[operation.file], *one, 0, one->bytes.size());
    pending.clear();
  }

  // One of the possible states now.
  std::map<std::string, std::string> after_power_loss(Random& random) const {
    std::map<std::string, std::string> files = durable_;
    for (const auto& [name, operations] : pending_) {
      for (const DiskOperation* one : operations) {
        const auto fate = random.below(4);
        if (fate == 0) continue;
        const std::size_t from =
            fate == 1 ? random.below(one->bytes.size() / kSector + 1) * kSector : 0;
        const std::size_t to =
            fate == 2 ? random.below(one->bytes.size() / kSector + 1) * kSector : one->bytes.size();
        change(files[name], *one, from, to);
      }
    }
    return files;
  }

 private:
  static constexpr std::size_t kSector = 512;

  // Applies the bytes [from, to) of a write, or a truncation.
  static void change(std::string& file, const DiskOperation& operation, std::size_t from,
                     std::size_t to) {
    const auto at = static_cast<std::size_t>(operation.at);
    if (operation.kind == DiskOperation::Kind::kTruncate) {
      file.resize(at);
      return;
    }
    if (from >= to) return;
    if (file.size() < at + to) file.resize(at + to);
    file.replace(at + from, to - from, operation.bytes, from, to - from);
  }

  std::map<std::string, std::string> durable_;
  std::map<std::string, std::vector<const DiskOperation*>> pending_;
  Flushes flushes_;
};

namespace recording_detail {

namespace fault_detail = db::fault_detail;
using db::FaultFile;
using fault_detail::real;

inline std::string name_of(sqlite3_file* file) {
  const char* name = reinterpret_cast<FaultFile*>(file)->name;
  const std::string path = name ? name : "temporary";
  return path.substr(path.rfind('/') + 1);
}
inline int write(sqlite3_file* f, const void* from, int n, sqlite3_int64 at) {
  const int code = real(f)->pMethods->xWrite(real(f), from, n, at);
  if (code == SQLITE_OK)
    disk_recorder().note(
        {DiskOperation::Kind::kWrite, name_of(f), at,
         std::string(static_cast<const char*>(from), static_cast<std::size_t>(n))});
  return code;
}
inline int truncate(sqlite3_file* f, sqlite3_int64 n) {
  disk_recorder().note({DiskOperation::Kind::kTruncate, name_of(f), n, {}});
  return real(f)->pMethods->xTruncate(real(f), n);
}
// The flush itself is left out: only its place in the order counts here.
inline int sync(sqlite3_file* f, int) {
  disk_recorder().note({DiskOperation::Kind::kFlush, name_of(f), 0, {}});
  return SQLITE_OK;
}

inline const sqlite3_io_methods kMethods = [] {
  sqlite3_io_methods methods = fault_detail::kMethods;
  methods.xWrite = write;
  methods.xTruncate = truncate;
  methods.xSync = sync;
  return methods;
}();

inline int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
  const int code = fault_detail::open(vfs, name, file, flags, out);
  if (file->pMethods != nullptr) file->pMethods = &kMethods;
  return code;
}

}  // namespace recording_detail

// Registers the VFS and gives its name.
inline const char* recording_vfs() {
  static sqlite3_vfs vfs = [] {
    sqlite3_vfs copy = *db::fault_detail::usual();
    copy.zName = "daybreak-recorder";
    copy.szOsFile = static_cast<int>(sizeof(db::FaultFile)) + db::fault_detail::usual()->szOsFile;
    copy.xOpen = recording_detail::open;
    copy.pNext = nullptr;
    return copy;
  }();
  static const int registered = sqlite3_vfs_register(&vfs, 0);
  (void)registered;
  return vfs.zName;
}

}  // namespace daybreak::prove
