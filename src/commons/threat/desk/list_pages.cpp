// SPDX-License-Identifier: AGPL-3.0-or-later
// The list of assessments, the family of runs, and the guided form: region, then period and what
// counts.
#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "commons/threat/desk/pages.hpp"
#include "commons/threat/lens.hpp"
#include "commons/threat/words.hpp"
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

constexpr std::string_view kPath = "/threat", kNew = "/threat/new";
constexpr std::size_t kMostRuns = 50;

std::string state_words(Words t, const Entry& entry) {
  if (entry.state == State::kReady) return std::string(t("Ready"));
  if (entry.state == State::kFailed) return std::string(t("Could not be made"));
  return entry.steps_done == 0 ? std::string(t("Waits for its turn"))
                               : t("Step {0} of {1}", {std::to_string(entry.steps_done + 1),
                                                       std::to_string(entry.steps)});
}

std::string_view lens_words(Words t, const std::string& code) {
  const Lens* lens = find_lens(code);
  return lens == nullptr ? std::string_view(code) : lens->title_in(t.language());
}

std::string period_words(const AssessRequest& request) {
  return fmt::format("{}–{}", static_cast<int>(request.from.year()),
                     static_cast<int>(request.to.year()));
}

void write_entries(Markup& out, const std::vector<Entry>& entries) {
  const Words t = out.words();
  html::table(
      out,
      {.caption = t("Assessments"),
       .columns = {{t("Region")},
                   {t("Years")},
                   {t("What counts")},
                   {t("State")},
                   {t("Robust findings"), html::Align::kRight},
                   {t("Asked for")}}},
      [&](html::Rows& rows) {
        for (const Entry& entry : entries) {
          rows.row();
          rows.cell([&] {
            html::link(out, entry.request.region, address_of(entry.id));
            out.text(" ");
            if (entry.synthetic) html::tag(out, t("Synthetic"), html::TagTone::kCaution);
          });
          rows.cell(period_words(entry.request));
          rows.cell(lens_words(t, entry.request.lens));
          rows.cell(state_words(t, entry));
          rows.cell(entry.state == State::kReady
                        ? t("{0} of {1}", {t.number(entry.robust), t.number(entry.findings)})
                        : "–");
          rows.cell(date_words(t, entry.asked_at));
        }
      });
}

void write_family(Markup& out, const std::vector<RegisteredRun>& runs) {
  const Words t = out.words();
  if (runs.empty()) return;
  html::accordion_item(out, {.title = t("Every run counts"), .heading_level = 2}, [&] {
    html::paragraph(out,
                    t("Who looks often finds something by chance. So every run is written down, "
                      "and its best p is corrected for all runs of the same counties "
                      "(Benjamini-Hochberg)."));
    html::table(out,
                {.caption = t("Registered runs"),
                 .columns = {{t("Region")},
                             {t("Years")},
                             {t("What counts")},
                             {t("Best p"), html::Align::kRight},
                             {t("After all runs"), html::Align::kRight},
                             {t("Run on")}},
                 .compact = true},
                [&](html::Rows& rows) {
                  for (std::size_t i = 0; i < std::min(runs.size(), kMostRuns); ++i) {
                    const RegisteredRun& run = runs[i];
                    rows.row();
                    rows.cell(run.request.region);
                    rows.cell(period_words(run.request));
                    rows.cell(lens_words(t, run.request.lens));
                    rows.cell(language::format_decimal(t.language(), run.best_p, 3));
                    rows.cell(language::format_decimal(t.language(), run.family_p, 3));
                    rows.cell(date_words(t, run.at));
                  }
                });
  });
}

Response list_page(const Desk& desk, const Request& request) {
  const auto entries = desk.assessments.list(visit::actor_of(request));
  if (!entries) return desk.visits.failure(request, entries.error(), kPath);
  const auto runs = desk.assessments.family(visit::actor_of(request));
  if (!runs) return desk.visits.failure(request, runs.error(), kPath);
  const bool may_create = may(desk, request, "create", assessment_object());
  const Words t(visit::language_of(request));
  return desk.visits.page(
      request, {.title = t("Threat assessments"), .audience = html::Audience::kStaff, .wide = true},
      [&](Markup& out) {
        html::lead(out, t("Which industries, in which places, show more violations of labor law "
                          "than their size explains? From public files about places and "
                          "industries; never about a person."));
        write_synthetic_mark(out, std::ranges::any_of(*entries, &Entry::synthetic));
        if (entries->empty()) {
          html::empty_state(
              out, {.title = t("Nothing was assessed yet"),
                    .what_to_do = may_create ? t("Choose counties and years; it takes a minute.")
                                             : t("Coordinators, analysts and labor inspectors make "
                                                 "assessments. Ask one of them."),
                    .action = may_create ? t("Assess a region") : std::string_view(),
                    .href = kNew});
        } else {
          if (may_create)
            html::paragraph(
                out, [&] { html::link_button(out, {.text = t("Assess a region"), .href = kNew}); });
          write_entries(out, *entries);
        }
        html::paragraph(out, [&] { html::link(out, t("Focus areas"), "/threat/focus"); });
        if (may(desk, request, "read", linkage_object()))
          html::paragraph(
              out, [&] { html::link(out, t("Employers in the files"), "/threat/employers"); });
        write_family(out, *runs);
      });
}

