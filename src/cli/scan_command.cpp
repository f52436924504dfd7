// SPDX-License-Identifier: AGPL-3.0-or-later
// `daybreak scan`: where, when and in which branch of a tree counts stand out, with p-values that
// account for every window tried. Reads the file formats of SaTScan and TreeScan.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <ctime>
#include <fmt/format.h>
#include <fstream>
#include <memory>

#include "cli/command.hpp"
#include "cli/scan_report.hpp"

namespace daybreak::cli {
namespace {

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

void run(const ScanRequest& request) {
  const ScanOutcome outcome = value_or_exit(run_scan(request));
  if (!request.svg.empty()) {
    std::ofstream file(request.svg, std::ios::binary);
    file << scan_map(outcome);
    if (!file.flush()) {
      exit_with(Error{ErrorKind::kUnavailable, "the map could not be written", request.svg,
                      "check the folder and its free space"});
    }
  }
  const std::string text = request.json ? scan_json(request, outcome, cpu_seconds())
                                        : scan_words(request, outcome, cpu_seconds());
  std::fwrite(text.data(), 1, text.size(), stdout);
}

void add_file_options(CLI::App& command, ScanRequest& r) {
  const bool tree = r.kind == ScanKind::kTree || r.kind == ScanKind::kTreeSpace;
  command
      .add_option("--cases", r.cases,
                  tree ? "node,count,[place,][time,]population" : "id count [time] [covariates]")
      ->required();
  if (tree) command.add_option("--tree", r.tree, "node,parent")->required();
  if (r.kind != ScanKind::kTime && r.kind != ScanKind::kTree) {
    command.add_option("--coordinates", r.coordinates, "id latitude longitude, or id x y")
        ->required();
    auto* cartesian = command.add_flag("--cartesian", r.cartesian, "The coordinates are x and y");
    command.add_flag("--lat-long", r.lat_long, "The coordinates are degrees (the default)")
        ->excludes(cartesian);
    command.add_option("--max-size", r.max_size, "Largest share of the population in a window")
        ->capture_default_str();
    command.add_option("--max-radius", r.max_radius, "Largest radius, in km or units")
        ->check(CLI::NonNegativeNumber);
  }
  if (!tree) {
    command.add_option("--population", r.population, "id time population [covariates]");
    command.add_option("--controls", r.controls, "id count [time], for the Bernoulli model");
    auto* adjust = command.add_flag("--covariates", r.covariates,
                                    "Insist on adjusting for the covariate columns");
    command.add_flag("--ignore-covariates", r.ignore_covariates, "Do not adjust for covariates")
        ->excludes(adjust);
  }
}

void add_window_options(CLI::App& command, ScanRequest& r) {
  if (r.kind == ScanKind::kSpace || r.kind == ScanKind::kSpaceTime ||
      r.kind == ScanKind::kPermutation) {
    command.add_option("--shape", r.shape, "circle, ellipse or flexible")
        ->check(CLI::IsMember({"circle", "ellipse", "flexible"}))
        ->capture_default_str();
    command.add_option("--neighbours", r.neighbours,
                       "id neighbour neighbour ...: the order in which windows grow, or (flexible) "
                       "which places touch");
    command.add_option("--nearest", r.nearest, "Flexible: sets among so many nearest places")
        ->check(CLI::Range(1, 30))
        ->capture_default_str();
    command
        .add_option("--restricted", r.restricted,
                    "Flexible: only places with a mid-p below this (Tango 2008)")
        ->check(CLI::Range(0.0, 1.0));
    command.add_option("--ellipse-penalty", r.penalty, "none, medium or strong")
        ->check(CLI::IsMember({"none", "medium", "strong"}))
        ->capture_default_str();
    command.add_option("--ellipse-shapes", r.ratios, "Length over width, e.g. 1.5,2,3,4,5")
        ->delimiter(',')
        ->check(CLI::Range(1.0, 100.0));
    command.add_option("--ellipse-angles", r.angles, "Angles of each shape, e.g. 4,6,9,12,15")
        ->delimiter(',')
        ->check(CLI::Range(1, 360));
  }
  if (r.kind == ScanKind::kSpace || r.kind == ScanKind::kTree) {
    command.add_option("--study-start", r.study_start, "First date of the study period");
    command.add_option("--study-end", r.study_end, "Last date of the study period");
  }
  if (r.kind != ScanKind::kSpace) {
    command.add_option("--time-unit", r.time_unit,
                       "year, quarter, month, week or day (default: as the cases)");
    command.add_option("--min-time", r.min_time, "Shortest time window, in units")
        ->capture_default_str();
    command
        .add_option("--max-time", r.max_time,
                    "Longest time window, in units or as a share of the period")
        ->capture_default_str();
    command.add_flag("--prospective", r.prospective,
                     "Only windows that last until the end of the study period");
    if (r.kind != ScanKind::kTree) {
      command.add_option("--study-start", r.study_start, "First date of the study period");
      command.add_option("--study-end", r.study_end, "Last date of the study period");
    }
  }
}

void add_common_options(CLI::App& command, ScanRequest& r) {
  if (r.kind != ScanKind::kPermutation) {
    command.add_option("--model", r.model, "poisson, bernoulli, permutation or multinomial")
        ->check(CLI::IsMember({"poisson", "bernoulli", "permutation", "multinomial"}))
        ->capture_default_str();
  } else {
    command.add_option("--model", r.model, "Taken for granted: permutation");
  }
  if (r.kind == ScanKind::kTree || r.kind == ScanKind::kTreeSpace) {
    command.add_flag("--unconditional", r.unconditional, "Do not condition on the number of cases");
    command
        .add_option("--probability", r.probability,
                    "Unconditional Bernoulli: probability of a case (default: the overall share)")
        ->check(CLI::Range(0.0, 1.0));
  }
  command.add_option("--replications", r.replications, "Random data sets")
      ->check(CLI::Range(0u, 9999999u))
      ->capture_default_str();
  command.add_option("--seed", r.seed, "The same seed gives the same answer")
      ->capture_default_str();
  command
      .add_option("--threads", r.threads,
                  "Threads: less time for somewhat more processor time; the answer is the same")
      ->check(CLI::Range(1u, 256u));
  command.add_option("--simd", r.simd, "auto, avx512, avx2 or portable: the answer is the same")
      ->capture_default_str();
  command.add_option("--min-cases", r.min_cases, "Fewest cases in a window")
      ->check(CLI::Range(1u, 1000000u))
      ->capture_default_str();
  command.add_option("--secondary", r.secondary,
                     "no-overlap, no-place-overlap, gini, iterative or all");
  command.add_option("--sequential", r.sequential,
                     "Stop when so many replicates reached the best cluster (e.g. 50)");
  command.add_option("--certainty", r.certainty,
                     "Bootstrap samples for the certainty of each place");
  command.add_option("--max-clusters", r.most_clusters, "List at most so many")
      ->capture_default_str();
  command.add_option("--svg", r.svg, "Write a map of the places and clusters to this file");
  command.add_flag("--json", r.json, "Print JSON");
}

void add_kind(CLI::App& scan, ScanKind kind, const char* name, const char* help) {
  auto request = std::make_shared<ScanRequest>();
  request->kind = kind;
  CLI::App* command = scan.add_subcommand(name, help);
  add_file_options(*command, *request);
  add_window_options(*command, *request);
  add_common_options(*command, *request);
  command->callback([request] { run(*request); });
}

}  // namespace

void add_scan_command(CLI::App& program) {
  CLI::App* scan =
      program.add_subcommand("scan", "Find clusters in places, time and trees of categories");
  scan->require_subcommand(1);
  add_kind(*scan, ScanKind::kSpace, "space", "Clusters of places");
  add_kind(*scan, ScanKind::kTime, "time", "Clusters in time");
  add_kind(*scan, ScanKind::kSpaceTime, "spacetime", "Clusters of places for a time");
  add_kind(*scan, ScanKind::kPermutation, "permutation",
           "Clusters of places for a time, from cases alone");
  add_kind(*scan, ScanKind::kTree, "tree",
           "Branches of a tree, such as NAICS, with or without time");
  add_kind(*scan, ScanKind::kTreeSpace, "treespace",
           "Branches of a tree in places, with or without time");
}

}  // namespace daybreak::cli
