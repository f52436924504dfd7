// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/synthetic_world.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <unordered_map>

#include "base/text.hpp"
#include "commons/threat/layout.hpp"
#include "geography/geography.hpp"
#include "stats/estimate/counter_random.hpp"

namespace daybreak::threat {
namespace {

constexpr std::uint32_t kSizes = 1;  // stream of random numbers

// Spreads neighbouring numbers (the finalizer of SplitMix64).
std::uint64_t scattered(std::uint64_t number) {
  number += 0x9E3779B97F4A7C15;
  number = (number ^ (number >> 30)) * 0xBF58476D1CE4E5B9;
  number = (number ^ (number >> 27)) * 0x94D049BB133111EB;
  return number ^ (number >> 31);
}

// Invented words, so that firms differ by more than a number.
constexpr std::array<std::string_view, 16> kBegin = {"Bram", "Cor", "Dell", "Fen", "Gar", "Hal",
                                                     "Jun",  "Kel", "Lor",  "Mer", "Nor", "Pel",
                                                     "Quil", "Ros", "Tan",  "Wil"};
constexpr std::array<std::string_view, 16> kMiddle = {"a",  "ber", "de", "er", "fe",  "gi",
                                                      "in", "la",  "le", "mo", "ner", "o",
                                                      "ra", "si",  "ta", "ver"};
constexpr std::array<std::string_view, 16> kEnd = {
    "brook", "combe", "dale", "feather", "field", "gate",   "ham",  "hurst",
    "ley",   "mere",  "moor", "ridge",   "stead", "thorpe", "wick", "worth"};
constexpr std::array<std::string_view, 6> kSecond = {"Example",  "Sample",  "Fictional",
                                                     "Specimen", "Pretend", "Invented"};

std::string first_word(std::uint64_t firm) {
  const std::uint64_t word = scattered(firm);
  return fmt::format("{}{}{}{}", kBegin[word % 16], kMiddle[word / 16 % 16],
                     kMiddle[word / 256 % 16], kEnd[word / 4096 % 16]);
}
std::string_view second_word(std::uint64_t firm) { return kSecond[scattered(firm) / 65536 % 6]; }

std::string_view header_of(std::string_view file) {
  for (const std::string_view line : split(reference_text("official_headers.txt"), '\n'))
    if (line.starts_with(file)) return line.substr(file.size() + 1);
  return {};
}

}  // namespace

std::vector<std::string> columns_of(std::string_view file, SyntheticLayout layout) {
  std::vector<std::string> columns;
  for (const std::string_view name : split(header_of(file), ',')) columns.emplace_back(name);
  if (layout == SyntheticLayout::kDump) return columns;
  for (std::string& name : columns) {
    if (name == "cmp_assd_cnt") name = "cmp_assd";
    if (name == "dbra_cl_violtn_cnt") name = "dbra_violtn_cnt";
    if (name == "ld_dt") name = "load_dt";
  }
  if (file == "whd") columns.emplace_back("load_dt");
  for (std::string& name : columns) name = to_upper_ascii(name);
  return columns;
}

std::size_t SyntheticWorld::cell_at(double share) const {
  const auto found =
      std::ranges::upper_bound(cells, share * cells.back().until, {}, &SyntheticCell::until);
  return std::min(static_cast<std::size_t>(found - cells.begin()), cells.size() - 1);
}

const std::string& SyntheticWorld::zip_of(std::uint64_t firm) const {
  const auto& those = zips[cell_of(firm).county];
  return those[(scattered(firm) >> 32) % those.size()];
}

Result<SyntheticWorld> make_world(const SynthesizeOptions& options) {
  SyntheticWorld world;
  for (const std::string_view line : split(reference_text("naics.csv"), '\n'))
    if (const std::string_view code = line.substr(0, line.find(',')); code.size() == 6)
      world.industries.push_back(code);
  world.counties = options.counties;
  std::unordered_map<std::uint32_t, std::size_t> index;
  for (std::size_t i = 0; i < world.counties.size(); ++i) index.emplace(world.counties[i], i);
  world.zips.resize(world.counties.size());
  for (int number = 501; number < 100'000; ++number) {
    const std::string text = fmt::format("{:05}", number);
    const geography::County* county = geography::county_of_zip(text);
    if (!county) continue;
    if (const auto found = index.find(county->fips.number()); found != index.end())
      world.zips[found->second].push_back(text);
  }
  stats::CounterRandom random(options.seed, kSizes, 0);
  double sum = 0;
  for (std::uint32_t i = 0; i < world.industries.size(); ++i) {
    const bool planted = options.excess && options.excess->industry == world.industries[i];
    const double weight = (planted ? 8 : 1) * std::exp(random.normal());
    for (std::uint32_t c = 0; c < world.counties.size(); ++c) {
      if (world.zips[c].empty()) continue;
      const double mean = weight * 0.4 * static_cast<double>(world.zips[c].size());
      const int establishments = static_cast<int>(mean + random.uniform());
      if (establishments == 0) continue;
      sum += establishments;
      world.cells.push_back({i, c, establishments, sum});
    }
  }
  if (world.cells.empty())
    return fail(ErrorKind::kInvalid, "have no ZIP code of their own", "counties",
                "Name other counties");
  return world;
}

std::string firm_of(std::uint64_t firm) {
  return fmt::format("{} {} Company {} LLC", first_word(firm), second_word(firm), firm);
}

std::string other_spelling(std::uint64_t firm, std::uint64_t choice) {
  const std::string first = first_word(firm);
  switch (choice % 3) {
    case 0:
      return to_upper_ascii(fmt::format("{} {} Co {}", first, second_word(firm), firm));
    case 1:
      return fmt::format("{} Company {}", first, firm);
    default:
      return fmt::format("{} {} Farms {}", first, second_word(firm), firm);
  }
}

std::string inspector_spelling(std::uint64_t firm, std::uint64_t choice) {
  std::string first = first_word(firm);
  const std::string_view second = second_word(firm);
  switch (choice % 8) {
    case 0:
    case 1:
      return to_upper_ascii(firm_of(firm));
    case 2:
      return fmt::format("{} {} Co. {}", first, second, firm);
    case 3:
      return to_upper_ascii(fmt::format("{} {} Company, LLC", first, second));
    case 4:
      return fmt::format("{} {} Company {}, L.L.C.", first, second, firm);
    case 5:
      std::swap(first[first.size() / 2], first[first.size() / 2 + 1]);
      return fmt::format("{} {} Company {} LLC", first, second, firm);
    case 6:
      return fmt::format("{} {} {} LLC  ", first, second, firm);
    default:
      return to_upper_ascii(fmt::format("{} {} Company Inc", first, second));
  }
}

Result<void> LineFile::close() {
  out_.flush();
  if (!out_)
    return fail(ErrorKind::kUnavailable, "cannot be written", path_.string(), "Check the disk");
  return {};
}

void EmployerTruth::add(std::string_view program, std::uint64_t record, std::uint64_t firm) {
  file_.line(fmt::format("{},{},{}", program, record, firm));
}

Excess demonstration_excess() { return {"112120", {36037, 36051, 36121}, 2019, 2021, 6}; }

bool is_synthetic_firm(std::string_view name) {
  const auto words = split(name, ' ');
  return words.size() == 5 && std::ranges::find(kSecond, words[1]) != kSecond.end() &&
         words[2] == "Company" && to_integer(words[3]).has_value() && words[4] == "LLC";
}

}  // namespace daybreak::threat
