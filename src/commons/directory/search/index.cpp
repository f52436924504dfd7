// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/search/index.hpp"

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <unordered_set>
#include <xapian.h>

#include "base/text.hpp"
#include "base/unicode.hpp"
#include "commons/directory/search/codec.hpp"
#include "commons/directory/search/columns.hpp"
#include "commons/directory/search/postings.hpp"
#include "commons/directory/search/words.hpp"

namespace daybreak::directory::search {
namespace {

constexpr std::string_view kMarkKey = "mark", kVersionKey = "version";
constexpr std::size_t kMostSuggestions = 50;

tl::unexpected<Error> xapian_failed(const Xapian::Error& error) {
  const bool corrupt = error.get_type() == std::string_view("DatabaseCorruptError") ||
                       error.get_type() == std::string_view("DatabaseVersionError") ||
                       error.get_type() == std::string_view("DatabaseOpeningError");
  return fail(
      corrupt ? ErrorKind::kCorrupt : ErrorKind::kUnavailable,
      "the search index failed: " + error.get_msg(), "search index",
      corrupt
          ? "Remove the folder search/ of the data directory; it is made again at the next start"
          : "Look at the free space and rights of the data directory");
}

// A name or need that may complete what is typed.
struct Completion {
  std::string key;  // folded
  std::string shown;
  int rank;  // smaller is better
};

// One version of the index, as readers see it.
struct Snapshot {
  Snapshot(Columns c, Postings p) : columns(std::move(c)), postings(std::move(p)) {}
  Columns columns;
  Postings postings;
  std::vector<Completion> completions[2];  // by Language, sorted by key
  std::shared_ptr<const Synonyms> synonyms;
};

// Xapian databases of the newest revision, each lent to one thread at a time.
class Readers {
 public:
  explicit Readers(std::string folder) : folder_(std::move(folder)) {}

  class Lease {
   public:
    Lease(Readers& readers, std::unique_ptr<Xapian::Database> database)
        : readers_(readers), database_(std::move(database)) {}
    ~Lease() {
      const std::lock_guard lock(readers_.mutex_);
      readers_.idle_.push_back(std::move(database_));
    }
    Xapian::Database& operator*() { return *database_; }

   private:
    Readers& readers_;
    std::unique_ptr<Xapian::Database> database_;
  };

  Lease lend() {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        auto database = std::move(idle_.back());
        idle_.pop_back();
        return Lease(*this, std::move(database));
      }
    }
    return Lease(*this, std::make_unique<Xapian::Database>(folder_));
  }

 private:
  std::mutex mutex_;
  std::string folder_;
  std::vector<std::unique_ptr<Xapian::Database>> idle_;
};

struct Match {
  Slot slot = 0;
  float weight = 0;
  std::optional<double> distance;
};

std::vector<Match> matches_of_text(const std::vector<Scored>& found, const Columns& columns,
                                   const Filter& filter) {
  std::vector<Match> matches;
  std::optional<double> distance;
  // The branch of a need is a sorted list, as the found slots are.
  const std::vector<Slot>& allowed = columns.candidates(filter);
  auto next = allowed.begin();
  for (const Scored& one : found) {
    if (filter.need) {
      next = std::lower_bound(next, allowed.end(), one.slot);
      if (next == allowed.end()) break;
      if (*next != one.slot) continue;
    }
    if (columns.matches(one.slot, filter, distance))
      matches.push_back({one.slot, one.weight, distance});
  }
  return matches;
}

std::vector<Match> matches_of_filter(const Columns& columns, const Filter& filter) {
  std::vector<Match> matches;
  std::optional<double> distance;
  for (const Slot slot : columns.candidates(filter))
    if (columns.matches(slot, filter, distance)) matches.push_back({slot, 0, distance});
  return matches;
}

// The order of results: overdue records after the others, then by the asked order, then by name
// and id so that no two are ever equal.
class Before {
 public:
  Before(const Columns& columns, const Query& query, bool with_text)
      : columns_(columns), order_(query.order) {
    if (order_ == Order::kBest && !with_text)
      order_ = query.place ? Order::kDistance : Order::kName;
  }
  bool operator()(const Match& a, const Match& b) const {
    const Facts& p = columns_.facts(a.slot);
    const Facts& q = columns_.facts(b.slot);
    if (p.overdue != q.overdue) return q.overdue;
    if (order_ == Order::kBest && a.weight != b.weight) return a.weight > b.weight;
    if (order_ == Order::kDistance) {
      if (a.distance.has_value() != b.distance.has_value()) return a.distance.has_value();
      if (a.distance && *a.distance != *b.distance) return *a.distance < *b.distance;
      if (!a.distance && p.level != q.level) return p.level < q.level;
    }
    const Row& x = columns_.row(a.slot);
    const Row& y = columns_.row(b.slot);
    if (x.name_key != y.name_key) return x.name_key < y.name_key;
    return x.id < y.id;
  }

