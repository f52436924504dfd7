// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside trust/keys/ only: texts as bytes, and fields joined so that no two lists give one text.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace daybreak::trust::keys {

inline const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
inline unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

inline void append_number(std::string& out, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
}
// Each field with its length before it.
inline std::string joined(std::initializer_list<std::string_view> fields) {
  std::string all;
  for (const std::string_view field : fields) {
    append_number(all, field.size());
    all += field;
  }
  return all;
}

}  // namespace daybreak::trust::keys
