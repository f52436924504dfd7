// SPDX-License-Identifier: AGPL-3.0-or-later
// The survivor's record of disclosures: who was told what, when, under which release, and who
// opened the file. To show on the screen or to print, as is safe for her or him; it holds no
// content.
#include <map>

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
using vault::releases::RecordOfDisclosures;
using vault::releases::Releases;

constexpr std::size_t kMostLooks = 1000;

std::string_view look_words(Words t, std::string_view action) {
  if (action == "released_item.view") return t("Opened what was released");
  if (action == "released_item.open_file") return t("Opened a file that was released");
  if (action == "client_note.read") return t("Read notes");
  if (action == "plan.read") return t("Read the plan");
  if (action == "safety_plan.read") return t("Read the safety plan");
  if (action == "attachment.read") return t("Opened an attachment");
  if (action == "attachment.read_original") return t("Saved an attachment");
  return t("Opened the file");
}

// To whom, as the release says it; each release is opened once.
std::map<ReleaseId, std::string> recipients_of(const GatesDesk& desk, const Work& work, Words t,
                                               const RecordOfDisclosures& record) {
  std::map<ReleaseId, std::string> recipients;
  for (const auto& one : record.disclosures) {
    if (recipients.contains(one.release)) continue;
    const auto release = Releases(work).read(one.release);
    recipients[one.release] = release ? recipient_words(desk, t, release->terms)
                              : one.recipient_organization
                                  ? organization_name(desk, t, *one.recipient_organization)
                                  : std::string(t("Named in the release"));
  }
  return recipients;
}

void write_told(Markup& out, const GatesDesk& desk, const Work& work,
                const RecordOfDisclosures& record) {
  const Words t = out.words();
  if (record.disclosures.empty()) return html::note(out, t("Nothing was told to anyone."));
  const auto recipients = recipients_of(desk, work, t, record);
  vault::desk::MemberNames names(desk.vault, t);
  html::table(
      out,
      {.caption = t("What was told"),
       .columns = {{t("When")}, {t("To")}, {t("What")}, {t("Way")}, {t("By")}, {t("Release")}},
       .caption_hidden = true},
      [&](html::Rows& rows) {
        for (const auto& one : record.disclosures) {
          rows.row();
          rows.cell(vault::desk::time_words(t, one.made_at));
          rows.cell(recipients.at(one.release));
          rows.cell([&] {
            html::list(out, html::ListKind::kPlain, one.items.size(),
                       [&](std::size_t i) { out.text(item_words(t, one.items[i])); });
          });
          rows.cell(vault::desk::code_words(t, "method", one.method));
          rows.cell(names.of(one.made_by));
          rows.link("R-" + std::to_string(one.release_number),
                    Href("/vault/releases") / one.release.to_string());
        }
      });
}

void write_looks(Markup& out, const GatesDesk& desk, const RecordOfDisclosures& record) {
  const Words t = out.words();
  if (record.looks.empty()) return html::note(out, t("Nobody opened it."));
  if (record.looks.size() > kMostLooks)
    html::note(out, t("The newest {0} of {1}.",
                      {std::to_string(kMostLooks), std::to_string(record.looks.size())}));
  vault::desk::MemberNames names(desk.vault, t);
  OrganizationNames organizations(desk, t);
  html::table(out,
              {.caption = t("Who opened the file"),
               .columns = {{t("When")}, {t("Who")}, {t("Organization")}, {t("What")}},
               .caption_hidden = true},
              [&](html::Rows& rows) {
                for (std::size_t i = 0; i < record.looks.size() && i < kMostLooks; ++i) {
                  rows.row();
                  rows.cell(vault::desk::time_words(t, record.looks[i].at));
                  rows.cell(names.of(record.looks[i].member));
                  rows.cell(organizations.of(record.looks[i].organization));
                  rows.cell(look_words(t, record.looks[i].action));
                }
              });
}

Response record_page(const GatesDesk& desk, const Request& request) {
  return vault::desk::with_work(desk.vault, request, [&](const Work& work) {
    const Words t(visit::language_of(request));
    const ClientId id(request.uuid_parameter("id"));
    const Href file = Href("/vault/clients") / id.to_string();
    const auto record = Releases(work).record_of(id);
    const auto line = vault::clients::Clients(work).line(id);
    if (!record || !line)
      return desk.vault.visits.failure(request, record ? line.error() : record.error(), file);
    return vault::desk::vault_page(
        desk.vault, request,
        {.title = t("Record of disclosures"),
         .audience = html::Audience::kStaff,
         .window_title = t("Your work"),
         .crumbs = {{vault::desk::client_title(line->number, line->initials), file}},
         .wide = true},
        [&](Markup& out) {
          html::lead(out,
                     t("For the survivor: show it here, or print it if paper is safe. It names "
                       "who saw what, and no content."));
          html::note(out, t("As of {0}. What was spoken or given on paper is listed too, without "
                            "what was said.",
                            {vault::desk::time_words(t, work.now())}));
          html::section(out, 2, t("What was told"), [&] { write_told(out, desk, work, *record); });
          html::section(out, 2, t("Who opened the file"), [&] { write_looks(out, desk, *record); });
        });
  });
}

}  // namespace

void add_record_routes(http::Router& router, const GatesDesk& desk) {
  router.get("/vault/clients/{id:uuid}/record", http::Access::signed_in(),
             [desk](Request& request) { return record_page(desk, request); });
}

}  // namespace daybreak::gates::desk
