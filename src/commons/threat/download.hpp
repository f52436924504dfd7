// SPDX-License-Identifier: AGPL-3.0-or-later
// Downloads one large file over HTTPS: into a partial file beside the target, which is gone on with
// after a break where the server allows it (Range and If-Range), and becomes the target only when
// it is whole and the caller found it good. Plain HTTP only from this machine itself. Blocking; one
// download of a target at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace daybreak::threat {

struct DownloadRequest {
  std::string address;
  std::filesystem::path target;
  std::uint64_t least = 1, most = std::uint64_t{8} << 30;  // bytes of the whole file
  int tries = 3;                                           // broken transfers are gone on with
  std::chrono::milliseconds pause{2'000};                  // before another try; doubled each time
  // Bytes there and in all; 0 when the server does not say. False stops; the part stays.
  std::function<bool(std::uint64_t, std::uint64_t)> progress = {};
  // Looks at the whole file before it becomes the target. Fails: what came is thrown away.
  std::function<Result<void>(const std::filesystem::path&)> check = {};
};

struct Downloaded {
  std::uint64_t bytes = 0;
  std::uint64_t resumed_at = 0;  // bytes that were there from an earlier call
  bool unchanged = false;        // the target was there and the server has nothing newer
};

// kUnavailable: no connection, or it broke off (what came is kept for the next call); kNotFound:
// the server does not have it; kInvalid: too large, too small, sent elsewhere, or check() failed.
Result<Downloaded> download(const DownloadRequest& request);

// "data.example.gov" of an address; empty when it is none over HTTPS, or over HTTP on loopback.
std::string host_of(std::string_view address);

}  // namespace daybreak::threat
