// SPDX-License-Identifier: AGPL-3.0-or-later
// The map of the country. One path for each shade, in whole units and steps, so that 3,100 counties
// take little room; the territories that are not drawn stand as boxes.
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>

#include "commons/network/pages/pages.hpp"
#include "geography/shapes.hpp"

namespace daybreak::network::pages {
namespace {

using html::Markup;
using language::Words;

constexpr std::size_t kShades = 3;  // nobody, one, several
constexpr std::array<std::string_view, kShades> kClasses{"map__shade--1", "map__shade--3",
                                                         "map__shade--5"};
constexpr std::array<std::string_view, kShades> kHatches{"", "M3,4h2M7,8h2", "M0,8L8,0"};

// "M10.2,4L11.7,5Z" in steps of whole units: "M10 4l2 1z". A ring that shrinks to a point is left
// out.
class Compact {
 public:
  explicit Compact(std::string_view path) {
    const char* at = path.data();
    const char* const end = at + path.size();
    while (at < end) {
      const char command = *at++;
      if (command == 'Z') {
        finish("z");
        continue;
      }
      double x = 0, y = 0;
      at = std::from_chars(at, end, x).ptr;
      at = std::from_chars(at < end ? at + 1 : end, end, y).ptr;
      if (command == 'M')
        begin(std::lround(x), std::lround(y));
      else
        step(std::lround(x), std::lround(y));
    }
    finish("");
  }
  std::string take() { return std::move(out_); }

 private:
  void begin(long x, long y) {
    finish("");
    ring_ = fmt::format("M{} {}l", x, y);
    x_ = x, y_ = y, steps_ = 0;
  }
  void step(long x, long y) {
    if (std::abs(x - x_) + std::abs(y - y_) < 2) return;  // smaller than a line is wide
    // A minus sign parts numbers by itself.
    if (steps_ > 0 && x >= x_) ring_ += ' ';
    ring_ += fmt::format("{}{}{}", x - x_, y >= y_ ? " " : "", y - y_);
    x_ = x, y_ = y;
    ++steps_;
  }
  void finish(std::string_view close) {
    if (steps_ > 1) out_ += ring_.append(close);
    ring_.clear();
    steps_ = 0;
  }

  std::string out_, ring_;
  long x_ = 0, y_ = 0;
  int steps_ = 0;
};

const std::vector<std::pair<CountyFips, std::string>>& shapes() {
  static const auto all = [] {
    std::vector<std::pair<CountyFips, std::string>> made;
    for (const geography::Outline& outline : geography::county_outlines())
      made.emplace_back(outline.county, Compact(outline.path).take());
    return made;
  }();
  return all;
}

std::size_t shade_of(std::size_t count) { return std::min(count, kShades - 1); }

void write_patterns(Markup& out, const std::string& prefix) {
  out.open("defs");
  for (std::size_t i = 0; i < kShades; ++i) {
    out.open("pattern", {{"id", fmt::format("{}-{}", prefix, i)},
                         {"width", 8},
                         {"height", 8},
                         {"patternUnits", "userSpaceOnUse"}});
    out.lone("rect", {{"class", kClasses[i]}, {"width", 8}, {"height", 8}});
    if (!kHatches[i].empty())
      out.lone("path", {{"class", i == 2 ? "map__hatch map__hatch--light" : "map__hatch"},
                        {"d", kHatches[i]}});
    out.close("pattern");
  }
  out.close("defs");
}

std::string fill_of(const std::string& prefix, std::size_t shade) {
  return fmt::format("url(#{}-{})", prefix, shade);
}

// Puerto Rico and the island areas, each shaded by its best covered part.
void write_territories(Markup& out, const Coverage& coverage, const std::string& prefix) {
  constexpr std::array<std::string_view, 5> kTerritories{"PR", "VI", "GU", "MP", "AS"};
  int x = 560;
  for (const std::string_view territory : kTerritories) {
    std::size_t most = 0;
    for (const Place& place : places_of(territory))
      most = std::max(most, coverage.count(place.fips));
    out.lone("rect", {{"class", "map__county"},
                      {"fill", fill_of(prefix, shade_of(most))},
                      {"x", x},
                      {"y", 570},
                      {"width", 34},
                      {"height", 22}});
    out.element("text", {{"class", "map__label"}, {"x", x + 17}, {"y", 608}}, territory);
    x += 48;
  }
}

void write_legend(Markup& out, const std::string& prefix) {
  const Words t = out.words();
  const std::array<std::string_view, kShades> labels{t("Nobody"), t("One task force"),
                                                     t("Several")};
  out.open("ul", {{"class", "map__legend"}, {"aria-label", t("Legend")}});
  for (std::size_t i = 0; i < kShades; ++i) {
    out.fixed("<li><svg viewBox=\"0 0 32 24\" aria-hidden=\"true\">");
    out.lone("rect", {{"width", 32}, {"height", 24}, {"fill", fill_of(prefix, i)}});
    out.fixed("</svg> ").text(labels[i]).fixed("</li>");
  }
  out.close("ul");
}

}  // namespace

void write_us_map(Markup& out, const Coverage& coverage) {
  const Words t = out.words();
  std::array<std::string, kShades> paths;
  for (const auto& [county, path] : shapes()) paths[shade_of(coverage.count(county))] += path;
  const std::string prefix = out.unique_id("map");
  const std::string title = out.unique_id("title");
  out.open("figure", {{"class", "figure"}});
  out.open("svg", {{"class", "figure__svg map"},
                   {"viewBox", "0 0 975 620"},
                   {"role", "img"},
                   {"aria-labelledby", title}});
  out.element("title", {{"id", title}},
              t("Counties of the United States and who covers them. The same stands in the table "
                "of states below."));
  write_patterns(out, prefix);
  for (std::size_t i = 0; i < kShades; ++i)
    if (!paths[i].empty())
      out.lone("path", {{"class", "map__county map__county--thin"},
                        {"fill", fill_of(prefix, i)},
                        {"d", paths[i]}});
  write_territories(out, coverage, prefix);
  out.close("svg");
  write_legend(out, prefix);
  out.close("figure");
}

}  // namespace daybreak::network::pages
