// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/lens.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <stdexcept>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "commons/threat/layout.hpp"

namespace daybreak::threat {
namespace {

using language::to_translate;

constexpr std::array<std::string_view, kPrograms> kCodes = {"whd", "osha", "h2a", "h2b"};

constexpr std::array<Kind, 7> kWageKinds = {{
    {"h2a", to_translate("H-2A violations")},
    {"h2b", to_translate("H-2B violations")},
    {"mspa", to_translate("migrant worker protection violations")},
    {"child_labor", to_translate("child labor violations")},
    {"field_sanitation", to_translate("field sanitation violations")},
    {"minimum_wage", to_translate("cases of wages under the minimum")},
    {"retaliation", to_translate("cases of retaliation")},
}};
constexpr std::array<Kind, 6> kSafetyKinds = {{
    {"serious", to_translate("serious violations")},
    {"willful", to_translate("willful violations")},
    {"repeat", to_translate("repeated violations")},
    {"labor_camp", to_translate("labor camp violations (29 CFR 1910.142)")},
    {"field_sanitation", to_translate("field sanitation violations")},
    {"migrant", to_translate("inspections of migrant workers")},
}};
constexpr std::array<Kind, 3> kVisaKinds = {{
    {"denied", to_translate("applications denied")},
    {"withdrawn", to_translate("applications withdrawn")},
    {"cut", to_translate("applications certified for fewer workers than asked for")},
}};

// The names of the fields that every program has, in its own terms.
std::array<std::string_view, kCommonFields> common_names(Program program) {
  if (program == Program::kWages) return {"violations", "back_wages", "wages_per_worker"};
  if (program == Program::kSafety) return {"violations", "penalties", "penalty_per_worker"};
  return {"violations", "", ""};
}

constexpr std::size_t kLongestCode = 40, kLongestText = 200;

bool is_code(std::string_view code) {
  return !code.empty() && code.size() <= kLongestCode && std::ranges::all_of(code, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

Result<std::vector<Condition>> read_conditions(Program program, std::string_view fields) {
  const auto names = field_names(program);
  std::vector<Condition> conditions;
  for (const std::string_view part : split(fields, '+')) {
    const std::string_view words = trim(part);
    const std::size_t sign = words.find(">=");
    Condition one;
    if (sign != words.npos) {
      const auto least = to_integer(trim(words.substr(sign + 2)));
      if (!least || *least < 1 || *least > 1'000'000'000)
        return fail(ErrorKind::kInvalid, "needs a whole number from 1 after >=", "fields");
      one.least = *least;
    }
    const auto found = std::ranges::find(names, trim(words.substr(0, sign)));
    if (found == names.end() || found->empty())
      return fail(ErrorKind::kInvalid, "is no field of a case", "fields",
                  "Use " + join({names.begin(), names.end()}, ", "));
    one.field = static_cast<std::size_t>(found - names.begin());
    conditions.push_back(one);
  }
  return conditions;
}

Result<LensVersion> read_version(const db::Row& row) {
  LensVersion one;
  one.lens = TRY(parse_lens(TRY(parse_json(row.text(0)))));
  one.retired = row.boolean(1);
  one.changed_by = row.text(2);
  one.changed_at = row.instant(3);
  return one;
}

}  // namespace

std::string_view code_of(Program program) { return kCodes[static_cast<std::size_t>(program)]; }

std::optional<Program> program_from(std::string_view code) {
  const auto found = std::ranges::find(kCodes, code);
  if (found == kCodes.end()) return std::nullopt;
  return static_cast<Program>(found - kCodes.begin());
}

std::string_view program_words(Program program, language::Words t) {
  switch (program) {
    case Program::kWages:
      return t("Wage and Hour cases");
    case Program::kSafety:
      return t("OSHA inspections");
    case Program::kFarmVisas:
      return t("H-2A applications");
    case Program::kOtherVisas:
      return t("H-2B applications");
  }
  return t("Wage and Hour cases");
}

std::span<const Kind> kinds_of(Program program) {
  if (program == Program::kWages) return kWageKinds;
  if (program == Program::kSafety) return kSafetyKinds;
  return kVisaKinds;
}

std::vector<std::string_view> field_names(Program program) {
  std::vector<std::string_view> names;
  for (const std::string_view name : common_names(program)) names.push_back(name);
  for (const Kind& kind : kinds_of(program)) names.push_back(kind.code);
  return names;
}

bool Lens::operator==(const Lens& other) const {
  return to_text(to_json(*this)) == to_text(to_json(other));
}

bool Lens::by_other_positions() const {
  if (program == Program::kOtherVisas) return true;
  const auto names = field_names(program);
  return program == Program::kWages && std::ranges::any_of(conditions, [&](const Condition& one) {
           return names[one.field] == "h2b";
         });
}

bool Lens::by_farm_positions() const {
  if (program == Program::kOtherVisas) return false;
  const auto names = field_names(program);
  return !std::ranges::all_of(conditions,
                              [&](const Condition& one) { return names[one.field] == "h2b"; });
}

Result<Lens> checked(Lens lens) {
  if (!is_code(lens.code))
    return fail(ErrorKind::kInvalid, "has 1 to 40 small letters, digits and _", "code");
  for (const auto& [place, text] :
       {std::pair("title_en", &lens.title), std::pair("title_es", &lens.title_spanish),
        std::pair("source", &lens.source)})
    if (trim(*text).empty() || text->size() > kLongestText)
      return fail(ErrorKind::kInvalid, "has 1 to 200 characters", place);
  if (!parse_date(lens.as_of)) return fail(ErrorKind::kInvalid, "is no date", "as_of");
  lens.conditions = TRY(read_conditions(lens.program, lens.fields));
  return lens;
}

Json to_json(const Lens& lens) {
  return Json::object({{"code", lens.code},
                       {"version", lens.version},
                       {"program", code_of(lens.program)},
                       {"fields", lens.fields},
                       {"title_en", lens.title},
                       {"title_es", lens.title_spanish},
                       {"source", lens.source},
                       {"as_of", lens.as_of}});
}

Result<Lens> parse_lens(const Json& json) {
  if (const std::string* code = json.if_string()) {
    const auto known = std::ranges::find(built_in_lenses(), *code, &Lens::code);
    if (known != built_in_lenses().end()) return *known;
    return fail(ErrorKind::kInvalid, "there is no such lens", "lens " + *code);
  }
  const auto text = [&](std::string_view key) { return json.text_of(key); };
  const auto program = program_from(text("program"));
  const Json* version = json.find("version");
  if (!program || !version || !version->if_integer())
    return fail(ErrorKind::kInvalid, "has no program or version", "lens");
  return checked({text("code"),
                  *version->if_integer(),
                  *program,
                  text("fields"),
                  text("title_en"),
                  text("title_es"),
                  text("source"),
                  text("as_of"),
                  {}});
}

Result<std::vector<Lens>> parse_lenses(std::string_view csv) {
  auto reader = TRY(CsvReader::open(open_memory(std::string(csv), "lenses.csv")));
  constexpr std::array<std::string_view, 7> kColumns = {"code",     "program", "fields", "title_en",
                                                        "title_es", "source",  "as_of"};
  std::array<std::size_t, kColumns.size()> at{};
  for (std::size_t i = 0; i < kColumns.size(); ++i) at[i] = TRY(reader.require_column(kColumns[i]));
  std::vector<Lens> lenses;
  while (const CsvRow* row = TRY(reader.next())) {
    if (!row->ok()) return fail(ErrorKind::kInvalid, row->problem(), row->place());
    const auto text = [&](std::size_t i) { return std::string((*row)[at[i]]); };
    const auto program = program_from(text(1));
    if (!program)
      return fail(ErrorKind::kInvalid, "is no program", row->place("program"),
                  "Use whd, osha, h2a or h2b");
    auto lens = checked({text(0), 0, *program, text(2), text(3), text(4), text(5), text(6), {}});
    if (!lens)
      return fail(ErrorKind::kInvalid, lens.error().message, row->place(lens.error().place),
                  lens.error().cure);
    lenses.push_back(std::move(*lens));
  }
  return lenses;
}

std::span<const Lens> built_in_lenses() {
  static const std::vector<Lens> all = [] {
    auto read = parse_lenses(reference_text("lenses.csv"));
    if (!read) throw std::logic_error(read.error().describe());
    return std::move(*read);
  }();
  return all;
}

const Lens& any_violation() { return built_in_lenses().front(); }

Result<std::vector<LensVersion>> lens_history(db::Connection& c, std::string_view code) {
  std::vector<LensVersion> versions;
  for (const db::Row& row : TRY(c.query("SELECT definition, retired, changed_by, changed_at FROM "
                                        "threat_lens WHERE code = $1 ORDER BY version DESC",
                                        {code})))
    versions.push_back(TRY(read_version(row)));
  const auto known = std::ranges::find(built_in_lenses(), code, &Lens::code);
  if (known != built_in_lenses().end()) versions.push_back({*known, false, "", {}});
  return versions;
}

Result<std::vector<Lens>> lenses(db::Connection& c) {
  std::vector<Lens> all(built_in_lenses().begin(), built_in_lenses().end());
  for (const db::Row& row :
       TRY(c.query("SELECT definition, retired, changed_by, changed_at FROM threat_lens ORDER BY "
                   "code, version"))) {
    LensVersion one = TRY(read_version(row));
    const auto same = std::ranges::find(all, one.lens.code, &Lens::code);
    if (one.retired) {
      if (same != all.end()) all.erase(same);
    } else if (same == all.end()) {
      all.push_back(std::move(one.lens));
    } else {
      *same = std::move(one.lens);
    }
  }
  return all;
}

Result<Lens> find_lens(db::Connection& c, std::string_view code) {
  const auto all = TRY(lenses(c));
  const auto found = std::ranges::find(all, code, &Lens::code);
  if (found != all.end()) return *found;
  std::vector<std::string> codes;
  for (const Lens& lens : all) codes.push_back(lens.code);
  return fail(ErrorKind::kNotFound, "there is no such lens", "lens " + std::string(code),
              "Use one of " + join(codes, ", "));
}

Result<std::int64_t> change_lens(db::Connection& c, const Lens& lens, bool retired,
                                 std::string_view changed_by, Instant now) {
  Lens next = TRY(checked(lens));
  const auto versions = TRY(lens_history(c, lens.code));
  const std::int64_t newest = versions.empty() ? 0 : versions.front().lens.version;
  if (newest != lens.version)
    return fail(ErrorKind::kConflict, "was changed by someone else meanwhile", "lens " + lens.code,
                "Look at the newest version first");
  next.version = newest + 1;
  TRY(c.execute(
      "INSERT INTO threat_lens (code, version, retired, definition, changed_by, changed_at) "
      "VALUES ($1, $2, $3, $4, $5, $6)",
      {next.code, next.version, retired, to_text(to_json(next)), changed_by, now}));
  return next.version;
}

}  // namespace daybreak::threat
