// SPDX-License-Identifier: AGPL-3.0-or-later
// Which spellings are one employer: how it stands, and one pair at a time with the reasons.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "commons/threat/desk/pages.hpp"
#include "language/format.hpp"

namespace daybreak::threat::desk {
namespace {

using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using language::Words;

constexpr std::string_view kPath = "/threat/employers", kReview = "/threat/employers/review";

bool may_look(const Desk& desk, const Request& request) {
  return trust::decide(visit::actor_of(request), {"read"}, employer_name_object(),
                       kAssessmentPurpose, desk.clock.now())
      .allowed;
}

void write_figures(Markup& out, const ReviewOverview& view) {
  const Words t = out.words();
  const std::string spellings = t.number(view.run->spellings),
                    employers = t.number(view.run->employers), open = t.number(view.to_review),
                    decided = t.number(view.run->decisions),
                    source = t("Linked on {0}", {date_words(t, view.run->at)});
  const std::vector<html::Figure> figures = {
      {.value = spellings, .label = t("spellings in the files"), .source = source},
      {.value = employers, .label = t("employers")},
      {.value = open, .label = t("pairs that a person should look at")},
      {.value = decided, .label = t("decisions, kept over new imports")}};
  html::figure_list(out, figures);
}

Response overview_page(const Desk& desk, const Request& request) {
  const auto view = desk.employers.overview(visit::actor_of(request));
  if (!view) return desk.visits.failure(request, view.error(), kPath);
  const Words t(visit::language_of(request));
  html::Page page{.title = t("Employers in the files"), .audience = html::Audience::kStaff};
  page.crumbs = {{std::string(t("Threat assessments")), Href("/threat")}};
  return desk.visits.page(request, page, [&](Markup& out) {
    if (may_look(desk, request))
      html::paragraph(out, [&] {
        html::link(out, t("Find a record of a named employer"), "/threat/employers/records");
      });
    html::lead(out, t("One firm stands in the files under many spellings. Linking them keeps one "
                      "employer from looking like many. Associations and labor contractors are "
                      "kept apart from the employer of the worksite."));
    write_synthetic_mark(out, view->synthetic);
    if (!view->run)
      return html::empty_state(
          out, {.title = t("The files were not linked yet"),
                .what_to_do = t("Whoever runs this node does it with `daybreak threat link`, after "
                                "each import.")});
    write_figures(out, *view);
    if (view->to_review == 0)
      html::paragraph(out, t("Every unsure pair was decided."));
    else if (may_look(desk, request))
      html::paragraph(out, [&] {
        html::link_button(out, {.text = t("Look at the next pair"), .href = kReview});
      });
    else
      html::note(out, t("Names of employers are for analysts, labor inspectors and investigators; "
                        "each look is written into the log."));
  });
}

std::string_view role_of(Words t, EmployerRole role) {
  if (role == EmployerRole::kAssociation) return t("Association");
  return role == EmployerRole::kContractor ? t("Labor contractor") : t("Employer of the worksite");
}

void write_spelling(Markup& out, const Spelling& one, const std::string& as_of) {
  const Words t = out.words();
  html::description_list(out, [&](html::Descriptions& list) {
    if (!one.trade_name.empty()) list.add(t("Trade name"), one.trade_name);
    if (!one.legal_name.empty()) list.add(t("Legal name"), one.legal_name);
    list.add(t("Place"), trim(one.city + " " + one.state + " " + one.zip));
    list.add(t("Role"), role_of(t, one.role));
    list.add(t("File"), as_of.empty() ? one.program : one.program + ", " + as_of);
    list.add(t("Records"), t.number(one.records));
  });
}

std::string joined(const Json& reason, std::string_view key) {
  const Json* list = reason.find(key);
  std::vector<std::string> words;
  if (list != nullptr && list->if_array() != nullptr)
    for (const Json& word : *list->if_array())
      if (word.if_string() != nullptr) words.push_back(*word.if_string());
  return join(words, " ");
}

std::string_view field_words(Words t, std::string_view field) {
  if (field == "name") return t("Name");
  if (field == "city") return t("City");
  if (field == "state") return t("State");
  if (field == "zip") return t("ZIP code");
  if (field == "role") return t("Role");
  if (field == "legal form") return t("Legal form");
  if (field == "prior") return t("Before looking");
  if (field == "gate") return t("Whether it may be one firm at all");
  return field;
}

// What the engine finds, in the reader's language; what it says of single words stays.
std::string_view finding_words(Words t, std::string_view finding) {
  using language::to_translate;
  static constexpr std::array kFindings = {
      to_translate("differ"),
      to_translate("alike"),
      to_translate("close"),
      to_translate("equal"),
      to_translate("same words"),
      to_translate("no distinctive word is shared"),
      to_translate("each side has a distinctive word of its own"),
      to_translate("one side has a distinctive word where the other has a common one"),
      to_translate("one side adds a distinctive word"),
      to_translate("each side has a common word of its own"),
      to_translate("one side adds a common word or an initial"),
      to_translate("legal forms differ"),
      to_translate("one side has no legal form"),
      to_translate("legal forms overlap"),
      to_translate("same legal form"),
      to_translate("share of matches among all pairs"),
      to_translate("no distinctive word or identifier is shared: not a link"),
      to_translate("a partnership and a corporation: siblings, not one firm")};
  const auto known = std::ranges::find(kFindings, finding, &language::MessageId::text);
  return known == kFindings.end() ? finding : t(*known);
}

void write_reasons(Markup& out, const EmployerPair& pair) {
  const Words t = out.words();
  html::table(out,
              {.caption = t("Why, the weightiest first"),
               .columns = {{t("What")},
                           {t("How it compares")},
                           {t("Shared words")},
                           {t("Only one side")},
                           {t("Weight in bits"), html::Align::kRight}},
               .compact = true},
              [&](html::Rows& rows) {
                if (pair.reasons.if_array() == nullptr) return;
                for (const Json& reason : *pair.reasons.if_array()) {
                  const auto text = [&](std::string_view key) { return reason.text_of(key); };
                  const std::string field = text("field"), finding = text("finding"),
                                    shared = joined(reason, "words"),
                                    only = std::string(trim(joined(reason, "only_a") + " " +
                                                            joined(reason, "only_b")));
                  const Json* bits = reason.find("bits");
                  rows.row();
                  rows.cell(field_words(t, field));
                  rows.cell(finding_words(t, finding));
                  rows.cell(shared.empty() ? "–" : shared);
                  rows.cell(only.empty() ? "–" : only);
                  rows.cell(language::format_decimal(t.language(),
                                                     bits ? bits->if_number().value_or(0) : 0, 1));
                }
              });
}

std::int64_t skip_of(const Request& request) {
  const auto skip = to_integer(request.query().get("after").raw());
  return skip && *skip > 0 && *skip < 1'000'000 ? *skip : 0;
}

void write_choices(Markup& out, const Desk& desk, const Request& request, const OpenedPair& opened,
                   std::int64_t skip) {
  const Words t = out.words();
  if (may(desk, request, "decide", linkage_object()))
    html::post_form(out,
                    {.action = kReview,
                     .csrf_token = visit::csrf_of(request),
                     .label = t("Are these one employer?")},
                    [&] {
                      html::hidden_field(out, "a", opened.pair.a);
                      html::hidden_field(out, "b", opened.pair.b);
                      html::button_group(out, [&] {
                        html::button(
                            out, {.text = t("One employer"), .name = "decision", .value = "same"});
                        html::button(out, {.text = t("Two employers"),
                                           .kind = html::ButtonKind::kOutline,
                                           .name = "decision",
                                           .value = "different"});
                      });
                    });
  if (opened.to_review > skip + 1)
    html::paragraph(out, [&] {
      html::link(out, t("Later: show the next pair"),
                 Href(kReview).with("after", std::to_string(skip + 1)));
    });
}

Response review_page(const Desk& desk, const Request& request) {
  const std::int64_t skip = skip_of(request);
  const auto opened = desk.employers.open(visit::actor_of(request), skip);
  if (!opened) return desk.visits.failure(request, opened.error(), kReview);
  if (!*opened) return visit::redirect(request, kPath);
  const OpenedPair& pair = **opened;
  const Words t(visit::language_of(request));
  html::Page page{
      .title = t("Are these one employer?"), .audience = html::Audience::kStaff, .wide = true};
  page.crumbs = {{std::string(t("Threat assessments")), Href("/threat")},
                 {std::string(t("Employers in the files")), Href(kPath)}};
  return desk.visits.page(request, page, [&](Markup& out) {
    write_synthetic_mark(out, pair.synthetic);
    html::lead(out, t("The files alone say: one employer with a probability of {0}.",
                      {language::format_percent(t.language(), pair.pair.probability, 0)}));
    html::columns(out, 2, [&](int column) {
      html::section(out, 2, column == 0 ? t("First record") : t("Second record"), [&] {
        write_spelling(out, column == 0 ? pair.a : pair.b,
                       column == 0 ? pair.as_of_a : pair.as_of_b);
      });
    });
    write_choices(out, desk, request, pair, skip);
    write_reasons(out, pair.pair);
    html::note(out, t("A record of an inspection or a job order says nothing of trafficking. This "
                      "look was written into the log."));
  });
}

Response decide(const Desk& desk, const Request& request) {
  const http::Fields& fields = request.form().fields;
  const std::string decision = fields.get("decision").raw();
  if (decision != "same" && decision != "different")
    return desk.visits.error_page(request, http::Status::kBadRequest, {});
  const auto done = desk.employers.decide(visit::actor_of(request), fields.get("a").raw(),
                                          fields.get("b").raw(), decision == "same");
  if (!done) return desk.visits.failure(request, done.error(), kPath);
  return visit::redirect(request, kReview);
}

}  // namespace

void add_employer_routes(http::Router& router, const Desk& desk) {
  router.get(std::string(kPath), Access::signed_in(),
             [desk](Request& r) { return overview_page(desk, r); },
             {.summary = "How the employers of the files were linked"});
  router.get(std::string(kReview), Access::signed_in(),
             [desk](Request& r) { return review_page(desk, r); },
             {.summary = "One pair of employer records"});
  router.post(std::string(kReview), Access::signed_in(),
              [desk](Request& r) { return decide(desk, r); },
              {.summary = "Decides whether two records are one employer"});
}

}  // namespace daybreak::threat::desk
