// SPDX-License-Identifier: AGPL-3.0-or-later
// One quick reference on the screen: short lists, whom to call, and for every fact its source, its
// day, and whether it still holds.
#include <algorithm>
#include <fmt/format.h>

#include "commons/library/pages/pages.hpp"
#include "commons/library/words.hpp"
#include "language/format.hpp"

namespace daybreak::library::pages {
namespace {

using html::Href;
using html::Markup;
using language::Words;

class ReferencePage {
 public:
  ReferencePage(Markup& out, const ReferenceView& view)
      : out_(out),
        library_(view.library),
        reference_(view.reference),
        today_(view.today),
        changes_(view.changes),
        t(out.words()),
        facts_(facts_of(library_, reference_)) {}

  void write() {
    html::lead(out_, said(reference_.lead));
    write_care();
    for (const Part part : kParts) write_part(part);
    write_calls();
    write_print();
    write_sources();
    write_changes();
  }

 private:
  std::string said(const Item& item) const {
    return say(library_, item.text.in(t.language()), t.language());
  }

  // Before anything else, when a fact of this page is past its review.
  void write_care() {
    const auto expired = std::ranges::count_if(
        facts_, [&](const Fact* fact) { return standing_of(*fact, today_) == Standing::kExpired; });
    if (expired == 0) return;
    html::alert(out_, {.kind = html::AlertKind::kWarning,
                       .text = t("They are marked below. Ask before you rely on them."),
                       .title = t.plural("{0} fact on this page is out of date",
                                         "{0} facts on this page are out of date", expired)});
  }

  void write_part(Part part) {
    const auto& items = reference_.in(part);
    if (items.empty()) return;
    html::section(out_, 2, part_title(t, part), [&] {
      html::list(out_, html::ListKind::kBullets, items.size(), [&](std::size_t index) {
        out_.text(said(items[index]));
        write_marks(items[index].text.en);
      });
    });
  }

  // A link to the source of each fact, and in words when it needs care.
  void write_marks(std::string_view text) {
    for (const std::string& id : bound_facts(text)) {
      const auto found = std::ranges::find(facts_, id, [](const Fact* fact) { return fact->id; });
      if (found == facts_.end()) continue;
      const std::string number = std::to_string(found - facts_.begin() + 1);
      out_.text(" ");
      out_.open("sup");
      out_.element("a",
                   {{"class", "usa-link"},
                    {"href", Href("#source-" + number)},
                    {"aria-label", t("Source {0}", {number})}},
                   number);
      out_.close("sup");
      if (const std::string care = standing_words(**found, t, today_); !care.empty()) {
        out_.text(" ");
        html::tag(out_,
                  standing_of(**found, today_) == Standing::kExpired ? t("Out of date")
                                                                     : t("Sources disagree"),
                  html::TagTone::kCaution);
      }
    }
  }

  void write_calls() {
    html::section(out_, 2, t("Whom to call"), [&] {
      html::description_list(out_, [&](html::Descriptions& list) {
        for (const std::string& call : reference_.calls) {
          if (const Hotline* line = hotline(call)) {
            list.add(hotline_name(t, *line), [&] {
              html::phone_link(out_, line->call, hotline_name(t, *line));
              if (line->text_to.empty()) return;
              out_.text(" · " + (line->text_word.empty()
                                     ? t("text {0}", {line->text_to})
                                     : t("text {0} to {1}", {line->text_word, line->text_to})));
            });
            continue;
          }
          for (const std::string& id : bound_facts(call))
            if (const Fact* fact = library_.fact(id))
              list.add(fact->text.in(t.language()),
                       [&] { html::phone_link(out_, fact->value.in(t.language())); });
        }
      });
    });
  }

  void write_print() {
    const Href here = html::route("/signs") / reference_.id;
    html::section(out_, 2, t("On paper"), [&] {
      const std::pair<std::string_view, std::string_view> forms[] = {
          {"page.pdf", t("One page (PDF)")},
          {"card.pdf", t("Pocket card (PDF)")},
          {"poster.pdf", t("Poster (PDF)")}};
      html::list(out_, html::ListKind::kBullets, std::size(forms), [&](std::size_t index) {
        html::link(out_, forms[index].second, here / forms[index].first);
      });
    });
  }

  void write_sources() {
    html::section(out_, 2, t("Sources"), [&] {
      html::note(out_,
                 t("Federal law and public pages, in our own words. State and local rules may "
                   "add to this. It is not legal advice."));
      out_.fixed("<ol class=\"usa-list\">");
      for (std::size_t index = 0; index < facts_.size(); ++index) write_source(index);
      out_.fixed("</ol>");
    });
  }

  void write_changes() {
    if (changes_.empty()) return;
    html::section(out_, 2, t("What changed on this page"), [&] {
      for (const RegisterChange& change : changes_) write_change(out_, library_, change, 3);
    });
  }

  // A copy that is kept on a device marks what has run out since by itself.
  void open_source(std::size_t index, const Fact& fact) {
    const bool current = standing_of(fact, today_) != Standing::kExpired;
    const std::string day = current ? format_date(fact.review_by) : std::string();
    out_.open("li", {{"id", fmt::format("source-{}", index + 1)},
                     {"data-holds-until", html::maybe(day)},
                     {"data-then", html::maybe(current ? expired_words(fact, t) : std::string())}});
  }

  void write_source(std::size_t index) {
    const Fact& fact = *facts_[index];
    const Source source = source_of(library_, fact.source);
    open_source(index, fact);
    out_.text(fact.text.in(t.language()) + " ");
    html::link(out_, source.title, Href(source.address));
    if (!fact.place.empty()) out_.text(", " + fact.place);
    out_.text(". " + source.publisher + ", " + as_of_words(t, fact) + ".");
    if (const std::string care = standing_words(fact, t, today_); !care.empty()) {
      out_.text(" ");
      out_.element("strong", {}, care);
      if (standing_of(fact, today_) == Standing::kDisputed) {
        const Source other = source_of(library_, fact.dispute_source);
        out_.text(" ");
        html::link(out_, other.title, Href(other.address));
      }
    }
    out_.close("li");
  }

  Markup& out_;
  const Library& library_;
  const Reference& reference_;
  Date today_;
  std::span<const RegisterChange> changes_;
  const Words t;
  std::vector<const Fact*> facts_;
};

}  // namespace

void write_reference(Markup& out, const ReferenceView& view) { ReferencePage(out, view).write(); }

}  // namespace daybreak::library::pages
