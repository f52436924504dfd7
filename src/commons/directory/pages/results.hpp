// SPDX-License-Identifier: AGPL-3.0-or-later
// What a search of the directory found, as cards with a way to page through them. Pure function,
// any thread.
#pragma once

#include <functional>

#include "commons/directory/catalogue/card.hpp"
#include "commons/directory/pages/search_form.hpp"

namespace daybreak::directory::pages {

// What stands below a hit's own lines.
using HitPart = std::function<void(html::Markup&, const search::Hit&, const Card&)>;

// Paging sends the form "search" again, which must stand on the same page.
void write_results(html::Markup& out, const search::Answer& answer, const Asked& asked,
                   const Choices& choices, const HitPart& more = {});

}  // namespace daybreak::directory::pages
