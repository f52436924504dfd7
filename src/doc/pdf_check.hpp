// SPDX-License-Identifier: AGPL-3.0-or-later
// Checks a PDF file for what makes it accessible, after the machine-checkable parts of PDF/UA-1
// (ISO 14289-1) and the Matterhorn protocol. It reads the finished file, whoever wrote it; to_pdf
// claims PDF/UA only when this finds nothing. Safe to call from any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace daybreak::doc {

struct PdfFinding {
  std::string rule;   // short and stable: "figure-alt", "heading-order", …
  std::string place;  // "page 3", "page 3 mark 7", "document"
  std::string message;
};

struct PdfReport {
  std::vector<PdfFinding> findings;
  // What the file says, for tests and for people.
  std::string title, language;
  int pages = 0, headings = 0, figures = 0, tables = 0, links = 0, bookmarks = 0;
  bool claims_ua = false;
  std::vector<std::string> fonts;  // base names, without the subset's prefix, sorted
  std::vector<std::string>
      structure;  // the structure tree, one element a line, indented, in reading order
  bool passes() const { return findings.empty(); }
};

// Fails with kInvalid when the bytes are no PDF file.
Result<PdfReport> check_pdf(std::string_view bytes);

}  // namespace daybreak::doc
