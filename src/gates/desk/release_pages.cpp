// SPDX-License-Identifier: AGPL-3.0-or-later
// Releases: the list of a person's, the five steps, telling what is on one, stopping it, issuing it
// again.
#include "base/text.hpp"
#include "gates/desk/conversation.hpp"
#include "vault/attachments/attachments.hpp"

namespace daybreak::gates::desk {
namespace {

using html::Href;
using html::Markup;
using http::Request;
using http::Response;
using language::Words;
using vault::Work;
using vault::clients::ClientId;
using vault::releases::Release;
using vault::releases::ReleaseRow;
using vault::releases::Releases;
using vault::releases::ReleaseState;

Href client_address(ClientId id) { return Href("/vault/clients") / id.to_string(); }
Href release_address(ReleaseId id) { return Href("/vault/releases") / id.to_string(); }

std::string_view state_words(Words t, ReleaseState state) {
  switch (state) {
    case ReleaseState::kDraft:
      return t("Draft");
    case ReleaseState::kWaiting:
      return t("Not yet in force");
    case ReleaseState::kActive:
      return t("In force");
    case ReleaseState::kExpired:
      return t("Expired");
    case ReleaseState::kExhausted:
      return t("Told once, as allowed");
    case ReleaseState::kRevoked:
      return t("Stopped");
    case ReleaseState::kSuperseded:
      return t("Replaced");
  }
  return {};
}

// One tap: no question is asked of whoever hears "stop".
void write_stop_button(Markup& out, const Request& request, const ReleaseRow& row,
                       html::ButtonKind kind) {
  const Words t = out.words();
  html::action_button(out, {.action = release_address(row.id) / "stop",
                            .csrf_token = visit::csrf_of(request),
                            .text = t("She or he said stop"),
                            .kind = kind,
                            .name = "how",
                            .value = "spoken"});
}

Response list_page(const GatesDesk& desk, const Request& request) {
  return vault::desk::with_work(desk.vault, request, [&](const Work& work) {
    const Words t(visit::language_of(request));
    const ClientId id(request.uuid_parameter("id"));
    const auto all = Releases(work).of_client(id);
    const auto line = vault::clients::Clients(work).line(id);
    if (!all || !line)
      return desk.vault.visits.failure(request, all ? line.error() : all.error(), "/vault/clients");
    return vault::desk::vault_page(
        desk.vault, request,
        {.title = t("Releases"),
         .audience = html::Audience::kStaff,
         .window_title = t("Your work"),
         .crumbs = {{vault::desk::client_title(line->number, line->initials), client_address(id)}}},
        [&](Markup& out) {
          html::action_button(out, {.action = client_address(id) / "releases",
                                    .csrf_token = visit::csrf_of(request),
                                    .text = t("Talk about a new release")});
          if (all->empty())
            return html::empty_state(
                out, {.title = t("Nothing may be told to anyone"),
                      .what_to_do = t("If she or he wishes that someone is told something, begin a "
                                      "release together.")});
          OrganizationNames names(desk, t);
          html::table(
              out,
              {.caption = t("Releases"),
               .columns = {{t("Release")}, {t("To")}, {t("Until")}, {t("State")}, {t("Stop it")}}},
              [&](html::Rows& rows) {
                for (const ReleaseRow& row : *all) {
                  rows.row();
                  rows.link(
                      "R-" + std::to_string(row.number),
                      row.signed_at ? release_address(row.id) : release_address(row.id) / "who");
                  rows.cell(row.recipient_organization ? names.of(*row.recipient_organization)
                                                       : std::string("–"));
                  rows.cell(row.expires_at ? vault::desk::time_words(t, *row.expires_at)
                                           : std::string("–"));
                  rows.cell(state_words(t, row.state_at(work.now())));
                  rows.cell([&] {
                    if (row.may_view(work.now()))
                      write_stop_button(out, request, row, html::ButtonKind::kOutline);
                    else
                      out.text("–");
                  });
                }
              });
        });
  });
}

Response begin(const GatesDesk& desk, const Request& request) {
  return vault::desk::with_work(desk.vault, request, [&](const Work& work) {
    const ClientId id(request.uuid_parameter("id"));
    const auto draft = Releases(work).draft(id);
    if (!draft) return desk.vault.visits.failure(request, draft.error(), client_address(id));
    return visit::redirect(request, release_address(*draft) / "who");
  });
}

std::string missing_words(Words t, std::string_view field) {
  if (field == "recipient") return std::string(t("Choose exactly one organization."));
  if (field == "recipient_person") return std::string(t("Choose who there, or name the person."));
  if (field == "method")
    return std::string(t("A copy can only be opened by a role at an organization on this site."));
  if (field == "items") return std::string(t("Choose at least one item that fits."));
  if (field == "purpose") return std::string(t("Write what it is for."));
  if (field == "risks_told") return std::string(t("Talk about what could go wrong first."));
  if (field == "other_ways") return std::string(t("Talk about other ways first."));
  if (field == "rights_told") return std::string(t("Talk about the right to refuse and to stop."));
  if (field == "days") return std::string(t("A release lasts 1 to 90 days."));
  if (field == "signature") return std::string(t("The signature is missing."));
  if (field == "email") return std::string(t("Nobody with this address is at this organization."));
  if (field == "recipient_member") return std::string(t("Choose who there, or name the person."));
  if (field == "paper")
    return std::string(t("Take a picture of the signed paper, or sign on the screen."));
  if (field == "signer")
    return std::string(t("Who signs does not fit the age that the file tells."));
  if (field == "starts_on") return std::string(t("Choose an earlier day to begin."));
  if (field == "minor_law") return std::string(t("Name the law under which a minor signs alone."));
  return std::string(t("A guardian signs only who did no harm; name and confirm it."));
}

Response step_page(const GatesDesk& desk, const Request& request, Step step,
                   const std::optional<Error>& error) {
  return vault::desk::with_work(desk.vault, request, [&](const Work& work) {
    const Words t(visit::language_of(request));
    const ReleaseId id(request.uuid_parameter("id"));
    const auto release = Releases(work).read(id);
    if (!release) return desk.vault.visits.failure(request, release.error(), "/vault/clients");
    if (release->row.signed_at) return visit::redirect(request, release_address(id));
    return vault::desk::vault_page(
        desk.vault, request,
        {.title = question_of(t, step),
         .audience = html::Audience::kStaff,
         .window_title = t("Your work"),
         .crumbs = {{std::string(t("Releases")),
                     client_address(release->row.client) / "releases"}}},
        [&](Markup& out) {
          if (error)
            html::alert(out, {.kind = html::AlertKind::kError,
                              .text = missing_words(t, vault::desk::field_of(*error)),
                              .title = t("Something is missing"),
                              .announce = true});
          html::post_form(out,
                          {.action = release_address(id) / path_of(step),
                           .csrf_token = visit::csrf_of(request),
                           .with_files = step == Step::kSign,
                           .label = question_of(t, step)},
                          [&] {
                            write_step(out, {desk, work, *release}, step);
                            html::button(out,
                                         {.text = step == Step::kSign ? t("Sign") : t("Go on")});
                          });
          if (step != Step::kWho)
            html::paragraph(out, [&] {
              const auto before = static_cast<Step>(static_cast<int>(step) - 1);
              html::link(out, t("Back"), release_address(id) / path_of(before));
            });
        },
        error ? http::Status::kUnprocessable : http::Status::kOk);
  });
}

// A paper is taken in only when nothing else is missing.
Result<void> sign(const Work& work, const Request& request, ReleaseId id,
                  const vault::releases::Terms& terms, ClientId client) {
  // Before a paper is kept: without a fresh confirmation nothing is.
  TRY(work.vault.require(work.actor, "release", "sign", id.to_string()));
  auto signature = read_signature_fields(request.form().fields);
  const http::Upload* paper = request.form().find_file("paper");
  if (paper != nullptr && !paper->content.empty()) {
    signature.kind = vault::releases::SignatureKind::kPaper;
    signature.paper = id.uuid();
    TRY(vault::releases::check_complete(terms, signature));
    auto kept = vault::attachments::Attachments(work).add(client, vault::notes::NoteClass::kFactual,
                                                          Secret<std::string>("Signed release"),
                                                          paper->content);
    if (!kept && kept.error().kind == ErrorKind::kInvalid)
      return fail(ErrorKind::kInvalid, kept.error().message, "field paper", kept.error().cure);
    signature.paper = TRY(std::move(kept)).uuid();
  }
  return Releases(work).sign(id, signature);
}

Response save_step(const GatesDesk& desk, const Request& request, Step step) {
  return vault::desk::with_work(desk.vault, request, [&](const Work& work) {
    const ReleaseId id(request.uuid_parameter("id"));
    const http::Fields& fields = request.form().fields;
    Releases releases(work);
    const auto release = releases.read(id);
    if (!release) return desk.vault.visits.failure(request, release.error(), "/vault/clients");
    const auto terms = read_step(desk, release->terms, step, fields);
    Result<void> done =
        terms ? releases.save(id, *terms) : Result<void>(tl::make_unexpected(terms.error()));
    if (done && step == Step::kSign) done = sign(work, request, id, *terms, release->row.client);
    if (!done && done.error().kind == ErrorKind::kInvalid)
      return step_page(desk, request, step, done.error());
    if (!done)
      return desk.vault.visits.failure(request, done.error(), release_address(id) / path_of(step));
    if (step == Step::kSign) return visit::redirect(request, release_address(id));
    const auto next = static_cast<Step>(static_cast<int>(step) + 1);
    return visit::redirect(request, release_address(id) / path_of(next));
  });
}

void write_telling(Markup& out, const Request& request, const Release& release) {
  const Words t = out.words();
  std::vector<html::Option> options;
  for (const Item& item : release.terms.items)
    options.push_back({.value = vault::releases::write_item(item), .label = item_words(t, item)});
  html::post_form(out,
                  {.action = release_address(release.row.id) / "tell",
                   .csrf_token = visit::csrf_of(request),
                   .label = t("Tell it now")},
                  [&] {
                    html::checkboxes(out, {.words = {.name = "items",
                                                     .label = t("Tell now"),
                                                     .hint = t("Only what is needed now.")},
                                           .options = options});
                    html::button(out, {.text = t("Tell it")});
                  });
}

void write_stop(Markup& out, const Request& request, const Release& release) {
  const Words t = out.words();
  html::section(out, 2, t("Stop it"), [&] {
    html::paragraph(out,
                    t("As soon as she or he says stop, to anyone of you. It ends at once; what "
                      "lies with the recipient here is destroyed."));
    write_stop_button(out, request, release.row, html::ButtonKind::kDanger);
    if (release.terms.until_event.empty()) return;
    html::paragraph(out, t("It also ends when this happens: {0}", {release.terms.until_event}));
    html::action_button(out, {.action = release_address(release.row.id) / "stop",
                              .csrf_token = visit::csrf_of(request),
                              .text = t("It has happened"),
                              .kind = html::ButtonKind::kOutline,
                              .name = "how",
                              .value = "event"});
  });
}

std::string_view signer_words(Words t, vault::releases::Signer signer) {
  switch (signer) {
    case vault::releases::Signer::kAdult:
      return t("An adult");
    case vault::releases::Signer::kMinorAndGuardian:
      return t("A minor, together with a parent or guardian who did no harm");
    case vault::releases::Signer::kMinorAlone:
      return t("A minor who may do so alone by law");
    case vault::releases::Signer::kCourtGuardian:
      return t("A guardian appointed by a court");
  }
  return {};
}

// What was asked and said, in the order of the form.
void write_elements(Markup& out, const GatesDesk& desk, const Work& work, const Release& release) {
  const Words t = out.words();
  const ReleaseRow& row = release.row;
  const auto& terms = release.terms;
  html::description_list(out, [&](html::Descriptions& list) {
    const auto add = [&](std::string_view term, std::string_view text) {
      if (!text.empty()) list.add(term, text);
    };
    if (row.may_view(work.now()))
      list.add(t("Still"), remaining_words(t, *row.expires_at - work.now()));
    list.add(t("Released by"), organization_name(desk, t, work.vault.organization()));
    if (row.signed_by)
      list.add(t("Explained by"), vault::desk::member_name(desk.vault, t, *row.signed_by));
    list.add(t("What for"), terms.purpose);
    add(t("Other ways that were talked about"), terms.other_ways);
    list.add(t("Way"), vault::desk::code_words(t, "method", row.method));
    if (!terms.dependants.empty())
      list.add(t("Children and others whose information is in it"),
               std::to_string(terms.dependants.size()));
    list.add(t("Signed"), vault::desk::time_words(t, *row.signed_at));
    if (*row.starts_at > *row.signed_at)
      list.add(t("From"), vault::desk::time_words(t, *row.starts_at));
    list.add(t("Who signs"), signer_words(t, terms.signer));
    add(t("Guardian"), terms.guardian);
    add(t("The law under which a minor signs alone"), terms.minor_law);
    list.add(t("Language in which it was read"),
             vault::desk::code_words(t, "language", terms.language));
    add(t("Interpreter"), terms.interpreter);
    if (release.signature) add(t("Witness"), release.signature->witness);
    if (release.signature && release.signature->paper)
      list.add(t("Signature"), [&] {
        html::link(out, t("On paper: open it"),
                   client_address(row.client) / "attachments" /
                       release.signature->paper->to_string() / "copy");
      });
    list.add(t("Form that was read"), row.form_version + " · " + row.form_hash.substr(0, 16));
  });
}

void write_again(Markup& out, const Request& request, const ReleaseRow& row) {
  const Words t = out.words();
  html::section(out, 2, t("Issue it again"), [&] {
    html::paragraph(out, t("The same recipient, the same things or fewer, talked about and signed "
                           "anew. It is never made longer or wider by itself."));
    html::action_button(out, {.action = release_address(row.id) / "again",
                              .csrf_token = visit::csrf_of(request),
                              .text = t("Talk about it again"),
                              .kind = html::ButtonKind::kOutline});
  });
}

Response release_page(const GatesDesk& desk, const Request& request) {
  return vault::desk::with_work(desk.vault, request, [&](const Work& work) {
    const Words t(visit::language_of(request));
    const ReleaseId id(request.uuid_parameter("id"));
    const auto release = Releases(work).read(id);
    if (!release) return desk.vault.visits.failure(request, release.error(), "/vault/clients");
    const ReleaseRow& row = release->row;
    if (!row.signed_at) return visit::redirect(request, release_address(id) / "who");
    const ReleaseState state = row.state_at(work.now());
    return vault::desk::vault_page(
        desk.vault, request,
        {.title = "R-" + std::to_string(row.number),
         .audience = html::Audience::kStaff,
         .window_title = t("Your work"),
         .crumbs = {{std::string(t("Releases")), client_address(row.client) / "releases"}}},
        [&](Markup& out) {
          html::tag(out, state_words(t, state),
                    state == ReleaseState::kActive ? html::TagTone::kGood : html::TagTone::kPlain);
          html::lead(out, in_one_sentence(desk, t, release->terms, *row.expires_at));
          write_elements(out, desk, work, *release);
          if (row.may_disclose(work.now())) {
            write_key_warning(out, desk, work, row.recipient_organization, row.method);
            write_telling(out, request, *release);
          }
          if (row.may_view(work.now())) write_stop(out, request, *release);
          write_again(out, request, row);
        });
  });
}

Response tell(const GatesDesk& desk, const Request& request) {
  return vault::desk::with_work(desk.vault, request, [&](const Work& work) {
    const ReleaseId id(request.uuid_parameter("id"));
    std::vector<Item> items;
    for (const auto& one : request.form().fields.every("items"))
      if (auto item = vault::releases::item_from(one.raw())) items.push_back(std::move(*item));
    const auto told = desk.releases.disclose(work, id, items);
    if (!told && is_about_a_key(told.error())) return visit::redirect(request, "/vault/keys");
    if (!told) return desk.vault.visits.failure(request, told.error(), release_address(id));
    const auto release = Releases(work).read(id);
    if (!release) return desk.vault.visits.failure(request, release.error(), release_address(id));
    return visit::redirect(request, client_address(release->row.client) / "record");
  });
}

Response stop(const GatesDesk& desk, const Request& request) {
  return vault::desk::with_work(desk.vault, request, [&](const Work& work) {
    const ReleaseId id(request.uuid_parameter("id"));
    const auto stopped = Releases(work).revoke(id, request.form().fields.get("how").raw());
    if (!stopped) return desk.vault.visits.failure(request, stopped.error(), release_address(id));
    return visit::redirect(request, release_address(id));
  });
}

Response again(const GatesDesk& desk, const Request& request) {
  return vault::desk::with_work(desk.vault, request, [&](const Work& work) {
    const ReleaseId id(request.uuid_parameter("id"));
    const auto draft = Releases(work).draft_again(id);
    if (!draft) return desk.vault.visits.failure(request, draft.error(), release_address(id));
    return visit::redirect(request, release_address(*draft) / "who");
  });
}

}  // namespace

void add_release_routes(http::Router& router, const GatesDesk& desk) {
  using http::Access;
  router.get("/vault/clients/{id:uuid}/releases", Access::signed_in(),
             [desk](Request& request) { return list_page(desk, request); });
  router.post("/vault/clients/{id:uuid}/releases", Access::signed_in(),
              [desk](Request& request) { return begin(desk, request); });
  router.get("/vault/releases/{id:uuid}", Access::signed_in(),
             [desk](Request& request) { return release_page(desk, request); });
  for (const Step step : kSteps) {
    const std::string path = "/vault/releases/{id:uuid}/" + std::string(path_of(step));
    router.get(path, Access::signed_in(),
               [desk, step](Request& request) { return step_page(desk, request, step, {}); });
    router.post(path, Access::signed_in(),
                [desk, step](Request& request) { return save_step(desk, request, step); },
                {.body_limit = step == Step::kSign
                                   ? vault::attachments::kMostBytes + (std::size_t{64} << 10)
                                   : std::size_t{64} << 10});
  }
  router.post("/vault/releases/{id:uuid}/tell", Access::signed_in(),
              [desk](Request& request) { return tell(desk, request); });
  router.post("/vault/releases/{id:uuid}/stop", Access::signed_in(),
              [desk](Request& request) { return stop(desk, request); });
  router.post("/vault/releases/{id:uuid}/again", Access::signed_in(),
              [desk](Request& request) { return again(desk, request); });
}

}  // namespace daybreak::gates::desk
