// SPDX-License-Identifier: AGPL-3.0-or-later
// The input of `daybreak estimate`: files into arrays of places, in the order of the population
// file (or of the case file where there is none). Main thread only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "stats/files/neighbours.hpp"
#include "stats/files/places.hpp"
#include "stats/suppression/publication.hpp"

namespace daybreak::cli {

struct EstimateData {
  stats::Keys keys;
  std::size_t categories = 1;
  // Place by category, as in stats/estimate/standardise.hpp. Several times are added up.
  std::vector<double> cases_by_category;
  std::vector<double> population_by_category;
  // By place. Without a population file the population is empty.
  std::vector<double> cases;
  std::vector<double> population;
  std::vector<double> expected;  // standardised indirectly for the covariates
  std::optional<stats::Neighbours> neighbours;
};

struct EstimateFiles {
  std::string cases;
  std::string population;  // empty: none
  std::string neighbours;  // empty: none
};

Result<EstimateData> read_estimate_data(const EstimateFiles& files);

// `category... weight` for each category of the data, in their order.
Result<std::vector<double>> read_standard(const std::string& path, const EstimateData& data);

// A CSV file with a column "count", perhaps a column "contributor", and one column for each
// dimension; one row for each cell or part of one, missing cells are zero.
struct CountTable {
  stats::Table table;
  stats::Publication publication;
};
Result<CountTable> read_count_table(const std::string& path);
// A table that was published: some of the same dimensions, "*" for a total, a blank count where it
// was withheld. Its figures are added to publication.earlier.
Result<void> add_earlier_table(const std::string& path, CountTable& table);

}  // namespace daybreak::cli
