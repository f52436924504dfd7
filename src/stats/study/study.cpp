// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/study/study.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace daybreak::stats {
namespace {

constexpr std::size_t kMostCells = std::size_t{200} << 20;

// The study period: told, or what the times of the cases span, or one unit.
Result<Calendar> calendar_of(const StudyPlan& plan, const std::vector<CountRow>& cases,
                             const std::string& cases_name) {
  std::optional<Time> first = plan.start, last = plan.end;
  if (plan.time == TimeUse::kNone && !(first && last)) return Calendar();
  for (const CountRow& row : cases) {
    if (!row.time.is_given()) continue;
    if (!plan.start && (!first || earliest_day(row.time) < earliest_day(*first))) first = row.time;
    if (!plan.end && (!last || latest_day(row.time) > latest_day(*last))) last = row.time;
  }
  if (!first || !last) {
    return fail(ErrorKind::kInvalid, "the cases have no times", cases_name,
                "add a third column such as 2024/03, or run `daybreak scan space`");
  }
  if (plan.time == TimeUse::kNone) {
    return Calendar::over(*first, *last, TimeStep{TimeUnit::kYear, 100000});
  }
  // Units begin with the calendar where the period does not say otherwise.
  if (!plan.start && plan.step.unit == TimeUnit::kYear) *first = Time{.year = first->year};
  if (!plan.start && plan.step.unit == TimeUnit::kMonth) {
    const int month = first->month == 0 ? 1 : first->month;
    *first =
        Time{first->year,
             static_cast<std::uint8_t>((month - 1) / plan.step.count * plan.step.count + 1), 0};
  }
  if (!plan.end && plan.step.unit == TimeUnit::kYear) *last = Time{.year = last->year};
  if (!plan.end && plan.step.unit == TimeUnit::kMonth && last->month != 0) {
    last->day = 0;
    last->month =
        static_cast<std::uint8_t>(((last->month - 1) / plan.step.count + 1) * plan.step.count);
  }
  return Calendar::over(*first, *last, plan.step);
}

class Builder {
 public:
  Builder(const StudyFiles& files, const StudyPlan& plan) : files_(files), plan_(plan) {}

  Result<Study> build() {
    study_.calendar = TRY(calendar_of(plan_, files_.cases.rows, files_.cases_name));
    study_.data.model = plan_.model;
    study_.data.times = study_.calendar.units();
    place_them();
    if (cells() > kMostCells) {
      return fail(ErrorKind::kUnsupported,
                  fmt::format("{} places times {} units of time are too many cells",
                              study_.data.places, study_.data.times),
                  "", "choose a longer --time-unit");
    }
    study_.data.cases.assign(cells(), 0);
    TRY(add_counts(files_.cases, files_.cases_name, study_.data.cases));
    TRY(add_measure());
    add_place_measure();
    return std::move(study_);
  }

 private:
  std::size_t cells() const {
    return static_cast<std::size_t>(study_.data.places) * study_.data.times;
  }
  std::size_t cell(std::uint32_t id, std::uint32_t unit) const {
    return static_cast<std::size_t>(place_of_[id]) * study_.data.times + unit;
  }

  void place_them() {
    const std::size_t ids = files_.keys.places.size();
    place_of_.assign(ids, 0);
    if (!plan_.places) {
      study_.data.places = 1;
      study_.points.resize(1);
      study_.ids.resize(1);
      return;
    }
    std::vector<Point> points;
    for (const Coordinate& c : files_.coordinates) points.push_back({c.first, c.second});
    if (plan_.merge_coincident) {
      const Coincident merged = merge_coincident(points);
      place_of_ = merged.group;
      for (const std::uint32_t id : merged.representative) study_.points.push_back(points[id]);
    } else {
      for (std::uint32_t id = 0; id < ids; ++id) place_of_[id] = id;
      study_.points = std::move(points);
    }
    study_.data.places = static_cast<std::uint32_t>(study_.points.size());
    study_.ids.resize(study_.points.size());
    for (std::uint32_t id = 0; id < ids; ++id) study_.ids[place_of_[id]].push_back(id);
  }

