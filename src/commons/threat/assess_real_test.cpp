// SPDX-License-Identifier: AGPL-3.0-or-later
// Every number of a report on the real California cases, derived from the files a second time by
// plain reading, plain sums and the formulas written out; the best window and the p-values by trying
// every window of random copies one by one. Of the program only tables are used: ZIP codes and
// names of counties, NAICS vintages, and which names are persons'.
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>
#include <map>
#include <random>
#include <set>
#include <sstream>

#include "base/byte_source.hpp"
#include "base/text.hpp"
#include "commons/threat/assess.hpp"
#include "commons/threat/assess_test_store.hpp"
#include "commons/threat/record.hpp"
#include "commons/threat/values.hpp"
#include "geography/geography.hpp"

namespace daybreak::threat {
namespace {

namespace fs = std::filesystem;
using County = std::uint32_t;

std::vector<std::vector<std::string>> plain_rows(const std::string& text) {
  std::vector<std::vector<std::string>> rows(1, std::vector<std::string>(1));
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '"' && i + 1 < text.size() && text[i + 1] == '"')
        rows.back().back() += text[++i];
      else if (c == '"')
        quoted = false;
      else
        rows.back().back() += c;
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      rows.back().emplace_back();
    } else if (c == '\n') {
      rows.emplace_back(1);
    } else if (c != '\r') {
      rows.back().back() += c;
    }
  }
  if (rows.back().size() == 1 && rows.back()[0].empty()) rows.pop_back();
  return rows;
}

std::vector<std::map<std::string, std::string>> plain_file(const fs::path& path) {
  std::string text;
  auto source = open_file(path).value();
  std::string piece(1 << 16, '\0');
  while (const std::size_t got = source->read(piece).value()) text.append(piece, 0, got);
  auto rows = plain_rows(text);
  std::vector<std::map<std::string, std::string>> records;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    std::map<std::string, std::string> record;
    for (std::size_t k = 0; k < std::min(rows[0].size(), rows[i].size()); ++k)
      record[rows[0][k]] = rows[i][k];
    records.push_back(std::move(record));
  }
  return records;
}

struct PlainCase {
  std::string naics, employer;
  County county = 0;
  std::int64_t violations = 0, workers = 0;
  bool counts() const { return violations > 0; }
};

bool in_branch(const std::string& code, const std::string& branch) {
  if (branch.find('-') == branch.npos) return code.starts_with(branch);
  return code.substr(0, 2) >= branch.substr(0, 2) && code.substr(0, 2) <= branch.substr(3);
}

// A denominator: what it measures in each industry and county, and the cases that have a number.
struct Plain {
  Denominator denominator = Denominator::kJobs;
  std::map<std::pair<std::string, County>, double> measure;
  std::map<std::pair<std::string, County>, double> cases;
  double all = 0, all_cases = 0;
  std::int64_t left_out = 0;
  std::map<std::string, std::int64_t> left_out_of;
  std::set<std::string> leaves;

  void fill(const std::vector<PlainCase>& list) {
    for (const auto& [cell, size] : measure) leaves.insert(cell.first);
    for (const PlainCase& one : list) {
      const bool farm = denominator == Denominator::kPositions && one.naics.starts_with("11");
      const std::pair cell(farm ? "11" : one.naics, one.county);
      if (denominator == Denominator::kInspections) {
        leaves.insert(cell.first);
        measure[cell] += 1;
      }
      if (!one.counts()) continue;
      if (!leaves.contains(cell.first)) {
        ++left_out, ++left_out_of[one.naics];
        continue;
      }
      if (measure[cell] <= 0) measure[cell] = 1;
      cases[cell] += 1, all_cases += 1;
    }
    for (const auto& [cell, size] : measure) all += size;
  }
  bool has(const std::string& naics) const {
    return leaves.contains(
        denominator == Denominator::kPositions && naics.starts_with("11") ? "11" : naics);
  }
  static double sum(const std::map<std::pair<std::string, County>, double>& cells,
                    const Window& window) {
    double total = 0;
    for (const auto& [cell, size] : cells)
      if (in_branch(cell.first, window.industry) &&
          std::ranges::find(window.counties, cell.second) != window.counties.end())
        total += size;
    return total;
  }
  double score(double c, double expected) const {
    if (c <= expected) return 0;
    const auto part = [](double x, double of) { return x > 0 ? x * std::log(x / of) : 0; };
    if (denominator != Denominator::kInspections)
      return part(c, expected) + part(all_cases - c, all_cases - expected);
    const double n = expected / all_cases * all, big = all, total = all_cases;
    return part(c, n) + part(n - c, n) + part(total - c, big - n) +
           part(big - n - total + c, big - n) - part(total, big) - part(big - total, big);
  }
};

