// SPDX-License-Identifier: AGPL-3.0-or-later
// Reader for neighbour files: an id, then the ids of its neighbours, in order of nearness where the
// order matters. "Ashe | Alleghany Wilkes" and "Ashe,Alleghany,Wilkes" read the same. One thread at
// a time; the result is a plain value.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "stats/files/places.hpp"

namespace daybreak::stats {

// The neighbours of each place as one array: those of place i are ids[start[i]] to
// ids[start[i + 1] - 1].
struct Neighbours {
  std::vector<std::size_t> start{0};
  std::vector<std::uint32_t> ids;

  std::size_t places() const { return start.size() - 1; }
  std::span<const std::uint32_t> of(std::size_t place) const {
    return std::span(ids).subspan(start[place], start[place + 1] - start[place]);
  }
};

enum class NeighbourRule : std::uint8_t {
  kOrdered,    // as given, without the place itself; one-sided neighbours are fine
  kSymmetric,  // adjacency: sorted, and one-sided neighbours are an error
};

// One line a place; a place without a line has no neighbours. A place that has two lines, a
// neighbour named twice in a line, and an unknown id (under kReject) are errors.
Result<Neighbours> read_neighbours(RecordReader& reader, NeighbourRule rule, UnknownIds unknown,
                                   Keys& keys);

}  // namespace daybreak::stats
