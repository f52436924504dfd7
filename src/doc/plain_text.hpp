// SPDX-License-Identifier: AGPL-3.0-or-later
// Document -> plain text, for mail and for reading without any program. Safe to call from any
// thread.
#pragma once

#include <string>

#include "doc/document.hpp"

namespace daybreak::doc {

// Lines of at most `width` characters, ended by "\n"; link targets in angle brackets after their
// words.
std::string to_plain_text(const Document& document, int width = 76);

}  // namespace daybreak::doc
