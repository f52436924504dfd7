// SPDX-License-Identifier: AGPL-3.0-or-later
// Readers for the files of spatial scan programs: .cas, .ctl, .pop, .geo. They stream; what they
// return are plain arrays over the indexes of `Keys`. Read the coordinates first with
// UnknownIds::kAdd and the others with kReject, and every index is a row of the coordinates. Every
// error names file, line and cure. One thread at a time.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.hpp"
#include "stats/files/id_table.hpp"
#include "stats/files/records.hpp"
#include "stats/files/time.hpp"

namespace daybreak::stats {

// The names behind the indexes that the rows carry. A category is one combination of covariate
// values ("3, male"); rows without covariates have the category named "".
struct Keys {
  IdTable places;
  IdTable categories;
};

struct CountRow {
  std::uint32_t place = 0;
  std::uint32_t category = 0;
  std::int64_t count = 0;
  Time time;  // not given when the file has no time column
  std::uint32_t line = 0;
};

struct CountFile {
  std::vector<CountRow> rows;  // as in the file; several rows of one place are to be added up
  std::int64_t total = 0;      // at most 2^53
  bool has_time = false;
  std::size_t covariates = 0;  // number of covariate columns
};

enum class TimeColumn : std::uint8_t {
  kDetect,   // there when the third column of the first row reads as a date with a four-digit year
  kPresent,  // the third column is a time
  kAbsent,   // columns after the count are covariates
};

struct CountFormat {
  std::string_view what = "cases";  // or "controls": the word in error messages
  TimeColumn time = TimeColumn::kDetect;
  UnknownIds unknown = UnknownIds::kReject;
};

// `id count [time] [covariates...]`, a .cas or .ctl file.
Result<CountFile> read_counts(RecordReader& reader, const CountFormat& format, Keys& keys);

struct PopulationRow {
  std::uint32_t place = 0;
  std::uint32_t category = 0;
  double population = 0;
  Time time;  // not given for "unspecified" and for files of two columns
};

struct PopulationFile {
  std::vector<PopulationRow> rows;  // one for each place, time and category
  std::size_t covariates = 0;
};

// `id time population [covariates...]`, or just `id population`. A place, time and category that
// comes twice is an error.
Result<PopulationFile> read_population(RecordReader& reader, UnknownIds unknown, Keys& keys);

enum class CoordinateSystem : std::uint8_t { kLatLong, kCartesian };

// Latitude and longitude in degrees, or x and y.
struct Coordinate {
  double first = 0;
  double second = 0;
  bool operator==(const Coordinate&) const = default;
};

// `id latitude longitude` or `id x y`, in the order of `keys.places`, to which new ids are added. A
// place that comes twice with other coordinates, and a place of `keys` that the file lacks, are
// errors.
Result<std::vector<Coordinate>> read_coordinates(RecordReader& reader, CoordinateSystem system,
                                                 Keys& keys);

}  // namespace daybreak::stats
