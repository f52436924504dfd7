// SPDX-License-Identifier: AGPL-3.0-or-later
// Small pure functions on text: ASCII handling, numbers, UTF-8 checks. Case folding and
// normalisation of real words (ICU) are in base/unicode.hpp. Safe to use from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daybreak {

// Without leading and trailing ASCII white space.
std::string_view trim(std::string_view text);
// Parts between separators; "a,,b" gives three, "" gives one empty part.
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string to_lower_ascii(std::string_view text);
std::string to_upper_ascii(std::string_view text);
bool equals_ignoring_case_ascii(std::string_view a, std::string_view b);
std::string replace_all(std::string_view text, std::string_view from, std::string_view to);
// At most `bytes` bytes, cut at a character boundary, with "…" when something was cut.
std::string shorten(std::string_view text, std::size_t bytes);

// The whole text as a decimal number, or nothing: no white space, no sign '+', no overflow.
std::optional<std::int64_t> to_integer(std::string_view text);
// The whole text as a finite number, or nothing; '.' is the decimal point.
std::optional<double> to_number(std::string_view text);

bool is_valid_utf8(std::string_view text);
// "0a1b…"
std::string to_hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view text);

}  // namespace daybreak
