// SPDX-License-Identifier: AGPL-3.0-or-later
// The pages of errors: what happened and what to do, in plain words. Programs get JSON.
#include <fmt/format.h>

#include "html/components.hpp"
#include "web/site.hpp"

namespace daybreak::web {
namespace {

using language::to_translate;

struct Words {
  language::MessageId title, advice;
};

Words words_for(http::Status status) {
  switch (status) {
    case http::Status::kNotFound:
    case http::Status::kGone:
      return {
          to_translate("This page is not here"),
          to_translate(
              "It may have moved, or the address may be wrong. Start again from the first page.")};
    case http::Status::kForbidden:
      return {to_translate("This was not done"),
              to_translate("Go back, open the page again and try once more.")};
    case http::Status::kContentTooLarge:
      return {to_translate("This is too large to send"),
              to_translate("Send a smaller file, or fewer at a time.")};
    case http::Status::kTooManyRequests:
    case http::Status::kUnavailable:
      return {to_translate("The site is busy"),
              to_translate("Please wait a moment and try again.")};
    case http::Status::kRequestTimeout:
      return {to_translate("This took too long"),
              to_translate("Check your connection and try again.")};
    case http::Status::kInternalError:
      return {to_translate("Something went wrong on our side"),
              to_translate("Nothing you did caused this. Please try again.")};
    default:
      return {to_translate("We could not read what was sent"),
              to_translate("Go back, check what you entered and try again.")};
  }
}

bool wants_page(const http::Request& request) {
  return request.header("Accept").value_or("").find("text/html") != std::string_view::npos;
}

}  // namespace

http::Response error_page(const http::Request& request, http::Status status,
                          std::string_view detail) {
  const int code = static_cast<int>(status);
  if (!wants_page(request))
    return http::Response::json(fmt::format("{{\"status\":{},\"error\":\"{}\",\"id\":\"{}\"}}\n",
                                            code, http::reason_of(status), request.id()),
                                status);
  html::Shell shell = shell_of(request);
  shell.language_switch = false;
  const language::Words t(shell.language);
  const Words words = words_for(status);
  const std::string page = html::page(shell, {.title = t(words.title)}, [&](html::Markup& out) {
    html::lead(out, t(words.advice));
    if (!detail.empty() && shell.language == language::Language::kEnglish)
      html::paragraph(out, detail);
    html::paragraph(out, [&] { html::link(out, t("Go to the first page"), html::Href("/")); });
    if (code >= 500)
      html::note(out, t("If it happens again, tell the people who run this site this code: {0}",
                        {request.id()}));
  });
  return http::Response::html(page, status);
}

}  // namespace daybreak::web
