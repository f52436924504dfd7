// SPDX-License-Identifier: AGPL-3.0-or-later
#include "html/shortcut.hpp"

namespace daybreak::html {

void shortcut_link(Markup& out, Required text, const Href& href, Required key) {
  out.element("a", {{"class", "usa-skipnav"}, {"href", href}, {"accesskey", key.view()}}, text);
}

}  // namespace daybreak::html
