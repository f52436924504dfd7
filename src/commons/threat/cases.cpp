// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/cases.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <unordered_map>

#include "base/text.hpp"
#include "commons/threat/employers.hpp"

namespace daybreak::threat {
namespace {

// More counties are not named one by one in a question to the store.
constexpr std::size_t kMostNamedCounties = 500;
// More spellings than that are read in one go.
constexpr std::size_t kMostSingleLooks = 50'000;

std::int64_t whole(const db::Row& row, std::size_t column) {
  return row.maybe_integer(column).value_or(0);
}
std::int32_t small(std::int64_t value) {
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(value, 0, 2'000'000'000));
}
std::string text(const db::Row& row, std::size_t column) {
  return row.maybe_text(column).value_or("");
}

std::uint64_t letters_of(const std::string& name) {
  std::string key;
  for (const char c : to_upper_ascii(name))
    if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) key += c;
  return key.empty() ? 0 : std::hash<std::string>{}(key) | 1;
}

// Takes cases as they are read and makes the arrays of them.
class Builder {
 public:
  Builder(const AssessRequest& request, bool linked) : request_(request), linked_(linked) {
    set_.quarters = quarter_number(request.to) - first_ + 1;
  }

  // Nothing when the case names no industry: it is counted, not taken.
  Case* add(const std::string& naics, std::uint32_t county, std::optional<Date> date) {
    if (naics.empty()) {
      ++set_.without_industry;
      return nullptr;
    }
    Case& one = set_.cases.emplace_back();
    one.industry = number_of(naics);
    one.county = county;
    if (date)
      one.quarter = static_cast<std::int16_t>(quarter_number(*date) - first_);
    else
      ++set_.undated;
    return &one;
  }
  void set_employer(Case& one, const Spelling& spelling) {
    const std::string& name =
        spelling.legal_name.empty() ? spelling.trade_name : spelling.legal_name;
    const std::uint64_t letters = letters_of(name);
    if (letters == 0) {
      one.employer = set_.employers++;
      return;
    }
    std::string all = join(std::vector<std::string>{spelling.trade_name, spelling.legal_name,
                                                    spelling.city, spelling.state, spelling.zip,
                                                    std::string(code_of(spelling.role))},
                           "\x1f");
    const auto [at, is_new] = numbers_.emplace(std::hash<std::string>{}(all),
                                               static_cast<std::uint32_t>(letters_.size()));
    if (is_new) {
      letters_.push_back(letters);
      if (linked_) set_.spellings.push_back(spelling.key());
    }
    one.spelling = at->second;
  }

  Result<CaseSet> finish(db::Connection& c, Program program) {
    TRY(give_employers(c, program));
    sort_industries();
    for (Case& one : set_.cases) one.counts = counts(request_.lens, one);
    std::ranges::sort(set_.cases, {}, [](const Case& one) {
      return std::uint64_t{one.industry} << 32 | one.county;
    });
    set_.first.assign(set_.industries.size() + 1, set_.cases.size());
    for (std::size_t at = set_.cases.size(); at-- > 0;) set_.first[set_.cases[at].industry] = at;
    for (std::size_t i = set_.industries.size(); i-- > 0;)
      set_.first[i] = std::min(set_.first[i], set_.first[i + 1]);
    return std::move(set_);
  }
  CaseSet& set() { return set_; }

