// SPDX-License-Identifier: AGPL-3.0-or-later
// Reads back what report.cpp wrote: a request, and a whole assessment for pages and documents.
#include "base/text.hpp"
#include "commons/threat/assess.hpp"

namespace daybreak::threat {
namespace {

// The members of one object; what is absent reads as nothing.
class Members {
 public:
  explicit Members(const Json& json) : json_(json) {}
  const Json* at(std::string_view key) const { return json_.find(key); }
  std::string text(std::string_view key) const { return json_.text_of(key); }
  std::int64_t whole(std::string_view key) const {
    const Json* value = at(key);
    return value && value->if_integer() ? *value->if_integer() : 0;
  }
  double number(std::string_view key) const {
    const Json* value = at(key);
    return value ? value->if_number().value_or(0) : 0;
  }
  bool flag(std::string_view key) const {
    const Json* value = at(key);
    return value && value->if_bool() && *value->if_bool();
  }
  std::span<const Json> list(std::string_view key) const {
    const Json* value = at(key);
    return value && value->if_array() ? std::span<const Json>(*value->if_array())
                                      : std::span<const Json>();
  }
  std::vector<std::uint32_t> counties(std::string_view key) const {
    std::vector<std::uint32_t> codes;
    for (const Json& one : list(key))
      if (const auto fips = one.if_string() ? to_integer(*one.if_string()) : std::nullopt)
        codes.push_back(static_cast<std::uint32_t>(*fips));
    return codes;
  }
  std::vector<Denominator> denominators(std::string_view key) const {
    std::vector<Denominator> all;
    for (const Json& one : list(key))
      for (const Denominator known : {Denominator::kJobs, Denominator::kEstablishments,
                                      Denominator::kInspections, Denominator::kPositions})
        if (one.if_string() && *one.if_string() == name_of(known)) all.push_back(known);
    return all;
  }

