// SPDX-License-Identifier: AGPL-3.0-or-later
// The list of assessments and the family of runs: filtered, sorted, taken along.
#include <algorithm>
#include <fmt/format.h>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "base/unicode.hpp"
#include "commons/threat/desk/pages.hpp"
#include "commons/threat/words.hpp"
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

std::string lens_words(Words t, const Lens& lens) {
  return std::string(program_words(lens.program, t)) + ": " +
         std::string(lens.title_in(t.language()));
}

std::string period_words(const AssessRequest& request) {
  return fmt::format("{}–{}", static_cast<int>(request.from.year()),
                     static_cast<int>(request.to.year()));
}

// What the address says of region and program.
struct Filter {
  std::string text, program;
  explicit Filter(const Request& request)
      : text(request.query().get("text").raw()), program(request.query().get("program").raw()) {}
  bool keeps(const AssessRequest& one) const {
    return (program.empty() || code_of(one.lens.program) == program) &&
           search_key(one.region).find(search_key(text)) != std::string::npos;
  }
  Href on(Href base) const { return base.with("text", text).with("program", program); }
};

void sort_entries(std::vector<Entry>& entries, const html::Sorting& sorting, Words t) {
  const auto by = [&](auto key) { std::ranges::stable_sort(entries, {}, key); };
  if (sorting.key == "region")
    by([](const Entry& one) { return search_key(one.request.region); });
  else if (sorting.key == "years")
    by([](const Entry& one) { return period_words(one.request); });
  else if (sorting.key == "counts")
    by([&](const Entry& one) { return lens_words(t, one.request.lens); });
  else if (sorting.key == "state")
    by([&](const Entry& one) { return state_words(t, one); });
  else if (sorting.key == "robust")
    by([](const Entry& one) { return one.robust; });
  else
    by([](const Entry& one) { return one.asked_at; });
  if (sorting.direction == html::Direction::kDescending) std::ranges::reverse(entries);
}

Result<std::vector<Entry>> shown(const Desk& desk, const Request& request,
                                 const html::Sorting& sorting) {
  auto entries = TRY(desk.assessments.list(visit::actor_of(request)));
  const Filter filter(request);
  std::erase_if(entries, [&](const Entry& one) { return !filter.keeps(one.request); });
  sort_entries(entries, sorting, Words(visit::language_of(request)));
  return entries;
}

void write_filter(Markup& out, const Filter& filter) {
  const Words t = out.words();
  std::vector<html::Option> programs;
  for (std::size_t i = 0; i < kPrograms; ++i) {
    const auto program = static_cast<Program>(i);
    programs.push_back({.value = std::string(code_of(program)),
                        .label = std::string(program_words(program, t)),
                        .selected = code_of(program) == filter.program});
  }
  html::get_form(out, {.action = kPath, .label = t("Filter")}, [&] {
    html::text_input(out, {.words = {.name = "text", .label = t("Region")},
                           .value = filter.text,
                           .width = html::FieldWidth::kLarge,
                           .max_length = 80});
    html::select(out, {.words = {.name = "program", .label = t("Records")},
                       .options = programs,
                       .empty_choice = t("Any records")});
    html::button(out, {.text = t("Show")});
  });
}

void write_entries(Markup& out, const std::vector<Entry>& entries, const html::Sorting& sorting) {
  const Words t = out.words();
  html::table(
      out,
      {.caption = t("Assessments"),
       .columns = {{t("Region"), html::Align::kLeft, "region"},
                   {t("Years"), html::Align::kLeft, "years"},
                   {t("What counts"), html::Align::kLeft, "counts"},
                   {t("State"), html::Align::kLeft, "state"},
                   {t("Robust findings"), html::Align::kRight, "robust"},
                   {t("Asked for"), html::Align::kLeft, "asked"}},
       .sorting = sorting},
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

void write_family(Markup& out, std::vector<RegisteredRun> runs, const Filter& filter) {
  const Words t = out.words();
  std::erase_if(runs, [&](const RegisteredRun& run) { return !filter.keeps(run.request); });
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
    html::paragraph(out, [&] {
      html::link(out, t("All runs as a table (CSV)"), filter.on("/threat/runs.csv"));
    });
  });
}

void write_list(Markup& out, const Desk& desk, const Request& request,
                const std::vector<Entry>& entries, const html::Sorting& sorting,
                bool nothing_at_all) {
  const Words t = out.words();
  const bool may_create = may(desk, request, "create", assessment_object());
  if (nothing_at_all)
    return html::empty_state(
        out, {.title = t("Nothing was assessed yet"),
              .what_to_do = may_create ? t("Choose counties and years; it takes a minute.")
                                       : t("Coordinators, analysts and labor inspectors make "
                                           "assessments. Ask one of them."),
              .action = may_create ? t("Assess a region") : std::string_view(),
              .href = kNew});
  if (may_create)
    html::paragraph(out,
                    [&] { html::link_button(out, {.text = t("Assess a region"), .href = kNew}); });
  const Filter filter(request);
  write_filter(out, filter);
  if (entries.empty())
    return html::empty_state(out, {.title = t("Nothing fits these choices"),
                                   .what_to_do = t("Try part of the name, or any records."),
                                   .action = t("Show all"),
                                   .href = kPath});
  write_entries(out, entries, sorting);
  html::paragraph(out, [&] {
    html::link(out, t("This list as a table (CSV)"), filter.on("/threat/assessments.csv"));
  });
}

