// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/files/places.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <tuple>

#include "base/text.hpp"

namespace daybreak::stats {
namespace {

Result<std::uint32_t> place_of(const RecordReader& reader, const Record& record, UnknownIds unknown,
                               Keys& keys) {
  if (unknown == UnknownIds::kAdd) return keys.places.intern(record.fields[0]);
  if (const auto place = keys.places.find(record.fields[0])) return *place;
  return fail(ErrorKind::kInvalid,
              fmt::format("the id \"{}\" is not among the places", shorten(record.fields[0], 60)),
              reader.place(record.line),
              "add it to the file of places, or correct the id (capitals count)");
}

// Covariate columns from `first` on; every row must have as many as the first row.
class CategoryColumns {
 public:
  Result<std::uint32_t> read(const RecordReader& reader, const Record& record, std::size_t first,
                             IdTable& categories) {
    const std::size_t count = record.fields.size() - std::min(first, record.fields.size());
    if (!known_) {
      known_ = true;
      count_ = count;
    }
    if (count != count_) {
      return fail(ErrorKind::kInvalid,
                  fmt::format("{} covariate columns, where the first row has {}", count, count_),
                  reader.place(record.line), "give every row the same columns");
    }
    joined_.clear();
    for (std::size_t i = first; i < record.fields.size(); ++i) {
      if (i > first) joined_ += ", ";
      joined_ += record.fields[i];
    }
    return categories.intern(joined_);
  }
  std::size_t count() const { return count_; }

 private:
  bool known_ = false;
  std::size_t count_ = 0;
  std::string joined_;
};

Result<Time> time_of(const RecordReader& reader, const Record& record, std::size_t column) {
  if (column < record.fields.size()) {
    if (const auto time = parse_time(record.fields[column])) return *time;
  }
  const std::string text =
      column < record.fields.size() ? shorten(record.fields[column], 40) : std::string();
  return fail(ErrorKind::kInvalid, fmt::format("the time \"{}\" is not a date", text),
              reader.place(record.line), "write 2024, 2024/3, 2024/3/9 or 2024-03-09");
}

Result<void> require_rows(const RecordReader& reader, bool any) {
  if (any) return {};
  return fail(ErrorKind::kInvalid, "the file holds no rows", reader.name(),
              "check that this is the right file");
}

Result<void> refuse_duplicates(const RecordReader& reader, const PopulationFile& file,
                               const std::vector<std::size_t>& lines, const Keys& keys) {
  const auto key = [&](std::size_t i) {
    const PopulationRow& row = file.rows[i];
    return std::tuple(row.place, row.category, row.time);
  };
  std::vector<std::size_t> order(file.rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    return std::tuple_cat(key(a), std::tuple(a)) < std::tuple_cat(key(b), std::tuple(b));
  });
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (key(order[i - 1]) != key(order[i])) continue;
    return fail(
        ErrorKind::kInvalid,
        fmt::format("the population of \"{}\" for the same time and covariates stands "
                    "already on line {}",
                    shorten(keys.places.name(file.rows[order[i]].place), 60), lines[order[i - 1]]),
        reader.place(lines[order[i]]), "delete one of the lines, or add the two up");
  }
  return {};
}

Result<double> coordinate_of(const RecordReader& reader, const Record& record, std::size_t column,
                             std::string_view what, double limit) {
  const std::string_view text = column < record.fields.size() ? record.fields[column] : "";
  const auto number = to_number(text);
  if (!number) {
    return fail(ErrorKind::kInvalid,
                fmt::format("the {} \"{}\" is not a number", what, shorten(text, 40)),
                reader.place(record.line), fmt::format("write a number in column {}", column + 1));
  }
  if (std::abs(*number) > limit) {
    return fail(ErrorKind::kInvalid,
                fmt::format("the {} {} is beyond {} degrees", what, *number, limit),
                reader.place(record.line),
                "the latitude comes first, then the longitude; for x and y say --cartesian");
  }
  return *number;
}

}  // namespace

