// SPDX-License-Identifier: AGPL-3.0-or-later
#include "cli/estimate_input.hpp"

#include <fmt/format.h>
#include <map>

#include "base/byte_source.hpp"
#include "base/csv.hpp"
#include "base/text.hpp"
#include "stats/estimate/standardise.hpp"

namespace daybreak::cli {
namespace {

using namespace daybreak::stats;

// Place by category; the covariates of rows may not be more than the population has.
Result<void> fill_tables(const CountFile& counts, const PopulationFile* population,
                         EstimateData& data) {
  const std::size_t places = data.keys.places.size();
  data.categories =
      population != nullptr ? std::max<std::size_t>(1, data.keys.categories.size()) : 1;
  data.cases_by_category.assign(places * data.categories, 0);
  data.cases.assign(places, 0);
  for (const CountRow& row : counts.rows) {
    const std::size_t category = population != nullptr ? row.category : 0;
    data.cases_by_category[row.place * data.categories + category] +=
        static_cast<double>(row.count);
    data.cases[row.place] += static_cast<double>(row.count);
  }
  if (population == nullptr) return {};
  data.population_by_category.assign(places * data.categories, 0);
  data.population.assign(places, 0);
  for (const PopulationRow& row : population->rows) {
    data.population_by_category[row.place * data.categories + row.category] += row.population;
    data.population[row.place] += row.population;
  }
  return {};
}

Result<void> check_covariates(const CountFile& counts, const PopulationFile& population,
                              const EstimateFiles& files) {
  if (counts.covariates == population.covariates) return {};
  return fail(ErrorKind::kInvalid,
              fmt::format("{} covariate columns, where {} has {}", counts.covariates,
                          files.population, population.covariates),
              files.cases, "give both files the same covariates");
}

}  // namespace

Result<EstimateData> read_estimate_data(const EstimateFiles& files) {
  EstimateData data;
  std::optional<PopulationFile> population;
  if (!files.population.empty()) {
    RecordReader reader = TRY(RecordReader::open(files.population));
    population = TRY(read_population(reader, UnknownIds::kAdd, data.keys));
  }
  RecordReader reader = TRY(RecordReader::open(files.cases));
  const CountFormat format{.unknown = population ? UnknownIds::kReject : UnknownIds::kAdd};
  const CountFile counts = TRY(read_counts(reader, format, data.keys));
  if (population) TRY(check_covariates(counts, *population, files));
  if (!files.neighbours.empty()) {
    RecordReader lines = TRY(RecordReader::open(files.neighbours));
    data.neighbours =
        TRY(read_neighbours(lines, NeighbourRule::kOrdered, UnknownIds::kReject, data.keys));
  }
  TRY(fill_tables(counts, population ? &*population : nullptr, data));
  if (population) {
    data.expected =
        TRY(expected_cases(data.cases_by_category, data.population_by_category, data.categories));
  }
  return data;
}

Result<std::vector<double>> read_standard(const std::string& path, const EstimateData& data) {
  RecordReader reader = TRY(RecordReader::open(path));
  std::vector<double> weights(data.categories, 0);
  std::vector<std::size_t> lines(data.categories, 0);
  Record record;
  while (TRY(reader.next(record))) {
    std::vector<std::string> names(record.fields.begin(), record.fields.end() - 1);
    const std::string name = join(names, ", ");
    const auto category = data.keys.categories.find(name);
    if (!category || lines[*category] != 0) {
      return fail(ErrorKind::kInvalid,
                  fmt::format("the category \"{}\" {}", shorten(name, 60),
                              category ? "stands twice" : "is not in the data"),
                  reader.place(record.line), "write each category of the data once");
    }
    lines[*category] = record.line;
    weights[*category] =
        TRY(parse_amount(reader, record, record.fields.size() - 1, "standard population"));
  }
  return weights;
}

namespace {

// The columns of a table file: its dimensions, the count, and perhaps the contributor.
struct TableColumns {
  std::vector<std::size_t> dimensions;
  std::size_t count = 0;
  std::optional<std::size_t> contributor;
};

Result<TableColumns> find_columns(const CsvReader& reader) {
  TableColumns columns{.count = TRY(reader.require_column("count")),
                       .contributor = reader.column("contributor")};
  for (std::size_t i = 0; i < reader.header().size(); ++i) {
    if (i != columns.count && i != columns.contributor) columns.dimensions.push_back(i);
  }
  if (columns.dimensions.empty()) {
    return fail(ErrorKind::kInvalid, "the table has no column but its count",
                reader.source().name(), "add a column for each dimension, such as county");
  }
  return columns;
}

Result<std::int64_t> count_of(const CsvRow& row, std::size_t column) {
  if (!row.ok()) return fail(ErrorKind::kInvalid, row.problem(), row.place(), "correct the row");
  const auto count = to_integer(trim(row[column]));
  if (count && *count >= 0 && *count <= kMaxCount) return *count;
  return fail(ErrorKind::kInvalid,
              fmt::format("the count \"{}\" is not a whole number of zero or more",
                          shorten(row[column], 40)),
              row.place(), "write a whole number");
}

struct Part {
  std::vector<std::uint32_t> categories;
  std::uint32_t contributor = 0;
  std::int64_t count = 0;
};

// Fills counts and contributions when all categories are known.
Result<void> fill_table(const std::vector<Part>& parts, bool contributors, const std::string& path,
                        Table& table) {
  std::size_t cells = 1;
  for (const Table::Dimension& dimension : table.dimensions) {
    cells *= dimension.categories.size();
    if (cells > 1'000'000) {
      return fail(ErrorKind::kUnsupported, "the table has more than 1,000,000 cells", path,
                  "publish fewer dimensions or categories at once");
    }
  }
  table.counts.assign(cells, 0);
  for (const Part& part : parts) {
    std::size_t cell = 0;
    for (std::size_t d = 0; d < part.categories.size(); ++d) {
      cell = cell * table.dimensions[d].categories.size() + part.categories[d];
    }
    table.counts[cell] += part.count;
    if (contributors) {
      table.contributions.push_back(
          {static_cast<std::uint32_t>(cell), part.contributor, part.count});
    }
  }
  return {};
}

}  // namespace

Result<CountTable> read_count_table(const std::string& path) {
  auto reader = TRY(CsvReader::open(TRY(open_file(path))));
  const TableColumns columns = TRY(find_columns(reader));
  std::vector<IdTable> categories(columns.dimensions.size());
  IdTable contributors;
  std::vector<Part> parts;
  while (const CsvRow* row = TRY(reader.next())) {
    Part part{.count = TRY(count_of(*row, columns.count))};
    for (std::size_t d = 0; d < columns.dimensions.size(); ++d) {
      const std::string_view category = trim((*row)[columns.dimensions[d]]);
      if (category.empty() || category == "*") {
        return fail(ErrorKind::kInvalid, "a row without its category, or a total",
                    row->place(reader.header()[columns.dimensions[d]]),
                    "leave totals out, they are made here; name every category");
      }
      part.categories.push_back(categories[d].intern(category));
    }
    if (columns.contributor) {
      part.contributor = contributors.intern(trim((*row)[*columns.contributor]));
    }
    parts.push_back(std::move(part));
  }
  CountTable result;
  for (std::size_t d = 0; d < columns.dimensions.size(); ++d) {
    Table::Dimension dimension{.name = reader.header()[columns.dimensions[d]]};
    for (std::uint32_t k = 0; k < categories[d].size(); ++k) {
      dimension.categories.push_back(categories[d].name(k));
    }
    result.table.dimensions.push_back(std::move(dimension));
  }
  TRY(fill_table(parts, columns.contributor.has_value(), path, result.table));
  result.publication = TRY(publication_of(result.table));
  return result;
}

Result<void> add_earlier_table(const std::string& path, CountTable& table) {
  auto reader = TRY(CsvReader::open(TRY(open_file(path))));
  const TableColumns columns = TRY(find_columns(reader));
  const auto& dimensions = table.table.dimensions;
  std::vector<std::size_t> dimension_of;
  for (const std::size_t column : columns.dimensions) {
    const std::string& name = reader.header()[column];
    const auto found = std::ranges::find(dimensions, name, &Table::Dimension::name);
    if (found == dimensions.end()) {
      return fail(ErrorKind::kInvalid,
                  fmt::format("the column \"{}\" is not in the new table", shorten(name, 60)), path,
                  "give the new table at the detail of the earlier one");
    }
    dimension_of.push_back(static_cast<std::size_t>(found - dimensions.begin()));
  }
  while (const CsvRow* row = TRY(reader.next())) {
    if (row->ok() && trim((*row)[columns.count]).empty()) continue;  // was withheld
    Figure figure{.value = TRY(count_of(*row, columns.count)), .name = row->place()};
    std::vector<std::int64_t> chosen(dimensions.size(), kAll);
    for (std::size_t i = 0; i < columns.dimensions.size(); ++i) {
      const std::string_view category = trim((*row)[columns.dimensions[i]]);
      if (category.empty() || category == "*") continue;
      const auto& known = dimensions[dimension_of[i]].categories;
      const auto found = std::ranges::find(known, category);
      if (found == known.end()) {
        return fail(
            ErrorKind::kInvalid,
            fmt::format("the category \"{}\" is not in the new table", shorten(category, 60)),
            row->place(reader.header()[columns.dimensions[i]]),
            "add its rows to the new table, with a count of 0 if need be");
      }
      chosen[dimension_of[i]] = found - known.begin();
    }
    figure.cells = cells_of(table.table, chosen);
    table.publication.earlier.push_back(std::move(figure));
  }
  return {};
}

}  // namespace daybreak::cli
