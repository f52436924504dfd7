// SPDX-License-Identifier: AGPL-3.0-or-later
// How mail carries text that is not ASCII: encoded words in headers (RFC 2047) and quoted-printable
// in bodies (RFC 2045). Pure functions over valid UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace daybreak::mail {

// An unstructured header value, folded to lines of at most 76 characters; `column` is where it
// starts.
std::string encoded_text(std::string_view text, std::size_t column);
// A display name: bare, quoted, or encoded.
std::string encoded_phrase(std::string_view name);
// Lines of at most 76 characters, CRLF; lone CR or LF become CRLF; ends with CRLF.
std::string quoted_printable(std::string_view text);

}  // namespace daybreak::mail
