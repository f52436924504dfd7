// SPDX-License-Identifier: AGPL-3.0-or-later
// The inbox of what other organisations released to this one: pointers only, each opened through
// the release gate, with its limits said above it.
#include "base/text.hpp"
#include "gates/desk/gates_desk.hpp"

namespace daybreak::gates::desk {
namespace {

using html::Href;
using html::Markup;
using http::Request;
using http::Response;
using language::Words;
using vault::Work;

Response inbox_page(const GatesDesk& desk, const Request& request) {
  return vault::desk::with_work(desk.vault, request, [&](const Work& work) {
    const Words t(visit::language_of(request));
    const auto pointers = desk.releases.inbox(work);
    if (!pointers) return desk.vault.visits.failure(request, pointers.error(), "/today");
    return vault::desk::vault_page(
        desk.vault, request,
        {.title = t("Inbox"), .audience = html::Audience::kStaff, .window_title = t("Your work")},
        [&](Markup& out) {
          if (pointers->empty())
            return html::empty_state(
                out, {.title = t("Nothing was released to your organization"),
                      .what_to_do = t("A provider can neither confirm nor deny whom it serves. If "
                                      "you need something of a survivor, ask her or him through "
                                      "an advocate; what she or he releases arrives here.")});
          OrganizationNames names(desk, t);
          html::table(
              out,
              {.caption = t("Released to your organization"),
               .columns =
                   {{t("Release")}, {t("From")}, {t("Received")}, {t("Ends")}, {t("Still")}}},
              [&](html::Rows& rows) {
                for (const auto& pointer : *pointers) {
                  rows.row();
                  rows.link("R-" + std::to_string(pointer.release_number),
                            Href("/vault/inbox") / pointer.projection.to_string());
                  rows.cell(names.of(pointer.sender));
                  rows.cell(vault::desk::time_words(t, pointer.received_at));
                  rows.cell(vault::desk::time_words(t, pointer.ends_at));
                  rows.cell(remaining_words(t, pointer.ends_at - work.now()));
                }
              });
        });
  });
}

// Services as a short list; codes of choices as their words.
std::string content_words(Words t, const Seen::Line& line) {
  if (line.item.kind != vault::releases::ItemKind::kAnswer) return line.content;
  const auto* question = vault::codes::Codes::built_in().question(line.item.subject);
  if (question == nullptr || question->list == nullptr) return line.content;
  std::vector<std::string> words;
  for (const std::string_view code : split(line.content, ','))
    words.push_back(vault::desk::code_words(t, question->list->id, code));
  return join(words, ", ");
}

std::string file_words(Words t, const Seen::File& file) {
  const std::string kilobytes = std::to_string((file.size + 1023) / 1024);
  return file.type == doc::FileType::kPdf ? t("Open the PDF document ({0} kB)", {kilobytes})
                                          : t("Open the picture ({0} kB)", {kilobytes});
}

Response not_shown(const GatesDesk& desk, const Request& request, const Error& error) {
  const Words t(visit::language_of(request));
  if (is_about_a_key(error)) return visit::redirect(request, "/vault/keys");
  if (error.place == kOutOfReach)
    return desk.vault.visits.refusal(
        request, http::Status::kUnavailable,
        t("The other side cannot be reached now. It is asked each time, so nothing is shown "
          "without it. Try again later, or call them."));
  return desk.vault.visits.failure(request, error, "/vault/inbox");
}

Response item_page(const GatesDesk& desk, const Request& request) {
  return vault::desk::with_work(desk.vault, request, [&](const Work& work) {
    const Words t(visit::language_of(request));
    const Uuid id = request.uuid_parameter("id");
    const auto seen = desk.releases.view(work, id);
    if (!seen) return not_shown(desk, request, seen.error());
    return vault::desk::vault_page(
        desk.vault, request,
        {.title = "R-" + std::to_string(seen->release_number),
         .audience = html::Audience::kStaff,
         .window_title = t("Your work"),
         .crumbs = {{std::string(t("Inbox")), Href("/vault/inbox")}}},
        [&](Markup& out) {
          html::alert(out, {.kind = html::AlertKind::kWarning,
                            .text = t("From {0}, until {1}. She or he may stop it at any time, and "
                                      "then it is gone. Do not pass it on. That you looked is "
                                      "written down, and she or he can see it.",
                                      {organization_name(desk, t, seen->sender),
                                       vault::desk::time_words(t, seen->ends_at)}),
                            .title = t("Released by a survivor, for this and nothing else")});
          html::description_list(out, [&](html::Descriptions& list) {
            list.add(t("Still"), remaining_words(t, seen->ends_at - work.now()));
            for (const Seen::Line& line : seen->lines) {
              if (line.file)
                list.add(item_words(t, line.item), [&] {
                  html::link(out, file_words(t, *line.file),
                             Href("/vault/inbox") / id.to_string() / "files" /
                                 line.file->attachment.to_string());
                });
              else
                list.add(item_words(t, line.item), content_words(t, line));
            }
          });
        });
  });
}

// Shown in the browser under a neutral name, so that no copy is left on the device; in no cache.
Response give_file(const GatesDesk& desk, const Request& request) {
  return vault::desk::with_work(desk.vault, request, [&](const Work& work) {
    const Uuid id = request.uuid_parameter("id");
    auto seen = desk.releases.open_file(work, id, request.uuid_parameter("attachment"));
    if (!seen) return not_shown(desk, request, seen.error());
    const std::string name = "released-" + std::to_string(seen->release_number) + "-" +
                             std::to_string(seen->position) +
                             std::string(doc::extension_of(seen->type));
    Response response =
        Response::stream(std::string(doc::media_type_of(seen->type)), std::move(seen->pieces));
    response.set("Content-Disposition", "inline; filename=\"" + name + "\"");
    return response;
  });
}

}  // namespace

void add_inbox_routes(http::Router& router, const GatesDesk& desk) {
  using http::Access;
  router.get("/vault/inbox", Access::signed_in(),
             [desk](Request& request) { return inbox_page(desk, request); });
  router.get("/vault/inbox/{id:uuid}", Access::signed_in(),
             [desk](Request& request) { return item_page(desk, request); });
  router.get("/vault/inbox/{id:uuid}/files/{attachment:uuid}", Access::signed_in(),
             [desk](Request& request) { return give_file(desk, request); });
}

}  // namespace daybreak::gates::desk
