// SPDX-License-Identifier: AGPL-3.0-or-later
// The pages of errors: what happened, and what a person can do now. Programs get JSON.
#include <fmt/format.h>

#include "visit/visit.hpp"

namespace daybreak::visit {
namespace {

struct ErrorWords {
  std::string_view title, text;
};

ErrorWords words_for(http::Status status, const language::Words& t) {
  switch (status) {
    case http::Status::kNotFound:
    case http::Status::kGone:
      return {t("This page is not here"), t("The address may be mistyped, the page may have moved, "
                                            "or you may have to sign in to see it.")};
    case http::Status::kForbidden:
    case http::Status::kUnauthorized:
      return {t("That was not possible"), t("Go back, open the page again, and try once more.")};
    case http::Status::kContentTooLarge:
      return {t("That is too large"), t("Send a smaller file or less text.")};
    case http::Status::kTooManyRequests:
    case http::Status::kUnavailable:
      return {t("This site is busy"), t("Wait a minute and try again. If you sent a form, check "
                                        "whether it arrived before you send it again.")};
    default:
      break;
  }
  if (static_cast<int>(status) < 500)
    return {t("That request could not be read"),
            t("Go back, open the page again, and try once more.")};
  return {t("Something went wrong here"), t("It is not your fault. Try again in a minute.")};
}

bool wants_page(const http::Request& request) {
  return request.header("Accept").value_or("").find("text/html") != std::string_view::npos;
}

}  // namespace

http::Response Visits::error_page(const http::Request& request, http::Status status,
                                  std::string_view detail) const {
  // The details that the server gives are English.
  const bool readable = language_of(request) == language::Language::kEnglish;
  return refusal(request, status, readable ? detail : std::string_view());
}

http::Response Visits::refusal(const http::Request& request, http::Status status,
                               std::string_view sentence) const {
  if (!wants_page(request))
    return http::Response::json(
        fmt::format("{{\"status\":{},\"error\":\"{}\",\"id\":\"{}\"}}\n", static_cast<int>(status),
                    http::reason_of(status), request.id()),
        status);
  const language::Words t(language_of(request));
  const ErrorWords words = words_for(status, t);
  const html::Audience audience =
      session_of(request) == nullptr ? html::Audience::kPublic : html::Audience::kStaff;
  return page(
      request, {.title = words.title, .audience = audience},
      [&](html::Markup& out) {
        html::lead(out, sentence.empty() ? words.text : sentence);
        html::button_group(
            out, [&] { html::link_button(out, {.text = t("Go to the first page"), .href = "/"}); });
        html::note(out, t("If you report this, give this number: {0}", {request.id()}));
      },
      status);
}

http::Response Visits::failure(const http::Request& request, const Error& error,
                               const html::Href& here) const {
  switch (error.kind) {
    case ErrorKind::kDenied:
      if (error.place == "confirmation") return ask_to_confirm(request, here);
      [[fallthrough]];
    case ErrorKind::kNotFound:
      return refusal(request, http::Status::kNotFound);
    case ErrorKind::kInvalid:
    case ErrorKind::kUnsupported:
      return refusal(request, http::Status::kBadRequest);
    case ErrorKind::kConflict:
      return refusal(request, http::Status::kConflict);
    case ErrorKind::kUnavailable:
      return refusal(request, http::Status::kUnavailable);
    default:
      return refusal(request, http::Status::kInternalError);
  }
}

http::Response Visits::ask_to_confirm(const http::Request& request, const html::Href& here) const {
  return redirect(request, html::Href("/confirm").with("return", here.view()));
}

}  // namespace daybreak::visit
