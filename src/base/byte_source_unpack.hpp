// SPDX-License-Identifier: AGPL-3.0-or-later
// Parts of byte_source.cpp that wrap one source in another. For base/ only.
#pragma once

#include "base/byte_source.hpp"

namespace daybreak {

// `start` first, then the rest of `source`: for looking at the first bytes and giving them back.
std::unique_ptr<ByteSource> with_start(std::string start, std::unique_ptr<ByteSource> source);
// UTF-16 text with a byte order mark as UTF-8; lone surrogates become U+FFFD.
enum class ByteOrder : std::uint8_t { kLittle, kBig };
std::unique_ptr<ByteSource> from_utf16(std::unique_ptr<ByteSource> source, ByteOrder order);

}  // namespace daybreak