double plain_risk(double c, double expected, double all) {
  if (expected <= 0 || all - expected <= 0 || c >= all) return 0;
  return (c / expected) / ((all - c) / (all - expected));
}

struct Employers {
  std::set<std::string> names;
  std::int64_t workers = 0;
};

class CaliforniaReport : public AssessmentStore {
 protected:
  static fs::path data() {
    const char* set = std::getenv("DAYBREAK_SHARED");
    return fs::path(set ? set : "../shared") / "data";
  }
  void SetUp() override {
    if (!fs::exists(data() / "whd/whd_california_cases_2016_derived.csv"))
      GTEST_SKIP() << "no official files at " << data() << " (set DAYBREAK_SHARED)";
    AssessmentStore::SetUp();
    import({data() / "whd/whd_california_cases_2016_derived.csv",
            data() / "whd/whd_flsa_by_naics_2016.csv",
            data() / "geography/county_population_2010_2023.csv",
            data() / "oflc/h2a/oflc_h2a_FY2016.csv.zst",
            data() / "oflc/h2a/oflc_h2a_FY2017.csv.zst"});
    request_.region = "California";
    for (const geography::County& county : geography::counties_of_state("CA"))
      request_.counties.push_back(county.fips.number());
    request_.from = parse_date("2000-01-01").value();
    request_.to = parse_date("2016-12-31").value();
    request_.replications = 199;
    found_ = run(request_);
    read_cases();
    read_denominators();
  }

  void read_cases() {
    std::size_t persons = 0;
    for (const auto& row : plain_file(data() / "whd/whd_california_cases_2016_derived.csv")) {
      const std::string zip = row.at("zip_cd").substr(0, row.at("zip_cd").find('.'));
      const geography::County* county = geography::county_of_zip(zip);
      if (!county || county->state != "CA") continue;
      if (row.at("naic_cd").starts_with("0") || row.at("naic_cd") == "nan") {
        ++without_industry_;
        continue;
      }
      std::string employer;
      for (const char c : firm_name(row.at("trade_nm")))
        if (std::isalnum(static_cast<unsigned char>(c)))
          employer += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      if (employer.empty()) employer = "person " + std::to_string(persons++);
      cases_.push_back({std::string(naics_2017_of(row.at("naic_cd"))), employer,
                        county->fips.number(), std::stoll(row.at("case_violtn_cnt")),
                        std::stoll(row.at("ee_violtd_cnt"))});
    }
  }

  void read_denominators() {
    std::map<County, double> people;
    double nation = 0;
    for (const auto& row : plain_file(data() / "geography/county_population_2010_2023.csv"))
      for (int year = 2023; year >= 2010; --year) {
        const std::string& cell = row.at("pop" + std::to_string(year));
        if (cell.empty()) continue;
        people[static_cast<County>(std::stol(row.at("fips")))] = std::stod(cell);
        nation += std::stod(cell);
        break;
      }
    for (const auto& [denominator, column] :
         {std::pair(Denominator::kJobs, "num_employed"),
          std::pair(Denominator::kEstablishments, "num_establishments")}) {
      Plain plain{.denominator = denominator};
      for (const auto& row : plain_file(data() / "whd/whd_flsa_by_naics_2016.csv")) {
        if (row.at("naic_cd").size() != 6 || row.at(column).empty()) continue;
        const double total = std::stod(row.at(column));
        if (total <= 0) continue;
        for (const County county : request_.counties)
          plain.measure[{std::string(naics_2017_of(row.at("naic_cd"))), county}] +=
              total * people[county] / nation;
      }
      plain.fill(cases_);
      plain_.push_back(std::move(plain));
    }
    Plain inspections{.denominator = Denominator::kInspections};
    inspections.fill(cases_);
    plain_.push_back(std::move(inspections));
    plain_.push_back(read_positions());
    plain_.back().fill(cases_);
  }