  Result<void> add_counts(const CountFile& file, const std::string& name,
                          std::vector<std::uint32_t>& out) {
    std::int64_t total = 0;
    for (const CountRow& row : file.rows) {
      std::uint32_t unit = 0;
      total += row.count;
      if (total > kMostCases) {
        return fail(ErrorKind::kUnsupported,
                    "up to this line the counts add up to more than 2,147,483,647",
                    fmt::format("{}:{}", name, row.line), "check the count column");
      }
      if (study_.data.times > 1 || (plan_.start && row.time.is_given())) {
        const auto found = study_.calendar.unit_of(row.time);
        if (!found || !*found) {
          Error error = found ? Error{ErrorKind::kInvalid,
                                      fmt::format("the time {} lies outside the study period",
                                                  format_time(row.time)),
                                      "", "correct it, or change --study-start and --study-end"}
                              : found.error();
          error.place = fmt::format("{}:{}", name, row.line);
          return tl::make_unexpected(std::move(error));
        }
        unit = **found;
      }
      out[cell(row.place, unit)] += static_cast<std::uint32_t>(row.count);
    }
    return {};
  }

  Result<void> add_measure() {
    switch (plan_.model) {
      case Model::kPermutation:
        study_.data.columns = study_.data.times;
        return {};
      case Model::kBernoulli:
      case Model::kBernoulliUnconditional: {
        std::vector<std::uint32_t> controls(cells(), 0);
        TRY(add_counts(files_.controls, files_.controls_name, controls));
        for (std::size_t i = 0; i < cells(); ++i) {
          study_.data.measure.push_back(static_cast<double>(study_.data.cases[i]) + controls[i]);
        }
        return {};
      }
      default:
        return add_population();
    }
  }

  // Expected cases by indirect standardisation: within each category of covariates the cases are
  // spread over places and time in proportion to its person-days.
  Result<void> add_population() {
    study_.data.measure.assign(cells(), 0);
    if (files_.population.rows.empty()) {
      for (std::size_t i = 0; i < cells(); ++i) {
        const auto unit = static_cast<std::uint32_t>(i % study_.data.times);
        const double alike =
            plan_.places ? static_cast<double>(study_.ids[i / study_.data.times].size()) : 1;
        study_.data.measure[i] = alike * static_cast<double>(study_.calendar.end_day(unit) -
                                                             study_.calendar.first_day(unit));
      }
      return {};
    }
    const bool adjust =
        plan_.adjust_covariates && files_.cases.covariates > 0 && files_.population.covariates > 0;
    if (adjust && files_.cases.covariates != files_.population.covariates) {
      return fail(ErrorKind::kInvalid,
                  fmt::format("the cases have {} covariates, the population has {}",
                              files_.cases.covariates, files_.population.covariates),
                  files_.population_name, "give both files the same covariate columns");
    }
    std::map<std::uint32_t, double> cases_of;  // by category; all in one when not adjusted
    for (const CountRow& row : files_.cases.rows) {
      cases_of[adjust ? row.category : 0] += static_cast<double>(row.count);
    }
    std::map<std::uint32_t, std::vector<double>> days_of;
    collect_person_days(adjust, days_of);
    double total_days = 0;
    for (const auto& [category, days] : days_of) {
      double sum = 0;
      for (const double d : days) sum += d;
      total_days += sum;
      const auto found = cases_of.find(category);
      if (found == cases_of.end() || sum <= 0) continue;
      for (std::size_t i = 0; i < cells(); ++i)
        study_.data.measure[i] += days[i] * found->second / sum;
      cases_of.erase(found);
    }
    for (const auto& [category, count] : cases_of) {
      if (count <= 0) continue;
      return fail(ErrorKind::kInvalid,
                  adjust ? fmt::format("there are {} cases in category \"{}\" and no population",
                                       count, files_.keys.categories.name(category))
                         : std::string("the total population is zero"),
                  files_.population_name, "check the population column and the covariates");
    }
    const DayNumber period =
        study_.calendar.end_day(study_.calendar.units() - 1) - study_.calendar.first_day(0);
    study_.total_population =
        total_days / static_cast<double>(std::max<DayNumber>(
                         1, population_period_ > 0 ? population_period_ : period));
    return check_cases_have_population();
  }

