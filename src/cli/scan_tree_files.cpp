// SPDX-License-Identifier: AGPL-3.0-or-later
#include "cli/scan_tree_files.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "stats/files/records.hpp"

namespace daybreak::cli {
namespace {

Result<std::vector<stats::TreeColumn>> columns_of(const ScanRequest& request, const TreeInput& in) {
  stats::RecordReader reader = TRY(stats::RecordReader::open(request.cases));
  stats::Record record;
  std::vector<stats::TreeColumn> out;
  if (!TRY(reader.next(record))) {
    return fail(ErrorKind::kInvalid, "the file holds no rows", request.cases,
                "check that this is the right file");
  }
  const bool places = request.kind == ScanKind::kTreeSpace;
  bool place = false, time = false, number = false;
  for (std::size_t i = 2; i < record.fields.size(); ++i) {
    const std::string_view field = record.fields[i];
    const bool dated =
        field.find_first_of("/-") != field.npos && stats::parse_time(field).has_value();
    if (places && !place && in.keys.places.find(field)) {
      place = true;
      out.push_back(stats::TreeColumn::kPlace);
    } else if (!time &&
               (dated || (number && i + 1 == record.fields.size() && stats::parse_time(field)))) {
      time = true;
      out.push_back(stats::TreeColumn::kTime);
    } else if (!number && to_number(field)) {
      number = true;
      out.push_back(request.model == "bernoulli" ? stats::TreeColumn::kControls
                                                 : stats::TreeColumn::kExpected);
    } else {
      return fail(ErrorKind::kInvalid,
                  fmt::format("column {} (\"{}\") is not a known place, a time or a number", i + 1,
                              shorten(field, 40)),
                  reader.place(record.line),
                  "write node,count,place,time,population with the columns that you have");
    }
  }
  if (places && !place) {
    return fail(ErrorKind::kInvalid, "the first row has no place that the coordinates know",
                reader.place(record.line),
                "write node,count,place,population or add the place to the coordinates");
  }
  return out;
}

}  // namespace

Result<TreeInput> read_tree_input(const ScanRequest& request) {
  TreeInput in;
  if (request.tree.empty()) {
    return fail(ErrorKind::kInvalid, "a tree scan needs the tree", "", "give --tree FILE.tre");
  }
  {
    stats::RecordReader reader = TRY(stats::RecordReader::open(request.tree));
    in.tree = TRY(stats::read_tree(reader));
  }
  if (request.kind == ScanKind::kTreeSpace) {
    if (request.coordinates.empty()) {
      return fail(ErrorKind::kInvalid, "a scan of places needs their coordinates", "",
                  "give --coordinates FILE.geo");
    }
    stats::RecordReader reader = TRY(stats::RecordReader::open(request.coordinates));
    const auto system =
        request.cartesian ? stats::CoordinateSystem::kCartesian : stats::CoordinateSystem::kLatLong;
    in.coordinates = TRY(stats::read_coordinates(reader, system, in.keys));
  }
  const std::vector<stats::TreeColumn> columns = TRY(columns_of(request, in));
  const auto has = [&](stats::TreeColumn column) {
    return std::find(columns.begin(), columns.end(), column) != columns.end();
  };
  in.has_time = has(stats::TreeColumn::kTime);
  in.has_measure = has(stats::TreeColumn::kExpected) || has(stats::TreeColumn::kControls);
  if (!in.has_measure && !in.has_time && request.kind == ScanKind::kTree) {
    return fail(ErrorKind::kInvalid, "the case file has no population", request.cases,
                "write node,count,population (Bernoulli: node,count,controls)");
  }
  stats::RecordReader reader = TRY(stats::RecordReader::open(request.cases));
  in.cases = TRY(stats::read_tree_counts(reader, in.tree, columns, stats::UnknownIds::kReject,
                                         &in.keys.places));
  stats::TimeUnit unit = stats::TimeUnit::kDay;
  for (const stats::TreeCountRow& row : in.cases.rows) unit = std::min(unit, row.time.precision());
  in.precision = {unit, 1};
  return in;
}

}  // namespace daybreak::cli
