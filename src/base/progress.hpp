// SPDX-License-Identifier: AGPL-3.0-or-later
// Tells a person who waits how far the work is: on a terminal one line that is redrawn, with rate
// and remaining time; elsewhere a plain line every ten seconds, so that logs stay readable.
// advance() may be called from any thread; it costs an atomic addition unless a line is due.
//
//   Progress progress(stderr, clock, {.label = "Importing", .unit = "rows", .total = rows});
//   ... progress.advance(1); ...
//   progress.finish();      Importing: 12,400 rows in 1.9 s (6,526 rows/s)
#pragma once

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.hpp"

namespace daybreak {

struct ProgressOptions {
  std::string label;
  std::string unit;
  std::optional<std::uint64_t> total = {};
};

enum class ProgressStyle : std::uint8_t { kTerminal, kPlain, kNone };
// kTerminal when the stream is one, else kPlain.
ProgressStyle progress_style_for(std::FILE* stream);

class Progress {
 public:
  Progress(std::FILE* stream, const Clock& clock, ProgressOptions options);
  Progress(std::FILE* stream, const Clock& clock, ProgressOptions options, ProgressStyle style);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void advance(std::uint64_t by = 1);
  // For work that counts elsewhere, such as bytes taken from a file. The share of the whole, where
  // it is known by something else than the count, gives the remaining time.
  void set(std::uint64_t done);
  void set(std::uint64_t done, double share);
  // Writes the last line; called by the destructor when it was not.
  void finish();

 private:
  void show_if_due();
  std::string line(Instant now) const;

  std::FILE* stream_;
  const Clock& clock_;
  ProgressOptions options_;
  ProgressStyle style_;
  Instant start_;
  std::atomic<std::uint64_t> done_{0};
  std::atomic<double> share_{0};
  std::atomic<std::int64_t> due_;
  std::mutex mutex_;
  bool finished_ = false;
};

// "12,400"
std::string with_commas(std::uint64_t number);
// "45 s", "3 min 20 s", "2 h 5 min"
std::string describe_duration(std::chrono::milliseconds duration);

}  // namespace daybreak
