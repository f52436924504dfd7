// SPDX-License-Identifier: AGPL-3.0-or-later
// The news desk: what is being written, what waits for a second person, what went out.
#include <fmt/format.h>

#include "base/text.hpp"
#include "commons/updates/letters.hpp"
#include "commons/updates/pages/pages.hpp"
#include "doc/html_edition.hpp"
#include "language/format.hpp"
#include "trust/policy.hpp"

namespace daybreak::updates::pages {
namespace {

using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using http::Status;
using language::MessageId;
using language::to_translate;
using language::Words;

constexpr std::size_t kLargestForm = 3 * 1024 * 1024;

MessageId words_of(IssueState state) {
  switch (state) {
    case IssueState::kDraft:
      return to_translate("Draft");
    case IssueState::kWaiting:
      return to_translate("Waits for a second person");
    case IssueState::kApproved:
      return to_translate("Approved");
    case IssueState::kPublished:
      return to_translate("Published");
    case IssueState::kWithdrawn:
      return to_translate("Withdrawn");
  }
  return to_translate("Draft");
}

html::TagTone tone_of(IssueState state) {
  if (state == IssueState::kPublished) return html::TagTone::kGood;
  return state == IssueState::kWaiting ? html::TagTone::kCaution : html::TagTone::kPlain;
}

std::string when_of(const Issue& issue, Words t) {
  const auto at = issue.published_at ? issue.published_at : issue.send_at;
  if (!at) return "–";
  const auto day = std::chrono::floor<std::chrono::days>(*at);
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(*at - day).count();
  return fmt::format("{}, {} UTC",
                     language::format_date(t.language(), Date(day), language::DateStyle::kShort),
                     language::format_time(t.language(), static_cast<int>(minutes)));
}

void write_issues(Markup& out, const std::vector<Issue>& issues) {
  const Words t = out.words();
  html::Table table{.caption = t("Issues"),
                    .columns = {{t("Title")}, {t("Topic")}, {t("State")}, {t("When")}}};
  html::table(out, table, [&](html::Rows& rows) {
    for (const Issue& issue : issues) {
      const Topic* topic = find_topic(issue.topic);
      rows.row();
      rows.link(issue.title_in(t.language()), Href("/news-desk") / issue.id.to_string());
      rows.cell([&] {
        out.text(topic == nullptr ? issue.topic : topic->name.in(t.language()));
        if (topic != nullptr && topic->is_restricted())
          html::tag(out, t("Restricted"), html::TagTone::kBad);
      });
      rows.cell([&] { html::tag(out, t(words_of(issue.state)), tone_of(issue.state)); });
      rows.cell(when_of(issue, t));
    }
  });
}

void write_readers(Markup& out, const Desk& desk) {
  const Words t = out.words();
  const auto counts = desk.bureau.subscribers.counts();
  if (!counts || counts->empty()) return;
  html::section(out, 2, t("Readers by mail"), [&] {
    html::table(out,
                {.caption = t("Readers by mail"),
                 .columns = {{t("Topic")}, {t("Readers"), html::Align::kRight}},
                 .caption_hidden = true},
                [&](html::Rows& rows) {
                  for (const auto& [id, count] : *counts) {
                    const Topic* topic = find_topic(id);
                    rows.row();
                    rows.cell(topic == nullptr ? id : topic->name.in(t.language()));
                    rows.number(count);
                  }
                });
  });
}

Response list_page(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  const auto issues = desk.bureau.issues.list(visit::actor_of(request));
  if (!issues) return desk.visits.failure(request, issues.error(), "/news-desk");
  return desk.visits.page(
      request, {.title = t("News desk"), .audience = html::Audience::kStaff, .wide = true},
      [&](Markup& out) {
        html::button_group(out, [&] {
          html::link_button(out, {.text = t("Write an issue"), .href = "/news-desk/new"});
          html::link_button(out, {.text = t("Topics"),
                                  .href = "/news-desk/topics",
                                  .kind = html::ButtonKind::kOutline});
          html::link_button(out, {.text = t("Bulletin lists"),
                                  .href = "/news-desk/lists",
                                  .kind = html::ButtonKind::kOutline});
          html::link_button(out, {.text = t("What readers say"),
                                  .href = "/news-desk/words",
                                  .kind = html::ButtonKind::kOutline});
        });
        if (issues->empty())
          html::empty_state(out, {.title = t("Nothing written yet"),
                                  .what_to_do = t("Write the first issue. A second person reads it "
                                                  "before it goes out.")});
        else
          write_issues(out, *issues);
        write_readers(out, desk);
      });
}

Issue read_form(const Request& request) {
  const http::Fields& fields = request.form().fields;
  const auto text = [&](std::string_view name) {
    return replace_all(fields.get(name).raw(), "\r\n", "\n");
  };
  Issue issue{.topic = text("topic"),
              .title = {std::string(trim(text("title_en"))), std::string(trim(text("title_es")))},
              .body = {text("body_en"), text("body_es")}};
  issue.version = to_integer(text("version")).value_or(0);
  return issue;
}

void write_form(Markup& out, const Request& request, const Issue& issue,
                std::span<const html::FieldError> errors) {
  const Words t = out.words();
  std::vector<html::Option> options;
  for (const Topic& topic : topics())
    if (!topic.retired || topic.id == issue.topic)
      options.push_back(
          {.value = topic.id,
           .label = topic.name.in(t.language()) +
                    (topic.is_restricted() ? " (" + std::string(t("Restricted")) + ")" : ""),
           .selected = topic.id == issue.topic});
  const Href action =
      issue.id.is_nil() ? Href("/news-desk") : Href("/news-desk") / issue.id.to_string();
  html::post_form(
      out,
      {.action = action,
       .csrf_token = visit::csrf_of(request),
       .guard_changes = true,
       .label = t("Text")},
      [&] {
        html::hidden_field(out, "version", std::to_string(issue.version));
        html::select(out, {.words = {.name = "topic",
                                     .label = t("Topic"),
                                     .hint = t("A restricted topic goes only to members on its "
                                               "list; its text never stands in a mail."),
                                     .error = html::error_of(errors, "topic")},
                           .options = options});
        const auto line = [&](std::string_view name, std::string_view label,
                              std::string_view value) {
          html::text_input(
              out, {.words = {.name = name, .label = label, .error = html::error_of(errors, name)},
                    .value = value,
                    .max_length = 150});
        };
        const auto text = [&](std::string_view name, std::string_view label, std::string_view hint,
                              std::string_view value) {
          html::text_area(out, {.words = {.name = name,
                                          .label = label,
                                          .hint = hint,
                                          .error = html::error_of(errors, name)},
                                .value = value,
                                .rows = 14});
        };
        line("title_en", t("Title in English"), issue.title.en);
        text("body_en", t("Text in English"),
             t("Markdown: ## heading, - list, **bold**, [words](https://address). Name no "
               "survivor."),
             issue.body.en);
        line("title_es", t("Title in Spanish"), issue.title.es);
        text("body_es", t("Text in Spanish"),
             t("Left empty, Spanish readers get the English text."), issue.body.es);
        html::button(out, {.text = t("Save and preview"), .name = "do", .value = "save"});
      });
}

void write_body(Markup& out, const Issue& issue, Language language) {
  html::heading(out, 4, issue.title_in(language));
  const auto document = to_document(issue, language);
  if (!document) return;
  if (const auto fragment = doc::to_html_fragment(*document, 4))
    out.trusted(html::TrustedMarkup::vouch_for(*fragment));
}

void write_preview(Markup& out, const Issue& issue) {
  const Words t = out.words();
  html::section(out, 2, t("Preview"), [&] {
    for (const Language language : language::kLanguages) {
      const auto made = render(issue, language);
      if (!made || (language == Language::kSpanish && made->language != language)) continue;
      const std::string name(language::own_name_of(language));
      const std::string code(language::code_of(made->language));
      html::accordion_item(
          out, {.title = t("{0}: as a page and as HTML mail", {name}), .open = true}, [&] {
            out.element("div", {{"class", "mail-preview"}, {"lang", code}},
                        [&] { write_body(out, issue, language); });
          });
      html::accordion_item(out, {.title = t("{0}: on a phone", {name})}, [&] {
        out.element("div", {{"class", "mail-preview mail-preview--phone"}, {"lang", code}},
                    [&] { write_body(out, issue, language); });
      });
      html::accordion_item(out, {.title = t("{0}: as plain text", {name})}, [&] {
        out.element("pre", {{"class", "mail-preview"}, {"lang", code}, {"tabindex", "0"}},
                    made->text);
      });
    }
  });
}

void write_steps(Markup& out, const Request& request, const Issue& issue) {
  const Words t = out.words();
  const trust::Actor actor = visit::actor_of(request);
  const Href here = Href("/news-desk") / issue.id.to_string();
  const auto act = [&](std::string_view what, std::string_view words, html::ButtonKind kind) {
    html::action_button(out, {.action = here,
                              .csrf_token = visit::csrf_of(request),
                              .text = words,
                              .kind = kind,
                              .name = "do",
                              .value = what});
  };
  html::section(out, 2, t("Next step"), [&] {
    switch (issue.state) {
      case IssueState::kDraft:
        html::paragraph(out, t("When the text is ready, hand it to a second person."));
        return act("submit", t("Hand it in"), html::ButtonKind::kPrimary);
      case IssueState::kWaiting: {
        if (issue.author == actor.member)
          html::paragraph(out, t("A second person has to read and approve it."));
        else
          html::post_form(
              out, {.action = here, .csrf_token = visit::csrf_of(request), .label = t("Approve")},
              [&] {
                html::hidden_field(out, "version", std::to_string(issue.version));
                html::date_picker(out, {.words = {.name = "day",
                                                  .label = t("Day to send"),
                                                  .hint = t("Empty: at once.")}});
                html::text_input(out, {.words = {.name = "time", .label = t("Time (UTC)")},
                                       .value = "14:00",
                                       .type = html::InputType::kTime,
                                       .width = html::FieldWidth::kSmall});
                html::button(out,
                             {.text = t("Approve and send"), .name = "do", .value = "approve"});
              });
        return act("return", t("Back to the writer"), html::ButtonKind::kOutline);
      }
      case IssueState::kApproved:
        html::paragraph(out, t("Goes out: {0}", {when_of(issue, t)}));
        return act("return", t("Stop it before it goes out"), html::ButtonKind::kOutline);
      case IssueState::kPublished:
        html::link(out, t("See it as readers do"), Href("/news") / issue.id.to_string());
        return act("withdraw", t("Take it out of the archive"), html::ButtonKind::kDanger);
      case IssueState::kWithdrawn:
        return html::paragraph(out, t("It is no longer shown. Mail that went out cannot be called "
                                      "back."));
    }
  });
}

void write_mailing(Markup& out, const Desk& desk, const Request& request, const Issue& issue) {
  const Words t = out.words();
  const auto mailing = desk.bureau.mailings.mailing_of(issue.id);
  if (!mailing || !*mailing) return;
  const auto tally = desk.bureau.mailings.tally(**mailing);
  if (!tally) return;
  html::section(out, 2, t("Mails"), [&] {
    html::description_list(out, [&](html::Descriptions& list) {
      list.add(t("Sent"), t.number(tally->sent));
      list.add(t("Waiting"), t.number(tally->waiting));
      list.add(t("No longer wanted"), t.number(tally->unwanted));
      list.add(t("Refused"), t.number(tally->refused));
      list.add(t("Came back"), t.number(tally->bounced));
    });
    if (tally->in_doubt == 0) return;
    html::alert(out, {.kind = html::AlertKind::kWarning,
                      .text = t.plural("{0} mail was being handed over when the program was "
                                       "stopped. It may have gone out.",
                                       "{0} mails were being handed over when the program was "
                                       "stopped. They may have gone out.",
                                       tally->in_doubt),
                      .title = t("In doubt")});
    const Href here = Href("/news-desk") / issue.id.to_string();
    html::action_button(out, {.action = here,
                              .csrf_token = visit::csrf_of(request),
                              .text = t("Take as sent"),
                              .kind = html::ButtonKind::kOutline,
                              .name = "do",
                              .value = "taken"});
    html::action_button(out, {.action = here,
                              .csrf_token = visit::csrf_of(request),
                              .text = t("Send again"),
                              .kind = html::ButtonKind::kOutline,
                              .name = "do",
                              .value = "again"});
  });
}

Response edit_page(const Desk& desk, const Request& request, const Issue& issue,
                   std::span<const html::FieldError> errors = {}) {
  const Words t(visit::language_of(request));
  html::Page page{.title = issue.id.is_nil() ? t("Write an issue") : issue.title_in(t.language()),
                  .audience = html::Audience::kStaff};
  page.crumbs = {{std::string(t("News desk")), Href("/news-desk")}};
  return desk.visits.page(
      request, page,
      [&](Markup& out) {
        html::error_summary(out, errors);
        const bool open =
            issue.state != IssueState::kPublished && issue.state != IssueState::kWithdrawn;
        if (!issue.id.is_nil() && errors.empty()) {
          html::tag(out, t(words_of(issue.state)), tone_of(issue.state));
          write_steps(out, request, issue);
          write_mailing(out, desk, request, issue);
          write_preview(out, with_stories(desk.bureau.room, issue, "mail"));
        }
        if (open)
          html::section(out, 2, t("Text"), [&] { write_form(out, request, issue, errors); });
      },
      errors.empty() ? Status::kOk : Status::kUnprocessable);
}

Response save(const Desk& desk, const Request& request, const Uuid& id) {
  const Words t(visit::language_of(request));
  Issue issue = read_form(request);
  issue.id = id;
  const auto saved = desk.bureau.issues.save(visit::actor_of(request), issue);
  if (saved) return visit::redirect(request, Href("/news-desk") / saved->id.to_string());
  const Error& error = saved.error();
  if (error.kind == ErrorKind::kInvalid || error.kind == ErrorKind::kConflict) {
    const std::string message =
        error.kind == ErrorKind::kConflict
            ? std::string(t("Somebody else changed or published it meanwhile. Open it again."))
        : error.place == "title_en" ? std::string(t("Give it a title of one line."))
        : error.place == "body_en" || error.place == "body_es"
            ? t("This text cannot be sent: {0}.", {error.message})
            : std::string(t("This cannot be used."));
    const std::vector<html::FieldError> errors{
        {error.kind == ErrorKind::kConflict ? "title_en" : error.place, message}};
    return edit_page(desk, request, issue, errors);
  }
  return desk.visits.failure(request, error, "/news-desk");
}

// The moment that the form asks for; nothing: at once.
Result<std::optional<Instant>> send_at(const Request& request) {
  const std::string day = request.form().fields.get("day").raw();
  if (trim(day).empty()) return std::nullopt;
  return TRY(parse_instant(day + "T" + request.form().fields.get("time").raw() + ":00Z"));
}

Result<void> act(const Desk& desk, const Request& request, const Uuid& id, std::string_view what) {
  Issues& issues = desk.bureau.issues;
  const trust::Actor actor = visit::actor_of(request);
  if (what == "submit") {
    TRY(issues.submit(actor, id));
  } else if (what == "return") {
    TRY(issues.return_to_draft(actor, id));
  } else if (what == "withdraw") {
    TRY(issues.withdraw(actor, id));
  } else if (what == "approve") {
    const auto version = to_integer(request.form().fields.get("version").raw());
    TRY(issues.approve(actor, id, version.value_or(0), TRY(send_at(request))));
  } else if (const auto mailing = TRY(desk.bureau.mailings.mailing_of(id)); mailing) {
    TRY(desk.bureau.mailings.settle_doubt(
        actor, *mailing,
        what == "again" ? Mailings::Doubt::kSendAgain : Mailings::Doubt::kTakeAsSent));
  }
  return {};
}

Response change(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  const Uuid id = request.uuid_parameter("id");
  const Href here = Href("/news-desk") / id.to_string();
  const std::string what = request.form().fields.get("do").raw();
  if (what == "save") return save(desk, request, id);
  const auto done = act(desk, request, id, what);
  if (done) return visit::redirect(request, here);
  if (done.error().kind == ErrorKind::kConflict)
    return desk.visits.refusal(request, Status::kConflict,
                               t("It was changed since you opened it. Open it again."));
  if (done.error().kind == ErrorKind::kInvalid)
    return desk.visits.refusal(request, Status::kUnprocessable,
                               t("The day or time is not right. Write the time as 14:00."));
  return desk.visits.failure(request, done.error(), here);
}

int write_waiting(const Desk& desk, const trust::Session& session, Markup& out) {
  const trust::Actor actor = session.actor("web", {});
  if (!trust::decide(actor, {"list"},
                     {.type = "updates_issue", .audience = trust::Audience::kTaskForce}, {},
                     desk.clock.now()))
    return 0;
  const auto issues = desk.bureau.issues.list(actor);
  if (!issues) return 0;
  std::vector<const Issue*> waiting;
  for (const Issue& issue : *issues)
    if (issue.state == IssueState::kWaiting && issue.author != actor.member)
      waiting.push_back(&issue);
  if (waiting.empty()) return 0;
  const Words t = out.words();
  html::section(out, 2, t("News that waits for your approval"), [&] {
    html::list(out, html::ListKind::kBullets, waiting.size(), [&](std::size_t index) {
      html::link(out, waiting[index]->title_in(t.language()),
                 Href("/news-desk") / waiting[index]->id.to_string());
    });
  });
  return static_cast<int>(waiting.size());
}

}  // namespace

void add_desk_routes(http::Router& router, const Desk& desk) {
  router.get("/news-desk", Access::signed_in(),
             [desk](Request& request) { return list_page(desk, request); },
             {.summary = "Issues of the news and where they stand"});
  router.get("/news-desk/new", Access::signed_in(),
             [desk](Request& request) {
               const auto allowed = desk.bureau.issues.list(visit::actor_of(request));
               if (!allowed) return desk.visits.failure(request, allowed.error(), "/news-desk");
               return edit_page(desk, request, {});
             },
             {.summary = "A new issue"});
  router.post("/news-desk", Access::signed_in(),
              [desk](Request& request) { return save(desk, request, {}); },
              {.body_limit = kLargestForm, .summary = "Makes an issue"});
  router.get("/news-desk/{id:uuid}", Access::signed_in(),
             [desk](Request& request) {
               const auto issue =
                   desk.bureau.issues.find(visit::actor_of(request), request.uuid_parameter("id"));
               if (!issue) return desk.visits.failure(request, issue.error(), "/news-desk");
               return edit_page(desk, request, *issue);
             },
             {.summary = "An issue with its previews and its next step"});
  router.post("/news-desk/{id:uuid}", Access::signed_in(),
              [desk](Request& request) { return change(desk, request); },
              {.body_limit = kLargestForm, .summary = "Changes, approves or withdraws an issue"});
  add_desk_list_routes(router, desk);
  add_desk_topic_routes(router, desk);
  desk.visits.add_menu_item({.label = to_translate("News desk"),
                             .path = "/news-desk",
                             .shown_to = visit::ShownTo::kStaff,
                             .order = 46,
                             .fits = [](const trust::Session& session) {
                               return session.member.roles.has_any_of({trust::Role::kCoordinator,
                                                                       trust::Role::kTrainer,
                                                                       trust::Role::kAdvocate});
                             }});
  desk.visits.add_today_part([desk](const trust::Session& session, Markup& out) {
    return write_waiting(desk, session, out);
  });
}

}  // namespace daybreak::updates::pages
