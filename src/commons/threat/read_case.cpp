// SPDX-License-Identifier: AGPL-3.0-or-later
// Wage and Hour compliance actions. The dates are the period of the violations, not of the case.
// Violation counts of one law far beyond the workers concerned are slips of entry (a count of 3.6
// million FMLA violations was published): the value is set aside, the case stays.
#include <array>
#include <fmt/format.h>

#include "commons/threat/record.hpp"
#include "commons/threat/seen_numbers.hpp"
#include "commons/threat/values.hpp"

namespace daybreak::threat {
namespace {

constexpr TableShape kCases = {
    "threat_case",
    "load_id, line, case_id, trade_name, legal_name, natural_person, city, state, zip, county, "
    "naics, naics_2017, violations, penalties, employees, back_wages, employees_paid, "
    "period_start, period_end, flsa, flsa_back_wages, minimum_wage_back_wages, "
    "overtime_back_wages, retaliation_back_wages, repeat_violator, sca, mspa, h1b, fmla, "
    "child_labor, minors, dbra, h2a, h2b, field_sanitation",
    35};

// A law with more violations than this and more than a hundred for each worker is a slip.
constexpr std::int64_t kPlausibleOfALaw = 10'000;
constexpr std::int64_t kAnyCount = std::int64_t{1} << 40;

class CaseReader final : public RecordReader {
 public:
  CaseReader(const Layout& layout, Date today) : RecordReader(layout, today) {}

 private:
  void rebind(std::span<const std::string>) override {
    case_id_ = cells_.field("case_id");
    trade_ = cells_.field("trade_name");
    legal_ = cells_.field("legal_name");
    city_ = cells_.field("city");
    state_ = cells_.field("state");
    zip_ = cells_.field("zip");
    naics_ = cells_.field("naics");
    start_ = cells_.field("period_start");
    end_ = cells_.field("period_end");
    loaded_ = cells_.field("loaded");
    repeat_ = cells_.field("repeat_violator");
    for (std::size_t i = 0; i < kTotals.size(); ++i) totals_[i] = cells_.field(kTotals[i]);
    for (std::size_t i = 0; i < kWages.size(); ++i) wages_[i] = cells_.field(kWages[i]);
    for (std::size_t i = 0; i < kLaws.size(); ++i) laws_[i] = cells_.field(kLaws[i]);
    flsa_ = cells_.field("flsa");
    penalties_ = cells_.field("penalties");
    back_wages_ = cells_.field("back_wages");
    paid_ = cells_.field("employees_paid");
  }

  void take(const SourceRow& row, std::int64_t load, Batch& batch) override;
  using Count = std::optional<std::int64_t>;
  void law(int field, Count count, Count workers, Batch& batch);
  void check_repeat(std::optional<std::int64_t> id);

  static constexpr std::array<std::string_view, 2> kTotals = {"violations", "employees"};
  static constexpr std::array<std::string_view, 4> kWages = {
      "flsa_back_wages", "minimum_wage_back_wages", "overtime_back_wages",
      "retaliation_back_wages"};
  static constexpr std::array<std::string_view, 10> kLaws = {
      "sca",    "mspa", "h1b", "fmla", "child_labor",
      "minors", "dbra", "h2a", "h2b",  "field_sanitation"};
  int case_id_ = -1, trade_ = -1, legal_ = -1, city_ = -1, state_ = -1, zip_ = -1, naics_ = -1,
      start_ = -1, end_ = -1, loaded_ = -1, repeat_ = -1, flsa_ = -1, penalties_ = -1,
      back_wages_ = -1, paid_ = -1;
  std::array<int, kTotals.size()> totals_{};
  std::array<int, kWages.size()> wages_{};
  std::array<int, kLaws.size()> laws_{};
  SeenNumbers seen_;
};

void CaseReader::check_repeat(std::optional<std::int64_t> id) {
  if (case_id_ < 0) return;
  if (!id) {
    cells_.refuse(case_id_, "is empty: the case has no number");
  } else if (!cells_.refusal && !seen_.insert(*id)) {
    cells_.refuse(case_id_, fmt::format("case {} was there before", *id));
  }
}

void CaseReader::law(int field, Count count, Count workers, Batch& batch) {
  if (count && *count > kPlausibleOfALaw &&
      *count > 100 * std::max<std::int64_t>(workers.value_or(0), 1)) {
    set_aside.push_back(
        {std::string(cells_.header_of(field)),
         fmt::format("{} violations for {} workers cannot be", *count, workers.value_or(0))});
    batch.add(db::Value());
    return;
  }
  batch.add(count);
}

void CaseReader::take(const SourceRow& row, std::int64_t load, Batch& batch) {
  const auto id = cells_.count(case_id_, std::int64_t{1} << 53);
  const auto start = cells_.date(start_, today_), end = cells_.date(end_, today_);
  const auto violations = cells_.count(totals_[0]), employees = cells_.count(totals_[1]);
  const auto penalties = cells_.cents(penalties_), back_wages = cells_.cents(back_wages_);
  const auto paid = cells_.count(paid_);
  const auto flsa = cells_.count(flsa_, kAnyCount);
  std::array<Count, kLaws.size()> laws;
  for (std::size_t i = 0; i < laws.size(); ++i) laws[i] = cells_.count(laws_[i], kAnyCount);
  std::array<Count, kWages.size()> wages;
  for (std::size_t i = 0; i < wages.size(); ++i) wages[i] = cells_.cents(wages_[i]);
  if (cells_.text(trade_).empty() && cells_.text(legal_).empty())
    cells_.refuse(trade_, "is empty: the case has no employer");
  check_repeat(id);
  if (cells_.refusal) return;

  const std::string_view state = state_of(cells_.text(state_));
  const std::string zip = zip_of(cells_.text(zip_), state);
  const std::string_view legal_cell = cells_.text(legal_), trade_cell = cells_.text(trade_);
  std::string legal = firm_name(legal_cell);
  std::string trade = trade_cell == legal_cell ? legal : firm_name(trade_cell);
  // A trade name without a mark of a firm is kept where a firm stands behind it.
  if (trade.empty() && !legal.empty()) trade = trade_cell;
  const bool person = legal.empty() && trade.empty();
  const std::string_view naics = naics_of(cells_.text(naics_));

  batch.start(kCases, load, row.line);
  batch.add(id);
  batch.add(text_value(std::move(trade)));
  batch.add(text_value(std::move(legal)));
  batch.add(person);
  batch.add(text_value(person ? std::string_view() : cells_.text(city_)));
  batch.add(text_value(state));
  batch.add(text_value(person ? std::string_view() : std::string_view(zip)));
  batch.add(county_value(county_of(state, {}, zip)));
  batch.add(text_value(naics));
  batch.add(text_value(naics_2017_of(naics)));
  batch.add(violations);
  batch.add(penalties);
  batch.add(employees);
  batch.add(back_wages);
  batch.add(paid);
  batch.add(start);
  batch.add(end);
  law(flsa_, flsa, employees, batch);
  for (const Count amount : wages) batch.add(amount);
  batch.add(text_value(cells_.text(repeat_)));
  for (std::size_t i = 0; i < laws.size(); ++i) law(laws_[i], laws[i], employees, batch);
  saw(loaded_ >= 0 ? parse_cell_date(cells_.text(loaded_)) : end);
}

}  // namespace

std::unique_ptr<RecordReader> make_case_reader(const Layout& layout, Date today) {
  return std::make_unique<CaseReader>(layout, today);
}

}  // namespace daybreak::threat