 private:
  const Columns& columns_;
  Order order_;
};

}  // namespace

struct Index::State {
  std::string folder;
  std::shared_ptr<const NeedTree> needs;
  std::unique_ptr<Xapian::WritableDatabase> writer;
  Columns next;                                 // what the next commit will show
  Postings postings;                            // the same
  std::unordered_set<std::string> known_words;  // in the spelling dictionary
  std::shared_ptr<const Synonyms> synonyms;

  mutable std::mutex mutex;  // guards the two pointers below, never held during work
  std::shared_ptr<const Snapshot> snapshot;
  std::shared_ptr<Readers> readers;

  State(std::string f, std::shared_ptr<const NeedTree> n)
      : folder(std::move(f)),
        needs(n),
        next(n),
        synonyms(std::make_shared<Synonyms>(*n, std::vector<std::vector<std::string>>{})) {}

  std::pair<std::shared_ptr<const Snapshot>, std::shared_ptr<Readers>> current() const {
    const std::lock_guard lock(mutex);
    return {snapshot, readers};
  }
  void publish();
  void add_completions(Snapshot& version) const;
  void write(const Record& record);
  void forget(const Uuid& id);
  Result<void> load();
  std::vector<std::string> corrected(const std::vector<std::string>& words, Language language,
                                     const Snapshot& version, Readers& pool) const;
  std::vector<Match> find(const Query& query, const Snapshot& version, Readers& pool,
                          std::string& corrected_text) const;
};

void Index::State::publish() {
  next.finish();
  auto version = std::make_shared<Snapshot>(next, postings);
  version->synonyms = synonyms;
  add_completions(*version);
  auto fresh = std::make_shared<Readers>(folder);
  const std::lock_guard lock(mutex);
  snapshot = std::move(version);
  readers = std::move(fresh);
}

void Index::State::add_completions(Snapshot& version) const {
  for (const Language language : {Language::kEnglish, Language::kSpanish}) {
    auto& list = version.completions[static_cast<int>(language)];
    const bool english = language == Language::kEnglish;
    for (const Need& need : needs->all()) {
      const std::string& label = english ? need.label_english : need.label_spanish;
      list.push_back({fold_for_search(label), label, 0});
      for (const std::string& synonym : english ? need.synonyms_english : need.synonyms_spanish)
        list.push_back({fold_for_search(synonym), synonym, 1});
    }
    for (const Slot slot : version.columns.candidates(Filter{}))
      list.push_back({version.columns.row(slot).name_key, version.columns.row(slot).name, 2});
    std::ranges::sort(list, [](const Completion& a, const Completion& b) {
      return std::tie(a.key, a.rank) < std::tie(b.key, b.rank);
    });
    const auto same = [](const Completion& a, const Completion& b) { return a.key == b.key; };
    list.erase(std::ranges::unique(list, same).begin(), list.end());
  }
}

void Index::State::write(const Record& record) {
  forget(record.id);
  const RecordWords words = words_of_record(record, *needs);
  Xapian::Document document;
  std::uint32_t length = 0;
  for (const TermWeight& term : words.terms) {
    document.add_term(term.term, term.weight);
    length += term.weight;
  }
  document.add_boolean_term(id_term(record.id));
  document.set_data(encode(record));
  const Slot slot = writer->replace_document(id_term(record.id), document);
  for (const TermWeight& term : words.terms) postings.add(slot, term.term, term.weight, length);
  for (const std::string& word : words.vocabulary)
    if (known_words.insert(word).second) writer->add_spelling(word);
  next.put(slot, record);
}

// Takes a record out of what is in memory, by the terms that the word index has for it.
void Index::State::forget(const Uuid& id) {
  const Slot slot = next.slot_of(id);
  if (slot == 0) return;
  for (auto term = writer->termlist_begin(slot); term != writer->termlist_end(slot); ++term)
    postings.remove(slot, *term);
  next.remove(slot);
}

