// SPDX-License-Identifier: AGPL-3.0-or-later
// compare_names: aligns the words of two names and weighs what is shared and what is not.
#include <algorithm>
#include <bit>
#include <cmath>
#include <span>

#include "stats/linkage/compare.hpp"
#include "stats/linkage/distance.hpp"
#include "stats/linkage/words.hpp"

namespace daybreak::linkage {
namespace {

// A word rarer than this among all names says who is meant.
constexpr double kDistinctiveShare = 0.0012;
// A chance that two spellings of one word differ by one edit, and that one word is written as two.
constexpr double kMisspelt = 0.04;
constexpr double kJoined = 0.10;
// Names that agree on common words only must be this surprising together to pass the gate.
constexpr double kWholeNameBits = 7;
constexpr double kSeveralWordsBits = 12;
// Where the names contradict each other, each word that only one side has costs this much, but the
// first.
constexpr double kExtraWordBits = 1.5;
constexpr double kRepeatedBits = 0.5;
constexpr double kInitialBits = 1.0;
constexpr double kPlaceBits = 1.0;
// No name is credited with more than the registries and the background together could show (in
// bits beyond the logarithm of their size): products of shares overstate what is never seen.
constexpr double kBeyondCounting = 2;
constexpr double kBackgroundNames = 5000;

struct Aligner {
  const Corpus& corpus;
  Record a, b;
  std::uint32_t state = 0;  // when both agree
  std::array<std::uint32_t, 8> places{};
  std::uint16_t used_a = 0, used_b = 0;
  std::span<const std::uint32_t> words_a, words_b;
  double bits = 0;
  int words = 0;  // shared ones that are no place and no initial
  bool distinctive = false;
  std::vector<WordMatch>* shared = nullptr;
  std::array<std::uint32_t, 12> exact{};  // words shared exactly so far
  std::size_t exact_count = 0;

