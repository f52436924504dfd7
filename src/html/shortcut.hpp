// SPDX-License-Identifier: AGPL-3.0-or-later
// A link that is reached with one key from anywhere on its page, without JavaScript: first by the
// Tab key after "Skip to main content", and by the browser's access key (Alt or Alt+Shift and it).
#pragma once

#include "html/markup.hpp"

namespace daybreak::html {

// Seen only while it has the focus, like the skip link. `key` is one letter.
void shortcut_link(Markup& out, Required text, const Href& href, Required key);

}  // namespace daybreak::html
