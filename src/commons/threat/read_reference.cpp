// SPDX-License-Identifier: AGPL-3.0-or-later
// Denominators and look-ups: jobs and establishments (QCEW), population, and every other code list,
// crosswalk or published sum. A cell that QCEW suppressed is written there as zeros; here it has no
// number at all.
#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "base/json.hpp"
#include "base/text.hpp"
#include "commons/threat/record.hpp"
#include "commons/threat/values.hpp"
#include "geography/geography.hpp"

namespace daybreak::threat {
namespace {

constexpr TableShape kEmployment = {
    "threat_employment",
    "load_id, line, area, county, ownership, industry, level, size, year, quarter, suppressed, "
    "establishments, jobs, wages",
    14};
constexpr TableShape kPopulation = {"threat_population", "load_id, line, place, year, population",
                                    5};
constexpr TableShape kReference = {"threat_reference", "load_id, line, code, place, amount, body",
                                   6};

constexpr std::int64_t kMostJobs = 400'000'000;
constexpr std::int64_t kMostWages = std::int64_t{1} << 53;

class EmploymentReader final : public RecordReader {
 public:
  EmploymentReader(const Layout& layout, Date today) : RecordReader(layout, today) {}
  std::string slice() const override {
    const auto list = [](const std::set<std::string>& values, const char* all) {
      return values.size() == 1 ? *values.begin() : std::string(all);
    };
    return list(years_, "years") + "/" + list(areas_, "areas");
  }

 private:
  void rebind(std::span<const std::string>) override {
    for (std::size_t i = 0; i < kNames.size(); ++i) fields_[i] = cells_.field(kNames[i]);
  }
  std::optional<double> jobs() {
    double sum = 0;
    int months = 0;
    for (const std::size_t at : {std::size_t{9}, std::size_t{10}, std::size_t{11}}) {
      if (fields_[at] < 0) continue;
      const auto count = cells_.count(fields_[at], kMostJobs);
      if (!count) return std::nullopt;
      sum += static_cast<double>(*count);
      ++months;
    }
    return months == 0 ? std::nullopt : std::optional(sum / months);
  }
  void take(const SourceRow& row, std::int64_t load, Batch& batch) override {
    const std::string_view area = cells_.text(fields_[0]), industry = cells_.text(fields_[2]);
    if (area.empty() || industry.empty()) return cells_.refuse(fields_[0], "is empty");
    const auto ownership = cells_.count(fields_[1]), level = cells_.count(fields_[3]);
    const auto size = cells_.count(fields_[4]), year = cells_.count(fields_[5], 2199);
    if (year && *year > static_cast<int>(today_.year()))
      cells_.refuse(fields_[5], fmt::format("{} is in the future", *year));
    const bool annual = fields_[6] < 0 || cells_.text(fields_[6]) == "A";
    const auto quarter = annual ? std::optional<std::int64_t>(0) : cells_.count(fields_[6], 4);
    const auto establishments = cells_.count(fields_[8], kMostJobs);
    const auto people = jobs();
    const auto wages = cells_.count(fields_[12], kMostWages);
    if (!ownership || !level || !year || !quarter)
      cells_.refuse(fields_[1], "has no ownership, level, year or quarter");
    if (cells_.refusal) return;
    const bool suppressed = !trim(row_text(7)).empty();
    const auto fips = geography::CountyFips::parse(area);
    const bool county = fips && geography::find_county(*fips) != nullptr;
    batch.start(kEmployment, load, row.line);
    batch.add(area);
    batch.add(county_value(county ? fips->number() : 0));
    batch.add(*ownership);
    batch.add(industry);
    batch.add(*level);
    batch.add(size.value_or(0));
    batch.add(*year);
    batch.add(*quarter);
    batch.add(suppressed);
    batch.add(establishments);
    batch.add(suppressed ? db::Value() : db::Value(people));
    batch.add(suppressed ? db::Value() : db::Value(wages));
    if (areas_.size() < 2) areas_.insert(std::string(area));
    if (years_.size() < 2) years_.insert(std::to_string(*year));
  }
  // "N" and "-" both mean that the numbers were withheld, so the word is taken as it stands.
  std::string_view row_text(std::size_t at) const { return cells_.raw(fields_[at]); }

  static constexpr std::array<std::string_view, 13> kNames = {
      "area",       "ownership",      "industry", "level",  "size",   "year", "quarter",
      "disclosure", "establishments", "jobs",     "jobs_2", "jobs_3", "wages"};
  std::array<int, kNames.size()> fields_{};
  std::set<std::string> areas_, years_;
};

class PopulationReader final : public RecordReader {
 public:
  PopulationReader(const Layout& layout, Date today) : RecordReader(layout, today) {}

