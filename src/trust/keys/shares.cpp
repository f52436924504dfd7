// SPDX-License-Identifier: AGPL-3.0-or-later
#include "trust/keys/shares.hpp"

#include <cctype>
#include <set>
#include <stdexcept>

#include "base/digest.hpp"

namespace daybreak::trust::keys {
namespace {

// Crockford's letters: none that are read as another.
constexpr std::string_view kLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::string_view kPrefix = "DBS1";
constexpr std::size_t kCheck = 4, kHead = 6;  // set, threshold, number

// In GF(256) modulo x^8+x^4+x^3+x+1, without tables or branches on the values.
std::uint8_t multiply(std::uint8_t a, std::uint8_t b) {
  std::uint8_t product = 0;
  for (int bit = 0; bit < 8; ++bit) {
    product ^= static_cast<std::uint8_t>(-(b & 1) & a);
    const auto carry = static_cast<std::uint8_t>(-(a >> 7) & 0x1b);
    a = static_cast<std::uint8_t>(a << 1 ^ carry);
    b >>= 1;
  }
  return product;
}

std::uint8_t inverse(std::uint8_t a) {  // a^254
  std::uint8_t power = a, result = 1;
  for (int i = 0; i < 7; ++i) {
    power = multiply(power, power);
    result = multiply(result, power);
  }
  return result;
}

std::string base32(std::string_view bytes) {
  std::string out;
  unsigned buffer = 0;
  int bits = 0;
  for (const char c : bytes) {
    buffer = buffer << 8 | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 5; bits -= 5) out += kLetters[buffer >> (bits - 5) & 31];
  }
  if (bits > 0) out += kLetters[buffer << (5 - bits) & 31];
  return out;
}

tl::unexpected<Error> wrong(std::string message) {
  return fail(ErrorKind::kInvalid, std::move(message), "field share",
              "Copy the line from the officer's paper again");
}

}  // namespace

std::vector<Share> split(const Key& secret, int threshold, int count, Random& random) {
  if (threshold < 2 || threshold > count || count > 16)
    throw std::logic_error("no such number of shares");
  const LockedBytes coefficients =
      LockedBytes::random(static_cast<std::size_t>(threshold - 1) * Key::kBytes, random);
  const auto set = static_cast<std::uint32_t>(random.number());
  std::vector<Share> shares;
  for (int number = 1; number <= count; ++number) {
    Share share{set, static_cast<std::uint8_t>(threshold), static_cast<std::uint8_t>(number),
                LockedBytes(Key::kBytes)};
    for (std::size_t i = 0; i < Key::kBytes; ++i) {
      std::uint8_t value = 0;
      for (int power = threshold - 2; power >= 0; --power)
        value =
            multiply(value ^ coefficients.data()[static_cast<std::size_t>(power) * Key::kBytes + i],
                     share.number);
      share.bytes.data()[i] = value ^ secret.data()[i];
    }
    shares.push_back(std::move(share));
  }
  return shares;
}

Result<Key> combine(std::span<const Share> shares) {
  if (shares.empty() || shares.size() < shares[0].threshold)
    return fail(ErrorKind::kInvalid, "too few shares", "field share", "Bring one more officer");
  std::set<std::uint8_t> numbers;
  for (const Share& share : shares) {
    if (share.set != shares[0].set || share.threshold != shares[0].threshold)
      return wrong("these shares were not made together");
    if (share.number == 0 || share.bytes.size() != Key::kBytes ||
        !numbers.insert(share.number).second)
      return wrong("a share was given twice or is damaged");
  }
  Key secret;
  for (const Share& share : shares) {
    std::uint8_t weight = 1;
    for (const Share& other : shares)
      if (other.number != share.number)
        weight = multiply(weight, multiply(other.number, inverse(other.number ^ share.number)));
    for (std::size_t i = 0; i < Key::kBytes; ++i)
      secret.data()[i] ^= multiply(weight, share.bytes.data()[i]);
  }
  return secret;
}

std::string write_share(const Share& share) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes += static_cast<char>(share.set >> shift & 0xff);
  bytes += static_cast<char>(share.threshold);
  bytes += static_cast<char>(share.number);
  bytes += share.bytes.view();
  bytes += sha256(bytes).substr(0, kCheck);
  const std::string letters = base32(bytes);
  std::string line(kPrefix);
  for (std::size_t at = 0; at < letters.size(); at += 4) line += "-" + letters.substr(at, 4);
  return line;
}

Result<Share> parse_share(std::string_view text) {
  std::string letters;
  for (const char c : text) {
    const char upper = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    if (std::isalnum(static_cast<unsigned char>(c)))
      letters += upper == 'O' ? '0' : upper == 'I' || upper == 'L' ? '1' : upper;
    else if (c != '-' && !std::isspace(static_cast<unsigned char>(c)))
      return wrong("a share has only letters, digits and dashes");
  }
  if (!letters.starts_with(kPrefix)) return wrong("a share begins with DBS1");
  std::string bytes;
  unsigned buffer = 0;
  int bits = 0;
  for (const char c : letters.substr(kPrefix.size())) {
    const auto value = kLetters.find(c);
    if (value == std::string_view::npos) return wrong("a share has a letter that none can have");
    buffer = buffer << 5 | static_cast<unsigned>(value);
    if ((bits += 5) >= 8) bytes += static_cast<char>(buffer >> (bits -= 8) & 0xff);
  }
  if (bytes.size() != kHead + Key::kBytes + kCheck || (buffer & ((1U << bits) - 1)) != 0)
    return wrong("a share is too short or too long");
  const std::string body = bytes.substr(0, kHead + Key::kBytes);
  if (sha256(body).substr(0, kCheck) != bytes.substr(body.size()))
    return wrong("a letter of the share is wrong");
  Share share;
  for (std::size_t i = 0; i < 4; ++i)
    share.set = share.set << 8 | static_cast<unsigned char>(body[i]);
  share.threshold = static_cast<std::uint8_t>(body[4]);
  share.number = static_cast<std::uint8_t>(body[5]);
  share.bytes = LockedBytes::copy_of(std::string_view(body).substr(kHead));
  return share;
}

}  // namespace daybreak::trust::keys
