// SPDX-License-Identifier: AGPL-3.0-or-later
#include "trust/credentials.hpp"

#include <gtest/gtest.h>

#include "base/test_result.hpp"
#include "trust/members.hpp"
#include "trust/qr_code.hpp"
#include "trust/session.hpp"

namespace daybreak::trust {
namespace {

using Text = Secret<std::string>;

TEST(Totp, GivesTheCodesOfRfc6238) {
  const std::string secret = "12345678901234567890";
  EXPECT_EQ(totp_code(secret, 59 / 30), "287082");
  EXPECT_EQ(totp_code(secret, 1111111109 / 30), "081804");
  EXPECT_EQ(totp_code(secret, 1111111111 / 30), "050471");
  EXPECT_EQ(totp_code(secret, 1234567890 / 30), "005924");
  EXPECT_EQ(totp_code(secret, 2000000000 / 30), "279037");
  EXPECT_EQ(totp_code(secret, 20000000000 / 30), "353130");
}

TEST(Totp, AcceptsANeighbouringStepOnce) {
  const std::string secret = "12345678901234567890";
  const Instant now{std::chrono::milliseconds(1'800'000'000'000)};
  const std::int64_t step = 60'000'000;
  EXPECT_EQ(matching_totp_step(secret, totp_code(secret, step - 1), now, 0), step - 1);
  EXPECT_EQ(matching_totp_step(secret, totp_code(secret, step + 1), now, 0), step + 1);
  EXPECT_FALSE(matching_totp_step(secret, totp_code(secret, step - 2), now, 0));
  EXPECT_FALSE(matching_totp_step(secret, totp_code(secret, step), now, step));
  EXPECT_FALSE(matching_totp_step(secret, "", now, 0));
}

TEST(Base32, IsThatOfRfc4648) {
  EXPECT_EQ(base32(""), "");
  EXPECT_EQ(base32("f"), "MY");
  EXPECT_EQ(base32("foobar"), "MZXW6YTBOI");
  EXPECT_EQ(totp_uri("foobar", "a+b@example.org"),
            "otpauth://totp/"
            "Daybreak:a%2Bb%40example.org?secret=MZXW6YTBOI&issuer=Daybreak&algorithm=SHA1&digits="
            "6&period=30");
}

TEST(Password, IsCheckedAndNeverWithoutAHash) {
  const Text password("lantern river eleven quilt");
  const std::string hash = hash_password(password);
  EXPECT_TRUE(is_password(password, hash));
  EXPECT_FALSE(is_password(Text("lantern river eleven quilT"), hash));
  EXPECT_FALSE(is_password(Text("no account has this password"), std::nullopt));
}

TEST(Password, WeakOnesAreRefused) {
  for (const char* weak :
       {"fourteen chars", "aaaaaaaaaaaaaaaaaaaa", "passwordpassword1", "margaret.example loves",
        "correcthorsebatterystaple", "1234561234567890"})
    EXPECT_FALSE(check_new_password(weak, "margaret.example@example.org")) << weak;
  EXPECT_TRUE(check_new_password("lantern river eleven quilt", "margaret.example@example.org"));
}

TEST(NodeKey, SealsForOneContextOnly) {
  const NodeKey key = NodeKey::for_tests();
  SeededRandom random(3);
  std::string sealed = key.seal("secret", "row 1", random);
  EXPECT_EQ(key.open(sealed, "row 1")->reveal(), "secret");
  EXPECT_EQ(kind_of(key.open(sealed, "row 2")), ErrorKind::kCorrupt);
  sealed.back() ^= 1;
  EXPECT_FALSE(key.open(sealed, "row 1"));
  EXPECT_FALSE(key.open("", "row 1"));
}

TEST(CsrfToken, BelongsToOneSessionAndPurpose) {
  const Text session("a"), other("b");
  EXPECT_TRUE(is_csrf_token(csrf_token(session, "x"), session, "x"));
  EXPECT_FALSE(is_csrf_token(csrf_token(session, "x"), session, "y"));
  EXPECT_FALSE(is_csrf_token(csrf_token(session), other));
  EXPECT_FALSE(is_csrf_token("", session));
}

TEST(QrCode, HasItsThreeCorners) {
  const auto code = make_qr_code("otpauth://totp/Daybreak:a");
  ASSERT_TRUE(code);
  for (const auto& [x, y] :
       {std::pair(0, 0), std::pair(code->size - 7, 0), std::pair(0, code->size - 7)}) {
    EXPECT_TRUE(code->is_dark(x, y));
    EXPECT_FALSE(code->is_dark(x + 1, y + 1));
    EXPECT_TRUE(code->is_dark(x + 3, y + 3));
  }
  EXPECT_NE(to_svg(*code, "Scan <this>").find("Scan &lt;this>"), std::string::npos);
  EXPECT_FALSE(make_qr_code(std::string(5000, 'x')));
}

}  // namespace
}  // namespace daybreak::trust