// The form as it was asked for: a region names its counties, the form may leave some out.
struct Asked {
  std::string region;  // "directory", "western", or a state
  std::string name;
  std::vector<std::uint32_t> offered, chosen;
  int from = 0, to = 0;
  std::string lens = "any";
  std::vector<html::FieldError> errors;
};

std::vector<std::uint32_t> counties_of(const Desk& desk, const std::string& region) {
  if (region == "directory") return counties_served(desk);
  if (region == "western") return western_new_york();
  std::vector<std::uint32_t> codes;
  for (const geography::County& county : geography::counties_of_state(region))
    codes.push_back(county.fips.number());
  return codes;
}

Asked asked_for(const Desk& desk, const std::string& wanted, Assessments::Years years, Words t) {
  Asked asked;
  const auto own = counties_served(desk);
  asked.region = !wanted.empty() ? wanted : own.empty() ? "western" : "directory";
  asked.offered = counties_of(desk, asked.region);
  if (asked.offered.empty()) asked.region = "western", asked.offered = western_new_york();
  asked.chosen = asked.offered;
  const geography::State* state = geography::find_state(asked.region);
  const std::string& own_region = desk.visits.settings().region;
  asked.name = asked.region == "western" ? std::string(t("Western New York"))
               : state                   ? std::string(state->name)
               : !own_region.empty()     ? own_region
                                         : std::string(t("Our region"));
  asked.from = std::max(years.first, years.last - 9);
  asked.to = years.last;
  return asked;
}

void write_region_form(Markup& out, const Desk& desk, const Asked& asked) {
  const Words t = out.words();
  std::vector<html::Option> options;
  if (const auto own = counties_served(desk); !own.empty())
    options.push_back({.value = "directory",
                       .label = t.plural("The {0} county that our directory serves",
                                         "The {0} counties that our directory serves",
                                         static_cast<std::int64_t>(own.size())),
                       .selected = asked.region == "directory"});
  options.push_back({.value = "western",
                     .label = std::string(t("The 17 counties of western New York")),
                     .selected = asked.region == "western"});
  for (const geography::State& state : geography::states())
    options.push_back({.value = std::string(state.abbreviation),
                       .label = std::string(state.name),
                       .selected = asked.region == state.abbreviation,
                       .group = std::string(t("A whole state, or counties of it"))});
  html::get_form(out, {.action = kNew, .label = t("Choose a region")}, [&] {
    html::select(out,
                 {.words = {.name = "region", .label = t("1. Which region?"), .required = true},
                  .options = options});
    html::button(out, {.text = t("Show its counties"), .kind = html::ButtonKind::kOutline});
  });
}

std::vector<html::Option> year_options(Assessments::Years years, int chosen) {
  std::vector<html::Option> options;
  for (int year = years.last; year >= years.first; --year)
    options.push_back(
        {.value = std::to_string(year), .label = std::to_string(year), .selected = year == chosen});
  return options;
}

void write_fields(Markup& out, const Asked& asked, Assessments::Years years) {
  const Words t = out.words();
  std::vector<html::Option> counties, kinds;
  for (const std::uint32_t fips : asked.offered)
    if (const geography::County* county = geography::find_county(geography::CountyFips(fips)))
      counties.push_back({.value = std::to_string(fips),
                          .label = std::string(county->name) + ", " + std::string(county->state),
                          .selected = std::ranges::find(asked.chosen, fips) != asked.chosen.end()});
  for (const Lens& lens : lenses())
    kinds.push_back({.value = lens.code,
                     .label = std::string(lens.title_in(t.language())),
                     .hint = lens.source,
                     .selected = lens.code == asked.lens});
  const auto from = year_options(years, asked.from), to = year_options(years, asked.to);
  html::hidden_field(out, "chosen_region", asked.region);
  html::text_input(out, {.words = {.name = "name",
                                   .label = t("What are these counties called together?"),
                                   .error = html::error_of(asked.errors, "name"),
                                   .required = true},
                         .value = asked.name,
                         .max_length = 80});
  html::checkboxes(out, {.words = {.name = "counties",
                                   .label = t("Its counties"),
                                   .error = html::error_of(asked.errors, "counties"),
                                   .required = true},
                         .options = counties,
                         .in_columns = true});
  html::select(out, {.words = {.name = "from",
                               .label = t("2. From which year?"),
                               .hint = t("The year in which a period of violations ended."),
                               .error = html::error_of(asked.errors, "from"),
                               .required = true},
                     .options = from});
  html::select(out, {.words = {.name = "to",
                               .label = t("Until which year?"),
                               .error = html::error_of(asked.errors, "to"),
                               .required = true},
                     .options = to});
  html::radios(out, {.words = {.name = "lens",
                               .label = t("3. Which cases count?"),
                               .hint = t("Cases of the Wage and Hour Division with at least one "
                                         "violation of this kind."),
                               .required = true},
                     .options = kinds});
  html::button(out, {.text = t("Assess")});
}

