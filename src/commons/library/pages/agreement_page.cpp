// SPDX-License-Identifier: AGPL-3.0-or-later
// What is done with one document of the task force: answering, sending for signing, signing,
// declining, withdrawing, renewing; and its files.
#include <algorithm>
#include <fmt/format.h>

#include "base/json.hpp"
#include "base/text.hpp"
#include "commons/library/pages/agreement_view.hpp"
#include "commons/library/pages/questions.hpp"

namespace daybreak::library::pages {
namespace {

using drafts::Draft;
using drafts::Party;
using html::Href;
using http::Access;
using http::Request;
using http::Response;
using http::Status;
using language::Words;

const Href kAgreements("/agreements");
constexpr std::size_t kLargestForm = 512 * 1024, kLargestCopyForm = 11 * 1024 * 1024;

std::string message_of(const Error& error, const Words& t) {
  if (error.kind == ErrorKind::kConflict)
    return std::string(t("Somebody else changed it meanwhile. Open it again."));
  if (error.place == "signer" || error.place == "title")
    return std::string(t("Write it here, at most 200 characters."));
  if (error.place == "reason") return std::string(t("Say why, in at most 500 characters."));
  if (error.place == "copy") return std::string(t("This is no PDF, or larger than 10 MB."));
  if (error.place == "party") return std::string(t("It is another party's turn."));
  if (error.place == "kinds") return std::string(t("Choose the kind of each organization."));
  if (error.place == "state")
    return std::string(t("The document is in another state now. Open it again."));
  return t("This cannot be done: {0}.", {error.message});
}

// Runs what a form asks for on the document and comes back to it, with the error at its field.
template <typename Work>
Response act(Request& request, const Bureau& bureau, Work work) {
  const Words t(visit::language_of(request));
  const Uuid id = request.uuid_parameter("id");
  const auto draft = bureau.drafts.find(visit::actor_of(request), id);
  if (!draft) return bureau.visits.failure(request, draft.error(), kAgreements);
  const Result<void> done = work(*draft);
  const Href here = kAgreements / id.to_string();
  if (done) return visit::redirect(request, here);
  if (done.error().kind != ErrorKind::kInvalid && done.error().kind != ErrorKind::kConflict)
    return bureau.visits.failure(request, done.error(), here);
  const std::string field = done.error().place == "kinds" ? "kind1" : done.error().place;
  return show_agreement(request, bureau, *draft,
                        std::vector<html::FieldError>{{field, message_of(done.error(), t)}});
}

Response save_answers(Request& request, const Bureau& bureau) {
  const trust::Actor actor = visit::actor_of(request);
  auto draft = bureau.drafts.find(actor, request.uuid_parameter("id"));
  if (!draft) return bureau.visits.failure(request, draft.error(), kAgreements);
  const auto made = bureau.editions.find(draft->edition);
  if (!made) return bureau.visits.failure(request, made.error(), kAgreements);
  const documents::Answers answers = read_answers(request, *made);
  const auto revision = to_integer(request.form().fields.get("revision").raw()).value_or(0);
  const auto saved = bureau.drafts.answer(actor, draft->id, answers, revision);
  const Href here = kAgreements / draft->id.to_string();
  const Words t(visit::language_of(request));
  draft->answers = answers;
  if (!saved) {
    if (saved.error().kind != ErrorKind::kInvalid && saved.error().kind != ErrorKind::kConflict)
      return bureau.visits.failure(request, saved.error(), here);
    return show_agreement(
        request, bureau, *draft,
        std::vector<html::FieldError>{{saved.error().place, message_of(saved.error(), t)}});
  }
  // What is kept may be incomplete; what is wrong is said at once.
  auto errors = errors_of(*made, answers, t.language());
  std::erase_if(errors, [&](const html::FieldError& one) { return !answers.contains(one.field); });
  if (errors.empty()) return visit::redirect(request, here);
  ++draft->revision;
  return show_agreement(request, bureau, *draft, errors);
}

Result<void> offer(Request& request, const Bureau& bureau, const Draft& draft) {
  const drafts::Template made = TRY(bureau.editions.find(draft.edition));
  const auto accounts = TRY(bureau.members.organizations());
  drafts::Drafts::Offer offer;
  const auto parties =
      documents::lines_of(documents::answer_to(made, made.effect.parties, draft.answers));
  for (std::size_t i = 0; i < parties.size(); ++i) {
    offer.kinds.push_back(request.form().fields.get(fmt::format("kind{}", i + 1)).raw());
    const trust::Organization* account = account_of(accounts, parties[i]);
    offer.accounts.push_back(account == nullptr ? std::nullopt : std::optional(account->id.uuid()));
  }
  if (const auto task_force = Uuid::parse(request.form().fields.get("task_force").raw()))
    offer.task_force = *task_force;
  return bureau.drafts.offer(visit::actor_of(request), draft.id, offer);
}

Result<void> sign(Request& request, const Bureau& bureau, const Draft& draft) {
  const auto& fields = request.form().fields;
  const Words t(visit::language_of(request));
  const auto number = to_integer(fields.get("party").raw()).value_or(0);
  const auto party = std::ranges::find(draft.parties, number, &Party::number);
  if (party == draft.parties.end())
    return fail(ErrorKind::kInvalid, "there is no such party", "party");
  if (fields.get("agreed").raw() != "yes")
    return fail(ErrorKind::kInvalid, std::string(t("tick the sentence to sign")), "agreed");
  const http::Upload* copy = request.form().find_file("copy");
  return bureau.drafts.sign(visit::actor_of(request), draft.id,
                            {.party = static_cast<int>(number),
                             .signer = std::string(trim(fields.get("signer").raw())),
                             .title = std::string(trim(fields.get("title").raw())),
                             .statement = statement_for(t, draft, *party),
                             .copy = copy == nullptr ? std::string() : std::string(copy->content)});
}

Response show_file(Request& request, const Bureau& bureau) {
  const auto draft = bureau.drafts.find(visit::actor_of(request), request.uuid_parameter("id"));
  if (!draft) return bureau.visits.failure(request, draft.error(), kAgreements);
  const std::string& file = request.parameter("file");
  if (file == "answers.json") {
    Json given = Json::object();
    for (const auto& [id, answer] : draft->answers) given.set(id, answer);
    Response response =
        Response::of("application/json", to_text(Json::object({{"document", draft->template_id},
                                                               {"version", draft->version},
                                                               {"digest", draft->edition},
                                                               {"answers", std::move(given)}})));
    response.as_download(file);
    return response;
  }
  if (file == "paper.pdf" && !draft->paper_digest.empty()) {
    const auto paper = bureau.drafts.paper(visit::actor_of(request), draft->id);
    if (!paper) return bureau.visits.failure(request, paper.error(), kAgreements);
    Response response = Response::of("application/pdf", *paper);
    response.as_download(file);
    return response;
  }
  const auto document = bureau.drafts.document(*draft);
  if (!document || (file != "paper.pdf" && file != "document.docx"))
    return bureau.visits.refusal(request, Status::kNotFound);
  if (auto made = file_of(*document, draft->template_id, file.substr(file.find('.') + 1)))
    return std::move(*made);
  return bureau.visits.refusal(request, Status::kNotFound);
}

Response show_copy(Request& request, const Bureau& bureau) {
  const auto copy = bureau.drafts.copy(visit::actor_of(request), request.uuid_parameter("id"),
                                       static_cast<int>(request.integer_parameter("party")));
  if (!copy) return bureau.visits.failure(request, copy.error(), kAgreements);
  Response response = Response::of("application/pdf", *copy);
  response.as_download("signed-copy.pdf");
  return response;
}

}  // namespace

void add_agreement_pages(http::Router& router, const Bureau& bureau) {
  const auto post = [&](std::string path, auto work, std::size_t limit = kLargestForm) {
    router.post("/agreements/{id:uuid}/" + path, Access::signed_in(),
                [bureau, work](Request& request) {
                  return act(request, bureau,
                             [&](const Draft& draft) { return work(request, bureau, draft); });
                },
                {.body_limit = limit});
  };
  router.get("/agreements/{id:uuid}", Access::signed_in(), [bureau](Request& request) {
    const auto draft = bureau.drafts.find(visit::actor_of(request), request.uuid_parameter("id"));
    if (!draft) return bureau.visits.failure(request, draft.error(), kAgreements);
    return show_agreement(request, bureau, *draft);
  });
  router.post("/agreements/{id:uuid}", Access::signed_in(),
              [bureau](Request& request) { return save_answers(request, bureau); },
              {.body_limit = kLargestForm});
  post("newer", [](Request& request, const Bureau& office, const Draft& draft) {
    return office.drafts.take_newer(visit::actor_of(request), draft.id);
  });
  post("offer", offer);
  post("sign", sign, kLargestCopyForm);
  post("decline", [](Request& request, const Bureau& office, const Draft& draft) {
    const auto& fields = request.form().fields;
    return office.drafts.decline(
        visit::actor_of(request), draft.id,
        static_cast<int>(to_integer(fields.get("party").raw()).value_or(0)),
        fields.get("reason").raw());
  });
  post("withdraw", [](Request& request, const Bureau& office, const Draft& draft) {
    return office.drafts.withdraw(visit::actor_of(request), draft.id,
                                  request.form().fields.get("reason").raw());
  });
  router.post("/agreements/{id:uuid}/renew", Access::signed_in(), [bureau](Request& request) {
    const auto next = bureau.drafts.renew(visit::actor_of(request), request.uuid_parameter("id"));
    if (!next) return bureau.visits.failure(request, next.error(), kAgreements);
    return visit::redirect(request, kAgreements / next->id.to_string());
  });
  router.get("/agreements/{id:uuid}/{file}", Access::signed_in(),
             [bureau](Request& request) { return show_file(request, bureau); });
  router.get("/agreements/{id:uuid}/copies/{party:integer}", Access::signed_in(),
             [bureau](Request& request) { return show_copy(request, bureau); });
}

}  // namespace daybreak::library::pages
