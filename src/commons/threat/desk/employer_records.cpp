// SPDX-License-Identifier: AGPL-3.0-or-later
// Single records of the official files, by exact name. No list of firms and no score comes out of
// it.
#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/text.hpp"
#include "commons/threat/desk/assessments.hpp"
#include "commons/threat/desk/employer_review.hpp"
#include "commons/threat/words.hpp"
#include "geography/geography.hpp"
#include "trust/audit.hpp"

namespace daybreak::threat::desk {
namespace {

using language::to_translate;

constexpr std::string_view kName = "threat_employer_name";
constexpr std::size_t kLongestName = 200;

// How a value of a record is written.
enum class Form : std::uint8_t { kText, kNumber, kDollars, kIndustry, kCounty };
struct Says {
  language::MessageId words;
  Form form;
};

// One kind of file: how its records are found by name and what one of them says.
struct File {
  std::string_view code, find, read;
  std::span<const Says> says;
};

constexpr std::array<Says, 18> kWageSays = {{
    {to_translate("Trade name"), Form::kText},
    {to_translate("Legal name"), Form::kText},
    {to_translate("City"), Form::kText},
    {to_translate("State"), Form::kText},
    {to_translate("ZIP code"), Form::kText},
    {to_translate("County"), Form::kCounty},
    {to_translate("Industry"), Form::kIndustry},
    {to_translate("Case number"), Form::kNumber},
    {to_translate("Period of violations from"), Form::kText},
    {to_translate("Period of violations until"), Form::kText},
    {to_translate("Violations"), Form::kNumber},
    {to_translate("Workers concerned"), Form::kNumber},
    {to_translate("Back wages in dollars"), Form::kDollars},
    {to_translate("Penalties in dollars"), Form::kDollars},
    {to_translate("H-2A violations"), Form::kNumber},
    {to_translate("H-2B violations"), Form::kNumber},
    {to_translate("migrant worker protection violations"), Form::kNumber},
    {to_translate("child labor violations"), Form::kNumber},
}};
constexpr std::array<Says, 10> kSafetySays = {{
    {to_translate("Establishment"), Form::kText},
    {to_translate("City"), Form::kText},
    {to_translate("State"), Form::kText},
    {to_translate("ZIP code"), Form::kText},
    {to_translate("County"), Form::kCounty},
    {to_translate("Industry"), Form::kIndustry},
    {to_translate("Inspection number"), Form::kNumber},
    {to_translate("Inspection began"), Form::kText},
    {to_translate("Inspection closed"), Form::kText},
    {to_translate("Violations"), Form::kNumber},
}};
constexpr std::array<Says, 12> kVisaSays = {{
    {to_translate("Employer"), Form::kText},
    {to_translate("Trade name"), Form::kText},
    {to_translate("City"), Form::kText},
    {to_translate("State"), Form::kText},
    {to_translate("ZIP code"), Form::kText},
    {to_translate("County of the worksite"), Form::kCounty},
    {to_translate("Industry"), Form::kIndustry},
    {to_translate("Case number"), Form::kText},
    {to_translate("Decision"), Form::kText},
    {to_translate("Decided on"), Form::kText},
    {to_translate("Workers asked for"), Form::kNumber},
    {to_translate("Workers certified"), Form::kNumber},
}};

constexpr std::array<File, 3> kFiles = {{
    {"whd",
     "SELECT t.load_id, t.line, t.city, t.state, t.period_end FROM threat_case t JOIN threat_load "
     "l ON l.id = t.load_id WHERE l.state = 'current' AND t.natural_person = 0 AND "
     "(upper(t.trade_name) = $1 OR upper(t.legal_name) = $1) ORDER BY t.period_end DESC, "
     "t.load_id, t.line LIMIT 26",
     "SELECT l.dataset, l.name, l.as_of, l.imported, t.trade_name, t.legal_name, t.city, t.state, "
     "t.zip, t.county, t.naics_2017, t.case_id, t.period_start, t.period_end, t.violations, "
     "t.employees, t.back_wages, t.penalties, t.h2a, t.h2b, t.mspa, t.child_labor FROM threat_case "
     "t JOIN threat_load l ON l.id = t.load_id WHERE l.state = 'current' AND t.load_id = $1 AND "
     "t.line = $2 AND t.natural_person = 0",
     kWageSays},
    {"osha",
     "SELECT t.load_id, t.line, t.city, t.state, t.opened FROM threat_inspection t JOIN "
     "threat_load l ON l.id = t.load_id WHERE l.state = 'current' AND t.natural_person = 0 AND "
     "upper(t.establishment) = $1 "
     "ORDER BY t.opened DESC, t.load_id, t.line LIMIT 26",
     "SELECT l.dataset, l.name, l.as_of, l.imported, t.establishment, t.city, t.state, t.zip, "
     "t.county, t.naics_2017, t.activity, t.opened, t.closed, (SELECT count(*) FROM "
     "threat_violation v JOIN threat_load x ON x.id = v.load_id WHERE x.state = 'current' AND "
     "v.activity = t.activity AND v.deleted = 0) FROM threat_inspection t JOIN threat_load l ON "
     "l.id = t.load_id WHERE l.state = 'current' AND t.load_id = $1 AND t.line = $2 AND "
     "t.natural_person = 0",
     kSafetySays},
    {"oflc",
     "SELECT t.load_id, t.line, t.city, t.state, t.decided FROM threat_certification t JOIN "
     "threat_load l ON l.id = t.load_id WHERE l.state = 'current' AND t.natural_person = 0 AND "
     "(upper(t.employer) = $1 OR upper(t.trade_name) = $1) ORDER BY t.decided DESC, t.load_id, "
     "t.line LIMIT 26",
     "SELECT l.dataset, l.name, l.as_of, l.imported, t.employer, t.trade_name, t.city, t.state, "
     "t.zip, t.worksite_county, t.naics_2017, t.case_number, t.status, t.decided, t.requested, "
     "t.certified FROM threat_certification t JOIN threat_load l ON l.id = t.load_id WHERE l.state "
     "= 'current' AND t.load_id = $1 AND t.line = $2 AND t.natural_person = 0",
     kVisaSays},
}};

std::string written(const db::Row& row, std::size_t column, Form form) {
  if (row.is_null(column)) return {};
  if (form == Form::kText) return row.text(column);
  if (form == Form::kIndustry) return industry_words(row.text(column));
  const std::int64_t number = row.integer(column);
  if (form == Form::kDollars) return fmt::format("{}.{:02}", number / 100, number % 100);
  if (form == Form::kNumber) return std::to_string(number);
  const geography::County* county =
      geography::find_county(geography::CountyFips(static_cast<std::uint32_t>(number)));
  return county ? std::string(county->name) : std::string();
}

}  // namespace

std::string RecordPlace::to_string() const { return fmt::format("{}/{}/{}", file, load, line); }

Result<RecordSearch> EmployerReview::find_records(const trust::Actor& actor,
                                                  std::string_view name) {
  TRY(gatekeeper_.require(actor, {"read"}, employer_name_object(), {}, kAssessmentPurpose));
  const std::string wanted = to_upper_ascii(trim(name));
  if (wanted.size() < 2 || wanted.size() > kLongestName)
    return fail(ErrorKind::kInvalid, "has 2 to 200 characters", "field name");
  RecordSearch found;
  TRY(database_.read([&](db::Connection& c) -> Result<void> {
    for (const File& file : kFiles)
      for (const db::Row& row : TRY(c.query(file.find, {wanted})))
        found.matches.push_back({{std::string(file.code), row.integer(0), row.integer(1)},
                                 std::string(trim(row.maybe_text(2).value_or("") + " " +
                                                  row.maybe_text(3).value_or(""))),
                                 row.maybe_date(4)});
    return {};
  }));
  std::ranges::stable_sort(found.matches, std::ranges::greater(), &RecordMatch::date);
  found.more = found.matches.size() > kMostMatches;
  if (found.more) found.matches.resize(kMostMatches);
  TRY(trust::record_audit(database_, actor,
                          {.action = "threat_employer_name.search",
                           .object_type = std::string(kName),
                           .purpose = std::string(kAssessmentPurpose.code),
                           .detail = "matches=" + std::to_string(found.matches.size())},
                          clock_.now()));
  return found;
}

Result<EmployerRecord> EmployerReview::open_record(const trust::Actor& actor,
                                                   const RecordPlace& place) {
  TRY(gatekeeper_.require(actor, {"read"}, employer_name_object(), place.to_string(),
                          kAssessmentPurpose));
  const auto file = std::ranges::find(kFiles, place.file, &File::code);
  if (file == kFiles.end()) return fail(ErrorKind::kNotFound, "there is no such file");
  EmployerRecord record{.place = place};
  TRY(database_.read([&](db::Connection& c) -> Result<void> {
    const auto rows = TRY(c.query(file->read, {place.load, place.line}));
    if (rows.empty()) return fail(ErrorKind::kNotFound, "there is no such record");
    const db::Row& row = rows.front();
    record.source = row.text(0);
    record.file_name = row.text(1);
    record.as_of = row.maybe_text(2).value_or("");
    record.imported = row.instant(3);
    for (std::size_t i = 0; i < file->says.size(); ++i)
      if (std::string value = written(row, 4 + i, file->says[i].form); !value.empty())
        record.says.emplace_back(file->says[i].words, std::move(value));
    record.synthetic = TRY(holds_synthetic_files(c));
    return {};
  }));
  TRY(trust::record_audit(database_, actor,
                          {.action = "threat_employer_name.read",
                           .object_type = std::string(kName),
                           .object = place.to_string(),
                           .purpose = std::string(kAssessmentPurpose.code)},
                          clock_.now()));
  return record;
}

}  // namespace daybreak::threat::desk