  // H-2A positions certified on primary rows, by county of the worksite.
  Plain read_positions() {
    Plain plain{.denominator = Denominator::kPositions};
    const auto county_at = [](std::string state, const std::string& name, std::string zip) {
      if (state == "CALIFORNIA") state = "CA";
      if (state != "CA") return County{0};
      if (!name.empty())
        if (const auto* county = geography::find_county(state, name)) return county->fips.number();
      const auto* county = geography::county_of_zip(zip.substr(0, 5));
      return county && county->state == "CA" ? county->fips.number() : County{0};
    };
    for (const char* year : {"2016", "2017"})
      for (auto& row : plain_file(data() / ("oflc/h2a/oflc_h2a_FY" + std::string(year) +
                                            ".csv.zst"))) {
        if (row["PRIMARY/SUB"] == "SUB" || row["NBR_WORKERS_CERTIFIED"].empty()) continue;
        const std::string site = row["WORKSITE_STATE"];
        County county = county_at(site, row["WORKSITE_COUNTY"], row["WORKSITE_POSTAL_CODE"]);
        if (county == 0 && (site.empty() || site == row["EMPLOYER_STATE"]))
          county = county_at(row["EMPLOYER_STATE"], "", row["EMPLOYER_POSTAL_CODE"]);
        if (county != 0) plain.measure[{"11", county}] += std::stod(row["NBR_WORKERS_CERTIFIED"]);
      }
    return plain;
  }

  Employers employers_of(const Window& window, const Plain* only_with_number = nullptr) const {
    Employers found;
    for (const PlainCase& one : cases_)
      if (one.counts() && in_branch(one.naics, window.industry) &&
          std::ranges::find(window.counties, one.county) != window.counties.end() &&
          (!only_with_number || only_with_number->has(one.naics))) {
        found.names.insert(one.employer);
        found.workers += one.workers;
      }
    return found;
  }

  void check(const Window& window, const Plain& plain) const {
    SCOPED_TRACE(window.industry + " by " + std::string(name_of(plain.denominator)));
    const double c = Plain::sum(plain.cases, window);
    const double expected = plain.all_cases * Plain::sum(plain.measure, window) / plain.all;
    EXPECT_EQ(static_cast<double>(window.cases), c);
    EXPECT_NEAR(window.expected, expected, 1e-6 * expected);
    EXPECT_NEAR(window.relative_risk, plain_risk(c, expected, plain.all_cases),
                1e-6 * window.relative_risk);
    EXPECT_NEAR(window.llr, plain.score(c, expected), 1e-6 * window.llr + 1e-6);
    const Employers employers = employers_of(window);
    EXPECT_EQ(window.employers, std::ssize(employers.names));
    EXPECT_EQ(window.workers, employers.workers);
    // A rank among 200, of 199 copies and the region itself.
    EXPECT_NEAR(window.p_value * 200, std::round(window.p_value * 200), 1e-9);
    EXPECT_GE(window.p_value, 1 / 200.0);
  }

  static void check_industries(
      const Finding& f, const std::map<std::string, std::int64_t>& cases,
      const std::map<std::string, std::set<std::string>>& employers) {
    ASSERT_EQ(f.industries.size(), cases.size());
    std::vector<std::string> hidden;
    std::int64_t before = std::numeric_limits<std::int64_t>::max();
    for (const Contribution& part : f.industries) {
      EXPECT_LE(cases.at(part.name), before) << "the most first";
      before = cases.at(part.name);
      if (part.cases)
        EXPECT_EQ(*part.cases, cases.at(part.name));
      else
        hidden.push_back(part.name);
    }
    const auto few = std::ranges::count_if(
        employers, [](const auto& one) { return one.second.size() < 5; });
    EXPECT_EQ(std::ssize(hidden), few == 1 && cases.size() > 1 ? 2 : few) << "or it could be told";
    for (const auto& [naics, names] : employers)
      if (names.size() < 5) {
        EXPECT_THAT(hidden, testing::Contains(naics));
      }
  }

