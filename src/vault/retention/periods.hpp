// SPDX-License-Identifier: AGPL-3.0-or-later
// The periods of retention of the program (data/vault/retention.toml), each with its source and
// date. Immutable, safe to use from any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vault/codes/codes.hpp"

namespace daybreak::vault::retention {

struct Period {
  std::string id;  // "narrative", "file", "key_backups"
  int days = 0;
  codes::Words keeps;  // what is kept so long
  std::string source;
  Date as_of{};
};

// A mistake in the file is a bug and throws.
const std::vector<Period>& periods();
const Period* find_period(std::string_view id);

}  // namespace daybreak::vault::retention