 private:
  const Json& json_;
};

Window read_window(const Json& json) {
  const Members m(json);
  Window window;
  window.industry = m.text("industry");
  window.counties = m.counties("counties");
  window.first_quarter = m.text("from");
  window.last_quarter = m.text("to");
  window.cases = m.whole("cases");
  window.expected = m.number("expected");
  window.relative_risk = m.number("relative_risk");
  window.llr = m.number("llr");
  window.p_value = m.number("p_value");
  window.employers = m.whole("employers");
  window.workers = m.whole("workers");
  return window;
}

std::vector<Window> read_windows(std::span<const Json> list) {
  std::vector<Window> windows;
  for (const Json& one : list) windows.push_back(read_window(one));
  return windows;
}

Side read_side(const Json* json, Program program) {
  if (json == nullptr) return {};
  const Members m(*json);
  Side side;
  side.inspections = m.whole("inspections");
  side.violating = m.whole("violating");
  side.violations = m.whole("violations");
  side.workers = m.whole("workers");
  side.employers = m.whole("employers_violating");
  side.money = m.whole("money_cents");
  const auto kinds = kinds_of(program);
  for (std::size_t i = 0; i < kinds.size(); ++i) side.kinds[i] = m.whole(kinds[i].code);
  return side;
}

LinkageRange read_draws(const Json& json) {
  const Members m(json);
  return {static_cast<int>(m.whole("draws")),
          m.whole("fewest_employers"),
          m.whole("most_employers"),
          m.number("least_largest_employer_share"),
          m.number("most_largest_employer_share"),
          m.number("least_relative_risk_without_it"),
          m.number("most_relative_risk_without_it"),
          static_cast<int>(m.whole("draws_by_employers")),
          static_cast<int>(m.whole("draws_of_too_few"))};
}

Finding read_finding(const Json& json, Program program) {
  const Members m(json);
  Finding finding;
  finding.window = read_window(json);
  finding.robust = m.flag("robust");
  finding.holds_in = m.denominators("holds_in");
  finding.not_in = m.denominators("not_in");
  finding.without = m.denominators("no_numbers_of");
  if (const Json* since = m.at("since")) finding.time = read_window(*since);
  finding.certain = m.counties("certain_counties");
  finding.border = m.counties("border_counties");
  finding.inside = read_side(m.at("inside"), program);
  finding.rest = read_side(m.at("rest"), program);
  finding.lower_risk = m.number("lower_relative_risk");
  finding.inspections_ratio = m.number("inspections_ratio");
  finding.largest_employer_share = m.number("largest_employer_share");
  finding.by_employers = finding.largest_employer_share > kLargeEmployerShare;
  finding.risk_without_largest_employer = m.number("relative_risk_without_largest_employer");
  finding.least_risk_without_a_year = m.number("least_relative_risk_without_a_year");
  finding.employers_expected = m.number("employers_expected");
  finding.employers_p = m.number("employers_p_value");
  if (const Json* draws = m.at("linkage_draws")) finding.draws = read_draws(*draws);
  for (const Json& part : m.list("industries")) {
    const Members one(part);
    const Json* cases = one.at("cases");
    finding.industries.push_back(
        {one.text("industry"), cases && cases->if_integer()
                                   ? std::optional<std::int64_t>(*cases->if_integer())
                                   : std::nullopt});
  }
  for (const Json& sentence : m.list("words"))
    if (sentence.if_string()) finding.words.push_back(*sentence.if_string());
  return finding;
}

DenominatorReport read_denominator(const Json& json) {
  const Members m(json);
  DenominatorReport report;
  for (const Denominator known : {Denominator::kJobs, Denominator::kEstablishments,
                                  Denominator::kInspections, Denominator::kPositions})
    if (m.text("denominator") == name_of(known)) report.denominator = known;
  report.basis = m.text("basis");
  report.year = static_cast<int>(m.whole("year"));
  report.withheld = m.whole("withheld");
  report.left_out_mostly = m.text("left_out_mostly");
  report.cases = m.whole("cases");
  report.cases_left_out = m.whole("cases_left_out");
  report.tree = read_windows(m.list("tree"));
  report.tree_and_places = read_windows(m.list("tree_and_places"));
  return report;
}

}  // namespace

Result<AssessRequest> parse_request(const Json& json) {
  AssessRequest request;
  const auto text = [&](std::string_view key) -> Result<std::string> {
    const Json* value = json.find(key);
    if (value && value->if_string()) return *value->if_string();
    return fail(ErrorKind::kInvalid, "has no text", "request." + std::string(key),
                "Give a report that `daybreak threat assess --json` wrote");
  };
  request.region = TRY(text("region"));
  request.from = TRY(parse_date(TRY(text("from"))));
  request.to = TRY(parse_date(TRY(text("to"))));
  request.readers = TRY(text("readers")) == "analyst" ? Readers::kAnalyst : Readers::kEveryone;
  if (const Json* lens = json.find("lens")) request.lens = TRY(parse_lens(*lens));
  const Json *counties = json.find("counties"), *copies = json.find("replications"),
             *seed = json.find("seed"), *level = json.find("level");
  if (!counties || !counties->if_array() || !copies || !copies->if_integer() || !seed ||
      !seed->if_integer() || !level || !level->if_number())
    return fail(ErrorKind::kInvalid, "lacks counties, replications, seed or level", "request");
  for (const Json& county : *counties->if_array()) {
    const auto fips = county.if_string() ? to_integer(*county.if_string()) : std::nullopt;
    if (!fips) return fail(ErrorKind::kInvalid, "is no county code", "request.counties");
    request.counties.push_back(static_cast<std::uint32_t>(*fips));
  }
  request.replications = static_cast<std::uint32_t>(*copies->if_integer());
  request.seed = static_cast<std::uint64_t>(*seed->if_integer());
  request.level = *level->if_number();
  return request;
}

Result<Assessment> parse_assessment(const Json& report) {
  const Members m(report);
  const Json* request = m.at("request");
  if (request == nullptr)
    return fail(ErrorKind::kInvalid, "has no request", "report",
                "Give a report that `daybreak threat assess --json` wrote");
  Assessment out;
  out.request = TRY(parse_request(*request));
  out.dataset = m.text("dataset");
  out.data_versions = m.at("data_versions") ? *m.at("data_versions") : Json::array();
  out.inspections = m.whole("inspections");
  out.violating = m.whole("violating");
  out.undated = m.whole("undated");
  out.without_industry = m.whole("without_industry");
  for (const Json& one : m.list("denominators")) out.denominators.push_back(read_denominator(one));
  for (const Json& one : m.list("findings"))
    out.findings.push_back(read_finding(one, out.request.lens.program));
  out.withheld = m.whole("withheld");
  if (const Json* family = m.at("family")) {
    out.runs = Members(*family).whole("runs");
    out.family_p = Members(*family).number("adjusted_p");
  }
  return out;
}

}  // namespace daybreak::threat
