// SPDX-License-Identifier: AGPL-3.0-or-later
// Document -> tagged PDF 1.7. The file has language, shown title, bookmarks, page labels and a
// complete structure tree; it carries the PDF/UA-1 mark when, and only when, pdf_check finds
// nothing wrong. The same document, date and fonts give the same bytes. Safe to call from any
// thread; about 2 ms a page, memory in proportion to the pages.
#pragma once

#include <string>

#include "base/result.hpp"
#include "doc/document.hpp"
#include "doc/page_setup.hpp"

namespace daybreak::doc {

// Fails with kInvalid when the document breaks a rule (title or language missing, a link to an
// anchor that is not there, a card that does not fit), with kUnavailable when the font is not
// installed.
Result<std::string> to_pdf(const Document& document, const PageSetup& setup = {});

// The same on at most `pages` pages: type gets smaller in small steps, never under `least_size`
// points. For quick references and posters. Fails with kInvalid when even that does not fit.
Result<std::string> to_pdf_within(const Document& document, PageSetup setup, int pages,
                                  double least_size);

}  // namespace daybreak::doc
