// SPDX-License-Identifier: AGPL-3.0-or-later
// Edition -> document. One set of templates for every form: letter, half-letter, large print,
// English, Spanish, regular and crisis edition, PDF and HTML. Safe to call from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "commons/guide/edition.hpp"
#include "doc/document.hpp"
#include "doc/page_setup.hpp"

namespace daybreak::guide {

struct GuideForm {
  doc::Paper paper = doc::Paper::kLetter;
  doc::Print print = doc::Print::kRegular;
  bool qr_codes = true;
  int cards = 8;  // pocket cards at the end; 0: none
};

// Fails with kInvalid when a pocket card's words could give its bearer away, or a QR address is
// too long.
Result<doc::Document> compose_guide(const GuideEdition& edition, const GuideForm& form,
                                    const std::optional<GuideChanges>& changes = {});

Result<std::string> guide_as_pdf(const GuideEdition& edition, const GuideForm& form,
                                 const std::optional<GuideChanges>& changes = {});
Result<std::string> guide_as_html(const GuideEdition& edition,
                                  const std::optional<GuideChanges>& changes = {});

// The pocket cards alone, on letter paper. Fails with kInvalid when no hotline has a card label.
Result<std::string> cards_as_pdf(const GuideEdition& edition, int cards);

// A word (English or Spanish) in the text that tells what a card is about ("trafficking",
// "víctima"), or nothing. Whole words and their forms, in any case, with or without accents.
std::optional<std::string> revealing_word(std::string_view text);

}  // namespace daybreak::guide
