// SPDX-License-Identifier: AGPL-3.0-or-later
#include "html/page.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "html/asset.hpp"
#include "html/form.hpp"

namespace daybreak::html {
namespace {

// Beginnings of words, in lower case.
constexpr std::array<std::string_view, 28> kTelling{
    "traffick", "trafic",  "trata",   "victim",  "víctim",  "survivor", "sobrevivient",
    "abus",     "violen",  "explot",  "exploit", "slave",   "esclav",   "escap",
    "sex",      "rape",    "violaci", "police",  "policía", "immigra",  "inmigra",
    "visa",     "shelter", "refugio", "crisis",  "hotline", "emergenc", "prostitu"};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80; }

// At the beginning of a word: "Essex" does not tell.
bool holds_word(std::string_view lower, std::string_view beginning) {
  for (std::size_t at = lower.find(beginning); at != std::string_view::npos;
       at = lower.find(beginning, at + 1)) {
    if (at == 0 || !is_letter(lower[at - 1])) return true;
  }
  return false;
}

void write_head(Markup& out, const Shell& shell, const Page& page) {
  const std::string_view wanted = page.window_title.empty() ? page.title.view() : page.window_title;
  const bool show = page.audience == Audience::kStaff || is_neutral(wanted);
  out.fixed("<!DOCTYPE html>\n");
  out.open("html", {{"lang", language::code_of(shell.language)}});
  out.fixed(
      "<head><meta charset=\"utf-8\"/>"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>"
      "<meta name=\"referrer\" content=\"no-referrer\"/>"
      "<meta name=\"robots\" content=\"noarchive\"/>"
      "<meta name=\"format-detection\" content=\"telephone=no\"/><title>");
  if (show) out.text(wanted).fixed(" – ");
  out.text(shell.site_name);
  // Names of assets are made by our build and hold nothing to escape.
  out.fixed("</title><link rel=\"icon\" href=\"").text(asset("icon.svg").view());
  out.fixed("\"/><link rel=\"stylesheet\" href=\"").text(asset("daybreak.css").view());
  out.fixed("\"/><script type=\"module\" src=\"").text(asset("daybreak.js").view());
  out.fixed("\"></script></head>");
}

void write_language_switch(Markup& out, const Shell& shell, const Page& page) {
  const bool again = !shell.language_switch && !page.posted_form_id.empty();
  if (!shell.language_switch && !again) return;
  for (Language other : language::kLanguages) {
    if (other == shell.language) continue;
    const std::string_view code = language::code_of(other);
    const Href path("/" + std::string(code) + (shell.path == "/" ? "" : shell.path));
    const std::string_view name = language::own_name_of(other);
    if (!again) {
      out.element(
          "a", {{"class", "language-switch"}, {"lang", code}, {"hreflang", code}, {"href", path}},
          name);
      continue;
    }
    out.element("button",
                {{"type", "submit"},
                 {"class", "usa-button usa-button--unstyled language-switch"},
                 {"lang", code},
                 {"form", page.posted_form_id},
                 {"formaction", path}},
                name);
  }
}

void write_quick_exit(Markup& out, const Shell& shell) {
  const Words t = out.words();
  out.open("div", {{"class", "quick-exit"}});
  // A plain link works without JavaScript; with it, the page is also taken out of the tab's
  // history.
  out.element("a",
              {{"class", "usa-button usa-button--secondary quick-exit__button"},
               {"rel", "nofollow noreferrer"},
               {"data-quick-exit", Presence(true)},
               {"href", shell.leave}},
              t("Leave this site"));
  out.element("span", {{"class", "quick-exit__hint"}}, t("or press Shift three times"));
  out.close("div");
}

void write_account(Markup& out, const Shell& shell) {
  const Words t = out.words();
  if (shell.signed_in_as.empty()) return;
  out.open("div", {{"class", "account"}});
  out.element("a", {{"class", "account__name"}, {"href", Href("/account")}}, shell.signed_in_as);
  action_button(out, {.action = Href("/sign-out"),
                      .csrf_token = shell.csrf_token,
                      .text = t("Sign out"),
                      .kind = ButtonKind::kUnstyled});
  out.close("div");
}

void write_menu_links(Markup& out, std::span<const NavigationLink> links) {
  for (const NavigationLink& one : links) {
    out.fixed("<li>");
    out.element(
        "a",
        {{"class", one.current ? "site-nav__link site-nav__link--current" : "site-nav__link"},
         {"href", one.href},
         {"aria-current", maybe(one.current ? "page" : "")}},
        one.label);
    out.fixed("</li>");
  }
}

// Who works in many rooms finds the first ones at once and the others behind "More": on a phone the
// menu would fill the screen else.
void write_main_menu(Markup& out, std::span<const NavigationLink> links) {
  constexpr std::size_t kMostInOneRow = 12, kFirst = 8;
  const Words t = out.words();
  const std::size_t first = links.size() > kMostInOneRow ? kFirst : links.size();
  const auto others = links.subspan(first);
  out.open("nav", {{"class", "site-nav"}, {"aria-label", t("Main menu")}});
  out.fixed("<ul class=\"site-nav__list grid-container-widescreen\">");
  write_menu_links(out, links.first(first));
  if (!others.empty()) {
    const bool current = std::ranges::any_of(others, &NavigationLink::current);
    out.fixed("<li class=\"site-nav__more\"><details>");
    out.element("summary",
                {{"class", current ? "site-nav__link site-nav__link--current" : "site-nav__link"}},
                t("More"));
    out.fixed("<ul class=\"site-nav__others\">");
    write_menu_links(out, others);
    out.fixed("</ul></details></li>");
  }
  out.fixed("</ul></nav>");
}

void write_header(Markup& out, const Shell& shell, const Page& page) {
  const Words t = out.words();
  out.fixed(
      "<header class=\"site-header\"><div class=\"site-header__top grid-container-widescreen\">");
  out.element("a", {{"class", "site-header__name"}, {"href", Href("/")}}, shell.site_name);
  out.open("div", {{"class", "site-header__tools"}});
  write_language_switch(out, shell, page);
  write_account(out, shell);
  if (page.audience == Audience::kPublic) write_quick_exit(out, shell);
  out.close("div").close("div");
  if (!shell.navigation.empty()) write_main_menu(out, shell.navigation);
  out.close("header");
}

void write_demonstration_mark(Markup& out) {
  const Words t = out.words();
  out.open("section", {{"class", "demonstration"}, {"aria-label", t("Demonstration")}});
  out.fixed("<p class=\"grid-container-widescreen\"><strong>")
      .text(t("Demonstration."))
      .fixed("</strong> ");
  out.text(
      t("Every organization and person here is made up, and so are their phone numbers. Only the "
        "national hotlines on the first page are real."));
  out.fixed("</p>").close("section");
}

void write_footer(Markup& out, const Shell& shell) {
  const Words t = out.words();
  out.fixed(
      "<footer class=\"site-footer\"><div class=\"grid-container-widescreen\"><ul "
      "class=\"site-footer__links\"><li>");
  out.element("a", {{"href", Href("/about")}}, t("About and privacy"));
  out.fixed("</li>");
  if (shell.signed_in_as.empty())
    out.fixed("<li>").element("a", {{"href", Href("/sign-in")}}, t("Staff sign-in")).fixed("</li>");
  out.fixed("</ul>");
  if (!shell.contact.empty()) out.element("p", {}, shell.contact);
  out.element("p", {}, t("This site loads nothing from any other site."));
  out.fixed("</div></footer>");
}

void write_main(Markup& out, const Shell& shell, const Page& page,
                const std::function<void(Markup&)>& content) {
  out.open("main", {{"id", "main-content"},
                    {"class", page.wide ? "grid-container-widescreen page-main"
                                        : "grid-container page-main"},
                    {"tabindex", "-1"}});
  for (const Flash& flash : shell.flash)
    alert(out, {.kind = flash.kind, .text = flash.text, .announce = true});
  const bool aside = !page.side.empty();
  if (aside) {
    out.fixed("<div class=\"grid-row grid-gap\"><div class=\"desktop:grid-col-3 page-aside\">");
    side_navigation(out, page.side_label, page.side);
    out.fixed("</div><div class=\"desktop:grid-col-9\">");
  }
  out.element("h1", {{"class", maybe(page.heading_hidden ? "usa-sr-only" : "")}}, page.title);
  content(out);
  if (aside) out.fixed("</div></div>");
  out.close("main");
}

}  // namespace

bool is_neutral(std::string_view title) {
  std::string lower = to_lower_ascii(title);
  lower = replace_all(lower, "Í", "í");
  for (std::string_view telling : kTelling) {
    if (holds_word(lower, telling)) return false;
  }
  return true;
}

std::string page(const Shell& shell, const Page& page,
                 const std::function<void(Markup&)>& content) {
  Markup out(shell.language);
  const Words t = out.words();
  write_head(out, shell, page);
  out.open("body", {{"class", page.audience == Audience::kPublic ? "public-page" : "staff-page"}});
  out.element("a", {{"class", "usa-skipnav"}, {"href", Href("#main-content")}},
              t("Skip to main content"));
  if (shell.demonstration) write_demonstration_mark(out);
  write_header(out, shell, page);
  if (!page.crumbs.empty()) {
    out.open("div", {{"class", page.wide ? "grid-container-widescreen" : "grid-container"}});
    breadcrumbs(out, page.crumbs, page.title);
    out.close("div");
  }
  write_main(out, shell, page, content);
  write_footer(out, shell);
  out.fixed("</body></html>\n");
  return std::move(out).take();
}

}  // namespace daybreak::html
