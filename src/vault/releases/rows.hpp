// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside vault/releases/ only: a release's row.
#pragma once

#include "vault/releases/releases.hpp"

namespace daybreak::vault::releases {

inline constexpr std::string_view kReleaseColumns =
    "id, number, client, state, version, recipient_organization, recipient_member, recipient_role,"
    " method, single_use, starts_at, expires_at, signed_at, ended_at, form_version, form_hash,"
    " signed_by, ended_how, document";
inline constexpr std::size_t kDocumentColumn = 18;
ReleaseRow release_of(const db::Row& row);

}  // namespace daybreak::vault::releases
