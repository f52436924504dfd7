// SPDX-License-Identifier: AGPL-3.0-or-later
// A CSV of any bytes, linked with itself; the kinds of its columns by name or as a byte chooses.
// links: base stats/linkage
#include "base/csv.hpp"
#include "stats/linkage/link.hpp"

using namespace daybreak;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2 || size > 4096) return 0;
  auto reader = CsvReader::open(open_memory({reinterpret_cast<const char*>(data) + 1, size - 1}));
  if (!reader) return 0;
  linkage::Table table;
  for (std::size_t i = 0; i < reader->header().size(); ++i) {
    table.columns.emplace_back(reader->header()[i],
                               static_cast<linkage::FieldKind>((data[0] + i) % 13));
    if (data[0] % 2 == 0) table.columns[i].set_kind(linkage::infer_kind(table.columns[i]));
  }
  for (auto row = reader->next(); row && *row != nullptr; row = reader->next()) {
    for (std::size_t i = 0; i < table.columns.size(); ++i) table.columns[i].append((**row)[i]);
  }
  const auto linkage = linkage::link(table, nullptr, {});
  if (!linkage) return 0;
  linkage->for_each_pair([&](const linkage::RowPair& pair) { (void)linkage->explain(pair); });
  (void)linkage->draw(1);
  return 0;
}
