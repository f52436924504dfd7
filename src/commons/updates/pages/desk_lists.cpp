// SPDX-License-Identifier: AGPL-3.0-or-later
// Beside the news desk: who gets a bulletin, confirmed every year; and what readers say.
#include "base/text.hpp"
#include "commons/updates/pages/pages.hpp"
#include "language/format.hpp"

namespace daybreak::updates::pages {
namespace {

using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using http::Status;
using language::Words;

std::string day_of(Words t, Instant at) {
  return language::format_date(t.language(), Date(std::chrono::floor<std::chrono::days>(at)));
}

html::Page staff_page(Words t, std::string_view title) {
  html::Page page{.title = title, .audience = html::Audience::kStaff, .wide = true};
  page.crumbs = {{std::string(t("News desk")), Href("/news-desk")}};
  return page;
}

void write_entries(Markup& out, const Request& request, const Topic& topic,
                   const std::vector<ListEntry>& entries) {
  const Words t = out.words();
  const Href action = Href("/news-desk/lists") / topic.id;
  const std::string csrf = visit::csrf_of(request);
  html::table(
      out,
      {.caption = topic.name.in(t.language()),
       .columns =
           {{t("Member")}, {t("Gets it")}, {t("Confirmed")}, {t("Holds until")}, {t("Change")}},
       .caption_hidden = true},
      [&](html::Rows& rows) {
        for (const ListEntry& entry : entries) {
          const std::string name =
              entry.name.empty() ? std::string(t("No longer a member")) : entry.name;
          rows.row();
          rows.cell(name);
          rows.cell([&] {
            html::tag(out, entry.receives ? t("Yes") : t("No"),
                      entry.receives ? html::TagTone::kGood : html::TagTone::kBad);
          });
          rows.cell(day_of(t, entry.verified_at));
          rows.cell(day_of(t, entry.verified_at + kVerifiedFor));
          rows.cell([&] {
            const auto act = [&](std::string_view what, std::string_view words) {
              html::post_form(out, {.action = action, .csrf_token = csrf, .label = words}, [&] {
                html::hidden_field(out, "member", entry.member.to_string());
                html::button(out, {.text = words,
                                   .kind = html::ButtonKind::kOutline,
                                   .name = "do",
                                   .value = what});
              });
            };
            act("verify", t("Confirm for a year: {0}", {name}));
            act("remove", t("Take off: {0}", {name}));
          });
        }
      });
}

void write_list(Markup& out, const Request& request, const Topic& topic,
                const std::vector<ListEntry>& entries) {
  const Words t = out.words();
  html::section(out, 2, topic.name.in(t.language()), [&] {
    html::paragraph(out, topic.about.in(t.language()));
    if (entries.empty())
      html::empty_state(out,
                        {.title = t("Nobody is on this list"),
                         .what_to_do = t("Put a member on it below. Only active members of the "
                                         "task force with a fitting role can be.")});
    else
      write_entries(out, request, topic, entries);
    html::post_form(out,
                    {.action = Href("/news-desk/lists") / topic.id,
                     .csrf_token = visit::csrf_of(request),
                     .label = t("Put a member on {0}", {topic.name.in(t.language())})},
                    [&] {
                      const std::string name = "email-" + topic.id;
                      html::text_input(out,
                                       {.words = {.name = name, .label = t("E-mail of the member")},
                                        .type = html::InputType::kEmail,
                                        .width = html::FieldWidth::kLarge,
                                        .autocomplete = "off"});
                      html::button(out, {.text = t("Put on the list"),
                                         .kind = html::ButtonKind::kOutline,
                                         .name = "do",
                                         .value = "verify"});
                    });
  });
}

Response lists_page(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  std::vector<std::pair<const Topic*, std::vector<ListEntry>>> lists;
  for (const Topic& topic : topics()) {
    if (!topic.is_restricted()) continue;
    auto entries = desk.bureau.lists.list(visit::actor_of(request), topic.id);
    if (!entries) return desk.visits.failure(request, entries.error(), "/news-desk");
    lists.emplace_back(&topic, std::move(*entries));
  }
  return desk.visits.page(request, staff_page(t, t("Bulletin lists")), [&](Markup& out) {
    html::lead(out,
               t("A bulletin goes to nobody else than these members. Confirm each place once a "
                 "year, or it ends by itself."));
    for (const auto& [topic, entries] : lists) write_list(out, request, *topic, entries);
  });
}

Response change_list(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  const http::Fields& fields = request.form().fields;
  const Topic* topic = find_topic(request.parameter("topic"));
  if (topic == nullptr || !topic->is_restricted())
    return desk.visits.refusal(request, Status::kNotFound);
  auto member = trust::MemberId::parse(fields.get("member").raw());
  if (const std::string email(trim(fields.get("email-" + topic->id).raw())); !email.empty()) {
    const auto found = desk.members.find_by_email(to_lower_ascii(email));
    if (found && *found) member = (*found)->id;
  }
  const auto wrong = [&] {
    return desk.visits.refusal(request, Status::kUnprocessable,
                               t("No active member of the task force with a fitting role has this "
                                 "address."));
  };
  if (!member) return wrong();
  const trust::Actor actor = visit::actor_of(request);
  const bool remove = fields.get("do").raw() == "remove";
  const auto done = remove ? desk.bureau.lists.remove(actor, topic->id, *member)
                           : desk.bureau.lists.verify(actor, topic->id, *member);
  if (!done && done.error().kind == ErrorKind::kInvalid) return wrong();
  if (!done) return desk.visits.failure(request, done.error(), "/news-desk/lists");
  return visit::redirect(request, "/news-desk/lists");
}

Response words_page(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  const auto remarks = desk.bureau.feedback.list(visit::actor_of(request));
  if (!remarks) return desk.visits.failure(request, remarks.error(), "/news-desk");
  return desk.visits.page(request, staff_page(t, t("What readers say")), [&](Markup& out) {
    if (remarks->empty())
      return html::empty_state(out, {.title = t("Nobody has written"),
                                     .what_to_do = t("What readers write below an issue stands "
                                                     "here, the oldest first.")});
    html::table(out,
                {.caption = t("What readers say"),
                 .columns = {{t("Words")}, {t("When")}, {t("About")}, {t("Change")}},
                 .caption_hidden = true},
                [&](html::Rows& rows) {
                  for (const Remark& remark : *remarks) {
                    rows.row();
                    rows.cell(remark.words);
                    rows.cell(day_of(t, remark.sent_at));
                    if (remark.issue)
                      rows.link(t("The issue"), Href("/news-desk") / remark.issue->to_string());
                    else
                      rows.cell("–");
                    rows.cell([&] {
                      html::action_button(
                          out, {.action = Href("/news-desk/words") / remark.id.to_string(),
                                .csrf_token = visit::csrf_of(request),
                                .text = t("Done, remove"),
                                .kind = html::ButtonKind::kOutline});
                    });
                  }
                });
  });
}

}  // namespace

void add_desk_list_routes(http::Router& router, const Desk& desk) {
  router.get("/news-desk/lists", Access::signed_in(),
             [desk](Request& request) { return lists_page(desk, request); },
             {.summary = "Who gets which bulletin"});
  router.post("/news-desk/lists/{topic}", Access::signed_in(),
              [desk](Request& request) { return change_list(desk, request); },
              {.summary = "Puts a member on a bulletin's list, confirms or takes it off"});
  router.get("/news-desk/words", Access::signed_in(),
             [desk](Request& request) { return words_page(desk, request); },
             {.summary = "What readers say to the editors"});
  router.post("/news-desk/words/{id:uuid}", Access::signed_in(),
              [desk](Request& request) {
                const auto done = desk.bureau.feedback.remove(visit::actor_of(request),
                                                              request.uuid_parameter("id"));
                if (!done) return desk.visits.failure(request, done.error(), "/news-desk/words");
                return visit::redirect(request, "/news-desk/words");
              },
              {.summary = "Removes a remark that was dealt with"});
}

}  // namespace daybreak::updates::pages
