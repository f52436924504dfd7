// SPDX-License-Identifier: AGPL-3.0-or-later
// From the files of a scan (stats/files) to the arrays that scan() takes (stats/scan), by the
// conventions of the reference programs: which population counts when, expectation adjusted for
// covariates, places with the same coordinates taken as one. Knows no file formats. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "stats/files/places.hpp"
#include "stats/files/tree.hpp"
#include "stats/scan/multinomial.hpp"
#include "stats/scan/scan.hpp"
#include "stats/study/calendar.hpp"

namespace daybreak::stats {

// What a study may hold in total.
inline constexpr std::int64_t kMostCases = 0x7fffffff;

enum class TimeUse : std::uint8_t {
  kNone,   // one unit; times only bound the study period
  kUnits,  // windows in time
};

struct StudyPlan {
  Model model = Model::kPoisson;
  TimeUse time = TimeUse::kNone;
  bool places = true;             // false: all places are one
  bool adjust_covariates = true;  // when cases and population have them
  bool merge_coincident = true;   // false where neighbours are given by id
  TimeStep step;
  std::optional<Time> start, end;  // of the study period; else from the times of the cases
};

// Files as read; absent ones are empty.
struct StudyFiles {
  const Keys& keys;
  const std::vector<Coordinate>& coordinates;
  const CountFile& cases;
  const CountFile& controls;
  const PopulationFile& population;
  // Names for messages.
  std::string cases_name, controls_name, population_name;
};

struct Study {
  ScanData data;
  Calendar calendar;
  std::vector<Point> points;                    // of each place of `data`
  std::vector<std::vector<std::uint32_t>> ids;  // the ids (of keys.places) of each place
  std::vector<double> place_measure;            // for the size limit of windows
  double total_population = 0;                  // averaged over time, where there is one
};

// Poisson without a population file takes every place to be alike. Every error names the file and,
// where it can, the line.
Result<Study> build_study(const StudyFiles& files, const StudyPlan& plan);

// The cases of each place by category of the multinomial model.
CategoryTable category_table(const Study& study, const CountFile& cases, const Keys& keys);

struct TreeStudyPlan {
  Model model = Model::kPoisson;
  bool places = false;
  TimeUse time = TimeUse::kNone;
  TimeStep step;
  std::optional<Time> start, end;
};
struct TreeStudyFiles {
  const Tree& tree;
  const IdTable& places;
  const std::vector<Coordinate>& coordinates;
  const TreeCountFile& cases;
  std::string cases_name, tree_name;
};
Result<Study> build_tree_study(const TreeStudyFiles& files, const TreeStudyPlan& plan);

}  // namespace daybreak::stats