// Reads everything that the word index holds.
Result<void> Index::State::load() {
  std::vector<std::uint32_t> lengths(writer->get_lastdocid() + 1);
  for (auto document = writer->postlist_begin(""); document != writer->postlist_end("");
       ++document) {
    const std::string data = writer->get_document(*document, Xapian::DOC_ASSUME_VALID).get_data();
    next.put(*document, TRY(decode(data)));
    lengths[*document] = document.get_doclength();
  }
  for (auto term = writer->allterms_begin(); term != writer->allterms_end(); ++term) {
    if (is_id_term(*term)) continue;
    for (auto posting = writer->postlist_begin(*term); posting != writer->postlist_end(*term);
         ++posting)
      postings.add(*posting, *term, posting.get_wdf(), lengths[*posting]);
  }
  for (auto word = writer->spellings_begin(); word != writer->spellings_end(); ++word)
    known_words.insert(*word);
  return {};
}

Index::Index(std::unique_ptr<State> state) : state_(std::move(state)) {}
Index::~Index() = default;

Result<std::unique_ptr<Index>> Index::open(const std::string& folder,
                                           std::shared_ptr<const NeedTree> needs) {
  auto state = std::make_unique<State>(folder, std::move(needs));
  try {
    std::filesystem::create_directories(folder);
    state->writer = std::make_unique<Xapian::WritableDatabase>(folder, Xapian::DB_CREATE_OR_OPEN);
    Xapian::WritableDatabase& database = *state->writer;
    if (database.get_doccount() > 0 &&
        database.get_metadata(std::string(kVersionKey)) != kCodecVersion)
      return fail(ErrorKind::kCorrupt, "the search index is of another version", folder,
                  "Remove the folder; it is made again at the next start");
    database.set_metadata(std::string(kVersionKey), std::string(kCodecVersion));
    TRY(state->load());
    database.commit();
  } catch (const Xapian::Error& error) {
    return xapian_failed(error);
  } catch (const std::filesystem::filesystem_error& error) {
    return fail(ErrorKind::kUnavailable, error.code().message(), folder,
                "Look at the free space and rights of the data directory");
  }
  state->publish();
  return std::unique_ptr<Index>(new Index(std::move(state)));
}

std::string Index::mark() const { return state_->writer->get_metadata(std::string(kMarkKey)); }

Result<void> Index::replace_all(std::span<const Record> records, std::string_view mark) {
  try {
    // A new database in the same folder: shorter and faster than removing what was there.
    state_->writer->close();
    state_->writer =
        std::make_unique<Xapian::WritableDatabase>(state_->folder, Xapian::DB_CREATE_OR_OVERWRITE);
    state_->writer->set_metadata(std::string(kVersionKey), std::string(kCodecVersion));
    state_->next = Columns(state_->needs);
    state_->postings = {};
    state_->known_words.clear();
    for (const Record& record : records) state_->write(record);
  } catch (const Xapian::Error& error) {
    return xapian_failed(error);
  }
  return commit(mark);
}

Result<void> Index::put(const Record& record) {
  try {
    state_->write(record);
  } catch (const Xapian::Error& error) {
    return xapian_failed(error);
  }
  return {};
}

Result<void> Index::remove(const Uuid& id) {
  try {
    state_->forget(id);
    state_->writer->delete_document(id_term(id));
  } catch (const Xapian::Error& error) {
    return xapian_failed(error);
  }
  return {};
}

Result<void> Index::commit(std::string_view mark) {
  try {
    state_->writer->set_metadata(std::string(kMarkKey), std::string(mark));
    state_->writer->commit();
  } catch (const Xapian::Error& error) {
    return xapian_failed(error);
  }
  state_->publish();
  return {};
}

Result<void> Index::set_capacity(const Uuid& id, Capacity capacity, Instant expires) {
  const auto [version, readers] = state_->current();
  const Slot slot = version->columns.slot_of(id);
  if (slot == 0) return fail(ErrorKind::kNotFound, "no such record in the search index");
  version->columns.capacity(slot).set(capacity, expires);
  return {};
}

void Index::set_synonyms(const std::vector<std::vector<std::string>>& groups) {
  state_->synonyms = std::make_shared<Synonyms>(*state_->needs, groups);
  state_->publish();
}

std::size_t Index::size() const { return state_->current().first->columns.size(); }

