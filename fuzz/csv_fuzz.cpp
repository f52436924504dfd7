// SPDX-License-Identifier: AGPL-3.0-or-later
// CSV files as they come: every row is given or named as bad, and writing a good row gives it back.
// links: base
#include <cstdlib>

#include "base/csv.hpp"

using namespace daybreak;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const CsvHeader header = data[0] % 2 ? CsvHeader::kFirstRow : CsvHeader::kNone;
  auto reader = CsvReader::open(open_memory({reinterpret_cast<const char*>(data) + 1, size - 1}),
                                {.header = header, .max_row_bytes = 64 * 1024});
  if (!reader) return 0;
  for (;;) {
    const auto row = reader->next();
    if (!row || !*row) return 0;
    (void)(*row)->problem();
    if (!(*row)->ok()) continue;
    std::string text;
    CsvWriter(text).row((*row)->fields());
    auto again = CsvReader::open(open_memory(text), {.delimiter = ',', .header = CsvHeader::kNone});
    if (!again) std::abort();
    (void)again->next();
  }
}
