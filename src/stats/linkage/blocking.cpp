// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/linkage/blocking.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <span>

#include "stats/linkage/distance.hpp"

namespace daybreak::linkage {
namespace {

constexpr std::size_t kFamilyPairsPerRecord = 2;
constexpr std::size_t kFamilyPairsAtLeast = 400'000;
// Beyond so many families (people, by pairs of columns) they share what this many may give.
constexpr std::size_t kFamilies = 12;
constexpr std::size_t kWindow = 4;
constexpr std::size_t kRarestWords = 5;

struct Keyed {
  std::uint64_t key;
  Record record;
  bool operator<(const Keyed& other) const {
    return key != other.key ? key < other.key : record < other.record;
  }
};

using Keys = std::vector<Keyed>;
using Emit = std::function<void(std::uint64_t)>;
// Calls emit for each key of one record.
using KeyMaker = std::function<void(Record, const Emit&)>;

// What becomes of a block that is too long: the other families must find its matches, or each
// record meets its neighbours in the order of names.
enum class LongBlocks : std::uint8_t { kSkip, kWindow };

class Blocker {
 public:
  Blocker(const Corpus& corpus, int threads, std::size_t families)
      : corpus_(corpus), threads_(threads) {
    budget_ = std::max(kFamilyPairsAtLeast, kFamilyPairsPerRecord * corpus.records) * kFamilies /
              std::max(kFamilies, families);
    order_.resize(corpus.records);
    for (Record record = 0; record < corpus.records; ++record) order_[record] = order_key(record);
  }

  void add_family(const KeyMaker& maker, LongBlocks long_blocks) {
    Keys keys = make_keys(maker);
    sort_parallel(keys);
    keys.erase(std::unique(keys.begin(), keys.end(),
                           [](const Keyed& x, const Keyed& y) {
                             return x.key == y.key && x.record == y.record;
                           }),
               keys.end());
    const std::size_t longest = longest_block(keys);
    for_each_block(keys, [&](std::size_t begin, std::size_t end) {
      if (end - begin <= longest) {
        all_pairs(keys, begin, end);
      } else if (long_blocks == LongBlocks::kWindow) {
        window_pairs(keys, begin, end);
      }
    });
    ++family_;
  }

  std::vector<Candidate> take() {
    sort_parallel(pairs_);
    std::vector<Candidate> out;
    for (const std::uint64_t code : pairs_) {
      const auto a = static_cast<Record>(code >> 35);
      const auto b = static_cast<Record>(code >> 6 & 0x1FFFFFFF);
      if (out.empty() || out.back().a != a || out.back().b != b) {
        out.push_back({a, b, 0});
        last_family_ = 64;
      }
      if ((code & 63) != last_family_) ++out.back().families;
      last_family_ = code & 63;
    }
    pairs_.clear();
    pairs_.shrink_to_fit();
    return out;
  }

 private:
  // The first letters of a record's name (or first field), so that like names lie side by side.
  std::uint64_t order_key(Record record) const {
    std::uint64_t key = 0;
    int room = 8;
    const auto put = [&](std::string_view text) {
      for (const char c : text) {
        if (room > 0) key = key << 8 | static_cast<unsigned char>(c);
        --room;
      }
    };
    if (corpus_.alias_begin[record] != corpus_.alias_begin[record + 1]) {
      const Alias& alias = corpus_.aliases[corpus_.alias_begin[record]];
      for (std::uint32_t i = 0; i < alias.words; ++i) {
        put(corpus_.words.text.text(corpus_.alias_words[alias.first_word + i]));
      }
    } else {
      for (const Field& field : corpus_.fields) put(field.text.text(field.value[record]));
    }
    while (room-- > 0) key <<= 8;
    return key;
  }

