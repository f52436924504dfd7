// SPDX-License-Identifier: AGPL-3.0-or-later
// JSON: a value that is accepted and written again reads as the same value; streams end.
// links: base
#include <cstdlib>

#include "base/json.hpp"

using namespace daybreak;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto value = parse_json(text)) {
    const auto again = parse_json(to_text(*value));
    if (!again || !(*again == *value)) std::abort();
  }
  auto stream = JsonStream::open(open_memory(std::string(text)));
  if (!stream) return 0;
  for (std::size_t items = 0; items <= size + 1; ++items) {
    const auto next = stream->next();
    if (next && !*next) return 0;
  }
  std::abort();  // more values than bytes
}
