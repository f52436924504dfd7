// SPDX-License-Identifier: AGPL-3.0-or-later
// Endings: the highest count of ended releases that a vault's store was ever known to have, kept
// outside of that store: in memory, and in a small file beside the vault's others. A store that has
// fewer was put back from an earlier moment, and what was stopped since would live again in it
// (releases/restored.cpp). The file holds that number and a SHA-256 over it and the organisation's
// id. A store with more is normal: the file is written after the commit. Where there is no file yet
// the store is trusted; a damaged one proves nothing, so that the store counts as put back. The
// number only grows, also when several processes have the vault open. Safe to use from any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>

#include "base/log.hpp"
#include "base/result.hpp"
#include "trust/actor.hpp"

namespace daybreak::vault {

class Endings {
 public:
  // Without a file's name, in memory alone. `log` may be null.
  Endings(std::filesystem::path file, trust::OrganizationId organization, Log* log)
      : file_(std::move(file)), organization_(organization), log_(log) {}

  struct Mark {
    std::int64_t count = 0;
    bool is_damaged = false;
    // A store with so many endings is one of before.
    bool is_ahead_of(std::int64_t count_in_store) const {
      return is_damaged || count_in_store < count;
    }
  };
  // What is known; ask it before the store, or a store that moves on between looks put back.
  // kUnavailable when there is a file that cannot be read and nothing in memory.
  Result<Mark> read();
  // After the commit: whatever happens to the file, the memory knows it from here on.
  void raise(std::int64_t count);
  // Tells the operator that the store was put back, and its releases ended.
  void tell_put_back() const;

 private:
  struct Stored {
    bool is_there = false, is_damaged = false;
    std::int64_t count = 0;
  };
  Result<Stored> read_file() const;
  Result<void> write_file(std::int64_t count) const;
  std::string line_for(std::int64_t count) const;

  std::filesystem::path file_;
  trust::OrganizationId organization_;
  Log* log_;
  std::mutex mutex_;
  std::optional<std::int64_t> known_;
};

}  // namespace daybreak::vault