  Keys make_keys(const KeyMaker& maker) const {
    std::vector<Keys> slices(static_cast<std::size_t>(std::max(1, threads_)));
    const std::size_t count = corpus_.records;
    run_in_slices(count, threads_, [&](std::size_t from, std::size_t to) {
      Keys& keys = slices[slice_of(from, count, slices.size())];
      for (std::size_t r = from; r < to; ++r) {
        const auto record = static_cast<Record>(r);
        maker(record, [&](std::uint64_t key) { keys.push_back({key, record}); });
      }
    });
    Keys all = std::move(slices[0]);
    for (std::size_t i = 1; i < slices.size(); ++i) {
      all.insert(all.end(), slices[i].begin(), slices[i].end());
    }
    return all;
  }

  // A slice is known by its start, which no two slices share.
  static std::size_t slice_of(std::size_t from, std::size_t count, std::size_t slices) {
    for (std::size_t i = 0; i < slices; ++i) {
      if (count * i / slices == from) return i;
    }
    return 0;
  }

  template <typename T>
  void sort_parallel(std::vector<T>& list) const {
    if (threads_ < 2 || list.size() < 50'000) {
      std::sort(list.begin(), list.end());
      return;
    }
    const auto middle = list.begin() + static_cast<std::ptrdiff_t>(list.size() / 2);
    run_in_slices(list.size(), 2, [&](std::size_t from, std::size_t) {
      from == 0 ? std::sort(list.begin(), middle) : std::sort(middle, list.end());
    });
    std::inplace_merge(list.begin(), middle, list.end());
  }

  template <typename Visit>
  static void for_each_block(const Keys& keys, const Visit& visit) {
    for (std::size_t begin = 0; begin < keys.size();) {
      std::size_t end = begin + 1;
      while (end < keys.size() && keys[end].key == keys[begin].key) ++end;
      if (end - begin > 1) visit(begin, end);
      begin = end;
    }
  }

  // The longest block such that all blocks up to it together stay within the budget.
  std::size_t longest_block(const Keys& keys) const {
    constexpr std::size_t kSizes = 2000;
    std::vector<std::uint64_t> pairs(kSizes + 1, 0);
    for_each_block(keys, [&](std::size_t begin, std::size_t end) {
      const std::size_t size = end - begin;
      if (size <= kSizes) pairs[size] += size * (size - 1) / 2;
    });
    std::uint64_t total = 0;
    for (std::size_t size = 2; size <= kSizes; ++size) {
      total += pairs[size];
      if (total > budget_) return size - 1;
    }
    return kSizes;
  }

  void add(Record a, Record b) {
    if (a > b) std::swap(a, b);
    if (a == b || (corpus_.two_tables && ((a < corpus_.split) == (b < corpus_.split)))) return;
    pairs_.push_back(std::uint64_t{a} << 35 | std::uint64_t{b} << 6 | (family_ & 63));
  }

  void all_pairs(const Keys& keys, std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      for (std::size_t j = i + 1; j < end; ++j) add(keys[i].record, keys[j].record);
    }
  }

  void window_pairs(const Keys& keys, std::size_t begin, std::size_t end) {
    std::vector<std::pair<std::uint64_t, Record>> block;
    for (std::size_t i = begin; i < end; ++i) {
      block.emplace_back(order_[keys[i].record], keys[i].record);
    }
    std::sort(block.begin(), block.end());
    for (std::size_t i = 0; i < block.size(); ++i) {
      for (std::size_t j = i + 1; j < std::min(block.size(), i + 1 + kWindow); ++j) {
        add(block[i].second, block[j].second);
      }
    }
  }

