// SPDX-License-Identifier: AGPL-3.0-or-later
// The denominators of cases.hpp: how large each industry is in each county, and the loads that a
// report was made from.
#include <algorithm>
#include <unordered_map>

#include "base/text.hpp"
#include "commons/threat/cases.hpp"
#include "commons/threat/employers.hpp"
#include "commons/threat/values.hpp"

namespace daybreak::threat {
namespace {

class SizesBuilder {
 public:
  std::uint32_t number_of(std::string_view naics) {
    const auto [at, is_new] = index_.emplace(std::string(naics),
                                             static_cast<std::uint32_t>(sizes.industries.size()));
    if (is_new) sizes.industries.emplace_back(naics);
    return at->second;
  }
  void add(std::string_view naics, std::uint32_t county, double size) {
    sizes.all.push_back({number_of(naics), county, size});
  }
  Sizes sizes;

 private:
  std::unordered_map<std::string, std::uint32_t> index_;
};

// County x industry from the census of employment and wages, the latest year that is there.
Result<Sizes> read_qcew(db::Connection& c, const AssessRequest& request, Denominator denominator) {
  SizesBuilder builder;
  const CountyIndex counties = index_of(request);
  const bool jobs = denominator == Denominator::kJobs;
  std::vector<std::pair<double, double>> shown(counties.size());  // county: jobs, establishments
  std::vector<Size> hidden;  // with establishments
  const auto newest = TRY(c.query_one(
      "SELECT max(x.year) FROM threat_employment x JOIN threat_load y ON y.id = x.load_id WHERE "
      "y.state = 'current' AND x.level = 78 AND x.quarter = 0"));
  if (!newest || newest->is_null(0)) return std::move(builder.sizes);
  const std::int64_t year = newest->integer(0);
  std::vector<db::Value> values = {year};
  const std::string where = county_filter(request, "t.county", values);
  TRY(c.query_each(
      "SELECT t.county, t.industry, t.suppressed, t.establishments, t.jobs FROM threat_employment "
      "t JOIN threat_load l ON l.id = t.load_id WHERE l.state = 'current' AND t.ownership = 5 AND "
      "t.level = 78 AND t.quarter = 0 AND t.county IS NOT NULL AND t.year = $1" +
          where + " ORDER BY t.load_id, t.line",
      values, [&](const db::Row& row) -> Result<void> {
        const auto found = counties.find(row.integer(0));
        if (found == counties.end()) return {};
        const std::uint32_t county = found->second;
        const std::uint32_t industry = builder.number_of(naics_2017_of(row.text(1)));
        const auto places = static_cast<double>(row.maybe_integer(3).value_or(0));
        if (!jobs) {
          builder.sizes.all.push_back({industry, county, places});
        } else if (row.boolean(2)) {
          hidden.push_back({industry, county, places});
        } else {
          const double people = row.maybe_number(4).value_or(0);
          builder.sizes.all.push_back({industry, county, people});
          shown[county].first += people;
          shown[county].second += places;
        }
        return {};
      }));
  // A withheld number is not zero: as many jobs for each establishment as the county shows.
  for (const Size& one : hidden) {
    const auto& [people, places] = shown[one.county];
    builder.sizes.all.push_back(
        {one.industry, one.county, one.size * (places > 0 ? people / places : 1)});
  }
  Sizes& sizes = builder.sizes;
  if (sizes.all.empty()) return std::move(sizes);
  sizes.basis = "qcew";
  sizes.year = static_cast<int>(year);
  sizes.withheld = static_cast<std::int64_t>(hidden.size());
  return std::move(sizes);
}

// National totals by industry, spread over counties by population: a stand-in, and said to be one.
Result<Sizes> spread_totals(db::Connection& c, const AssessRequest& request,
                            Denominator denominator) {
  SizesBuilder builder;
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
  if (nation == 0) return std::move(builder.sizes);
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
          builder.add(naics_2017_of(row.text(0)), index, *total * people[fips] / nation);
        return {};
      }));
  if (!builder.sizes.all.empty()) builder.sizes.basis = "spread";
  return std::move(builder.sizes);
}

// Certified positions by county of the worksite: H-2A for agriculture as a whole, H-2B by industry.
Result<Sizes> read_positions(db::Connection& c, const AssessRequest& request) {
  SizesBuilder builder;
  const CountyIndex counties = index_of(request);
  const auto read = [&](std::string_view dataset) {
    return c.query_each(
        "SELECT t.worksite_county, t.certified, t.naics_2017 FROM threat_certification t JOIN "
        "threat_load l ON l.id = t.load_id WHERE l.state = 'current' AND l.dataset = $1 AND "
        "t.sub_row = 0 AND t.worksite_county IS NOT NULL AND t.certified IS NOT NULL ORDER BY "
        "t.load_id, t.line",
        {dataset}, [&](const db::Row& row) -> Result<void> {
          const auto found = counties.find(row.integer(0));
          if (found == counties.end()) return {};
          const std::string naics =
              dataset == "h2a" ? std::string("11") : row.maybe_text(2).value_or("");
          if (naics.empty() || (dataset == "h2b" && naics.starts_with("11"))) return {};
          builder.add(naics, found->second, static_cast<double>(row.integer(1)));
          return {};
        });
  };
  if (request.lens.by_farm_positions()) TRY(read("h2a"));
  if (request.lens.by_other_positions()) TRY(read("h2b"));
  if (!builder.sizes.all.empty()) builder.sizes.basis = "positions";
  return std::move(builder.sizes);
}

// The datasets that an assessment of the program reads.
std::vector<std::string_view> datasets_of(Program program) {
  std::vector<std::string_view> all = {"qcew_annual", "whd_sums_by_naics", "county_population",
                                       "h2a", "h2b"};
  if (program == Program::kWages) all.insert(all.end(), {"whd", "whd_extract"});
  if (program == Program::kSafety)
    all.insert(all.end(), {"osha_inspection", "osha_violation", "osha_joined"});
  return all;
}

}  // namespace

Result<Sizes> read_sizes(db::Connection& c, const AssessRequest& request, Denominator denominator) {
  if (denominator == Denominator::kPositions) return read_positions(c, request);
  Sizes sizes = TRY(read_qcew(c, request, denominator));
  if (sizes.all.empty()) sizes = TRY(spread_totals(c, request, denominator));
  return sizes;
}

Result<Json> read_versions(db::Connection& c, Program program) {
  const auto datasets = datasets_of(program);
  Json versions = Json::array();
  for (const db::Row& row :
       TRY(c.query("SELECT dataset, slice, digest, as_of, rows_kept FROM threat_load WHERE state = "
                   "'current' ORDER BY dataset, slice"))) {
    if (std::ranges::find(datasets, row.text(0)) == datasets.end()) continue;
    versions.append(Json::object({{"dataset", row.text(0)},
                                  {"slice", row.text(1)},
                                  {"sha256", row.text(2)},
                                  {"as_of", row.maybe_text(3) ? Json(*row.maybe_text(3)) : Json()},
                                  {"rows", row.integer(4)}}));
  }
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
