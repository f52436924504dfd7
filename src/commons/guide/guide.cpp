// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/guide/guide.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "base/unicode.hpp"
#include "commons/guide/entries.hpp"
#include "doc/html_edition.hpp"
#include "doc/pdf.hpp"
#include "language/format.hpp"
#include "language/words.hpp"

namespace daybreak::guide {
namespace {

using doc::Block;
using doc::Blocks;
using doc::Group;
using doc::Heading;
using doc::Inlines;
using doc::Paragraph;
using language::Words;

class Composer {
 public:
  Composer(const GuideEdition& edition, const GuideForm& form,
           const std::optional<GuideChanges>& changes)
      : edition_(edition), form_(form), changes_(changes), t(edition.language) {}

  Result<doc::Document> run() {
    const std::string date = language::format_date(edition_.language, edition_.date);
    doc::Document document = frame(date);
    add_cover(date);
    add_how_to_use();
    add_contents();
    if (!edition_.crisis_reason.empty()) add_changes();
    add_entries(blocks_, edition_, form_);
    if (edition_.crisis_reason.empty()) add_changes();
    add_indexes(blocks_, edition_, form_);
    TRY(add_cards());
    add_about(date);
    document.blocks = std::move(blocks_);
    return document;
  }

  // Cards alone: neither title nor foot says what they are about.
  Result<doc::Document> run_cards() {
    doc::Document document = frame(language::format_date(edition_.language, edition_.date));
    document.title = document.running_head = t("Useful numbers");
    document.subject.clear();
    TRY(add_cards());
    if (blocks_.empty())
      return fail(ErrorKind::kInvalid, "no hotline has a card label", "pocket card",
                  "Give one of them a neutral label");
    blocks_.front() = Block{Heading{
        .level = 1, .content = {doc::text(document.title)}, .anchor = "top", .in_contents = false}};
    document.blocks = std::move(blocks_);
    return document;
  }

 private:
  // What is the same for every form: language, publisher, head and foot.
  doc::Document frame(const std::string& date) {
    doc::Document document;
    document.title = edition_.title;
    document.language = language::code_of(edition_.language);
    document.words = doc::words_for(document.language);
    document.subject = t("Services and people who help, for {0}", {edition_.region});
    document.publisher = edition_.publisher;
    document.date = edition_.date;
    document.running_head = edition_.title;
    document.running_foot =
        edition_.demonstration
            ? t("DEMONSTRATION: nothing in this guide is real. Edition of {0}", {date})
            : t("Edition of {0}. Call first: details change.", {date});
    return document;
  }

  void add(Block block) { blocks_.push_back(std::move(block)); }
  static std::string words(std::string_view sentence) { return std::string(sentence); }
  void add_heading(std::string_view sentence, std::string anchor, bool in_contents = true) {
    add({Heading{.level = 2,
                 .content = {doc::text(words(sentence))},
                 .anchor = std::move(anchor),
                 .in_contents = in_contents}});
  }
  void add_page_break() { add({doc::PageBreak{}}); }

  void add_cover(const std::string& date) {
    add({Heading{.level = 1,
                 .content = {doc::text(edition_.title)},
                 .anchor = "top",
                 .in_contents = false}});
    add(doc::paragraph({doc::text(edition_.region)}, Paragraph::Style::kLead));
    add(doc::paragraph({doc::text(edition_.publisher), doc::line_break(),
                        doc::text(t("Edition of {0}", {date}))}));
    if (edition_.demonstration) {
      add({Group{
          .frame = Group::Frame::kShadedBox,
          .blocks = {doc::paragraph(
              {doc::bold(words(t("This is a demonstration."))),
               doc::text(" " +
                         words(t("Every organization, person, address and telephone number in it "
                                 "is made up. Do not use it to look for help.")))})}}});
    }
    if (!edition_.crisis_reason.empty()) {
      add({Group{.frame = Group::Frame::kShadedBox,
                 .blocks = {doc::paragraph({doc::bold(words(t("Special edition")))}),
                            doc::paragraph(edition_.crisis_reason)}}});
    }
    add({Group{.frame = Group::Frame::kBox,
               .blocks = {doc::paragraph({doc::bold(words(t("In danger now? Call 911.")))},
                                         Paragraph::Style::kLead),
                          doc::paragraph(words(
                              t("If you cannot speak, many places answer a text to 911.")))}}});
    add_hotlines();
  }