  const Corpus& corpus_;
  int threads_;
  std::size_t budget_ = 0;
  std::uint64_t family_ = 0;
  std::uint64_t last_family_ = 64;
  std::vector<std::uint64_t> order_;
  std::vector<std::uint64_t> pairs_;
};

// The rarest words of each record's aliases, rarest first, at most kRarestWords; 0 fills the rest.
class RarestWords {
 public:
  RarestWords(const Corpus& corpus, int threads) : words_(corpus.records) {
    run_in_slices(corpus.records, threads, [&](std::size_t from, std::size_t to) {
      std::vector<std::uint32_t> all;
      for (std::size_t r = from; r < to; ++r) fill(corpus, static_cast<Record>(r), all);
    });
  }
  std::span<const std::uint32_t> of(Record record, std::size_t most = kRarestWords) const {
    const auto& words = words_[record];
    std::size_t count = 0;
    while (count < std::min(most, words.size()) && words[count] != 0) ++count;
    return std::span(words).first(count);
  }

 private:
  void fill(const Corpus& corpus, Record record, std::vector<std::uint32_t>& all) {
    all.clear();
    for (std::uint32_t i = corpus.alias_begin[record]; i < corpus.alias_begin[record + 1]; ++i) {
      const Alias& alias = corpus.aliases[i];
      for (std::uint32_t w = 0; w < alias.words; ++w) {
        all.push_back(corpus.alias_words[alias.first_word + w]);
      }
    }
    std::sort(all.begin(), all.end(), [&](std::uint32_t x, std::uint32_t y) {
      const float p = corpus.words.share[x], q = corpus.words.share[y];
      return p != q ? p < q : x < y;
    });
    all.erase(std::unique(all.begin(), all.end()), all.end());
    for (std::size_t i = 0; i < std::min(all.size(), kRarestWords); ++i) words_[record][i] = all[i];
  }

