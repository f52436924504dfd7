// SPDX-License-Identifier: AGPL-3.0-or-later
// A template in work as JSON, as the store keeps it. Internal to this folder.
#pragma once

#include "base/json.hpp"
#include "commons/library/drafts/editions.hpp"

namespace daybreak::library::drafts {

Json to_json(const Work& work);
Result<Work> work_from_json(std::string_view text);

}  // namespace daybreak::library::drafts
