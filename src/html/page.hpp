// SPDX-License-Identifier: AGPL-3.0-or-later
// The page around the content: skip link, banner, header, language switch, breadcrumbs, the one
// main heading, messages, footer. A whole HTML document in one string.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "html/content.hpp"
#include "html/markup.hpp"
#include "html/navigation.hpp"

namespace daybreak::html {

struct NavigationLink {
  std::string label;
  Href href;
  bool current = false;
};

struct Flash {
  AlertKind kind = AlertKind::kSuccess;
  std::string text;
};

// What all pages of one request share; web/ builds it from the request and the settings.
struct Shell {
  Language language = Language::kEnglish;
  std::string site_name = "Community resources";  // neutral: it stands in titles and on paper
  std::string path = "/";       // this request's path without the language, for the language switch
  bool demonstration = false;   // "This is a demonstration" on every page
  std::string csrf_token = {};  // for the forms of the header
  std::string signed_in_as = {};  // empty: nobody
  std::vector<NavigationLink> navigation = {};
  std::vector<Flash> flash = {};
  std::string contact = {};  // footer: who runs this site
  Href leave = Href("/leave");
  bool language_switch = true;  // false where the address cannot be opened again (after a POST)
};

enum class Audience : std::uint8_t {
  kPublic,  // quick exit; a neutral title; no sign that somebody was here
  kStaff,
};

struct Page {
  Required title;  // the main heading
  Audience audience = Audience::kPublic;
  // The browser's title and history entry where the heading would say too much; public pages whose
  // title is not neutral (is_neutral) show only the site's name.
  std::string_view window_title = {};
  std::vector<Crumb> crumbs = {};
  bool heading_hidden = false;
  bool wide = false;                    // dashboards and tables; else one readable column
  std::span<const SideLink> side = {};  // a side navigation, with `side_label`
  std::string_view side_label = {};
  // The answer to a form that was posted: the id of that form in this page. The language switch then
  // posts it again, since its address cannot be opened in the other language.
  std::string_view posted_form_id = {};
};

// Writes the whole document; `content` fills the main landmark below the heading.
std::string page(const Shell& shell, const Page& page, const std::function<void(Markup&)>& content);

// Says nothing of trafficking, violence, victims or immigration, in either language: fit for a
// browser's history and a shared screen.
bool is_neutral(std::string_view title);

}  // namespace daybreak::html
