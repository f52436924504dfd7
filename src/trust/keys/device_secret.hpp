// SPDX-License-Identifier: AGPL-3.0-or-later
// A secret under what a passkey gives: WebAuthn's PRF extension, 32 bytes that only this
// authenticator makes for this salt, after it has verified the person. They are random, so no slow
// hash is needed; HKDF (RFC 5869, SHA-256) makes the wrapping key of them. Pure functions, safe to
// use from any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "trust/keys/locked_bytes.hpp"

namespace daybreak::trust::keys {

inline constexpr std::size_t kDeviceSecretBytes = 32;

// RFC 5869 with SHA-256, 32 bytes out.
Key hkdf_sha256(std::string_view salt, std::string_view secret, std::string_view use);
// kInvalid when the secret is not 32 bytes.
Result<std::string> wrap_under_device_secret(const Secret<std::string>& secret,
                                             std::string_view plain, std::string_view context,
                                             Random& random);
// kDenied for another secret, context or a changed block (they look the same).
Result<LockedBytes> unwrap_under_device_secret(const Secret<std::string>& secret,
                                               std::string_view wrapped, std::string_view context);

}  // namespace daybreak::trust::keys
