// SPDX-License-Identifier: AGPL-3.0-or-later
// `daybreak threat link`: which spellings of the official files are one employer.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/json.hpp"
#include "cli/command.hpp"
#include "cli/threat_options.hpp"
#include "commons/threat/employers.hpp"

namespace daybreak::cli {
namespace {

using namespace threat;

void run_link(const ThreatPlace& place, int threads, bool json) {
  ThreatStore opened(place);
  std::string last;
  const auto say = [&](std::string_view stage, double) {
    if (json || stage == last) return;
    last = stage;
    fmt::print(stderr, "Linking: {}\n", stage);
  };
  const LinkRun run = value_or_exit(
      link_employers(*opened.database, opened.clock, {.threads = threads, .progress = say}));
  const std::int64_t open = value_or_exit(opened.database->read(count_to_review));
  if (json) {
    fmt::print("{}\n", to_text(Json::object({{"spellings", run.spellings},
                                             {"employers", run.employers},
                                             {"links", run.links},
                                             {"to_review", open},
                                             {"decisions", run.decisions},
                                             {"pair_completeness", run.completeness},
                                             {"sha256", run.digest}}),
                               JsonLayout::kIndented));
    return;
  }
  fmt::print(
      "{} spellings are {} employers: {} links, {} pairs to look at, {} decisions kept. Blocking "
      "found an estimated {:.1f} % of all links.\n",
      run.spellings, run.employers, run.links, open, run.decisions, 100 * run.completeness);
}

}  // namespace

void add_threat_link(CLI::App* group) {
  CLI::App* command = group->add_subcommand(
      "link", "Find which spellings of WHD, OSHA and OFLC files are one employer");
  const auto place = std::make_shared<ThreatPlace>();
  const auto threads = std::make_shared<int>(2);
  const auto json = std::make_shared<bool>(false);
  command->add_option("--threads", *threads, "Threads")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command->add_flag("--json", *json, "Print as JSON");
  add_place(command, place);
  command->callback([place, threads, json] { run_link(*place, *threads, *json); });
}

}  // namespace daybreak::cli
