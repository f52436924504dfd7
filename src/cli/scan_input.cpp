// SPDX-License-Identifier: AGPL-3.0-or-later
#include "cli/scan_input.hpp"

#include "cli/scan_choices.hpp"
#include "stats/files/neighbours.hpp"

namespace daybreak::cli {
namespace {

template <typename Read>
auto read_file(const std::string& path, Read read)
    -> decltype(read(std::declval<stats::RecordReader&>())) {
  stats::RecordReader reader = TRY(stats::RecordReader::open(path));
  return read(reader);
}

stats::CoordinateSystem system_of(const ScanRequest& request) {
  return request.cartesian ? stats::CoordinateSystem::kCartesian
                           : stats::CoordinateSystem::kLatLong;
}

Result<std::vector<std::vector<std::uint32_t>>> read_lists(const ScanRequest& request,
                                                           stats::NeighbourRule rule,
                                                           ScanInput& in) {
  const stats::Neighbours file = TRY(read_file(request.neighbours, [&](auto& reader) {
    return stats::read_neighbours(reader, rule, stats::UnknownIds::kReject, in.keys);
  }));
  std::vector<std::vector<std::uint32_t>> out(in.keys.places.size());
  for (std::uint32_t place = 0; place < out.size(); ++place) {
    if (rule == stats::NeighbourRule::kOrdered) out[place].push_back(place);
    if (place >= file.places()) continue;
    const auto of = file.of(place);
    out[place].insert(out[place].end(), of.begin(), of.end());
  }
  return out;
}

}  // namespace

Result<ScanInput> read_input(const ScanRequest& request) {
  ScanInput in;
  const bool spatial = request.kind != ScanKind::kTime;
  if (spatial) {
    if (request.coordinates.empty()) {
      return tl::make_unexpected(
          usage("a scan of places needs their coordinates", "give --coordinates FILE.geo"));
    }
    in.coordinates = TRY(read_file(request.coordinates, [&](auto& reader) {
      return stats::read_coordinates(reader, system_of(request), in.keys);
    }));
  }
  const auto unknown = spatial ? stats::UnknownIds::kReject : stats::UnknownIds::kAdd;
  stats::CountFormat format{.what = "cases", .unknown = unknown};
  if (request.kind == ScanKind::kTime || request.kind == ScanKind::kSpaceTime ||
      request.kind == ScanKind::kPermutation) {
    format.time = stats::TimeColumn::kPresent;
  }
  in.cases = TRY(read_file(
      request.cases, [&](auto& reader) { return stats::read_counts(reader, format, in.keys); }));
  if (!request.controls.empty()) {
    format.what = "controls";
    in.controls = TRY(read_file(request.controls, [&](auto& reader) {
      return stats::read_counts(reader, format, in.keys);
    }));
  }
  if (!request.population.empty()) {
    in.population = TRY(read_file(request.population, [&](auto& reader) {
      return stats::read_population(reader, unknown, in.keys);
    }));
  }
  if (!request.neighbours.empty()) {
    const bool flexible = request.shape == "flexible";
    in.neighbours = TRY(read_lists(
        request, flexible ? stats::NeighbourRule::kSymmetric : stats::NeighbourRule::kOrdered, in));
  }
  return in;
}

}  // namespace daybreak::cli
