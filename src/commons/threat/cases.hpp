// SPDX-License-Identifier: AGPL-3.0-or-later
// The cases and denominators of a region, out of the store and into plain arrays. For assess.cpp.
#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "commons/threat/assess.hpp"

namespace daybreak::threat {

inline constexpr std::uint32_t kNoSpelling = 0xffffffff;

// One Wage and Hour case, one inspection or one application.
struct Case {
  std::uint32_t industry = 0;            // of CaseSet::industries
  std::uint32_t county = 0;              // index into the request's counties
  std::uint32_t employer = 0;            // the same number for one employer; persons have one each
  std::uint32_t spelling = kNoSpelling;  // of CaseSet::spellings
  std::int16_t quarter = -1;             // since the first of the request; -1: no date
  bool counts = false;                   // in the sense of the request's lens
  std::int32_t violations = 0, workers = 0;
  std::int64_t money = 0;                          // back wages or penalties, in cents
  std::array<std::int32_t, kMostKinds> kinds = {};  // of the program
};
bool counts(const Lens& lens, const Case& one);

struct CaseSet {
  std::string dataset;
  std::vector<Case> cases;              // by industry, then county
  std::vector<std::string> industries;  // sorted NAICS codes
  std::vector<std::size_t> first;       // where the cases of each industry begin, and the end
  std::uint32_t employers = 0;          // numbers given
  std::vector<std::string> spellings;   // keys, where employers were linked
  int quarters = 1;
  std::int64_t undated = 0, without_industry = 0;

  // Calls `each` for the cases of a branch in the counties that are marked.
  template <typename Each>
  void in_window(std::string_view branch, const std::vector<bool>& counties, Each&& each) const;
};
Result<CaseSet> read_cases(db::Connection& c, const AssessRequest& request);

// Size by industry (as many digits as it has) and county; a withheld number is an estimate.
struct Size {
  std::uint32_t industry = 0, county = 0;  // of Sizes::industries, index of the request's counties
  double size = 0;
};
struct Sizes {
  std::string basis;          // as in DenominatorReport
  int year = 0;               // of the numbers
  std::int64_t withheld = 0;  // numbers that the publisher withholds, estimated here
  std::vector<std::string> industries;
  std::vector<Size> all;  // an industry and county may come several times
};
Result<Sizes> read_sizes(db::Connection& c, const AssessRequest& request, Denominator denominator);

// True when `code` is the branch or below it.
bool is_in_branch(std::string_view code, std::string_view branch);
// Which of the request's counties are among these.
std::vector<bool> marked(const AssessRequest& request, const std::vector<std::uint32_t>& counties);

// "2019-Q2" for the quarter of that number since the request's first.
std::string quarter_name(const AssessRequest& request, int quarter);
int quarter_number(Date date);  // since the year 0
Result<Json> read_versions(db::Connection& c, Program program);

// ---- for the files that read ----

using CountyIndex = std::map<std::int64_t, std::uint32_t>;
CountyIndex index_of(const AssessRequest& request);
// " AND t.county IN ($4, …)" and its values behind those that are there; nothing for many counties.
std::string county_filter(const AssessRequest& request, std::string_view column,
                          std::vector<db::Value>& values);

template <typename Each>
void CaseSet::in_window(std::string_view branch, const std::vector<bool>& counties,
                        Each&& each) const {
  for (std::size_t i = 0; i < industries.size(); ++i) {
    if (!is_in_branch(industries[i], branch)) continue;
    for (std::size_t at = first[i]; at < first[i + 1]; ++at)
      if (counties[cases[at].county]) each(cases[at]);
  }
}

}  // namespace daybreak::threat
