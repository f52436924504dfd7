// SPDX-License-Identifier: AGPL-3.0-or-later
#include "cli/scan_findings.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/text.hpp"
#include "cli/scan_choices.hpp"

namespace daybreak::cli {
namespace {

std::string date_text(stats::DayNumber day) {
  return format_date(Date(std::chrono::sys_days(std::chrono::days(day))));
}

void add_shape(const ScanRequest& request, const stats::Study& study,
               const stats::SpaceWindows& space, ScanFinding& finding) {
  const stats::Cluster& c = finding.cluster;
  if (c.members.empty() || study.points.size() < 2) return;
  const stats::Point centre = study.points[c.members.front()];
  finding.centre = centre;
  const stats::Shape& shape = space.shapes[c.shape];
  const stats::Coordinates coordinates = coordinates_of(request);
  for (const std::uint32_t place : c.members) {
    stats::Point p = study.points[place];
    if (shape.ratio != 1) {
      const double dx = p.x - centre.x, dy = p.y - centre.y;
      const double u = (dx * std::cos(shape.angle) + dy * std::sin(shape.angle)) / shape.ratio;
      const double v = dy * std::cos(shape.angle) - dx * std::sin(shape.angle);
      finding.radius = std::max(finding.radius, std::hypot(u, v));
    } else {
      finding.radius = std::max(finding.radius, stats::distance(coordinates, centre, p));
    }
  }
  if (request.shape == "ellipse") {
    finding.shape = shape.ratio;
    const double degrees = shape.angle * 180 / std::numbers::pi;
    finding.angle = degrees > 90 ? degrees - 180 : degrees;
  }
}

}  // namespace

void describe(const ScanRequest& request, const stats::Study& study,
              const stats::SpaceWindows& space, const stats::IdTable& places,
              const stats::IdTable* nodes, ScanOutcome& out) {
  const bool timed = study.data.times > 1 || request.kind == ScanKind::kTime;
  for (const stats::Cluster& cluster : out.result.clusters) {
    ScanFinding finding;
    finding.cluster = cluster;
    if (study.points.size() > 1 || request.kind != ScanKind::kTree) {
      for (const std::uint32_t place : cluster.members) {
        for (const std::uint32_t id : study.ids[place]) finding.members.push_back(places.name(id));
      }
    }
    if (nodes != nullptr) finding.node = nodes->name(cluster.node);
    if (timed) {
      finding.start = date_text(study.calendar.first_day(cluster.start));
      finding.end = date_text(study.calendar.end_day(cluster.start + cluster.length - 1) - 1);
    }
    add_shape(request, study, space, finding);
    if (request.prospective && timed) {
      const auto units = study.calendar.units();
      finding.recurrence_days = static_cast<double>(study.calendar.end_day(units - 1) -
                                                    study.calendar.first_day(units - 1)) /
                                cluster.p_value;
    }
    if (!out.result.certainty.empty()) {
      for (const std::uint32_t place : cluster.members) {
        for (const std::uint32_t id : study.ids[place]) {
          finding.certainty.emplace_back(places.name(id), out.result.certainty[place]);
        }
      }
    }
    out.findings.push_back(std::move(finding));
  }
  if (timed) {
    out.study_start = date_text(study.calendar.first_day(0));
    out.study_end = date_text(study.calendar.end_day(study.calendar.units() - 1) - 1);
  }
  out.places = request.kind == ScanKind::kTree ? 0 : study.points.size();
  out.times = study.data.times;
  out.points = study.points;
}

}  // namespace daybreak::cli
