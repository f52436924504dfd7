// SPDX-License-Identifier: AGPL-3.0-or-later
// The cases and denominators of a region, out of the store and into plain arrays. For assess.cpp.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "commons/threat/assess.hpp"

namespace daybreak::threat {

struct Case {
  std::string naics;
  std::uint32_t county = 0;    // index into the request's counties
  std::uint32_t employer = 0;  // the same number for the same name; persons have one each
  int quarter = -1;            // since the first of the request; -1: no date
  std::int64_t violations = 0, workers = 0, back_wages = 0;
  std::int64_t h2a = 0, h2b = 0, mspa = 0, child_labor = 0;
  bool minimum_wage = false, retaliation = false;
  bool counts = false;  // in the sense of the request's lens
  bool violating() const { return counts; }
};

struct CaseSet {
  std::string dataset;
  std::vector<Case> cases;
  int quarters = 1;
  std::int64_t undated = 0, without_industry = 0;
};
Result<CaseSet> read_cases(db::Connection& c, const AssessRequest& request);

// Size by industry (six digits) and county; a suppressed number is an estimate.
struct Sizes {
  std::string basis;          // as in DenominatorReport
  int year = 0;               // of the numbers
  std::int64_t withheld = 0;  // numbers that the publisher withholds, estimated here
  std::map<std::pair<std::string, std::uint32_t>, double> of;  // (naics, county index)
};
Result<Sizes> read_sizes(db::Connection& c, const AssessRequest& request, Denominator denominator);

// "2019-Q2" for the quarter of that number since the request's first.
std::string quarter_name(const AssessRequest& request, int quarter);
Result<Json> read_versions(db::Connection& c);

}  // namespace daybreak::threat
