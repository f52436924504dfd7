// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/cases.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <unordered_map>

#include "base/text.hpp"
#include "commons/threat/employers.hpp"
#include "commons/threat/lens.hpp"
#include "commons/threat/values.hpp"
#include "geography/geography.hpp"

namespace daybreak::threat {
namespace {

using CountyIndex = std::unordered_map<std::int64_t, std::uint32_t>;

CountyIndex index_of(const AssessRequest& request) {
  CountyIndex index;
  for (std::size_t i = 0; i < request.counties.size(); ++i)
    index.emplace(request.counties[i], static_cast<std::uint32_t>(i));
  return index;
}

int quarter_number(Date date) {
  return static_cast<int>(date.year()) * 4 +
         (static_cast<int>(static_cast<unsigned>(date.month())) - 1) / 3;
}

using Employers = std::unordered_map<std::string, std::string>;

// One for each employer: that of the linkage where it was run, else by the letters of the name.
std::string employer_key(const db::Row& row, const Employers& linked) {
  if (!linked.empty()) {
    const auto text = [&](std::size_t column) { return row.maybe_text(column).value_or(""); };
    const bool contractor = text(0) == "115115";
    const Spelling spelling{
        "WHD",    contractor ? EmployerRole::kContractor : EmployerRole::kWorksite,
        text(2),  text(3),
        text(14), text(15),
        text(16), 0};
    if (const auto found = linked.find(spelling.key()); found != linked.end()) return found->second;
  }
  const std::string name = row.maybe_text(3).value_or(row.maybe_text(2).value_or(""));
  std::string key;
  for (const char c : to_upper_ascii(name))
    if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) key += c;
  return key;
}

std::int64_t whole(const db::Row& row, std::size_t column) {
  return row.maybe_integer(column).value_or(0);
}

constexpr std::string_view kCases =
    "SELECT t.naics_2017, t.county, t.trade_name, t.legal_name, t.period_end, t.violations, "
    "t.employees, t.back_wages, t.h2a, t.h2b, t.mspa, t.child_labor, t.minimum_wage_back_wages, "
    "t.retaliation_back_wages, t.city, t.state, t.zip FROM threat_case t JOIN threat_load l ON "
    "l.id = t.load_id "
    "WHERE l.state = 'current' AND l.dataset = $1 AND t.county IS NOT NULL "
    "AND (t.period_end IS NULL OR (t.period_end >= $2 AND t.period_end <= $3)) "
    "ORDER BY t.load_id, t.line";

Result<CaseSet> read_dataset(db::Connection& c, const AssessRequest& request,
                             const std::string& dataset) {
  CaseSet set{dataset, {}, 1, 0, 0};
  const Lens* lens = find_lens(request.lens);
  if (lens == nullptr)
    return fail(ErrorKind::kInvalid, "there is no such lens", "lens " + request.lens,
                "Name one of data/threat/lenses.csv");
  const CountyIndex counties = index_of(request);
  const Employers linked = TRY(employers_of_cases(c));
  std::unordered_map<std::string, std::uint32_t> employers;
  std::uint32_t numbers = 0;
  const int first = quarter_number(request.from);
  set.quarters = quarter_number(request.to) - first + 1;
  TRY(c.query_each(kCases, {dataset, request.from, request.to},
                   [&](const db::Row& row) -> Result<void> {
                     const auto found = counties.find(row.integer(1));
                     if (found == counties.end()) return {};
                     if (row.is_null(0)) {
                       ++set.without_industry;
                       return {};
                     }
                     Case one;
                     one.naics = row.text(0);
                     one.county = found->second;
                     const std::string key = employer_key(row, linked);
                     if (key.empty()) {
                       one.employer = numbers++;
                     } else if (const auto [at, is_new] = employers.emplace(key, numbers); is_new) {
                       one.employer = numbers++;
                     } else {
                       one.employer = at->second;
                     }
                     if (const auto end = row.maybe_date(4)) {
                       one.quarter = quarter_number(*end) - first;
                     } else {
                       ++set.undated;
                     }
                     one.violations = whole(row, 5);
                     one.workers = whole(row, 6);
                     one.back_wages = whole(row, 7);
                     one.h2a = whole(row, 8);
                     one.h2b = whole(row, 9);
                     one.mspa = whole(row, 10);
                     one.child_labor = whole(row, 11);
                     one.minimum_wage = whole(row, 12) > 0;
                     one.retaliation = whole(row, 13) > 0;
                     one.counts = lens->counts(one);
                     set.cases.push_back(std::move(one));
                     return {};
                   }));
  return set;
}

// County x industry from the census of employment and wages, the latest year that is there.
Result<Sizes> read_qcew(db::Connection& c, const AssessRequest& request, Denominator denominator) {
  Sizes sizes;
  const CountyIndex counties = index_of(request);
  const bool jobs = denominator == Denominator::kJobs;
  std::map<std::uint32_t, std::pair<double, double>> shown;  // county: jobs, establishments
  std::vector<std::pair<std::pair<std::string, std::uint32_t>, double>> hidden;
  std::int64_t year = 0;
  TRY(c.query_each(
      "SELECT t.county, t.industry, t.suppressed, t.establishments, t.jobs, t.year "
      "FROM threat_employment t JOIN threat_load l ON l.id = t.load_id WHERE l.state = 'current' "
      "AND t.ownership = 5 AND t.level = 78 AND t.quarter = 0 AND t.county IS NOT NULL "
      "AND t.year = (SELECT max(x.year) FROM threat_employment x JOIN threat_load y ON y.id = "
      "x.load_id "
      "WHERE y.state = 'current' AND x.level = 78 AND x.quarter = 0) ORDER BY t.load_id, t.line",
      {}, [&](const db::Row& row) -> Result<void> {
        const auto found = counties.find(row.integer(0));
        if (found == counties.end()) return {};
        year = row.integer(5);
        const std::pair key(std::string(naics_2017_of(row.text(1))), found->second);
        const double establishments = static_cast<double>(whole(row, 3));
        if (!jobs) {
          sizes.of[key] += establishments;
        } else if (row.boolean(2)) {
          hidden.emplace_back(key, establishments);
        } else {
          const double people = row.maybe_number(4).value_or(0);
          sizes.of[key] += people;
          shown[found->second].first += people;
          shown[found->second].second += establishments;
        }
        return {};
      }));
  // A withheld number is not zero: as many jobs for each establishment as the county shows.
  for (const auto& [key, establishments] : hidden) {
    const auto& [people, places] = shown[key.second];
    sizes.of[key] += establishments * (places > 0 ? people / places : 1);
  }
  if (sizes.of.empty()) return sizes;
  sizes.basis = "qcew";
  sizes.year = static_cast<int>(year);
  sizes.withheld = static_cast<std::int64_t>(hidden.size());
  return sizes;
}

// National totals by industry, spread over counties by population: a stand-in, and said to be one.
Result<Sizes> spread_totals(db::Connection& c, const AssessRequest& request,
                            Denominator denominator) {
  Sizes sizes;
  const CountyIndex counties = index_of(request);
  std::map<std::int64_t, double> people;  // the latest number of each place
  double nation = 0;
  TRY(c.query_each(
      "SELECT t.place, t.population FROM threat_population t JOIN threat_load l "
      "ON l.id = t.load_id WHERE l.state = 'current' AND l.dataset = 'county_population' "
      "ORDER BY t.place, t.year",
      {}, [&](const db::Row& row) -> Result<void> {
        people[row.integer(0)] = static_cast<double>(row.integer(1));
        return {};
      }));
  for (const auto& [place, count] : people) nation += count;
  if (nation == 0) return sizes;
  const std::string_view field =
      denominator == Denominator::kJobs ? "num_employed" : "num_establishments";
  TRY(c.query_each(
      "SELECT t.code, t.body FROM threat_reference t JOIN threat_load l ON l.id = t.load_id "
      "WHERE l.state = 'current' AND l.dataset = 'whd_sums_by_naics' ORDER BY t.line",
      {}, [&](const db::Row& row) -> Result<void> {
        if (row.text(0).size() != 6) return {};  // the levels are mixed in that file
        const Json body = TRY(parse_json(row.text(1)));
        const Json* value = body.find(field);
        const auto total =
            value && value->if_string() ? to_number(*value->if_string()) : std::nullopt;
        if (!total || *total <= 0) return {};
        for (const auto& [fips, index] : counties)
          sizes.of[{std::string(naics_2017_of(row.text(0))), index}] +=
              *total * people[fips] / nation;
        return {};
      }));
  if (sizes.of.empty()) return sizes;
  sizes.basis = "spread";
  return sizes;
}

// Certified H-2A positions by county, for agriculture as a whole.
Result<Sizes> read_positions(db::Connection& c, const AssessRequest& request) {
  Sizes sizes;
  const CountyIndex counties = index_of(request);
  TRY(
      c.query_each("SELECT t.worksite_county, t.certified FROM threat_certification t "
                   "JOIN threat_load l ON l.id = t.load_id WHERE l.state = 'current' "
                   "AND l.dataset = 'h2a' AND t.sub_row = 0 AND t.worksite_county IS NOT NULL "
                   "AND t.certified IS NOT NULL ORDER BY t.load_id, t.line",
                   {}, [&](const db::Row& row) -> Result<void> {
                     const auto found = counties.find(row.integer(0));
                     if (found != counties.end())
                       sizes.of[{"11", found->second}] += static_cast<double>(row.integer(1));
                     return {};
                   }));
  if (!sizes.of.empty()) sizes.basis = "positions";
  return sizes;
}

}  // namespace

