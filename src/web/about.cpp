// SPDX-License-Identifier: AGPL-3.0-or-later
// About and privacy: what is kept, what is never kept, who runs this site, how to complain.
#include "web/site.hpp"

namespace daybreak::web {
namespace {

using html::Markup;
using language::Words;

void write_list(Markup& out, std::initializer_list<std::string_view> items) {
  html::list(out, html::ListKind::kBullets, items.size(),
             [&](std::size_t i) { out.text(items.begin()[i]); });
}

void write_about(Markup& out, const visit::Settings& settings, bool directory) {
  const Words t = out.words();
  html::section(out, 2, t("What is never kept"), [&] {
    write_list(
        out, {t("What you search for, read or print here."),
              t("Your name, your address, your phone or your network address."),
              t("Anything on your device: there are no cookies unless a staff member signs in.")});
    html::paragraph(out, t("This site asks no other site for anything: no maps, fonts, videos or "
                           "counters of others."));
  });
  html::section(out, 2, t("What is kept"), [&] {
    const std::string_view pages =
        t("That a page was asked for, when, and whether it worked, to "
          "keep the site running. Not by whom.");
    const std::string_view staff =
        t("For staff: who signed in and what was changed, in a log that "
          "cannot be altered unseen.");
    if (directory)
      write_list(
          out, {pages, t("If you suggest a correction: its text, until staff have dealt with it."),
                staff});
    else
      write_list(out, {pages, staff});
  });
  html::section(out, 2, t("Who runs this site"), [&] {
    if (!settings.operated_by.empty()) html::paragraph(out, settings.operated_by);
    if (!settings.contact.empty())
      html::paragraph(out, t("To ask or to complain: {0}", {settings.contact}));
    if (settings.operated_by.empty() && settings.contact.empty())
      html::paragraph(out, t("The operator of this site has not said so yet. Its staff can add it "
                             "in the settings."));
    html::paragraph(out,
                    t("The program is Daybreak. It is free software under the AGPL-3.0-or-later "
                      "licence: anyone may use, study, share and change it."));
  });
  if (!directory) return;
  html::section(out, 2, t("Is what stands here right?"), [&] {
    html::paragraph(out, t("Places change their hours and rules. Each record says when it was last "
                           "checked. Call before you go. If something is wrong, "
                           "tell us with \"Suggest a correction\" on its page."));
  });
}

}  // namespace

void add_about_routes(http::Router& router, visit::Visits& visits) {
  router.get("/about", http::Access::anyone(), [&visits, &router](http::Request& request) {
    const Words t(visit::language_of(request));
    return visits.page(request, {.title = t("About and privacy")}, [&](Markup& out) {
      write_about(out, visits.settings(), has_directory(router));
    });
  });
}

}  // namespace daybreak::web
