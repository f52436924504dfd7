// SPDX-License-Identifier: AGPL-3.0-or-later
// What a passkey says, checked (W3C WebAuthn level 2, §7.1 and §7.2; signatures by libfido2):
// registration without attestation, and assertion. Pure functions that know neither store nor
// session (trust/passkeys.hpp does); safe to use from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace daybreak::trust {

// The site as browsers know it: passkeys are bound to `id` and answer to `origin` alone.
struct RelyingParty {
  std::string origin;  // "https://resources.example.org"
  std::string id;      // "resources.example.org"
  bool operator==(const RelyingParty&) const = default;
};
// Of the public address; nothing where browsers have no passkeys: without TLS (but for
// localhost), and at a bare IP address.
std::optional<RelyingParty> relying_party_of(std::string_view url);

enum class PasskeyAlgorithm : std::int32_t { kEs256 = -7, kEdDsa = -8, kRs256 = -257 };

struct PasskeyKey {
  std::string id;          // the credential's, as the authenticator made it
  std::string public_key;  // in libfido2's form for the algorithm
  PasskeyAlgorithm algorithm = PasskeyAlgorithm::kEs256;
  std::uint32_t counter = 0;
  bool synced = false;  // kept in more than one device
};

// All bytes, not base64.
struct PasskeyRegistration {
  std::string id, client_data, authenticator_data;
};
struct PasskeyAssertion {
  std::string id, client_data, authenticator_data, signature, user_handle;
};
struct PasskeyState {
  std::uint32_t counter = 0;
  bool synced = false;
};

// kDenied, with the place naming the field, for another challenge, origin, site or kind of answer,
// for an answer without the person's verification, and for a key that is none of the three kinds.
Result<PasskeyKey> verify_registration(const RelyingParty& party, std::string_view challenge,
                                       const PasskeyRegistration& given);
// The same, and for a signature that is not the key's. The counter is for the caller to compare.
Result<PasskeyState> verify_assertion(const RelyingParty& party, std::string_view challenge,
                                      const PasskeyKey& key, const PasskeyAssertion& given);
// True when a counter went back or stood still: two devices have the same secret. Authenticators
// that do not count give 0 each time.
bool is_counter_back(std::uint32_t known, std::uint32_t given);

// The challenge that client data say they answer, to find it again; checked with all else later.
std::optional<std::string> challenge_of(std::string_view client_data);

std::string to_base64url(std::string_view bytes);  // without padding
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace daybreak::trust
