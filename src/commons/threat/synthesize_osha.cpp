// SPDX-License-Identifier: AGPL-3.0-or-later
// The OSHA half of synthesize(). Shapes as measured on the published files: before 2003 an SIC code
// only, penalties with a median of 560 and a 99th percentile of 20,250 dollars, the migrant flag on
// one farm inspection in two hundred (an assumption).
#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <optional>

#include "base/text.hpp"
#include "commons/threat/synthetic_world.hpp"
#include "geography/geography.hpp"
#include "stats/estimate/counter_random.hpp"

namespace daybreak::threat {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kInspections = 3;  // stream of random numbers
constexpr std::uint64_t kFirstActivity = 300'000'000;
constexpr double kViolationsOfAnInspection = 2.55;

// A table in numbered slices.
class SlicedFile {
 public:
  SlicedFile(fs::path folder, std::string table, const SynthesizeOptions& options)
      : folder_(std::move(folder)),
        table_(std::move(table)),
        layout_(options.layout),
        rows_(std::max<std::uint64_t>(options.rows_of_a_slice, 1)) {}

  Result<void> line(std::string_view text) {
    if (written_ % rows_ == 0) TRY(next_slice());
    ++written_;
    file_->line(text);
    return {};
  }
  Result<void> close() { return file_ ? file_->close() : Result<void>(); }
  std::uint64_t written() const { return written_; }
  const std::vector<fs::path>& paths() const { return paths_; }

 private:
  Result<void> next_slice() {
    TRY(close());
    const std::string name =
        layout_ == SyntheticLayout::kDump
            ? fmt::format("osha_{}-{:04}.csv", table_, paths_.size())
            : fmt::format("LOAD00000001-OSHA_{}_chunk_{}.csv", table_, paths_.size() + 1);
    paths_.push_back(folder_ / name);
    file_.emplace(paths_.back());
    file_->line(join(columns_of("osha_" + table_, layout_), ","));
    return {};
  }

  fs::path folder_;
  std::string table_;
  SyntheticLayout layout_;
  std::uint64_t rows_, written_ = 0;
  std::vector<fs::path> paths_;
  std::optional<LineFile> file_;
};

class InspectionWriter {
 public:
  InspectionWriter(const SyntheticWorld& world, const SynthesizeOptions& options,
                   const fs::path& folder, const std::vector<std::uint64_t>& known)
      : world_(world),
        options_(options),
        known_(known),
        random_(options.seed, kInspections, 0),
        inspections_(folder, "inspection", options),
        violations_(folder, "violation", options) {}

  Result<void> write_all(EmployerTruth& truth) {
    while (written() < options_.osha_rows) {
      const std::uint64_t firm = draw_firm();
      const std::uint64_t activity = kFirstActivity + inspections_.written();
      truth.add("OSHA", activity, firm);
      draw_day();
      TRY(inspections_.line(inspection(firm, activity)));
      const auto few = options_.osha_rows - written();
      const std::uint64_t count = std::min<std::uint64_t>(draw_count(), few);
      for (std::uint64_t i = 0; i < count; ++i) TRY(violations_.line(violation(activity, i)));
    }
    TRY(inspections_.close());
    return violations_.close();
  }
  const SlicedFile& inspections() const { return inspections_; }
  const SlicedFile& violations() const { return violations_; }

 private:
  std::uint64_t written() const { return inspections_.written() + violations_.written(); }

  // One in five has a WHD case, one in five was inspected before.
  std::uint64_t draw_firm() {
    const double which = random_.uniform();
    if (which < 0.2 && !known_.empty())
      return known_[random_.below(static_cast<std::uint32_t>(known_.size()))];
    if (which < 0.4 && !recent_.empty())
      return recent_[random_.below(static_cast<std::uint32_t>(recent_.size()))];
    const std::size_t cell = world_.cell_at(random_.uniform());
    const auto establishments = static_cast<std::uint32_t>(world_.cells[cell].establishments);
    const std::uint64_t firm = cell * SyntheticWorld::kFirmsOfACell +
                               random_.below(establishments) % SyntheticWorld::kFirmsOfACell;
    constexpr std::size_t kRecent = 50'000;
    if (recent_.size() < kRecent)
      recent_.push_back(firm);
    else
      recent_[random_.below(kRecent)] = firm;
    return firm;
  }

