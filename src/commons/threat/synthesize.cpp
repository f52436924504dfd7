// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/synthesize.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>

#include "base/byte_source.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "commons/threat/synthetic_world.hpp"
#include "geography/geography.hpp"
#include "stats/estimate/counter_random.hpp"

namespace daybreak::threat {
namespace {

namespace fs = std::filesystem;
using stats::CounterRandom;

constexpr std::uint32_t kCases = 2;  // stream of random numbers
constexpr double kJobsOfAnEstablishment = 12;
constexpr std::size_t kMostKnown = 1'000'000;  // firms with a case that OSHA may inspect

Result<void> write_sizes(const SyntheticWorld& world, const SynthesizeOptions& options,
                         const fs::path& path) {
  LineFile out(path);
  out.line(join(columns_of("qcew", SyntheticLayout::kDump), ","));
  for (const SyntheticCell& cell : world.cells) {
    const bool withheld = cell.establishments < 3;
    const int jobs = withheld ? 0 : static_cast<int>(cell.establishments * kJobsOfAnEstablishment);
    const std::int64_t wages = std::int64_t{jobs} * 41'000;
    out.line(fmt::format(
        "{:05},5,{},78,0,{},A,{},{},{},{},0,0,{},{},,1,1,1,1,1,1,1,,0,0,0,0,0,0,0,0,0,0,0,0,0,0",
        world.counties[cell.county], world.industries[cell.industry], options.last_year,
        withheld ? "N" : "", cell.establishments, jobs, wages, jobs == 0 ? 0 : 788,
        jobs == 0 ? 0 : 41'000));
  }
  return out.close();
}

// One case as a line of the official file.
class CaseWriter {
 public:
  CaseWriter(const fs::path& path, const SyntheticWorld& world, SyntheticLayout layout,
             EmployerTruth& truth, CounterRandom& random)
      : out_(path), world_(world), truth_(truth), random_(random) {
    const auto columns = columns_of("whd", layout);
    out_.line(join(columns, ","));
    fields_.resize(columns.size());
    const auto plain = columns_of("whd", SyntheticLayout::kDump);
    for (std::size_t i = 0; i < plain.size(); ++i) index_.emplace(plain[i], i);
    if (layout == SyntheticLayout::kPortal) loaded_ = "2026-09-14";
  }

  void write(std::size_t cell_number, int year, double share_violating) {
    std::ranges::fill(fields_, "0");
    constexpr std::uint64_t kRepeats = 8;  // one case in eight is of the firm before it
    const bool repeats = written_ % kRepeats == kRepeats - 1;
    const int month = 1 + static_cast<int>(random_.below(12)),
              day = 1 + static_cast<int>(random_.below(28));
    const auto establishments =
        static_cast<std::uint32_t>(world_.cells[cell_number].establishments);
    const std::uint64_t drawn = cell_number * SyntheticWorld::kFirmsOfACell +
                                random_.below(establishments) % SyntheticWorld::kFirmsOfACell;
    const std::uint64_t firm = repeats ? last_firm_ : drawn;
    last_firm_ = firm;
    if (known_.size() < kMostKnown) known_.push_back(firm);
    truth_.add("WHD", 1'000'000 + written_, firm);
    set("case_id", std::to_string(1'000'000 + written_));
    set("trade_nm", repeats ? other_spelling(firm, written_) : firm_of(firm));
    set("legal_name", fields_[index_.find("trade_nm")->second]);
    set("street_addr_1_txt", "1 Example Street");
    place(world_.cell_of(firm), firm, repeats);
    set("naics_code_description", "Synthetic");
    set("findings_start_date", fmt::format("{}-{:02}-{:02}", year - 1, month, day));
    set("findings_end_date", fmt::format("{}-{:02}-{:02}", year, month, day));
    set("flsa_repeat_violator", "N/A");
    violate(share_violating);
    ++written_;
    if (!loaded_.empty()) fields_.back() = loaded_;
    out_.line(join(fields_, ","));
  }

  Result<void> close() { return out_.close(); }
  // The firms of the cases.
  std::vector<std::uint64_t> take_known() { return std::move(known_); }

 private:
  void set(std::string_view column, std::string value) {
    fields_[index_.find(column)->second] = std::move(value);
  }
  void place(const SyntheticCell& cell, std::uint64_t firm, bool repeats) {
    const auto* county =
        geography::find_county(geography::CountyFips(world_.counties[cell.county]));
    const auto& zips = world_.zips[cell.county];
    const std::string& other = zips[random_.below(static_cast<std::uint32_t>(zips.size()))];
    constexpr std::uint64_t kElsewhere = 12;  // one case in twelve is at another place of the firm
    const bool elsewhere = !repeats && written_ % kElsewhere == 5;
    set("cty_nm", std::string(county->short_name));
    set("st_cd", std::string(county->state));
    set("zip_cd", elsewhere ? other : world_.zip_of(firm));
    set("naic_cd", std::string(world_.industries[cell.industry]));
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

  LineFile out_;
  const SyntheticWorld& world_;
  EmployerTruth& truth_;
  CounterRandom& random_;
  std::vector<std::string> fields_;
  std::map<std::string, std::size_t, std::less<>> index_;
  std::string loaded_;
  std::uint64_t written_ = 0, last_firm_ = 0;
  std::vector<std::uint64_t> known_;
};

bool is_planted(const SyntheticWorld& world, const SyntheticCell& cell, const Excess& excess) {
  return world.industries[cell.industry] == excess.industry &&
         std::ranges::find(excess.counties, world.counties[cell.county]) != excess.counties.end();
}

// Returns the firms that have a case.
Result<std::vector<std::uint64_t>> write_cases(const SyntheticWorld& world,
                                               const SynthesizeOptions& options,
                                               EmployerTruth& truth, Synthesized& made) {
  CounterRandom random(options.seed, kCases, 0);
  CaseWriter writer(made.whd, world, options.layout, truth, random);
  const int years = options.last_year - options.first_year + 1;
  const double all = world.cells.back().until;
  for (std::uint64_t i = 0; i < options.cases; ++i) {
    const std::size_t cell = world.cell_at(random.uniform());
    writer.write(
        cell,
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
          i, excess.first_year + static_cast<int>(random.below(static_cast<std::uint32_t>(span))),
          0.95);
    made.excess_cases += more;
  }
  TRY(writer.close());
  return writer.take_known();
}

Json truth_json(const SynthesizeOptions& options, const Synthesized& made) {
  Json truth = Json::object({{"synthetic", true},
                             {"seed", options.seed},
                             {"cases", made.cases},
                             {"excess_cases", made.excess_cases},
                             {"inspections", made.inspections},
                             {"violations", made.violations}});
  if (!options.excess) return truth;
  Json counties = Json::array();
  for (const std::uint32_t fips : options.excess->counties)
    counties.append(fmt::format("{:05}", fips));
  truth.set("excess", Json::object({{"industry", options.excess->industry},
                                    {"counties", std::move(counties)},
                                    {"first_year", options.excess->first_year},
                                    {"last_year", options.excess->last_year},
                                    {"factor", options.excess->factor}}));
  return truth;
}

}  // namespace

Result<Synthesized> synthesize(const fs::path& folder, const SynthesizeOptions& options) {
  if (options.counties.empty() || options.last_year < options.first_year)
    return fail(ErrorKind::kInvalid, "name no counties or no years", "options", "Give both");
  const SyntheticWorld world = TRY(make_world(options));
  Synthesized made;
  made.whd = folder / "whd_synthetic.csv";
  made.qcew = folder / "qcew_synthetic.csv";
  made.truth = folder / "truth.json";
  made.employers = folder / "truth_employers.csv";
  TRY(write_sizes(world, options, made.qcew));
  EmployerTruth employers(made.employers);
  const std::vector<std::uint64_t> known = TRY(write_cases(world, options, employers, made));
  if (options.osha_rows > 0) TRY(write_inspections(world, options, folder, known, employers, made));
  TRY(employers.close());
  TRY(write_file(made.truth, to_text(truth_json(options, made), JsonLayout::kIndented) + "\n"));
  return made;
}

}  // namespace daybreak::threat
