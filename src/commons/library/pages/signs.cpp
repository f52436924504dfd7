// SPDX-License-Identifier: AGPL-3.0-or-later
// The tool picker (three questions), the list of all quick references, their paper editions, and
// the worker that keeps them for use without a network.
#include <algorithm>

#include "commons/library/pages/pages.hpp"
#include "commons/library/pages/place.hpp"
#include "commons/library/print.hpp"
#include "html/asset.hpp"

namespace daybreak::library::pages {
namespace {

using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using language::Words;

// What was answered; empty means "any". These are subjects, never anything about the reader's case.
struct Answers {
  std::string who, what;
  Where where;
  bool none() const { return who.empty() && what.empty() && where.state.empty(); }
};

constexpr std::string_view kTribal = "US tribal lands";

// Only ids of the lists are let through; anything else is no answer.
Answers read_answers(const Request& request, const Library& library) {
  const auto known = [&](std::string_view name, auto is_known) {
    const std::string id = request.query().get(name).raw();
    return is_known(id) ? id : std::string();
  };
  return {known("who", [&](const std::string& id) { return library.audience(id) != nullptr; }),
          known("what", [&](const std::string& id) { return library.topic(id) != nullptr; }),
          read_where(request)};
}

// On tribal land its own pages; in a state the federal ones and its own.
bool fits_place(const Reference& reference, const Answers& answers) {
  const std::string& state = answers.where.state;
  if (state.empty() || reference.audience == answers.who) return true;
  if (state == kOnTribalLand) return reference.jurisdiction == kTribal;
  return reference.jurisdiction == "US" || reference.jurisdiction == "US-" + state;
}

bool fits(const Reference& reference, const Answers& answers) {
  return (answers.who.empty() || reference.audience == answers.who) &&
         (answers.what.empty() || reference.topic == answers.what) &&
         fits_place(reference, answers);
}

std::vector<html::Option> options_of(const std::vector<Named>& all, const Words& t,
                                     std::string_view chosen) {
  std::vector<html::Option> options;
  for (const Named& one : all)
    options.push_back(
        {.value = one.id, .label = one.name.in(t.language()), .selected = one.id == chosen});
  return options;
}

void write_questions(Markup& out, const Library& library, const Answers& answers) {
  const Words t = out.words();
  html::get_form(out, {.action = "/signs", .id = "picker", .label = t("Three questions")}, [&] {
    html::select(out, {.words = {.name = "who", .label = t("Who are you?")},
                       .options = options_of(library.audiences, t, answers.who),
                       .empty_choice = t("Anyone")});
    html::select(out, {.words = {.name = "what", .label = t("What did you see or need?")},
                       .options = options_of(library.topics, t, answers.what),
                       .empty_choice = t("Anything")});
    write_where(out, answers.where);
    html::button(out, {.text = t("Show what fits")});
  });
}

// The references that fit, under the names of their audiences. Each carries its subjects, so that
// the page can answer the questions by itself when the server cannot be reached.
void write_references(Markup& out, const Library& library, const Answers& answers) {
  const Words t = out.words();
  for (const Named& audience : library.audiences) {
    std::vector<const Reference*> fitting;
    for (const Reference& reference : library.references)
      if (reference.audience == audience.id && fits(reference, answers))
        fitting.push_back(&reference);
    if (fitting.empty()) continue;
    out.open("div", {{"data-audience", audience.id}});
    html::heading(out, 3, audience.name.in(t.language()));
    out.fixed("<ul class=\"usa-list\">");
    for (const Reference* reference : fitting) {
      out.open("li", {{"data-topic", reference->topic},
                      {"data-where", reference->jurisdiction == kTribal ? "tribal" : "any"}});
      html::link(out, reference->title.in(t.language()), html::route("/signs") / reference->id);
      out.close("li");
    }
    out.fixed("</ul>");
    out.close("div");
  }
}

// Nothing is kept on the device unless the reader asks for it here.
void write_keeping(Markup& out, const Library& library) {
  const Words t = out.words();
  html::section(out, 2, t("Without a network"), [&] {
    html::paragraph(out, t("On a work phone you can keep these pages, so that they open without a "
                           "network. Do not do this on a phone that someone else may check."));
    std::string paths;
    for (const Reference& reference : library.references)
      paths += language::localize_path(t.language(), "/signs/" + reference.id) + " ";
    out.open("div", {{"data-keep", "/signs/worker.js"},
                     {"data-pages", paths},
                     {"data-kept", t("The pages are kept on this device.")},
                     {"data-failed", t("This browser cannot keep pages.")}});
    out.element("button", {{"class", "usa-button usa-button--outline"}, {"type", "button"}},
                t("Keep the pages on this device"));
    out.element("p", {{"role", "status"}}, "");
    out.close("div");
    html::paragraph(
        out, [&] { html::link(out, t("Leave this site and remove what it kept"), "/leave"); });
  });
}

Response show_picker(const Request& request, const Desk& desk) {
  const Words t(visit::language_of(request));
  const auto library = desk.facts.library();
  const Answers answers = read_answers(request, *library);
  return desk.visits.page(
      request, {.title = t("Know the signs"), .audience = html::Audience::kPublic},
      [&](Markup& out) {
        html::lead(out, t("One page for your work: what to look for, what to ask, what to do, whom "
                          "to call."));
        write_questions(out, *library, answers);
        // Who answers a place comes first; else below the long list, folded.
        const bool place_first = !answers.where.state.empty();
        if (place_first) write_place(out, desk, *library, answers.where);
        const bool any = std::ranges::any_of(
            library->references, [&](const Reference& one) { return fits(one, answers); });
        out.open("div", {{"id", "fitting"}, {"data-all", answers.none() ? "yes" : "no"}});
        html::section(out, 2, answers.none() ? t("All pages") : t("Pages that fit"), [&] {
          if (any)
            write_references(out, *library, answers);
          else
            html::empty_state(out,
                              {.title = t("No page is just that"),
                               .what_to_do = t("Answer fewer questions, or look at all pages."),
                               .action = t("All pages"),
                               .href = "/signs"});
        });
        out.close("div");
        if (!place_first) write_place(out, desk, *library, answers.where);
        html::section(out, 2, t("Documents for partners"), [&] {
          html::paragraph(out, [&] { html::link(out, t("Sample documents"), "/documents"); });
        });
        write_keeping(out, *library);
      });
}

// Changes of the last half year of the facts that a page quotes, the newest first.
std::vector<RegisterChange> lately_changed(const Desk& desk, const Library& library,
                                           const Reference& reference) {
  std::vector<RegisterChange> lately;
  auto all = desk.facts.changes();
  if (!all) return lately;
  const auto facts = facts_of(library, reference);
  for (RegisterChange& change : *all)
    if (change.before && desk.clock.now() - change.at < std::chrono::days(183) &&
        std::ranges::any_of(facts, [&](const Fact* fact) { return fact->id == change.after.id; }))
      lately.push_back(std::move(change));
  return lately;
}

Response show_reference(const Request& request, const Desk& desk) {
  const auto library = desk.facts.library();
  const Reference* reference = library->reference(request.parameter("id"));
  if (reference == nullptr) return desk.visits.refusal(request, http::Status::kNotFound);
  const Words t(visit::language_of(request));
  const auto changes = lately_changed(desk, *library, *reference);
  const Named* audience = library->audience(reference->audience);
  return desk.visits.page(request,
                          {.title = reference->title.in(t.language()),
                           .window_title = audience->name.in(t.language()),
                           .crumbs = {{std::string(t("Know the signs")), "/signs"},
                                      {audience->name.in(t.language()),
                                       html::route("/signs").with("who", reference->audience)}}},
                          [&](Markup& out) {
                            write_reference(out,
                                            {*library, *reference, today_of(desk.clock), changes});
                          });
}

Response show_file(const Request& request, const Desk& desk) {
  const auto library = desk.facts.library();
  const Reference* reference = library->reference(request.parameter("id"));
  constexpr std::pair<std::string_view, Print> kForms[] = {
      {"page.pdf", Print::kPage}, {"card.pdf", Print::kCard}, {"poster.pdf", Print::kPoster}};
  const auto form = std::ranges::find(kForms, request.parameter("file"),
                                      &std::pair<std::string_view, Print>::first);
  if (reference == nullptr || form == std::end(kForms))
    return desk.visits.refusal(request, http::Status::kNotFound);
  const auto language = visit::language_of(request);
  const auto pdf = print_pdf(*library, *reference, form->second,
                             {.language = language,
                              .today = today_of(desk.clock),
                              .publisher = desk.visits.shell(request).site_name});
  if (!pdf) return Response::of_error(pdf.error());
  Response response = Response::of("application/pdf", *pdf);
  response.as_download(std::string(language::code_of(language)) + "-" + std::string(form->first));
  return response;
}

// The script that answers for kept pages. It may answer for the whole site's pages of this kind, so
// it says so; which ones it answers for stands in the script.
Response show_worker() {
  const std::string name(
      html::asset("keep-worker.js").view().substr(std::string_view("/assets/").size()));
  const auto asset = html::find_asset(name);
  if (!asset) return Response::empty(http::Status::kNotFound);
  Response response = Response::of_static("text/javascript; charset=utf-8", asset->content);
  response.set("Service-Worker-Allowed", "/");
  return response;
}

}  // namespace

Date today_of(const Clock& clock) {
  return Date(std::chrono::floor<std::chrono::days>(clock.now()));
}

void add_public_routes(http::Router& router, const Desk& desk) {
  desk.visits.add_menu_item(
      {.label = language::to_translate("Know the signs"), .path = "/signs", .order = 30});
  router.get("/signs", Access::anyone(),
             [desk](Request& request) { return show_picker(request, desk); });
  router.get("/signs/worker.js", Access::anyone(), [](Request&) { return show_worker(); });
  router.get("/signs/{id}", Access::anyone(),
             [desk](Request& request) { return show_reference(request, desk); });
  router.get("/signs/{id}/{file}", Access::anyone(),
             [desk](Request& request) { return show_file(request, desk); });
}

}  // namespace daybreak::library::pages
