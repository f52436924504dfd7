// SPDX-License-Identifier: AGPL-3.0-or-later
// Small reference files that are no tables, as rows: a TopoJSON map (one row a shape), a list of
// known headers (one row a file), SQL table definitions (one row a column). For row_source.cpp.
// Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace daybreak::threat {

enum class DocumentKind : std::uint8_t { kJson, kSql };
// From the first bytes of a file; nothing when it may be a table.
std::optional<DocumentKind> document_kind(std::string_view first_bytes);

struct DocumentTable {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
};
Result<DocumentTable> read_document(DocumentKind kind, std::string_view text,
                                    const std::string& name);

}  // namespace daybreak::threat
