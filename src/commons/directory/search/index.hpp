// SPDX-License-Identifier: AGPL-3.0-or-later
// The search index of the directory for one audience: words by Xapian (stemming in English and
// Spanish, synonyms, spelling), everything else by columns in memory. One Index per audience, in a
// folder of its own, so that no word, order or count of one audience depends on what only another
// may see.
//
// Call order: open (replace_all | start_over? (put | remove)* commit)* ; search, suggest and count
// at any time. search, suggest and size may be called from any thread at once; the writing calls
// from one thread at a time. Readers see a commit as a whole or not at all.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "commons/directory/search/needs.hpp"
#include "commons/directory/search/record.hpp"

namespace daybreak::directory::search {

enum class Language : std::uint8_t { kEnglish, kSpanish };
enum class Order : std::uint8_t {
  kBest,      // relevance when there is text, else distance when there is a place, else name
  kDistance,  // nearest first; records without a point after them, local before national
  kName,
};
enum class PlaceRule : std::uint8_t {
  kWithin,   // only records whose point lies within the radius
  kServing,  // also records that serve the place (its county or state, or the nation)
};

struct Place {
  Point point;
  double radius_km = 40;
  std::uint32_t county = 0;  // FIPS of the place, 0 when not known
  PlaceRule rule = PlaceRule::kServing;
};

// An empty member does not restrict. All restrictions hold together.
struct Query {
  std::string text;
  Language language = Language::kEnglish;  // of the text
  std::string need;                        // code; its whole branch matches
  std::optional<Place> place;
  std::uint32_t county = 0;            // serves this county
  std::vector<std::string> languages;  // speaks at least one of these
  std::vector<Level> levels;
  std::uint16_t suitability = 0;  // every bit named must be said
  std::optional<int> age;         // within the age limits
  bool open_24_hours = false;
  std::optional<int> open_at;  // minute of the week, local time
  bool with_capacity = false;  // available or wait list, not expired
  bool hide_overdue = false;
  Instant now{};  // decides which capacity has expired
  Order order = Order::kBest;
  std::size_t offset = 0;
  std::size_t limit = 20;
};

struct Hit {
  Uuid id;
  Uuid service;
  Uuid organization;
  std::optional<double> distance_km;
  Capacity capacity = Capacity::kUnknown;  // as of Query::now
  bool overdue = false;
  std::string card;
};

struct Answer {
  std::vector<Hit> hits;       // the page asked for
  std::size_t total = 0;       // all that match
  std::string corrected_text;  // what was searched instead, when the text had no match as written
};

class Index {
 public:
  // Opens the index in `folder`, making it when it is not there. Fails with kCorrupt when the files
  // are damaged or of another version: the caller removes the folder and fills it again.
  static Result<std::unique_ptr<Index>> open(const std::string& folder,
                                             std::shared_ptr<const NeedTree> needs);
  ~Index();

  // The caller's mark of what the index holds (for example the store's change counter).
  std::string mark() const;

  // Replaces everything by these records, and the synonym groups that searches use from then on.
  Result<void> replace_all(std::span<const Record> records, std::string_view mark);
  // Forgets everything; takes effect with commit, as what is put until then.
  Result<void> start_over();
  // Adds or replaces one record; takes effect with commit.
  Result<void> put(const Record& record);
  Result<void> remove(const Uuid& id);
  Result<void> commit(std::string_view mark);
  // Changes only the capacity, at once and without a commit of the words.
  Result<void> set_capacity(const Uuid& id, Capacity capacity, Instant expires);

  // Words that mean the same in this field; each group is a list of words or short phrases.
  void set_synonyms(const std::vector<std::vector<std::string>>& groups);

  Result<Answer> search(const Query& query) const;
  // How many match, by need code (each record counts once in each of its branches).
  Result<std::vector<std::pair<std::string, std::size_t>>> count_by_need(const Query& query) const;
  // Names and needs that begin with the typed words, best first.
  std::vector<std::string> suggest(std::string_view typed, Language language,
                                   std::size_t limit) const;
  std::size_t size() const;
  // The records of these services.
  std::vector<Uuid> records_of(std::span<const Uuid> services) const;

 private:
  struct State;
  explicit Index(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace daybreak::directory::search