  void add_hotlines() {
    if (edition_.hotlines.empty()) return;
    add_heading(t("Numbers that answer day and night"), "hotlines");
    doc::Table table;
    for (std::string_view name : {t("Who"), t("Number"), t("Good to know")}) {
      if (table.header.empty()) table.header.emplace_back();
      table.header[0].cells.push_back({.content = {doc::text(words(name))}});
    }
    table.widths = {4, 3, 4};
    for (const Hotline& line : edition_.hotlines) {
      table.rows.push_back(
          {{{.content = {doc::text(line.name)}, .kind = doc::TableCell::Kind::kRowHeader},
            {.content = phone_words(line.number)},
            {.content = {doc::text(line.note)}}}});
    }
    add({std::move(table)});
  }

  void add_how_to_use() {
    add_heading(t("How to use this guide"), "how-to-use");
    add(doc::bullets(
        {words(t("Services are in four parts: local, regional, statewide and national. Inside each "
                 "part they "
                 "stand by what a person needs.")),
         words(t("The indexes at the end find a service by need, county, language, and "
                 "day-and-night hours.")),
         words(t(
             "Call first. Hours, rules and free places change, and a call saves a useless trip.")),
         words(t("“Verified on” is the day when the service itself confirmed what stands here. "
                 "Without such a "
                 "day, or with an old one, ask before you rely on it.")),
         words(t("Some places keep their address confidential. Call them; they tell you how to "
                 "reach them. Never "
                 "write such an address into this guide.")),
         words(t("The square code beside an entry opens the live entry on a phone. Use it only on "
                 "a phone that "
                 "nobody else checks."))}));
    add_heading(t("What this guide is not"), "disclaimer", false);
    add(doc::paragraph(
        words(t("Being listed is not a recommendation. The services describe themselves. This "
                "guide is information, not legal or medical advice, and it does not replace a call "
                "to 911 in danger."))));
    if (!edition_.notice.empty()) add(doc::paragraph(edition_.notice));
    if (!edition_.corrections.empty()) {
      add(doc::paragraph(t("Found an error? Tell us: {0}", {edition_.corrections})));
    }
  }

  void add_contents() {
    add_page_break();
    add_heading(t("Contents"), "contents", false);
    add({doc::TableOfContents{.levels = 3}});
  }

  void add_changes() {
    if (!changes_) return;
    const std::string since = language::format_date(edition_.language, changes_->since);
    add_page_break();
    add_heading(t("What is new since the last edition"), "changes");
    if (changes_->empty()) {
      add(doc::paragraph(t("Nothing has changed since the edition of {0}.", {since})));
      return;
    }
    add(doc::paragraph(t("Compared with the edition of {0}.", {since})));
    const auto list = [this](std::string_view title, const std::vector<std::string>& names) {
      if (names.empty()) return;
      add({Paragraph{.content = {doc::bold(words(title))}, .keep_with_next = true}});
      add(doc::bullets(names));
    };
    list(t("New"), changes_->added);
    std::vector<std::string> changed;
    for (const ChangedEntry& entry : changes_->changed) {
      std::vector<std::string> fields;
      for (const std::string& field : entry.fields) fields.push_back(field_words(t, field));
      std::sort(fields.begin(), fields.end());
      fields.erase(std::unique(fields.begin(), fields.end()), fields.end());
      changed.push_back(entry.name + ": " + join(fields, ", "));
    }
    list(t("Changed"), changed);
    list(t("No longer in this guide"), changes_->removed);
  }

