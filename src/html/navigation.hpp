// SPDX-License-Identifier: AGPL-3.0-or-later
// Getting about within a page's subject: breadcrumbs, pagination, tabs, steps.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "html/markup.hpp"

namespace daybreak::html {

struct Crumb {
  std::string label;
  Href href;
};
// The way here; the page itself is the last, without a link.
void breadcrumbs(Markup& out, std::span<const Crumb> crumbs, Required current);

struct Pagination {
  std::int64_t page = 1;
  std::int64_t pages = 1;
  // The address of a page; or instead, the id of a form that gets buttons named "page".
  std::function<Href(std::int64_t page)> href = {};
  std::string_view form_id = {};
};
// Writes nothing for one page.
void pagination(Markup& out, const Pagination& pagination);

struct Tab {
  std::string label;
  Href href;
  bool current = false;
};
// Views of one thing, as links: each is a page of its own.
void tabs(Markup& out, Required label, std::span<const Tab> tabs);

// Where a person stands in a task of several pages. `current` counts from 0.
void steps(Markup& out, std::span<const std::string> labels, std::size_t current);

struct SideLink {
  std::string label;
  Href href;
  bool current = false;
};
void side_navigation(Markup& out, Required label, std::span<const SideLink> links);

}  // namespace daybreak::html