  // Each employer once: what is expected, and a p that fits its rank among the windows' scores.
  void check_employers(const Finding& f, const Plain& plain, double elsewhere) const {
    const auto here = static_cast<double>(employers_of(f.window, &plain).names.size());
    const double expected = f.window.expected * (here + elsewhere) / plain.all_cases;
    EXPECT_NEAR(f.employers_expected, expected, 1e-9 * expected);
    Plain once = plain;
    once.all_cases = here + elsewhere;
    const double score = once.score(here, expected);
    for (const Window& w :
         found_.denominators[static_cast<std::size_t>(plain.denominator)].tree_and_places) {
      if (w.llr > score + 1e-6) {
        EXPECT_LE(w.p_value, f.employers_p);
      }
      if (w.llr < score - 1e-6) {
        EXPECT_GE(w.p_value, f.employers_p);
      }
    }
  }

  AssessRequest request_;
  Assessment found_;
  std::vector<PlainCase> cases_;
  std::vector<Plain> plain_;  // in the order of the report
  std::int64_t without_industry_ = 0;
};

TEST_F(CaliforniaReport, TotalsAndEveryWindow) {
  EXPECT_EQ(found_.inspections, std::ssize(cases_));
  EXPECT_EQ(found_.violating, std::ranges::count_if(cases_, &PlainCase::counts));
  EXPECT_EQ(found_.undated, std::ssize(cases_)) << "the file has no dates";
  EXPECT_EQ(found_.without_industry, without_industry_);
  ASSERT_EQ(found_.denominators.size(), plain_.size());
  std::size_t windows = 0;
  for (std::size_t i = 0; i < plain_.size(); ++i) {
    const DenominatorReport& report = found_.denominators[i];
    const Plain& plain = plain_[i];
    ASSERT_EQ(report.denominator, plain.denominator);
    EXPECT_FALSE(report.basis.empty());
    EXPECT_EQ(report.withheld, 0);
    EXPECT_EQ(static_cast<double>(report.cases), plain.all_cases);
    EXPECT_EQ(report.cases_left_out, plain.left_out);
    std::string mostly;
    for (const auto& [naics, number] : plain.left_out_of)
      if (mostly.empty() || number > plain.left_out_of.at(mostly)) mostly = naics;
    EXPECT_EQ(report.left_out_mostly, mostly);
    for (const auto* list : {&report.tree, &report.tree_and_places}) {
      for (std::size_t k = 0; k < list->size(); ++k) {
        check((*list)[k], plain);
        if (k == 0) continue;
        EXPECT_LE((*list)[k].llr, (*list)[k - 1].llr + 1e-9);
        EXPECT_GE((*list)[k].p_value, (*list)[k - 1].p_value);
      }
      windows += list->size();
    }
  }
  EXPECT_GT(windows, 50u);
}

