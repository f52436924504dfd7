// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/files/neighbours.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"

namespace daybreak::stats {
namespace {

struct Line {
  std::size_t number = 0;  // 0: the place has no line
  std::vector<std::uint32_t> neighbours;
};

Result<std::uint32_t> find_id(const RecordReader& reader, const Record& record, std::size_t column,
                              UnknownIds unknown, Keys& keys) {
  const std::string_view id = record.fields[column];
  if (id.empty()) {
    return fail(ErrorKind::kInvalid, fmt::format("column {} is empty", column + 1),
                reader.place(record.line), "delete the extra separator");
  }
  if (unknown == UnknownIds::kAdd) return keys.places.intern(id);
  if (const auto place = keys.places.find(id)) return *place;
  return fail(
      ErrorKind::kInvalid, fmt::format("the id \"{}\" is not among the places", shorten(id, 60)),
      reader.place(record.line), "correct the id, or put ids with spaces in quotation marks");
}

Result<void> refuse_repeats(const RecordReader& reader, const Record& record,
                            std::vector<std::uint32_t> sorted, const Keys& keys) {
  std::ranges::sort(sorted);
  const auto twice = std::ranges::adjacent_find(sorted);
  if (twice == sorted.end()) return {};
  return fail(
      ErrorKind::kInvalid,
      fmt::format("the neighbour \"{}\" stands twice", shorten(keys.places.name(*twice), 60)),
      reader.place(record.line), "name each neighbour once");
}

Result<void> refuse_one_sided(const RecordReader& reader, const std::vector<Line>& lines,
                              const Keys& keys) {
  for (std::uint32_t place = 0; place < lines.size(); ++place) {
    for (const std::uint32_t other : lines[place].neighbours) {
      if (std::ranges::binary_search(lines[other].neighbours, place)) continue;
      return fail(
          ErrorKind::kInvalid,
          fmt::format("\"{0}\" has the neighbour \"{1}\", but \"{1}\" has not \"{0}\"",
                      shorten(keys.places.name(place), 60), shorten(keys.places.name(other), 60)),
          reader.place(lines[place].number), "name both as neighbours of each other");
    }
  }
  return {};
}

}  // namespace

Result<Neighbours> read_neighbours(RecordReader& reader, NeighbourRule rule, UnknownIds unknown,
                                   Keys& keys) {
  reader.also_separate_at('|');
  std::vector<Line> lines;
  Record record;
  while (TRY(reader.next(record))) {
    const std::uint32_t place = TRY(find_id(reader, record, 0, unknown, keys));
    std::vector<std::uint32_t> neighbours;
    for (std::size_t i = 1; i < record.fields.size(); ++i) {
      const std::uint32_t other = TRY(find_id(reader, record, i, unknown, keys));
      if (other != place) neighbours.push_back(other);
    }
    TRY(refuse_repeats(reader, record, neighbours, keys));
    lines.resize(std::max(lines.size(), keys.places.size()));
    if (lines[place].number != 0) {
      return fail(ErrorKind::kInvalid,
                  fmt::format("the neighbours of \"{}\" stand already on line {}",
                              shorten(record.fields[0], 60), lines[place].number),
                  reader.place(record.line), "write one line for each place");
    }
    lines[place].number = record.line;
    if (rule == NeighbourRule::kSymmetric) std::ranges::sort(neighbours);
    lines[place].neighbours = std::move(neighbours);
  }
  if (lines.empty()) {
    return fail(ErrorKind::kInvalid, "the file holds no rows", reader.name(),
                "check that this is the right file");
  }
  if (rule == NeighbourRule::kSymmetric) TRY(refuse_one_sided(reader, lines, keys));
  Neighbours result;
  for (const Line& line : lines) {
    result.ids.insert(result.ids.end(), line.neighbours.begin(), line.neighbours.end());
    result.start.push_back(result.ids.size());
  }
  return result;
}

}  // namespace daybreak::stats
