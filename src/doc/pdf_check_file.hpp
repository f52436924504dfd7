// SPDX-License-Identifier: AGPL-3.0-or-later
// pdf_check on an open file, so that to_pdf can decide about the PDF/UA mark before it writes. Not
// for users of doc/.
#pragma once

#include "doc/pdf_check.hpp"

class QPDF;

namespace daybreak::doc {

PdfReport check_file(QPDF& file);

}  // namespace daybreak::doc
