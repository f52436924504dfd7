// SPDX-License-Identifier: AGPL-3.0-or-later
// Document -> HTML: semantic, every text escaped, no script, nothing fetched from anywhere. Pages
// of the site use the fragment inside html::'s layout; the standalone form is a file to keep or
// print. Safe to call from any thread.
#pragma once

#include <string>

#include "base/result.hpp"
#include "doc/document.hpp"

namespace daybreak::doc {

// <!doctype html> … with its own style sheet and a content security policy that allows only that.
Result<std::string> to_html(const Document& document);
// The body alone; heading levels are moved down by `heading_offset` so that it fits under a page's
// own.
Result<std::string> to_html_fragment(const Document& document, int heading_offset = 0);

// Text as it may stand in HTML text and in double-quoted attributes.
std::string escape_html(std::string_view text);

}  // namespace daybreak::doc