Result<CountFile> read_counts(RecordReader& reader, const CountFormat& format, Keys& keys) {
  CountFile file;
  CategoryColumns covariates;
  TimeColumn time = format.time;
  Record record;
  while (TRY(reader.next(record))) {
    CountRow row{.place = TRY(place_of(reader, record, format.unknown, keys))};
    row.count = TRY(parse_count(reader, record, 1, format.what));
    if (time == TimeColumn::kDetect) {
      const bool dated = record.fields.size() > 2 && parse_time(record.fields[2]).has_value();
      time = dated ? TimeColumn::kPresent : TimeColumn::kAbsent;
    }
    file.has_time = time == TimeColumn::kPresent;
    if (file.has_time) row.time = TRY(time_of(reader, record, 2));
    row.category = TRY(covariates.read(reader, record, file.has_time ? 3 : 2, keys.categories));
    row.line = static_cast<std::uint32_t>(record.line);
    file.total += row.count;
    if (file.total > kMaxCount) {
      return fail(ErrorKind::kInvalid, fmt::format("the {} add up to more than 2^53", format.what),
                  reader.place(record.line), "check the numbers");
    }
    file.rows.push_back(row);
  }
  TRY(require_rows(reader, !file.rows.empty()));
  file.covariates = covariates.count();
  return file;
}

Result<PopulationFile> read_population(RecordReader& reader, UnknownIds unknown, Keys& keys) {
  PopulationFile file;
  CategoryColumns covariates;
  std::vector<std::size_t> lines;
  std::size_t columns = 0;
  double total = 0;
  Record record;
  while (TRY(reader.next(record))) {
    if (columns == 0) columns = record.fields.size();
    const bool has_time = columns > 2;
    PopulationRow row{.place = TRY(place_of(reader, record, unknown, keys))};
    if (has_time && !(record.fields.size() > 1 &&
                      equals_ignoring_case_ascii(record.fields[1], "unspecified"))) {
      row.time = TRY(time_of(reader, record, 1));
    }
    row.population = TRY(parse_amount(reader, record, has_time ? 2 : 1, "population"));
    row.category = TRY(covariates.read(reader, record, has_time ? 3 : 2, keys.categories));
    total += row.population;
    if (!std::isfinite(total)) {
      return fail(ErrorKind::kInvalid, "the population adds up to more than a number can hold",
                  reader.place(record.line), "check the numbers");
    }
    file.rows.push_back(row);
    lines.push_back(record.line);
  }
  TRY(require_rows(reader, !file.rows.empty()));
  TRY(refuse_duplicates(reader, file, lines, keys));
  file.covariates = covariates.count();
  return file;
}

Result<std::vector<Coordinate>> read_coordinates(RecordReader& reader, CoordinateSystem system,
                                                 Keys& keys) {
  const bool degrees = system == CoordinateSystem::kLatLong;
  // Distances are squared, so that Cartesian values must leave room for that.
  constexpr double kLimit = 1e150;
  std::vector<Coordinate> coordinates(keys.places.size());
  std::vector<std::size_t> lines(keys.places.size());
  Record record;
  while (TRY(reader.next(record))) {
    if (record.fields.size() > 3) {
      return fail(ErrorKind::kInvalid, fmt::format("{} columns", record.fields.size()),
                  reader.place(record.line), "write an id and two coordinates on each line");
    }
    const Coordinate here{
        TRY(coordinate_of(reader, record, 1, degrees ? "latitude" : "x", degrees ? 90 : kLimit)),
        TRY(coordinate_of(reader, record, 2, degrees ? "longitude" : "y", degrees ? 180 : kLimit))};
    const std::uint32_t place = keys.places.intern(record.fields[0]);
    if (place >= coordinates.size()) {
      coordinates.resize(place + 1);
      lines.resize(place + 1);
    }
    if (lines[place] != 0 && coordinates[place] != here) {
      return fail(ErrorKind::kInvalid,
                  fmt::format("the place \"{}\" has other coordinates on line {}",
                              shorten(record.fields[0], 60), lines[place]),
                  reader.place(record.line), "delete one of the lines, or give it its own id");
    }
    coordinates[place] = here;
    lines[place] = record.line;
  }
  TRY(require_rows(reader, !coordinates.empty()));
  if (const auto absent = std::ranges::find(lines, std::size_t{0}); absent != lines.end()) {
    const auto place = static_cast<std::uint32_t>(absent - lines.begin());
    return fail(
        ErrorKind::kInvalid,
        fmt::format("the place \"{}\" has no coordinates", shorten(keys.places.name(place), 60)),
        reader.name(), "add a line for it");
  }
  return coordinates;
}

}  // namespace daybreak::stats
