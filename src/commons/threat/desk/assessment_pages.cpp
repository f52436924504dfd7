// SPDX-License-Identifier: AGPL-3.0-or-later
// One assessment, one of its findings, and its files.
#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/text.hpp"
#include "commons/threat/desk/pages.hpp"
#include "commons/threat/report.hpp"
#include "commons/threat/words.hpp"
#include "doc/html_edition.hpp"
#include "doc/pdf.hpp"
#include "geography/geography.hpp"
#include "language/format.hpp"

namespace daybreak::threat::desk {
namespace {

using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using language::Words;

constexpr std::string_view kPath = "/threat";

std::string decimal(Words t, double value, int places = 1) {
  return language::format_decimal(t.language(), value, places);
}

bool holds(std::span<const std::uint32_t> counties, std::uint32_t fips) {
  return std::ranges::find(counties, fips) != counties.end();
}

// How many findings hold each county; the words name them.
void write_region_map(Markup& out, const Whole& whole) {
  const Words t = out.words();
  const Assessment& a = whole.assessment;
  std::vector<html::CountyValue> values;
  for (const std::uint32_t fips : a.request.counties) {
    html::CountyValue value{.county = geography::CountyFips(fips), .value = 0};
    std::vector<std::string> names;
    for (std::size_t i = 0; i < a.findings.size(); ++i) {
      if (!holds(a.findings[i].window.counties, fips)) continue;
      value.value = std::max(*value.value, a.findings[i].robust ? 2.0 : 1.0);
      names.push_back(t("finding {0}", {std::to_string(i + 1)}));
      if (!value.href) value.href = address_of_finding(whole.entry.id, i + 1);
    }
    value.value_text = names.empty() ? std::string(t("in no finding")) : join(names, ", ");
    values.push_back(std::move(value));
  }
  html::county_map(
      out, {.words = {.title = t("Where the findings are"),
                      .summary = t("Each county of the region by the clearest finding that holds "
                                   "it."),
                      .label_heading = t("County"),
                      .value_heading = t("Findings"),
                      .source = t("Boundaries: U.S. Census Bureau")},
            .counties = values,
            .bounds = {0, 1},
            .class_labels = {std::string(t("in no finding")),
                             std::string(t("in a finding that is not robust")),
                             std::string(t("in a robust finding"))}});
}

void write_findings(Markup& out, const Whole& whole) {
  const Words t = out.words();
  html::table(out,
              {.caption = t("Findings, the clearest first"),
               .columns = {{t("Industry")},
                           {t("Where")},
                           {t("Cases"), html::Align::kRight},
                           {t("Expected"), html::Align::kRight},
                           {t("Times the rate"), html::Align::kRight},
                           {t("How sure")}}},
              [&](html::Rows& rows) {
                for (std::size_t i = 0; i < whole.assessment.findings.size(); ++i) {
                  const Finding& finding = whole.assessment.findings[i];
                  const Window& window = finding.window;
                  rows.row();
                  rows.cell([&] {
                    html::link(out, industry_words(window.industry),
                               address_of_finding(whole.entry.id, i + 1));
                  });
                  rows.cell(county_words(window.counties, t));
                  rows.number(window.cases);
                  rows.cell(decimal(t, window.expected));
                  rows.cell(decimal(t, window.relative_risk));
                  rows.cell([&] {
                    if (finding.robust)
                      html::tag(out, t("Robust"), html::TagTone::kGood);
                    else
                      html::tag(out, t("Not robust"), html::TagTone::kCaution);
                    out.text(" p = " + decimal(t, window.p_value, 3));
                  });
                }
              });
}

struct Form {
  std::string_view file;
  language::MessageId words;
  const char* type;
};
constexpr std::array<Form, 5> kForms = {{
    {"report.pdf", language::to_translate("To print (PDF)"), "application/pdf"},
    {"report.html", language::to_translate("To read on a screen, to save (HTML)"),
     "text/html; charset=utf-8"},
    {"findings.csv", language::to_translate("Findings as a table (CSV)"),
     "text/csv; charset=utf-8"},
    {"findings.geojson", language::to_translate("Findings as places (GeoJSON)"),
     "application/geo+json"},
    {"report.json", language::to_translate("All numbers, to reproduce it (JSON)"),
     "application/json"},
}};

void write_files(Markup& out, AssessmentId id) {
  const Words t = out.words();
  html::section(out, 2, t("Take it along"), [&] {
    html::list(out, html::ListKind::kBullets, kForms.size(), [&](std::size_t i) {
      html::link(out, t(kForms[i].words), address_of(id) / "files" / kForms[i].file);
    });
    html::note(out, t("`daybreak threat reproduce report.json` makes the same numbers again."));
  });
}

void write_method(Markup& out, const Assessment& a) {
  const Words t = out.words();
  html::accordion_item(out, {.title = t("Method"), .heading_level = 2},
                       [&] { html::paragraph(out, method_words(a, t)); });
  html::accordion_item(out, {.title = t("Measures of size"), .heading_level = 2}, [&] {
    html::table(out,
                {.caption = t("Measures of size"),
                 .columns = {{t("Measure")}, {t("Source")}, {t("What is missing")}},
                 .caption_hidden = true,
                 .compact = true},
                [&](html::Rows& rows) {
                  for (const DenominatorReport& report : a.denominators) {
                    rows.row();
                    rows.cell(denominator_words(report.denominator, a.request.lens, t));
                    rows.cell(source_words(report, a.request.lens, t));
                    const std::string missing = missing_words(report, a.request.lens, t);
                    rows.cell(missing.empty() ? "–" : missing);
                  }
                });
  });
  html::accordion_item(out, {.title = t("Files it was made from"), .heading_level = 2}, [&] {
    html::table(out,
                {.caption = t("Files it was made from"),
                 .columns = {{t("File")},
                             {t("As of")},
                             {t("Rows"), html::Align::kRight},
                             {t("SHA-256 begins")}},
                 .caption_hidden = true,
                 .compact = true},
                [&](html::Rows& rows) {
                  if (a.data_versions.if_array() == nullptr) return;
                  for (const Json& version : *a.data_versions.if_array()) {
                    const auto text = [&](std::string_view key) { return version.text_of(key); };
                    rows.row();
                    rows.cell(trim(text("dataset") + " " + text("slice")));
                    rows.cell(text("as_of").empty() ? "–" : text("as_of"));
                    const Json* count = version.find("rows");
                    rows.number(count && count->if_integer() ? *count->if_integer() : 0);
                    rows.cell(text("sha256").substr(0, 16));
                  }
                });
  });
}

void write_unfinished(Markup& out, const Entry& entry) {
  const Words t = out.words();
  if (entry.state == State::kFailed) {
    html::empty_state(
        out, {.title = t("The assessment could not be made"),
              .what_to_do = t("No Wage and Hour case is of these counties and years. Choose more "
                              "counties or years, or have the newest file imported."),
              .action = t("Assess a region"),
              .href = Href("/threat/new")});
    return;
  }
  html::empty_state(
      out, {.title = entry.steps_done == 0
                         ? std::string(t("The assessment waits for its turn"))
                         : t("Step {0} of {1}",
                             {std::to_string(entry.steps_done + 1), std::to_string(entry.steps)}),
            .what_to_do = t("A region takes seconds, the nation some minutes. You may leave this "
                            "page; the work goes on."),
            .action = t("Look again"),
            .href = address_of(entry.id)});
}

Response assessment_page(const Desk& desk, const Request& request) {
  const AssessmentId id(request.uuid_parameter("id"));
  const auto whole = desk.assessments.find(visit::actor_of(request), id);
  if (!whole) return desk.visits.failure(request, whole.error(), address_of(id));
  const Words t(visit::language_of(request));
  const std::string title = t("Assessment: {0}", {whole->entry.request.region});
  html::Page page{.title = title, .audience = html::Audience::kStaff, .wide = true};
  page.crumbs = {{std::string(t("Threat assessments")), Href(kPath)}};
  return desk.visits.page(request, page, [&](Markup& out) {
    write_synthetic_mark(out, whole->entry.synthetic);
    if (whole->entry.state != State::kReady) return write_unfinished(out, whole->entry);
    const auto words = summary_words(whole->assessment, t);
    html::list(out, html::ListKind::kBullets, words.size(),
               [&](std::size_t i) { out.text(words[i]); });
    if (!whole->assessment.findings.empty()) write_findings(out, *whole);
    write_region_map(out, *whole);
    if (may(desk, request, "export", assessment_object())) write_files(out, id);
    write_method(out, whole->assessment);
  });
}

// Certain, border and other counties of one finding.
void write_finding_map(Markup& out, const Assessment& a, const Finding& finding) {
  const Words t = out.words();
  std::vector<html::CountyValue> values;
  for (const std::uint32_t fips : a.request.counties) {
    html::CountyValue value{.county = geography::CountyFips(fips), .value = 0};
    if (holds(finding.window.counties, fips)) value.value = 2;
    if (*value.value == 0 && holds(finding.border, fips)) value.value = 1;
    if (holds(finding.certain, fips)) value.value = 3;
    value.value_text = *value.value == 3   ? t("certain")
                       : *value.value == 2 ? t("in the finding")
                       : *value.value == 1 ? t("border")
                                           : t("outside");
    values.push_back(std::move(value));
  }
  html::county_map(
      out, {.words = {.title = t("Where"),
                      .summary = t("The counties of the finding, and how sure each of them is."),
                      .label_heading = t("County"),
                      .value_heading = t("In the finding?"),
                      .source = t("Boundaries: U.S. Census Bureau")},
            .counties = values,
            .bounds = {0, 1, 2},
            .class_labels = {std::string(t("outside")), std::string(t("border")),
                             std::string(t("in the finding")), std::string(t("certain"))}});
}

void write_industries(Markup& out, const Finding& finding) {
  const Words t = out.words();
  html::table(
      out,
      {.caption = t("Cases with violations by industry"),
       .columns = {{t("Industry")}, {t("Cases"), html::Align::kRight}}},
      [&](html::Rows& rows) {
        for (const Contribution& part : finding.industries) {
          rows.row();
          rows.cell(industry_words(part.name));
          rows.cell(part.cases ? t.number(*part.cases) : std::string(t("fewer than 5 employers")));
        }
      });
}

std::string capitalized(std::string_view words) {
  std::string text(words);
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 32);
  return text;
}

void write_attention(Markup& out, const Finding& finding, Program program) {
  const Words t = out.words();
  const Side &in = finding.inside, &rest = finding.rest;
  const bool visas = program == Program::kFarmVisas || program == Program::kOtherVisas;
  html::table(
      out,
      {.caption = t("Attention or harm?"),
       .columns = {{t("What")},
                   {t("In the finding"), html::Align::kRight},
                   {t("Rest of the region"), html::Align::kRight}}},
      [&](html::Rows& rows) {
        const auto row = [&](std::string_view what, std::int64_t here, std::int64_t elsewhere) {
          rows.row();
          rows.cell(what);
          rows.number(here);
          rows.number(elsewhere);
        };
        row(visas ? t("Applications") : t("Inspections"), in.inspections, rest.inspections);
        row(visas ? t("Applications that count") : t("Inspections that count"), in.violating,
            rest.violating);
        if (!visas) row(t("Violations"), in.violations, rest.violations);
        row(t("Employers of those that count"), in.employers, rest.employers);
        row(visas ? t("Workers asked for") : t("Workers concerned"), in.workers, rest.workers);
        if (!visas)
          row(program == Program::kSafety ? t("Penalties in dollars") : t("Back wages in dollars"),
              in.money / 100, rest.money / 100);
        const auto kinds = kinds_of(program);
        for (std::size_t i = 0; i < kinds.size(); ++i)
          row(capitalized(t(kinds[i].words)), in.kinds[i], rest.kinds[i]);
      });
}

Response finding_page(const Desk& desk, const Request& request) {
  const AssessmentId id(request.uuid_parameter("id"));
  const auto whole = desk.assessments.find(visit::actor_of(request), id);
  if (!whole) return desk.visits.failure(request, whole.error(), address_of(id));
  const std::int64_t number = request.integer_parameter("number");
  const auto& findings = whole->assessment.findings;
  if (number < 1 || number > static_cast<std::int64_t>(findings.size()))
    return desk.visits.error_page(request, http::Status::kNotFound, {});
  const Finding& finding = findings[static_cast<std::size_t>(number - 1)];
  const Words t(visit::language_of(request));
  const std::string title = industry_words(finding.window.industry);
  html::Page page{.title = title, .audience = html::Audience::kStaff, .wide = true};
  page.crumbs = {{std::string(t("Threat assessments")), Href(kPath)},
                 {whole->entry.request.region, address_of(id)}};
  return desk.visits.page(request, page, [&](Markup& out) {
    write_synthetic_mark(out, whole->entry.synthetic);
    const auto words = words_of(finding, whole->assessment, t.language());
    html::lead(out, words.front());
    html::columns(out, 2, [&](int column) {
      if (column == 0)
        write_finding_map(out, whole->assessment, finding);
      else
        html::section(out, 2, t("Why, and how sure"), [&] {
          html::list(out, html::ListKind::kBullets, words.size() - 2,
                     [&](std::size_t i) { out.text(words[i + 1]); });
        });
    });
    html::alert(out, {.kind = html::AlertKind::kInfo, .text = words.back()});
    if (may(desk, request, "create", focus_object()))
      html::action_button(
          out, {.action = address_of_finding(id, static_cast<std::size_t>(number)) / "focus",
                .csrf_token = visit::csrf_of(request),
                .text = t("Work on it: make a focus area")});
    write_attention(out, finding, whole->entry.request.lens.program);
    write_industries(out, finding);
  });
}

// The report with the node's signature over its fingerprint.
Result<std::string> sign(const Desk& desk, const std::string& text) {
  Json report = TRY(parse_json(text));
  report.set("signature", Json::object({{"key", desk.signer.public_key()},
                                        {"value", desk.signer.sign(fingerprint_of(report))}}));
  return to_text(report, JsonLayout::kIndented) + "\n";
}

Result<std::string> make_file(const Desk& desk, const Whole& whole, std::string_view file,
                              Words t) {
  const Assessment& a = whole.assessment;
  if (file == "findings.csv") return to_csv(a);
  if (file == "findings.geojson") return to_geojson(a);
  if (file == "report.json") return sign(desk, whole.report);
  const Date date(std::chrono::floor<std::chrono::days>(*whole.entry.made_at));
  const doc::Document document =
      to_document(a, date, synthetic_notice(t, whole.entry.synthetic), t.language());
  return file == "report.pdf" ? doc::to_pdf(document) : doc::to_html(document);
}

Response file_answer(const Desk& desk, const Request& request) {
  const AssessmentId id(request.uuid_parameter("id"));
  const std::string& name = request.parameter("file");
  const auto form = std::ranges::find(kForms, std::string_view(name), &Form::file);
  if (form == kForms.end()) return desk.visits.error_page(request, http::Status::kNotFound, {});
  const auto whole = desk.assessments.take_out(visit::actor_of(request), id, name);
  if (!whole) return desk.visits.failure(request, whole.error(), address_of(id));
  auto bytes = make_file(desk, *whole, name, Words(visit::language_of(request)));
  if (!bytes) return desk.visits.failure(request, bytes.error(), address_of(id));
  Response response = Response::of(form->type, std::move(*bytes));
  response.as_download(whole->entry.synthetic ? "synthetic-" + name : name);
  return response;
}

}  // namespace

void add_assessment_routes(http::Router& router, const Desk& desk) {
  router.get("/threat/{id:uuid}", Access::signed_in(),
             [desk](Request& r) { return assessment_page(desk, r); },
             {.summary = "One assessment"});
  router.get("/threat/{id:uuid}/findings/{number:integer}", Access::signed_in(),
             [desk](Request& r) { return finding_page(desk, r); },
             {.summary = "One finding of an assessment"});
  router.get("/threat/{id:uuid}/files/{file}", Access::signed_in(),
             [desk](Request& r) { return file_answer(desk, r); },
             {.summary = "A file of an assessment"});
}

}  // namespace daybreak::threat::desk
