// SPDX-License-Identifier: AGPL-3.0-or-later
// The county map: shade and pattern by class, a legend in numbers, the figures as a table below.
#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <set>

#include "html/figure_frame.hpp"
#include "language/format.hpp"

namespace daybreak::html {
namespace {

using geography::Box;
using geography::Outline;

constexpr double kWidth = 600;  // of the drawing, in units of its viewBox
constexpr std::size_t kMostClasses = 6;

// What is drawn over the shade of each class; the lightest stays plain. All differ without colour.
constexpr std::array<std::string_view, kMostClasses> kHatches{
    "", "M3,4h2M7,8h2", "M0,8L8,0", "M0,8L8,0M0,0L8,8", "M0,2h8M0,6h8", "M2,0v8M6,0v8M0,4h8"};
constexpr std::array<std::string_view, kMostClasses> kShades{"map__shade--1", "map__shade--2",
                                                             "map__shade--3", "map__shade--4",
                                                             "map__shade--5", "map__shade--6"};
constexpr std::string_view kNotShown = "M0,0L8,8M8,0L0,8";

class Classes {
 public:
  explicit Classes(const CountyMap& map)
      : decimals_(map.decimals), bounds_(map.bounds), labels_(map.class_labels) {
    if (bounds_.empty()) bounds_ = quantiles(map);
    if (!labels_.empty() && labels_.size() != count())
      throw std::logic_error("html: every class of a map has its words, or none");
    if (bounds_.size() >= kMostClasses)
      throw std::logic_error("html: a map has at most six classes");
  }
  std::size_t count() const { return bounds_.size() + 1; }
  std::size_t of(double value) const {
    return static_cast<std::size_t>(std::ranges::lower_bound(bounds_, value) - bounds_.begin());
  }
  // "0", "1 to 4", "10 and more".
  std::string label(std::size_t index, const Words& t) const {
    if (!labels_.empty()) return labels_[index];
    const double step = std::pow(10, -decimals_);
    const auto written = [&](double value) {
      return language::format_decimal(t.language(), value, decimals_);
    };
    if (bounds_.empty()) return std::string(t("all values"));
    if (index == 0) return bounds_[0] == 0 ? written(0) : t("up to {0}", {written(bounds_[0])});
    const double lower = bounds_[index - 1] + step;
    if (index == bounds_.size()) return t("{0} and more", {written(lower)});
    if (written(lower) == written(bounds_[index])) return written(lower);
    return t("{0} to {1}", {written(lower), written(bounds_[index])});
  }

 private:
  static std::vector<double> quantiles(const CountyMap& map) {
    std::vector<double> values;
    for (const CountyValue& county : map.counties) {
      if (county.value) values.push_back(*county.value);
    }
    std::ranges::sort(values);
    std::set<double> bounds;
    for (std::size_t fifth = 1; fifth < 5 && !values.empty(); ++fifth) {
      const double bound = values[(values.size() - 1) * fifth / 5];
      if (bound < values.back()) bounds.insert(bound);
    }
    return {bounds.begin(), bounds.end()};
  }

