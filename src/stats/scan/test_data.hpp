// SPDX-License-Identifier: AGPL-3.0-or-later
// Reference data for the tests of this folder: read from the shared data set when it is there.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "stats/scan/scan.hpp"

namespace daybreak::stats {

inline std::filesystem::path oracle_folder() {
  const char* shared = std::getenv("DAYBREAK_SHARED");
  const std::filesystem::path root =
      shared != nullptr ? std::filesystem::path(shared)
                        : std::filesystem::path(DAYBREAK_SOURCE_DIR) / ".." / "shared";
  return root / "data" / "oracles";
}

struct UnitedStates {
  std::vector<std::string> ids;
  std::vector<Point> points;
  std::vector<double> population;
  ScanData data;
};

// `months` 24 for the file with times; then the measure is population times days.
inline UnitedStates read_united_states(const std::string& cases, std::uint32_t months) {
  UnitedStates us;
  const std::filesystem::path folder = oracle_folder() / "us_synthetic";
  std::map<std::string, std::size_t> index;
  std::string id, month;
  double a = 0, b = 0;
  for (std::ifstream in(folder / "us.geo"); in >> id >> a >> b;) {
    index[id] = us.ids.size();
    us.ids.push_back(id);
    us.points.push_back({a, b});
  }
  us.population.resize(us.ids.size());
  for (std::ifstream in(folder / "us.pop"); in >> id >> month >> a;) us.population[index[id]] = a;
  us.data.places = static_cast<std::uint32_t>(us.ids.size());
  us.data.times = months;
  us.data.cases.assign(us.ids.size() * months, 0);
  std::uint32_t count = 0;
  std::ifstream in(folder / cases);
  while (in >> id >> count) {
    std::size_t time = 0;
    if (months > 1) {
      in >> month;
      time =
          static_cast<std::size_t>((std::stoi(month) - 2022) * 12 + std::stoi(month.substr(5)) - 1);
    }
    us.data.cases[index[id] * months + time] += count;
  }
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  for (const double p : us.population) {
    for (std::uint32_t t = 0; t < months; ++t) {
      us.data.measure.push_back(p * (months > 1 ? kDays[t % 12] : 1));
    }
  }
  return us;
}

// Circles with at most this share of the measure.
inline SpaceWindows circles(Coordinates coordinates, const std::vector<Point>& points,
                            const std::vector<double>& measure, double share) {
  double total = 0;
  for (const double m : measure) total += m;
  const Shape circle;
  return compact_windows(coordinates, points, measure, std::span(&circle, 1),
                         {share * total, 0, std::size_t{100} << 20})
      .value();
}

}  // namespace daybreak::stats