TEST_F(CaliforniaReport, EveryNumberOfEveryFinding) {
  ASSERT_FALSE(found_.findings.empty());
  const double share = request_.level / 4;
  for (const Finding& f : found_.findings) {
    SCOPED_TRACE(f.window.industry);
    // Whose window it is: the clearest of those that it holds in.
    const auto by = std::ranges::find_if(plain_, [&](const Plain& plain) {
      const auto& report = found_.denominators[static_cast<std::size_t>(&plain - plain_.data())];
      return std::ranges::any_of(report.tree_and_places, [&](const Window& w) {
        return w.llr == f.window.llr && w.industry == f.window.industry &&
               w.counties == f.window.counties;
      });
    });
    ASSERT_NE(by, plain_.end());
    const Plain& plain = *by;
    check(f.window, plain);
    Side in, rest;
    std::map<std::string, std::int64_t> by_employer, by_industry;
    std::map<std::string, std::set<std::string>> employers_by_industry;
    std::set<std::string> in_names, rest_names, rest_with_number;
    for (const PlainCase& one : cases_) {
      const bool inside =
          in_branch(one.naics, f.window.industry) &&
          std::ranges::find(f.window.counties, one.county) != f.window.counties.end();
      Side& side = inside ? in : rest;
      ++side.inspections;
      side.violating += one.counts();
      side.violations += one.violations;
      side.workers += one.workers;
      if (!one.counts()) continue;
      (inside ? in_names : rest_names).insert(one.employer);
      if (!inside && plain.has(one.naics)) rest_with_number.insert(one.employer);
      if (!inside) continue;
      ++by_employer[one.employer];
      ++by_industry[one.naics];
      employers_by_industry[one.naics].insert(one.employer);
    }
    in.employers = std::ssize(in_names), rest.employers = std::ssize(rest_names);
    for (const auto& [side, derived] : {std::pair(&f.inside, &in), std::pair(&f.rest, &rest)}) {
      EXPECT_EQ(side->inspections, derived->inspections);
      EXPECT_EQ(side->violating, derived->violating);
      EXPECT_EQ(side->violations, derived->violations);
      EXPECT_EQ(side->workers, derived->workers);
      EXPECT_EQ(side->employers, derived->employers);
      EXPECT_EQ(side->money, 0) << "the file has no such column";
      for (const std::int64_t kind : side->kinds) EXPECT_EQ(kind, 0);
    }
    const auto c = static_cast<double>(f.window.cases);
    const double root = 1 - 1 / (9 * c) - 1.959964 / (3 * std::sqrt(c));
    EXPECT_NEAR(f.lower_risk, plain_risk(c * root * root * root, f.window.expected, plain.all_cases),
                1e-6);
    const double inside_measure = Plain::sum(plain.measure, f.window);
    const double ratio =
        (static_cast<double>(in.inspections) / inside_measure) /
        (static_cast<double>(rest.inspections) / (plain.all - inside_measure));
    EXPECT_NEAR(f.inspections_ratio, ratio, 1e-6 * ratio);
    double largest = 0;
    for (const auto& [name, number] : by_employer)
      largest = std::max(largest, static_cast<double>(number));
    EXPECT_NEAR(f.largest_employer_share, largest / c, 1e-12);
    EXPECT_EQ(f.by_employers, largest / c > 0.3);
    EXPECT_NEAR(f.risk_without_largest_employer,
                plain_risk(c - largest,
                           f.window.expected * (plain.all_cases - largest) / plain.all_cases,
                           plain.all_cases - largest),
                1e-6);
    EXPECT_EQ(f.least_risk_without_a_year, f.window.relative_risk) << "no dates, no years";
    EXPECT_FALSE(f.time);
    EXPECT_TRUE(f.certain.empty() && f.border.empty());
    EXPECT_FALSE(f.draws) << "the employers were not linked";
    check_industries(f, by_industry, employers_by_industry);
    check_employers(f, plain, static_cast<double>(rest_with_number.size()));
    EXPECT_FALSE(f.robust) << "not before the employers are linked";
    std::set<Denominator> named(f.holds_in.begin(), f.holds_in.end());
    named.insert(f.not_in.begin(), f.not_in.end());
    EXPECT_TRUE(f.without.empty()) << "all four have numbers";
    EXPECT_EQ(named.size(), f.window.industry.starts_with("11") ? 4u : 3u);
    for (const Denominator one : f.holds_in) {
      const auto& windows = found_.denominators[static_cast<std::size_t>(one)].tree_and_places;
      EXPECT_TRUE(std::ranges::any_of(windows, [&](const Window& w) {
        return w.p_value <= share && w.relative_risk > 1 && same_finding(w, f.window);
      }));
    }
    EXPECT_GE(f.window.employers, 5);
    EXPECT_GE(f.window.workers, 11);
  }
}

// The best window and the p-values: every branch in every circle, in the region and in 19 random
// copies, one after the other.
class EveryWindow {
 public:
  EveryWindow(const Plain& plain, const std::vector<County>& counties) : plain_(plain) {
    for (std::size_t i = 0; i < counties.size(); ++i) place_[counties[i]] = i;
    std::vector<double> by_place(counties.size());
    for (const auto& [cell, size] : plain.measure) {
      by_place[place_.at(cell.second)] += size;
      std::set<std::string> above;
      for (std::size_t digits = 2; digits <= cell.first.size(); ++digits)
        above.insert(cell.first.substr(0, digits));
      for (const char* sector : {"31-33", "44-45", "48-49"})
        if (in_branch(cell.first, sector)) above.insert(sector), above.erase(cell.first.substr(0, 2));
      cells_.push_back({place_.at(cell.second), size,
                        plain.cases.contains(cell) ? plain.cases.at(cell) : 0,
                        {above.begin(), above.end()}});
    }
    for (const Cell& cell : cells_)
      for (const std::string& branch : cell.branches) {
        auto& row = measure_[branch];
        row.resize(counties.size());
        row[cell.place] += cell.measure;
      }
    for (std::size_t centre = 0; centre < counties.size(); ++centre) {
      const auto point = [&](std::size_t i) {
        return geography::find_county(geography::CountyFips(counties[i]))->center;
      };
      std::vector<std::pair<double, std::size_t>> order;
      for (std::size_t i = 0; i < counties.size(); ++i)
        order.emplace_back(
            i == centre ? -1 : geography::distance_in_kilometers(point(centre), point(i)), i);
      std::ranges::sort(order);
      double inside = 0;
      auto& circle = circles_.emplace_back();
      for (const auto& [distance, i] : order) {
        inside += by_place[i];
        if (inside > plain.all * 0.5 * (1 + 1e-12)) break;
        circle.push_back(i);
      }
    }
  }

