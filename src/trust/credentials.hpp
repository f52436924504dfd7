// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside trust/, and for tests: passwords (Argon2id), time codes (RFC 6238), recovery codes. For
// one-time links of other rooms: tokens and their hashes. Safe to use from any thread; at most two
// passwords are hashed at the same time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/secret.hpp"

namespace daybreak::trust {

std::string hash_password(
    const Secret<std::string>& password);  // Argon2id, 64 MiB, 2 passes, with salt
// The same work whether or not there is a hash (none is never right).
bool is_password(const Secret<std::string>& password, const std::optional<std::string>& hash);

inline constexpr std::int64_t kTotpSeconds = 30;
// The six digits for a time step (seconds since 1970 / 30); RFC 6238 with SHA-1.
std::string totp_code(std::string_view secret, std::int64_t step);
// The step whose code this is, among the present one and its neighbours, if it is later than
// `after`.
std::optional<std::int64_t> matching_totp_step(std::string_view secret, std::string_view code,
                                               Instant now, std::int64_t after);
std::string totp_uri(std::string_view secret, std::string_view email);

std::string base32(std::string_view bytes);  // RFC 4648, without padding

Secret<std::string> new_token(Random& random);  // 256 bits, URL-safe
std::string token_hash(const Secret<std::string>& token);
// "ABCD-EFGH-JKLM-NPQR", 80 bits.
Secret<std::string> new_recovery_code(Random& random);
std::string recovery_code_hash(std::string_view code);  // ignores case, spaces and dashes

bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace daybreak::trust
