// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/words.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/text.hpp"
#include "commons/threat/lens.hpp"
#include "commons/threat/values.hpp"
#include "geography/geography.hpp"
#include "language/format.hpp"

namespace daybreak::threat {
namespace {

using language::Words;

std::string decimal(Words t, double value, int places = 1) {
  return language::format_decimal(t.language(), value, places);
}
std::string percent(Words t, double part, double of) {
  return language::format_percent(t.language(), of > 0 ? part / of : 0, 0);
}
bool is_of_visas(Program program) {
  return program == Program::kFarmVisas || program == Program::kOtherVisas;
}
double per(double number, double of) { return of > 0 ? number / of : 0; }

std::string denominators(const std::vector<Denominator>& list, const Lens& lens, Words t) {
  std::vector<std::string> names;
  for (const Denominator one : list) names.emplace_back(denominator_words(one, lens, t));
  return list_words(names, t);
}

std::string sure_words(const Finding& finding, const Assessment& assessment, Words t) {
  const Window& w = finding.window;
  const auto as_much = std::lround(w.p_value * (assessment.request.replications + 1)) - 1;
  return t(
      "How sure: of {0} random copies of the region {1} showed as much anywhere (p = {2}); the "
      "lower bound of the rate is {3} times.",
      {t.number(assessment.request.replications), t.number(as_much), decimal(t, w.p_value, 3),
       decimal(t, finding.lower_risk)});
}

std::string holds_words(const Finding& finding, const Lens& lens, Words t) {
  std::string words = t("It holds by {0}.", {denominators(finding.holds_in, lens, t)});
  if (!finding.not_in.empty())
    words += " " + t("It does not hold by {0}.", {denominators(finding.not_in, lens, t)});
  if (!finding.without.empty())
    words += " " + t("There are no numbers of {0}.", {denominators(finding.without, lens, t)});
  words += " ";
  words += t("Each employer counted once: {0} where {1} are expected (p = {2}).",
             {t.number(finding.window.employers), decimal(t, finding.employers_expected),
              decimal(t, finding.employers_p, 3)});
  words += " ";
  words += finding.robust ? t("The finding is robust.")
           : finding.draws
               ? t("The finding is not robust.")
               : t("It cannot be called robust before the employers of the files are linked.");
  return words;
}

std::string attention_words(const Finding& finding, Program program, Words t) {
  const Side &in = finding.inside, &out = finding.rest;
  const auto share = [&](const Side& s) {
    return percent(t, static_cast<double>(s.violating), static_cast<double>(s.inspections));
  };
  const auto each = [&](const Side& s) {
    return decimal(t, per(static_cast<double>(s.violations), static_cast<double>(s.inspections)));
  };
  const auto wages = [&](const Side& s) {
    return t.number(
        std::llround(per(static_cast<double>(s.money) / 100, static_cast<double>(s.workers))));
  };
  if (is_of_visas(program))
    return t(
        "Attention or harm: {0} of {1} applications count, {2} of {3} in the rest of the region; "
        "{4} workers were asked for against {5}.",
        {share(in), t.number(in.inspections), share(out), t.number(out.inspections),
         t.number(in.workers), t.number(out.workers)});
  const std::string found = t(
      "Attention or harm: {0} of {1} inspections found violations, {2} of {3} in the rest of the "
      "region; {4} violations an inspection against {5}",
      {share(in), t.number(in.inspections), share(out), t.number(out.inspections), each(in),
       each(out)});
  if (program == Program::kSafety)
    return found + t("; {0} dollars of penalties a worker exposed against {1}.",
                     {wages(in), wages(out)});
  return found + t("; {0} dollars of back wages a worker against {1}.", {wages(in), wages(out)});
}

std::string serious_words(const Side& in, Program program, Words t) {
  std::vector<std::string> items;
  const auto kinds = kinds_of(program);
  for (std::size_t i = 0; i < kinds.size(); ++i)
    items.push_back(t.number(in.kinds[i]) + " " + std::string(t(kinds[i].words)));
  return t("Serious kinds inside: {0}.", {join(items, ", ")});
}

std::string driver_words(const Finding& finding, Words t) {
  std::string words =
      t("What drives it: the largest employer gives {0} of the cases; without it the rate is {1} "
        "times, without the strongest year {2} times.",
        {language::format_percent(t.language(), finding.largest_employer_share, 0),
         decimal(t, finding.risk_without_largest_employer),
         decimal(t, finding.least_risk_without_a_year)});
  if (finding.by_employers)
    words += " " + t("One employer gives more than three in ten cases: count employers, of which "
                     "there are {0}.",
                     {t.number(finding.inside.employers)});
  return words;
}

std::string draws_words(const LinkageRange& range, Words t) {
  const auto employers = [&](std::int64_t number) {
    return number < kFewestEmployers
               ? t("fewer than {0}", {t.number(kFewestEmployers)})
               : t.number(number);
  };
  const auto share = [&](double part) {
    return language::format_percent(t.language(), part, 0);
  };
  std::string words = t(
      "Which spellings are one employer was drawn {0} times by the probability of each link: {1} "
      "to {2} employers; the largest gives {3} to {4} of the cases, without it the rate is {5} to "
      "{6} times.",
      {t.number(range.draws), employers(range.fewest_employers), employers(range.most_employers),
       share(range.least_share), share(range.most_share), decimal(t, range.least_risk),
       decimal(t, range.most_risk)});
  if (range.by_employers > 0)
    words += " " + t("In {0} of the draws one employer gives more than three in ten cases.",
                     {t.number(range.by_employers)});
  if (range.too_few > 0)
    words += " " + t("In {0} of the draws there are fewer than {1} employers.",
                     {t.number(range.too_few), t.number(kFewestEmployers)});
  return words;
}

// What counts, in a headline: "12 cases with violations".
std::string counted_words(const Finding& finding, Program program, Words t) {
  const std::string cases = t.number(finding.window.cases),
                    expected = decimal(t, finding.window.expected);
  if (program == Program::kSafety)
    return t("{0} inspections that count where {1} are expected", {cases, expected});
  if (is_of_visas(program))
    return t("{0} applications that count where {1} are expected", {cases, expected});
  return t("{0} cases with violations where {1} are expected", {cases, expected});
}

}  // namespace

std::string list_words(const std::vector<std::string>& items, Words t) {
  if (items.empty()) return "";
  if (items.size() == 1) return items.front();
  return t("{0} and {1}", {join({items.begin(), items.end() - 1}, ", "), items.back()});
}

std::string industry_words(std::string_view code) {
  const std::string_view title = naics_title(code.substr(0, code.find('-')));
  const std::string words(code);
  return title.empty() ? "NAICS " + words : std::string(title) + " (NAICS " + words + ")";
}

std::string county_words(std::span<const std::uint32_t> counties, Words t) {
  if (counties.size() > 12)
    return t.plural("{0} county", "{0} counties", static_cast<std::int64_t>(counties.size()));
  std::map<std::string, std::vector<std::string>> by_state;
  for (const std::uint32_t fips : counties)
    if (const geography::County* county = geography::find_county(geography::CountyFips(fips)))
      by_state[std::string(county->state)].emplace_back(county->short_name);
  std::vector<std::string> states;
  for (const auto& [state, names] : by_state)
    states.push_back(list_words(names, t) + " (" + state + ")");
  return join(states, "; ");
}

std::string_view denominator_words(Denominator denominator, const Lens& lens, Words t) {
  switch (denominator) {
    case Denominator::kJobs:
      return t("jobs");
    case Denominator::kEstablishments:
      return t("establishments");
    case Denominator::kInspections:
      return is_of_visas(lens.program) ? t("applications") : t("inspections");
    case Denominator::kPositions:
      if (!lens.by_other_positions()) return t("H-2A positions");
      return lens.by_farm_positions() ? t("H-2A and H-2B positions") : t("H-2B positions");
  }
  return t("jobs");
}

std::string source_words(const DenominatorReport& report, const Lens& lens, Words t) {
  if (report.basis == "cases") {
    if (lens.program == Program::kSafety)
      return std::string(t("All OSHA inspections, with and without violations"));
    if (is_of_visas(lens.program))
      return std::string(t("All decided applications, whatever the decision"));
    return std::string(
        t("All concluded cases of the Wage and Hour Division, with and without violations"));
  }
  if (report.basis == "qcew")
    return t("QCEW {0}, private ownership", {std::to_string(report.year)});
  if (report.basis == "positions")
    return std::string(
        t("Positions certified, all years imported, by county of the worksite"));
  if (report.basis == "spread")
    return std::string(
        t("National totals by industry (Census SUSB), spread over the counties by population"));
  return std::string(t("None"));
}

std::string missing_words(const DenominatorReport& report, const Lens& lens, Words t) {
  std::vector<std::string> words;
  if (report.basis.empty()) words.emplace_back(t("No numbers were imported for these counties."));
  if (report.basis == "spread")
    words.emplace_back(
        t("A stand-in: it does not know which industries are large here, and has no farm jobs at "
          "all. Import QCEW for the counties."));
  if (report.basis == "positions" && lens.by_farm_positions())
    words.emplace_back(
        t("Of H-2A only agriculture as a whole: the certifications of most years name no industry."));
  if (report.withheld > 0)
    words.push_back(
        t("{0} withheld numbers of jobs are estimated from establishments; farms that need not "
          "insure their workers are not counted.",
          {t.number(report.withheld)}));
  if (report.cases_left_out > 0)
    words.push_back(
        t("{0} violating cases are of industries without a number here and are left out, most of "
          "them of {1}.",
          {t.number(report.cases_left_out), industry_words(report.left_out_mostly)}));
  return join(words, " ");
}

std::string headline_of(const Finding& finding, Program program, Words t) {
  const Window& w = finding.window;
  return t("{0} in {1}: {2}, {3} times the rate of the rest.",
           {industry_words(w.industry), county_words(w.counties, t),
            counted_words(finding, program, t), decimal(t, w.relative_risk)});
}

std::vector<std::string> words_of(const Finding& finding, const Assessment& assessment,
                                  language::Language language) {
  const Words t(language);
  const Program program = assessment.request.lens.program;
  std::vector<std::string> words = {headline_of(finding, program, t),
                                    sure_words(finding, assessment, t)};
  if (finding.time && finding.time->p_value <= 0.05)
    words.push_back(t("Since when: most clearly from {0} to {1} in {2}.",
                      {finding.time->first_quarter, finding.time->last_quarter,
                       county_words(finding.time->counties, t)}));
  if (!finding.certain.empty())
    words.push_back(t("Certain counties: {0}.", {county_words(finding.certain, t)}));
  if (!finding.border.empty())
    words.push_back(t("Border counties: {0}.", {county_words(finding.border, t)}));
  words.push_back(holds_words(finding, assessment.request.lens, t));
  words.push_back(attention_words(finding, program, t));
  words.push_back(serious_words(finding.inside, program, t));
  words.push_back(
      t("What would explain it away: {0} times as many inspections for its size as elsewhere; "
        "there were {1} times as many.",
        {decimal(t, finding.lower_risk), decimal(t, finding.inspections_ratio)}));
  words.push_back(driver_words(finding, t));
  if (finding.draws)
    words.push_back(draws_words(*finding.draws, t));
  else
    words.emplace_back(
        t("The employers of the files were not linked: each way of writing a name counts as one."));
  words.emplace_back(
      t("What it does not say: enforcement records show where inspectors went and what they found, "
        "never trafficking; no report is no proof of no exploitation; nothing is said of any one "
        "employer."));
  return words;
}

std::vector<std::string> summary_words(const Assessment& a, Words t) {
  std::vector<std::string> words;
  const auto robust = std::ranges::count_if(a.findings, &Finding::robust);
  words.push_back(
      t("{0}, {1} to {2}: {3} records, {4} of which count.",
        {county_words(a.request.counties, t), language::format_date(t.language(), a.request.from),
         language::format_date(t.language(), a.request.to), t.number(a.inspections),
         t.number(a.violating)}));
  std::string found =
      t.plural("{0} finding", "{0} findings", static_cast<std::int64_t>(a.findings.size())) +
      t(", {0} of them robust.", {t.number(robust)});
  if (a.withheld > 0)
    found += " " + t.plural("{0} more is withheld for too few employers or workers.",
                            "{0} more are withheld for too few employers or workers.", a.withheld);
  words.push_back(std::move(found));
  const Lens& lens = a.request.lens;
  words.push_back(t("What counts: {0}, of {1} (lens {2}, version {3}).",
                    {lens.title_in(t.language()), program_words(lens.program, t), lens.code,
                     t.number(lens.version)}));
  if (a.without_industry > 0)
    words.push_back(t.plural("{0} case names no industry and is left out.",
                             "{0} cases name no industry and are left out.", a.without_industry));
  if (a.undated > 0)
    words.push_back(t.plural(
        "{0} case carries no date: it counts for industry and place, not for time.",
        "{0} cases carry no date: they count for industry and place, not for time.", a.undated));
  if (a.runs > 0)
    words.push_back(
        t("Assessments of this region so far: {0}. The best p of this one after all of "
          "them is {1}.",
          {t.number(a.runs), decimal(t, a.family_p, 3)}));
  if (a.findings.empty()) words.emplace_back(t("Nothing stands out more than chance explains."));
  return words;
}

std::string method_words(const Assessment& a, Words t) {
  std::string words = t(
      "Tree, tree by place and space-time scan statistics (Kulldorff) of the records that count; "
      "{0} random copies, seed {1}. Each denominator is given {2} of the level of {3}; a finding is "
      "robust when it holds in two and when each employer is counted once. Cells of fewer than {4} employers or {5} workers are hidden.",
      {t.number(a.request.replications), std::to_string(a.request.seed),
       decimal(t, a.request.level / 4, 4), decimal(t, a.request.level, 2),
       t.number(kFewestEmployers), t.number(kFewestWorkers)});
  words += " ";
  switch (a.request.lens.program) {
    case Program::kWages:
      words += t("Dates are periods of violations, not of inspections.");
      break;
    case Program::kSafety:
      words += t("Dates are the days on which inspections began.");
      break;
    case Program::kFarmVisas:
    case Program::kOtherVisas:
      words += t("Dates are those of decisions; places are worksites.");
      break;
  }
  if (a.request.counties.size() > kWideRegion)
    words += " " + t("So many counties are looked at in circles of up to {0} km, by industries of "
                     "up to {1} digits; since when, in the surroundings of a finding.",
                     {t.number(static_cast<std::int64_t>(kWideRadius)),
                      t.number(static_cast<std::int64_t>(kWideDigits))});
  return words;
}

}  // namespace daybreak::threat
