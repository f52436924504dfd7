// SPDX-License-Identifier: AGPL-3.0-or-later
// Charts and maps as SVG drawn on the server, each with the same figures as a table below it. Never
// readable by colour alone: bars carry their numbers, lines their names, map classes a pattern.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "geography/geography.hpp"
#include "html/markup.hpp"

namespace daybreak::html {

struct ChartWords {
  Required title;
  Required summary;              // one sentence: what the figure shows
  Required label_heading;        // heads the table's first column: "County"
  Required value_heading;        // and the second: "Services"
  std::string_view source = {};  // "U.S. Department of Labor, 1 October 2026"
};

struct Bar {
  std::string label;
  double value = 0;
  std::string value_text = {};  // when not the plain number: "under 10"
  std::optional<Href> href = {};
};
void bar_chart(Markup& out, const ChartWords& words, std::span<const Bar> bars, int decimals = 0);

struct Series {
  std::string name;
  std::vector<double> values;  // one per x label; NaN where there is none
};
void line_chart(Markup& out, const ChartWords& words, std::span<const std::string> x_labels,
                std::span<const Series> series, int decimals = 0);

struct CountyValue {
  geography::CountyFips county;
  std::optional<double> value;  // nothing: suppressed or unknown, drawn as "not shown"
  std::string value_text = {};  // when not the plain number: "1 to 9"
  std::optional<Href> href = {};
};
struct CountyMap {
  ChartWords words;
  std::span<const CountyValue> counties;
  // Upper bounds of all classes but the last, ascending: {0, 4, 9} makes "0", "1 to 4", "5 to 9",
  // "10 and more". At most five bounds. Empty: quantiles of the values.
  std::vector<double> bounds = {};
  int decimals = 0;
  // Words of the classes in the legend instead of their bounds, one for each.
  std::vector<std::string> class_labels = {};
  std::string_view not_shown = {};  // what a county without value means; "No figure" unless given
};
// Zooms to the counties given; neighbours are drawn in outline.
void county_map(Markup& out, const CountyMap& map);

}  // namespace daybreak::html
