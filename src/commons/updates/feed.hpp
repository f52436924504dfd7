// SPDX-License-Identifier: AGPL-3.0-or-later
// Published issues as an Atom feed (RFC 4287). Pure.
#pragma once

#include <span>
#include <string>

#include "commons/updates/issues.hpp"

namespace daybreak::updates {

struct Feed {
  std::string site;  // "https://resources.example.org"
  std::string title;
  std::string path;  // "/news/feeds/law.xml"
  Language language = Language::kEnglish;
  Instant updated;  // when there is no issue
};
Result<std::string> to_atom(const Feed& feed, std::span<const Issue> issues);

}  // namespace daybreak::updates
