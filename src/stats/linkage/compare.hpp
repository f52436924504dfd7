// SPDX-License-Identifier: AGPL-3.0-or-later
// Compares two records: one level of agreement per field, and how surprising that agreement would
// be between two records picked at random (in bits). Judging is the model's business. Pure
// functions over a read-only corpus, safe from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "stats/linkage/corpus.hpp"

namespace daybreak::linkage {

constexpr std::size_t kLevels = 7;
constexpr std::size_t kContexts = 3;  // no parent, parent agrees, parent does not agree
constexpr std::size_t kMostMeasures = 26;

// Levels of a name, worst to best.
enum NameLevel : std::uint8_t {
  kNoSharedWord,       // nothing shared but common or place words
  kContradiction,      // both sides have a distinctive word of their own
  kHalfContradiction,  // one side a distinctive, the other a common word of its own
  kExtraDistinctive,   // one side adds a distinctive word
  kCommonDiffer,       // both sides have a common word of their own
  kExtraCommon,        // one side adds a common word or an initial
  kSameWords,          // the same words
};

// Levels of every other measure.
enum FieldLevel : std::uint8_t { kDiffer, kAlike, kClose, kEqual };

// One shared word and how it was found.
struct WordMatch {
  enum class How : std::uint8_t { kExact, kJoined, kMisspelt, kInitial, kPlace };
  std::uint32_t a = 0, b = 0;  // word numbers
  How how = How::kExact;
  double bits = 0;
};

struct NameMatch {
  NameLevel level = kNoSharedWord;
  double bits = 0;             // -log2 of the chance that a random record shares these words
  bool distinctive = false;    // passes the gate
  bool sibling = false;        // legal forms that one legal person cannot both have
  std::uint8_t form = kAlike;  // FieldLevel of the legal form; kAlike: one of them has none
  std::uint32_t alias_a = 0, alias_b = 0;
};

// What an explanation adds: the words themselves.
struct NameDetail {
  std::vector<WordMatch> shared;
  std::vector<std::uint32_t> only_a, only_b;
};

// Best pair of aliases. `detail` may be null.
NameMatch compare_names(const Corpus& corpus, Record a, Record b, NameDetail* detail);

// A measure is a field of the corpus, or, when the corpus has names, the name (0) and the legal
// form (1) before the fields.
struct Comparison {
  static constexpr std::uint8_t kMissing = 255;
  std::array<std::uint8_t, kMostMeasures> cell{};  // context * kLevels + level, or kMissing
  float bits = 0;     // sum of the bits that depend on the values themselves
  bool gate = false;  // a distinctive word, a name or an identifier is shared
  bool sibling = false;
};

std::size_t measure_count(const Corpus& corpus);
// Index of the first measure that is a field.
inline std::size_t first_field(const Corpus& corpus) { return corpus.has_name ? 2 : 0; }

Comparison compare(const Corpus& corpus, Record a, Record b);
// With this name comparison done already.
Comparison compare(const Corpus& corpus, Record a, Record b, const NameMatch& name);
// True when an identifier or telephone number is equal, which opens the gate without a name.
bool shares_identifier(const Corpus& corpus, Record a, Record b);
bool has_names(const Corpus& corpus, Record a, Record b);

// -log2 of the chance that a random record has the value of `a` in this field, given the context.
double value_bits(const Field& field, Record a, std::size_t context);

// Level of two different, present values of one field.
FieldLevel field_level(const Corpus& corpus, const Field& field, std::uint32_t a, std::uint32_t b);

}  // namespace daybreak::linkage
