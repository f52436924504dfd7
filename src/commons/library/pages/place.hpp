// SPDX-License-Identifier: AGPL-3.0-or-later
// The third question of the tool picker: where. It leads to the task forces that cover the place,
// the facts of that state, the numbers to call and the next step.
#pragma once

#include "commons/library/pages/pages.hpp"

namespace daybreak::library::pages {

inline constexpr std::string_view kOnTribalLand = "tribal";

struct Where {
  std::string state;   // "NY", kOnTribalLand, or empty: anywhere
  std::string county;  // as typed
};
// Only codes of the list are let through, and a county of at most 60 letters.
Where read_where(const http::Request& request);
void write_where(html::Markup& out, const Where& where);
// People and the next step. Without an answer all task forces are there, folded, so that a kept
// page can answer by itself.
void write_place(html::Markup& out, const Desk& desk, const Library& library, const Where& where);

}  // namespace daybreak::library::pages
