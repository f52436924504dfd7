// SPDX-License-Identifier: AGPL-3.0-or-later
// One or two tables made ready for comparing: rows that are equal in every compared column become
// one record; cells become numbers; words and values carry how frequent they are among the records
// of both tables together. Built once, then read-only and safe from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "stats/linkage/interner.hpp"
#include "stats/linkage/table.hpp"

namespace daybreak::linkage {

using Record = std::uint32_t;

// Words of business names. Frequency is the share of distinct records whose name holds the word,
// mixed with a background of US employer names so that small tables know common words too.
class Words {
 public:
  Interner text;
  std::vector<std::uint32_t> count;  // records that hold the word
  std::vector<float> background;     // share in US employer names
  std::vector<float> share;          // the mix
  // Which letters a word has (bit 26: digits), its length, first and last letter: tells most unlike
  // words apart without reading them.
  struct Shape {
    std::uint32_t letters = 0;
    std::uint8_t length = 0;
    char first = 0, last = 0;
  };
  std::vector<Shape> shape;
  // Share among the records of one state, backed off to `share`; state 0 means everywhere.
  double share_in(std::uint32_t word, std::uint32_t state) const;

  // Bits by which two words go together more often than chance (pointwise mutual information), from
  // the places where both occur. 0 when they do not.
  double attraction(std::uint32_t a, std::uint32_t b) const;

  std::unordered_map<std::uint64_t, std::uint32_t> state_count;  // (state << 32 | word)
  std::unordered_map<std::uint64_t, float> attractions;          // (smaller << 32 | larger)
  std::vector<std::uint32_t> state_size;
};

struct Alias {
  std::uint32_t first_word = 0;  // into Corpus::alias_words
  std::uint8_t words = 0;
  std::uint8_t generation = 0;
  std::uint16_t forms = 0;
  std::uint32_t whole = 0;  // number of the set of words, for its frequency
};

// One compared column (or, for names, all name columns together).
struct Field {
  std::string name;
  FieldKind kind = FieldKind::kText;
  int parent = -1;  // the wider place: agreement is judged given that the parent agrees
  Interner text;    // normalised values; 0 is missing
  std::vector<std::uint32_t> value;  // per record
  std::vector<std::uint32_t> count;  // per value: records that hold it
  std::vector<std::uint32_t> joint;  // per record: records with the same value and parent value
  std::vector<std::uint32_t> parent_count;  // per record: records with the same parent value
  std::uint32_t present = 0;                // records where it is not missing
  // Per value: street number and words, or the words of a city or category.
  std::vector<std::array<std::uint32_t, 5>> parts;
};

struct Corpus {
  bool two_tables = false;
  Record split = 0;  // records of the second table start here
  Record records = 0;
  std::array<std::size_t, 2> rows{};
  std::vector<std::uint32_t> group_begin;  // per record, into group_rows; records + 1 entries
  std::vector<std::uint32_t> group_rows;   // rows (from 0) that are this record
  std::array<std::vector<Record>, 2> record_of_row;

  bool has_name = false;
  Words words;
  std::vector<std::uint32_t> alias_begin;  // per record; records + 1 entries
  std::vector<Alias> aliases;
  std::vector<std::uint32_t> alias_words;
  std::unordered_map<std::uint64_t, std::uint32_t> whole_number;
  std::vector<std::uint32_t> whole_count;  // different places per set of words
  std::vector<Field> fields;               // without the name
  int state_field = -1;
  int city_field = -1;
  Interner parts_text;

  std::uint32_t state_of(Record record) const {
    return state_field < 0 ? 0 : fields[static_cast<std::size_t>(state_field)].value[record];
  }
  // Pairs that could be compared at all.
  double possible_pairs() const;
};

using StageReport = std::function<void(std::string_view stage, double share)>;

// The columns of both tables are paired by position and must have the same kinds. Fails when there
// are no columns, more than 24, or the tables do not fit together.
Result<Corpus> build_corpus(const Table& a, const Table* b, int threads,
                            const StageReport& progress);

// Runs `work(begin, end)` over [0, count) on `threads` threads in equal slices; what a slice writes
// must depend on its range only.
void run_in_slices(std::size_t count, int threads,
                   const std::function<void(std::size_t, std::size_t)>& work);

}  // namespace daybreak::linkage