  std::string_view text(std::uint32_t word) const { return corpus.words.text.text(word); }
  const Words::Shape& shape(std::uint32_t word) const { return corpus.words.shape[word]; }
  double share(std::uint32_t word) const { return corpus.words.share_in(word, state); }
  // How much of the word's surprise a shared word before it has already told.
  double attraction(std::uint32_t word) const {
    double most = 0;
    for (std::size_t i = 0; i < exact_count; ++i) {
      most = std::max(most, corpus.words.attraction(word, exact[i]));
    }
    return most;
  }
  bool is_place(std::uint32_t word) const {
    return std::find(places.begin(), places.end(), word) != places.end() && word != 0;
  }
  bool is_common(std::uint32_t word) const {
    return corpus.words.share[word] > kDistinctiveShare || is_place(word);
  }
  bool is_known(std::uint32_t word) const {
    return corpus.words.background[word] > 1e-4F || corpus.words.share[word] > 5e-4F;
  }
  void note(std::size_t i, std::size_t j, WordMatch::How how, double gain) {
    used_a |= static_cast<std::uint16_t>(1U << i);
    used_b |= static_cast<std::uint16_t>(1U << j);
    bits += gain;
    words += how != WordMatch::How::kPlace && how != WordMatch::How::kInitial;
    if (shared != nullptr) shared->push_back({words_a[i], words_b[j], how, gain});
  }
  bool free_a(std::size_t i) const { return (used_a >> i & 1) == 0; }
  bool free_b(std::size_t j) const { return (used_b >> j & 1) == 0; }
};

void match_exact(Aligner& align) {
  for (std::size_t i = 0; i < align.words_a.size(); ++i) {
    for (std::size_t j = 0; j < align.words_b.size(); ++j) {
      if (!align.free_b(j) || align.words_a[i] != align.words_b[j]) continue;
      const std::uint32_t word = align.words_a[i];
      const auto before = align.words_a.first(i);
      const bool repeated = std::find(before.begin(), before.end(), word) != before.end();
      const double alone = -std::log2(align.share(word));
      const double bits =
          repeated ? kRepeatedBits : std::max(kRepeatedBits, alone - align.attraction(word));
      if (align.is_place(word)) {
        align.note(i, j, WordMatch::How::kPlace, std::min(bits, kPlaceBits));
      } else {
        align.note(i, j, WordMatch::How::kExact, bits);
        align.exact[align.exact_count++] = word;
        if (!align.is_common(word)) align.distinctive = true;
      }
      break;
    }
  }
}

// "VAN BEEK" and "VANBEEK": `whole` on one side is two neighbours on the other.
bool is_joined(const Aligner& align, std::uint32_t whole, std::uint32_t first,
               std::uint32_t second) {
  const Words::Shape& whole_shape = align.shape(whole);
  const Words::Shape& first_shape = align.shape(first);
  const Words::Shape& second_shape = align.shape(second);
  const int spare = whole_shape.length - first_shape.length - second_shape.length;
  if (spare < 0 || spare > 1 || whole_shape.length < 3 || whole_shape.first != first_shape.first ||
      whole_shape.last != second_shape.last) {
    return false;
  }
  const std::string_view w = align.text(whole);
  const std::string_view f = align.text(first), s = align.text(second);
  if (!w.starts_with(f) || !w.ends_with(s)) return false;
  // A plural's S was cut from the first of the two, but not inside the whole.
  return w.size() == f.size() + s.size() ||
         (w.size() == f.size() + s.size() + 1 && w[f.size()] == 'S');
}

void match_joined(Aligner& align) {
  const auto gain = [&](std::uint32_t whole, std::uint32_t first, std::uint32_t second) {
    const double share = std::max(align.share(whole), align.share(first) * align.share(second));
    return std::max(0.0, -std::log2(share) + std::log2(kJoined));
  };
  for (std::size_t i = 0; i < align.words_a.size(); ++i) {
    for (std::size_t j = 0; j < align.words_b.size(); ++j) {
      if (!align.free_a(i) || !align.free_b(j)) continue;
      const std::uint32_t a = align.words_a[i], b = align.words_b[j];
      if (j + 1 < align.words_b.size() && align.free_b(j + 1) &&
          is_joined(align, a, b, align.words_b[j + 1])) {
        align.note(i, j, WordMatch::How::kJoined, gain(a, b, align.words_b[j + 1]));
        align.used_b |= static_cast<std::uint16_t>(2U << j);
        if (!align.is_common(a)) align.distinctive = true;
      } else if (i + 1 < align.words_a.size() && align.free_a(i + 1) &&
                 is_joined(align, b, a, align.words_a[i + 1])) {
        align.note(i, j, WordMatch::How::kJoined, gain(b, a, align.words_a[i + 1]));
        align.used_a |= static_cast<std::uint16_t>(2U << i);
        if (!align.is_common(b)) align.distinctive = true;
      }
    }
  }
}

void match_misspelt(Aligner& align) {
  for (std::size_t i = 0; i < align.words_a.size(); ++i) {
    for (std::size_t j = 0; j < align.words_b.size(); ++j) {
      if (!align.free_a(i) || !align.free_b(j)) continue;
      const std::uint32_t a = align.words_a[i], b = align.words_b[j];
      const Words::Shape &p = align.shape(a), &q = align.shape(b);
      const int shorter = std::min(p.length, q.length);
      const int limit = shorter >= 9 ? 2 : 1;
      // An edit changes at most two kinds of letters; words with digits are codes, never misspelt.
      if (shorter < 4 || std::abs(p.length - q.length) > limit ||
          std::popcount(p.letters ^ q.letters) > 2 * limit || (p.letters >> 26 & 1) != 0) {
        continue;
      }
      const std::string_view x = align.text(a), y = align.text(b);
      const int edits = edit_distance(x, y, limit);
      if (edits > limit) continue;
      // The chance that a random word lies this near: the two words themselves are nearly all of
      // the neighbourhood. Two well-known words are rarely one word misspelt.
      const double near = 2 * (align.share(a) + align.share(b));
      double gain = std::log2(kMisspelt) - std::log2(near) - 2.0 * (edits - 1);
      if (align.is_known(a) && align.is_known(b)) {
        gain -= 4;
        if (gain <= 0) continue;
      }
      gain = std::max(gain, 0.0);
      align.note(i, j, WordMatch::How::kMisspelt, gain);
      if (!align.is_common(a) && !align.is_common(b)) align.distinctive = true;
    }
  }
}

void match_initials(Aligner& align) {
  for (std::size_t i = 0; i < align.words_a.size(); ++i) {
    for (std::size_t j = 0; j < align.words_b.size(); ++j) {
      if (!align.free_a(i) || !align.free_b(j)) continue;
      const Words::Shape& p = align.shape(align.words_a[i]);
      const Words::Shape& q = align.shape(align.words_b[j]);
      if ((p.length == 1) != (q.length == 1) && p.first == q.first) {
        align.note(i, j, WordMatch::How::kInitial, kInitialBits);
      }
    }
  }
}

struct Leftover {
  int distinctive = 0, common = 0;
};

Leftover leftover(const Aligner& align, std::span<const std::uint32_t> words, std::uint16_t used,
                  std::vector<std::uint32_t>* list) {
  Leftover left;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if ((used >> i & 1) != 0) continue;
    if (list != nullptr) list->push_back(words[i]);
    if (align.is_place(words[i])) continue;
    const bool common = align.is_common(words[i]) || align.shape(words[i]).length == 1;
    ++(common ? left.common : left.distinctive);
  }
  return left;
}

NameLevel level_of(const Leftover& a, const Leftover& b, bool generations_differ) {
  if (a.distinctive > 0 && b.distinctive > 0) return kContradiction;
  if ((a.distinctive > 0 && b.common > 0) || (b.distinctive > 0 && a.common > 0) ||
      generations_differ) {
    return kHalfContradiction;
  }
  if (a.distinctive + b.distinctive > 0) return kExtraDistinctive;
  if (a.common > 0 && b.common > 0) return kCommonDiffer;
  if (a.common + b.common > 0) return kExtraCommon;
  return kSameWords;
}

// A name that many records bear (a chain) is no surprise, however rare its words together.
double whole_name_bits(const Corpus& corpus, const Alias& a, const Alias& b, double bits) {
  const std::uint32_t bearers = std::max(corpus.whole_count[a.whole], corpus.whole_count[b.whole]);
  if (bearers < 2) return bits;
  const double share = (bearers - 1.5) / (corpus.records + kBackgroundNames);
  return std::min(bits, -std::log2(share));
}

FieldLevel form_level(std::uint16_t a, std::uint16_t b) {
  if (a == 0 || b == 0) return kAlike;
  if (a == b) return kEqual;
  return (a & b) != 0 ? kClose : kDiffer;
}

bool are_siblings(std::uint16_t a, std::uint16_t b) {
  const auto partnership = [](std::uint16_t f) {
    return (f & (kFormLp | kFormLlp)) != 0 && (f & (kFormInc | kFormLlc)) == 0;
  };
  const auto corporation = [](std::uint16_t f) {
    return (f & kFormInc) != 0 && (f & (kFormLp | kFormLlp)) == 0;
  };
  return (partnership(a) && corporation(b)) || (partnership(b) && corporation(a));
}

NameMatch compare_aliases(Aligner align, const Alias& a, const Alias& b, NameDetail* detail) {
  const auto words_of = [&](const Alias& alias) {
    return std::span<const std::uint32_t>(align.corpus.alias_words)
        .subspan(alias.first_word, alias.words);
  };
  align.words_a = words_of(a);
  align.words_b = words_of(b);
  if (detail != nullptr) align.shared = &detail->shared;
  match_exact(align);
  match_joined(align);
  match_misspelt(align);
  match_initials(align);
  const Leftover left_a =
      leftover(align, align.words_a, align.used_a, detail == nullptr ? nullptr : &detail->only_a);
  const Leftover left_b =
      leftover(align, align.words_b, align.used_b, detail == nullptr ? nullptr : &detail->only_b);
  NameMatch match;
  const double most = std::log2(align.corpus.records + kBackgroundNames) + kBeyondCounting;
  match.bits = std::min(align.bits, most);
  match.form = form_level(a.forms, b.forms);
  match.sibling = are_siblings(a.forms, b.forms);
  const bool generations_differ =
      a.generation != 0 && b.generation != 0 && a.generation != b.generation;
  match.level = level_of(left_a, left_b, generations_differ);
  const bool whole = match.level == kSameWords && align.words_a.size() == align.words_b.size();
  if (match.level == kSameWords) {
    match.bits = whole_name_bits(align.corpus, a, b, match.bits);
  }
  if (match.level == kContradiction || match.level == kHalfContradiction) {
    const int extra = left_a.distinctive + left_a.common + left_b.distinctive + left_b.common - 1;
    match.bits -= kExtraWordBits * std::max(0, extra);
  }
  const bool several = align.words >= 2 && match.bits >= kSeveralWordsBits &&
                       match.level >= kExtraDistinctive && match.level != kCommonDiffer;
  match.distinctive =
      align.distinctive || several || (whole && a.whole == b.whole) ||
      (match.level == kSameWords && match.bits >= kWholeNameBits && (whole || align.words >= 2));
  if (!match.distinctive && match.level != kSameWords) match.level = kNoSharedWord;
  if (align.bits <= 0) match.level = kNoSharedWord;
  return match;
}

// Orders alias pairs: a better level is worth this many bits.
double rank_of(const NameMatch& match) {
  constexpr std::array<double, kLevels> kLevelBits{-7, -9, -7, -4.5, -5, -3, -1};
  return kLevelBits[match.level] + (match.level == kNoSharedWord ? 0 : match.bits) +
         (match.form == kDiffer ? -2 : 0);
}

}  // namespace

