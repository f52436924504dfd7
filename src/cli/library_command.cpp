// SPDX-License-Identifier: AGPL-3.0-or-later
// `daybreak library check`: whether every fact of the library has a source, a date and both
// languages, and every page is plain and short.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>

#include "base/json.hpp"
#include "cli/command.hpp"
#include "commons/library/check.hpp"
#include "commons/library/read.hpp"

namespace daybreak::cli {
namespace {

struct Arguments {
  std::string folder, today;
  bool json = false;
};

Json to_json(const library::Library& library, const library::CheckReport& report) {
  Json findings = Json::array(), disputed = Json::array(), reading = Json::array();
  for (const library::Finding& finding : report.findings)
    findings.append(Json::object(
        {{"rule", finding.rule}, {"place", finding.place}, {"message", finding.message}}));
  for (const std::string& id : report.disputed) disputed.append(id);
  for (const library::Readability& one : report.readability)
    reading.append(Json::object({{"reference", one.reference},
                                 {"english_grade", one.english_grade},
                                 {"spanish_ease", one.spanish_ease},
                                 {"english_words", static_cast<std::int64_t>(one.english_words)},
                                 {"spanish_words", static_cast<std::int64_t>(one.spanish_words)}}));
  return Json::object({{"facts", static_cast<std::int64_t>(library.facts.size())},
                       {"references", static_cast<std::int64_t>(library.references.size())},
                       {"findings", std::move(findings)},
                       {"disputed", std::move(disputed)},
                       {"readability", std::move(reading)}});
}

void print_words(const library::Library& library, const library::CheckReport& report) {
  for (const library::Finding& finding : report.findings)
    fmt::print("{}: {} [{}]\n", finding.place, finding.message, finding.rule);
  for (const std::string& id : report.disputed)
    fmt::print("fact {}: disputed; shown with what the other source says\n", id);
  double hardest_grade = 0, lowest_ease = 207;
  std::size_t longest = 0;
  for (const library::Readability& one : report.readability) {
    hardest_grade = std::max(hardest_grade, one.english_grade);
    lowest_ease = std::min(lowest_ease, one.spanish_ease);
    longest = std::max({longest, one.english_words, one.spanish_words});
  }
  fmt::print(
      "{} facts, {} quick references; hardest English grade {:.1f}, lowest Spanish ease {:.1f}, "
      "longest {} words: {}\n",
      library.facts.size(), library.references.size(), hardest_grade, lowest_ease, longest,
      report.findings.empty() ? "nothing found"
                              : fmt::format("{} findings", report.findings.size()));
}

void check(const Arguments& arguments) {
  const Date today = arguments.today.empty()
                         ? Date(std::chrono::floor<std::chrono::days>(SystemClock().now()))
                         : value_or_exit(parse_date(arguments.today));
  const library::Library library = arguments.folder.empty()
                                       ? library::built_in_library()
                                       : value_or_exit(library::read_library(arguments.folder));
  const library::CheckReport report = library::check_library(library, today);
  if (arguments.json) {
    fmt::print("{}\n", to_text(to_json(library, report)));
  } else {
    print_words(library, report);
  }
  if (!report.findings.empty()) throw Exit{kExitInput};
}

}  // namespace

void add_library_command(CLI::App& program) {
  CLI::App* group = program.add_subcommand("library", "Facts, quick references and documents");
  group->require_subcommand(1);
  CLI::App* command =
      group->add_subcommand("check", "Check that every fact has a source, a date and a language");
  const auto arguments = std::make_shared<Arguments>();
  command->add_option("folder", arguments->folder,
                      "A folder like data/library (default: built in)");
  command->add_option("--today", arguments->today, "Check as of this day, like 2026-11-21");
  command->add_flag("--json", arguments->json, "Print JSON");
  command->callback([arguments] { check(*arguments); });
}

}  // namespace daybreak::cli
