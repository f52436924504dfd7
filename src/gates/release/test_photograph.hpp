// SPDX-License-Identifier: AGPL-3.0-or-later
// For tests only: a JPEG whose clean copy must lose the place in it.
#pragma once

#include <string>

namespace daybreak::gates {

inline std::string jpeg_segment(unsigned char marker, const std::string& body) {
  const std::size_t size = body.size() + 2;
  return std::string("\xff") + static_cast<char>(marker) + static_cast<char>(size >> 8) +
         static_cast<char>(size & 0xff) + body;
}
// What stays of it: so many bytes of a picture.
inline std::string scan_of(std::size_t bytes) {
  return jpeg_segment(0xda, std::string("\x01\x01\0\0\x3f\0", 6)) + std::string(bytes, 'p');
}
inline std::string photograph(const std::string& scan) {
  return "\xff\xd8" + jpeg_segment(0xe1, std::string("Exif\0\0MM\0*GPSLatitude Canaryplace", 33)) +
         scan + "\xff\xd9";
}

}  // namespace daybreak::gates
