// SPDX-License-Identifier: AGPL-3.0-or-later
// What was wrong with a form of the vault, in the reader's words. What was typed is not repeated.
#include <array>

#include "base/text.hpp"
#include "vault/desk/file_parts.hpp"

namespace daybreak::vault::desk {
namespace {

using http::Request;
using http::Response;
using language::Words;

struct Wrong {
  std::string_view field;
  language::MessageId words;
};

constexpr std::array kWrong = {
    Wrong{"goal", language::to_translate("Write what she or he wants to reach, in 4,000 characters "
                                         "at most.")},
    Wrong{"step", language::to_translate("Write the step, in 4,000 characters at most.")},
    Wrong{"area", language::to_translate("Choose the area from the list.")},
    Wrong{"state", language::to_translate("Choose how it stands from the list.")},
    Wrong{"since", language::to_translate("This day does not exist or is not possible here. "
                                          "Choose it again.")},
    Wrong{"reviewed_on", language::to_translate("This day does not exist or has not come yet. "
                                                "Choose today or an earlier day.")},
    Wrong{"next_on", language::to_translate("The next time comes after this one. Choose a later "
                                            "day, or leave it empty.")},
    Wrong{"for_goal", language::to_translate("Choose one of the goals of this person.")},
    Wrong{"category",
          language::to_translate("Choose a service from the list, one that counted on the "
                                 "day of the service.")},
    Wrong{"minutes", language::to_translate("Write the minutes as a number from 0 to 1440.")},
    Wrong{"mode",
          language::to_translate("Choose how it was done from the list, as it counted on the day "
                                 "of the service.")},
    Wrong{"language", language::to_translate("Choose the language from the list.")},
    Wrong{"funder", language::to_translate("A funder's code has only letters, digits, - and _.")},
    Wrong{"day", language::to_translate("This day does not exist or is not possible here. Choose "
                                        "it again.")},
    Wrong{"client", language::to_translate("Choose at least one person.")},
    Wrong{"line", language::to_translate("Write the minutes of at least one person.")},
    Wrong{"number", language::to_translate("There is no open file of this number. Look it up in "
                                           "your list.")},
    Wrong{"deadline", language::to_translate("Choose the legal deadline from the list.")},
    Wrong{"due_on", language::to_translate("This day does not exist or is not possible here. "
                                           "Choose it again.")},
    Wrong{"task", language::to_translate("Write what is to be done, in 2,000 characters at most.")},
    Wrong{"owner", language::to_translate("Choose a colleague who has keys of the vault.")},
    Wrong{"relation", language::to_translate("Choose the relation from the list.")},
    Wrong{"age_group", language::to_translate("Choose the age group from the list.")},
    Wrong{"name", language::to_translate("Write a shorter name, or leave it out.")},
    Wrong{"reason", language::to_translate("Choose the reason from the list.")},
    Wrong{"class", language::to_translate("Choose the kind of note from the list.")},
    Wrong{"body",
          language::to_translate("Write the text. It can have 100,000 characters at most.")},
};

std::string words_of(Words t, const Error& error) {
  std::string field = field_of(error);
  // "minutes_3": of the third line.
  if (const auto line = field.find_last_of('_');
      line != std::string::npos && to_integer(field.substr(line + 1)))
    field.resize(line);
  for (const Wrong& one : kWrong)
    if (one.field == field) return std::string(t(one.words));
  return std::string(t("Something in the form is missing or is not possible. Nothing was kept."));
}

std::string state_words(Words t) {
  return std::string(
      t("Somebody changed this meanwhile, or it is not possible now. Nothing was "
        "kept. Open the page again."));
}

}  // namespace

Response wrong_form(const Desk& desk, const Request& request, const Error& error,
                    const html::Href& here) {
  if (error.kind != ErrorKind::kInvalid && error.kind != ErrorKind::kConflict)
    return desk.visits.failure(request, error, here);
  const Words t(visit::language_of(request));
  const bool invalid = error.kind == ErrorKind::kInvalid;
  return vault_page(
      desk, request,
      {.title = t("This was not kept"),
       .audience = html::Audience::kStaff,
       .window_title = t("Your work")},
      [&](html::Markup& out) {
        html::alert(out, {.kind = html::AlertKind::kError,
                          .text = invalid ? words_of(t, error) : state_words(t),
                          .title = t("What to change"),
                          .announce = true});
        html::paragraph(out, t("Go back in your browser to find the form as you filled it in, or "
                               "begin again."));
        html::button_group(
            out, [&] { html::link_button(out, {.text = t("Begin again"), .href = here}); });
      },
      invalid ? http::Status::kUnprocessable : http::Status::kConflict);
}

Response after(const Desk& desk, const Request& request, const Result<void>& done,
               const html::Href& here) {
  return done ? visit::redirect(request, here) : wrong_form(desk, request, done.error(), here);
}

void post_to_file(http::Router& router, const Desk& desk, const char* path, const char* back,
                  FileAct act, std::size_t body_limit) {
  router.post(path, http::Access::signed_in(),
              [desk, back = std::string(back), act = std::move(act)](Request& request) {
                return with_work(desk, request, [&](const Work& work) {
                  const clients::ClientId id(request.uuid_parameter("id"));
                  const html::Href here = back.empty() ? file_address(id) : file_address(id) / back;
                  return after(desk, request, act(work, request, id), here);
                });
              },
              {.body_limit = body_limit});
}

}  // namespace daybreak::vault::desk