 private:
  std::uint32_t number_of(const std::string& naics) {
    const auto [at, is_new] =
        industries_.emplace(naics, static_cast<std::uint32_t>(set_.industries.size()));
    if (is_new) set_.industries.push_back(naics);
    return at->second;
  }
  void sort_industries() {
    std::vector<std::uint32_t> rank(set_.industries.size());
    std::vector<std::string> sorted = set_.industries;
    std::ranges::sort(sorted);
    for (std::size_t i = 0; i < rank.size(); ++i)
      rank[i] = static_cast<std::uint32_t>(std::ranges::lower_bound(sorted, set_.industries[i]) -
                                           sorted.begin());
    for (Case& one : set_.cases) one.industry = rank[one.industry];
    set_.industries = std::move(sorted);
  }
  // Where the linkage knows the spelling, its employer; else by the letters of the name.
  Result<void> give_employers(db::Connection& c, Program program) {
    std::vector<std::uint64_t> employer = letters_;
    if (linked_) TRY(read_links(c, program, employer));
    std::unordered_map<std::uint64_t, std::uint32_t> numbers;
    for (Case& one : set_.cases) {
      if (one.spelling == kNoSpelling) continue;
      const auto [at, is_new] = numbers.emplace(employer[one.spelling], set_.employers);
      set_.employers += is_new;
      one.employer = at->second;
      if (!linked_) one.spelling = kNoSpelling;
    }
    return {};
  }
  Result<void> read_links(db::Connection& c, Program program,
                          std::vector<std::uint64_t>& employer) {
    const auto take = [&](std::size_t i, const std::string& name) {
      employer[i] = std::hash<std::string>{}(name) & ~std::uint64_t{1};
    };
    if (set_.spellings.size() <= kMostSingleLooks) {
      for (std::size_t i = 0; i < set_.spellings.size(); ++i)
        if (const auto row =
                TRY(c.query_one("SELECT employer FROM threat_employer_spelling WHERE key = $1",
                                {set_.spellings[i]})))
          take(i, row->text(0));
      return {};
    }
    std::unordered_map<std::string_view, std::size_t> index;
    for (std::size_t i = 0; i < set_.spellings.size(); ++i) index.emplace(set_.spellings[i], i);
    const std::string_view name = program == Program::kWages    ? "WHD"
                                  : program == Program::kSafety ? "OSHA"
                                                                : "OFLC";
    return c.query_each("SELECT key, employer FROM threat_employer_spelling WHERE program = $1",
                        {name}, [&](const db::Row& row) -> Result<void> {
                          const auto at = index.find(row.text(0));
                          if (at != index.end()) take(at->second, row.text(1));
                          return {};
                        });
  }

  const AssessRequest& request_;
  bool linked_;
  int first_ = quarter_number(request_.from);
  CaseSet set_;
  std::unordered_map<std::string, std::uint32_t> industries_;
  std::unordered_map<std::uint64_t, std::uint32_t> numbers_;  // of spellings, by hash
  std::vector<std::uint64_t> letters_;                        // of each spelling
};

Result<CaseSet> read_wages(db::Connection& c, const AssessRequest& request,
                           const std::string& dataset, bool linked) {
  Builder builder(request, linked);
  builder.set().dataset = dataset;
  const CountyIndex counties = index_of(request);
  std::vector<db::Value> values = {dataset, request.from, request.to};
  const std::string where = county_filter(request, "t.county", values);
  TRY(c.query_each(
      "SELECT t.naics_2017, t.county, t.trade_name, t.legal_name, t.period_end, t.violations, "
      "t.employees, t.back_wages, t.city, t.state, t.zip, t.h2a, t.h2b, t.mspa, t.child_labor, "
      "t.field_sanitation, t.minimum_wage_back_wages, t.retaliation_back_wages FROM threat_case t "
      "JOIN threat_load l ON l.id = t.load_id WHERE l.state = 'current' AND l.dataset = $1 AND "
      "t.county IS NOT NULL AND (t.period_end IS NULL OR (t.period_end >= $2 AND t.period_end <= "
      "$3))" +
          where + " ORDER BY t.load_id, t.line",
      values, [&](const db::Row& row) -> Result<void> {
        const auto found = counties.find(row.integer(1));
        if (found == counties.end()) return {};
        const std::string naics = text(row, 0);
        Case* one = builder.add(naics, found->second, row.maybe_date(4));
        if (one == nullptr) return {};
        one->violations = small(whole(row, 5));
        one->workers = small(whole(row, 6));
        one->money = whole(row, 7);
        for (std::size_t i = 0; i < 5; ++i) one->kinds[i] = small(whole(row, 11 + i));
        one->kinds[5] = whole(row, 16) > 0;
        one->kinds[6] = whole(row, 17) > 0;
        builder.set_employer(
            *one, {"WHD", naics == "115115" ? EmployerRole::kContractor : EmployerRole::kWorksite,
                   text(row, 2), text(row, 3), text(row, 8), text(row, 9), text(row, 10), 0});
        return {};
      }));
  return builder.finish(c, Program::kWages);
}

// Violations that OSHA deleted do not count. A file of inspections joined with their violations
// stands alone, so that the same violation in another file does not count twice.
class Safety {
 public:
  Safety(const AssessRequest& request, bool linked) : request_(request), builder_(request, linked) {
    builder_.set().dataset = "osha";
  }
  Result<CaseSet> read(db::Connection& c) {
    TRY(read_inspections(c));
    TRY(read_violations(c));
    return builder_.finish(c, Program::kSafety);
  }

