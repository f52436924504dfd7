// SPDX-License-Identifier: AGPL-3.0-or-later
// A quick reference on paper: one page with every source and date, a card of A6 for the pocket, a
// poster that can be read from three metres. Tagged PDF by doc/. Pure, any thread.
#pragma once

#include "base/result.hpp"
#include "commons/library/model.hpp"
#include "doc/document.hpp"

namespace daybreak::library {

enum class Print : std::uint8_t { kPage, kCard, kPoster };

struct PrintOptions {
  Language language = Language::kEnglish;
  Date today;
  std::string publisher;  // the site's name
};

// What stands on paper. Expired and disputed facts say so.
doc::Document print_document(const Library& library, const Reference& reference, Print print,
                             const PrintOptions& options);
// The same as a tagged PDF of one page. Fails with kInvalid when it does not fit at the least type
// size: 8 points on the page, 6.5 on the card, on the poster what can be read from three metres.
Result<std::string> print_pdf(const Library& library, const Reference& reference, Print print,
                              const PrintOptions& options);

}  // namespace daybreak::library
