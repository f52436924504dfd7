// SPDX-License-Identifier: AGPL-3.0-or-later
// H-2A and H-2B certification decisions of all vintages. Associations and joint employers are
// written as one row for the case and one sub-row for each member, which repeats the case number
// and its workers: sub-rows are kept and marked, so that nothing is counted twice.
#include <algorithm>
#include <array>
#include <unordered_set>

#include "base/text.hpp"
#include "commons/threat/record.hpp"
#include "commons/threat/values.hpp"

namespace daybreak::threat {
namespace {

constexpr TableShape kCertifications = {
    "threat_certification",
    "load_id, line, case_number, sub_row, status, decided, received, begins, ends, employer, "
    "trade_name, natural_person, filer, city, state, zip, county, worksite_state, "
    "worksite_county, naics, naics_2017, occupation, job, crop, requested, certified",
    26};

// The day in "H-300-15146-792745" and "C-08248-14685": year 15, day 146.
std::optional<Date> day_of_case_number(std::string_view number) {
  for (const std::string_view part : split(number, '-')) {
    if (part.size() != 5) continue;
    const auto digits = to_integer(part);
    if (!digits || *digits % 1000 == 0 || *digits % 1000 > 366) continue;
    const int year = 2000 + static_cast<int>(*digits / 1000);
    return Date(std::chrono::sys_days(std::chrono::year(year) / 1 / 1) +
                std::chrono::days(*digits % 1000 - 1));
  }
  return std::nullopt;
}

// Who filed, in one vocabulary: employer, association_agent, association_joint, association_sole,
// contractor, joint, or empty.
std::string_view filer_of(std::string_view cell, bool contractor) {
  const std::string text = to_lower_ascii(cell);
  const auto has = [&](std::string_view part) { return text.find(part) != text.npos; };
  if (contractor || has("contractor")) return "contractor";
  if (has("association")) {
    if (has("agent")) return "association_agent";
    return has("joint") ? "association_joint" : "association_sole";
  }
  if (text == "a") return "association_agent";
  if (text == "j" || has("joint")) return "joint";
  if (text == "m") return "association_joint";
  return text == "s" || has("individual") ? "employer" : "";
}

class CertificationReader final : public RecordReader {
 public:
  CertificationReader(const Layout& layout, Date today) : RecordReader(layout, today) {}

 private:
  enum Field : std::uint8_t {
    kNumber,
    kStatus,
    kDecided,
    kReceived,
    kBegins,
    kEnds,
    kEmployer,
    kTrade,
    kFiler,
    kSub,
    kContractor,
    kCity,
    kState,
    kZip,
    kSiteState,
    kSiteCounty,
    kSiteZip,
    kNaics,
    kOccupation,
    kJob,
    kCrop,
    kRequested,
    kCertified,
    kFields
  };
  static constexpr std::array<std::string_view, kFields> kNames = {
      "case_number", "status",     "decided",        "received",        "begins",       "ends",
      "employer",    "trade_name", "filer",          "sub_flag",        "contractor",   "city",
      "state",       "zip",        "worksite_state", "worksite_county", "worksite_zip", "naics",
      "occupation",  "job",        "crop",           "requested",       "certified"};

  void rebind(std::span<const std::string>) override {
    for (std::size_t i = 0; i < kNames.size(); ++i) fields_[i] = cells_.field(kNames[i]);
    // Before FY2016 a blank organization flag marks the sub-row.
    blank_is_sub_ =
        fields_[kSub] < 0 &&
        equals_ignoring_case_ascii(cells_.header_of(fields_[kFiler]), "ORGANIZATION_FLAG");
  }
  std::string_view text(Field field) const { return cells_.text(fields_[field]); }
  bool is_sub_row(std::string_view number);
  void take(const SourceRow& row, std::int64_t load, Batch& batch) override;
  void add_places(bool person, Batch& batch);
  std::optional<Date> optional_date(Field field, Date latest);

