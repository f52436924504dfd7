// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/guide/hidden.hpp"

#include "base/unicode.hpp"
#include "doc/plain_text.hpp"

namespace daybreak::guide {

Result<void> check_nothing_hidden(const doc::Document& document,
                                  const std::vector<std::string>& hidden) {
  // One line a paragraph, so that no address is cut in two.
  constexpr int kNoWrapping = 1 << 24;
  const std::string words = " " + search_key(doc::to_plain_text(document, kNoWrapping)) + " ";
  for (const std::string& text : hidden) {
    const std::string key = search_key(text);
    if (key.empty() || words.find(" " + key + " ") == std::string::npos) continue;
    return fail(
        ErrorKind::kDenied,
        "an address or telephone number that these readers must not see would stand in the guide",
        "guide",
        "Look for it in the directory; where it may be public, make it public everywhere.");
  }
  return {};
}

}  // namespace daybreak::guide
