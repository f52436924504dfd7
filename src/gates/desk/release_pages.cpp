// SPDX-License-Identifier: AGPL-3.0-or-later
// Releases: the list of a person's, the five steps, telling what is on one, stopping it, and the
// record of disclosures for the survivor.
#include "gates/desk/conversation.hpp"

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

Response list_page(const GatesDesk& desk, const Request& request) {
  return vault::desk::with_work(desk.vault, request, [&](const Work& work) {
    const Words t(visit::language_of(request));
    const ClientId id(request.uuid_parameter("id"));
    const auto all = Releases(work).of_client(id);
    const auto line = vault::clients::Clients(work).line(id);
    if (!all || !line)
      return desk.vault.visits.failure(request, all ? line.error() : all.error(), "/vault/clients");
    return desk.vault.visits.page(
        request,
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
          html::table(out,
                      {.caption = t("Releases"),
                       .columns = {{t("Release")}, {t("To")}, {t("Until")}, {t("State")}}},
                      [&](html::Rows& rows) {
                        for (const ReleaseRow& row : *all) {
                          rows.row();
                          rows.link("R-" + std::to_string(row.number),
                                    row.signed_at ? release_address(row.id)
                                                  : release_address(row.id) / "who");
                          rows.cell(row.recipient_organization
                                        ? organization_name(desk, t, *row.recipient_organization)
                                        : std::string("–"));
                          rows.cell(row.expires_at ? vault::desk::time_words(*row.expires_at)
                                                   : std::string("–"));
                          rows.cell(state_words(t, row.state_at(work.now())));
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
    return desk.vault.visits.page(
        request,
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

Response save_step(const GatesDesk& desk, const Request& request, Step step) {
  return vault::desk::with_work(desk.vault, request, [&](const Work& work) {
    const ReleaseId id(request.uuid_parameter("id"));
    const http::Fields& fields = request.form().fields;
    Releases releases(work);
    const auto release = releases.read(id);
    if (!release) return desk.vault.visits.failure(request, release.error(), "/vault/clients");
    auto done = releases.save(id, read_step(release->terms, step, fields));
    if (done && step == Step::kSign) done = releases.sign(id, read_signature_fields(fields));
    if (!done && done.error().kind == ErrorKind::kInvalid)
      return step_page(desk, request, step, done.error());
    if (!done) return desk.vault.visits.failure(request, done.error(), release_address(id));
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
    html::action_button(out, {.action = release_address(release.row.id) / "stop",
                              .csrf_token = visit::csrf_of(request),
                              .text = t("She or he said stop"),
                              .kind = html::ButtonKind::kDanger,
                              .name = "how",
                              .value = "spoken"});
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
    return desk.vault.visits.page(
        request,
        {.title = "R-" + std::to_string(row.number),
         .audience = html::Audience::kStaff,
         .window_title = t("Your work"),
         .crumbs = {{std::string(t("Releases")), client_address(row.client) / "releases"}}},
        [&](Markup& out) {
          html::tag(out, state_words(t, state),
                    state == ReleaseState::kActive ? html::TagTone::kGood : html::TagTone::kPlain);
          html::lead(out, in_one_sentence(desk, t, release->terms, *row.expires_at));
          html::description_list(out, [&](html::Descriptions& list) {
            list.add(t("What for"), release->terms.purpose);
            list.add(t("Way"), vault::desk::code_words(t, "method", row.method));
            list.add(t("Signed"), vault::desk::time_words(*row.signed_at));
            list.add(t("Form that was read"),
                     row.form_version + " · " + row.form_hash.substr(0, 16));
          });
          if (row.may_disclose(work.now())) write_telling(out, request, *release);
          if (row.may_view(work.now())) write_stop(out, request, *release);
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

std::string_view look_words(Words t, std::string_view action) {
  if (action == "released_item.view") return t("Opened what was released");
  if (action == "client_note.read") return t("Read notes");
  return t("Opened the file");
}

void write_record(Markup& out, const GatesDesk& desk,
                  const vault::releases::RecordOfDisclosures& record) {
  const Words t = out.words();
  html::section(out, 2, t("What was told"), [&] {
    if (record.disclosures.empty()) return html::note(out, t("Nothing was told to anyone."));
    html::table(out,
                {.caption = t("What was told"),
                 .columns = {{t("When")}, {t("To")}, {t("What")}, {t("Way")}, {t("Release")}},
                 .caption_hidden = true},
                [&](html::Rows& rows) {
                  for (const auto& one : record.disclosures) {
                    rows.row();
                    rows.cell(vault::desk::time_words(one.made_at));
                    rows.cell(one.recipient_organization
                                  ? organization_name(desk, t, *one.recipient_organization)
                                  : std::string(t("Named in the release")));
                    rows.cell([&] {
                      html::list(out, html::ListKind::kPlain, one.items.size(),
                                 [&](std::size_t i) { out.text(item_words(t, one.items[i])); });
                    });
                    rows.cell(vault::desk::code_words(t, "method", one.method));
                    rows.link("R-" + std::to_string(one.release_number),
                              release_address(one.release));
                  }
                });
  });
  html::section(out, 2, t("Who opened the file"), [&] {
    if (record.looks.empty()) return html::note(out, t("Nobody opened it."));
    html::table(out,
                {.caption = t("Who opened the file"),
                 .columns = {{t("When")}, {t("Who")}, {t("Organization")}, {t("What")}},
                 .caption_hidden = true},
                [&](html::Rows& rows) {
                  for (std::size_t i = 0; i < record.looks.size() && i < 200; ++i) {
                    rows.row();
                    rows.cell(vault::desk::time_words(record.looks[i].at));
                    rows.cell(vault::desk::member_name(desk.vault, t, record.looks[i].member));
                    rows.cell(organization_name(desk, t, record.looks[i].organization));
                    rows.cell(look_words(t, record.looks[i].action));
                  }
                });
  });
}

Response record_page(const GatesDesk& desk, const Request& request) {
  return vault::desk::with_work(desk.vault, request, [&](const Work& work) {
    const Words t(visit::language_of(request));
    const ClientId id(request.uuid_parameter("id"));
    const auto record = Releases(work).record_of(id);
    const auto line = vault::clients::Clients(work).line(id);
    if (!record || !line)
      return desk.vault.visits.failure(request, record ? line.error() : record.error(),
                                       client_address(id));
    return desk.vault.visits.page(
        request,
        {.title = t("Record of disclosures"),
         .audience = html::Audience::kStaff,
         .window_title = t("Your work"),
         .crumbs = {{vault::desk::client_title(line->number, line->initials), client_address(id)}},
         .wide = true},
        [&](Markup& out) {
          html::lead(out,
                     t("For the survivor: show it here, or print it if paper is safe. It names "
                       "who saw what, and no content."));
          write_record(out, desk, *record);
        });
  });
}

}  // namespace

void add_release_routes(http::Router& router, const GatesDesk& desk) {
  using http::Access;
  router.get("/vault/clients/{id:uuid}/releases", Access::signed_in(),
             [desk](Request& request) { return list_page(desk, request); });
  router.post("/vault/clients/{id:uuid}/releases", Access::signed_in(),
              [desk](Request& request) { return begin(desk, request); });
  router.get("/vault/clients/{id:uuid}/record", Access::signed_in(),
             [desk](Request& request) { return record_page(desk, request); });
  router.get("/vault/releases/{id:uuid}", Access::signed_in(),
             [desk](Request& request) { return release_page(desk, request); });
  for (const Step step : kSteps) {
    const std::string path = "/vault/releases/{id:uuid}/" + std::string(path_of(step));
    router.get(path, Access::signed_in(),
               [desk, step](Request& request) { return step_page(desk, request, step, {}); });
    router.post(path, Access::signed_in(),
                [desk, step](Request& request) { return save_step(desk, request, step); });
  }
  router.post("/vault/releases/{id:uuid}/tell", Access::signed_in(),
              [desk](Request& request) { return tell(desk, request); });
  router.post("/vault/releases/{id:uuid}/stop", Access::signed_in(),
              [desk](Request& request) { return stop(desk, request); });
}

}  // namespace daybreak::gates::desk