 private:
  Result<void> read_inspections(db::Connection& c) {
    const CountyIndex counties = index_of(request_);
    std::vector<db::Value> values = {request_.from, request_.to};
    const std::string where = county_filter(request_, "t.county", values);
    return c.query_each(
        "SELECT t.naics_2017, t.county, t.establishment, t.opened, t.city, t.state, t.zip, "
        "t.migrant, t.activity, l.dataset, l.id FROM threat_inspection t JOIN threat_load l ON "
        "l.id = t.load_id WHERE l.state = 'current' AND t.county IS NOT NULL AND (t.opened IS NULL "
        "OR (t.opened >= $1 AND t.opened <= $2))" +
            where + " ORDER BY t.load_id, t.line",
        values, [&](const db::Row& row) -> Result<void> {
          const auto found = counties.find(row.integer(1));
          if (found == counties.end()) return {};
          const auto [at, is_new] = index_.emplace(
              row.integer(8), Place{static_cast<std::uint32_t>(builder_.set().cases.size()),
                                    row.text(9) == "osha_joined" ? row.integer(10) : 0});
          if (!is_new) return {};  // also in another file
          Case* one = builder_.add(text(row, 0), found->second, row.maybe_date(3));
          if (one == nullptr) {
            index_.erase(at);
            return {};
          }
          one->kinds[5] = row.boolean(7);
          builder_.set_employer(*one, {"OSHA", EmployerRole::kWorksite, text(row, 2), "",
                                       text(row, 4), text(row, 5), text(row, 6), 0});
          return {};
        });
  }
  Result<void> read_violations(db::Connection& c) {
    std::vector<db::Value> values;
    std::string where = county_filter(request_, "i.county", values);
    if (!where.empty())
      where = " AND t.activity IN (SELECT i.activity FROM threat_inspection i WHERE i.county IS "
              "NOT NULL" +
              where + ")";
    return c.query_each(
        "SELECT t.activity, t.kind, t.standard, t.penalty, t.exposed, l.dataset, l.id FROM "
        "threat_violation t JOIN threat_load l ON l.id = t.load_id WHERE l.state = 'current' AND "
        "t.deleted = 0" +
            where,
        values, [&](const db::Row& row) -> Result<void> {
          const auto found = index_.find(row.integer(0));
          if (found == index_.end()) return {};
          const std::int64_t joined = row.text(5) == "osha_joined" ? row.integer(6) : 0;
          if (joined == found->second.joined) add(builder_.set().cases[found->second.at], row);
          return {};
        });
  }
  static void add(Case& one, const db::Row& row) {
    ++one.violations;
    const std::string kind = text(row, 1), standard = text(row, 2);
    one.kinds[0] += kind == "S";
    one.kinds[1] += kind == "W";
    one.kinds[2] += kind == "R";
    one.kinds[3] += standard.starts_with("19100142");
    one.kinds[4] += standard.starts_with("19280110");
    one.money += whole(row, 3);
    // The same workers can be exposed to several.
    one.workers = std::max(one.workers, small(whole(row, 4)));
  }

