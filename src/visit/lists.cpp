// SPDX-License-Identifier: AGPL-3.0-or-later
#include "visit/lists.hpp"

#include "base/text.hpp"

namespace daybreak::visit {

html::Sorting sorting_of(const http::Request& request, html::Href base, std::string_view fallback) {
  std::string key = request.query().get("sort").raw();
  const bool descending = key.starts_with('-');
  if (descending) key.erase(0, 1);
  if (key.empty()) key = fallback;
  return {.key = std::move(key),
          .direction = descending ? html::Direction::kDescending : html::Direction::kAscending,
          .base = std::move(base)};
}

std::string text_of(const http::Request& request, std::string_view field) {
  return std::string(trim(replace_all(request.form().fields.get(field).raw(), "\r\n", "\n")));
}

http::Response csv_download(std::string csv, std::string_view file_name) {
  auto response = http::Response::of("text/csv; charset=utf-8", std::move(csv));
  response.as_download(file_name);
  return response;
}

}  // namespace daybreak::visit
