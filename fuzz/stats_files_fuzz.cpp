// SPDX-License-Identifier: AGPL-3.0-or-later
// Every reader of stats/files on the same bytes; the first byte chooses.
// links: stats/files
#include "stats/files/neighbours.hpp"
#include "stats/files/places.hpp"
#include "stats/files/tree.hpp"

using namespace daybreak::stats;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  RecordReader reader = RecordReader::over(text, "fuzz");
  Keys keys;
  switch (data[0] % 7) {
    case 0:
      (void)read_counts(reader, {.unknown = UnknownIds::kAdd}, keys);
      break;
    case 1:
      (void)read_population(reader, UnknownIds::kAdd, keys);
      break;
    case 2:
      (void)read_coordinates(reader, CoordinateSystem::kLatLong, keys);
      break;
    case 3:
      (void)read_coordinates(reader, CoordinateSystem::kCartesian, keys);
      break;
    case 4:
      (void)read_neighbours(reader, NeighbourRule::kSymmetric, UnknownIds::kAdd, keys);
      break;
    case 5:
      (void)parse_time(text);
      break;
    default:
      if (const auto tree = read_tree(reader)) {
        Ancestors ancestors(*tree);
        for (std::uint32_t node = 0; node < tree->size() && node < 100; ++node)
          (void)ancestors.of(node);
        RecordReader counts = RecordReader::over(text, "fuzz");
        const TreeColumn columns[] = {TreeColumn::kExpected};
        (void)read_tree_counts(counts, *tree, columns, UnknownIds::kAdd, &keys.places);
      }
  }
  return 0;
}
