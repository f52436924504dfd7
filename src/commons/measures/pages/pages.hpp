// SPDX-License-Identifier: AGPL-3.0-or-later
// What organisations sent in numbers, for those who coordinate: a list to filter and to download.
#pragma once

#include "commons/measures/measures.hpp"
#include "http/router.hpp"
#include "trust/members.hpp"
#include "visit/visit.hpp"

namespace daybreak::measures::pages {

struct Desk {
  visit::Visits& visits;
  Measures& measures;
  trust::Members& members;
};

// Words of the code list in the reader's language.
std::string_view words_in(language::Words t, const Words& words);
// One table of counts as a table on a page; the caption names it.
void write_counts(html::Markup& out, const CountTable& table, std::string_view caption);
// "34", or "withheld".
std::string count_words(language::Words t, const std::optional<std::int64_t>& count);

// "/measures", "/measures/{id}", "/measures.csv", "/measures/keys/{organization}"
void add_routes(http::Router& router, const Desk& desk);

}  // namespace daybreak::measures::pages
