// SPDX-License-Identifier: AGPL-3.0-or-later
// The first page: who answers now, and what would help tonight. And the way out: "/leave".
#include <algorithm>

#include "base/text.hpp"
#include "embedded/hotlines.hpp"
#include "http/security_headers.hpp"
#include "web/hotlines.hpp"
#include "web/site.hpp"

namespace daybreak::web {
namespace {

using html::Markup;
using http::Request;
using http::Response;
using language::MessageId;
using language::to_translate;
using language::Words;

// The words for each code of data/hotlines/hotlines.csv.
struct HotlineWords {
  std::string_view code;
  MessageId name, what;
};
constexpr HotlineWords kHotlines[] = {
    {"trafficking", to_translate("National Human Trafficking Hotline"),
     to_translate("If someone makes you work or have sex, keeps your pay or papers, or threatens "
                  "you. You do not need papers to call.")},
    {"crisis", to_translate("988 Suicide and Crisis Lifeline"),
     to_translate("If it feels like too much, at any hour.")},
    {"partner", to_translate("National Domestic Violence Hotline"),
     to_translate("If someone you live with or love hurts you.")},
    {"assault", to_translate("National Sexual Assault Hotline"),
     to_translate("If someone touched you or had sex with you against your will.")},
    {"youth", to_translate("National Runaway Safeline"),
     to_translate("If you are young and not at home, or thinking of leaving.")},
    {"labor", to_translate("U.S. Department of Labor"),
     to_translate("If you were not paid. They do not ask about immigration status.")},
};

// The six questions of the first page and the need that each asks for (data/directory/needs.csv).
struct Choice {
  MessageId label, text;
  std::string_view need;
};
constexpr Choice kChoices[] = {
    {to_translate("A safe bed"), to_translate("A place to sleep tonight."), "safety.tonight"},
    {to_translate("To get away safely"), to_translate("A plan, a ride, someone beside you."),
     "safety.leave"},
    {to_translate("A doctor"), to_translate("Care now, also without insurance."), "health"},
    {to_translate("Food and clothes"), to_translate("Today, for you and your children."), "food"},
    {to_translate("Legal help"), to_translate("Papers, pay, protection orders, court."), "legal"},
    {to_translate("Someone to talk to"), to_translate("In your language, in private."), "support"},
};

void write_hotline(Markup& out, const HotlineWords& words,
                   const std::vector<std::string_view>& row) {
  const Words t = out.words();
  const std::string_view call = row[1], text_to = row[2], text_word = row[3], chat = row[4];
  html::card(out, {.title = t(words.name), .text = t(words.what)}, [&] {
    html::description_list(out, [&](html::Descriptions& list) {
      list.add(t("Call"), [&] { html::phone_link(out, call, t(words.name)); });
      if (!text_to.empty()) {
        list.add(t("Text"), text_word.empty() ? std::string(text_to)
                                              : t("send {0} to {1}", {text_word, text_to}));
      }
      if (!chat.empty())
        list.add(t("Chat"), [&] { html::link(out, t("Open the chat"), html::Href(chat)); });
      list.add(t("When"), row[6] == "yes" ? t("Day and night") : t("Weekdays, in office hours"));
    });
  });
}

void write_hotlines(Markup& out) {
  const Words t = out.words();
  html::section(out, 2, t("People who answer now"), [&] {
    html::paragraph(out, t("Free, private, in many languages. You do not have to give your name."));
    out.fixed("<ul class=\"usa-card-group\">");
    for (std::string_view line :
         split(embedded::hotlines().find("hotlines.csv").value_or(""), '\n')) {
      const auto row = split(line, ',');
      for (const HotlineWords& words : kHotlines) {
        if (row.size() == 7 && row[0] == words.code) write_hotline(out, words, row);
      }
    }
    out.fixed("</ul>");
  });
}

// What is chosen goes in the body of a POST: it stays out of addresses, logs and history.
void write_choices(Markup& out, const Request& request, bool can_search) {
  if (!can_search) return;
  const Words t = out.words();
  html::section(out, 2, t("What would help tonight?"), [&] {
    html::post_form(out,
                    {.action = "/services",
                     .csrf_token = visit::csrf_of(request),
                     .label = t("What would help tonight?")},
                    [&] {
                      out.fixed("<div class=\"choice-tiles\">");
                      for (const Choice& choice : kChoices) {
                        out.open("button", {{"class", "choice-tile"},
                                            {"type", "submit"},
                                            {"name", "need"},
                                            {"value", choice.need}});
                        out.element("span", {{"class", "choice-tile__label"}}, t(choice.label));
                        out.element("span", {{"class", "choice-tile__text"}}, t(choice.text));
                        out.close("button");
                      }
                      out.fixed("</div>");
                    });
  });
}

Response home(const Request& request, const visit::Visits& visits, bool can_search) {
  const Words t(visit::language_of(request));
  return visits.page(request, {.title = t("Help now"), .wide = true}, [&](Markup& out) {
    html::alert(out, {.kind = html::AlertKind::kEmergency,
                      .text = t("If you cannot speak, many places answer a text to 911."),
                      .title = t("In danger now? Call 911.")});
    write_choices(out, request, can_search);
    write_hotlines(out);
    html::section(out, 2, t("Your privacy here"), [&] {
      html::paragraph(out, t("This site keeps nothing on your device and does not record who you "
                             "are. To leave at once, press "
                             "Shift three times or use the button \"Leave this site\". It closes "
                             "this page and opens a harmless "
                             "one. Your browser may still list the pages you opened before; a "
                             "private window does not."));
      html::paragraph(out, [&] { html::link(out, t("About and privacy"), "/about"); });
    });
  });
}

// A neutral page of somebody else, after the browser was told to forget this one. The first request
// to another site that our pages cause, and only when the person leaves.
Response leave(const visit::Visits& visits) {
  Response response(http::Status::kSeeOther);
  response.set("Location", visits.settings().leave_to);
  http::clear_site_data(response);
  return response;
}

}  // namespace

std::vector<guide::Hotline> guide_hotlines(language::Language language) {
  const Words t(language);
  std::vector<guide::Hotline> lines;
  for (std::string_view line :
       split(embedded::hotlines().find("hotlines.csv").value_or(""), '\n')) {
    const auto row = split(line, ',');
    for (const HotlineWords& words : kHotlines) {
      if (row.size() != 7 || row[0] != words.code) continue;
      const bool always = row[6] == "yes";
      lines.push_back(
          {.name = std::string(t(words.name)),
           .number = std::string(row[1]),
           .note = std::string(always ? t("Day and night") : t("Weekdays, in office hours")),
           .card_label = {}});
      if (always) lines.back().card_label = t("Line {0}", {std::to_string(lines.size())});
    }
  }
  return lines;
}

bool has_directory(const http::Router& router) {
  return std::ranges::any_of(router.routes(), [](const auto& route) {
    return route->pattern == "/services" && route->method == http::Method::kPost;
  });
}

void add_home_routes(http::Router& router, visit::Visits& visits) {
  visits.add_menu_item({.label = to_translate("Help now"), .path = "/", .order = 10});
  router.get("/", http::Access::anyone(), [&visits, &router](Request& request) {
    // Someone who came without a language in the address gets the browser's, once.
    if (request.target() == "/" && request.preferred_language({"en", "es"}) == "es")
      return Response::redirect("/es");
    return home(request, visits, has_directory(router));
  });
  for (const auto add : {&http::Router::get, &http::Router::post}) {
    (router.*add)("/leave", http::Access::anyone(), [&visits](Request&) { return leave(visits); },
                  {.csrf = http::Csrf::kExempt});
  }
}

}  // namespace daybreak::web
