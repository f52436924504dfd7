// SPDX-License-Identifier: AGPL-3.0-or-later
// Every component on a few pages, with made-up content: what designers look at and what the
// accessibility tests walk over. Served at /styleguide by a demonstration; never by a real site.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "html/page.hpp"

namespace daybreak::html {

// The names of the pages: "content", "forms", "tables", "figures", "staff".
const std::vector<std::string>& gallery_pages();
// One of them as a whole document; throws std::logic_error for another name.
std::string gallery_page(std::string_view name, const Shell& shell);

}  // namespace daybreak::html