  double best_observed() const {
    std::vector<double> cases;
    for (const Cell& cell : cells_) cases.push_back(cell.cases);
    return best(cases);
  }
  double best_of_copy(std::mt19937_64& random) const {
    std::vector<double> cases(cells_.size());
    const auto all = static_cast<std::size_t>(plain_.all_cases);
    if (plain_.denominator == Denominator::kInspections) {
      std::vector<std::size_t> each;
      for (std::size_t i = 0; i < cells_.size(); ++i)
        each.insert(each.end(), static_cast<std::size_t>(cells_[i].measure), i);
      std::ranges::shuffle(each, random);
      for (std::size_t k = 0; k < all; ++k) ++cases[each[k]];
    } else {
      std::vector<double> weights;
      for (const Cell& cell : cells_) weights.push_back(cell.measure);
      std::discrete_distribution<std::size_t> draw(weights.begin(), weights.end());
      for (std::size_t k = 0; k < all; ++k) ++cases[draw(random)];
    }
    return best(cases);
  }

 private:
  double best(const std::vector<double>& cases) const {
    std::map<std::string, std::vector<double>> counts;
    for (std::size_t i = 0; i < cells_.size(); ++i)
      for (const std::string& branch : cells_[i].branches) {
        if (cases[i] == 0) continue;
        auto& row = counts[branch];
        row.resize(place_.size());
        row[cells_[i].place] += cases[i];
      }
    double best = 0;
    for (const auto& [branch, row] : counts) {
      const std::vector<double>& measure = measure_.at(branch);
      for (const auto& circle : circles_) {
        double c = 0, m = 0;
        for (const std::size_t place : circle) {
          c += row[place], m += measure[place];
          if (c >= 2) best = std::max(best, plain_.score(c, plain_.all_cases * m / plain_.all));
        }
      }
    }
    return best;
  }

  struct Cell {
    std::size_t place;
    double measure, cases;
    std::vector<std::string> branches;
  };
  const Plain& plain_;
  std::map<County, std::size_t> place_;
  std::vector<Cell> cells_;
  std::map<std::string, std::vector<double>> measure_;
  std::vector<std::vector<std::size_t>> circles_;
};

TEST_F(CaliforniaReport, TheBestWindowAndThePValues) {
  std::mt19937_64 random(20161231);
  for (const std::size_t i : {1u, 2u}) {  // establishments, inspections
    const std::vector<Window>& windows = found_.denominators[i].tree_and_places;
    ASSERT_FALSE(windows.empty());
    const EveryWindow every(plain_[i], request_.counties);
    EXPECT_NEAR(windows.front().llr, every.best_observed(), 1e-6 * windows.front().llr);
    constexpr int kCopies = 19;
    std::vector<double> maxima;
    for (int copy = 0; copy < kCopies; ++copy) maxima.push_back(every.best_of_copy(random));
    for (const Window& window : windows) {
      const auto reach =
          std::ranges::count_if(maxima, [&](double m) { return m >= window.llr - 1e-9; });
      // Of 19 copies as many as the p says, within what chance allows (five standard errors).
      const double expected = kCopies * window.p_value;
      EXPECT_NEAR(static_cast<double>(reach), expected,
                  5 * std::sqrt(kCopies * window.p_value * (1 - window.p_value)) + 0.5)
          << window.industry << " p " << window.p_value;
    }
  }
}

}  // namespace
}  // namespace daybreak::threat
