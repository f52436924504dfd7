// SPDX-License-Identifier: AGPL-3.0-or-later
// Reads the files of a scan, runs it and keeps what the reports need. Called by scan_command.cpp on
// the main thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cli/scan_options.hpp"
#include "stats/scan/scan.hpp"
#include "stats/study/study.hpp"

namespace daybreak::cli {

// One cluster in the words of the input files.
struct ScanFinding {
  stats::Cluster cluster;
  std::vector<std::string> members;  // the centre first
  std::string node;
  std::string start, end;  // dates, empty without time
  std::optional<stats::Point> centre;
  double radius = 0;                      // in km or units; of an ellipse the short axis
  std::optional<double> shape, angle;     // ratio, degrees from the x axis
  std::optional<double> recurrence_days;  // prospective
  std::vector<std::pair<std::string, double>> certainty;
  std::vector<std::int64_t> category_cases;  // multinomial
};

struct ScanOutcome {
  std::vector<ScanFinding> findings;
  stats::ScanResult result;
  std::string model;
  std::string study_start, study_end;
  std::size_t places = 0, nodes = 0, times = 1;
  unsigned threads = 1;
  std::string simd;
  stats::Coordinates coordinates = stats::Coordinates::kCartesian;
  std::vector<stats::Point> points;  // all places, for the map
};

Result<ScanOutcome> run_scan(const ScanRequest& request);

}  // namespace daybreak::cli
