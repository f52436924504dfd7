// SPDX-License-Identifier: AGPL-3.0-or-later
// The frame that charts and maps share: title and summary in words, the drawing, its source, the
// same figures as a table. Only chart.cpp and county_map.cpp use it.
#pragma once

#include <functional>
#include <vector>

#include "geography/shapes.hpp"
#include "html/chart.hpp"
#include "html/table.hpp"

namespace daybreak::html {

// <figure> with its caption; the caller closes it.
void open_figure(Markup& out, const ChartWords& words);
// <svg> with title and description; the caller closes it. A picture is one thing to a screen
// reader; a drawing with links is a group.
enum class Drawing : std::uint8_t { kPicture, kWithLinks };
void open_drawing(Markup& out, const ChartWords& words, std::string_view css_class,
                  const geography::Box& view, Drawing kind = Drawing::kPicture);
void write_source(Markup& out, std::string_view source);
// The table below a drawing, behind "The same figures as a table".
void write_twin(Markup& out, const ChartWords& words, const std::vector<Column>& columns,
                const std::function<void(Rows&)>& fill);

}  // namespace daybreak::html
