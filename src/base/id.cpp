// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/id.hpp"

#include <openssl/evp.h>

#include <algorithm>

#include "base/text.hpp"

namespace daybreak {

Result<Uuid> Uuid::parse(std::string_view text) {
  constexpr std::string_view kCure = "An id looks like 018f3c1e-7a4b-7c2d-9e10-3b5d8f6a7c21";
  const auto bad = [&] {
    return fail(ErrorKind::kInvalid, "\"" + shorten(text, 40) + "\" is not an id", {},
                std::string(kCure));
  };
  if (text.size() != 36) return bad();
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash != (text[i] == '-')) return bad();
    if (!dash) digits += text[i];
  }
  const auto raw = from_hex(digits);
  if (!raw) return bad();
  std::array<std::uint8_t, 16> bytes;
  std::ranges::copy(*raw, reinterpret_cast<char*>(bytes.data()));
  return Uuid(bytes);
}

Uuid Uuid::generate(const Clock& clock, Random& random) {
  std::array<std::uint8_t, 16> bytes;
  random.fill(bytes);
  const auto time = static_cast<std::uint64_t>(clock.now().time_since_epoch().count());
  for (int i = 0; i < 6; ++i) bytes[i] = static_cast<std::uint8_t>(time >> (40 - 8 * i));
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0F) | 0x70);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3F) | 0x80);
  return Uuid(bytes);
}

Uuid Uuid::from_name(const Uuid& name_space, std::string_view name) {
  std::string input(reinterpret_cast<const char*>(name_space.bytes_.data()), 16);
  input += name;
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(input.data(), input.size(), digest, &size, EVP_sha1(), nullptr);
  std::array<std::uint8_t, 16> bytes;
  std::copy_n(digest, 16, bytes.begin());
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0F) | 0x50);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3F) | 0x80);
  return Uuid(bytes);
}

std::string Uuid::to_string() const {
  std::string text = to_hex({reinterpret_cast<const char*>(bytes_.data()), bytes_.size()});
  for (const std::size_t at : {8, 13, 18, 23}) text.insert(at, 1, '-');
  return text;
}

}  // namespace daybreak
