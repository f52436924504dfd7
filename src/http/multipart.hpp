// SPDX-License-Identifier: AGPL-3.0-or-later
// multipart/form-data (RFC 7578) over a body that is whole, in memory or mapped: files are parts of
// it, never copied. Pure function.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "http/fields.hpp"

namespace daybreak::http {

struct MultipartLimits {
  std::size_t parts = 200;
  std::size_t part_head = 4 * 1024;
  std::size_t field = 1024 * 1024;  // a text field; files are bounded by the body's own limit
};

// Fails with kInvalid when the boundary is missing or wrong, a part has no name, or a limit is
// passed. Text fields must be UTF-8 without NUL.
Result<Form> parse_multipart(std::string_view content_type, std::string_view body,
                             const MultipartLimits& limits = {});

// The value of a parameter of a header ("boundary" of "multipart/form-data; boundary=x"), without
// its quotes; nothing when absent or badly quoted.
std::optional<std::string> header_parameter(std::string_view header, std::string_view name);

}  // namespace daybreak::http
