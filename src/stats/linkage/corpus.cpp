// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/linkage/corpus.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>
#include <span>
#include <thread>

#include "base/text.hpp"
#include "stats/linkage/counts.hpp"
#include "stats/linkage/words.hpp"

namespace daybreak::linkage {
namespace {

constexpr std::size_t kMostFields = 24;

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

Result<Corpus> build_corpus(const Table& a, const Table* b, int threads,
                            const StageReport& progress) {
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
