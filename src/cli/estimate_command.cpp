// SPDX-License-Identifier: AGPL-3.0-or-later
// `daybreak estimate`: rates, ranks, autocorrelation, false discovery rates and suppression from
// plain files, so that anyone can hold them against other programs. Methods:
// docs/statistics/estimate.md.
#include <CLI/CLI.hpp>
#include <memory>

#include "cli/estimate_places.hpp"
#include "cli/estimate_suppress.hpp"

namespace daybreak::cli {
namespace {

void add_files(CLI::App& command, EstimateFiles& files, bool population_needed) {
  command.add_option("--cases", files.cases, "File of: id count [time] [covariates...]")
      ->required();
  auto* population = command.add_option("--population", files.population,
                                        "File of: id time population [covariates...]");
  if (population_needed) population->required();
}

void add_rates(CLI::App& group) {
  auto options = std::make_shared<RatesOptions>();
  CLI::App* command =
      group.add_subcommand("rates", "Crude, standardised and shrunken rates with their intervals");
  add_files(*command, options->files, true);
  command->add_option("--neighbours", options->files.neighbours,
                      "File of: id neighbour... (adds local shrinkage)");
  command->add_option("--standard", options->standard,
                      "File of: covariates... weight (adds direct standardisation)");
  command->add_option("--threshold", options->threshold, "Print P(relative risk > this)")
      ->capture_default_str();
  command->add_option("--level", options->level, "Of the intervals")->capture_default_str();
  command->add_flag("--json", options->json, "Print JSON");
  command->callback([options] { estimate_rates(*options); });
}

void add_moran(CLI::App& group) {
  auto options = std::make_shared<MoranOptions>();
  CLI::App* command = group.add_subcommand(
      "moran", "Global and local Moran, Getis-Ord Gi and Gi*, with permutation p-values");
  add_files(*command, options->files, false);
  command->add_option("--neighbours", options->files.neighbours, "File of: id neighbour...")
      ->required();
  command->add_option("--weights", options->weights, "W: rows add up to 1; B: 1 each")
      ->check(CLI::IsMember({"W", "B"}))
      ->capture_default_str();
  command->add_flag("--shrunken", options->shrunken,
                    "Use empirical Bayes rates instead of raw ones");
  command->add_option("--alternative", options->alternative, "Of the global tests")
      ->check(CLI::IsMember({"greater", "less", "two-sided"}))
      ->capture_default_str();
  command->add_option("--replications", options->replications, "Of the permutation tests")
      ->check(CLI::Range(0, 10'000'000))
      ->capture_default_str();
  command->add_option("--seed", options->seed, "Of the permutation tests")->capture_default_str();
  command->add_flag("--json", options->json, "Print JSON");
  command->callback([options] { estimate_moran(*options); });
}

void add_ranks(CLI::App& group) {
  auto options = std::make_shared<RanksOptions>();
  CLI::App* command =
      group.add_subcommand("ranks", "Ranks of places with intervals and P(in the top k)");
  add_files(*command, options->files, true);
  command->add_option("--top", options->ranks.top, "k")->capture_default_str();
  command->add_option("--draws", options->ranks.draws, "From the posterior")->capture_default_str();
  command->add_option("--level", options->ranks.level, "Of the rank intervals")
      ->capture_default_str();
  command->add_option("--seed", options->ranks.seed, "Of the draws")->capture_default_str();
  command->add_flag("--json", options->json, "Print JSON");
  command->callback([options] { estimate_ranks(*options); });
}

void add_discovery(CLI::App& group) {
  auto options = std::make_shared<DiscoveryOptions>();
  CLI::App* command = group.add_subcommand(
      "fdr", "Adjusted p-values of many analyses: Benjamini-Hochberg, Benjamini-Yekutieli");
  command->add_option("--p-values", options->file, "File of: id p")->required();
  command->add_flag("--json", options->json, "Print JSON");
  command->callback([options] { estimate_discovery(*options); });
}

void add_suppress(CLI::App& group) {
  auto options = std::make_shared<SuppressOptions>();
  CLI::App* command = group.add_subcommand(
      "suppress", "What to withhold from a table so that no small count can be worked out");
  command
      ->add_option("--table", options->table,
                   "CSV file: a column for each dimension, count, perhaps contributor")
      ->required();
  command->add_option(
      "--earlier", options->earlier,
      "CSV file of a table published before (\"*\" is a total, blank was withheld)");
  command->add_option("--threshold", options->rule.threshold, "Counts below this are withheld")
      ->capture_default_str();
  command->add_option(
      "--width", options->rule.width,
      "What can be worked out must span at least this much; threshold - 1 if not given");
  command->add_flag("--hide-zeros", options->hide_zeros, "Zeros are withheld too");
  command
      ->add_option("--dominance", options->rule.dominance,
                   "Withhold where one contributor has this share")
      ->capture_default_str();
  command->add_flag("--whole-numbers", options->whole_numbers,
                    "Audit three and more dimensions by integer programs too (can be slow)");
  command->add_flag("--primary-only", options->primary_only,
                    "Withhold small counts only, and say what leaks");
  command->add_flag("--json", options->json, "Print JSON");
  command->callback([options, command] {
    if (command->count("--width") == 0) {
      options->rule.width = std::max<std::int64_t>(1, options->rule.threshold - 1);
    }
    estimate_suppress(*options);
  });
}

}  // namespace

void add_estimate_command(CLI::App& program) {
  CLI::App* group = program.add_subcommand(
      "estimate", "Rates, ranks, autocorrelation and safe tables from files");
  group->require_subcommand(1);
  add_rates(*group);
  add_moran(*group);
  add_ranks(*group);
  add_discovery(*group);
  add_suppress(*group);
}

}  // namespace daybreak::cli
