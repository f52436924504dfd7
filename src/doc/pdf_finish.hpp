// SPDX-License-Identifier: AGPL-3.0-or-later
// Painted pages + structure -> the finished PDF: structure tree, language, title, bookmarks, links,
// page labels, metadata. Not for users of doc/. One thread a call.
#pragma once

#include "doc/pdf_paint.hpp"

namespace daybreak::doc {

Result<std::string> finish_pdf(const Document& document, const Survey& survey,
                               const Painted& painted, const Structure& structure);

}  // namespace daybreak::doc
