// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/report.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/csv.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"
#include "commons/threat/finding.hpp"
#include "commons/threat/report_map.hpp"
#include "commons/threat/words.hpp"
#include "geography/geography.hpp"

namespace daybreak::threat {
namespace {

using language::Words;

Json counties_json(const std::vector<std::uint32_t>& counties) {
  Json list = Json::array();
  for (const std::uint32_t fips : counties) list.append(fmt::format("{:05}", fips));
  return list;
}

Json window_json(const Window& window) {
  Json json = Json::object({{"industry", window.industry},
                            {"title", industry_words(window.industry)},
                            {"counties", counties_json(window.counties)},
                            {"cases", window.cases},
                            {"employers", window.employers},
                            {"workers", window.workers},
                            {"expected", window.expected},
                            {"relative_risk", window.relative_risk},
                            {"llr", window.llr},
                            {"p_value", window.p_value}});
  if (!window.first_quarter.empty()) {
    json.set("from", window.first_quarter);
    json.set("to", window.last_quarter);
  }
  return json;
}

// Windows of a stage hold counts too: small ones go without numbers.
Json windows_json(const std::vector<Window>& windows, Readers readers) {
  Json list = Json::array();
  for (const Window& window : windows)
    if (may_see(window, readers)) list.append(window_json(window));
  return list;
}

Json side_json(const Side& side, Program program) {
  Json json = Json::object({{"inspections", side.inspections},
                            {"violating", side.violating},
                            {"violations", side.violations},
                            {"employers_violating", side.employers},
                            {"workers", side.workers},
                            {"money_cents", side.money}});
  const auto kinds = kinds_of(program);
  for (std::size_t i = 0; i < kinds.size(); ++i) json.set(kinds[i].code, side.kinds[i]);
  return json;
}

// A number of employers that is too small is not told to everyone.
Json employers_json(std::int64_t employers, Readers readers) {
  return readers == Readers::kAnalyst || employers >= kFewestEmployers ? Json(employers) : Json();
}

Json draws_json(const LinkageRange& range, Readers readers) {
  return Json::object({{"draws", range.draws},
                       {"fewest_employers", employers_json(range.fewest_employers, readers)},
                       {"most_employers", employers_json(range.most_employers, readers)},
                       {"least_largest_employer_share", range.least_share},
                       {"most_largest_employer_share", range.most_share},
                       {"least_relative_risk_without_it", range.least_risk},
                       {"most_relative_risk_without_it", range.most_risk},
                       {"draws_by_employers", range.by_employers},
                       {"draws_of_too_few", range.too_few}});
}

Json names_json(const std::vector<Denominator>& list) {
  Json names = Json::array();
  for (const Denominator one : list) names.append(name_of(one));
  return names;
}

Json finding_json(const Finding& finding, const AssessRequest& request) {
  Json json = window_json(finding.window);
  json.set("robust", finding.robust);
  json.set("holds_in", names_json(finding.holds_in));
  json.set("not_in", names_json(finding.not_in));
  json.set("no_numbers_of", names_json(finding.without));
  if (finding.time) json.set("since", window_json(*finding.time));
  json.set("certain_counties", counties_json(finding.certain));
  json.set("border_counties", counties_json(finding.border));
  json.set("inside", side_json(finding.inside, request.lens.program));
  json.set("rest", side_json(finding.rest, request.lens.program));
  json.set("lower_relative_risk", finding.lower_risk);
  json.set("inspections_ratio", finding.inspections_ratio);
  json.set("largest_employer_share", finding.largest_employer_share);
  json.set("relative_risk_without_largest_employer", finding.risk_without_largest_employer);
  json.set("least_relative_risk_without_a_year", finding.least_risk_without_a_year);
  json.set("employers_expected", finding.employers_expected);
  json.set("employers_p_value", finding.employers_p);
  if (finding.draws) json.set("linkage_draws", draws_json(*finding.draws, request.readers));
  Json industries = Json::array(), words = Json::array();
  for (const Contribution& part : finding.industries)
    industries.append(Json::object(
        {{"industry", part.name}, {"cases", part.cases ? Json(*part.cases) : Json()}}));
  for (const std::string& sentence : finding.words) words.append(sentence);
  json.set("industries", std::move(industries));
  json.set("words", std::move(words));
  return json;
}

doc::TableRow cells(std::vector<std::string> words) {
  doc::TableRow row;
  for (std::size_t i = 0; i < words.size(); ++i)
    row.cells.push_back({{doc::text(words[i])},
                         i == 0 ? doc::TableCell::Kind::kRowHeader : doc::TableCell::Kind::kData,
                         i == 0 ? doc::Alignment::kStart : doc::Alignment::kEnd});
  return row;
}

doc::Block table_of(std::string caption, std::vector<std::string> header,
                    std::vector<doc::TableRow> rows) {
  doc::Table table{
      {doc::text(std::move(caption))}, {}, {cells(std::move(header))}, std::move(rows)};
  return {std::move(table)};
}

void add_finding(doc::Blocks& blocks, const Finding& finding, const Assessment& a,
                 std::size_t number, Words t) {
  std::string title = std::to_string(number) + ". " + industry_words(finding.window.industry);
  if (!finding.robust) title += " " + std::string(t("(not robust)"));
  blocks.push_back(doc::heading(2, title));
  blocks.push_back(doc::bullets(words_of(finding, a, t.language())));
  std::vector<doc::TableRow> rows;
  for (const Contribution& part : finding.industries)
    rows.push_back(
        cells({industry_words(part.name),
               part.cases ? t.number(*part.cases) : std::string(t("fewer than 5 employers"))}));
  blocks.push_back(table_of(std::string(t("Cases with violations by industry")),
                            {std::string(t("Industry")), std::string(t("Cases"))},
                            std::move(rows)));
}

void add_method(doc::Blocks& blocks, const Assessment& a, Words t) {
  blocks.push_back(doc::heading(1, std::string(t("Method"))));
  blocks.push_back(doc::paragraph(method_words(a, t)));
  std::vector<doc::TableRow> rows;
  for (const DenominatorReport& report : a.denominators)
    rows.push_back(cells({std::string(denominator_words(report.denominator, a.request.lens, t)),
                          source_words(report, a.request.lens, t), missing_words(report, a.request.lens, t)}));
  blocks.push_back(table_of(
      std::string(t("Denominators")),
      {std::string(t("Denominator")), std::string(t("Source")), std::string(t("What is missing"))},
      std::move(rows)));
  rows.clear();
  for (const Json& version : *a.data_versions.if_array())
    rows.push_back(
        cells({*version.find("dataset")->if_string() + " " + *version.find("slice")->if_string(),
               version.find("as_of")->if_string() ? *version.find("as_of")->if_string() : "",
               version.find("sha256")->if_string()->substr(0, 16)}));
  if (!rows.empty())
    blocks.push_back(table_of(
        std::string(t("Data")),
        {std::string(t("File")), std::string(t("As of")), std::string(t("SHA-256 begins"))},
        std::move(rows)));
  blocks.push_back(
      doc::paragraph(t("Fingerprint of this report: {0}", {fingerprint_of(to_json(a))})));
}

}  // namespace

Json to_json(const AssessRequest& request) {
  return Json::object({{"region", request.region},
                       {"counties", counties_json(request.counties)},
                       {"from", format_date(request.from)},
                       {"to", format_date(request.to)},
                       {"replications", std::int64_t{request.replications}},
                       {"seed", request.seed},
                       {"level", request.level},
                       {"lens", to_json(request.lens)},
                       {"readers", request.readers == Readers::kAnalyst ? "analyst" : "everyone"}});
}

Json to_json(const Assessment& a) {
  const Words t(language::Language::kEnglish);
  Json denominators = Json::array(), findings = Json::array();
  for (const DenominatorReport& report : a.denominators)
    denominators.append(Json::object(
        {{"denominator", name_of(report.denominator)},
         {"basis", report.basis},
         {"year", report.year},
         {"withheld", report.withheld},
         {"left_out_mostly", report.left_out_mostly},
         {"source", source_words(report, a.request.lens, t)},
         {"missing", missing_words(report, a.request.lens, t)},
         {"cases", report.cases},
         {"cases_left_out", report.cases_left_out},
         {"tree", windows_json(report.tree, a.request.readers)},
         {"tree_and_places", windows_json(report.tree_and_places, a.request.readers)}}));
  for (const Finding& finding : a.findings) findings.append(finding_json(finding, a.request));
  Json json = Json::object({{"request", to_json(a.request)},
                            {"dataset", a.dataset},
                            {"data_versions", a.data_versions},
                            {"inspections", a.inspections},
                            {"violating", a.violating},
                            {"undated", a.undated},
                            {"without_industry", a.without_industry},
                            {"denominators", std::move(denominators)},
                            {"findings", std::move(findings)},
                            {"withheld", a.withheld}});
  json.set("fingerprint", fingerprint_of(json));
  json.set("family", Json::object({{"runs", a.runs}, {"adjusted_p", a.family_p}}));
  return json;
}

std::string fingerprint_of(const Json& report) {
  Json content = report;
  content.erase("fingerprint");
  content.erase("family");  // grows with every look
  content.erase("signature");
  return sha256_hex(to_text(content));
}

doc::Document to_document(const Assessment& a, Date date, const std::string& notice,
                          language::Language language) {
  const Words t(language);
  doc::Document document;
  document.title = t("Threat assessment: {0}", {a.request.region});
  document.language = language::code_of(language);
  document.words = doc::words_for(document.language);
  document.date = date;
  document.running_foot = notice;
  document.subject = t("Which industries and places show more violations than their size explains");
  doc::Blocks& blocks = document.blocks;
  blocks.push_back(doc::heading(1, document.title));
  if (!notice.empty()) blocks.push_back(doc::paragraph({doc::bold(notice)}));
  for (std::string& sentence : summary_words(a, t))
    blocks.push_back(doc::paragraph(std::move(sentence)));
  if (!a.findings.empty()) blocks.push_back({map_figure(a, t)});
  for (std::size_t i = 0; i < a.findings.size(); ++i)
    add_finding(blocks, a.findings[i], a, i + 1, t);
  add_method(blocks, a, t);
  return document;
}

std::string to_csv(const Assessment& a) {
  std::string out;
  CsvWriter csv(out, CsvFormulas::kNeutralise);
  csv.row({"rank", "robust", "industry", "title", "counties", "since", "until", "cases", "expected",
           "relative_risk", "lower_relative_risk", "p_value", "holds_in", "inspections",
           "employers", "workers"});
  std::size_t rank = 0;
  for (const Finding& f : a.findings) {
    std::vector<std::string> counties, holds;
    for (const std::uint32_t fips : f.window.counties)
      counties.push_back(fmt::format("{:05}", fips));
    for (const Denominator one : f.holds_in) holds.emplace_back(name_of(one));
    csv.row(std::vector<std::string>{
        std::to_string(++rank), f.robust ? "yes" : "no", f.window.industry,
        industry_words(f.window.industry), join(counties, " "), f.time ? f.time->first_quarter : "",
        f.time ? f.time->last_quarter : "", std::to_string(f.window.cases),
        fmt::format("{:.3f}", f.window.expected), fmt::format("{:.3f}", f.window.relative_risk),
        fmt::format("{:.3f}", f.lower_risk), fmt::format("{:.4f}", f.window.p_value),
        join(holds, " "), std::to_string(f.inside.inspections), std::to_string(f.inside.employers),
        std::to_string(f.inside.workers)});
  }
  return out;
}

std::string to_geojson(const Assessment& a) {
  Json features = Json::array();
  std::size_t rank = 0;
  for (const Finding& f : a.findings) {
    ++rank;
    for (const std::uint32_t fips : f.window.counties) {
      const geography::County* county = geography::find_county(geography::CountyFips(fips));
      if (!county) continue;
      features.append(Json::object(
          {{"type", "Feature"},
           {"geometry", Json::object({{"type", "Point"},
                                      {"coordinates", Json::array({county->center.longitude,
                                                                   county->center.latitude})}})},
           {"properties",
            Json::object({{"finding", std::int64_t(rank)},
                          {"county", fmt::format("{:05}", fips)},
                          {"name", county->name},
                          {"industry", f.window.industry},
                          {"robust", f.robust},
                          {"certain", std::ranges::find(f.certain, fips) != f.certain.end()}})}}));
    }
  }
  return to_text(Json::object({{"type", "FeatureCollection"}, {"features", std::move(features)}}));
}

}  // namespace daybreak::threat
