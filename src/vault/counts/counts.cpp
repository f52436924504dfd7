// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/counts/counts.hpp"

#include <algorithm>
#include <array>

namespace daybreak::vault::counts {
namespace {

struct Asked {
  std::string_view code, sql;
};
// People are counted once in a period; events that were corrected not at all.
constexpr std::array<Asked, 4> kAsked = {{
    {"people_by_standing",
     "SELECT CASE WHEN c.opened_on >= $1 THEN 'new' ELSE 'continuing' END AS code,"
     " count(DISTINCT e.client) FROM services_event e JOIN clients_client c ON c.id = e.client"
     " WHERE e.replaced_by IS NULL AND e.day >= $1 AND e.day <= $2 GROUP BY 1"},
    {"people_by_age",
     "SELECT coalesce(a.codes, 'not_known') AS code, count(DISTINCT e.client)"
     " FROM services_event e LEFT JOIN clients_answer a"
     " ON a.client = e.client AND a.question = 'age_group' AND a.skip IS NULL"
     " WHERE e.replaced_by IS NULL AND e.day >= $1 AND e.day <= $2 GROUP BY 1"},
    {"events_by_category",
     "SELECT category AS code, count(*) FROM services_event"
     " WHERE replaced_by IS NULL AND day >= $1 AND day <= $2 GROUP BY 1"},
    {"events_by_mode",
     "SELECT mode AS code, count(*) FROM services_event"
     " WHERE replaced_by IS NULL AND day >= $1 AND day <= $2 GROUP BY 1"},
}};

}  // namespace

std::optional<Question> question_from(std::string_view code) {
  const auto found = std::find_if(kAsked.begin(), kAsked.end(),
                                  [&](const Asked& one) { return one.code == code; });
  if (found == kAsked.end()) return std::nullopt;
  return static_cast<Question>(found - kAsked.begin());
}

Result<std::map<std::string, std::int64_t>> count(const Work& work, Question question, Date first,
                                                  Date last) {
  TRY(work.vault.require(work.actor, "measure_table", "preview"));
  const auto rows = TRY(work.vault.database().read([&](db::Connection& connection) {
    return connection.query(kAsked.at(static_cast<std::size_t>(question)).sql, {first, last});
  }));
  std::map<std::string, std::int64_t> counted;
  for (const db::Row& row : rows) counted[row.text(0)] += row.integer(1);
  return counted;
}

}  // namespace daybreak::vault::counts
