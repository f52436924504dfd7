// SPDX-License-Identifier: AGPL-3.0-or-later
// Names of languages in the reader's language. Pure function, safe to use from any thread.
#pragma once

#include <string>
#include <string_view>

#include "language/words.hpp"

namespace daybreak::language {

// By ISO 639 code; the code itself for a language that is not among the common ones.
std::string language_name(const Words& t, std::string_view code);

}  // namespace daybreak::language