void write_no_data(Markup& out) {
  const Words t = out.words();
  html::empty_state(
      out, {.title = t("No official file was imported yet"),
            .what_to_do = t("Whoever runs this node imports the Wage and Hour file, and QCEW for "
                            "your counties, with `daybreak threat import`. Then come back.")});
}

Response form_page(const Desk& desk, const Request& request, const Asked* given) {
  const trust::Actor actor = visit::actor_of(request);
  if (!may(desk, request, "create", assessment_object()))
    return desk.visits.error_page(request, http::Status::kNotFound, {});
  const auto years = desk.assessments.years();
  if (!years) return desk.visits.failure(request, years.error(), kNew);
  const Words t(visit::language_of(request));
  const Asked asked = given != nullptr ? *given
                                       : asked_for(desk, request.query().get("region").raw(),
                                                   years->value_or(Assessments::Years{}), t);
  html::Page page{.title = t("Assess a region"), .audience = html::Audience::kStaff};
  page.crumbs = {{std::string(t("Threat assessments")), Href(kPath)}};
  return desk.visits.page(
      request, page,
      [&](Markup& out) {
        if (!*years) return write_no_data(out);
        html::error_summary(out, asked.errors);
        html::paragraph(out, t("The assessment compares the violations that inspectors found with "
                               "what the size of each industry in each county would explain, by "
                               "four measures of size. Cells of fewer than 5 employers or 11 "
                               "workers stay hidden."));
        write_region_form(out, desk, asked);
        html::post_form(out,
                        {.action = kPath,
                         .csrf_token = visit::csrf_of(request),
                         .guard_changes = true,
                         .label = t("Assess a region")},
                        [&] { write_fields(out, asked, **years); });
      },
      asked.errors.empty() ? http::Status::kOk : http::Status::kUnprocessable);
}

int year_in(const http::Fields& fields, std::string_view name) {
  const auto year = to_integer(fields.get(name).raw());
  return year && *year >= 1900 && *year <= 2200 ? static_cast<int>(*year) : 0;
}

Response ask(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  const http::Fields& fields = request.form().fields;
  Asked asked = asked_for(desk, fields.get("chosen_region").raw(), {}, t);
  asked.name = std::string(trim(fields.get("name").raw()));
  asked.chosen.clear();
  for (const auto& county : fields.every("counties"))
    if (const auto fips = to_integer(county.raw()); fips && *fips > 0 && *fips < 100'000)
      asked.chosen.push_back(static_cast<std::uint32_t>(*fips));
  asked.from = year_in(fields, "from");
  asked.to = year_in(fields, "to");
  asked.lens = fields.get("lens").raw();
  AssessRequest wanted;
  wanted.region = asked.name;
  wanted.counties = asked.chosen;
  wanted.lens = asked.lens;
  wanted.from = Date(std::chrono::year(asked.from) / 1 / 1);
  wanted.to = Date(std::chrono::year(asked.to) / 12 / 31);
  const auto made = desk.assessments.ask_for(visit::actor_of(request), wanted);
  if (made) return visit::redirect(request, address_of(*made));
  if (made.error().kind != ErrorKind::kInvalid)
    return desk.visits.failure(request, made.error(), kNew);
  if (made.error().place == "field region")
    asked.errors.push_back({"name", std::string(t("Give a name of at most 80 characters."))});
  else if (made.error().place == "field to")
    asked.errors.push_back(
        {"to", std::string(t("The last year is before the first. Choose a later one."))});
  else
    asked.errors.push_back({"counties", std::string(t("Choose at least one county."))});
  return form_page(desk, request, &asked);
}

}  // namespace

void add_list_routes(http::Router& router, const Desk& desk) {
  router.get(std::string(kPath), Access::signed_in(),
             [desk](Request& r) { return list_page(desk, r); }, {.summary = "Threat assessments"});
  router.get(std::string(kNew), Access::signed_in(),
             [desk](Request& r) { return form_page(desk, r, nullptr); },
             {.summary = "The form of an assessment"});
  router.post(std::string(kPath), Access::signed_in(), [desk](Request& r) { return ask(desk, r); },
              {.summary = "Asks for an assessment"});
}

}  // namespace daybreak::threat::desk
