// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/synthesize.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <unordered_map>

#include "base/byte_source.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "commons/threat/layout.hpp"
#include "geography/geography.hpp"
#include "stats/estimate/counter_random.hpp"

namespace daybreak::threat {
namespace {

namespace fs = std::filesystem;
using stats::CounterRandom;

constexpr std::uint32_t kSizes = 1, kCases = 2;  // streams of random numbers
constexpr double kJobsOfAnEstablishment = 12;

struct Cell {
  std::uint32_t industry = 0, county = 0;
  int establishments = 0;
  double until = 0;  // cumulated
};

struct World {
  std::vector<std::string_view> industries;
  std::vector<std::uint32_t> counties;
  std::vector<std::vector<std::string>> zips;  // of each county
  std::vector<Cell> cells;                     // with at least one establishment
};

std::string_view header_of(std::string_view file) {
  for (const std::string_view line : split(reference_text("official_headers.txt"), '\n'))
    if (line.starts_with(file)) return line.substr(file.size() + 1);
  return {};
}

Result<World> make_world(const SynthesizeOptions& options) {
  World world;
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
  CounterRandom random(options.seed, kSizes, 0);
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

Result<void> write_sizes(const World& world, const SynthesizeOptions& options,
                         const fs::path& path) {
  std::ofstream out(path, std::ios::binary);
  out << header_of("qcew") << '\n';
  for (const Cell& cell : world.cells) {
    const bool withheld = cell.establishments < 3;
    const int jobs = withheld ? 0 : static_cast<int>(cell.establishments * kJobsOfAnEstablishment);
    const std::int64_t wages = std::int64_t{jobs} * 41'000;
    out << fmt::format(
        "{:05},5,{},78,0,{},A,{},{},{},{},0,0,{},{},,1,1,1,1,1,1,1,,0,0,0,0,0,0,0,0,0,0,0,0,0,0\n",
        world.counties[cell.county], world.industries[cell.industry], options.last_year,
        withheld ? "N" : "", cell.establishments, jobs, wages, jobs == 0 ? 0 : 788,
        jobs == 0 ? 0 : 41'000);
  }
  out.flush();
  if (!out)
    return fail(ErrorKind::kUnavailable, "cannot be written", path.string(), "Check the disk");
  return {};
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

std::string first_word(std::uint64_t number) {
  return fmt::format("{}{}{}", kBegin[number % 16], kMiddle[number / 16 % 16],
                     kEnd[number / 256 % 16]);
}

std::string firm_of(std::uint64_t number) {
  return fmt::format("{} {} Company {} LLC", first_word(number), kSecond[number / 8 % 6], number);
}

// As clerks write it: another spelling of a firm that has a case already.
std::string other_spelling(std::uint64_t firm, std::uint64_t written) {
  const std::string first = first_word(firm);
  const std::string_view second = kSecond[firm / 8 % 6];
  switch (written % 3) {
    case 0:
      return to_upper_ascii(fmt::format("{} {} Co {}", first, second, firm));
    case 1:
      return fmt::format("{} Company {}", first, firm);
    default:
      return fmt::format("{} {} Farms {}", first, second, firm);
  }
}

// One case as a line of the official file.
class CaseWriter {
 public:
  CaseWriter(std::ofstream& out, const World& world, CounterRandom& random)
      : out_(out), world_(world), random_(random) {
    const auto columns = split(header_of("whd"), ',');
    fields_.resize(columns.size());
    for (std::size_t i = 0; i < columns.size(); ++i) index_.emplace(columns[i], i);
  }

  void write(const Cell& drawn, std::size_t cell_number, int year, double share_violating) {
    std::ranges::fill(fields_, "0");
    constexpr std::uint64_t kRepeats = 8;  // one case in eight is of the firm before it
    const bool repeats = written_ % kRepeats == kRepeats - 1;
    const Cell& cell = repeats ? *last_cell_ : drawn;
    const int month = 1 + static_cast<int>(random_.below(12)),
              day = 1 + static_cast<int>(random_.below(28));
    const std::uint64_t firm =
        cell_number * 1'000 + random_.below(static_cast<std::uint32_t>(cell.establishments));
    const auto& zips = world_.zips[cell.county];
    const geography::County* county =
        geography::find_county(geography::CountyFips(world_.counties[cell.county]));
    set("case_id", std::to_string(1'000'000 + written_));
    const std::string name = repeats ? other_spelling(last_firm_, written_) : firm_of(firm);
    last_firm_ = firm;
    last_cell_ = &cell;
    set("trade_nm", name);
    set("legal_name", name);
    set("street_addr_1_txt", "1 Example Street");
    set("cty_nm", std::string(county->short_name));
    set("st_cd", std::string(county->state));
    const std::string& zip = zips[random_.below(static_cast<std::uint32_t>(zips.size()))];
    if (!repeats) last_zip_ = zip;
    set("zip_cd", last_zip_);
    set("naic_cd", std::string(world_.industries[cell.industry]));
    set("naics_code_description", "Synthetic");
    set("findings_start_date", fmt::format("{}-{:02}-{:02}", year - 1, month, day));
    set("findings_end_date", fmt::format("{}-{:02}-{:02}", year, month, day));
    set("flsa_repeat_violator", "N/A");
    violate(share_violating);
    ++written_;
    for (std::size_t i = 0; i < fields_.size(); ++i) out_ << (i == 0 ? "" : ",") << fields_[i];
    out_ << '\n';
  }

 private:
  void set(std::string_view column, std::string value) {
    fields_[index_.at(column)] = std::move(value);
  }
  double spread(double median, double sigma) { return median * std::exp(sigma * random_.normal()); }
  // Sizes as measured on 19,850 California cases.
  void violate(double share) {
    if (random_.uniform() >= share) return;
    const auto violations = std::clamp<std::int64_t>(std::llround(spread(4, 1.83)), 1, 5'000);
    const auto workers = std::clamp<std::int64_t>(std::llround(spread(6, 1.5)), 1, 2'000);
    const std::string count = std::to_string(violations);
    set("case_violtn_cnt", count);
    set("flsa_violtn_cnt", count);
    set("ee_violtd_cnt", std::to_string(workers));
    if (random_.uniform() > 0.63) return;
    const std::string wages = fmt::format("{:.2f}", std::min(spread(19'440, 1.6), 9e6));
    set("bw_atp_amt", wages);
    set("flsa_bw_atp_amt", wages);
    set("ee_atp_cnt", std::to_string(workers));
    if (random_.uniform() < 0.3) set("flsa_mw_bw_atp_amt", wages);
  }

  std::ofstream& out_;
  const World& world_;
  CounterRandom& random_;
  std::vector<std::string> fields_;
  std::map<std::string_view, std::size_t> index_;
  std::uint64_t written_ = 0, last_firm_ = 0;
  const Cell* last_cell_ = nullptr;
  std::string last_zip_;
};

bool is_planted(const World& world, const Cell& cell, const Excess& excess) {
  return world.industries[cell.industry] == excess.industry &&
         std::ranges::find(excess.counties, world.counties[cell.county]) != excess.counties.end();
}

Result<void> write_cases(const World& world, const SynthesizeOptions& options, Synthesized& made) {
  std::ofstream out(made.whd, std::ios::binary);
  out << header_of("whd") << '\n';
  CounterRandom random(options.seed, kCases, 0);
  CaseWriter writer(out, world, random);
  const int years = options.last_year - options.first_year + 1;
  const double all = world.cells.back().until;
  for (std::uint64_t i = 0; i < options.cases; ++i) {
    const auto cell =
        std::ranges::upper_bound(world.cells, random.uniform() * all, {}, &Cell::until);
    writer.write(
        *cell, static_cast<std::size_t>(cell - world.cells.begin()),
        options.first_year + static_cast<int>(random.below(static_cast<std::uint32_t>(years))),
        0.71);
  }
  made.cases = options.cases;
  for (std::size_t i = 0; options.excess && i < world.cells.size(); ++i) {
    const Excess& excess = *options.excess;
    if (!is_planted(world, world.cells[i], excess)) continue;
    const int span = excess.last_year - excess.first_year + 1;
    const double expected =
        static_cast<double>(options.cases) * world.cells[i].establishments / all * span / years;
    const auto more = static_cast<std::uint64_t>(expected * (excess.factor - 1) + random.uniform());
    for (std::uint64_t k = 0; k < more; ++k)
      writer.write(
          world.cells[i], i,
          excess.first_year + static_cast<int>(random.below(static_cast<std::uint32_t>(span))),
          0.95);
    made.excess_cases += more;
  }
  out.flush();
  if (!out)
    return fail(ErrorKind::kUnavailable, "cannot be written", made.whd.string(), "Check the disk");
  return {};
}

}  // namespace

Excess demonstration_excess() { return {"112120", {36037, 36051, 36121}, 2019, 2021, 6}; }

bool is_synthetic_firm(std::string_view name) {
  const auto words = split(name, ' ');
  return words.size() == 5 && std::ranges::find(kSecond, words[1]) != kSecond.end() &&
         words[2] == "Company" && to_integer(words[3]).has_value() && words[4] == "LLC";
}

Result<Synthesized> synthesize(const fs::path& folder, const SynthesizeOptions& options) {
  if (options.counties.empty() || options.last_year < options.first_year)
    return fail(ErrorKind::kInvalid, "name no counties or no years", "options", "Give both");
  const World world = TRY(make_world(options));
  Synthesized made{folder / "whd_synthetic.csv", folder / "qcew_synthetic.csv",
                   folder / "truth.json", 0, 0};
  TRY(write_sizes(world, options, made.qcew));
  TRY(write_cases(world, options, made));
  Json truth = Json::object({{"synthetic", true},
                             {"seed", options.seed},
                             {"cases", made.cases},
                             {"excess_cases", made.excess_cases}});
  if (options.excess) {
    Json counties = Json::array();
    for (const std::uint32_t fips : options.excess->counties)
      counties.append(fmt::format("{:05}", fips));
    truth.set("excess", Json::object({{"industry", options.excess->industry},
                                      {"counties", std::move(counties)},
                                      {"first_year", options.excess->first_year},
                                      {"last_year", options.excess->last_year},
                                      {"factor", options.excess->factor}}));
  }
  TRY(write_file(made.truth, to_text(truth, JsonLayout::kIndented) + "\n"));
  return made;
}

}  // namespace daybreak::threat
