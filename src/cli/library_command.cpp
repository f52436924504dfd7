// SPDX-License-Identifier: AGPL-3.0-or-later
// `daybreak library check`: whether every fact of the library has a source, a date and both
// languages, and every page is plain and short. `due`: what is to be read again, by whom.
// `changes`: what another copy says otherwise, and the pages that it re-issues.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>

#include "base/json.hpp"
#include "cli/command.hpp"
#include "commons/library/check.hpp"
#include "commons/library/read.hpp"
#include "commons/library/register/register.hpp"
#include "commons/library/upkeep.hpp"

namespace daybreak::cli {
namespace {

struct Arguments {
  std::string folder, data, other, today;
  int days = 60;
  bool json = false;
};

Date day_of(const Arguments& arguments) {
  return arguments.today.empty() ? Date(std::chrono::floor<std::chrono::days>(SystemClock().now()))
                                 : value_or_exit(parse_date(arguments.today));
}

// As it stands on a node, with what its staff corrected.
library::Library library_of_node(const std::string& data) {
  const SystemClock clock;
  const auto database = value_or_exit(
      db::Database::open({.url = "sqlite:" + data + "/commons.db", .create_if_missing = false}));
  library::Register facts(*database, clock, library::built_in_library());
  value_or_exit(facts.changes({}, 1));  // a store without the register says so
  return *facts.library();
}

library::Library library_of(const std::string& folder) {
  return folder.empty() ? library::built_in_library()
                        : value_or_exit(library::read_library(folder));
}

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

library::Library library_of(const Arguments& arguments) {
  return arguments.data.empty() ? library_of(arguments.folder) : library_of_node(arguments.data);
}

void check(const Arguments& arguments) {
  const library::Library library = library_of(arguments);
  const library::CheckReport report = library::check_library(library, day_of(arguments));
  if (arguments.json) {
    fmt::print("{}\n", to_text(to_json(library, report)));
  } else {
    print_words(library, report);
  }
  if (!report.findings.empty()) throw Exit{kExitInput};
}

std::string_view standing_word(library::Standing standing) {
  switch (standing) {
    case library::Standing::kExpired:
      return "expired";
    case library::Standing::kDisputed:
      return "disputed";
    case library::Standing::kCurrent:
      return "due";
  }
  return "";
}

void due(const Arguments& arguments) {
  const library::Library library = library_of(arguments);
  const auto all = library::due_facts(library, day_of(arguments), arguments.days);
  Json rows = Json::array();
  for (const library::Due& one : all) {
    const library::Fact& fact = *one.fact;
    const auto uses = static_cast<std::int64_t>(library::uses_of(library, fact).size());
    const std::string address = library::source_of(library, fact.source).address;
    if (arguments.json) {
      rows.append(Json::object({{"fact", fact.id},
                                {"standing", standing_word(one.standing)},
                                {"review_by", format_date(fact.review_by)},
                                {"owner", fact.owner},
                                {"pages", uses},
                                {"source", address}}));
    } else {
      fmt::print("{} {}: {} (review by {}, {} pages)\n  {}\n", fact.owner, fact.id,
                 standing_word(one.standing), format_date(fact.review_by), uses, address);
    }
  }
  if (arguments.json)
    fmt::print("{}\n", to_text(rows));
  else
    fmt::print("{} of {} facts to read again\n", all.size(), library.facts.size());
}

void changes(const Arguments& arguments) {
  const library::Library before = library_of(arguments.folder);
  const library::Library after = library_of(arguments.other);
  for (const library::FactChange& change : library::changes_between(before, after)) {
    fmt::print("{}\n", change.id);
    if (change.before)
      fmt::print("  - {}\n  - {}\n", change.before->text.en, change.before->text.es);
    if (change.after) fmt::print("  + {}\n  + {}\n", change.after->text.en, change.after->text.es);
    for (const std::string& page : change.references) fmt::print("  re-issue /signs/{}\n", page);
  }
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
  command->add_option("--data", arguments->data,
                      "A node's data directory: its own corrections too");
  command->add_option("--today", arguments->today, "Check as of this day, like 2026-11-21");
  command->add_flag("--json", arguments->json, "Print JSON");
  command->callback([arguments] { check(*arguments); });

  CLI::App* queue = group->add_subcommand("due", "List the facts to read again, soonest first");
  queue->add_option("folder", arguments->folder, "A folder like data/library (default: built in)");
  queue->add_option("--data", arguments->data, "A node's data directory: its own corrections too");
  queue->add_option("--days", arguments->days, "Also those due within so many days")
      ->capture_default_str();
  queue->add_option("--today", arguments->today, "As of this day, like 2026-11-21");
  queue->add_flag("--json", arguments->json, "Print JSON");
  queue->callback([arguments] { due(*arguments); });

  CLI::App* compare =
      group->add_subcommand("changes", "Show what another copy says and which pages it re-issues");
  compare->add_option("before", arguments->folder, "The older folder")->required();
  compare->add_option("after", arguments->other, "The newer folder (default: built in)");
  compare->callback([arguments] { changes(*arguments); });
}

}  // namespace daybreak::cli
