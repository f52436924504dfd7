// SPDX-License-Identifier: AGPL-3.0-or-later
// Document -> DOCX (Office Open XML, ECMA-376 transitional), with real styles, lists, header rows,
// alternative texts and languages, laid out like the PDF. The same document gives the same bytes.
// Safe to call from any thread.
#pragma once

#include <string>

#include "base/result.hpp"
#include "doc/document.hpp"
#include "doc/page_setup.hpp"

namespace daybreak::doc {

Result<std::string> to_docx(const Document& document, const PageSetup& setup = {});

}  // namespace daybreak::doc
