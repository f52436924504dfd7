// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/embedded.hpp"

#include <algorithm>

namespace daybreak {

std::optional<std::string_view> EmbeddedFolder::find(std::string_view name) const {
  const auto found = std::ranges::lower_bound(files_, name, {}, &EmbeddedFile::name);
  if (found == files_.end() || found->name != name) return std::nullopt;
  return found->content;
}

}  // namespace daybreak