  // A card for a pocket or a shoe: numbers, and no word that tells what they are for.
  Result<void> add_cards() {
    Blocks card;
    card.push_back({Paragraph{.content = {doc::bold(words(t("Useful numbers")))}}});
    card.push_back(doc::paragraph({doc::text(words(t("Emergency")) + "  "), doc::bold("911")},
                                  Paragraph::Style::kSmall));
    int lines = 1;
    for (const Hotline& line : edition_.hotlines) {
      if (line.card_label.empty()) continue;
      if (const auto word = revealing_word(line.card_label)) {
        return fail(
            ErrorKind::kInvalid,
            fmt::format("the pocket card would say \"{}\", which tells what the card is about",
                        *word),
            "hotline \"" + line.name + "\", card label",
            "Use a neutral label, such as \"Line A\".");
      }
      card.push_back(doc::paragraph({doc::text(line.card_label + "  "), doc::bold(line.number)},
                                    Paragraph::Style::kSmall));
      ++lines;
    }
    if (form_.cards <= 0 || lines == 1) return {};
    add_page_break();
    add_heading(t("Pocket cards"), "cards");
    add(doc::paragraph(
        words(t("Cut along the lines. The card says nothing about why someone carries it."))));
    // Half the paper's width, so that two stand side by side on letter paper.
    const doc::PageSetup setup = doc::page_setup(form_.paper, form_.print);
    const double width = setup.width - setup.margin_start - setup.margin_end;
    const bool two = width > 420;
    const double size = setup.base_size;
    const double height = std::max(140.0, (lines + 3.5) * size * 1.9);
    add({doc::CardSheet{
        .width = two ? width / 2 : width, .height = height, .count = form_.cards, .card = card}});
    return {};
  }

  void add_about(const std::string& date) {
    add_page_break();
    add_heading(t("About this edition"), "about");
    add(doc::paragraph(t.plural("This edition holds {0} service.",
                                "This edition holds {0} services.",
                                static_cast<std::int64_t>(edition_.entries.size()))));
    add(doc::paragraph(t("Published by {0} on {1}.", {edition_.publisher, date})));
    if (!edition_.site.empty()) {
      add(doc::paragraph({doc::text(words(t("The live directory:")) + " "),
                          doc::link(edition_.site, edition_.site)}));
    }
    const std::string hash = fingerprint_of(edition_);
    add(doc::paragraph(
        {doc::text(words(t("Fingerprint of this edition, to prove what it said:")) + " "),
         doc::code(hash.substr(0, 32)), doc::line_break(), doc::code(hash.substr(32))},
        Paragraph::Style::kSmall));
  }

  const GuideEdition& edition_;
  const GuideForm& form_;
  const std::optional<GuideChanges>& changes_;
  const Words t;
  Blocks blocks_;
};

}  // namespace

Result<doc::Document> compose_guide(const GuideEdition& edition, const GuideForm& form,
                                    const std::optional<GuideChanges>& changes) {
  return Composer(edition, form, changes).run();
}

Result<std::string> guide_as_pdf(const GuideEdition& edition, const GuideForm& form,
                                 const std::optional<GuideChanges>& changes) {
  const doc::Document document = TRY(compose_guide(edition, form, changes));
  return doc::to_pdf(document, doc::page_setup(form.paper, form.print));
}

Result<std::string> cards_as_pdf(const GuideEdition& edition, int cards) {
  const GuideForm form{.qr_codes = false, .cards = cards};
  const std::optional<GuideChanges> none;
  const doc::Document document = TRY(Composer(edition, form, none).run_cards());
  return doc::to_pdf(document, doc::page_setup(form.paper, form.print));
}

Result<std::string> guide_as_html(const GuideEdition& edition,
                                  const std::optional<GuideChanges>& changes) {
  // On a screen the entry itself is a link; a code to photograph would be noise.
  return doc::to_html(TRY(compose_guide(edition, {.qr_codes = false}, changes)));
}

std::optional<std::string> revealing_word(std::string_view text) {
  // Beginnings of words, folded (no accents, lower case).
  static constexpr std::string_view kBeginnings[] = {
      "traffick", "trafic",   "trata",   "victim", "surviv",  "sobreviv", "exploit",
      "explot",   "abus",     "slave",   "esclav", "prostit", "sex",      "rescue",
      "rescat",   "escape",   "police",  "polici", "ice",     "fbi",      "visa",
      "shelter",  "albergue", "refugio", "violen", "crime",   "crimen",   "forced",
      "forzad",   "advocate", "hotline", "safe",   "segur"};
  for (const std::string& word : search_words(text)) {
    for (std::string_view beginning : kBeginnings) {
      const bool whole = beginning == "ice" || beginning == "fbi" || beginning == "visa";
      if (whole ? word == beginning : word.starts_with(beginning)) return word;
    }
  }
  return {};
}

}  // namespace daybreak::guide