 private:
  void rebind(std::span<const std::string> header) override {
    fips_ = cells_.field("fips");
    state_ = cells_.field("state");
    county_ = cells_.field("county");
    years_.clear();
    for (std::size_t i = 0; i < header.size(); ++i) {
      const std::string name = to_lower_ascii(header[i]);
      for (const std::string_view mark : {"popestimate", "pop"})
        if (name.starts_with(mark) && name.size() == mark.size() + 4)
          if (const auto year = to_integer(std::string_view(name).substr(mark.size())))
            years_.emplace_back(static_cast<int>(i), *year);
    }
  }
  void take(const SourceRow& row, std::int64_t load, Batch& batch) override {
    std::optional<std::int64_t> place = cells_.count(fips_, 99'999);
    if (fips_ < 0) {
      const auto state = cells_.count(state_, 99), county = cells_.count(county_, 999);
      if (state && county) place = *state * 1000 + *county;
    }
    if (!place) cells_.refuse(fips_, "is empty: the row has no place");
    std::vector<std::int64_t> people;
    for (const auto& [column, year] : years_) {
      const auto count = parse_cell_count(row[column]);
      // The merged file leaves years empty in which a county had another code.
      if (!count && !cell_text(row[column]).empty())
        cells_.refuse(fips_, fmt::format("the population of {} is no number", year));
      people.push_back(count.value_or(-1));
    }
    if (cells_.refusal) return;
    for (std::size_t i = 0; i < people.size(); ++i) {
      if (people[i] < 0) continue;
      batch.start(kPopulation, load, row.line);
      batch.add(*place);
      batch.add(years_[i].second);
      batch.add(people[i]);
    }
  }
  int fips_ = -1, state_ = -1, county_ = -1;
  std::vector<std::pair<int, std::int64_t>> years_;  // column, year
};

class ReferenceReader final : public RecordReader {
 public:
  ReferenceReader(const Layout& layout, Date today) : RecordReader(layout, today) {}

 private:
  void rebind(std::span<const std::string> header) override {
    code_ = cells_.field("code");
    place_ = cells_.field("place");
    amount_ = cells_.field("amount");
    body_.clear();
    for (const std::string& name : layout_.body)
      if (const int column = find_column(header, name); column >= 0)
        body_.emplace_back(name, column);
  }
  void take(const SourceRow& row, std::int64_t load, Batch& batch) override {
    std::optional<double> amount;
    if (const std::string_view cell = cells_.text(amount_); !cell.empty()) {
      amount = to_number(cell.starts_with('$') ? cell.substr(1) : cell);
      if (amount && (*amount < 0 || *amount > 1e9))
        cells_.refuse(amount_, fmt::format("{} is outside 0 to a thousand million", *amount));
    }
    if (cells_.refusal) return;
    Json body = Json::object();
    for (const auto& [name, column] : body_)
      if (const std::string_view cell = trim(row[column]); !cell.empty()) {
        if (is_slip(name, row)) {
          set_aside.push_back(
              {name, fmt::format("{} violations for the workers of the row cannot be", cell)});
          continue;
        }
        body.set(name, cell);
      }
    batch.start(kReference, load, row.line);
    batch.add(cells_.text(code_));
    batch.add(cells_.text(place_));
    batch.add(amount ? db::Value(*amount) : db::Value());
    batch.add(to_text(body));
    if (layout_.scope == Scope::kFiscalYear) see_case(cells_.text(code_));
  }
  // "H-300-20012-235345": the day tells the fiscal year where the file has no decision.
  void see_case(std::string_view number) {
    for (const std::string_view part : split(number, '-'))
      if (const auto digits = part.size() == 5 ? to_integer(part) : std::nullopt)
        return saw_year(2000 + static_cast<int>(*digits / 1000) + (*digits % 1000 >= 274 ? 1 : 0));
  }
  // The published sums hold slips of entry in the violations of one law (FMLA above all).
  bool is_slip(std::string_view name, const SourceRow& row) const {
    if (layout_.id != "whd_sums_by_state" || !name.starts_with("fmla")) return false;
    const auto of = [&](std::string_view wanted) {
      for (const auto& [field, column] : body_)
        if (field == wanted) return parse_cell_count(row[column]).value_or(0);
      return std::int64_t{0};
    };
    const std::int64_t count = of(name);
    return count > 10'000 && count > 100 * std::max<std::int64_t>(of("ee_violtd_cnt"), 1);
  }
  int code_ = -1, place_ = -1, amount_ = -1;
  std::vector<std::pair<std::string, int>> body_;
};

}  // namespace

std::unique_ptr<RecordReader> make_employment_reader(const Layout& layout, Date today) {
  return std::make_unique<EmploymentReader>(layout, today);
}
std::unique_ptr<RecordReader> make_population_reader(const Layout& layout, Date today) {
  return std::make_unique<PopulationReader>(layout, today);
}
std::unique_ptr<RecordReader> make_reference_reader(const Layout& layout, Date today) {
  return std::make_unique<ReferenceReader>(layout, today);
}

}  // namespace daybreak::threat
