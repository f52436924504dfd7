// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/library/print.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "commons/library/words.hpp"
#include "doc/page_setup.hpp"
#include "doc/pdf.hpp"
#include "language/format.hpp"

namespace daybreak::library {
namespace {

using doc::Block;
using doc::Blocks;
using doc::Inlines;
using language::Words;

// Builds the blocks of one edition; facts get their numbers in the order they are first used.
class Paper {
 public:
  Paper(const Library& library, const Reference& reference, const PrintOptions& options)
      : library_(library),
        reference_(reference),
        options_(options),
        t(options.language),
        facts_(facts_of(library, reference)) {}

  Blocks page() const {
    Blocks left, right;
    add_part(left, Part::kSigns, kAll);
    add_part(left, Part::kKnow, kAll);
    add_part(right, Part::kAsk, kAll);
    add_part(right, Part::kDo, kAll);
    add_part(right, Part::kDoNot, kAll);
    add_calls(right, 2);
    Blocks blocks{title(), lead()};
    std::ranges::move(right, std::back_inserter(left));
    blocks.push_back({doc::Columns{.count = 2, .gap = 18, .blocks = std::move(left)}});
    add_sources(blocks);
    return blocks;
  }

  Blocks card() const {
    Blocks blocks{title()};
    add_part(blocks, reference_.in(Part::kSigns).empty() ? Part::kAsk : Part::kSigns, 5);
    add_part(blocks, Part::kDo, 3);
    add_part(blocks, Part::kDoNot, 3);
    add_calls(blocks, 2);
    add_date(blocks);
    return blocks;
  }

  Blocks poster() const {
    Blocks blocks{title(), lead()};
    add_part(blocks, reference_.in(Part::kSigns).empty() ? Part::kDo : Part::kSigns, 5);
    add_calls(blocks, 2);
    add_date(blocks);
    return blocks;
  }

 private:
  static constexpr std::size_t kAll = 100;

  Block title() const { return doc::heading(1, reference_.title.in(options_.language)); }
  Block lead() const {
    return doc::paragraph({doc::text(said(reference_.lead))}, doc::Paragraph::Style::kLead);
  }
  std::string said(const Item& item) const {
    return say(library_, item.text.in(options_.language), options_.language);
  }
  // " [3]" for each fact that the text is bound to; a star marks one that needs care.
  std::string marks(std::string_view text) const {
    std::string all;
    for (const std::string& id : bound_facts(text)) {
      const auto found = std::ranges::find(facts_, id, [](const Fact* fact) { return fact->id; });
      if (found == facts_.end()) continue;
      const bool care = standing_of(**found, options_.today) != Standing::kCurrent;
      all += fmt::format(" [{}{}]", found - facts_.begin() + 1, care ? "*" : "");
    }
    return all;
  }
  void add_part(Blocks& blocks, Part part, std::size_t most) const {
    const auto& items = reference_.in(part);
    if (items.empty()) return;
    blocks.push_back(doc::heading(2, std::string(part_title(t, part))));
    doc::List list;
    for (std::size_t index = 0; index < std::min(most, items.size()); ++index) {
      Inlines words{doc::text(said(items[index]))};
      if (most == kAll)
        if (const std::string numbers = marks(items[index].text.en); !numbers.empty())
          words.push_back(doc::text(numbers));
      list.items.push_back({{doc::paragraph(std::move(words))}});
    }
    blocks.push_back({std::move(list)});
  }
  void add_calls(Blocks& blocks, int level) const {
    blocks.push_back(doc::heading(level, std::string(t("Whom to call"))));
    doc::List list{.kind = doc::List::Kind::kPlain};
    for (const std::string& call : reference_.calls) {
      Inlines words;
      if (const Hotline* line = hotline(call)) {
        words = {doc::bold(language::format_phone(line->call)),
                 doc::text(" " + std::string(hotline_name(t, *line)))};
      } else {
        words = {doc::text(say(library_, call, options_.language))};
      }
      list.items.push_back({{doc::paragraph(std::move(words))}});
    }
    blocks.push_back({std::move(list)});
  }
  void add_sources(Blocks& blocks) const {
    blocks.push_back(doc::heading(2, std::string(t("Sources"))));
    std::string line;
    for (std::size_t index = 0; index < facts_.size(); ++index) {
      const Fact& fact = *facts_[index];
      line += fmt::format("{}[{}] {}, {}.", index == 0 ? "" : " ", index + 1,
                          short_source(library_, fact), as_of_words(t, fact));
      if (const std::string care = standing_words(fact, t, options_.today); !care.empty())
        line += " * " + care;
    }
    blocks.push_back(doc::paragraph({doc::text(line)}, doc::Paragraph::Style::kSmall));
    add_date(blocks);
  }
  void add_date(Blocks& blocks) const {
    std::string words =
        t("Printed {0}. Sources and dates: {1}",
          {language::format_date(t.language(), options_.today), "/signs/" + reference_.id});
    const bool care = std::ranges::any_of(facts_, [&](const Fact* fact) {
      return standing_of(*fact, options_.today) == Standing::kExpired;
    });
    if (care) words += " " + std::string(t("Some facts are out of date: read the page first."));
    blocks.push_back(doc::paragraph({doc::text(std::move(words))}, doc::Paragraph::Style::kSmall));
  }

  const Library& library_;
  const Reference& reference_;
  const PrintOptions& options_;
  const Words t;
  std::vector<const Fact*> facts_;
};

}  // namespace

doc::Document print_document(const Library& library, const Reference& reference, Print print,
                             const PrintOptions& options) {
  const Words t(options.language);
  const Paper paper(library, reference, options);
  doc::Document document;
  document.title = reference.title.in(options.language);
  document.language = language::code_of(options.language);
  document.subject = say(library, reference.lead.text.in(options.language), options.language);
  document.publisher = options.publisher;
  document.date = options.today;
  document.page_numbers = false;
  document.words = doc::words_for(document.language);
  switch (print) {
    case Print::kPage:
      document.blocks = paper.page();
      break;
    case Print::kCard:
      document.blocks = paper.card();
      break;
    case Print::kPoster:
      document.blocks = paper.poster();
      break;
  }
  return document;
}

Result<std::string> print_pdf(const Library& library, const Reference& reference, Print print,
                              const PrintOptions& options) {
  const doc::Document document = print_document(library, reference, print, options);
  doc::PageSetup setup;
  double least = 8;
  switch (print) {
    case Print::kPage:
      setup = doc::page_setup(doc::Paper::kLetter);
      setup.margin_top = setup.margin_bottom = setup.margin_start = setup.margin_end = 45;
      setup.heading_scale = 0.8;
      break;
    case Print::kCard:
      setup = doc::page_setup(doc::Paper::kA6);
      setup.heading_scale = 0.75;
      least = 6.5;
      break;
    case Print::kPoster:
      setup = doc::page_setup(doc::Paper::kPoster);
      least = doc::least_size_readable_at(3);
      break;
  }
  return doc::to_pdf_within(document, setup, 1, least);
}

}  // namespace daybreak::library
