// SPDX-License-Identifier: AGPL-3.0-or-later
// On which page each anchor falls in print, for formats that lay themselves out but show numbers
// that someone must fill in first. Not for users of doc/.
#pragma once

#include <map>
#include <string>

#include "base/result.hpp"
#include "doc/document.hpp"
#include "doc/page_setup.hpp"

namespace daybreak::doc {

// Empty when nothing in the document shows page numbers of its own.
Result<std::map<std::string, int>> number_pages(const Document& document, const PageSetup& setup);

}  // namespace daybreak::doc
