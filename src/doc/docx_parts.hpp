// SPDX-License-Identifier: AGPL-3.0-or-later
// The parts of a DOCX package that do not depend on the text: styles, lists, settings, properties,
// and the zip around all parts. Not for users of doc/. Pure.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "doc/document.hpp"
#include "doc/page_setup.hpp"

namespace daybreak::doc {

// Text and attribute values of XML 1.0: escaped, without control characters.
std::string escape_xml(std::string_view text);
// "en" is "en-US": word processors want a country.
std::string word_language(std::string_view language);

std::string styles_part(const Document& document, const PageSetup& setup);
// `starts` has the first number of each numbered list; its number id is 10 + its position.
std::string numbering_part(const std::vector<int>& starts);
constexpr int kBulletList = 1, kCheckboxList = 2, kFirstNumberedList = 10;
std::string settings_part(const Document& document);
std::string core_properties_part(const Document& document);
std::string content_types_part(std::size_t pictures);
// `wanted` is "header" or "footer".
std::string running_part(const Document& document, const PageSetup& setup, std::string_view wanted);

using PackageParts = std::vector<std::pair<std::string, std::string>>;  // name, bytes
// The zip of the parts in this order; `date` is every part's time.
Result<std::string> zip_parts(const PackageParts& parts, Date date);

constexpr std::string_view kWordNamespaces =
    "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" "
    "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" "
    "xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" "
    "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" "
    "xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"";
constexpr std::string_view kXmlHeader =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

}  // namespace daybreak::doc
