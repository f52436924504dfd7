// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside vault/releases/ only: terms and signature as one document, to be sealed.
#pragma once

#include "base/json.hpp"
#include "vault/releases/releases.hpp"

namespace daybreak::vault::releases {

// What even a draft must keep to: lengths, known items, 1 to 90 days.
Result<void> check_shape(const Terms& terms);
Json write_terms(const Terms& terms);
Terms read_terms(const Json& json);
Json write_signature(const Signature& signature);
Signature read_signature(const Json& json);

}  // namespace daybreak::vault::releases
