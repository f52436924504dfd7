// SPDX-License-Identifier: AGPL-3.0-or-later
#include "trust/keys/device_secret.hpp"

#include <gtest/gtest.h>

#include "base/test_result.hpp"
#include "base/text.hpp"

namespace daybreak::trust::keys {
namespace {

std::string bytes(std::string_view hex) {
  std::string out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    out += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  return out;
}

// RFC 5869, appendix A.1: the first 32 of its 42 bytes.
TEST(DeviceSecretTest, DerivesAsTheStandardSays) {
  EXPECT_EQ(to_hex(hkdf_sha256(bytes("000102030405060708090a0b0c"), std::string(22, '\x0b'),
                               bytes("f0f1f2f3f4f5f6f7f8f9"))
                       .view()),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
}

TEST(DeviceSecretTest, OpensWithTheSameSecretAndContextAlone) {
  SystemRandom random;
  const Secret<std::string> right(random.bytes(32)), wrong(random.bytes(32)), cut("short"), none;
  const auto wrapped = wrap_under_device_secret(right, "plain", "context", random);
  ASSERT_TRUE(wrapped);
  EXPECT_EQ(unwrap_under_device_secret(right, *wrapped, "context")->view(), "plain");
  EXPECT_EQ(kind_of(unwrap_under_device_secret(wrong, *wrapped, "context")), ErrorKind::kDenied);
  EXPECT_FALSE(unwrap_under_device_secret(right, *wrapped, "another"));
  EXPECT_FALSE(unwrap_under_device_secret(none, *wrapped, "context"));
  EXPECT_EQ(kind_of(wrap_under_device_secret(cut, "plain", "context", random)),
            ErrorKind::kInvalid);
  EXPECT_FALSE(wrap_under_device_secret(none, "plain", "context", random));
  for (std::size_t bit = 0; bit < wrapped->size() * 8; ++bit) {
    std::string changed = *wrapped;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ 1 << bit % 8);
    EXPECT_FALSE(unwrap_under_device_secret(right, changed, "context")) << bit;
  }
  EXPECT_FALSE(unwrap_under_device_secret(right, "", "context"));
}

}  // namespace
}  // namespace daybreak::trust::keys
