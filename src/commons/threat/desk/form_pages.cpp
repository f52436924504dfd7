// SPDX-License-Identifier: AGPL-3.0-or-later
// The guided form of an assessment: region, period, then whose records and which of them count.
#include <algorithm>

#include "base/text.hpp"
#include "commons/threat/desk/pages.hpp"
#include "geography/geography.hpp"

namespace daybreak::threat::desk {
namespace {

using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using language::Words;

constexpr std::string_view kPath = "/threat", kNew = "/threat/new";

// The form as it was asked for: a region names its counties, the form may leave some out.
struct Asked {
  std::string region;  // "directory", "western", a task force's id, or a state
  std::string name;
  std::vector<std::uint32_t> offered, chosen;
  int from = 0, to = 0;
  std::vector<Lens> lenses;               // in use
  std::vector<std::string> lens = {"any"};  // codes of those that are chosen
  std::vector<html::FieldError> errors;
};

std::vector<std::uint32_t> counties_of(const Desk& desk, const std::string& region) {
  if (region == "directory") return counties_served(desk);
  if (region == "western") return western_new_york();
  for (const TaskForceArea& one : desk.task_forces())
    if (one.id == region) return one.counties;
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
  const auto forces = desk.task_forces();
  const auto force = std::ranges::find(forces, asked.region, &TaskForceArea::id);
  asked.name = force != forces.end()     ? force->name
               : asked.region == "western" ? std::string(t("Western New York"))
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
  for (const TaskForceArea& one : desk.task_forces())
    if (!one.counties.empty())
      options.push_back({.value = one.id,
                         .label = one.name,
                         .selected = asked.region == one.id,
                         .group = std::string(t("The counties of a task force"))});
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

std::string lens_field(Program program) { return "lens_" + std::string(code_of(program)); }

// One group of check boxes for each program that has lenses.
void write_lenses(Markup& out, const Asked& asked) {
  const Words t = out.words();
  html::heading(out, 2, t("3. Whose records, and which of them count?"));
  html::paragraph(out, t("Each choice is made as an assessment of its own, and each counts among "
                         "the looks at this region."));
  for (std::size_t i = 0; i < kPrograms; ++i) {
    const auto program = static_cast<Program>(i);
    std::vector<html::Option> kinds;
    for (const Lens& lens : asked.lenses)
      if (lens.program == program)
        kinds.push_back({.value = lens.code,
                         .label = std::string(lens.title_in(t.language())),
                         .hint = lens.source + ", " + lens.as_of,
                         .selected = std::ranges::find(asked.lens, lens.code) != asked.lens.end()});
    if (kinds.empty()) continue;
    const std::string name = lens_field(program);
    html::checkboxes(out, {.words = {.name = name,
                                     .label = program_words(program, t),
                                     .error = html::error_of(asked.errors, name)},
                           .options = kinds});
  }
}

void write_fields(Markup& out, const Asked& asked, Assessments::Years years) {
  const Words t = out.words();
  std::vector<html::Option> counties;
  for (const std::uint32_t fips : asked.offered)
    if (const geography::County* county = geography::find_county(geography::CountyFips(fips)))
      counties.push_back({.value = std::to_string(fips),
                          .label = std::string(county->name) + ", " + std::string(county->state),
                          .selected = std::ranges::find(asked.chosen, fips) != asked.chosen.end()});
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
  write_lenses(out, asked);
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
  Asked asked = given != nullptr ? *given
                                 : asked_for(desk, request.query().get("region").raw(),
                                             years->value_or(Assessments::Years{}), t);
  if (given == nullptr) {
    auto lenses = desk.assessments.lenses(actor);
    if (!lenses) return desk.visits.failure(request, lenses.error(), kNew);
    asked.lenses = std::move(*lenses);
  }
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

std::vector<html::FieldError> errors_of(const Error& error, Words t) {
  if (error.place == "field region")
    return {{"name", std::string(t("Give a name of at most 80 characters."))}};
  if (error.place == "field to")
    return {{"to", std::string(t("The last year is before the first. Choose a later one."))}};
  return {{"counties", std::string(t("Choose at least one county."))}};
}

Response ask(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  const trust::Actor actor = visit::actor_of(request);
  const http::Fields& fields = request.form().fields;
  Asked asked = asked_for(desk, fields.get("chosen_region").raw(), {}, t);
  const auto lenses = desk.assessments.lenses(actor);
  if (!lenses) return desk.visits.failure(request, lenses.error(), kNew);
  asked.lenses = *lenses;
  asked.name = std::string(trim(fields.get("name").raw()));
  asked.chosen.clear();
  for (const auto& county : fields.every("counties"))
    if (const auto fips = to_integer(county.raw()); fips && *fips > 0 && *fips < 100'000)
      asked.chosen.push_back(static_cast<std::uint32_t>(*fips));
  asked.from = year_in(fields, "from");
  asked.to = year_in(fields, "to");
  asked.lens.clear();
  std::vector<Lens> wanted;
  for (const Lens& lens : asked.lenses)
    for (const auto& code : fields.every(lens_field(lens.program)))
      if (code.raw() == lens.code) {
        asked.lens.push_back(lens.code);
        wanted.push_back(lens);
      }
  if (wanted.empty()) {
    asked.errors.push_back(
        {lens_field(Program::kWages), std::string(t("Choose at least one kind of record."))});
    return form_page(desk, request, &asked);
  }
  std::vector<AssessmentId> made;
  for (const Lens& lens : wanted) {
    const auto id = desk.assessments.ask_for(
        actor, {.region = asked.name,
                .counties = asked.chosen,
                .from = Date(std::chrono::year(asked.from) / 1 / 1),
                .to = Date(std::chrono::year(asked.to) / 12 / 31),
                .replications = usual_copies(asked.chosen.size()),
                .lens = lens});
    if (!id && id.error().kind != ErrorKind::kInvalid)
      return desk.visits.failure(request, id.error(), kNew);
    if (!id) {
      asked.errors = errors_of(id.error(), t);
      return form_page(desk, request, &asked);
    }
    made.push_back(*id);
  }
  return visit::redirect(request, made.size() == 1 ? address_of(made.front()) : Href(kPath));
}

}  // namespace

void add_form_routes(http::Router& router, const Desk& desk) {
  router.get(std::string(kNew), Access::signed_in(),
             [desk](Request& r) { return form_page(desk, r, nullptr); },
             {.summary = "The form of an assessment"});
  router.post(std::string(kPath), Access::signed_in(), [desk](Request& r) { return ask(desk, r); },
              {.summary = "Asks for an assessment"});
}

}  // namespace daybreak::threat::desk
