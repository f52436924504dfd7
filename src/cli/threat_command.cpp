// SPDX-License-Identifier: AGPL-3.0-or-later
// `daybreak threat`: the official files that an assessment is made from. Works on the commons of a
// data directory, whether the server runs or not.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>

#include "base/json.hpp"
#include "base/progress.hpp"
#include "cli/command.hpp"
#include "cli/threat_options.hpp"
#include "commons/threat/import.hpp"

namespace daybreak::cli {
namespace {

namespace fs = std::filesystem;
using namespace threat;

Json to_json(const store::Load& load) {
  return Json::object({{"program", load.program},
                       {"dataset", load.dataset},
                       {"fiscal_year", load.fiscal_year ? Json(*load.fiscal_year) : Json()},
                       {"as_of", load.as_of ? Json(*load.as_of) : Json()},
                       {"files", load.files},
                       {"rows_in", load.rows_in},
                       {"rows_kept", load.rows_kept},
                       {"rows_rejected", load.rows_rejected},
                       {"values_set_aside", load.values_set_aside}});
}

Json to_json(const ImportReport& report) {
  Json json = to_json(report.load);
  json.set("file", report.load.name);
  json.set("outcome", report.outcome);
  Json rejected = Json::array();
  for (const store::RefusedRow& row : report.first_refused)
    rejected.append(Json::object({{"file", row.file},
                                  {"line", row.line},
                                  {"column", row.refusal.field},
                                  {"reason", row.refusal.reason},
                                  {"whole_row", row.whole_row}}));
  json.set("first_rejected", std::move(rejected));
  return json;
}

void print(const ImportReport& report) {
  const store::Load& load = report.load;
  fmt::print("{}: {}{}, {}\n", load.name, find_layout(load.dataset)->title,
             load.fiscal_year ? fmt::format(", fiscal year {}", *load.fiscal_year) : "",
             report.outcome == "superseded" ? "a newer file is there already" : report.outcome);
  fmt::print(
      "  {} rows in = {} kept + {} rejected{}\n",
      with_commas(static_cast<std::uint64_t>(load.rows_in)),
      with_commas(static_cast<std::uint64_t>(load.rows_kept)),
      with_commas(static_cast<std::uint64_t>(load.rows_rejected)),
      load.values_set_aside > 0 ? fmt::format("; {} values set aside", load.values_set_aside) : "");
  if (!load.notes.empty()) fmt::print("  {}\n", load.notes);
  constexpr std::size_t kShown = 3;
  for (std::size_t i = 0; i < std::min(kShown, report.first_refused.size()); ++i) {
    const store::RefusedRow& row = report.first_refused[i];
    fmt::print("  {}:{}{}{}: {}\n", row.file, row.line, row.refusal.field.empty() ? "" : ":",
               row.refusal.field, row.refusal.reason);
  }
  for (const std::string& member : report.ignored) fmt::print("  not a table: {}\n", member);
}

struct ImportArguments {
  std::string kind;
  std::vector<std::string> files;
  int fiscal_year = 0;
  bool json = false;
};

void run_import(const ThreatPlace& place, const ImportArguments& arguments) {
  ThreatStore opened(place);
  ImportOptions options{.kind = arguments.kind == "any" ? "" : arguments.kind};
  if (arguments.fiscal_year != 0) options.fiscal_year = arguments.fiscal_year;
  Progress progress(stderr, opened.clock, {.label = "Importing", .unit = "rows"},
                    arguments.json ? ProgressStyle::kNone : progress_style_for(stderr));
  options.progress = [&](const ImportProgress& now) {
    progress.set(now.rows, now.share);
    return true;
  };
  const std::vector<fs::path> files(arguments.files.begin(), arguments.files.end());
  const ImportResult result =
      value_or_exit(import_files(*opened.database, opened.clock, files, options));
  progress.finish();
  std::int64_t in = 0, kept = 0, rejected = 0;
  Json loads = Json::array(), failed = Json::array();
  for (const ImportReport& report : result.loads) {
    in += report.load.rows_in;
    kept += report.load.rows_kept;
    rejected += report.load.rows_rejected;
    if (arguments.json) {
      loads.append(to_json(report));
    } else {
      print(report);
    }
  }
  for (const FailedFile& file : result.failed) {
    failed.append(Json::object({{"file", file.file}, {"error", file.error.describe()}}));
    if (!arguments.json) fmt::print(stderr, "daybreak: {}\n", file.error.describe());
  }
  if (arguments.json) {
    fmt::print("{}\n", to_text(Json::object({{"loads", std::move(loads)},
                                             {"failed", std::move(failed)},
                                             {"rows_in", in},
                                             {"rows_kept", kept},
                                             {"rows_rejected", rejected}}),
                               JsonLayout::kIndented));
  } else {
    fmt::print("{} rows in = {} kept + {} rejected\n", with_commas(static_cast<std::uint64_t>(in)),
               with_commas(static_cast<std::uint64_t>(kept)),
               with_commas(static_cast<std::uint64_t>(rejected)));
  }
  if (!result.failed.empty()) throw Exit{kExitInput};
}

void add_import(CLI::App* group) {
  CLI::App* command = group->add_subcommand(
      "import", "Take in official files as they were downloaded: CSV, Excel, zip");
  const auto place = std::make_shared<ThreatPlace>();
  const auto a = std::make_shared<ImportArguments>();
  command->add_option("kind", a->kind, "whd, osha, oflc, qcew, geography, or any")
      ->required()
      ->check(CLI::IsMember({"whd", "osha", "oflc", "qcew", "geography", "any"}));
  command->add_option("files", a->files, "The files; what they are is told by their content")
      ->required();
  command->add_option("--fiscal-year", a->fiscal_year,
                      "For a file whose rows and name do not tell its fiscal year");
  command->add_flag("--json", a->json, "Print the report as JSON");
  add_place(command, place);
  command->callback([place, a] { run_import(*place, *a); });
}

void run_totals(const ThreatPlace& place, bool json) {
  ThreatStore opened(place);
  const auto totals =
      value_or_exit(opened.database->read([](db::Connection& c) { return store::totals(c); }));
  const auto old =
      value_or_exit(opened.database->read([](db::Connection& c) { return store::superseded(c); }));
  std::int64_t in = 0, kept = 0, rejected = 0;
  Json programs = Json::array(), superseded = Json::array();
  for (const store::Total& total : totals) {
    in += total.load.rows_in;
    kept += total.load.rows_kept;
    rejected += total.load.rows_rejected;
    Json one = to_json(total.load);
    one.set("primary_cases", total.primary_cases);
    one.set("certified_workers", total.certified_workers);
    programs.append(std::move(one));
    if (!json)
      fmt::print(
          "{:<8} {:<26} {:>6} {:>10} in = {:>10} kept + {:>6} rejected {:>9} cases {:>9} workers\n",
          total.load.program, total.load.dataset,
          total.load.fiscal_year ? std::to_string(*total.load.fiscal_year) : "", total.load.rows_in,
          total.load.rows_kept, total.load.rows_rejected, total.primary_cases,
          total.certified_workers);
  }
  for (const store::Load& load : old) {
    Json one = to_json(load);
    one.set("file", load.name);
    superseded.append(std::move(one));
  }
  if (!json) {
    fmt::print("{} rows in = {} kept + {} rejected\n", in, kept, rejected);
    return;
  }
  fmt::print("{}\n", to_text(Json::object({{"totals", std::move(programs)},
                                           {"superseded", std::move(superseded)},
                                           {"rows_in", in},
                                           {"rows_kept", kept},
                                           {"rows_rejected", rejected},
                                           {"layouts_as_of", layouts_as_of()}}),
                             JsonLayout::kIndented));
}

void add_totals(CLI::App* group) {
  CLI::App* command = group->add_subcommand(
      "totals", "What is in the store, by program and fiscal year: files, rows, cases, workers");
  const auto place = std::make_shared<ThreatPlace>();
  const auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "Print as JSON");
  add_place(command, place);
  command->callback([place, json] { run_totals(*place, *json); });
}

}  // namespace

void add_threat_command(CLI::App& program) {
  CLI::App* group = program.add_subcommand(
      "threat", "Where labor trafficking is likely to hide: official files and assessments");
  group->require_subcommand(1);
  add_threat_fetch(group);
  add_import(group);
  add_totals(group);
  add_threat_synthesize(group);
  add_threat_link(group);
  add_threat_assessment(group);
}

}  // namespace daybreak::cli
