// SPDX-License-Identifier: AGPL-3.0-or-later
// Subscribing, and what the links of mails lead to. A GET never changes anything: mail scanners
// open every link. The one-click request (RFC 8058) is a POST to the same address.
#include "base/text.hpp"
#include "commons/updates/pages/pages.hpp"
#include "mail/message.hpp"

namespace daybreak::updates::pages {
namespace {

using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using http::Status;
using language::Words;

Secret<std::string> token_of(const Request& request) {
  const std::string in_form = request.form().fields.get("k").raw();
  return Secret<std::string>(in_form.empty() ? request.query().get("k").raw() : in_form);
}

std::string topic_of(const Request& request) {
  const std::string in_form = request.form().fields.get("topic").raw();
  return in_form.empty() ? request.query().get("topic").raw() : in_form;
}

// A form of the bearer of a link.
void link_form(Markup& out, const Request& request, std::string_view action, std::string_view label,
               const html::Content& fields) {
  html::post_form(
      out, {.action = Href(action), .csrf_token = visit::csrf_of(request), .label = label}, [&] {
        html::hidden_field(out, "k", token_of(request).reveal());
        fields();
      });
}

Response unknown(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  return desk.visits.refusal(
      request, Status::kNotFound,
      t("This link is not known any more. If you want news, subscribe again; "
        "if you wanted to stop, it is done already."));
}

Response note_page(const Desk& desk, const Request& request, std::string_view title,
                   std::string_view words) {
  const Words t(visit::language_of(request));
  return desk.visits.page(request, {.title = title}, [&](Markup& out) {
    html::paragraph(out, words);
    html::link(out, t("Back to the news"), "/news");
  });
}

std::vector<html::Option> options_of(std::initializer_list<std::array<std::string_view, 2>> all,
                                     std::string_view chosen) {
  std::vector<html::Option> options;
  for (const auto& [value, label] : all)
    options.push_back(
        {.value = std::string(value), .label = std::string(label), .selected = value == chosen});
  return options;
}

std::vector<html::FieldError> errors_of(const Error& error, Words t) {
  if (error.place == "topics") return {{"topics", std::string(t("Choose at least one topic."))}};
  return {{"email", std::string(t("This is not a mail address. Write it as name@example.org."))}};
}

Response subscribe(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  if (!desk.bureau.can_mail()) return desk.visits.refusal(request, Status::kNotFound);
  const std::string address(trim(request.form().fields.get("email").raw()));
  const Preferences wanted = read_choices(request);
  std::vector<html::FieldError> errors;
  if (const auto fine = mail::check_address(address); !fine) errors = errors_of(fine.error(), t);
  if (const auto fine = check(wanted); !fine)
    for (html::FieldError& error : errors_of(fine.error(), t)) errors.push_back(std::move(error));
  if (errors.empty()) {
    if (!desk.asks->allows(desk.visits.origin_of(request)))
      return desk.visits.refusal(request, Status::kTooManyRequests,
                                 t("That was a lot for one hour. Please come back later."));
    const auto asked = desk.bureau.subscribers.ask(address, wanted);
    if (!asked) return desk.visits.failure(request, asked.error(), "/news");
    return visit::redirect(request, "/news/asked");
  }
  return desk.visits.page(
      request, {.title = t("Get it by mail"), .crumbs = {{std::string(t("News")), Href("/news")}}},
      [&](Markup& out) {
        html::error_summary(out, errors);
        write_subscribe_form(out, request, address, wanted, errors);
      },
      Status::kUnprocessable);
}

Response confirm_page(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  if (!desk.bureau.subscribers.find(token_of(request))) return unknown(desk, request);
  return desk.visits.page(request, {.title = t("Please confirm")}, [&](Markup& out) {
    html::paragraph(out, t("Press the button, and news will come to your address."));
    link_form(out, request, "/news/confirm", t("Please confirm"),
              [&] { html::button(out, {.text = t("Yes, send me news"), .big = true}); });
  });
}

Response confirm(const Desk& desk, const Request& request) {
  const auto done = desk.bureau.subscribers.confirm(token_of(request));
  if (!done && done.error().kind == ErrorKind::kNotFound) return unknown(desk, request);
  if (!done) return desk.visits.failure(request, done.error(), "/news");
  return visit::redirect(request, "/news/confirmed");
}

Response mine_page(const Desk& desk, const Request& request, const Preferences* again,
                   std::span<const html::FieldError> errors) {
  const Words t(visit::language_of(request));
  const auto subscriber = desk.bureau.subscribers.find(token_of(request));
  if (!subscriber) return unknown(desk, request);
  return desk.visits.page(
      request, {.title = t("Your choices")},
      [&](Markup& out) {
        html::error_summary(out, errors);
        link_form(out, request, "/news/mine", t("Your choices"), [&] {
          write_choices(out, again == nullptr ? subscriber->preferences : *again, errors);
          html::button(out, {.text = t("Save"), .name = "do", .value = "save"});
        });
        html::section(out, 2, t("What we keep about you"), [&] {
          html::paragraph(out, t("Your address, sealed, these choices, and when mails were sent to "
                                 "you. Not whether you opened them: nothing in the mails could "
                                 "tell."));
          link_form(out, request, "/news/mine", t("What we keep about you"), [&] {
            html::button_group(out, [&] {
              html::button(out, {.text = t("Download it"),
                                 .kind = html::ButtonKind::kOutline,
                                 .name = "do",
                                 .value = "export"});
              html::button(out, {.text = t("Stop all mail and erase everything"),
                                 .kind = html::ButtonKind::kDanger,
                                 .name = "do",
                                 .value = "erase"});
            });
          });
        });
      },
      errors.empty() ? Status::kOk : Status::kUnprocessable);
}

Response change_mine(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  const std::string act = request.form().fields.get("do").raw();
  Subscribers& subscribers = desk.bureau.subscribers;
  if (!subscribers.find(token_of(request))) return unknown(desk, request);
  if (act == "export") {
    const auto own = subscribers.export_own(token_of(request));
    if (!own) return desk.visits.failure(request, own.error(), "/news");
    Response response = Response::of("application/json", *own);
    response.as_download("my-news.json");
    return response;
  }
  if (act == "erase") {
    const auto done = subscribers.erase(token_of(request));
    if (!done) return desk.visits.failure(request, done.error(), "/news");
    return visit::redirect(request, "/news/stopped");
  }
  const Preferences wanted = read_choices(request);
  if (const auto fine = check(wanted); !fine)
    return mine_page(desk, request, &wanted, errors_of(fine.error(), t));
  const auto done = subscribers.change(token_of(request), wanted);
  if (!done) return desk.visits.failure(request, done.error(), "/news");
  return visit::redirect(request, "/news/saved");
}

Response stop_page(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  const Topic* topic = find_topic(topic_of(request));
  return desk.visits.page(request, {.title = t("Stop these mails?")}, [&](Markup& out) {
    link_form(out, request, "/news/stop", t("Stop these mails?"), [&] {
      if (topic != nullptr) {
        html::paragraph(out, t("Topic: {0}", {topic->name.in(t.language())}));
        html::button(
            out, {.text = t("Stop this topic"), .name = "topic", .value = topic->id, .big = true});
      }
      if (topic == nullptr || !topic->is_restricted())
        html::button(out, {.text = t("Stop all and forget me"),
                           .kind = topic == nullptr ? html::ButtonKind::kPrimary
                                                    : html::ButtonKind::kOutline,
                           .name = "everything",
                           .value = "yes",
                           .big = true});
    });
    if (topic != nullptr && !topic->is_restricted())
      html::link(out, t("Change what you get"),
                 Href("/news/mine").with("k", token_of(request).reveal()));
  });
}

// By the button, or by a mail program's one click: no cookie, no page before it.
Response stop(const Desk& desk, const Request& request) {
  const Secret<std::string> token = token_of(request);
  const bool everything = request.form().fields.has("everything");
  const std::string topic = everything ? std::string() : topic_of(request);
  const Topic* known = find_topic(topic);
  const auto done = known != nullptr && known->is_restricted()
                        ? desk.bureau.lists.stop(token)
                        : desk.bureau.subscribers.stop(token, topic);
  if (!done) return desk.visits.failure(request, done.error(), "/news");
  return visit::redirect(request, "/news/stopped");
}

void add_notes(http::Router& router, const Desk& desk) {
  router.get("/news/asked", Access::anyone(), [desk](Request& request) {
    const Words t(visit::language_of(request));
    return note_page(desk, request, t("Look into your mail"),
                     t("If the address is right, a mail is on its way. Open the link in it within "
                       "seven days. Nothing comes before you have said yes there."));
  });
  router.get("/news/confirmed", Access::anyone(), [desk](Request& request) {
    const Words t(visit::language_of(request));
    return note_page(desk, request, t("Thank you"),
                     t("News will come as you chose. Every mail says how to stop it."));
  });
  router.get("/news/saved", Access::anyone(), [desk](Request& request) {
    const Words t(visit::language_of(request));
    return note_page(desk, request, t("Saved"), t("From the next mail on, it is as you chose."));
  });
  router.get("/news/stopped", Access::anyone(), [desk](Request& request) {
    const Words t(visit::language_of(request));
    return note_page(desk, request, t("Stopped"),
                     t("No more of these mails will come. One that is on its way may still "
                       "arrive."));
  });
}

}  // namespace

Preferences read_choices(const Request& request) {
  const http::Fields& fields = request.form().fields;
  Preferences wanted;
  for (const auto& topic : fields.every("topics")) wanted.topics.push_back(topic.raw());
  wanted.frequency = frequency_from(fields.get("frequency").raw()).value_or(Frequency::kEach);
  wanted.language =
      language::parse_language(fields.get("language").raw()).value_or(visit::language_of(request));
  wanted.format = format_from(fields.get("format").raw()).value_or(Format::kHtml);
  wanted.neutral = fields.has("neutral");
  return wanted;
}

void write_choices(Markup& out, const Preferences& chosen,
                   std::span<const html::FieldError> errors) {
  const Words t = out.words();
  std::vector<html::Option> topic_options;
  for (const Topic& topic : topics())
    if (!topic.is_restricted() && !topic.retired)
      topic_options.push_back(
          {.value = topic.id,
           .label = topic.name.in(t.language()),
           .hint = topic.about.in(t.language()),
           .selected = std::ranges::find(chosen.topics, topic.id) != chosen.topics.end()});
  html::checkboxes(
      out,
      {.words = {.name = "topics", .label = t("Topics"), .error = html::error_of(errors, "topics")},
       .options = topic_options});
  const auto often = options_of({{"each", t("When there is something")},
                                 {"weekly", t("Once a week")},
                                 {"monthly", t("Once a month")}},
                                code_of(chosen.frequency));
  html::radios(out, {.words = {.name = "frequency", .label = t("How often")}, .options = often});
  const auto languages =
      options_of({{"en", "English"}, {"es", "Español"}}, language::code_of(chosen.language));
  html::radios(out, {.words = {.name = "language", .label = t("Language")}, .options = languages});
  const auto formats = options_of(
      {{"html", t("With headings and links")}, {"text", t("Plain text")}}, code_of(chosen.format));
  html::radios(out, {.words = {.name = "format", .label = t("Form")}, .options = formats});
  html::checkbox(out, {.words = {.name = "neutral",
                                 .label = t("Someone else may see my mail"),
                                 .hint = t("Then the mail tells nothing: no topic, no text, only "
                                           "that there is something to read.")},
                       .checked = chosen.neutral});
}

void write_subscribe_form(Markup& out, const Request& request, std::string_view address,
                          const Preferences& chosen, std::span<const html::FieldError> errors) {
  const Words t = out.words();
  html::post_form(out,
                  {.action = "/news/subscribe",
                   .csrf_token = visit::csrf_of(request),
                   .label = t("Get it by mail")},
                  [&] {
                    html::text_input(out, {.words = {.name = "email",
                                                     .label = t("E-mail"),
                                                     .error = html::error_of(errors, "email"),
                                                     .required = true},
                                           .value = address,
                                           .type = html::InputType::kEmail,
                                           .autocomplete = "email"});
                    write_choices(out, chosen, errors);
                    html::note(out, t("Mails hold nothing that could count or follow you. You can "
                                      "stop with one click."));
                    html::button(out, {.text = t("Subscribe")});
                  });
}

void add_subscribing_routes(http::Router& router, const Desk& desk) {
  router.post("/news/subscribe", Access::anyone(),
              [desk](Request& request) { return subscribe(desk, request); },
              {.summary = "Asks for a mail to confirm a subscription"});
  router.get("/news/confirm", Access::anyone(),
             [desk](Request& request) { return confirm_page(desk, request); },
             {.summary = "The page behind a mailed link; changes nothing"});
  router.post("/news/confirm", Access::anyone(),
              [desk](Request& request) { return confirm(desk, request); },
              {.csrf = http::Csrf::kExempt, .summary = "Confirms a subscription"});
  router.get("/news/mine", Access::anyone(),
             [desk](Request& request) { return mine_page(desk, request, nullptr, {}); },
             {.summary = "A subscriber's choices, through a mailed link"});
  router.post("/news/mine", Access::anyone(),
              [desk](Request& request) { return change_mine(desk, request); },
              {.csrf = http::Csrf::kExempt,
               .summary = "Changes, gives out or erases what is kept of a subscriber"});
  router.get("/news/stop", Access::anyone(),
             [desk](Request& request) { return stop_page(desk, request); },
             {.summary = "Asks whether mails should stop; changes nothing"});
  router.post("/news/stop", Access::anyone(),
              [desk](Request& request) { return stop(desk, request); },
              {.csrf = http::Csrf::kExempt, .summary = "Stops mails with one request (RFC 8058)"});
  add_notes(router, desk);
}

}  // namespace daybreak::updates::pages
