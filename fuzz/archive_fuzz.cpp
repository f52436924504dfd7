// SPDX-License-Identifier: AGPL-3.0-or-later
// Zip and tar files as they are downloaded, and compressed streams: every member is listed and read
// to its end within the limits, or refused; the first byte chooses.
// links: base
#include <array>
#include <cstdlib>

#include "base/byte_source.hpp"

using namespace daybreak;

namespace {

constexpr UnpackLimits kLimits{.max_bytes = 1 << 20, .max_ratio = 300};

void drain(Result<std::unique_ptr<ByteSource>> source) {
  if (!source) return;
  std::array<char, 4096> block;
  std::uint64_t bytes = 0;
  for (;;) {
    const auto got = (*source)->read(block);
    if (!got || *got == 0) return;
    if (*got > block.size() || (bytes += *got) > kLimits.max_bytes + block.size()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 2 == 1) {
    drain(unpacked(open_memory(bytes), kLimits));
    return 0;
  }
  const auto archive = Archive::from_memory(bytes);
  if (!archive) return 0;
  for (const Archive::Member& member : archive->members()) {
    if (!archive->has(member.name)) std::abort();
    drain(archive->member(member.name, kLimits));
  }
  return 0;
}
