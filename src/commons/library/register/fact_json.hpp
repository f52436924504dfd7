// SPDX-License-Identifier: AGPL-3.0-or-later
// A fact as JSON, as the register keeps each change of it. Pure, any thread.
#pragma once

#include "base/json.hpp"
#include "commons/library/model.hpp"

namespace daybreak::library {

Json to_json(const Fact& fact);
// Fails with kCorrupt when the text is not what to_json wrote.
Result<Fact> fact_from_json(std::string_view text);

}  // namespace daybreak::library
