// SPDX-License-Identifier: AGPL-3.0-or-later
// What a list's address asks for. Pure functions.
#pragma once

#include <string_view>

#include "html/table.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

namespace daybreak::visit {

// "sort=-name": by that column, backwards; `fallback` when the address says nothing.
html::Sorting sorting_of(const http::Request& request, html::Href base, std::string_view fallback);

// A field of a posted form, trimmed, with the line ends of this house.
std::string text_of(const http::Request& request, std::string_view field);

// A table as a download for spreadsheet programs.
http::Response csv_download(std::string csv, std::string_view file_name);

}  // namespace daybreak::visit
