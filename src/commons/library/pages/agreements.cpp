// SPDX-License-Identifier: AGPL-3.0-or-later
// The list of the task force's documents, and beginning one.
#include "commons/library/pages/agreements.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "language/format.hpp"

namespace daybreak::library::pages {
namespace {

using drafts::Draft;
using drafts::State;
using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using http::Status;
using language::to_translate;
using language::Words;

const Href kAgreements("/agreements");

struct Asked {
  std::string show, sort;
};
Asked read_asked(const Request& request) {
  const std::string show = request.query().get("show").raw();
  const std::string sort = request.query().get("sort").raw();
  return {show.empty() ? "all" : show, sort.empty() ? "-changed" : sort};
}

bool fits(const Draft& draft, std::string_view show, const std::vector<Draft>& ending) {
  if (show == "open") return draft.state == State::kDraft || draft.state == State::kSigning;
  if (show == "in_force") return draft.state == State::kInForce;
  if (show == "closed")
    return draft.state == State::kDeclined || draft.state == State::kWithdrawn ||
           draft.state == State::kEnded;
  if (show == "ending") return std::ranges::find(ending, draft.id, &Draft::id) != ending.end();
  return true;
}

Result<std::vector<Draft>> drafts_for(const Request& request, const Bureau& bureau,
                                      const Asked& asked) {
  auto all = TRY(bureau.drafts.list(visit::actor_of(request)));
  const auto ending = TRY(bureau.drafts.ending());
  std::erase_if(all, [&](const Draft& draft) { return !fits(draft, asked.show, ending); });
  const bool down = asked.sort.starts_with('-');
  const std::string key = down ? asked.sort.substr(1) : asked.sort;
  std::ranges::stable_sort(all, [&](const Draft& a, const Draft& b) {
    if (key == "name") return a.name < b.name;
    if (key == "state") return a.state < b.state;
    if (key == "ends")
      return (a.ends ? format_date(*a.ends) : "9") < (b.ends ? format_date(*b.ends) : "9");
    return a.changed_at < b.changed_at;
  });
  if (down) std::ranges::reverse(all);
  return all;
}

std::string day_or_dash(const Words& t, const std::optional<Date>& day) {
  return day ? language::format_date(t.language(), *day, language::DateStyle::kShort) : "–";
}
Date day_of(Instant at) { return Date(std::chrono::floor<std::chrono::days>(at)); }

void write_list(Markup& out, const std::vector<Draft>& all, const Asked& asked, Date today) {
  const Words t = out.words();
  const bool down = asked.sort.starts_with('-');
  html::table(
      out,
      {.caption = t.plural("{0} document", "{0} documents", static_cast<std::int64_t>(all.size())),
       .columns = {{t("Name"), html::Align::kLeft, "name"},
                   {t("State"), html::Align::kLeft, "state"},
                   {t("Whose turn")},
                   {t("Last day"), html::Align::kLeft, "ends"},
                   {t("Changed"), html::Align::kLeft, "changed"}},
       .sorting = html::Sorting{.key = down ? asked.sort.substr(1) : asked.sort,
                                .direction = down ? html::Direction::kDescending
                                                  : html::Direction::kAscending,
                                .base = kAgreements.with("show", asked.show)}},
      [&](html::Rows& rows) {
        for (const Draft& draft : all) {
          rows.row();
          rows.link(draft.name, kAgreements / draft.id.to_string());
          rows.cell([&] { html::tag(out, state_name(draft, today, t), tone_of(draft, today)); });
          rows.cell(draft.next() == nullptr ? "–" : draft.next()->name);
          rows.cell(day_or_dash(t, draft.ends));
          rows.cell(day_or_dash(t, day_of(draft.changed_at)));
        }
      });
}

void write_filter(Markup& out, const Asked& asked) {
  const Words t = out.words();
  const std::pair<std::string_view, std::string_view> shows[] = {
      {"all", t("All")},
      {"open", t("Being made or signed")},
      {"in_force", t("In force")},
      {"ending", t("Ending within 60 days")},
      {"closed", t("Declined, withdrawn or ended")}};
  std::vector<html::Option> options;
  for (const auto& [value, label] : shows)
    options.push_back({.value = std::string(value),
                       .label = std::string(label),
                       .selected = asked.show == value});
  html::get_form(out, {.action = kAgreements, .label = t("Which documents")}, [&] {
    html::select(out, {.words = {.name = "show", .label = t("Show")}, .options = options});
    html::button(out, {.text = t("Show"), .kind = html::ButtonKind::kOutline});
  });
}

Response show_list(const Request& request, const Bureau& bureau) {
  const Words t(visit::language_of(request));
  const Asked asked = read_asked(request);
  const auto all = drafts_for(request, bureau, asked);
  if (!all) return bureau.visits.failure(request, all.error(), kAgreements);
  const trust::Actor actor = visit::actor_of(request);
  return bureau.visits.page(
      request, {.title = t("Documents"), .audience = html::Audience::kStaff, .wide = true},
      [&](Markup& out) {
        html::lead(out, t("Agreements, protocols and plans: who signs next, what is in force, what "
                          "ends soon."));
        write_filter(out, asked);
        if (all->empty())
          html::empty_state(out, {.title = t("No document here"),
                                  .what_to_do = t("Begin one from a sample: answer its questions, "
                                                  "then send it to the parties."),
                                  .action = t("Begin a document"),
                                  .href = kAgreements / "new"});
        else
          write_list(out, *all, asked, bureau.drafts.today());
        html::button_group(out, [&] {
          if (bureau.drafts.may(actor, "create"))
            html::link_button(out, {.text = t("Begin a document"), .href = kAgreements / "new"});
          html::link_button(
              out,
              {.text = t("Download as a table (CSV)"),
               .href = Href("/agreements.csv").with("show", asked.show).with("sort", asked.sort),
               .kind = html::ButtonKind::kOutline});
          if (bureau.editions.may(actor, "edit"))
            html::link_button(out, {.text = t("Our own templates"),
                                    .href = "/templates",
                                    .kind = html::ButtonKind::kOutline});
        });
      });
}

Response export_list(const Request& request, const Bureau& bureau) {
  const auto all = drafts_for(request, bureau, read_asked(request));
  if (!all) return bureau.visits.failure(request, all.error(), kAgreements);
  std::string text;
  CsvWriter csv(text, CsvFormulas::kNeutralise);
  csv.row(
      {"name", "template", "version", "state", "begins", "ends", "parties", "signed", "digest"});
  for (const Draft& draft : *all) {
    const auto signed_count =
        std::ranges::count(draft.parties, drafts::PartyState::kSigned, &drafts::Party::state);
    csv.row({draft.name, draft.template_id, draft.version, drafts::code_of(draft.state),
             draft.begins ? format_date(*draft.begins) : "",
             draft.ends ? format_date(*draft.ends) : "", fmt::format("{}", draft.parties.size()),
             fmt::format("{}", signed_count), draft.paper_digest});
  }
  Response response = Response::of("text/csv; charset=utf-8", text);
  response.as_download("documents.csv");
  return response;
}

Response show_new(const Request& request, const Bureau& bureau, std::string_view error = {}) {
  const Words t(visit::language_of(request));
  if (!bureau.drafts.may(visit::actor_of(request), "create"))
    return bureau.visits.refusal(request, Status::kNotFound);
  const auto templates = bureau.editions.current();
  if (!templates) return bureau.visits.failure(request, templates.error(), kAgreements);
  const std::string chosen = request.query().get("template").raw();
  std::vector<html::Option> options;
  for (const drafts::Template& made : *templates)
    options.push_back(
        {.value = made.id, .label = made.title.in(t.language()), .selected = made.id == chosen});
  const std::vector<html::Option> languages = {
      {.value = "en", .label = "English", .selected = t.language() == language::Language::kEnglish},
      {.value = "es",
       .label = "Español",
       .selected = t.language() == language::Language::kSpanish}};
  return bureau.visits.page(
      request,
      {.title = t("Begin a document"),
       .audience = html::Audience::kStaff,
       .crumbs = {{std::string(t("Documents")), kAgreements}}},
      [&](Markup& out) {
        if (!error.empty()) html::alert(out, {.kind = html::AlertKind::kError, .text = error});
        html::post_form(
            out,
            {.action = kAgreements / "new",
             .csrf_token = visit::csrf_of(request),
             .label = t("Begin a document")},
            [&] {
              html::select(out, {.words = {.name = "template", .label = t("Which kind")},
                                 .options = options});
              html::text_input(out,
                               {.words = {.name = "name",
                                          .label = t("Name of this document"),
                                          .hint = t("As it stands in the list. Empty: the name "
                                                    "of its kind. Name no survivor.")},
                                .max_length = 200});
              html::select(out, {.words = {.name = "language", .label = t("Language of the paper")},
                                 .options = languages});
              html::button(out, {.text = t("Begin")});
            });
      },
      error.empty() ? Status::kOk : Status::kUnprocessable);
}

Response begin(Request& request, const Bureau& bureau) {
  const auto& fields = request.form().fields;
  const auto language = fields.get("language").raw() == "es" ? language::Language::kSpanish
                                                             : language::Language::kEnglish;
  const auto begun = bureau.drafts.begin(visit::actor_of(request), fields.get("template").raw(),
                                         fields.get("name").raw(), language, {});
  if (begun) return visit::redirect(request, kAgreements / begun->id.to_string());
  if (begun.error().kind != ErrorKind::kInvalid)
    return bureau.visits.failure(request, begun.error(), kAgreements);
  const Words t(visit::language_of(request));
  return show_new(request, bureau, t("Give it a name of at most 200 characters."));
}

// What waits for this member: a signature, a document that ends.
int write_today(const Bureau& bureau, const trust::Session& session, Markup& out) {
  const Words t = out.words();
  const trust::Actor actor = session.actor("web", "");
  const auto all = bureau.drafts.list(actor);
  const auto ending = bureau.drafts.ending();
  if (!all || !ending) return 0;
  std::vector<const Draft*> mine;
  for (const Draft& draft : *all)
    if (draft.next() != nullptr && bureau.drafts.may_sign(actor, *draft.next()))
      mine.push_back(&draft);
  const std::size_t soon = bureau.drafts.may(actor, "create") ? ending->size() : 0;
  if (mine.empty() && soon == 0) return 0;
  html::section(out, 2, t("Documents"), [&] {
    html::list(out, html::ListKind::kBullets, mine.size(), [&](std::size_t index) {
      html::link(out, t("To sign: {0}", {mine[index]->name}),
                 kAgreements / mine[index]->id.to_string());
    });
    if (soon > 0)
      html::paragraph(out, [&] {
        html::link(out,
                   t.plural("{0} document ends soon", "{0} documents end soon",
                            static_cast<std::int64_t>(soon)),
                   kAgreements.with("show", "ending"));
      });
  });
  return static_cast<int>(mine.size() + soon);
}

}  // namespace

std::string_view state_name(const Draft& draft, Date today, const Words& t) {
  switch (draft.state) {
    case State::kDraft:
      return t("Draft");
    case State::kSigning:
      return t("Being signed");
    case State::kInForce:
      if (draft.is_past(today)) return t("Has run out");
      return draft.holds_on(today) ? t("In force") : t("Signed, begins later");
    case State::kDeclined:
      return t("Declined");
    case State::kWithdrawn:
      return t("Withdrawn");
    case State::kEnded:
      return t("Ended");
  }
  return {};
}

html::TagTone tone_of(const Draft& draft, Date today) {
  switch (draft.state) {
    case State::kInForce:
      return draft.is_past(today) ? html::TagTone::kCaution : html::TagTone::kGood;
    case State::kSigning:
      return html::TagTone::kInfo;
    case State::kDeclined:
      return html::TagTone::kCaution;
    default:
      return html::TagTone::kPlain;
  }
}

void add_agreement_routes(http::Router& router, const Bureau& bureau) {
  bureau.visits.add_menu_item({.label = to_translate("Documents"),
                               .path = "/agreements",
                               .shown_to = visit::ShownTo::kStaff,
                               .order = 61,
                               .fits = [bureau](const trust::Session& session) {
                                 return bureau.drafts.may(session.actor("web", ""), "read");
                               }});
  bureau.visits.add_today_part([bureau](const trust::Session& session, Markup& out) {
    return write_today(bureau, session, out);
  });
  router.get("/agreements", Access::signed_in(),
             [bureau](Request& request) { return show_list(request, bureau); });
  router.get("/agreements.csv", Access::signed_in(),
             [bureau](Request& request) { return export_list(request, bureau); });
  router.get("/agreements/new", Access::signed_in(),
             [bureau](Request& request) { return show_new(request, bureau); });
  router.post("/agreements/new", Access::signed_in(),
              [bureau](Request& request) { return begin(request, bureau); });
  add_agreement_pages(router, bureau);
  add_template_routes(router, bureau);
}

}  // namespace daybreak::library::pages