  int decimals_;
  std::vector<double> bounds_;
  std::vector<std::string> labels_;
};

// The pattern of one class; `light` lines on the darkest shades.
void write_pattern(Markup& out, const std::string& id, std::string_view shade,
                   std::string_view hatch, bool light, double scale) {
  out.open("pattern", {{"id", id},
                       {"width", 8},
                       {"height", 8},
                       {"patternUnits", "userSpaceOnUse"},
                       {"patternTransform", fmt::format("scale({:.4f})", 1 / scale)}});
  out.lone("rect", {{"class", shade}, {"width", 8}, {"height", 8}});
  if (!hatch.empty())
    out.lone("path",
             {{"class", light ? "map__hatch map__hatch--light" : "map__hatch"}, {"d", hatch}});
  out.close("pattern");
}

// Maps are drawn in their own units: the page's box moved and scaled to kWidth.
struct Window {
  Box box;
  double scale;
};

Window window_of(const CountyMap& map) {
  Box box{1e9, 1e9, -1e9, -1e9};
  for (const CountyValue& county : map.counties) {
    if (const Outline* outline = geography::outline_of(county.county)) box = box.with(outline->box);
  }
  if (box.left > box.right) box = {0, 0, 975, 610};
  const double margin = 0.03 * std::max(box.width(), box.height()) + 1;
  box = {box.left - margin, box.top - margin, box.right + margin, box.bottom + margin};
  return {box, kWidth / box.width()};
}

std::string fill_of(const std::string& prefix, const CountyValue& county, const Classes& classes) {
  if (!county.value) return fmt::format("url(#{}-x)", prefix);
  return fmt::format("url(#{}-{})", prefix, classes.of(*county.value));
}

std::string value_words(const CountyMap& map, const CountyValue& county, Language language,
                        std::string_view not_shown) {
  if (!county.value_text.empty()) return county.value_text;
  return county.value ? language::format_decimal(language, *county.value, map.decimals)
                      : std::string(not_shown);
}

std::string_view name_of(geography::CountyFips fips) {
  const geography::County* county = geography::find_county(fips);
  return county == nullptr ? std::string_view("?") : county->short_name;
}

bool overlaps(const Box& a, const Box& b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

void write_shapes(Markup& out, const CountyMap& map, const Window& window, const Classes& classes,
                  const std::string& prefix, std::string_view not_shown) {
  std::set<geography::CountyFips> given;
  std::set<std::string_view> states;
  for (const CountyValue& county : map.counties) given.insert(county.county);
  for (const Outline& outline : geography::county_outlines()) {
    if (!given.contains(outline.county) && overlaps(outline.box, window.box))
      out.lone("path", {{"class", "map__neighbor"}, {"d", outline.path}});
  }
  for (const CountyValue& county : map.counties) {
    const Outline* outline = geography::outline_of(county.county);
    if (outline == nullptr) continue;
    if (const auto* found = geography::find_county(county.county)) states.insert(found->state);
    const auto shape = [&] {
      out.open("path", {{"class", "map__county"},
                        {"fill", fill_of(prefix, county, classes)},
                        {"d", outline->path}});
      out.element("title", {},
                  fmt::format("{}: {}", name_of(county.county),
                              value_words(map, county, out.language(), not_shown)));
      out.close("path");
    };
    // For the mouse only: the table below has the same links for everyone.
    if (county.href)
      out.element("a", {{"href", *county.href}, {"tabindex", "-1"}}, shape);
    else
      shape();
  }
  for (std::string_view state : states)
    out.lone("path", {{"class", "map__state"}, {"d", geography::state_outline(state)}});
}

void write_labels(Markup& out, const CountyMap& map, const Window& window) {
  if (map.counties.size() > 30) return;  // they would cover the map
  for (const CountyValue& county : map.counties) {
    const geography::County* found = geography::find_county(county.county);
    const auto spot = found == nullptr ? std::nullopt : geography::project(found->center);
    if (!spot) continue;
    out.element("text",
                {{"class", "map__label"},
                 {"x", fmt::format("{:.0f}", (spot->x - window.box.left) * window.scale)},
                 {"y", fmt::format("{:.0f}", (spot->y - window.box.top) * window.scale + 4)}},
                found->short_name);
  }
}

// The key is drawn at the scale of the map, so that its pattern looks the same.
void write_legend_item(Markup& out, std::string_view fill, std::string_view label, double scale) {
  out.fixed("<li><svg viewBox=\"0 0 32 24\" aria-hidden=\"true\">");
  out.open("g", {{"transform", fmt::format("scale({:.4f})", scale)}});
  out.lone("rect", {{"width", fmt::format("{:.4f}", 32 / scale)},
                    {"height", fmt::format("{:.4f}", 24 / scale)},
                    {"fill", fill}});
  out.fixed("</g></svg> ").text(label).fixed("</li>");
}

}  // namespace

void county_map(Markup& out, const CountyMap& map) {
  const Words t = out.words();
  const Classes classes(map);
  const Window window = window_of(map);
  const std::string prefix = out.unique_id("map");
  const std::string not_shown(map.not_shown.empty() ? t("No figure") : map.not_shown);
  const bool gaps =
      std::ranges::any_of(map.counties, [](const CountyValue& county) { return !county.value; });

  const bool links = std::ranges::any_of(
      map.counties, [](const CountyValue& county) { return county.href.has_value(); });

  open_figure(out, map.words);
  open_drawing(out, map.words, "figure__svg map",
               {0, 0, kWidth, window.box.height() * window.scale},
               links ? Drawing::kWithLinks : Drawing::kPicture);
  out.open("defs");
  for (std::size_t i = 0; i < classes.count(); ++i)
    write_pattern(out, fmt::format("{}-{}", prefix, i), kShades[i], kHatches[i], i >= 4,
                  window.scale);
  if (gaps) write_pattern(out, prefix + "-x", "map__shade--1", kNotShown, false, window.scale);
  out.close("defs");
  out.open("g", {{"transform", fmt::format("scale({:.4f}) translate({:.2f},{:.2f})", window.scale,
                                           -window.box.left, -window.box.top)}});
  write_shapes(out, map, window, classes, prefix, not_shown);
  out.close("g");
  write_labels(out, map, window);
  out.close("svg");

  out.open("ul", {{"class", "map__legend"}, {"aria-label", t("Legend")}});
  for (std::size_t i = 0; i < classes.count(); ++i)
    write_legend_item(out, fmt::format("url(#{}-{})", prefix, i), classes.label(i, t),
                      window.scale);
  if (gaps) write_legend_item(out, fmt::format("url(#{}-x)", prefix), not_shown, window.scale);
  out.close("ul");
  write_source(out, map.words.source);
  out.fixed("</figure>");

  const std::vector<Column> columns{{map.words.label_heading.view()},
                                    {map.words.value_heading.view(), Align::kRight}};
  write_twin(out, map.words, columns, [&](Rows& rows) {
    for (const CountyValue& county : map.counties) {
      const geography::County* found = geography::find_county(county.county);
      rows.row();
      const std::string_view name = found == nullptr ? std::string_view("?") : found->name;
      if (county.href)
        rows.link(name, *county.href);
      else
        rows.cell(name);
      rows.cell(value_words(map, county, out.language(), not_shown));
    }
  });
}

}  // namespace daybreak::html
