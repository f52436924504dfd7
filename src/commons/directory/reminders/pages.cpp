// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/reminders/pages.hpp"

#include "base/text.hpp"
#include "commons/directory/pages/change_form.hpp"

namespace daybreak::directory::reminders {
namespace {

using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using http::Status;
using language::Words;

struct Deps {
  const visit::Visits& visits;
  Directory& directory;
  Reminders& reminders;
};

Response spent(const Deps& deps, const Request& request) {
  const Words t(visit::language_of(request));
  return deps.visits.refusal(request, Status::kNotFound,
                             t("This link was used already or is too old. If something is wrong "
                               "with your entry, find it under \"Find services\" and tell us "
                               "there."));
}

// The service as the public sees it, in the language that the directory keeps its texts in.
Result<Json> service_of(const Deps& deps, const Secret<std::string>& token) {
  const Uuid id = TRY(deps.reminders.record_of(token));
  const auto bundles = TRY(deps.directory.bundles(std::span(&id, 1), Audience::everyone()));
  if (bundles.empty()) return fail(ErrorKind::kNotFound, "is not public", "record");
  return bundles.front().service.body();
}

Response check_page(const Deps& deps, const Request& request, const std::string& token,
                    std::span<const html::FieldError> errors) {
  const auto service = service_of(deps, Secret<std::string>(token));
  if (!service) return spent(deps, request);
  const Words t(visit::language_of(request));
  const auto form = [&](Markup& out, std::string_view label, const html::Content& fields) {
    html::post_form(
        out, {.action = "/check", .csrf_token = visit::csrf_of(request), .label = label}, [&] {
          html::hidden_field(out, "token", token);
          fields();
        });
  };
  return deps.visits.page(
      request, {.title = t("Is this still right?")},
      [&](Markup& out) {
        html::error_summary(out, errors);
        html::lead(out, t("This is what the directory tells everyone about your service."));
        pages::write_asked_facts(out, *service);
        form(out, t("All is right"), [&] {
          html::button(out, {.text = t("Yes, all of this is right"),
                             .name = "answer",
                             .value = "confirm",
                             .big = true});
        });
        html::accordion_item(
            out,
            {.title = t("Something is different"), .open = !errors.empty(), .heading_level = 2},
            [&] {
              html::paragraph(out,
                              t("Change what is wrong. Those who keep the directory look at it "
                                "before it is shown."));
              form(out, t("Propose changes"), [&] {
                pages::write_asked_fields(out, *service, request, errors);
                pages::write_note(out, t("Anything else: hours, address, closed for good?"),
                                  request, errors);
                html::button(out,
                             {.text = t("Send the changes"), .name = "answer", .value = "change"});
              });
            });
      },
      errors.empty() ? Status::kOk : Status::kUnprocessable);
}

Response answer(const Deps& deps, const Request& request) {
  const std::string text = request.form().fields.get("token").raw();
  const Secret<std::string> token(text);
  const auto finish = [&](const Result<void>& done) {
    if (done) return visit::redirect(request, "/check/thanks");
    if (done.error().kind == ErrorKind::kNotFound) return spent(deps, request);
    return deps.visits.error_page(request, Status::kUnavailable, {});
  };
  if (pages::given(request, "answer") == "confirm") return finish(deps.reminders.confirm(token));
  const auto service = service_of(deps, token);
  if (!service) return spent(deps, request);
  const std::vector<FieldChange> changes = pages::changes_in(request, *service);
  const Words t(visit::language_of(request));
  const auto errors = pages::errors_in(
      request, *service, changes, t,
      t("Nothing is different. If all is right, press the first button; else change a field or "
        "write here."));
  if (!errors.empty()) return check_page(deps, request, text, errors);
  return finish(deps.reminders.propose(token, changes, pages::given(request, "note")));
}

Response thanks(const Deps& deps, const Request& request) {
  const Words t(visit::language_of(request));
  return deps.visits.page(request, {.title = t("Thank you")}, [&](Markup& out) {
    html::paragraph(out, t("Your answer was kept. People who need you will find what is right. You "
                           "may close this page; the link no longer works."));
  });
}

}  // namespace

void add_routes(http::Router& router, const visit::Visits& visits, Directory& directory,
                Reminders& reminders) {
  const Deps deps{visits, directory, reminders};
  router.get("/check", Access::anyone(),
             [deps](Request& request) {
               return check_page(deps, request, request.query().get("token").raw(), {});
             },
             {.summary = "What a provider is asked to check, through a mailed link"});
  router.post("/check", Access::anyone(),
              [deps](Request& request) { return answer(deps, request); },
              {.summary = "Confirms a record or proposes changes, through a mailed link"});
  router.get("/check/thanks", Access::anyone(),
             [deps](Request& request) { return thanks(deps, request); },
             {.summary = "After a provider has answered"});
}

}  // namespace daybreak::directory::reminders
