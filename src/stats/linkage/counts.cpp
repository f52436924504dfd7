// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/linkage/counts.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "embedded/linkage_words.hpp"
#include "stats/linkage/words.hpp"

namespace daybreak::linkage {
namespace {

constexpr double kBackgroundNames = 5000;     // weight of the background, in names
constexpr double kStateNames = 50;            // weight of the nation in a state's frequency
constexpr float kUnseenShare = 2e-5F;         // of a word that is not in the background list
constexpr std::uint32_t kStateWordCount = 6;  // rarer words need no frequency by state

// Background shares by canonical word; plurals and abbreviations of the list add up.
const std::unordered_map<std::string, float>& background_shares() {
  static const std::unordered_map<std::string, float> shares = [] {
    std::unordered_map<std::string, float> map;
    const auto content = embedded::linkage_words().find("business_words.tsv");
    for (const std::string_view line : split(content.value_or(""), '\n')) {
      const std::size_t tab = line.find('\t');
      if (line.starts_with('#') || tab == std::string_view::npos) continue;
      const double per_million = to_number(line.substr(tab + 1)).value_or(0);
      map[canonical_word(line.substr(0, tab))] += static_cast<float>(per_million * 1e-6);
    }
    return map;
  }();
  return shares;
}

Words::Shape shape_of(std::string_view word) {
  Words::Shape shape;
  shape.length = static_cast<std::uint8_t>(std::min<std::size_t>(word.size(), 255));
  for (const char c : word) {
    if (c >= 'A' && c <= 'Z') {
      shape.letters |= 1U << (c - 'A');
    } else {
      shape.letters |= c >= '0' && c <= '9' ? 1U << 26 : 1U << 27;
    }
  }
  if (!word.empty()) {
    shape.first = word.front();
    shape.last = word.back();
  }
  return shape;
}

}  // namespace

void count_words(Corpus& corpus) {
  Words& words = corpus.words;
  words.shape.resize(words.text.size());
  for (std::uint32_t word = 0; word < words.text.size(); ++word) {
    words.shape[word] = shape_of(words.text.text(word));
  }
  words.count.assign(words.text.size(), 0);
  std::vector<std::uint64_t> keys;
  words.state_size.assign(
      corpus.state_field < 0
          ? 1
          : corpus.fields[static_cast<std::size_t>(corpus.state_field)].text.size(),
      0);
  std::vector<std::uint32_t> own;
  for (Record record = 0; record < corpus.records; ++record) {
    own.clear();
    for (std::uint32_t i = corpus.alias_begin[record]; i < corpus.alias_begin[record + 1]; ++i) {
      const Alias& alias = corpus.aliases[i];
      own.insert(own.end(), corpus.alias_words.begin() + alias.first_word,
                 corpus.alias_words.begin() + alias.first_word + alias.words);
    }
    const auto unique = [](std::vector<std::uint32_t>& list) {
      std::sort(list.begin(), list.end());
      list.erase(std::unique(list.begin(), list.end()), list.end());
    };
    unique(own);
    for (const std::uint32_t word : own) ++words.count[word];
    const std::uint32_t state = corpus.state_of(record);
    ++words.state_size[state];
  }
  const auto& background = background_shares();
  words.background.resize(words.text.size());
  words.share.resize(words.text.size());
  for (std::uint32_t word = 0; word < words.text.size(); ++word) {
    const auto found = background.find(std::string(words.text.text(word)));
    words.background[word] =
        found == background.end() ? kUnseenShare : std::max(found->second, kUnseenShare);
    words.share[word] =
        static_cast<float>((words.count[word] + kBackgroundNames * words.background[word]) /
                           (corpus.records + kBackgroundNames));
  }
  if (corpus.state_field < 0) return;
  for (Record record = 0; record < corpus.records; ++record) {
    const std::uint64_t state = corpus.state_of(record);
    if (state == 0) continue;
    own.clear();
    for (std::uint32_t i = corpus.alias_begin[record]; i < corpus.alias_begin[record + 1]; ++i) {
      const Alias& alias = corpus.aliases[i];
      for (std::uint32_t w = 0; w < alias.words; ++w) {
        const std::uint32_t word = corpus.alias_words[alias.first_word + w];
        if (words.count[word] < kStateWordCount ||
            std::find(own.begin(), own.end(), word) != own.end()) {
          continue;
        }
        own.push_back(word);
        ++words.state_count[state << 32 | word];
      }
    }
  }
}

namespace {

// Something counted at a place. One firm that is listed ten times at one address counts once; a
// chain counts once for each of its shops.
struct Sighting {
  std::uint64_t what;
  std::uint32_t place;
  auto operator<=>(const Sighting&) const = default;
};

// Calls visit(what, number of different places) for each thing.
template <typename Visit>
void count_places(std::vector<Sighting>& sightings, const Visit& visit) {
  std::sort(sightings.begin(), sightings.end());
  for (std::size_t begin = 0; begin < sightings.size();) {
    std::size_t end = begin;
    std::uint32_t places = 0;
    while (end < sightings.size() && sightings[end].what == sightings[begin].what) {
      places += end == begin || sightings[end].place != sightings[end - 1].place;
      ++end;
    }
    visit(sightings[begin].what, places);
    begin = end;
  }
}

// The street where there is one, else the town, else the record itself.
std::uint32_t place_of(const Corpus& corpus, int street, Record record) {
  if (street >= 0) {
    const std::uint32_t value = corpus.fields[static_cast<std::size_t>(street)].value[record];
    if (value != 0) return value << 1;
  }
  if (corpus.city_field >= 0) {
    const std::uint32_t value =
        corpus.fields[static_cast<std::size_t>(corpus.city_field)].value[record];
    if (value != 0) return value << 1 | 1;
  }
  return static_cast<std::uint32_t>(mix(record));
}

}  // namespace

// Whole names, and pairs of words that go together ("STEAK HOUSE").
void count_names(Corpus& corpus) {
  Words& words = corpus.words;
  int street = -1;
  for (std::size_t i = 0; i < corpus.fields.size(); ++i) {
    if (corpus.fields[i].kind == FieldKind::kStreet) street = static_cast<int>(i);
  }
  std::vector<Sighting> wholes, pairs;
  std::vector<std::uint32_t> own;
  for (Record record = 0; record < corpus.records; ++record) {
    const std::uint32_t place = place_of(corpus, street, record);
    for (std::uint32_t k = corpus.alias_begin[record]; k < corpus.alias_begin[record + 1]; ++k) {
      const Alias& alias = corpus.aliases[k];
      wholes.push_back({alias.whole, place});
      own.assign(corpus.alias_words.begin() + alias.first_word,
                 corpus.alias_words.begin() + alias.first_word + alias.words);
      std::sort(own.begin(), own.end());
      own.erase(std::unique(own.begin(), own.end()), own.end());
      std::erase_if(own, [&](std::uint32_t word) { return words.count[word] < 3; });
      for (std::size_t i = 0; i < own.size(); ++i) {
        for (std::size_t j = i + 1; j < own.size(); ++j) {
          pairs.push_back({std::uint64_t{own[i]} << 32 | own[j], place});
        }
      }
    }
  }
  count_places(wholes, [&](std::uint64_t whole, std::uint32_t places) {
    corpus.whole_count[whole] = places;
  });
  count_places(pairs, [&](std::uint64_t pair, std::uint32_t places) {
    if (places < 2) return;
    const double share = (places - 1.5) / corpus.records;
    const double chance =
        static_cast<double>(words.share[pair >> 32]) * words.share[pair & 0xFFFFFFFF];
    const double bits = std::log2(share / chance);
    if (bits > 0.5) words.attractions.emplace(pair, static_cast<float>(bits));
  });
}

double Words::share_in(std::uint32_t word, std::uint32_t state) const {
  if (state == 0) return share[word];
  std::uint32_t here = 0;
  if (count[word] >= kStateWordCount) {
    const auto found = state_count.find(std::uint64_t{state} << 32 | word);
    if (found != state_count.end()) here = found->second;
  } else {
    return share[word];
  }
  return (here + kStateNames * share[word]) / (state_size[state] + kStateNames);
}

double Words::attraction(std::uint32_t a, std::uint32_t b) const {
  const auto found = attractions.find(std::uint64_t{std::min(a, b)} << 32 | std::max(a, b));
  return found == attractions.end() ? 0 : found->second;
}

}  // namespace daybreak::linkage