  struct Place {
    std::uint32_t at;
    std::int64_t joined;  // the load of a joined file; 0: of files of their own
  };
  const AssessRequest& request_;
  Builder builder_;
  std::unordered_map<std::int64_t, Place> index_;  // by activity
};

Result<CaseSet> read_visas(db::Connection& c, const AssessRequest& request, bool linked) {
  Builder builder(request, linked);
  const Program program = request.lens.program;
  builder.set().dataset = code_of(program);
  const CountyIndex counties = index_of(request);
  std::vector<db::Value> values = {builder.set().dataset, request.from, request.to};
  const std::string where = county_filter(request, "t.worksite_county", values);
  TRY(c.query_each(
      "SELECT t.naics_2017, t.worksite_county, t.trade_name, t.employer, t.decided, t.status, "
      "t.requested, t.certified, t.city, t.state, t.zip, t.filer FROM threat_certification t JOIN "
      "threat_load l ON l.id = t.load_id WHERE l.state = 'current' AND l.dataset = $1 AND "
      "t.sub_row = 0 AND t.worksite_county IS NOT NULL AND (t.decided IS NULL OR (t.decided >= $2 "
      "AND t.decided <= $3))" +
          where + " ORDER BY t.load_id, t.line",
      values, [&](const db::Row& row) -> Result<void> {
        const auto found = counties.find(row.integer(1));
        if (found == counties.end()) return {};
        // H-2A is farm work, also where the file says no industry or a filer's.
        std::string naics = text(row, 0);
        if (program == Program::kFarmVisas && !naics.starts_with("11")) naics = "11";
        Case* one = builder.add(naics, found->second, row.maybe_date(4));
        if (one == nullptr) return {};
        const std::string status = text(row, 5), filer = text(row, 11);
        one->kinds[0] = status == "denied";
        one->kinds[1] = status == "withdrawn";
        one->kinds[2] = !row.is_null(6) && !row.is_null(7) && status != "denied" &&
                        status != "withdrawn" && row.integer(7) < row.integer(6);
        one->violations = one->kinds[0];
        one->workers = small(row.is_null(6) ? whole(row, 7) : row.integer(6));
        builder.set_employer(*one, {"OFLC",
                                    filer.starts_with("association") ? EmployerRole::kAssociation
                                    : filer == "contractor"          ? EmployerRole::kContractor
                                                                     : EmployerRole::kWorksite,
                                    text(row, 2), text(row, 3), text(row, 8), text(row, 9),
                                    text(row, 10), 0});
        return {};
      }));
  return builder.finish(c, program);
}

// Where a program says nothing of money or workers, the field is nothing.
std::int64_t value_of(const Case& one, std::size_t field) {
  constexpr std::int64_t kCents = 100;
  switch (field) {
    case 0:
      return one.violations;
    case 1:
      return one.money / kCents;
    case 2:
      return one.workers > 0 ? one.money / kCents / one.workers : 0;
    default:
      return one.kinds[field - kCommonFields];
  }
}

}  // namespace

bool counts(const Lens& lens, const Case& one) {
  return std::ranges::any_of(lens.conditions, [&](const Condition& condition) {
    return value_of(one, condition.field) >= condition.least;
  });
}

CountyIndex index_of(const AssessRequest& request) {
  CountyIndex index;
  for (std::size_t i = 0; i < request.counties.size(); ++i)
    index.emplace(request.counties[i], static_cast<std::uint32_t>(i));
  return index;
}

std::string county_filter(const AssessRequest& request, std::string_view column,
                          std::vector<db::Value>& values) {
  if (request.counties.size() > kMostNamedCounties) return {};
  std::string words = fmt::format(" AND {} IN (", column);
  for (std::size_t i = 0; i < request.counties.size(); ++i) {
    values.emplace_back(request.counties[i]);
    words += fmt::format("{}${}", i == 0 ? "" : ", ", values.size());
  }
  return words + ")";
}

std::vector<bool> marked(const AssessRequest& request, const std::vector<std::uint32_t>& counties) {
  std::vector<bool> marks(request.counties.size());
  for (std::size_t i = 0; i < marks.size(); ++i)
    marks[i] = std::ranges::binary_search(counties, request.counties[i]);
  return marks;
}

int quarter_number(Date date) {
  return static_cast<int>(date.year()) * 4 +
         (static_cast<int>(static_cast<unsigned>(date.month())) - 1) / 3;
}

std::string quarter_name(const AssessRequest& request, int quarter) {
  const int number = quarter_number(request.from) + quarter;
  return fmt::format("{}-Q{}", number / 4, number % 4 + 1);
}

Result<CaseSet> read_cases(db::Connection& c, const AssessRequest& request) {
  const bool linked = TRY(last_link_run(c)).has_value();
  if (request.lens.program == Program::kSafety) return Safety(request, linked).read(c);
  if (request.lens.program != Program::kWages) return read_visas(c, request, linked);
  CaseSet best;
  for (const std::string dataset : {"whd", "whd_extract"}) {
    CaseSet set = TRY(read_wages(c, request, dataset, linked));
    if (set.cases.size() > best.cases.size()) best = std::move(set);
  }
  return best;
}

}  // namespace daybreak::threat
