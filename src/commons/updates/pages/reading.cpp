// SPDX-License-Identifier: AGPL-3.0-or-later
// The public pages of the news, and the bulletins behind the sign-in.
#include <fmt/format.h>

#include "base/text.hpp"
#include "commons/updates/feed.hpp"
#include "commons/updates/pages/pages.hpp"
#include "doc/html_edition.hpp"
#include "language/format.hpp"

namespace daybreak::updates::pages {
namespace {

using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using http::Status;
using language::Words;

constexpr std::size_t kPerPage = 20, kInFeed = 30;

std::string day_of(Language language, Instant at) {
  return language::format_date(language, Date(std::chrono::floor<std::chrono::days>(at)));
}

std::vector<html::Option> topic_options(Language language, std::string_view chosen) {
  std::vector<html::Option> options;
  for (const Topic& topic : topics())
    if (!topic.is_restricted() && !topic.retired)
      options.push_back(
          {.value = topic.id, .label = topic.name.in(language), .selected = topic.id == chosen});
  return options;
}

void write_filter(Markup& out, std::string_view topic) {
  const Words t = out.words();
  const auto options = topic_options(t.language(), topic);
  html::get_form(out, {.action = "/news", .label = t("Filter")}, [&] {
    html::select(out, {.words = {.name = "topic", .label = t("Topic")},
                       .options = options,
                       .empty_choice = t("All topics")});
    html::button(out, {.text = t("Show"), .kind = html::ButtonKind::kOutline});
  });
}

void write_latest(Markup& out, const std::vector<Issue>& issues) {
  const Words t = out.words();
  html::card_list(out, issues.size(), [&](std::size_t index) {
    const Issue& issue = issues[index];
    const Topic* topic = find_topic(issue.topic);
    html::card(
        out, {.title = issue.title_in(t.language()), .href = Href("/news") / issue.id.to_string()},
        [&] {
          html::note(out, fmt::format("{} · {}", topic->name.in(t.language()),
                                      day_of(t.language(), *issue.published_at)));
        });
  });
}

void write_feeds(Markup& out) {
  const Words t = out.words();
  html::section(out, 2, t("Without giving an address"), [&] {
    html::paragraph(out, t("A feed reader brings the same news and tells us nothing about you."));
    std::vector<const Topic*> open;
    for (const Topic& topic : topics())
      if (!topic.is_restricted() && !topic.retired) open.push_back(&topic);
    html::list(out, html::ListKind::kBullets, open.size(), [&](std::size_t index) {
      html::link(out, t("Feed: {0}", {open[index]->name.in(t.language())}),
                 Href("/news/feeds") / (open[index]->id + ".xml"));
    });
  });
}

Response latest(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  const std::string topic = request.query().get("topic").raw();
  const auto page = std::max<std::int64_t>(
      1, std::min<std::int64_t>(to_integer(request.query().get("page").raw()).value_or(1), 1000));
  auto issues = desk.bureau.issues.archive(topic, kPerPage + 1,
                                           static_cast<std::size_t>(page - 1) * kPerPage);
  if (!issues) return desk.visits.failure(request, issues.error(), "/news");
  const bool more = issues->size() > kPerPage;
  if (more) issues->pop_back();
  return desk.visits.page(request, {.title = t("News")}, [&](Markup& out) {
    html::lead(out, t("What is new for those who help: laws, training, funds and tools."));
    write_filter(out, topic);
    html::section(out, 2, t("Latest"), [&] {
      if (issues->empty())
        html::empty_state(out, {.title = t("Nothing here yet"),
                                .what_to_do = t("Choose all topics, or subscribe below and hear "
                                                "when there is something.")});
      else
        write_latest(out, *issues);
      html::pagination(
          out, {.page = page, .pages = more ? page + 1 : page, .href = [&](auto to) {
                  return Href("/news").with("topic", topic).with("page", std::to_string(to));
                }});
    });
    html::section(out, 2, t("Get it by mail"), [&] {
      if (desk.bureau.can_mail())
        write_subscribe_form(out, request, {}, {.language = t.language()}, {});
      else
        html::paragraph(out, t("This site sends no mail yet. Use a feed."));
    });
    write_feeds(out);
  });
}

void write_feedback_form(Markup& out, const Request& request, const Uuid& issue) {
  const Words t = out.words();
  html::section(out, 2, t("Tell the editors"), [&] {
    html::post_form(out,
                    {.action = "/news/feedback",
                     .csrf_token = visit::csrf_of(request),
                     .label = t("Tell the editors")},
                    [&] {
                      html::hidden_field(out, "issue", issue.to_string());
                      html::text_area(
                          out,
                          {.words = {.name = "words",
                                     .label = t("What is wrong, missing or useful?"),
                                     .hint = t("Do not write about a person. We cannot answer: "
                                               "nothing says who you are.")},
                           .rows = 4,
                           .max_length = 4000});
                      html::button(out, {.text = t("Send"), .kind = html::ButtonKind::kOutline});
                    });
  });
}

Response show(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  const auto issue =
      desk.bureau.issues.read(visit::actor_of(request), request.uuid_parameter("id"));
  if (!issue) return desk.visits.failure(request, issue.error(), "/news");
  html::Page page{.title = issue->title_in(t.language())};
  page.crumbs = {{std::string(t("News")), Href("/news")}};
  return desk.visits.page(request, page, [&](Markup& out) {
    const Topic* topic = find_topic(issue->topic);
    html::note(out, fmt::format("{} · {}", topic->name.in(t.language()),
                                day_of(t.language(), *issue->published_at)));
    write_issue(out, *issue);
    write_feedback_form(out, request, issue->id);
  });
}

Response feed(const Desk& desk, const Request& request) {
  const std::string file = request.parameter("file");
  const Topic* topic = file.ends_with(".xml")
                           ? find_topic(std::string_view(file).substr(0, file.size() - 4))
                           : nullptr;
  if (topic == nullptr || topic->is_restricted())
    return desk.visits.refusal(request, Status::kNotFound);
  const auto issues = desk.bureau.issues.archive(topic->id, kInFeed, 0);
  if (!issues) return desk.visits.failure(request, issues.error(), "/news");
  const Language language = visit::language_of(request);
  const auto atom = to_atom({.site = desk.bureau.room.site,
                             .title = desk.bureau.room.site_name + ": " + topic->name.in(language),
                             .path = "/news/feeds/" + file,
                             .language = language,
                             .updated = Instant{}},
                            *issues);
  if (!atom) return desk.visits.failure(request, atom.error(), "/news");
  return Response::of("application/atom+xml; charset=utf-8", *atom);
}

Response take_feedback(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  std::optional<Uuid> issue;
  if (const auto id = Uuid::parse(request.form().fields.get("issue").raw())) issue = *id;
  if (!desk.remarks->allows(desk.visits.origin_of(request)))
    return desk.visits.refusal(request, Status::kTooManyRequests,
                               t("That was a lot for one hour. Please come back later."));
  const auto said = desk.bureau.feedback.say(issue, request.form().fields.get("words").raw());
  if (!said && said.error().kind == ErrorKind::kInvalid)
    return desk.visits.refusal(request, Status::kUnprocessable,
                               t("Please write at least a word and at most 4,000 characters."));
  if (!said) return desk.visits.failure(request, said.error(), "/news");
  return visit::redirect(request, "/news/thanks");
}

}  // namespace

void write_issue(Markup& out, const Issue& issue) {
  const auto document = to_document(issue, out.language());
  if (!document) return;
  const auto fragment = doc::to_html_fragment(*document, 1);
  if (!fragment) return;
  const Language used = issue.language_for(out.language());
  out.element("div", {{"lang", language::code_of(used)}},
              [&] { out.trusted(html::TrustedMarkup::vouch_for(*fragment)); });
}

void add_reading_routes(http::Router& router, const Desk& desk) {
  router.get("/news", Access::anyone(), [desk](Request& request) { return latest(desk, request); },
             {.summary = "The latest news, and how to get it"});
  router.get("/news/{id:uuid}", Access::anyone(),
             [desk](Request& request) { return show(desk, request); },
             {.summary = "One issue of the news"});
  router.get("/news/feeds/{file}", Access::anyone(),
             [desk](Request& request) { return feed(desk, request); },
             {.summary = "The news of a topic as an Atom feed"});
  router.post("/news/feedback", Access::anyone(),
              [desk](Request& request) { return take_feedback(desk, request); },
              {.summary = "A reader's words to the editors"});
  router.get("/news/thanks", Access::anyone(), [desk](Request& request) {
    const Words t(visit::language_of(request));
    return desk.visits.page(request, {.title = t("Thank you")}, [&](Markup& out) {
      html::paragraph(out, t("The editors will read it."));
      html::link(out, t("Back to the news"), "/news");
    });
  });
  desk.visits.add_menu_item(
      {.label = language::to_translate("News"), .path = "/news", .order = 45});
}

}  // namespace daybreak::updates::pages
