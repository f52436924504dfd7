// SPDX-License-Identifier: AGPL-3.0-or-later
// `daybreak threat synthesize`: files in the official layouts, invented.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/threat_options.hpp"
#include "commons/threat/synthesize.hpp"

namespace daybreak::cli {
namespace {

using namespace threat;

struct Arguments {
  std::string folder, counties = "wny";
  SynthesizeOptions options;
  std::string excess;
  bool no_excess = false, portal = false;
};

// "112120:NY:2019-2021:6".
Excess excess_named(const std::string& words) {
  const auto parts = split(words, ':');
  const auto years = parts.size() == 4 ? split(parts[2], '-') : std::vector<std::string_view>();
  const auto first = years.size() == 2 ? to_integer(years[0]) : std::nullopt,
             last = years.size() == 2 ? to_integer(years[1]) : std::nullopt;
  const auto factor = parts.size() == 4 ? to_number(parts[3]) : std::nullopt;
  if (!first || !last || !factor || *factor < 1 || *last < *first || parts[0].size() != 6)
    exit_with({ErrorKind::kInvalid, "is no excess", words,
               "Write industry, counties, years and times, as in 112120:NY:2019-2021:6"});
  return {std::string(parts[0]), counties_named(std::string(parts[1])), static_cast<int>(*first),
          static_cast<int>(*last), *factor};
}

void run_synthesize(Arguments a) {
  a.options.counties = counties_named(a.counties);
  if (!a.no_excess)
    a.options.excess = a.excess.empty() ? demonstration_excess() : excess_named(a.excess);
  if (a.portal) a.options.layout = SyntheticLayout::kPortal;
  std::error_code ignored;
  std::filesystem::create_directories(a.folder, ignored);
  const Synthesized made = value_or_exit(synthesize(a.folder, a.options));
  fmt::print("{}\n{}\n", made.whd.string(), made.qcew.string());
  for (const auto& path : made.osha) fmt::print("{}\n", path.string());
  fmt::print("{}\n{}\n{} cases and {} of the planted excess, {} inspections, {} violations\n",
             made.truth.string(), made.employers.string(), made.cases, made.excess_cases,
             made.inspections, made.violations);
}

}  // namespace

void add_threat_synthesize(CLI::App* group) {
  CLI::App* command = group->add_subcommand(
      "synthesize", "Make files in the official layouts with fictional firms, and what is planted");
  const auto a = std::make_shared<Arguments>();
  command->add_option("folder", a->folder, "Where the files go")->required();
  command->add_option("--counties", a->counties, "FIPS codes with commas, states, wny, or us")
      ->capture_default_str();
  command->add_option("--cases", a->options.cases, "WHD cases")->capture_default_str();
  command->add_option("--osha", a->options.osha_rows, "OSHA inspections and violations together")
      ->capture_default_str();
  command->add_option("--slice", a->options.rows_of_a_slice, "Rows of one OSHA file")
      ->capture_default_str();
  command->add_option("--from", a->options.first_year, "First year")->capture_default_str();
  command->add_option("--to", a->options.last_year, "Last year")->capture_default_str();
  command->add_option("--seed", a->options.seed, "The same seed gives the same files")
      ->capture_default_str();
  command->add_option("--excess", a->excess,
                      "What is planted: industry, counties, years and times as many cases, as in "
                      "112120:NY:2019-2021:6; dairies of three counties when not given");
  command->add_flag("--portal", a->portal, "The layout of the portal instead of that of 2020");
  command->add_flag("--no-excess", a->no_excess, "Plant nothing");
  command->callback([a] { run_synthesize(*a); });
}

}  // namespace daybreak::cli
