// SPDX-License-Identifier: AGPL-3.0-or-later
// The search index against a plain scan, and the searches that advocates make.
#include "commons/directory/search/index.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <set>
#include <sstream>
#include <tuple>

#include "base/random.hpp"
#include "base/test_result.hpp"

namespace daybreak::directory::search {
namespace {

std::shared_ptr<const NeedTree> needs() {
  static const auto kTree = [] {
    std::ifstream file(DAYBREAK_SOURCE_DIR "/data/directory/needs.csv");
    std::stringstream text;
    text << file.rdbuf();
    return std::make_shared<const NeedTree>(NeedTree::parse(text.str()).value());
  }();
  return kTree;
}

// A folder that is gone when the test ends.
class Folder {
 public:
  Folder() {
    SystemRandom random;
    path_ = std::filesystem::temp_directory_path() /
            ("daybreak-search-" + std::to_string(random.number()));
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

Uuid id_of(int number) {
  std::array<std::uint8_t, 16> bytes{};
  bytes[14] = static_cast<std::uint8_t>(number >> 8);
  bytes[15] = static_cast<std::uint8_t>(number);
  bytes[0] = 1;
  return Uuid(bytes);
}

Record record(int number, std::string name, std::vector<std::string> codes, std::string text = {}) {
  Record made;
  made.id = made.service = id_of(number);
  made.organization = id_of(number + 30000);
  made.name = std::move(name);
  made.organization_name = "Demonstration Partner " + std::to_string(number);
  made.needs = std::move(codes);
  made.text_english = std::move(text);
  made.card = "card " + std::to_string(number);
  return made;
}

const Instant kNow = parse_instant("2026-11-21T12:00:00Z").value();

class SearchIndex : public ::testing::Test {
 protected:
  void fill(const std::vector<Record>& records) {
    index_ = Index::open(folder_.path(), needs()).value();
    ASSERT_TRUE(index_->replace_all(records, "1"));
  }
  std::vector<std::string> cards(Query query) {
    query.now = kNow;
    std::vector<std::string> found;
    const Answer answer = index_->search(query).value();
    for (const Hit& hit : answer.hits) found.push_back(hit.card);
    return found;
  }
  std::vector<std::string> cards(std::string text, Language language = Language::kEnglish) {
    return cards(Query{.text = std::move(text), .language = language});
  }
  Folder folder_;
  std::unique_ptr<Index> index_;
};

using Cards = std::vector<std::string>;

TEST_F(SearchIndex, FindsWordsByStemNeedSynonymAndTypo) {
  fill({record(1, "Lantern House emergency shelter", {"housing.shelter"}),
        record(2, "Harbor Legal Clinic", {"legal.wages"}, "Helps workers recover unpaid wages."),
        record(3, "Clínica Amanecer", {"health.clinic"}, "Doctors for people without insurance."),
        record(4, "Bright Path Recovery", {"substance.treatment"})});
  struct Case {
    const char* text;
    const char* card;
    Language language = Language::kEnglish;
  };
  for (const Case& c : std::vector<Case>{
           {"shelters", "card 1"},    // stem
           {"sheltr", "card 1"},      // typo, one letter missing
           {"shetler", "card 1"},     // typo, two letters swapped
           {"refuge", "card 1"},      // synonym of the need
           {"wage theft", "card 2"},  // synonym of two words
           {"robo de salario", "card 2", Language::kSpanish},
           {"salarios", "card 2", Language::kSpanish},  // stem of the Spanish label
           {"clinica", "card 3"},                       // accent left out
           {"rehab", "card 4"},                         // synonym
           {"rehabilitacion", "card 4", Language::kSpanish},
           {"i need a doctor", "card 3"},              // common words do not matter
           {"Lantern", "card 1", Language::kSpanish},  // a name, whatever the language
       }) {
    const Cards found = cards(c.text, c.language);
    ASSERT_FALSE(found.empty()) << c.text;
    EXPECT_EQ(found.front(), c.card) << c.text;
  }
  EXPECT_EQ(index_->search({.text = "sheltr"}).value().corrected_text, "shelter");
  EXPECT_TRUE(index_->search({.text = "shelter"}).value().corrected_text.empty());
  EXPECT_TRUE(cards("zzzzqqqq").empty());
}

TEST_F(SearchIndex, SynonymsThatStaffEditCountAtOnce) {
  fill({record(1, "Orchard bunkhouse inspection", {})});
  EXPECT_TRUE(cards("dormitory").empty());
  index_->set_synonyms({{"bunkhouse", "dormitory", "labor camp"}});
  EXPECT_EQ(cards("dormitory"), Cards{"card 1"});
  EXPECT_EQ(cards("labor camp"), Cards{"card 1"});
}

TEST_F(SearchIndex, CapacityExpiresAndChangesAtOnce) {
  Record bed = record(1, "Night beds", {"safety.tonight"});
  bed.capacity = Capacity::kAvailable;
  bed.capacity_expires = kNow - std::chrono::minutes(1);
  fill({bed});
  EXPECT_TRUE(cards(Query{.with_capacity = true}).empty());
  ASSERT_TRUE(index_->set_capacity(bed.id, Capacity::kAvailable, kNow + std::chrono::hours(1)));
  EXPECT_EQ(cards(Query{.with_capacity = true}), Cards{"card 1"});
  EXPECT_FALSE(index_->set_capacity(id_of(99), Capacity::kFull, kNow));
}

TEST_F(SearchIndex, NearestFirstThenThoseWhoServeThePlaceAndOverdueLast) {
  Record near = record(1, "Near", {"food"}), nearer = record(2, "Nearer", {"food"});
  Record state = record(3, "State line", {"food"}), nation = record(4, "National line", {"food"});
  Record elsewhere = record(5, "Elsewhere", {"food"}), stale = record(6, "Stale", {"food"});
  near.point = Point{42.95, -78.80};
  nearer.point = Point{42.89, -78.87};
  stale.point = Point{42.888, -78.878};
  stale.overdue = true;
  elsewhere.point = Point{30.0, -90.0};
  state.level = Level::kStatewide;
  state.states = {36};
  nation.level = Level::kNational;
  fill({near, nearer, state, nation, elsewhere, stale});
  Query query{.need = "food",
              .place = Place{.point = {42.887, -78.879}, .radius_km = 30, .county = 36029}};
  EXPECT_EQ(cards(query), (Cards{"card 2", "card 1", "card 3", "card 4", "card 6"}));
  query.place->rule = PlaceRule::kWithin;
  EXPECT_EQ(cards(query), (Cards{"card 2", "card 1", "card 6"}));
}

TEST_F(SearchIndex, OpensAgainWithWhatItHad) {
  fill({record(1, "Lantern House", {"housing.shelter"})});
  ASSERT_TRUE(index_->put(record(2, "Second House", {"housing.shelter"})));
  ASSERT_TRUE(index_->remove(id_of(1)));
  EXPECT_EQ(cards("lantern"), Cards{"card 1"}) << "not before the commit";
  ASSERT_TRUE(index_->commit("2"));
  index_.reset();
  index_ = Index::open(folder_.path(), needs()).value();
  EXPECT_EQ(index_->mark(), "2");
  EXPECT_EQ(index_->size(), 1u);
  EXPECT_EQ(cards(Query{.need = "housing"}), Cards{"card 2"});
  EXPECT_TRUE(cards("lantern").empty());
}

TEST_F(SearchIndex, DamagedFilesAreToldNotRead) {
  fill({record(1, "Lantern House", {"housing.shelter"})});
  index_.reset();
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
    std::filesystem::resize_file(entry.path(), 1);
  const auto opened = Index::open(folder_.path(), needs());
  ASSERT_FALSE(opened);
  EXPECT_EQ(kind_of(opened), ErrorKind::kCorrupt);
}

TEST_F(SearchIndex, SuggestsNeedsBeforeNames) {
  fill({record(1, "Shelter Bay", {"housing.shelter"}), record(2, "Night Owl", {})});
  const auto shown = index_->suggest("shel", Language::kEnglish, 5);
  ASSERT_GE(shown.size(), 2u);
  EXPECT_EQ(shown.front(), "Shelter");
  EXPECT_NE(std::ranges::find(shown, "Shelter Bay"), shown.end());
  EXPECT_EQ(index_->suggest("albergue para jov", Language::kSpanish, 5),
            Cards{"Albergue para jóvenes"});
  EXPECT_TRUE(index_->suggest("", Language::kEnglish, 5).empty());
}

// Every filter, alone and together, gives exactly what a plain scan over the records gives.
class PlainScan {
 public:
  static bool matches(const Record& r, const Query& q) {
    const auto serves = [&](std::uint32_t county) {
      if (!r.counties.empty()) return std::ranges::count(r.counties, county) > 0;
      if (!r.states.empty()) return std::ranges::count(r.states, county / 1000) > 0;
      return r.level == Level::kNational;
    };
    const auto in_branch = [&](const std::string& code) {
      return code == q.need || code.starts_with(q.need + ".");
    };
    if (!q.need.empty() && std::ranges::none_of(r.needs, in_branch)) return false;
    if (!q.languages.empty() && std::ranges::none_of(q.languages, [&](const auto& l) {
          return std::ranges::count(r.languages, l) > 0;
        }))
      return false;
    if (!q.levels.empty() && std::ranges::count(q.levels, r.level) == 0) return false;
    if ((r.suitability & q.suitability) != q.suitability) return false;
    if (q.age && (*q.age < r.minimum_age || *q.age > r.maximum_age)) return false;
    if (q.open_24_hours && !r.open_24_hours) return false;
    if (q.hide_overdue && r.overdue) return false;
    if (q.county != 0 && !serves(q.county)) return false;
    if (q.with_capacity && (r.capacity_expires <= q.now || (r.capacity != Capacity::kAvailable &&
                                                            r.capacity != Capacity::kWaitlist)))
      return false;
    if (!q.place) return true;
    if (r.point && distance_km(*r.point, q.place->point) <= q.place->radius_km) return true;
    return q.place->rule == PlaceRule::kServing && serves(q.place->county);
  }
};

TEST_F(SearchIndex, FiltersEqualAPlainScanExactly) {
  SeededRandom random(20261121);
  const auto pick = [&](std::size_t bound) {
    return static_cast<std::size_t>(random.below(bound));
  };
  const std::vector<std::string> kLanguages{"en", "es", "zh", "ar", "so"};
  const std::vector<std::uint32_t> kCounties{36029, 36063, 36013, 36009, 42049};
  std::vector<Record> records;
  for (int i = 1; i <= 3000; ++i) {
    Record r = record(i, "Service " + std::to_string(pick(500)), {});
    for (std::size_t n = pick(4); n > 0; --n)
      r.needs.push_back(needs()->all()[pick(needs()->all().size())].code);
    for (std::size_t n = pick(3); n > 0; --n) r.languages.push_back(kLanguages[pick(5)]);
    if (pick(10) < 8)
      r.point = Point{42.0 + static_cast<double>(pick(1500)) / 1000,
                      -79.5 + static_cast<double>(pick(2500)) / 1000};
    r.level = static_cast<Level>(pick(4));
    if (pick(3) == 0)
      r.counties = {kCounties[pick(5)], kCounties[pick(5)]};
    else if (pick(4) == 0)
      r.states = {36};
    r.suitability = static_cast<std::uint16_t>(pick(512));
    r.minimum_age = pick(2) ? 18 : 0;
    r.maximum_age = pick(4) ? 255 : 24;
    r.open_24_hours = pick(10) == 0;
    r.overdue = pick(8) == 0;
    r.capacity = static_cast<Capacity>(pick(5));
    r.capacity_expires = kNow + std::chrono::hours(static_cast<int>(pick(9)) - 4);
    records.push_back(std::move(r));
  }
  fill(records);
  for (int round = 0; round < 400; ++round) {
    Query q{.now = kNow, .limit = 10000};
    if (pick(2)) q.need = needs()->all()[pick(needs()->all().size())].code;
    if (pick(2))
      q.place = Place{.point = {42.9, -78.8},
                      .radius_km = static_cast<double>(5 + pick(90)),
                      .county = kCounties[pick(5)],
                      .rule = pick(2) ? PlaceRule::kWithin : PlaceRule::kServing};
    if (pick(3) == 0) q.county = kCounties[pick(5)];
    if (pick(3) == 0) q.languages = {kLanguages[pick(5)], "xx"};
    if (pick(4) == 0) q.levels = {Level::kLocal, Level::kStatewide};
    if (pick(4) == 0) q.suitability = static_cast<std::uint16_t>(1 << pick(9));
    if (pick(4) == 0) q.age = static_cast<int>(pick(40));
    q.open_24_hours = pick(6) == 0;
    q.with_capacity = pick(5) == 0;
    q.hide_overdue = pick(5) == 0;
    q.order = static_cast<Order>(pick(3));

    std::set<Uuid> expected, found;
    for (const Record& r : records)
      if (PlainScan::matches(r, q)) expected.insert(r.id);
    const Answer answer = index_->search(q).value();
    for (const Hit& hit : answer.hits) found.insert(hit.id);
    ASSERT_EQ(found, expected) << "round " << round;
    ASSERT_EQ(answer.total, expected.size());
    double last = -1;
    for (const Hit& hit : answer.hits) {
      if (hit.overdue) break;
      if (q.place && q.order != Order::kName && hit.distance_km) {
        EXPECT_GE(*hit.distance_km, last);
        last = *hit.distance_km;
      }
    }
  }
}

// What is left out early, because it cannot be among the first, never shows.
TEST_F(SearchIndex, TheFirstPageIsTheBeginningOfTheWholeAnswerInTheExactOrder) {
  SeededRandom random(77);
  const auto pick = [&](std::size_t bound) {
    return static_cast<std::size_t>(random.below(bound));
  };
  const std::vector<std::string> kWords{"river", "stone", "lamp", "orchard", "bridge", "willow"};
  std::vector<Record> records;
  for (int i = 1; i <= 4000; ++i) {
    Record r = record(i, kWords[pick(6)] + ' ' + kWords[pick(6)], {"food.pantry"});
    for (std::size_t n = pick(12); n > 0; --n) r.text_english += kWords[pick(6)] + ' ';
    if (pick(10) < 9)  // many at the same or nearly the same place
      r.point = Point{42 + 0.1 * static_cast<double>(pick(8)) + 1e-7 * static_cast<double>(pick(4)),
                      -78.5 + 0.1 * static_cast<double>(pick(8))};
    r.level = static_cast<Level>(pick(4));
    r.overdue = pick(8) == 0;
    records.push_back(std::move(r));
  }
  fill(records);
  for (int round = 0; round < 150; ++round) {
    Query q{.now = kNow, .order = static_cast<Order>(pick(3)), .limit = 100'000};
    for (std::size_t n = pick(3); n > 0; --n) q.text += kWords[pick(6)] + ' ';
    if (pick(3) == 0) q.need = "food";
    if (pick(2))
      q.place = Place{.point = {42.1 + 0.1 * static_cast<double>(pick(5)), -78.4},
                      .radius_km = static_cast<double>(10 + pick(60)),
                      .rule = pick(2) ? PlaceRule::kWithin : PlaceRule::kServing};
    const Answer whole = index_->search(q).value();
    ASSERT_EQ(whole.hits.size(), whole.total);
    const auto part_of_order = [&](const Hit& hit) {
      return std::tuple(hit.overdue, !hit.distance_km, hit.distance_km.value_or(0));
    };
    const bool by_distance =
        q.order == Order::kDistance || (q.order == Order::kBest && q.place && q.text.empty());
    for (std::size_t i = 1; by_distance && i < whole.hits.size(); ++i)
      ASSERT_LE(part_of_order(whole.hits[i - 1]), part_of_order(whole.hits[i])) << round;
    q.limit = 20;
    for (q.offset = 0; q.offset < 100; q.offset += 20) {
      const Answer page = index_->search(q).value();
      EXPECT_EQ(page.total, whole.total);
      for (std::size_t i = 0; i < page.hits.size(); ++i)
        ASSERT_EQ(page.hits[i].id, whole.hits[q.offset + i].id) << round << ' ' << i;
    }
  }
}

TEST_F(SearchIndex, PagesOfOneQueryMakeTheWholeWithoutDoublesOrGaps) {
  std::vector<Record> records;
  for (int i = 1; i <= 95; ++i) records.push_back(record(i, "Same name", {"food.pantry"}));
  fill(records);
  std::set<Uuid> seen;
  for (std::size_t offset = 0; offset < 100; offset += 10) {
    const Answer page = index_->search({.need = "food", .offset = offset, .limit = 10}).value();
    for (const Hit& hit : page.hits) EXPECT_TRUE(seen.insert(hit.id).second);
  }
  EXPECT_EQ(seen.size(), 95u);
}

TEST(NeedTable, IsWholeAndBilingual) {
  EXPECT_GE(needs()->all().size(), 120u);
  for (const Need& need : needs()->all()) {
    EXPECT_FALSE(need.label_english.empty()) << need.code;
    EXPECT_FALSE(need.label_spanish.empty()) << need.code;
    EXPECT_FALSE(need.synonyms_english.empty()) << need.code;
    EXPECT_FALSE(need.synonyms_spanish.empty()) << need.code;
  }
}

TEST(NeedTable, RefusesDoublesUnknownParentsAndCycles) {
  const std::string head = "code,parent,label_en,label_es,synonyms_en,synonyms_es\n";
  for (const char* bad :
       {"a,,A,A,,\na,,B,B,,\n", "a,b,A,A,,\n", "a,b,A,A,,\nb,a,B,B,,\n", "a,,A\n", ",,A,A,,\n"}) {
    const auto parsed = NeedTree::parse(head + bad);
    ASSERT_FALSE(parsed) << bad;
    EXPECT_NE(place_of(parsed).find(':'), std::string::npos) << parsed.error().describe();
  }
}

}  // namespace
}  // namespace daybreak::directory::search
