// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/reminders/pages.hpp"

#include "base/text.hpp"

namespace daybreak::directory::reminders {
namespace {

using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using http::Status;
using language::MessageId;
using language::to_translate;
using language::Words;

constexpr std::size_t kLongest = 4000;

struct Deps {
  const visit::Visits& visits;
  Directory& directory;
  Reminders& reminders;
};

enum class Shape : std::uint8_t { kLine, kText };

// What the form shows and may change; `name` is the member of the service's body and of the form.
struct Asked {
  std::string_view name;
  MessageId label;
  Shape shape;
};
constexpr Asked kAsked[] = {
    {"name", to_translate("Name"), Shape::kLine},
    {"description", to_translate("What it offers"), Shape::kText},
    {"email", to_translate("E-mail"), Shape::kLine},
    {"url", to_translate("Website"), Shape::kLine},
    {"application_process", to_translate("How to begin"), Shape::kText},
    {"eligibility_description", to_translate("Who can come"), Shape::kText},
    {"fees_description", to_translate("Cost"), Shape::kLine},
};

const JsonArray* phones_of(const Json& service) {
  const Json* phones = service.find("phones");
  return phones == nullptr ? nullptr : phones->if_array();
}

std::string phone_field(const Json& phone) { return "phone-" + std::string(text_of(phone, "id")); }

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

std::string given(const Request& request, std::string_view name) {
  return std::string(trim(request.form().fields.get(name).raw()));
}

// What the form says differently. An emptied field is proposed to be taken out.
std::vector<FieldChange> changes_in(const Request& request, const Json& service) {
  std::vector<FieldChange> changes;
  const auto compare = [&](std::string path, std::string_view before, const std::string& after) {
    if (replace_all(after, "\r\n", "\n") == trim(before)) return;
    changes.push_back({std::move(path), before.empty() ? Json() : Json(before),
                       after.empty() ? Json() : Json(replace_all(after, "\r\n", "\n"))});
  };
  for (const Asked& asked : kAsked)
    compare(std::string(asked.name), text_of(service, asked.name), given(request, asked.name));
  if (const JsonArray* phones = phones_of(service)) {
    for (const Json& phone : *phones)
      compare("phones[" + std::string(text_of(phone, "id")) + "].number", text_of(phone, "number"),
              given(request, phone_field(phone)));
  }
  return changes;
}

std::vector<html::FieldError> errors_in(const Request& request,
                                        const std::vector<FieldChange>& changes, Words t) {
  std::vector<html::FieldError> errors;
  if (given(request, "name").empty())
    errors.push_back({"name", std::string(t("A service needs a name."))});
  for (const Asked& asked : kAsked)
    if (given(request, asked.name).size() > kLongest)
      errors.push_back(
          {std::string(asked.name), std::string(t("Please write at most 4,000 characters."))});
  if (given(request, "note").size() > kLongest)
    errors.push_back({"note", std::string(t("Please write at most 4,000 characters."))});
  if (changes.empty() && given(request, "note").empty())
    errors.push_back({"note", std::string(t("Nothing is different. If all is right, press the "
                                            "first button; else change a field or write here."))});
  return errors;
}

void write_facts(Markup& out, const Json& service) {
  const Words t = out.words();
  html::description_list(out, [&](html::Descriptions& list) {
    for (const Asked& asked : kAsked)
      if (const std::string_view text = text_of(service, asked.name); !text.empty())
        list.add(t(asked.label), text);
    if (const JsonArray* phones = phones_of(service)) {
      for (const Json& phone : *phones) {
        const std::string_view what = text_of(phone, "description");
        list.add(what.empty() ? t("Telephone") : what, text_of(phone, "number"));
      }
    }
  });
}

void write_fields(Markup& out, const Json& service, const Request& request,
                  std::span<const html::FieldError> errors) {
  const Words t = out.words();
  const bool again = !errors.empty();
  for (const Asked& asked : kAsked) {
    const std::string value =
        again ? given(request, asked.name) : std::string(text_of(service, asked.name));
    const html::FieldWords words{
        .name = asked.name, .label = t(asked.label), .error = html::error_of(errors, asked.name)};
    if (asked.shape == Shape::kLine)
      html::text_input(out, {.words = words, .value = value});
    else
      html::text_area(out, {.words = words, .value = value, .rows = 4});
  }
  if (const JsonArray* phones = phones_of(service)) {
    for (const Json& phone : *phones) {
      const std::string name = phone_field(phone);
      const std::string_view what = text_of(phone, "description");
      const std::string label =
          what.empty() ? std::string(t("Telephone")) : t("Telephone: {0}", {what});
      html::text_input(
          out, {.words = {.name = name, .label = label},
                .value = again ? given(request, name) : std::string(text_of(phone, "number")),
                .type = html::InputType::kTelephone,
                .width = html::FieldWidth::kLarge});
    }
  }
  html::text_area(out, {.words = {.name = "note",
                                  .label = t("Anything else: hours, address, closed for good?"),
                                  .hint = t("Do not write about a person."),
                                  .error = html::error_of(errors, "note")},
                        .value = again ? given(request, "note") : std::string(),
                        .rows = 4});
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
        write_facts(out, *service);
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
                write_fields(out, *service, request, errors);
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
  if (given(request, "answer") == "confirm") return finish(deps.reminders.confirm(token));
  const auto service = service_of(deps, token);
  if (!service) return spent(deps, request);
  const std::vector<FieldChange> changes = changes_in(request, *service);
  const auto errors = errors_in(request, changes, Words(visit::language_of(request)));
  if (!errors.empty()) return check_page(deps, request, text, errors);
  return finish(deps.reminders.propose(token, changes, given(request, "note")));
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
