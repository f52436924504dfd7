// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/compare.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "commons/threat/cases.hpp"
#include "language/format.hpp"

namespace daybreak::threat {
namespace {

using language::Words;

constexpr double kTwoSided95 = 1.959964;

Result<PeriodCount> count_period(db::Database& database, AssessRequest request,
                                 const Window& window, Date from, Date to) {
  request.from = from;
  request.to = to;
  const CaseSet set = TRY(database.read([&](db::Connection& c) { return read_cases(c, request); }));
  PeriodCount count{.from = from, .to = to, .dataset = set.dataset};
  std::set<std::uint32_t> employers;
  std::int64_t workers = 0;
  for (const Case& one : set.cases) count.region_cases += one.quarter >= 0 && one.counts;
  set.in_window(window.industry, marked(request, window.counties), [&](const Case& one) {
    if (one.quarter < 0) return;
    ++count.inspections;
    if (!one.counts) return;
    ++count.cases;
    employers.insert(one.employer);
    workers += one.workers;
  });
  count.hidden = request.readers == Readers::kEveryone &&
                 (std::ssize(employers) < kFewestEmployers || workers < kFewestWorkers);
  return count;
}

std::string period_words(Words t, const PeriodCount& count) {
  const std::string from = language::format_date(t.language(), count.from),
                    to = language::format_date(t.language(), count.to);
  if (count.hidden)
    return t("{0} to {1}: fewer than {2} employers or {3} workers, so no numbers.",
             {from, to, t.number(kFewestEmployers), t.number(kFewestWorkers)});
  return t(
      "{0} to {1}: {2} cases of {3} in the region, from {4} inspections here.",
      {from, to, t.number(count.cases), t.number(count.region_cases), t.number(count.inspections)});
}

}  // namespace

Result<BeforeAfter> compare_before_after(db::Database& database, const AssessRequest& request,
                                         const Window& window, Date begun) {
  if (begun <= request.from || begun > request.to)
    return fail(ErrorKind::kInvalid, "is not inside the years that were assessed", "field begun",
                "Choose a day after the first and up to the last");
  const Date day_before(std::chrono::sys_days(begun) - std::chrono::days(1));
  BeforeAfter change;
  change.before = TRY(count_period(database, request, window, request.from, day_before));
  change.after = TRY(count_period(database, request, window, begun, request.to));
  if (change.before.hidden || change.after.hidden || change.before.dataset != change.after.dataset)
    return change;
  const auto cell = [](std::int64_t count) { return static_cast<double>(count) + 0.5; };
  const double here_before = cell(change.before.cases), here_after = cell(change.after.cases),
               rest_before = cell(change.before.region_cases - change.before.cases),
               rest_after = cell(change.after.region_cases - change.after.cases);
  const double log_ratio = std::log(here_after / rest_after) - std::log(here_before / rest_before);
  const double error =
      std::sqrt(1 / here_before + 1 / here_after + 1 / rest_before + 1 / rest_after);
  change.can_tell = true;
  change.ratio = std::exp(log_ratio);
  change.lower = std::exp(log_ratio - kTwoSided95 * error);
  change.upper = std::exp(log_ratio + kTwoSided95 * error);
  return change;
}

std::vector<std::string> words_of(const BeforeAfter& change, Words t) {
  const auto decimal = [&](double value) {
    return language::format_decimal(t.language(), value, 2);
  };
  std::vector<std::string> words = {t("Before: {0}", {period_words(t, change.before)}),
                                    t("After: {0}", {period_words(t, change.after)})};
  if (!change.can_tell) {
    words.emplace_back(t("Nothing can be told of a change yet."));
  } else {
    words.push_back(
        t("The part of the region's cases that is here became {0} times what it was (95 percent "
          "interval: {1} to {2} times).",
          {decimal(change.ratio), decimal(change.lower), decimal(change.upper)}));
    words.emplace_back(change.lower > 1   ? t("It rose.")
                       : change.upper < 1 ? t("It fell.")
                                          : t("That may be chance: no clear change."));
  }
  words.emplace_back(
      t("A rise can mean that workers have come to trust those who ask; a fall can mean that "
        "nobody looks. Read it beside what the outreach heard."));
  return words;
}

}  // namespace daybreak::threat
