// SPDX-License-Identifier: AGPL-3.0-or-later
// OSHA inspections and violations, in the layout of the 2020 dump, of the portal since, and joined.
// Rows before 2003 have an SIC code only; a NAICS of 0 means none.
#include <array>

#include "base/text.hpp"
#include "commons/threat/record.hpp"
#include "commons/threat/seen_numbers.hpp"
#include "commons/threat/values.hpp"

namespace daybreak::threat {
namespace {

constexpr TableShape kInspections = {
    "threat_inspection",
    "load_id, line, activity, establishment, natural_person, city, state, zip, county, owner, sic, "
    "naics, naics_2017, kind, scope, migrant, employees, opened, closed",
    19};
constexpr TableShape kViolations = {
    "threat_violation",
    "load_id, line, activity, citation, standard, kind, issued, penalty, initial_penalty, "
    "instances, exposed, gravity, deleted",
    13};
constexpr std::int64_t kActivities = std::int64_t{1} << 53;

// The columns of a violation, alone or joined to an inspection.
class ViolationCells {
 public:
  void bind(const Cells& cells, bool joined) {
    kind_ = cells.field(joined ? "violation_kind" : "kind");
    for (std::size_t i = 0; i < kNames.size(); ++i) fields_[i] = cells.field(kNames[i]);
  }
  bool is_there(const Cells& cells) const { return !cells.text(fields_[0]).empty(); }
  // Reads and, when nothing is wrong, adds the violation; returns the day it was issued.
  std::optional<Date> take(Cells& cells, std::int64_t activity, Date today, std::int64_t load,
                           std::uint64_t line, Batch& batch) {
    const auto issued = cells.date(fields_[2], today);
    const auto penalty = cells.cents(fields_[3]), initial = cells.cents(fields_[4]);
    const auto instances = cells.count(fields_[5]), exposed = cells.count(fields_[6]);
    const auto gravity = cells.count(fields_[7]);
    if (cells.refusal) return issued;
    batch.start(kViolations, load, line);
    batch.add(activity);
    batch.add(cells.text(fields_[0]));
    batch.add(text_value(cells.text(fields_[1])));
    batch.add(text_value(cells.text(kind_)));
    batch.add(issued);
    batch.add(penalty);
    batch.add(initial);
    batch.add(instances);
    batch.add(exposed);
    batch.add(gravity);
    batch.add(equals_ignoring_case_ascii(cells.text(fields_[8]), "X"));
    return issued;
  }

 private:
  static constexpr std::array<std::string_view, 9> kNames = {
      "citation",  "standard", "issued",  "penalty", "initial_penalty",
      "instances", "exposed",  "gravity", "deleted"};
  std::array<int, kNames.size()> fields_{};
  int kind_ = -1;
};

class InspectionReader final : public RecordReader {
 public:
  InspectionReader(const Layout& layout, Date today) : RecordReader(layout, today) {}

 private:
  void rebind(std::span<const std::string>) override {
    for (std::size_t i = 0; i < kNames.size(); ++i) fields_[i] = cells_.field(kNames[i]);
    joined_ = layout_.id == "osha_joined";
    if (joined_) violation_.bind(cells_, true);
  }
  void take(const SourceRow& row, std::int64_t load, Batch& batch) override {
    const auto activity = cells_.count(fields_[0], kActivities);
    if (!activity) return cells_.refuse(fields_[0], "is empty: the inspection has no number");
    const auto opened = cells_.date(fields_[10], today_), closed = cells_.date(fields_[11], today_);
    const auto employees = cells_.count(fields_[9], 10'000'000);
    if (cells_.refusal) return;
    const bool is_new = seen_.insert(*activity);
    if (!is_new && !joined_)
      return cells_.refuse(fields_[0], "is the number of an inspection that was there before");
    if (joined_ && violation_.is_there(cells_))
      violation_.take(cells_, *activity, today_, load, row.line, batch);
    if (cells_.refusal || !is_new) return;
    add_inspection(*activity, row.line, load, batch);
    batch.add(employees);
    batch.add(opened);
    batch.add(closed);
    const auto loaded = parse_cell_date(cells_.text(fields_[12]));
    saw(loaded ? loaded : opened);
  }
  void add_inspection(std::int64_t activity, std::uint64_t line, std::int64_t load, Batch& batch) {
    std::string name = firm_name(cells_.text(fields_[1]));
    const bool person = name.empty();
    const std::string_view state = state_of(cells_.text(fields_[3]));
    const std::string zip = zip_of(cells_.text(fields_[4]), state);
    const std::string_view naics = naics_of(cells_.text(fields_[7]));
    batch.start(kInspections, load, line);
    batch.add(activity);
    batch.add(text_value(std::move(name)));
    batch.add(person);
    batch.add(text_value(person ? std::string_view() : cells_.text(fields_[2])));
    batch.add(text_value(state));
    batch.add(text_value(person ? std::string_view() : std::string_view(zip)));
    batch.add(county_value(county_of(state, {}, zip)));
    batch.add(text_value(cells_.text(fields_[5])));
    batch.add(text_value(cells_.text(fields_[6])));
    batch.add(text_value(naics));
    batch.add(text_value(naics_2017_of(naics)));
    batch.add(text_value(cells_.text(fields_[8])));
    batch.add(text_value(cells_.text(fields_[13])));
    batch.add(equals_ignoring_case_ascii(cells_.text(fields_[14]), "X"));
  }

  static constexpr std::array<std::string_view, 15> kNames = {
      "activity", "establishment", "city",   "state",  "zip",    "owner", "sic",    "naics",
      "kind",     "employees",     "opened", "closed", "loaded", "scope", "migrant"};
  std::array<int, kNames.size()> fields_{};
  bool joined_ = false;
  ViolationCells violation_;
  SeenNumbers seen_;
};

class ViolationReader final : public RecordReader {
 public:
  ViolationReader(const Layout& layout, Date today) : RecordReader(layout, today) {}

 private:
  void rebind(std::span<const std::string>) override {
    activity_ = cells_.field("activity");
    citation_ = cells_.field("citation");
    violation_.bind(cells_, false);
  }
  void take(const SourceRow& row, std::int64_t load, Batch& batch) override {
    const auto activity = cells_.count(activity_, kActivities);
    if (!activity) return cells_.refuse(activity_, "is empty: the violation has no inspection");
    if (!violation_.is_there(cells_)) return cells_.refuse(citation_, "is empty");
    saw(violation_.take(cells_, *activity, today_, load, row.line, batch));
  }
  int activity_ = -1, citation_ = -1;
  ViolationCells violation_;
};

}  // namespace

std::unique_ptr<RecordReader> make_inspection_reader(const Layout& layout, Date today) {
  return std::make_unique<InspectionReader>(layout, today);
}
std::unique_ptr<RecordReader> make_violation_reader(const Layout& layout, Date today) {
  return std::make_unique<ViolationReader>(layout, today);
}

}  // namespace daybreak::threat