Result<CaseSet> read_cases(db::Connection& c, const AssessRequest& request) {
  CaseSet best;
  for (const std::string dataset : {"whd", "whd_extract"}) {
    CaseSet set = TRY(read_dataset(c, request, dataset));
    if (set.cases.size() > best.cases.size()) best = std::move(set);
  }
  return best;
}

Result<Sizes> read_sizes(db::Connection& c, const AssessRequest& request, Denominator denominator) {
  if (denominator == Denominator::kPositions) return read_positions(c, request);
  Sizes sizes = TRY(read_qcew(c, request, denominator));
  if (sizes.of.empty()) sizes = TRY(spread_totals(c, request, denominator));
  return sizes;
}

std::string quarter_name(const AssessRequest& request, int quarter) {
  const int number = quarter_number(request.from) + quarter;
  return fmt::format("{}-Q{}", number / 4, number % 4 + 1);
}

Result<Json> read_versions(db::Connection& c) {
  Json versions = Json::array();
  for (const db::Row& row : TRY(c.query(
           "SELECT dataset, slice, digest, as_of, rows_kept FROM threat_load WHERE state = "
           "'current' "
           "AND dataset IN ('whd', 'whd_extract', 'qcew_annual', 'h2a', 'whd_sums_by_naics', "
           "'county_population') ORDER BY dataset, slice")))
    versions.append(Json::object({{"dataset", row.text(0)},
                                  {"slice", row.text(1)},
                                  {"sha256", row.text(2)},
                                  {"as_of", row.maybe_text(3) ? Json(*row.maybe_text(3)) : Json()},
                                  {"rows", row.integer(4)}}));
  if (const auto run = TRY(last_link_run(c)))
    versions.append(
        Json::object({{"dataset", "employers"},
                      {"slice", ""},
                      {"sha256", run->digest},
                      {"as_of", format_date(Date(std::chrono::floor<std::chrono::days>(run->at)))},
                      {"rows", run->spellings}}));
  return versions;
}

}  // namespace daybreak::threat
