// SPDX-License-Identifier: AGPL-3.0-or-later
#include "html/content.hpp"

#include "language/format.hpp"

namespace daybreak::html {
namespace {

// Runs `write` inside <hN …>; the level must be 2 to 6.
void heading_element(Markup& out, int level, Attributes attributes, std::string_view text) {
  switch (level) {
    case 2:
      out.element("h2", attributes, text);
      return;
    case 3:
      out.element("h3", attributes, text);
      return;
    case 4:
      out.element("h4", attributes, text);
      return;
    case 5:
      out.element("h5", attributes, text);
      return;
    case 6:
      out.element("h6", attributes, text);
      return;
    default:
      throw std::logic_error("html: a heading has level 2 to 6; page() writes the first");
  }
}

std::string_view alert_class(AlertKind kind) {
  switch (kind) {
    case AlertKind::kInfo:
      return "usa-alert usa-alert--info";
    case AlertKind::kSuccess:
      return "usa-alert usa-alert--success";
    case AlertKind::kWarning:
      return "usa-alert usa-alert--warning";
    case AlertKind::kError:
      return "usa-alert usa-alert--error";
    case AlertKind::kEmergency:
      return "usa-alert usa-alert--emergency";
  }
  return "usa-alert";
}

std::string_view tag_class(TagTone tone) {
  switch (tone) {
    case TagTone::kPlain:
      return "usa-tag";
    case TagTone::kGood:
      return "usa-tag tag--good";
    case TagTone::kCaution:
      return "usa-tag tag--caution";
    case TagTone::kBad:
      return "usa-tag tag--bad";
    case TagTone::kInfo:
      return "usa-tag tag--info";
  }
  return "usa-tag";
}

}  // namespace

void heading(Markup& out, int level, Required text, std::string_view id) {
  heading_element(out, level, {{"id", maybe(id)}}, text);
}

void paragraph(Markup& out, std::string_view text) { out.element("p", {}, text); }
void paragraph(Markup& out, Content content) { out.element("p", {}, content); }
void lead(Markup& out, std::string_view text) { out.element("p", {{"class", "usa-intro"}}, text); }
void note(Markup& out, std::string_view text) { out.element("p", {{"class", "note"}}, text); }

void link(Markup& out, Required text, const Href& href) {
  if (href.view().starts_with("http")) {
    // Another site learns nothing of where the reader came from.
    out.element("a",
                {{"class", "usa-link usa-link--external"},
                 {"rel", "noreferrer noopener external"},
                 {"href", href}},
                text);
  } else {
    out.element("a", {{"class", "usa-link"}, {"href", href}}, text);
  }
}

void phone_link(Markup& out, std::string_view number, std::string_view label) {
  const std::string written = language::format_phone(number);
  const std::string spoken = label.empty() ? std::string() : std::string(label) + " " + written;
  out.element(
      "a",
      {{"class", "usa-link phone"}, {"href", telephone(number)}, {"aria-label", maybe(spoken)}},
      written);
}

void list_open(Markup& out, ListKind kind) {
  switch (kind) {
    case ListKind::kBullets:
      out.fixed("<ul class=\"usa-list\">");
      return;
    case ListKind::kNumbers:
      out.fixed("<ol class=\"usa-list\">");
      return;
    case ListKind::kPlain:
      out.fixed("<ul class=\"usa-list usa-list--unstyled\">");
      return;
  }
}

void list_close(Markup& out, ListKind kind) {
  if (kind == ListKind::kNumbers)
    out.fixed("</ol>");
  else
    out.fixed("</ul>");
}

void section(Markup& out, int level, Required title, Content content) {
  const std::string id = out.unique_id("section");
  out.open("section", {{"class", "page-section"}, {"aria-labelledby", id}});
  heading(out, level, title, id);
  content();
  out.close("section");
}

void alert(Markup& out, const Alert& alert, Content more) {
  const bool urgent = alert.kind == AlertKind::kError || alert.kind == AlertKind::kEmergency;
  const std::string_view role = !alert.announce ? "" : urgent ? "alert" : "status";
  out.open("div", {{"class", alert_class(alert.kind)}, {"role", maybe(role)}});
  out.fixed("<div class=\"usa-alert__body\">");
  if (!alert.title.empty())
    heading_element(out, alert.heading_level, {{"class", "usa-alert__heading"}}, alert.title);
  out.element("p", {{"class", "usa-alert__text"}}, alert.text);
  more();
  out.fixed("</div></div>");
}

void tag(Markup& out, Required text, TagTone tone) {
  out.element("span", {{"class", tag_class(tone)}}, text);
  out.fixed(" ");
}

void Descriptions::add(Required term, std::string_view text) {
  out_.fixed("<div>").element("dt", {}, term).element("dd", {}, text).fixed("</div>");
}
void Descriptions::add(Required term, Content content) {
  out_.fixed("<div>").element("dt", {}, term).element("dd", {}, content).fixed("</div>");
}

void card(Markup& out, const Card& card, Content more) {
  out.fixed(
      "<li class=\"usa-card tablet:grid-col-6 desktop:grid-col-4\"><div "
      "class=\"usa-card__container\">");
  out.fixed("<div class=\"usa-card__header\">");
  if (card.href.view() == "#") {
    heading_element(out, card.heading_level, {{"class", "usa-card__heading"}}, card.title);
  } else {
    Markup title(out.language());
    link(title, card.title, card.href);
    switch (card.heading_level) {
      case 2:
        out.fixed("<h2 class=\"usa-card__heading\">").append(title).fixed("</h2>");
        break;
      case 3:
        out.fixed("<h3 class=\"usa-card__heading\">").append(title).fixed("</h3>");
        break;
      default:
        out.fixed("<h4 class=\"usa-card__heading\">").append(title).fixed("</h4>");
        break;
    }
  }
  out.fixed("</div><div class=\"usa-card__body\">");
  if (!card.text.empty()) paragraph(out, card.text);
  more();
  out.fixed("</div></div></li>");
}

void accordion_item(Markup& out, const AccordionItem& item, Content content) {
  out.open("details", {{"class", "accordion"}, {"open", Presence(item.open)}});
  out.fixed("<summary class=\"accordion__button\">");
  heading_element(out, item.heading_level, {{"class", "accordion__heading"}}, item.title);
  out.fixed("</summary><div class=\"accordion__content\">");
  content();
  out.fixed("</div></details>");
}

void empty_state(Markup& out, const EmptyState& state) {
  out.fixed("<div class=\"empty-state\">");
  heading(out, 2, state.title);
  paragraph(out, state.what_to_do);
  if (!state.action.empty()) {
    out.element("a", {{"class", "usa-button"}, {"href", state.href}}, state.action);
  }
  out.fixed("</div>");
}

void figure_list(Markup& out, std::span<const Figure> figures) {
  out.fixed("<ul class=\"figure-list\">");
  for (const Figure& figure : figures) {
    out.fixed("<li class=\"figure-list__item\">");
    out.element("span", {{"class", "figure-list__value"}}, figure.value).fixed(" ");
    if (figure.href.view() == "#")
      out.element("span", {{"class", "figure-list__label"}}, figure.label);
    else
      out.element("a", {{"class", "usa-link figure-list__label"}, {"href", figure.href}},
                  figure.label);
    if (!figure.source.empty())
      out.element("span", {{"class", "figure-list__source"}}, figure.source);
    out.fixed("</li>");
  }
  out.fixed("</ul>");
}

void image(Markup& out, const Image& image) {
  if (image.width > 0 && image.height > 0) {
    out.lone("img", {{"src", image.source},
                     {"alt", image.alternative.view()},
                     {"width", image.width},
                     {"height", image.height}});
  } else {
    out.lone("img", {{"src", image.source}, {"alt", image.alternative.view()}});
  }
}

}  // namespace daybreak::html
