// SPDX-License-Identifier: AGPL-3.0-or-later
#include "business_records.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace daybreak::bench {
namespace {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  double share() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  bool chance(double p) { return share() < p; }
  std::size_t below(std::size_t bound) { return next() % bound; }
  // Small numbers are common, large ones rare: of n words the first has a share of 1 / sqrt(n).
  std::size_t skewed(std::size_t bound) {
    const double x = share();
    return std::min(bound - 1, static_cast<std::size_t>(static_cast<double>(bound) * x * x));
  }
  template <typename List>
  const auto& pick(const List& list) {
    return list[below(list.size())];
  }

 private:
  std::uint64_t state_;
};

constexpr std::array<std::string_view, 24> kStarts{"BR",  "K", "M", "T",  "GR", "L", "S", "D",
                                                   "V",   "W", "H", "F",  "ST", "P", "R", "N",
                                                   "SCH", "C", "B", "TR", "J",  "Z", "G", "FL"};
constexpr std::array<std::string_view, 10> kMiddles{"A",  "E",  "I",  "O",  "U",
                                                    "AE", "EI", "OU", "IA", "O"};
constexpr std::array<std::string_view, 20> kEnds{"N",  "L",  "R",  "SON", "MAN", "TZ",  "CK",
                                                 "RD", "LL", "NG", "S",   "DEZ", "TI",  "KOV",
                                                 "RT", "NS", "M",  "LEY", "TON", "BERG"};
constexpr std::array<std::string_view, 40> kTrades{
    "FARMS",        "FARM",     "HARVESTING",  "ORCHARDS",    "NURSERY",     "LANDSCAPING",
    "CONSTRUCTION", "DAIRY",    "PRODUCE",     "TRUCKING",    "RESTAURANT",  "CAFE",
    "GRILL",        "HOTEL",    "MOTEL",       "CLEANING",    "MARKET",      "ROOFING",
    "PAINTING",     "PLUMBING", "SERVICES",    "ENTERPRISES", "CONTRACTING", "VINEYARD",
    "GREENHOUSES",  "PACKING",  "SEAFOOD",     "LAUNDRY",     "CAR WASH",    "NAIL SALON",
    "HOME CARE",    "LABOR",    "MANAGEMENT",  "FORESTRY",    "CARNIVAL",    "STAFFING",
    "BAKERY",       "PIZZA",    "AUTO REPAIR", "DRYWALL"};
constexpr std::array<std::string_view, 12> kPlaces{"VALLEY", "HILL",   "CREEK",  "RIVER",
                                                   "OAK",    "LAKE",   "GOLDEN", "GREEN",
                                                   "SUN",    "FAMILY", "BEST",   "RED"};
constexpr std::array<std::string_view, 7> kForms{" INC",  " LLC", ", LLC", ", INC.",
                                                 " CORP", " CO",  " LTD"};
constexpr std::array<std::string_view, 4> kStreetTypes{"STREET", "AVENUE", "ROAD", "DRIVE"};
constexpr std::array<std::string_view, 4> kShortTypes{"ST", "AVE", "RD", "DR"};

std::string invent_word(Dice& dice) {
  std::string word;
  const std::size_t syllables = 1 + dice.below(3);
  for (std::size_t i = 0; i < syllables; ++i) {
    word += dice.pick(kStarts);
    word += dice.pick(kMiddles);
  }
  word += dice.pick(kEnds);
  return word;
}

void mistype(Dice& dice, std::string& text) {
  if (text.size() < 4) return;
  const std::size_t at = 1 + dice.below(text.size() - 2);
  switch (dice.below(4)) {
    case 0:
      text.erase(at, 1);
      break;
    case 1:
      text.insert(at, 1, static_cast<char>('A' + dice.below(26)));
      break;
    case 2:
      text[at] = static_cast<char>('A' + dice.below(26));
      break;
    default:
      std::swap(text[at], text[at - 1]);
  }
}

struct Place {
  std::string city, state, zip;
};

struct Firm {
  std::vector<std::string> words;
  std::string form, trade_name;
  std::size_t place = 0;
  std::string number, street;
  std::size_t street_type = 0;
};

