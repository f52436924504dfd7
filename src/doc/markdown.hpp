// SPDX-License-Identifier: AGPL-3.0-or-later
// Markdown (CommonMark with GitHub's tables, strikethrough, task lists and footnotes) -> blocks.
// Raw HTML is dropped, and so is every link that is not http(s), mailto, tel or an anchor; images
// become their alternative text, since a document fetches nothing. Safe to call from any thread.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "doc/document.hpp"

namespace daybreak::doc {

struct MarkdownOptions {
  int heading_offset = 0;                       // added to every heading's level (1 to 6)
  std::size_t maximum_bytes = 1 * 1024 * 1024;  // more is refused
};

// Fails with kInvalid when the text is too long, not UTF-8, or nested deeper than 64 levels.
Result<Blocks> from_markdown(std::string_view markdown, const MarkdownOptions& options = {});

}  // namespace daybreak::doc
