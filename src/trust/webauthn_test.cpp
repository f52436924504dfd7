// SPDX-License-Identifier: AGPL-3.0-or-later
// Passkeys' answers, with keys of OpenSSL: right ones of all three kinds are taken, and a change of
// any bit of any part is refused.
#include "trust/webauthn.hpp"

#include <gtest/gtest.h>

#include "trust/test_passkey.hpp"

namespace daybreak::trust {
namespace {

const RelyingParty kParty{"https://resources.example.org", "resources.example.org"};
const std::string kChallenge(32, '\x17');

class WebauthnTest : public testing::TestWithParam<PasskeyAlgorithm> {
 protected:
  TestPasskey passkey_{GetParam()};
  PasskeyKey key_ = *verify_registration(kParty, kChallenge, passkey_.create(kChallenge));
  bool takes(const PasskeyAssertion& given, const std::string& challenge = kChallenge) {
    return verify_assertion(kParty, challenge, key_, given).has_value();
  }
  bool registers(const PasskeyRegistration& given, const std::string& challenge = kChallenge) {
    return verify_registration(kParty, challenge, given).has_value();
  }
};
INSTANTIATE_TEST_SUITE_P(Kinds, WebauthnTest,
                         testing::Values(PasskeyAlgorithm::kEs256, PasskeyAlgorithm::kEdDsa,
                                         PasskeyAlgorithm::kRs256));

TEST_P(WebauthnTest, TakesWhatIsRight) {
  EXPECT_EQ(key_.algorithm, GetParam());
  EXPECT_EQ(key_.id, passkey_.id);
  passkey_.counter = 7;
  const auto state = verify_assertion(kParty, kChallenge, key_, passkey_.get(kChallenge));
  ASSERT_TRUE(state) << state.error().describe();
  EXPECT_EQ(state->counter, 7u);
  EXPECT_FALSE(state->synced);
  passkey_.flags |= 0x18;
  EXPECT_TRUE(verify_assertion(kParty, kChallenge, key_, passkey_.get(kChallenge))->synced);
}

// Every bit of every part that is signed, and of the signature.
TEST_P(WebauthnTest, RefusesEveryChangedBit) {
  const PasskeyAssertion right = passkey_.get(kChallenge);
  ASSERT_TRUE(takes(right));
  int tried = 0;
  for (const auto part : {&PasskeyAssertion::id, &PasskeyAssertion::client_data,
                          &PasskeyAssertion::authenticator_data, &PasskeyAssertion::signature}) {
    for (std::size_t i = 0; i < (right.*part).size() * 8; ++i, ++tried) {
      PasskeyAssertion changed = right;
      (changed.*part)[i / 8] = static_cast<char>((changed.*part)[i / 8] ^ 1 << i % 8);
      EXPECT_FALSE(takes(changed)) << "bit " << i << " of part " << tried;
    }
    PasskeyAssertion cut = right, longer = right, none = right;
    (cut.*part).pop_back();
    (longer.*part) += 'x';
    (none.*part).clear();
    EXPECT_FALSE(takes(cut));
    EXPECT_FALSE(takes(longer));
    EXPECT_FALSE(takes(none));
  }
  EXPECT_GT(tried, 1500);
}

TEST_P(WebauthnTest, RefusesAnswersToAnotherQuestion) {
  EXPECT_FALSE(takes(passkey_.get(std::string(32, '\x18'))));
  EXPECT_FALSE(takes(passkey_.get(kChallenge), ""));
  EXPECT_FALSE(takes(passkey_.get(kChallenge, "webauthn.create")));
  EXPECT_FALSE(registers(passkey_.create(kChallenge, "webauthn.get")));
  EXPECT_FALSE(registers(passkey_.create(std::string(32, '\x18'))));
  // Rightly signed, but by another key, or for another site.
  const TestPasskey other(GetParam());
  PasskeyAssertion forged = passkey_.get(kChallenge);
  forged.signature = other.sign(forged.authenticator_data + sha256(forged.client_data));
  EXPECT_FALSE(takes(forged));
  const auto with = [&](auto change) {
    TestPasskey copy(GetParam());
    const auto key = *verify_registration(kParty, kChallenge, copy.create(kChallenge));
    change(copy);
    const bool asserted =
        verify_assertion(kParty, kChallenge, key, copy.get(kChallenge)).has_value();
    const bool registered = registers(copy.create(kChallenge));
    return std::pair(asserted, registered);
  };
  const std::pair none(false, false), both(true, true);
  EXPECT_EQ(with([](TestPasskey&) {}), both);
  for (const char* origin : {"https://resources.example.org.", "http://resources.example.org",
                             "https://evil.example.org", "https://resources.example.org:8443",
                             "https://RESOURCES.example.org", ""})
    EXPECT_EQ(with([&](TestPasskey& p) { p.origin = origin; }), none) << origin;
  EXPECT_EQ(with([](TestPasskey& p) { p.site = "example.org"; }), none);
  EXPECT_EQ(with([](TestPasskey& p) { p.more_client_data = ",\"crossOrigin\":true"; }), none);
  EXPECT_EQ(with([](TestPasskey& p) { p.more_client_data = ",\"crossOrigin\":\"no\""; }), none);
  EXPECT_EQ(with([](TestPasskey& p) { p.more_client_data = ",\"topOrigin\":\"https://e.org\""; }),
            none);
  EXPECT_EQ(with([](TestPasskey& p) { p.more_client_data = ",\"type\":\"webauthn.get\""; }), none);
  EXPECT_EQ(with([](TestPasskey& p) { p.more_client_data = ",\"crossOrigin\":false"; }), both);
  EXPECT_EQ(with([](TestPasskey& p) { p.flags = 0x01; }), none) << "without verification";
  EXPECT_EQ(with([](TestPasskey& p) { p.flags = 0x04; }), none) << "without presence";
  EXPECT_EQ(with([](TestPasskey& p) { p.flags = 0x15; }), none) << "synced but not to be synced";
}

// Nothing signs a registration without attestation, so a changed key is another key; but broken
// ones, cut ones and those off the curve are found.
TEST_P(WebauthnTest, RefusesBrokenRegistrations) {
  const PasskeyRegistration right = passkey_.create(kChallenge);
  ASSERT_TRUE(registers(right));
  for (std::size_t size = 0; size < right.authenticator_data.size(); ++size) {
    PasskeyRegistration cut = right;
    cut.authenticator_data.resize(size);
    EXPECT_FALSE(registers(cut)) << size;
  }
  for (std::size_t i = 0; i < right.client_data.size() * 8; ++i) {
    PasskeyRegistration changed = right;
    changed.client_data[i / 8] = static_cast<char>(changed.client_data[i / 8] ^ 1 << i % 8);
    EXPECT_FALSE(registers(changed)) << i;
  }
  // Site, flags that must be, length and id; then the key's kind.
  const std::size_t key_at = 37 + 16 + 2 + passkey_.id.size();
  for (std::size_t byte = 0; byte < key_at; ++byte) {
    if (byte >= 33 && byte < 53) continue;  // counter and kind of authenticator are as it says
    PasskeyRegistration changed = right;
    changed.authenticator_data[byte] = static_cast<char>(changed.authenticator_data[byte] ^ 0x41);
    EXPECT_FALSE(registers(changed)) << byte;
  }
  for (std::size_t byte = key_at; byte < key_at + 5; ++byte) {
    PasskeyRegistration changed = right;
    changed.authenticator_data[byte] = static_cast<char>(changed.authenticator_data[byte] ^ 0x11);
    EXPECT_FALSE(registers(changed)) << byte;
  }
  if (GetParam() == PasskeyAlgorithm::kEs256) {
    PasskeyRegistration off = right;
    off.authenticator_data.back() = static_cast<char>(off.authenticator_data.back() ^ 1);
    EXPECT_FALSE(registers(off)) << "a point off the curve";
  }
  PasskeyRegistration other_id = right;
  other_id.id.back() = 'x';
  EXPECT_FALSE(registers(other_id));
}

TEST(RelyingPartyTest, IsTheSiteAsBrowsersKnowIt) {
  const auto of = [](std::string_view url) { return relying_party_of(url); };
  EXPECT_EQ(of("https://resources.example.org"), kParty);
  EXPECT_EQ(of("https://Resources.example.org:443/path"), kParty);
  EXPECT_EQ(of("https://a.example.org:8443"),
            (RelyingParty{"https://a.example.org:8443", "a.example.org"}));
  EXPECT_EQ(of("http://localhost:8080"), (RelyingParty{"http://localhost:8080", "localhost"}));
  for (const char* no : {"", "http://resources.example.org", "https://192.0.2.7", "https://[::1]:8",
                         "http://127.0.0.1:80", "https://", "https://user@example.org", "ftp://a"})
    EXPECT_FALSE(of(no)) << no;
}

TEST(PasskeyCounterTest, GoesUpOrIsNotThere) {
  EXPECT_FALSE(is_counter_back(0, 0));
  EXPECT_FALSE(is_counter_back(0, 1));
  EXPECT_FALSE(is_counter_back(5, 6));
  EXPECT_TRUE(is_counter_back(5, 5));
  EXPECT_TRUE(is_counter_back(5, 4));
  EXPECT_TRUE(is_counter_back(5, 0));
}

}  // namespace
}  // namespace daybreak::trust
