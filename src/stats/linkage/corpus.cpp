// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/linkage/corpus.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <thread>

#include "base/text.hpp"
#include "embedded/linkage_words.hpp"
#include "stats/linkage/words.hpp"

namespace daybreak::linkage {
namespace {

constexpr std::size_t kMostFields = 24;
constexpr double kBackgroundNames = 5000;     // weight of the background, in names
constexpr double kStateNames = 50;            // weight of the nation in a state's frequency
constexpr float kUnseenShare = 2e-5F;         // of a word that is not in the background list
constexpr std::uint32_t kStateWordCount = 6;  // rarer words need no frequency by state

struct RawRow {
  const Table* table;
  std::size_t row;
};

bool equal_rows(const RawRow& a, const RawRow& b) {
  for (std::size_t c = 0; c < a.table->columns.size(); ++c) {
    if (a.table->columns[c].at(a.row) != b.table->columns[c].at(b.row)) return false;
  }
  return true;
}

// Finds rows that are equal in every column; records are numbered by first sight.
void group_rows(const Table& table, std::size_t side, Corpus& corpus,
                std::vector<std::uint32_t>& first_row) {
  std::unordered_multimap<std::uint64_t, Record> seen;
  seen.reserve(table.rows());
  auto& record_of_row = corpus.record_of_row[side];
  record_of_row.resize(table.rows());
  for (std::size_t row = 0; row < table.rows(); ++row) {
    std::uint64_t hash = 0;
    for (const Column& column : table.columns) hash = hash_bytes(column.at(row), hash);
    Record record = corpus.records;
    const auto [from, to] = seen.equal_range(hash);
    for (auto it = from; it != to; ++it) {
      if (equal_rows({&table, first_row[it->second]}, {&table, row})) {
        record = it->second;
        break;
      }
    }
    if (record == corpus.records) {
      seen.emplace(hash, record);
      first_row.push_back(static_cast<std::uint32_t>(row));
      ++corpus.records;
    }
    record_of_row[row] = record;
  }
}

void fill_groups(Corpus& corpus) {
  corpus.group_begin.assign(corpus.records + 1, 0);
  for (const auto& side : corpus.record_of_row) {
    for (const Record record : side) ++corpus.group_begin[record + 1];
  }
  std::partial_sum(corpus.group_begin.begin(), corpus.group_begin.end(),
                   corpus.group_begin.begin());
  corpus.group_rows.resize(corpus.group_begin.back());
  std::vector<std::uint32_t> next(corpus.group_begin.begin(), corpus.group_begin.end() - 1);
  for (const auto& side : corpus.record_of_row) {
    for (std::size_t row = 0; row < side.size(); ++row) {
      corpus.group_rows[next[side[row]]++] = static_cast<std::uint32_t>(row);
    }
  }
}

bool says_nothing(std::string_view text) {
  return text == "NA" || text == "N A" || text == "NULL" || text == "NONE" || text == "UNKNOWN" ||
         text == "NOT AVAILABLE" || text == "NAN" || text == "0";
}

std::string normalise(FieldKind kind, std::string_view cell) {
  switch (kind) {
    case FieldKind::kCity:
      return normal_city(cell);
    case FieldKind::kState:
      return normal_state(cell);
    case FieldKind::kPostcode:
      return normal_postcode(cell);
    case FieldKind::kDate:
      return normal_date(cell);
    case FieldKind::kIdentifier:
    case FieldKind::kNumber:
      return normal_code(cell);
    case FieldKind::kPhone: {
      std::string code = normal_code(cell);
      if (code.size() == 11 && code.front() == '1') code.erase(0, 1);
      return code;
    }
    case FieldKind::kStreet: {
      const ParsedStreet street = parse_street(cell);
      return street.number + "|" + join(street.words, " ");
    }
    default:
      return fold(cell);
  }
}

std::array<std::uint32_t, 5> parts_of(FieldKind kind, std::string_view value, Corpus& corpus) {
  std::array<std::uint32_t, 5> parts{};
  std::size_t next = 1;
  if (kind == FieldKind::kStreet) {
    const std::size_t bar = value.find('|');
    parts[0] = corpus.parts_text.add(value.substr(0, bar));
    value.remove_prefix(bar + 1);
  }
  if (kind == FieldKind::kCity || kind == FieldKind::kStreet || kind == FieldKind::kCategory) {
    for (const std::string_view word : split(value, ' ')) {
      if (word.empty() || next == parts.size()) continue;
      parts[next++] = kind == FieldKind::kCity ? corpus.words.text.add(canonical_word(word))
                                               : corpus.parts_text.add(word);
    }
  }
  return parts;
}

const Table& table_of(const Table& a, const Table* b, const Corpus& corpus, Record record) {
  return record < corpus.split ? a : *b;
}

void fill_field(const Table& a, const Table* b, std::size_t column,
                const std::vector<std::uint32_t>& first_row, Corpus& corpus) {
  Field field;
  field.name = a.columns[column].name();
  field.kind = a.columns[column].kind();
  const bool person = field.kind == FieldKind::kGivenName || field.kind == FieldKind::kSurname;
  field.value.resize(corpus.records);
  field.parts.resize(1);
  field.count.assign(1, 0);
  for (Record record = 0; record < corpus.records; ++record) {
    const Table& table = table_of(a, b, corpus, record);
    std::string text = normalise(field.kind, table.columns[column].at(first_row[record]));
    if (text == "|" || (!person && says_nothing(text))) text.clear();
    const std::uint32_t value = field.text.add(text);
    if (value == field.parts.size()) {
      field.parts.push_back(parts_of(field.kind, text, corpus));
      field.count.push_back(0);
    }
    field.value[record] = value;
    if (value != 0) {
      ++field.count[value];
      ++field.present;
    }
  }
  corpus.fields.push_back(std::move(field));
}

// Looks a set of words up by its hash (order does not matter).
std::uint32_t whole_number(Corpus& corpus, std::span<const std::uint32_t> words) {
  std::uint64_t hash = words.size();
  for (const std::uint32_t word : words) hash += mix(word);
  const auto [entry, fresh] = corpus.whole_number.try_emplace(
      mix(hash), static_cast<std::uint32_t>(corpus.whole_count.size()));
  if (fresh) corpus.whole_count.push_back(0);
  return entry->second;
}

struct ParsedCell {
  std::vector<ParsedName> names;
};

void fill_names(const Table& a, const Table* b, const std::vector<std::size_t>& columns,
                const std::vector<std::uint32_t>& first_row, int threads, Corpus& corpus) {
  constexpr std::size_t kBatch = 1 << 16;
  std::vector<ParsedCell> parsed(std::min<std::size_t>(kBatch, corpus.records));
  corpus.alias_begin.push_back(0);
  for (std::size_t base = 0; base < corpus.records; base += kBatch) {
    const std::size_t count = std::min(kBatch, corpus.records - base);
    run_in_slices(count, threads, [&](std::size_t from, std::size_t to) {
      for (std::size_t i = from; i < to; ++i) {
        const auto record = static_cast<Record>(base + i);
        const Table& table = table_of(a, b, corpus, record);
        parsed[i].names.clear();
        for (const std::size_t column : columns) {
          for (ParsedName& name : parse_names(table.columns[column].at(first_row[record]))) {
            if (name.words.size() == 1 && says_nothing(name.words[0])) continue;
            parsed[i].names.push_back(std::move(name));
          }
        }
      }
    });
    for (std::size_t i = 0; i < count; ++i) {
      for (const ParsedName& name : parsed[i].names) {
        Alias alias;
        alias.first_word = static_cast<std::uint32_t>(corpus.alias_words.size());
        alias.words = static_cast<std::uint8_t>(name.words.size());
        alias.forms = name.forms;
        alias.generation = name.generation;
        for (const std::string& word : name.words) {
          corpus.alias_words.push_back(corpus.words.text.add(word));
        }
        alias.whole = whole_number(
            corpus, std::span(corpus.alias_words).subspan(alias.first_word, alias.words));
        corpus.aliases.push_back(alias);
      }
      corpus.alias_begin.push_back(static_cast<std::uint32_t>(corpus.aliases.size()));
    }
  }
}

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

// The chain of places: state, then city, then postcode and street given the city.
void choose_parents(Corpus& corpus) {
  int state = -1, city = -1, postcode = -1;
  for (int i = 0; i < static_cast<int>(corpus.fields.size()); ++i) {
    const FieldKind kind = corpus.fields[static_cast<std::size_t>(i)].kind;
    if (kind == FieldKind::kState && state < 0) state = i;
    if (kind == FieldKind::kCity && city < 0) city = i;
    if (kind == FieldKind::kPostcode && postcode < 0) postcode = i;
  }
  corpus.state_field = state;
  corpus.city_field = city;
  for (int i = 0; i < static_cast<int>(corpus.fields.size()); ++i) {
    Field& field = corpus.fields[static_cast<std::size_t>(i)];
    if (i == city) field.parent = state;
    if (i == postcode) field.parent = city >= 0 ? city : state;
    if (field.kind == FieldKind::kStreet) field.parent = city >= 0 ? city : postcode;
  }
  for (Field& field : corpus.fields) {
    if (field.parent < 0) continue;
    const Field& parent = corpus.fields[static_cast<std::size_t>(field.parent)];
    std::unordered_map<std::uint64_t, std::uint32_t> both;
    std::unordered_map<std::uint32_t, std::uint32_t> parents;
    const auto key = [&](Record r) {
      return std::uint64_t{parent.value[r]} << 32 | field.value[r];
    };
    for (Record r = 0; r < corpus.records; ++r) {
      if (parent.value[r] == 0 || field.value[r] == 0) continue;
      ++both[key(r)];
      ++parents[parent.value[r]];
    }
    field.joint.assign(corpus.records, 0);
    field.parent_count.assign(corpus.records, 0);
    for (Record r = 0; r < corpus.records; ++r) {
      if (parent.value[r] == 0 || field.value[r] == 0) continue;
      field.joint[r] = both[key(r)];
      field.parent_count[r] = parents[parent.value[r]];
    }
  }
}

Result<void> check_tables(const Table& a, const Table* b) {
  if (a.columns.empty()) {
    return fail(ErrorKind::kInvalid, "there is no column to compare", {}, "name at least one");
  }
  if (a.columns.size() > kMostFields) {
    return fail(ErrorKind::kInvalid, fmt::format("{} columns are too many", a.columns.size()), {},
                fmt::format("name at most {}", kMostFields));
  }
  if (b != nullptr && b->columns.size() != a.columns.size()) {
    return fail(ErrorKind::kInvalid, "the two tables have different numbers of columns");
  }
  for (const Table* table : {&a, b}) {
    if (table == nullptr) continue;
    for (const Column& column : table->columns) {
      if (column.size() != table->rows()) {
        return fail(ErrorKind::kInvalid, "the columns have different numbers of rows",
                    "column " + column.name());
      }
    }
    if (table->rows() > 200'000'000) {
      return fail(ErrorKind::kUnsupported, "more than 200 million rows in one table");
    }
  }
  return {};
}

}  // namespace

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

double Corpus::possible_pairs() const {
  const double a = split;
  if (two_tables) return std::max(1.0, a * (records - split));
  return std::max(1.0, a * (a - 1) / 2);
}

void run_in_slices(std::size_t count, int threads,
                   const std::function<void(std::size_t, std::size_t)>& work) {
  const auto slices = static_cast<std::size_t>(std::max(1, threads));
  if (slices == 1 || count < 256) {
    if (count > 0) work(0, count);
    return;
  }
  std::vector<std::thread> pool;
  for (std::size_t i = 0; i < slices; ++i) {
    pool.emplace_back([&, i] { work(count * i / slices, count * (i + 1) / slices); });
  }
  for (std::thread& thread : pool) thread.join();
}

Result<Corpus> build_corpus(const Table& a, const Table* b, int threads, const StageReport& progress) {
  TRY(check_tables(a, b));
  Corpus corpus;
  corpus.two_tables = b != nullptr;
  corpus.rows = {a.rows(), b == nullptr ? 0 : b->rows()};
  std::vector<std::uint32_t> first_row;
  progress("grouping equal rows", 0);
  group_rows(a, 0, corpus, first_row);
  corpus.split = corpus.records;
  if (b != nullptr) group_rows(*b, 1, corpus, first_row);
  fill_groups(corpus);
  std::vector<std::size_t> name_columns;
  for (std::size_t column = 0; column < a.columns.size(); ++column) {
    if (a.columns[column].kind() == FieldKind::kName) {
      name_columns.push_back(column);
    } else {
      progress("reading " + a.columns[column].name(), 0);
      fill_field(a, b, column, first_row, corpus);
    }
  }
  choose_parents(corpus);
  corpus.has_name = !name_columns.empty();
  progress("reading names", 0);
  fill_names(a, b, name_columns, first_row, threads, corpus);
  progress("counting words", 0);
  count_words(corpus);
  count_names(corpus);
  return corpus;
}

}  // namespace daybreak::linkage
