// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside vault/releases/ only: a release's row, and the end of those that are late.
#pragma once

#include "vault/releases/releases.hpp"

namespace daybreak::vault::releases {

inline constexpr std::string_view kReleaseColumns =
    "id, number, client, state, version, recipient_organization, recipient_member, recipient_role,"
    " method, single_use, starts_at, expires_at, signed_at, ended_at, form_version, form_hash,"
    " signed_by, ended_how, document";
inline constexpr std::size_t kDocumentColumn = 18;
ReleaseRow release_of(const db::Row& row);
// destroy_ended() after the store was asked whether it was put back.
Result<std::int64_t> destroy_late(const Vault& vault, db::Connection& connection);

// Ways of telling and topics count on the day of the signature; kInvalid names the field.
Result<void> check_codes_on(const Terms& terms, Date day);

}  // namespace daybreak::vault::releases
