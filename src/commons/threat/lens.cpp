// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/lens.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "commons/threat/layout.hpp"

namespace daybreak::threat {
namespace {

struct Named {
  std::string_view name;
  Lens::Field field;
};
constexpr std::array<Named, 7> kFields = {{
    {"violations", [](const Case& c) { return c.violations; }},
    {"h2a", [](const Case& c) { return c.h2a; }},
    {"h2b", [](const Case& c) { return c.h2b; }},
    {"mspa", [](const Case& c) { return c.mspa; }},
    {"child_labor", [](const Case& c) { return c.child_labor; }},
    {"minimum_wage", [](const Case& c) { return std::int64_t{c.minimum_wage}; }},
    {"retaliation", [](const Case& c) { return std::int64_t{c.retaliation}; }},
}};

}  // namespace

bool Lens::counts(const Case& one) const {
  return std::ranges::any_of(fields, [&](Field field) { return field(one) > 0; });
}

Result<std::vector<Lens>> parse_lenses(std::string_view csv) {
  auto reader = TRY(CsvReader::open(open_memory(std::string(csv), "lenses.csv")));
  const std::size_t code = TRY(reader.require_column("code")),
                    fields = TRY(reader.require_column("fields")),
                    english = TRY(reader.require_column("title_en")),
                    spanish = TRY(reader.require_column("title_es")),
                    source = TRY(reader.require_column("source")),
                    as_of = TRY(reader.require_column("as_of"));
  std::vector<Lens> lenses;
  while (const CsvRow* row = TRY(reader.next())) {
    if (!row->ok()) return fail(ErrorKind::kInvalid, row->problem(), row->place());
    Lens lens{std::string((*row)[code]),    std::string((*row)[english]),
              std::string((*row)[spanish]), std::string((*row)[source]),
              std::string((*row)[as_of]),   {}};
    for (const std::string_view name : split((*row)[fields], '+')) {
      const auto found = std::ranges::find(kFields, trim(name), &Named::name);
      if (found == kFields.end())
        return fail(ErrorKind::kInvalid, "is no field of a case", row->place("fields"),
                    "Use violations, h2a, h2b, mspa, child_labor, minimum_wage or retaliation");
      lens.fields.push_back(found->field);
    }
    if (lens.code.empty() || lens.title.empty() || lens.title_spanish.empty() ||
        lens.source.empty() || lens.as_of.empty())
      return fail(ErrorKind::kInvalid, "lacks code, a title, source or date", row->place());
    lenses.push_back(std::move(lens));
  }
  return lenses;
}

std::span<const Lens> lenses() {
  static const std::vector<Lens> all = [] {
    auto read = parse_lenses(reference_text("lenses.csv"));
    if (!read) throw std::logic_error(read.error().describe());
    return std::move(*read);
  }();
  return all;
}

const Lens* find_lens(std::string_view code) {
  const auto found = std::ranges::find(lenses(), code, &Lens::code);
  return found == lenses().end() ? nullptr : &*found;
}

}  // namespace daybreak::threat
