// SPDX-License-Identifier: AGPL-3.0-or-later
#include "html/navigation.hpp"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "language/format.hpp"

namespace daybreak::html {
namespace {

// The pages to name: first, last, and those around the current one; 0 stands for a gap.
std::vector<std::int64_t> pages_to_name(std::int64_t page, std::int64_t pages) {
  std::vector<std::int64_t> named;
  for (std::int64_t p = 1; p <= pages; ++p) {
    if (p == 1 || p == pages || std::abs(p - page) <= 1 || pages <= 7) {
      named.push_back(p);
    } else if (p < page) {
      named.push_back(0);
      p = std::max(p, page - 2);
    } else {
      named.push_back(0);
      p = std::max(p, pages - 1);
    }
  }
  return named;
}

// One page link, or the button that asks for it.
void page_control(Markup& out, const Pagination& pagination, std::int64_t page,
                  std::string_view css, std::string_view label, Content words) {
  const bool current = page == pagination.page;
  if (pagination.form_id.empty()) {
    out.element("a",
                {{"class", css},
                 {"href", pagination.href(page)},
                 {"aria-label", label},
                 {"aria-current", maybe(current ? "page" : "")}},
                words);
  } else {
    out.element("button",
                {{"class", css},
                 {"type", "submit"},
                 {"name", "page"},
                 {"value", page},
                 {"form", pagination.form_id},
                 {"aria-label", label},
                 {"aria-current", maybe(current ? "page" : "")}},
                words);
  }
}

void arrow(Markup& out, const Pagination& pagination, std::int64_t page, bool forward) {
  const Words t = out.words();
  out.fixed("<li class=\"usa-pagination__item usa-pagination__arrow\">");
  page_control(out, pagination, page,
               forward ? "usa-pagination__link usa-pagination__next-page"
                       : "usa-pagination__link usa-pagination__previous-page",
               forward ? t("Next page") : t("Previous page"), [&] {
                 if (!forward) out.fixed("<span aria-hidden=\"true\">‹ </span>");
                 out.element("span", {{"class", "usa-pagination__link-text"}},
                             forward ? t("Next") : t("Previous"));
                 if (forward) out.fixed("<span aria-hidden=\"true\"> ›</span>");
               });
  out.fixed("</li>");
}

}  // namespace

void breadcrumbs(Markup& out, std::span<const Crumb> crumbs, Required current) {
  const Words t = out.words();
  out.open("nav", {{"class", "usa-breadcrumb"}, {"aria-label", t("Where you are")}});
  out.fixed("<ol class=\"usa-breadcrumb__list\">");
  for (const Crumb& crumb : crumbs) {
    out.fixed("<li class=\"usa-breadcrumb__list-item\">");
    out.element("a", {{"class", "usa-breadcrumb__link"}, {"href", crumb.href}},
                [&] { out.element("span", {}, crumb.label); });
    out.fixed("</li>");
  }
  out.fixed("<li class=\"usa-breadcrumb__list-item usa-current\" aria-current=\"page\">");
  out.element("span", {}, current).fixed("</li></ol></nav>");
}

void pagination(Markup& out, const Pagination& pagination) {
  if (pagination.pages <= 1) return;
  const Words t = out.words();
  out.open("nav", {{"class", "usa-pagination"}, {"aria-label", t("Pages")}});
  out.fixed("<ul class=\"usa-pagination__list\">");
  if (pagination.page > 1) arrow(out, pagination, pagination.page - 1, false);
  for (std::int64_t page : pages_to_name(pagination.page, pagination.pages)) {
    if (page == 0) {
      out.fixed(
          "<li class=\"usa-pagination__item usa-pagination__overflow\"><span "
          "aria-hidden=\"true\">…</span></li>");
      continue;
    }
    const std::string number = t.number(page);
    out.fixed("<li class=\"usa-pagination__item usa-pagination__page-no\">");
    page_control(
        out, pagination, page,
        page == pagination.page ? "usa-pagination__button usa-current" : "usa-pagination__button",
        t("Page {0}", {number}), [&] { out.text(number); });
    out.fixed("</li>");
  }
  if (pagination.page < pagination.pages) arrow(out, pagination, pagination.page + 1, true);
  out.fixed("</ul></nav>");
}

void tabs(Markup& out, Required label, std::span<const Tab> tabs) {
  out.open("nav", {{"class", "tabs"}, {"aria-label", label.view()}});
  out.fixed("<ul class=\"tabs__list\">");
  for (const Tab& tab : tabs) {
    out.fixed("<li>");
    out.element("a",
                {{"class", tab.current ? "tabs__link tabs__link--current" : "tabs__link"},
                 {"href", tab.href},
                 {"aria-current", maybe(tab.current ? "page" : "")}},
                tab.label);
    out.fixed("</li>");
  }
  out.fixed("</ul></nav>");
}

void steps(Markup& out, std::span<const std::string> labels, std::size_t current) {
  const Words t = out.words();
  current = labels.empty() ? 0 : std::min(current, labels.size() - 1);
  out.open("div", {{"class", "usa-step-indicator"}, {"role", "group"}, {"aria-label", t("Steps")}});
  out.fixed("<ol class=\"usa-step-indicator__segments\">");
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const std::string_view css =
        i < current    ? "usa-step-indicator__segment usa-step-indicator__segment--complete"
        : i == current ? "usa-step-indicator__segment usa-step-indicator__segment--current"
                       : "usa-step-indicator__segment";
    out.open("li", {{"class", css}, {"aria-current", maybe(i == current ? "step" : "")}});
    out.open("span", {{"class", "usa-step-indicator__segment-label"}}).text(labels[i]);
    if (i != current)
      out.fixed(" ").element("span", {{"class", "usa-sr-only"}},
                             i < current ? t("done") : t("not yet"));
    out.close("span").close("li");
  }
  out.fixed("</ol>");
  if (!labels.empty()) {
    out.element("p", {{"class", "step-count"}},
                t("Step {0} of {1}: {2}",
                  {t.number(static_cast<std::int64_t>(current) + 1),
                   t.number(static_cast<std::int64_t>(labels.size())), labels[current]}));
  }
  out.close("div");
}

void side_navigation(Markup& out, Required label, std::span<const SideLink> links) {
  out.open("nav", {{"aria-label", label.view()}});
  out.fixed("<ul class=\"usa-sidenav\">");
  for (const SideLink& one : links) {
    out.fixed("<li class=\"usa-sidenav__item\">");
    out.element("a",
                {{"class", maybe(one.current ? "usa-current" : "")},
                 {"href", one.href},
                 {"aria-current", maybe(one.current ? "page" : "")}},
                one.label);
    out.fixed("</li>");
  }
  out.fixed("</ul></nav>");
}

}  // namespace daybreak::html