  void collect_person_days(bool adjust, std::map<std::uint32_t, std::vector<double>>& days_of) {
    std::vector<PopulationRow> rows = files_.population.rows;
    std::stable_sort(rows.begin(), rows.end(), [](const PopulationRow& a, const PopulationRow& b) {
      return std::pair(a.place, a.category) < std::pair(b.place, b.category);
    });
    // Without a study period, the population is averaged over the dates at which it was counted.
    DayNumber from = study_.calendar.first_day(0);
    DayNumber to = study_.calendar.end_day(study_.calendar.units() - 1);
    const bool timeless = plan_.time == TimeUse::kNone && from == 0 && to == 1;
    if (timeless) {
      bool any = false;
      for (const PopulationRow& row : rows) {
        if (!row.time.is_given()) continue;
        from = any ? std::min(from, population_day(row.time)) : population_day(row.time);
        to = any ? std::max(to, population_day(row.time) + 1) : population_day(row.time) + 1;
        any = true;
      }
    }
    population_period_ = timeless ? to - from : 0;
    for (std::size_t i = 0; i < rows.size();) {
      std::size_t j = i;
      std::vector<PopulationPoint> points;
      for (; j < rows.size() && rows[j].place == rows[i].place &&
             rows[j].category == rows[i].category;
           ++j) {
        points.push_back(
            {rows[j].time.is_given() ? population_day(rows[j].time) : 0, rows[j].population});
      }
      std::sort(points.begin(), points.end(), [](auto& a, auto& b) { return a.day < b.day; });
      std::vector<double>& days = days_of[adjust ? rows[i].category : 0];
      days.resize(cells());
      for (std::uint32_t unit = 0; unit < study_.data.times; ++unit) {
        days[cell(rows[i].place, unit)] +=
            timeless ? person_days(points, from, to)
                     : person_days(points, study_.calendar.first_day(unit),
                                   study_.calendar.end_day(unit));
      }
      i = j;
    }
  }

  Result<void> check_cases_have_population() {
    for (std::size_t i = 0; i < cells(); ++i) {
      if (study_.data.cases[i] == 0 || study_.data.measure[i] > 0) continue;
      const auto& ids = study_.ids[i / study_.data.times];
      return fail(ErrorKind::kInvalid,
                  fmt::format("place {} has {} cases but no population in {}",
                              ids.empty() ? "(all)" : files_.keys.places.name(ids.front()),
                              study_.data.cases[i], files_.population_name),
                  place_of_cases(static_cast<std::uint32_t>(i / study_.data.times)),
                  "add its population, or remove the cases");
    }
    return {};
  }

  // The first line with cases of a place.
  std::string place_of_cases(std::uint32_t place) const {
    for (const CountRow& row : files_.cases.rows) {
      if (row.count > 0 && place_of_[row.place] == place) {
        return fmt::format("{}:{}", files_.cases_name, row.line);
      }
    }
    return files_.cases_name;
  }

  void add_place_measure() {
    study_.place_measure.assign(study_.data.places, 0);
    for (std::size_t i = 0; i < cells(); ++i) {
      study_.place_measure[i / study_.data.times] +=
          plan_.model == Model::kPermutation ? study_.data.cases[i] : study_.data.measure[i];
    }
  }

  const StudyFiles& files_;
  const StudyPlan& plan_;
  Study study_;
  std::vector<std::uint32_t> place_of_;
  DayNumber population_period_ = 0;
};

}  // namespace

CategoryTable category_table(const Study& study, const CountFile& cases, const Keys& keys) {
  std::vector<std::uint32_t> place_of(keys.places.size(), 0);
  for (std::uint32_t place = 0; place < study.ids.size(); ++place) {
    for (const std::uint32_t id : study.ids[place]) place_of[id] = place;
  }
  CategoryTable out;
  out.categories = keys.categories.size();
  out.cases.assign(study.data.places * out.categories, 0);
  for (const CountRow& row : cases.rows) {
    out.cases[place_of[row.place] * out.categories + row.category] +=
        static_cast<std::uint32_t>(row.count);
  }
  return out;
}

Result<Study> build_study(const StudyFiles& files, const StudyPlan& plan) {
  return Builder(files, plan).build();
}

}  // namespace daybreak::stats
