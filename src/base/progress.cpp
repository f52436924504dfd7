// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/progress.hpp"

#include <cmath>
#include <fmt/format.h>
#include <unistd.h>

namespace daybreak {
namespace {

constexpr std::chrono::milliseconds kRedraw{100}, kPlainLine{10'000};

std::chrono::milliseconds interval(ProgressStyle style) {
  return style == ProgressStyle::kTerminal ? kRedraw : kPlainLine;
}

}  // namespace

std::string with_commas(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

std::string describe_duration(std::chrono::milliseconds duration) {
  const double seconds = static_cast<double>(duration.count()) / 1000.0;
  if (seconds < 10) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<std::int64_t>(std::llround(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

ProgressStyle progress_style_for(std::FILE* stream) {
  return ::isatty(::fileno(stream)) ? ProgressStyle::kTerminal : ProgressStyle::kPlain;
}

Progress::Progress(std::FILE* stream, const Clock& clock, ProgressOptions options)
    : Progress(stream, clock, std::move(options), progress_style_for(stream)) {}

Progress::Progress(std::FILE* stream, const Clock& clock, ProgressOptions options,
                   ProgressStyle style)
    : stream_(stream),
      clock_(clock),
      options_(std::move(options)),
      style_(style),
      start_(clock.now()),
      due_((start_ + interval(style)).time_since_epoch().count()) {}

Progress::~Progress() { finish(); }

void Progress::advance(std::uint64_t by) {
  done_.fetch_add(by, std::memory_order_relaxed);
  show_if_due();
}

void Progress::set(std::uint64_t done) {
  done_.store(done, std::memory_order_relaxed);
  show_if_due();
}

void Progress::set(std::uint64_t done, double share) {
  share_.store(share, std::memory_order_relaxed);
  set(done);
}

void Progress::show_if_due() {
  if (style_ == ProgressStyle::kNone) return;
  const Instant now = clock_.now();
  if (now.time_since_epoch().count() < due_.load(std::memory_order_relaxed)) return;
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock || finished_) return;
  due_.store((now + interval(style_)).time_since_epoch().count());
  if (style_ == ProgressStyle::kTerminal) {
    fmt::print(stream_, "\r\x1b[2K{}", line(now));
  } else {
    fmt::print(stream_, "{}\n", line(now));
  }
  std::fflush(stream_);
}

std::string Progress::line(Instant now) const {
  const std::uint64_t done = done_.load();
  const double seconds = std::max(static_cast<double>((now - start_).count()) / 1000.0, 1e-3);
  const double rate = static_cast<double>(done) / seconds;
  std::string text = fmt::format("{}: {}", options_.label, with_commas(done));
  if (options_.total) text += fmt::format(" of {}", with_commas(*options_.total));
  text += fmt::format(" {}", options_.unit);
  if (options_.total && *options_.total > 0)
    text += fmt::format(" ({}%)", std::min<std::uint64_t>(done * 100 / *options_.total, 100));
  const double share = options_.total && *options_.total > 0
                           ? static_cast<double>(done) / static_cast<double>(*options_.total)
                           : share_.load();
  if (!options_.total && share > 0)
    text += fmt::format(" ({}%)", static_cast<int>(std::min(share, 1.0) * 100));
  text += fmt::format(", {}/s", with_commas(static_cast<std::uint64_t>(rate)));
  if (share > 0 && share < 1) {
    const double left = seconds * (1 - share) / share;
    text += fmt::format(
        ", {} left",
        describe_duration(std::chrono::milliseconds(static_cast<std::int64_t>(left * 1000))));
  }
  return text;
}

void Progress::finish() {
  const std::scoped_lock lock(mutex_);
  if (finished_) return;
  finished_ = true;
  if (style_ == ProgressStyle::kNone) return;
  const auto took = clock_.now() - start_;
  const double seconds = std::max(static_cast<double>(took.count()) / 1000.0, 1e-3);
  fmt::print(stream_, "{}{}: {} {} in {} ({} {}/s)\n",
             style_ == ProgressStyle::kTerminal ? "\r\x1b[2K" : "", options_.label,
             with_commas(done_.load()), options_.unit, describe_duration(took),
             with_commas(static_cast<std::uint64_t>(static_cast<double>(done_.load()) / seconds)),
             options_.unit);
  std::fflush(stream_);
}

}  // namespace daybreak
