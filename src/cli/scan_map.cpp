// SPDX-License-Identifier: AGPL-3.0-or-later
// The SVG map of a scan: every place a dot, each of the best clusters an outline with its number.
// The words are in the SVG too, so that the map can be read aloud. No script, no outside reference.
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numbers>

#include "cli/scan_report.hpp"

namespace daybreak::cli {
namespace {

constexpr double kWidth = 960;
constexpr double kMargin = 40;
constexpr std::size_t kMostDrawn = 9;

std::string escape(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '&') {
      out += "&amp;";
    } else {
      out += c;
    }
  }
  return out;
}

// To the screen: longitude shrunk by the cosine of the middle latitude.
class Projection {
 public:
  explicit Projection(const ScanOutcome& outcome)
      : degrees_(outcome.coordinates == stats::Coordinates::kLatitudeLongitude) {
    double low_y = 1e300, high_y = -1e300;
    for (const stats::Point& p : outcome.points) {
      low_y = std::min(low_y, degrees_ ? p.x : p.y);
      high_y = std::max(high_y, degrees_ ? p.x : p.y);
    }
    if (degrees_) stretch_ = std::cos((low_y + high_y) / 2 * std::numbers::pi / 180);
    top_ = high_y;
    double low_x = 1e300, high_x = -1e300;
    for (const stats::Point& p : outcome.points) {
      const double x = (degrees_ ? p.y : p.x) * stretch_;
      low_x = std::min(low_x, x);
      high_x = std::max(high_x, x);
    }
    left_ = low_x;
    scale_ = (kWidth - 2 * kMargin) / std::max({high_x - low_x, (high_y - low_y) * 0.8, 1e-9});
    height_ = (high_y - low_y) * scale_ + 2 * kMargin;
  }
  stats::Point at(stats::Point p) const {
    const double x = (degrees_ ? p.y : p.x) * stretch_;
    const double y = degrees_ ? p.x : p.y;
    return {kMargin + (x - left_) * scale_, kMargin + (top_ - y) * scale_};
  }
  // A length of the coordinates (or km) in pixels.
  double length(double value) const {
    const double per_unit = degrees_ ? 180 / (std::numbers::pi * stats::kEarthRadiusKm) : 1;
    return value * per_unit * scale_;
  }
  double height() const { return height_; }

 private:
  bool degrees_;
  double stretch_ = 1, left_ = 0, top_ = 0, scale_ = 1, height_ = 0;
};

}  // namespace

std::string scan_map(const ScanOutcome& outcome) {
  const Projection projection(outcome);
  const double height = std::max(120.0, projection.height());
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" "
      "aria-labelledby=\"title\" font-family=\"sans-serif\" font-size=\"14\">\n"
      "<title id=\"title\">{} places, {} clusters</title>\n"
      "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n<g fill=\"#71767a\">\n",
      kWidth, height, outcome.points.size(), outcome.findings.size());
  for (const stats::Point& point : outcome.points) {
    const stats::Point p = projection.at(point);
    out += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"1.5\"/>\n", p.x, p.y);
  }
  out += "</g>\n";
  for (std::size_t i = 0; i < std::min(kMostDrawn, outcome.findings.size()); ++i) {
    const ScanFinding& finding = outcome.findings[i];
    const bool significant = finding.cluster.p_value <= 0.05;
    const char* colour = significant ? "#b50909" : "#565c65";
    out += fmt::format("<g><title>{}. {} cases, {:.1f} expected, p = {:.4f}{}</title>\n", i + 1,
                       finding.cluster.cases, finding.cluster.expected, finding.cluster.p_value,
                       finding.node.empty() ? "" : ", branch " + escape(finding.node));
    for (const std::uint32_t place : finding.cluster.members) {
      const stats::Point p = projection.at(outcome.points[place]);
      out += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\" fill=\"{}\"/>\n", p.x, p.y,
                         colour);
    }
    if (finding.centre) {
      const stats::Point c = projection.at(*finding.centre);
      const double r = std::max(6.0, projection.length(finding.radius));
      out += fmt::format(
          "<ellipse rx=\"{:.1f}\" ry=\"{:.1f}\" transform=\"translate({:.1f} {:.1f}) "
          "rotate({:.1f})\" "
          "fill=\"none\" stroke=\"{}\" stroke-width=\"2\"{}/>\n",
          r * finding.shape.value_or(1), r, c.x, c.y, -finding.angle.value_or(0), colour,
          significant ? "" : " stroke-dasharray=\"6 4\"");
      out += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" fill=\"#1b1b1b\">{}</text>\n",
                         c.x + r + 3, c.y, i + 1);
    }
    out += "</g>\n";
  }
  return out + "</svg>\n";
}

}  // namespace daybreak::cli
