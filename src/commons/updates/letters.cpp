// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/updates/letters.hpp"

#include "doc/html_edition.hpp"
#include "doc/plain_text.hpp"
#include "language/words.hpp"

namespace daybreak::updates {
namespace {

using doc::escape_html;
using language::Words;

std::string anchor(std::string_view words, std::string_view address) {
  return "<a href=\"" + escape_html(address) + "\">" + escape_html(words) + "</a>";
}

std::string html_of(Language language, std::string_view title, std::string_view body) {
  std::string out = "<!doctype html>\n<html lang=\"";
  out += language::code_of(language);
  out +=
      "\"><head><meta charset=\"utf-8\"><title>" + escape_html(title) + "</title></head><body>\n";
  out += body;
  return out + "</body></html>\n";
}

}  // namespace

// Where the links at the foot of a mail lead.
struct Letters::Footer {
  std::string why, stop, mine, web;
};

Result<Rendered> render(const Issue& issue, Language language) {
  const doc::Document document = TRY(to_document(issue, language));
  Rendered made{.issue = issue.id,
                .title = document.title,
                .text = doc::to_plain_text(document),
                .html = TRY(doc::to_html_fragment(document, 1)),
                .language = issue.language_for(language)};
  // The checks of every mail, on a letter to nobody.
  TRY(mail::compose({.from = {"news@example.org", {}},
                     .to = {{"reader@example.org", {}}},
                     .subject = made.title,
                     .text = made.text + "\n",
                     .html = made.html,
                     .id = "check"}));
  return made;
}

std::string Letters::address_of(Language language, std::string_view path) const {
  return room_.site + language::localize_path(language, path);
}

std::string Letters::link(Language language, std::string_view path,
                          const Secret<std::string>& token) const {
  return address_of(language, path) + "?k=" + token.reveal();
}

std::string Letters::neutral_text(Words t, const std::string& address) const {
  return t("There is something new to read:", {}) + "\n\n" + address + "\n";
}

Result<std::string> Letters::finish(const Reader& reader, std::string subject,
                                    const Rendered& content, const Footer& footer) const {
  const Words t(reader.preferences.language);
  mail::Message message{.from = from_,
                        .to = {{reader.contact.address, {}}},
                        .reply_to = {},
                        .subject = std::move(subject),
                        .text = content.text,
                        .html = {},
                        .language = std::string(language::code_of(content.language)),
                        .unsubscribe_url = footer.stop,
                        .list_id = "news." + from_.address.substr(from_.address.rfind('@') + 1),
                        .in_reply_to = {},
                        .id = reader.mail_id,
                        .date = reader.date};
  const std::string_view web = t("Read it on the web"), stop = t("Stop these mails"),
                         mine = t("Change what you get");
  message.text += "\n-- \n" + footer.why + "\n";
  if (!footer.web.empty()) message.text += std::string(web) + ": " + footer.web + "\n";
  message.text += std::string(stop) + ": " + footer.stop + "\n";
  if (!footer.mine.empty()) message.text += std::string(mine) + ": " + footer.mine + "\n";
  if (reader.preferences.format == Format::kHtml && !reader.preferences.neutral &&
      !content.html.empty()) {
    std::string body = "<h1>" + escape_html(content.title) + "</h1>\n" + content.html +
                       "<hr>\n<p>" + escape_html(footer.why) + "</p>\n<p>";
    if (!footer.web.empty()) body += anchor(web, footer.web) + "<br>";
    body += anchor(stop, footer.stop) + "<br>" + anchor(mine, footer.mine) + "</p>\n";
    message.html = html_of(content.language, message.subject, body);
  }
  return mail::compose(message);
}

Result<std::string> Letters::issue(const Rendered& issue, const Topic& topic,
                                   const Reader& reader) const {
  const Language language = reader.preferences.language;
  const Words t(language);
  Footer footer{.why = t("You get this because you asked {0} for it.", {room_.site_name}),
                .stop = link(language, "/news/stop", reader.contact.token) + "&topic=" + topic.id,
                .mine = link(language, "/news/mine", reader.contact.token),
                .web = address_of(language, "/news/" + issue.issue.to_string())};
  if (!reader.preferences.neutral) return finish(reader, issue.title, issue, footer);
  const Rendered nothing{.issue = issue.issue,
                         .title = {},
                         .text = neutral_text(t, footer.web),
                         .html = {},
                         .language = language};
  footer.web.clear();
  return finish(reader, t("News from {0}", {room_.site_name}), nothing, footer);
}

Result<std::string> Letters::digest(std::span<const Rendered* const> issues,
                                    const Reader& reader) const {
  const Language language = reader.preferences.language;
  const Words t(language);
  const std::string subject = t("News from {0}", {room_.site_name});
  Rendered all{.issue = {}, .title = subject, .text = {}, .html = {}, .language = language};
  for (const Rendered* one : issues) {
    const std::string web = address_of(language, "/news/" + one->issue.to_string());
    all.text += one->title + "\n" +
                std::string(one->title.size() < 76 ? one->title.size() : 76, '=') + "\n\n" +
                one->text + "\n" + web + "\n\n";
    all.html += "<section lang=\"" + std::string(language::code_of(one->language)) + "\"><h2>" +
                anchor(one->title, web) + "</h2>\n" + one->html + "</section>\n";
  }
  if (reader.preferences.neutral) all.text = neutral_text(t, address_of(language, "/news"));
  return finish(reader, subject, all,
                {.why = t("You get this because you asked {0} for it.", {room_.site_name}),
                 .stop = link(language, "/news/stop", reader.contact.token),
                 .mine = link(language, "/news/mine", reader.contact.token),
                 .web = {}});
}

Result<std::string> Letters::bulletin(const Uuid& issue, const Topic& topic,
                                      const Reader& reader) const {
  const Language language = reader.preferences.language;
  const Words t(language);
  const std::string address = address_of(language, "/news/" + issue.to_string());
  Rendered content{.issue = issue, .title = {}, .text = {}, .html = {}, .language = language};
  content.text =
      t("Something new waits for you. Sign in to read it:", {}) + "\n\n" + address + "\n";
  return finish(reader, t("News from {0}", {room_.site_name}), content,
                {.why = std::string(t("You get this because your coordinator put you on a list.")),
                 .stop = link(language, "/news/stop", reader.contact.token) + "&topic=" + topic.id,
                 .mine = {},
                 .web = {}});
}

Result<std::string> Letters::welcome(const Subscriber& subscriber, std::string mail_id) const {
  const Language language = subscriber.preferences.language;
  const Words t(language);
  const bool known = subscriber.state == SubscriberState::kActive;
  const Secret<std::string>& token = subscriber.contact.token;
  Rendered content{.issue = {}, .title = {}, .text = {}, .html = {}, .language = language};
  content.text =
      (known ? t("Open this link to see or change what you get from {0}:", {room_.site_name})
             : t("Somebody, we hope you, asked {0} to write to this address. Open this link and "
                 "press the button to say yes:",
                 {room_.site_name})) +
      "\n\n" + link(language, known ? "/news/mine" : "/news/confirm", token) + "\n\n" +
      std::string(known
                      ? t("If you did not ask for this, do nothing. Nothing was changed.")
                      : t("If it was not you, do nothing: no more mail will come, and the address "
                          "is forgotten after seven days.")) +
      "\n";
  return finish({.contact = subscriber.contact,
                 .preferences = subscriber.preferences,
                 .mail_id = std::move(mail_id),
                 .date = room_.clock.now()},
                std::string(known ? t("Your choices") : t("Please confirm")), content,
                {.why = t("This mail answers a form on {0}.", {room_.site_name}),
                 .stop = link(language, "/news/stop", token),
                 .mine = {},
                 .web = {}});
}

}  // namespace daybreak::updates