Response list_page(const Desk& desk, const Request& request) {
  const html::Sorting sorting = sorting_of(request, Filter(request).on(kPath), "-asked");
  const auto all = desk.assessments.list(visit::actor_of(request));
  if (!all) return desk.visits.failure(request, all.error(), kPath);
  const auto entries = shown(desk, request, sorting);
  if (!entries) return desk.visits.failure(request, entries.error(), kPath);
  const auto runs = desk.assessments.family(visit::actor_of(request));
  if (!runs) return desk.visits.failure(request, runs.error(), kPath);
  const Words t(visit::language_of(request));
  return desk.visits.page(
      request, {.title = t("Threat assessments"), .audience = html::Audience::kStaff, .wide = true},
      [&](Markup& out) {
        html::lead(out, t("Which industries, in which places, show more violations of labor law "
                          "than their size explains? From public files about places and "
                          "industries; never about a person."));
        write_synthetic_mark(out, std::ranges::any_of(*all, &Entry::synthetic));
        write_list(out, desk, request, *entries, sorting, all->empty());
        html::paragraph(out, [&] { html::link(out, t("Focus areas"), "/threat/focus"); });
        html::paragraph(out, [&] { html::link(out, t("Lenses: what counts"), "/threat/lenses"); });
        if (may(desk, request, "read", linkage_object()))
          html::paragraph(
              out, [&] { html::link(out, t("Employers in the files"), "/threat/employers"); });
        write_family(out, *runs, Filter(request));
      });
}

Response csv_answer(std::string text, const char* name) {
  Response response = Response::of("text/csv; charset=utf-8", std::move(text));
  response.as_download(name);
  return response;
}

Response list_csv(const Desk& desk, const Request& request) {
  const auto entries = shown(desk, request, sorting_of(request, kPath, "-asked"));
  if (!entries) return desk.visits.failure(request, entries.error(), kPath);
  std::string text;
  CsvWriter csv(text, CsvFormulas::kNeutralise);
  csv.row({"id", "region", "counties", "from", "to", "program", "lens", "lens_version", "state",
           "findings", "robust", "synthetic", "asked_at"});
  for (const Entry& one : *entries)
    csv.row(std::vector<std::string>{
        one.id.to_string(), one.request.region, std::to_string(one.request.counties.size()),
        format_date(one.request.from), format_date(one.request.to),
        std::string(code_of(one.request.lens.program)), one.request.lens.code,
        std::to_string(one.request.lens.version),
        one.state == State::kReady    ? "ready"
        : one.state == State::kFailed ? "failed"
                                      : "waiting",
        std::to_string(one.findings), std::to_string(one.robust), one.synthetic ? "yes" : "no",
        format_instant(one.asked_at)});
  return csv_answer(std::move(text), "assessments.csv");
}

Response runs_csv(const Desk& desk, const Request& request) {
  const auto runs = desk.assessments.family(visit::actor_of(request));
  if (!runs) return desk.visits.failure(request, runs.error(), kPath);
  const Filter filter(request);
  std::string text;
  CsvWriter csv(text, CsvFormulas::kNeutralise);
  csv.row({"region", "counties", "from", "to", "program", "lens", "lens_version", "replications",
           "seed", "best_p", "p_after_all_runs", "run_at"});
  for (const RegisteredRun& run : *runs) {
    const AssessRequest& asked = run.request;
    if (!filter.keeps(asked)) continue;
    csv.row(std::vector<std::string>{
        asked.region, std::to_string(asked.counties.size()), format_date(asked.from),
        format_date(asked.to), std::string(code_of(asked.lens.program)), asked.lens.code,
        std::to_string(asked.lens.version), std::to_string(asked.replications),
        std::to_string(asked.seed), fmt::format("{:.4f}", run.best_p),
        fmt::format("{:.4f}", run.family_p), format_instant(run.at)});
  }
  return csv_answer(std::move(text), "runs.csv");
}

}  // namespace

void add_list_routes(http::Router& router, const Desk& desk) {
  router.get(std::string(kPath), Access::signed_in(),
             [desk](Request& r) { return list_page(desk, r); }, {.summary = "Threat assessments"});
  router.get("/threat/assessments.csv", Access::signed_in(),
             [desk](Request& r) { return list_csv(desk, r); },
             {.summary = "The list of assessments as a table"});
  router.get("/threat/runs.csv", Access::signed_in(),
             [desk](Request& r) { return runs_csv(desk, r); },
             {.summary = "Every registered run as a table"});
}

}  // namespace daybreak::threat::desk