std::vector<std::string> Index::State::corrected(const std::vector<std::string>& words,
                                                 Language language, const Snapshot& version,
                                                 Readers& pool) const {
  std::vector<std::string> better;
  for (std::size_t at = 0; at < words.size();) {
    std::size_t length = 0;
    if (version.synonyms->longest(words, at, length) == nullptr) {
      length = 1;
      if (version.postings.count(word_term(words[at], language)) == 0) {
        Readers::Lease database = pool.lend();
        const unsigned distance = words[at].size() < 5 ? 1 : 2;
        const std::string suggestion = (*database).get_spelling_suggestion(words[at], distance);
        better.push_back(suggestion.empty() ? words[at] : suggestion);
        ++at;
        continue;
      }
    }
    for (const std::size_t end = at + length; at < end; ++at) better.push_back(words[at]);
  }
  return better;
}

std::vector<Match> Index::State::find(const Query& query, const Snapshot& version, Readers& pool,
                                      std::string& corrected_text) const {
  const Filter filter = version.columns.compile(query);
  const std::vector<std::string> words = words_of(query.text);
  if (words.empty()) return matches_of_filter(version.columns, filter);
  if (filter.impossible) return {};

  const auto with = [&](const std::vector<std::string>& these, Joined joined) {
    const TextPlan plan = plan_of(these, query.language, *version.synonyms);
    return matches_of_text(version.postings.find(plan, joined, version.columns.size()),
                           version.columns, filter);
  };
  std::vector<Match> matches = with(words, Joined::kAll);
  if (!matches.empty()) return matches;
  const std::vector<std::string> better = corrected(words, query.language, version, pool);
  if (better != words) {
    matches = with(better, Joined::kAll);
    if (!matches.empty() || better.size() == 1) corrected_text = join(better, " ");
    if (!matches.empty()) return matches;
  }
  return better.size() > 1 ? with(better, Joined::kAny) : matches;
}

Result<Answer> Index::search(const Query& query) const {
  // A reader of an old revision is told so when two commits have passed: it starts again.
  for (int attempt = 0;; ++attempt) {
    const auto [version, pool] = state_->current();
    try {
      Answer answer;
      std::vector<Match> matches = state_->find(query, *version, *pool, answer.corrected_text);
      answer.total = matches.size();
      const Before before(version->columns, query, !words_of(query.text).empty());
      const std::size_t begin = std::min(query.offset, matches.size());
      const std::size_t end = std::min(begin + query.limit, matches.size());
      std::ranges::partial_sort(matches, matches.begin() + static_cast<std::ptrdiff_t>(end),
                                before);
      for (std::size_t i = begin; i < end; ++i) {
        const Row& row = version->columns.row(matches[i].slot);
        answer.hits.push_back({row.id, row.service, row.organization, matches[i].distance,
                               version->columns.capacity(matches[i].slot).at(query.now),
                               version->columns.facts(matches[i].slot).overdue, row.card});
      }
      return answer;
    } catch (const Xapian::DatabaseModifiedError& error) {
      if (attempt == 3) return xapian_failed(error);
    } catch (const Xapian::Error& error) {
      return xapian_failed(error);
    }
  }
}

Result<std::vector<std::pair<std::string, std::size_t>>> Index::count_by_need(
    const Query& query) const {
  const auto [version, pool] = state_->current();
  try {
    std::string corrected_text;
    std::vector<std::size_t> counts(state_->needs->all().size());
    for (const Match& match : state_->find(query, *version, *pool, corrected_text))
      for (const std::uint16_t need : version->columns.row(match.slot).needs) ++counts[need];
    std::vector<std::pair<std::string, std::size_t>> result;
    for (std::size_t i = 0; i < counts.size(); ++i)
      if (counts[i] > 0) result.emplace_back(state_->needs->all()[i].code, counts[i]);
    return result;
  } catch (const Xapian::Error& error) {
    return xapian_failed(error);
  }
}

std::vector<std::string> Index::suggest(std::string_view typed, Language language,
                                        std::size_t limit) const {
  const auto [version, pool] = state_->current();
  const std::string prefix = fold_for_search(typed);
  if (prefix.empty()) return {};
  const auto& list = version->completions[static_cast<int>(language)];
  std::vector<const Completion*> found;
  for (auto at = std::ranges::lower_bound(list, prefix, {}, &Completion::key);
       at != list.end() && at->key.starts_with(prefix) && found.size() < kMostSuggestions; ++at)
    found.push_back(&*at);
  std::ranges::stable_sort(found, {}, [](const Completion* c) { return c->rank; });
  std::vector<std::string> shown;
  for (const Completion* completion : found) {
    if (shown.size() == limit) break;
    shown.push_back(completion->shown);
  }
  return shown;
}

}  // namespace daybreak::directory::search
