// SPDX-License-Identifier: AGPL-3.0-or-later
#include "doc/pdf.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "doc/pdf_finish.hpp"
#include "doc/pdf_numbers.hpp"

namespace daybreak::doc {
namespace {

// Page numbers that the text itself shows are known only after the pages are made: lay out again
// with the numbers until they stand still.
struct Composed {
  Flow flow;
  Pages pages;
};

Result<Composed> compose(const Document& document, const PageSetup& setup, const Survey& survey,
                         Shaper& shaper) {
  constexpr int kMostRounds = 5;
  PageNumbers numbers;
  Composed composed;
  for (int round = 0; round < kMostRounds; ++round) {
    composed.flow = TRY(Layout(document, setup, survey, shaper, numbers).run());
    composed.pages = paginate(composed.flow, setup);
    if (!composed.flow.shows_pages || composed.pages.anchors == numbers) break;
    numbers = composed.pages.anchors;
  }
  return composed;
}

}  // namespace

Result<std::string> to_pdf(const Document& document, const PageSetup& setup) {
  if (setup.width - setup.margin_start - setup.margin_end < 72 ||
      setup.height - setup.margin_top - setup.margin_bottom < 72) {
    return fail(ErrorKind::kInvalid, "the page leaves less than an inch for text", "page setup",
                "Make the margins smaller.");
  }
  const Survey survey = TRY(Survey::of(document));
  Shaper shaper = TRY(Shaper::create(document.language));
  Composed composed = TRY(compose(document, setup, survey, shaper));
  const Painted painted =
      TRY(paint_pages(document, setup, composed.pages, composed.flow.structure, shaper));
  return finish_pdf(document, survey, painted, composed.flow.structure);
}

Result<std::string> to_pdf_within(const Document& document, PageSetup setup, int pages,
                                  double least_size) {
  const Survey survey = TRY(Survey::of(document));
  Shaper shaper = TRY(Shaper::create(document.language));
  const double small_share = setup.small_size / setup.base_size;
  while (setup.base_size >= least_size) {
    const Composed composed = TRY(compose(document, setup, survey, shaper));
    if (static_cast<int>(composed.pages.pages.size()) <= pages) return to_pdf(document, setup);
    setup.base_size *= 0.97;
    setup.small_size = std::max(least_size, setup.base_size * small_share);
  }
  return fail(ErrorKind::kInvalid,
              fmt::format("the text does not fit {} page{} at {:.3g} points", pages,
                          pages == 1 ? "" : "s", least_size),
              "document \"" + document.title + "\"", "Shorten it or choose larger paper.");
}

Result<std::map<std::string, int>> number_pages(const Document& document, const PageSetup& setup) {
  const Survey survey = TRY(Survey::of(document));
  Shaper shaper = TRY(Shaper::create(document.language));
  Composed composed = TRY(compose(document, setup, survey, shaper));
  if (!composed.flow.shows_pages) return PageNumbers{};
  return std::move(composed.pages.anchors);
}

}  // namespace daybreak::doc