  void draw_day() {
    old_ = random_.uniform() < 0.03;
    const int first = old_ ? 1990 : options_.first_year, last = old_ ? 2002 : options_.last_year;
    const int year =
        first + static_cast<int>(random_.below(static_cast<std::uint32_t>(last - first + 1)));
    const std::uint32_t month = 1 + random_.below(12), day = 1 + random_.below(28);
    day_ = fmt::format("{}-{:02}-{:02}", year, month, day);
  }

  // Nearly half have none.
  std::uint64_t draw_count() {
    if (random_.uniform() < 0.45) return 0;
    constexpr double kMore = kViolationsOfAnInspection / 0.55 - 1;
    return 1 + static_cast<std::uint64_t>(std::llround(-kMore * std::log(random_.uniform())));
  }

  std::string inspection(std::uint64_t firm, std::uint64_t activity) {
    const SyntheticCell& cell = world_.cell_of(firm);
    const auto* county =
        geography::find_county(geography::CountyFips(world_.counties[cell.county]));
    const std::string_view naics = world_.industries[cell.industry];
    const bool migrant = naics.starts_with("11") && random_.uniform() < 0.005;
    constexpr std::string_view kKinds = "ABHHHHHL";
    std::string name = inspector_spelling(firm, random_.bits32());
    if (name.find(',') != name.npos) name = "\"" + name + "\"";
    // Drawn one by one: the order of a call's arguments is not fixed.
    const char field = random_.below(2) == 0 ? 'S' : 'H';
    const char kind = kKinds[random_.below(kKinds.size())];
    const char scope = random_.below(3) == 0 ? 'A' : 'B';
    const std::uint32_t workers = 1 + random_.below(250);
    const bool open = random_.below(10) == 0;
    return fmt::format(
        "{0},0213600,,{1},1 Example Street,{2},{3},{4},A,,N,{5},{6},{7},{8},{9},,N,,,,,,,{10},"
        ",,,,SYN{11},{12},{13},{13},,{14},2026-09-14",
        activity, name, to_upper_ascii(county->short_name), county->state, world_.zip_of(firm),
        field, old_ ? "0241" : "", old_ ? "0" : naics, kind, scope, migrant ? "X" : "", firm,
        workers, day_, open ? "" : day_);
  }

  std::string violation(std::uint64_t activity, std::uint64_t number) {
    constexpr std::array<std::string_view, 4> kStandards = {"19280110 B01", "19260501 B13",
                                                            "19100134 C01", "5A0001"};
    constexpr std::string_view kKinds = "SSSOOORW";
    const std::int64_t initial =
        random_.uniform() < 0.4
            ? 0
            : std::clamp<std::int64_t>(std::llround(560 * std::exp(1.54 * random_.normal())), 1,
                                       1'000'000);
    const std::int64_t current = random_.below(2) == 0 ? initial : initial * 6 / 10;
    const bool deleted = random_.below(100) == 0;
    const std::string_view standard = kStandards[random_.below(kStandards.size())];
    const char kind = kKinds[random_.below(kKinds.size())];
    const std::uint32_t instances = 1 + random_.below(3), exposed = 1 + random_.below(40),
                        gravity = random_.below(11);
    return fmt::format(
        "{0},{1:02}{2:03},{3},{4},{5},{6},{6},X,{7}.00,{8}.00,,,{9},{10},,{11:02},,,,,,,,,,,,,"
        "2026-09-14",
        activity, 1 + number / 26, 1 + number % 26, deleted ? "X" : "", standard, kind, day_,
        current, initial, instances, exposed, gravity);
  }

  const SyntheticWorld& world_;
  const SynthesizeOptions& options_;
  const std::vector<std::uint64_t>& known_;
  stats::CounterRandom random_;
  SlicedFile inspections_, violations_;
  std::vector<std::uint64_t> recent_;
  std::string day_;
  bool old_ = false;
};

}  // namespace

Result<void> write_inspections(const SyntheticWorld& world, const SynthesizeOptions& options,
                               const fs::path& folder, const std::vector<std::uint64_t>& known,
                               EmployerTruth& truth, Synthesized& made) {
  InspectionWriter writer(world, options, folder, known);
  TRY(writer.write_all(truth));
  made.osha = writer.inspections().paths();
  made.osha.insert(made.osha.end(), writer.violations().paths().begin(),
                   writer.violations().paths().end());
  made.inspections = writer.inspections().written();
  made.violations = writer.violations().written();
  return {};
}

}  // namespace daybreak::threat