  std::array<int, kFields> fields_{};
  bool blank_is_sub_ = false;
  std::unordered_set<std::string> seen_;
};

bool CertificationReader::is_sub_row(std::string_view number) {
  if (fields_[kSub] >= 0) return equals_ignoring_case_ascii(text(kSub), "SUB");
  if (blank_is_sub_) return text(kFiler).empty();
  return !seen_.emplace(number).second;  // without a flag the first row of a case is the case
}

std::optional<Date> CertificationReader::optional_date(Field field, Date latest) {
  const std::string_view cell = text(field);
  if (cell.empty()) return std::nullopt;
  const auto date = parse_cell_date(cell);
  if (date && *date <= latest) return date;
  set_aside.push_back({std::string(cells_.header_of(fields_[field])),
                       "\"" + shorten(cell, 40) + "\" cannot be the date"});
  return std::nullopt;
}

void CertificationReader::add_places(bool person, Batch& batch) {
  const std::string_view state = state_of(text(kState));
  const std::string zip = zip_of(text(kZip), state);
  const std::string_view site = state_of(text(kSiteState));
  const std::string site_zip = zip_of(text(kSiteZip), site);
  const std::uint32_t county = county_of(state, {}, zip);
  std::uint32_t worksite = county_of(site, text(kSiteCounty), site_zip);
  // Where no worksite county is told, the employer's, when it is of the same state.
  if (worksite == 0 && (site.empty() || site == state)) worksite = county;
  batch.add(text_value(person ? std::string_view() : text(kCity)));
  batch.add(text_value(state));
  batch.add(text_value(person ? std::string_view() : std::string_view(zip)));
  batch.add(county_value(county));
  batch.add(text_value(site.empty() ? state : site));
  batch.add(county_value(worksite));
}

void CertificationReader::take(const SourceRow& row, std::int64_t load, Batch& batch) {
  const std::string_view number = text(kNumber);
  if (number.empty()) return cells_.refuse(fields_[kNumber], "is empty: the case has no number");
  const bool other =
      layout_.id == "h2a" ? number.starts_with("H-400") : number.starts_with("H-300");
  if (other) cells_.refuse(fields_[kNumber], "is the number of a case of the other program");
  const Date far = Date(today_.year() + std::chrono::years(5), today_.month(), std::chrono::day(1));
  const auto decided = cells_.date(fields_[kDecided], today_);
  const auto certified = cells_.count(fields_[kCertified]);
  if (cells_.refusal) return;
  // What the decision does not hang on is set aside when it cannot be read.
  const auto received = optional_date(kReceived, today_), begins = optional_date(kBegins, far),
             ends = optional_date(kEnds, far);
  const auto requested = parse_cell_count(text(kRequested));

  const std::string employer = firm_name(text(kEmployer)), trade = firm_name(text(kTrade));
  const bool person = employer.empty() && trade.empty();
  const std::string_view naics = naics_of(text(kNaics));
  const auto contractor = to_lower_ascii(text(kContractor));
  batch.start(kCertifications, load, row.line);
  batch.add(number);
  batch.add(is_sub_row(number));
  batch.add(decision_of(text(kStatus)));
  batch.add(decided);
  batch.add(received);
  batch.add(begins);
  batch.add(ends);
  batch.add(text_value(employer));
  batch.add(text_value(trade));
  batch.add(person);
  batch.add(filer_of(text(kFiler), contractor == "y" || contractor == "yes"));
  add_places(person, batch);
  batch.add(text_value(naics));
  batch.add(text_value(naics_2017_of(naics)));
  batch.add(text_value(text(kOccupation)));
  batch.add(text_value(text(kJob)));
  batch.add(text_value(text(kCrop)));
  batch.add(requested);
  batch.add(certified);
  saw(decided);
  if (const auto day = decided ? decided : day_of_case_number(number))
    saw_year(fiscal_year_of(*day));
}

}  // namespace

std::unique_ptr<RecordReader> make_certification_reader(const Layout& layout, Date today) {
  return std::make_unique<CertificationReader>(layout, today);
}

}  // namespace daybreak::threat