class World {
 public:
  explicit World(std::uint64_t seed) : dice_(seed) {
    for (std::size_t i = 0; i < 40'000; ++i) words_.push_back(invent_word(dice_));
    for (std::size_t i = 0; i < 4'000; ++i) streets_.push_back(invent_word(dice_));
    for (std::size_t i = 0; i < 8'000; ++i) {
      const std::size_t state = dice_.below(50);
      Place place;
      place.city = invent_word(dice_) + (dice_.chance(0.3) ? " CITY" : "");
      place.state = {static_cast<char>('A' + state / 10), static_cast<char>('A' + state % 10)};
      place.zip = std::to_string(10'000 + state * 1'700 + dice_.below(1'700));
      places_.push_back(std::move(place));
    }
    for (std::size_t i = 0; i < 300; ++i) chains_.push_back(invent_word(dice_));
  }

  Firm make_firm() {
    Firm firm;
    if (dice_.chance(0.02)) {  // one of many shops of a chain
      firm.words = {chains_[dice_.skewed(chains_.size())],
                    std::string(kTrades[dice_.below(6) + 8])};
    } else {
      if (dice_.chance(0.12))
        firm.words.push_back(std::string(1, static_cast<char>('A' + dice_.below(26))));
      firm.words.push_back(words_[dice_.skewed(words_.size())]);
      if (dice_.chance(0.45)) firm.words.push_back(words_[dice_.skewed(words_.size())]);
      if (dice_.chance(0.25)) firm.words.emplace_back(dice_.pick(kPlaces));
      if (dice_.chance(0.10)) firm.words.emplace_back("& SONS");
      firm.words.emplace_back(dice_.pick(kTrades));
    }
    if (dice_.chance(0.75)) firm.form = dice_.pick(kForms);
    if (dice_.chance(0.08)) {
      firm.trade_name =
          words_[dice_.skewed(words_.size())] + " " + std::string(dice_.pick(kTrades));
    }
    move(firm, dice_.skewed(places_.size()));
    return firm;
  }

  BusinessRecord make_record(const Firm& original, std::uint32_t number, bool clean) {
    Firm firm = original;
    BusinessRecord record;
    record.firm = number;
    if (!clean) disturb(firm);
    std::string name;
    for (const std::string& word : firm.words) name += (name.empty() ? "" : " ") + word;
    if (!clean && dice_.chance(0.12)) mistype(dice_, name);
    name += firm.form;
    if (!firm.trade_name.empty() && dice_.chance(0.5)) {
      name += (dice_.chance(0.7) ? " DBA " : " / ") + firm.trade_name;
    }
    record.name = std::move(name);
    const Place& place = places_[firm.place];
    record.street = firm.number + " " + firm.street + " " +
                    std::string(dice_.chance(0.5) ? kStreetTypes[firm.street_type]
                                                  : kShortTypes[firm.street_type]);
    record.city = place.city;
    record.state = place.state;
    record.zip = place.zip;
    if (!clean && dice_.chance(0.05)) record.street.clear();
    if (!clean && dice_.chance(0.04)) mistype(dice_, record.street);
    if (!clean && dice_.chance(0.03)) mistype(dice_, record.city);
    if (!clean && dice_.chance(0.03)) record.zip[3] = static_cast<char>('0' + dice_.below(10));
    return record;
  }

  Dice& dice() { return dice_; }

 private:
  void move(Firm& firm, std::size_t place) {
    firm.place = place;
    firm.number = std::to_string(1 + dice_.skewed(9'999));
    firm.street = streets_[dice_.below(streets_.size())];
    firm.street_type = dice_.below(kStreetTypes.size());
  }

  void disturb(Firm& firm) {
    if (dice_.chance(0.20)) firm.form = dice_.chance(0.5) ? "" : std::string(dice_.pick(kForms));
    if (dice_.chance(0.06) && firm.words.size() > 2) firm.words.pop_back();
    for (std::string& word : firm.words) {
      if (word == "& SONS" && dice_.chance(0.4)) word = "AND SONS";
      if (word == "FARMS" && dice_.chance(0.2)) word = "FARM";
    }
    if (dice_.chance(0.08)) {
      move(firm, firm.place);
    } else if (dice_.chance(0.03)) {
      std::size_t other = dice_.below(places_.size());
      for (int i = 0; i < 500 && places_[other].state != places_[firm.place].state; ++i) {
        other = dice_.below(places_.size());
      }
      move(firm, other);
    }
  }

  Dice dice_;
  std::vector<std::string> words_, streets_, chains_;
  std::vector<Place> places_;
};

}  // namespace

std::vector<BusinessRecord> make_business_records(std::size_t count, std::uint64_t seed) {
  World world(seed);
  std::vector<BusinessRecord> records;
  records.reserve(count);
  for (std::uint32_t firm_number = 0; records.size() < count; ++firm_number) {
    const Firm firm = world.make_firm();
    const double share = world.dice().share();
    const std::size_t copies = share < 0.55 ? 1 : share < 0.83 ? 2 : share < 0.95 ? 3 : 4;
    for (std::size_t i = 0; i < copies && records.size() < count; ++i) {
      records.push_back(world.make_record(firm, firm_number, i == 0));
    }
  }
  for (std::size_t i = records.size(); i > 1; --i) {
    std::swap(records[i - 1], records[world.dice().below(i)]);
  }
  return records;
}

}  // namespace daybreak::bench