NameMatch compare_names(const Corpus& corpus, Record a, Record b, NameDetail* detail) {
  Aligner align{.corpus = corpus, .a = a, .b = b};
  if (corpus.state_of(a) == corpus.state_of(b)) align.state = corpus.state_of(a);
  if (corpus.city_field >= 0) {
    const Field& city = corpus.fields[static_cast<std::size_t>(corpus.city_field)];
    for (std::size_t i = 0; i < 4; ++i) {
      align.places[i] = city.parts[city.value[a]][i + 1];
      align.places[i + 4] = city.parts[city.value[b]][i + 1];
    }
  }
  NameMatch best;
  double best_rank = -1e9;
  for (std::uint32_t i = corpus.alias_begin[a]; i < corpus.alias_begin[a + 1]; ++i) {
    for (std::uint32_t j = corpus.alias_begin[b]; j < corpus.alias_begin[b + 1]; ++j) {
      NameMatch match = compare_aliases(align, corpus.aliases[i], corpus.aliases[j], nullptr);
      const double rank = rank_of(match);
      if (rank <= best_rank) continue;
      best_rank = rank;
      best = match;
      best.alias_a = i;
      best.alias_b = j;
    }
  }
  if (detail != nullptr && best_rank > -1e9) {
    compare_aliases(align, corpus.aliases[best.alias_a], corpus.aliases[best.alias_b], detail);
  }
  return best;
}

}  // namespace daybreak::linkage
