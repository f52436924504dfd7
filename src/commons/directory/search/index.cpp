// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/search/index.hpp"

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <unordered_set>
#include <xapian.h>

#include "base/text.hpp"
#include "commons/directory/search/codec.hpp"
#include "commons/directory/search/completions.hpp"
#include "commons/directory/search/lookup.hpp"
#include "commons/directory/search/words.hpp"

namespace daybreak::directory::search {
namespace {

constexpr std::string_view kMarkKey = "mark", kVersionKey = "version";

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

// One version of the index, as readers see it.
struct Snapshot {
  Snapshot(Columns c, Postings p) : columns(std::move(c)), postings(std::move(p)) {}
  Columns columns;
  Postings postings;
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

}  // namespace

struct Index::State {
  std::string folder;
  std::shared_ptr<const NeedTree> needs;
  const Completions completions;
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
        completions(*n),
        next(n),
        synonyms(std::make_shared<Synonyms>(*n, std::vector<std::vector<std::string>>{})) {}

  std::pair<std::shared_ptr<const Snapshot>, std::shared_ptr<Readers>> current() const {
    const std::lock_guard lock(mutex);
    return {snapshot, readers};
  }
  void publish();
  void write(const Record& record);
  void forget(const Uuid& id);
  Result<void> load();
  std::vector<std::string> corrected(const std::vector<std::string>& words, Language language,
                                     const Snapshot& version, Readers& pool) const;
  // Calls `look` with the filter and the text (null when there is none) until it finds something:
  // first as written, then corrected, then with any of the words. Returns what it found.
  template <typename Look>
  std::size_t find(const Query& query, const Snapshot& version, Readers& pool,
                   std::string& corrected_text, Look look) const;
};

void Index::State::publish() {
  next.finish();
  postings.finish(next.slots());
  auto version = std::make_shared<Snapshot>(next, postings);
  version->synonyms = synonyms;
  auto fresh = std::make_shared<Readers>(folder);
  const std::lock_guard lock(mutex);
  snapshot = std::move(version);
  readers = std::move(fresh);
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

Result<void> Index::start_over() {
  try {
    // A new database in the same folder: shorter and faster than removing what was there.
    state_->writer->close();
    state_->writer =
        std::make_unique<Xapian::WritableDatabase>(state_->folder, Xapian::DB_CREATE_OR_OVERWRITE);
    state_->writer->set_metadata(std::string(kVersionKey), std::string(kCodecVersion));
    state_->next = Columns(state_->needs);
    state_->postings = {};
    state_->known_words.clear();
  } catch (const Xapian::Error& error) {
    return xapian_failed(error);
  }
  return {};
}

Result<void> Index::replace_all(std::span<const Record> records, std::string_view mark) {
  TRY(start_over());
  for (const Record& record : records) TRY(put(record));
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

std::vector<Uuid> Index::records_of(std::span<const Uuid> services) const {
  const std::unordered_set<Uuid> wanted(services.begin(), services.end());
  const auto version = state_->current().first;
  std::vector<Uuid> found;
  for (const Slot slot : version->columns.by_name())
    if (const Row& row = version->columns.row(slot); wanted.contains(row.service))
      found.push_back(row.id);
  return found;
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

template <typename Look>
std::size_t Index::State::find(const Query& query, const Snapshot& version, Readers& pool,
                               std::string& corrected_text, Look look) const {
  const Filter filter = version.columns.compile(query);
  const std::vector<std::string> words = words_of(query.text);
  if (words.empty()) return look(filter, nullptr);
  if (filter.impossible) return 0;

  const auto with = [&](const std::vector<std::string>& these, Joined joined) {
    const TextPlan plan = plan_of(these, query.language, *version.synonyms);
    TextScan text(version.postings, plan, joined, version.columns.size());
    return look(filter, &text);
  };
  std::size_t count = with(words, Joined::kAll);
  if (count > 0) return count;
  const std::vector<std::string> better = corrected(words, query.language, version, pool);
  if (better != words) {
    count = with(better, Joined::kAll);
    if (count > 0 || better.size() == 1) corrected_text = join(better, " ");
    if (count > 0) return count;
  }
  return better.size() > 1 ? with(better, Joined::kAny) : 0;
}

Result<Answer> Index::search(const Query& query) const {
  // A reader of an old revision is told so when two commits have passed: it starts again.
  for (int attempt = 0;; ++attempt) {
    const auto [version, pool] = state_->current();
    const Columns& columns = version->columns;
    try {
      Answer answer;
      Found found;
      answer.total = state_->find(query, *version, *pool, answer.corrected_text,
                                  [&](const Filter& filter, TextScan* text) {
                                    found = find_first(columns, query, filter, text);
                                    return found.total;
                                  });
      answer.hits.reserve(found.page.size());
      for (const Slot slot : found.page) {
        const Row& row = columns.row(slot);
        answer.hits.push_back(
            {row.id, row.service, row.organization, distance_of(columns, query, slot),
             columns.capacity(slot).at(query.now), columns.facts(slot).overdue, row.shown->card});
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
  const Columns& columns = version->columns;
  try {
    std::string corrected_text;
    std::vector<std::size_t> counts(state_->needs->all().size());
    constexpr float kAnyWeight = 0;
    state_->find(query, *version, *pool, corrected_text, [&](const Filter& filter, TextScan* text) {
      return each_match(columns, filter, text, kAnyWeight, [&](Slot slot, float) {
        for (const std::uint16_t need : columns.row(slot).needs) ++counts[need];
      });
    });
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
  return state_->completions.suggest(typed, language, limit, version->columns);
}

}  // namespace daybreak::directory::search
