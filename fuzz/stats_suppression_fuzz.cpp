// SPDX-License-Identifier: AGPL-3.0-or-later
// Small tables of any shape, rule and earlier table: what suppress returns must pass the audit.
// links: stats/suppression
#include <cstdlib>

#include "stats/suppression/suppress.hpp"

using namespace daybreak::stats;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 5) return 0;
  const SuppressionRule rule{.threshold = 1 + data[0] % 15,
                             .width = 1 + data[1] % 15,
                             .zeros = data[2] % 2 == 0 ? Zeros::kPublish : Zeros::kSuppress};
  Table table;
  std::size_t cells = 1;
  for (const std::size_t categories : {1 + data[3] % 4, 1 + data[4] % 4}) {
    table.dimensions.push_back({"d", std::vector<std::string>(categories, "x")});
    cells *= categories;
  }
  for (std::size_t i = 0; i < cells; ++i) {
    table.counts.push_back(5 + i < size ? data[5 + i] : 0);
    if (data[2] % 4 == 3)
      table.contributions.push_back({static_cast<std::uint32_t>(i), 1, table.counts[i] / 2});
  }
  auto publication = publication_of(table);
  if (publication && data[2] % 8 > 3) publication->earlier.push_back(publication->figures.back());
  const auto result = suppress(*publication, rule);
  if (result && !audit(*publication, rule, result->states)->empty()) std::abort();
  if (!result && result.error().kind == daybreak::ErrorKind::kInternal) std::abort();
  return 0;
}