  std::vector<std::array<std::uint32_t, kRarestWords>> words_;
};

std::string joined_name(const Corpus& corpus, const Alias& alias) {
  std::string out;
  for (std::uint32_t w = 0; w < alias.words; ++w) {
    out += corpus.words.text.text(corpus.alias_words[alias.first_word + w]);
  }
  return out;
}

std::uint64_t sound_of(const Corpus& corpus, std::uint32_t word) {
  return hash_bytes(sound_key(corpus.words.text.text(word), 4));
}

// Four bands of two minima over hashes of the letter triples: names whose triples overlap by half
// meet in one band with a chance of two thirds.
void emit_spelling(const Corpus& corpus, Record record, int band, const Emit& emit) {
  for (std::uint32_t i = corpus.alias_begin[record]; i < corpus.alias_begin[record + 1]; ++i) {
    const std::string text = " " + joined_name(corpus, corpus.aliases[i]) + " ";
    if (text.size() < 6) continue;
    std::array<std::uint64_t, 2> least;
    least.fill(std::numeric_limits<std::uint64_t>::max());
    for (std::size_t at = 0; at + 3 <= text.size(); ++at) {
      const std::uint64_t gram = hash_bytes(std::string_view(text).substr(at, 3));
      for (std::size_t k = 0; k < 2; ++k) {
        least[k] = std::min(least[k], mix(gram ^ (static_cast<std::uint64_t>(band) * 2 + k + 1)));
      }
    }
    emit(mix(least[0], least[1]));
  }
}

void add_word_families(const RarestWords& rarest, Blocker& blocker) {
  blocker.add_family(
      [&](Record r, const Emit& emit) {
        for (const std::uint32_t word : rarest.of(r)) emit(word);
      },
      LongBlocks::kSkip);
  blocker.add_family(
      [&](Record r, const Emit& emit) {
        const auto words = rarest.of(r);
        for (std::size_t i = 0; i < words.size(); ++i) {
          for (std::size_t j = i + 1; j < words.size(); ++j) {
            emit(mix(std::min(words[i], words[j]), std::max(words[i], words[j])));
          }
        }
      },
      LongBlocks::kSkip);
}

void add_spelling_families(const Corpus& corpus, Blocker& blocker) {
  blocker.add_family(
      [&](Record r, const Emit& emit) {
        const std::uint64_t state = corpus.state_of(r);
        for (std::uint32_t i = corpus.alias_begin[r]; i < corpus.alias_begin[r + 1]; ++i) {
          const std::string name = joined_name(corpus, corpus.aliases[i]);
          emit(hash_bytes(name, 1));
          emit(mix(hash_bytes(std::string_view(name).substr(0, 7), 2), state));
        }
      },
      LongBlocks::kWindow);
  for (int band = 0; band < 4; ++band) {
    blocker.add_family(
        [&corpus, band](Record r, const Emit& emit) { emit_spelling(corpus, r, band, emit); },
        LongBlocks::kSkip);
  }
}

// A rare word, or its sound, together with an equal town, street, date, ...
void add_word_and_field_families(const Corpus& corpus, const RarestWords& rarest,
                                 Blocker& blocker) {
  for (const Field& field : corpus.fields) {
    if (field.kind == FieldKind::kCategory || field.kind == FieldKind::kText) continue;
    blocker.add_family(
        [&](Record r, const Emit& emit) {
          const std::uint64_t value = field.value[r];
          if (value == 0) return;
          for (const std::uint32_t word : rarest.of(r, 3)) {
            emit(mix(word, value));
            emit(mix(sound_of(corpus, word), mix(value)));
          }
        },
        LongBlocks::kSkip);
  }
}

bool stands_alone(FieldKind kind) {
  return kind == FieldKind::kIdentifier || kind == FieldKind::kPhone || kind == FieldKind::kDate ||
         kind == FieldKind::kStreet;
}

// Up to two keys of one field: the value, and something that survives a misspelling.
void emit_field(const Field& field, Record r, const Emit& emit) {
  const std::uint32_t value = field.value[r];
  if (value == 0) return;
  emit(mix(value, 1));
  const std::string_view text = field.text.text(value);
  if (field.kind == FieldKind::kGivenName || field.kind == FieldKind::kSurname ||
      field.kind == FieldKind::kText || field.kind == FieldKind::kCity) {
    emit(hash_bytes(sound_key(text, 4), 2));
  } else if (field.kind == FieldKind::kDate && text.size() == 8) {
    emit(hash_bytes(text.substr(0, 4), 3));
    emit(hash_bytes(text.substr(4, 4), 4));
  }
}

void add_field_families(const Corpus& corpus, Blocker& blocker) {
  for (const Field& field : corpus.fields) {
    if (!stands_alone(field.kind)) continue;
    blocker.add_family(
        [&](Record r, const Emit& emit) {
          if (field.value[r] != 0) emit(field.value[r]);
        },
        LongBlocks::kSkip);
  }
  if (corpus.has_name) return;
  for (std::size_t i = 0; i < corpus.fields.size(); ++i) {
    for (std::size_t j = i + 1; j < corpus.fields.size(); ++j) {
      blocker.add_family(
          [&, i, j](Record r, const Emit& emit) {
            emit_field(corpus.fields[i], r, [&](std::uint64_t x) {
              emit_field(corpus.fields[j], r, [&](std::uint64_t y) { emit(mix(x, y)); });
            });
          },
          LongBlocks::kWindow);
    }
  }
}

}  // namespace

std::vector<Candidate> find_candidates(const Corpus& corpus, int threads,
                                       const StageReport& progress) {
  const std::size_t fields = corpus.fields.size();
  Blocker blocker(corpus, threads, corpus.has_name ? kFamilies : fields * (fields + 1) / 2);
  progress("finding candidates", 0);
  if (corpus.has_name) {
    const RarestWords rarest(corpus, threads);
    add_word_families(rarest, blocker);
    add_spelling_families(corpus, blocker);
    progress("finding candidates", 0.3);
    add_word_and_field_families(corpus, rarest, blocker);
  }
  progress("finding candidates", 0.5);
  add_field_families(corpus, blocker);
  progress("finding candidates", 0.9);
  return blocker.take();
}

}  // namespace daybreak::linkage
