// SPDX-License-Identifier: AGPL-3.0-or-later
#include "trust/credentials.hpp"

#include <array>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <semaphore>
#include <sodium.h>
#include <stdexcept>

#include "base/digest.hpp"
#include "base/text.hpp"

namespace daybreak::trust {
namespace {

constexpr auto kPasses = crypto_pwhash_OPSLIMIT_INTERACTIVE;
constexpr auto kMemory = crypto_pwhash_MEMLIMIT_INTERACTIVE;  // 64 MiB

// Hashing is costly on purpose; a flood of sign-ins must not take all the memory.
class HashingPlace {
 public:
  HashingPlace() { places().acquire(); }
  ~HashingPlace() { places().release(); }

 private:
  static std::counting_semaphore<2>& places() {
    static std::counting_semaphore<2> semaphore(2);
    return semaphore;
  }
};

}  // namespace

std::string hash_password(const Secret<std::string>& password) {
  if (sodium_init() < 0) throw std::runtime_error("libsodium does not start");
  const HashingPlace place;
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  const std::string& text = password.reveal();
  if (crypto_pwhash_str_alg(hash.data(), text.data(), text.size(), kPasses, kMemory,
                            crypto_pwhash_ALG_ARGON2ID13) != 0)
    throw std::bad_alloc();
  return hash.data();
}

bool is_password(const Secret<std::string>& password, const std::optional<std::string>& hash) {
  static const std::string nobody =
      hash_password(Secret<std::string>("no account has this password"));
  const std::string& text = password.reveal();
  const HashingPlace place;
  const bool right =
      crypto_pwhash_str_verify((hash ? *hash : nobody).c_str(), text.data(), text.size()) == 0;
  return right && hash.has_value();
}

std::string totp_code(std::string_view secret, std::int64_t step) {
  std::array<unsigned char, 8> counter{};
  for (int i = 7; i >= 0; --i, step >>= 8)
    counter[static_cast<std::size_t>(i)] = static_cast<unsigned char>(step & 0xff);
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int size = 0;
  HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), counter.data(), counter.size(),
       mac.data(), &size);
  const std::size_t at = mac[size - 1] & 0x0f;
  const std::uint32_t number =
      (mac[at] & 0x7fu) << 24 | mac[at + 1] << 16 | mac[at + 2] << 8 | mac[at + 3];
  return fmt::format("{:06}", number % 1'000'000);
}

std::optional<std::int64_t> matching_totp_step(std::string_view secret, std::string_view code,
                                               Instant now, std::int64_t after) {
  const std::int64_t present = now.time_since_epoch().count() / 1000 / kTotpSeconds;
  std::optional<std::int64_t> found;
  for (std::int64_t step = present - 1; step <= present + 1; ++step)
    if (equal_in_constant_time(totp_code(secret, step), code) && step > after) found = step;
  return found;
}

std::string totp_uri(std::string_view secret, std::string_view email) {
  std::string label;
  for (const char c : email)
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '-' || c == '_')
      label += c;
    else
      label += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  return fmt::format(
      "otpauth://totp/Daybreak:{}?secret={}&issuer=Daybreak&algorithm=SHA1&digits=6&period={}",
      label, base32(secret), kTotpSeconds);
}

std::string base32(std::string_view bytes) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string text;
  std::uint32_t buffer = 0;
  int held = 0;
  for (const char byte : bytes) {
    buffer = buffer << 8 | static_cast<unsigned char>(byte);
    for (held += 8; held >= 5; held -= 5) text += kAlphabet[buffer >> (held - 5) & 31];
  }
  if (held > 0) text += kAlphabet[buffer << (5 - held) & 31];
  return text;
}

Secret<std::string> new_token(Random& random) {
  const std::string bytes = random.bytes(32);
  std::array<char, sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_URLSAFE_NO_PADDING)> text{};
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return Secret<std::string>(text.data());
}

std::string token_hash(const Secret<std::string>& token) {
  return sha256("daybreak token " + token.reveal());
}

Secret<std::string> new_recovery_code(Random& random) {
  const std::string text = base32(random.bytes(10));
  return Secret<std::string>(text.substr(0, 4) + "-" + text.substr(4, 4) + "-" + text.substr(8, 4) +
                             "-" + text.substr(12, 4));
}

std::string recovery_code_hash(std::string_view code) {
  std::string plain;
  for (const char c : to_upper_ascii(code))
    if (c != '-' && c != ' ') plain += c;
  return sha256("daybreak recovery code " + plain);
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace daybreak::trust
