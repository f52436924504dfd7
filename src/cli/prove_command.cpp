// SPDX-License-Identifier: AGPL-3.0-or-later
// `daybreak prove [wall|crash|power|restore|audit]…`: tries out on this machine what Daybreak
// promises, in scratch folders; no data directory is touched.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <fmt/format.h>

#include "base/progress.hpp"
#include "cli/command.hpp"
#include "prove/proof.hpp"

namespace daybreak::cli {
namespace {

struct ProveArguments {
  std::vector<std::string> names;
  bool full = false, json = false;
  std::uint64_t seed = 1;
};

struct Kind {
  const char* name;
  const char* words;
  prove::Proof (*run)(std::uint64_t, std::uint64_t, const prove::ProofProgress&);
  std::uint64_t usual, full;  // sizes: all usual ones together take at most ten minutes
  const char* unit;
};

constexpr Kind kKinds[] = {
    {"wall", "nothing flows out of a vault without a release that lives", prove::prove_wall, 20'000,
     1'000'000, "histories"},
    {"crash", "a killed program loses nothing that was answered \"saved\"", prove::prove_crash,
     10'000, 10'000, "kills"},
    {"power", "a power loss loses nothing that was answered \"saved\"", prove::prove_power, 1'000,
     10'000, "power losses"},
    {"restore", "a backup comes back whole, of one moment", prove::prove_restore, 20, 200,
     "backups"},
    {"audit", "every change of the audit log is found", prove::prove_audit, 10'000, 100'000,
     "changes"},
};

struct Outcome {
  prove::Proof proof;
  double seconds = 0;
};

Outcome run(const Kind& kind, const ProveArguments& arguments) {
  const SystemClock clock;
  const std::uint64_t size = arguments.full ? kind.full : kind.usual;
  Progress progress(stderr, clock, {.label = kind.name, .unit = kind.unit, .total = size});
  const auto began = std::chrono::steady_clock::now();
  Outcome outcome{kind.run(size, arguments.seed,
                           [&](std::uint64_t done, std::uint64_t) { progress.set(done); })};
  outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  progress.finish();
  return outcome;
}

void print(const Kind& kind, const Outcome& outcome) {
  const prove::Proof& proof = outcome.proof;
  fmt::print("{}  {}: {} ({:.0f} s)\n", proof.holds() ? "HOLDS" : "FAILS", proof.name, kind.words,
             outcome.seconds);
  for (const prove::Figure& figure : proof.figures)
    fmt::print("       {:<56} {}\n", figure.what, figure.value);
  for (const std::string& fault : proof.faults) fmt::print("       {}\n", fault);
}

boost::json::object to_json(const Outcome& outcome) {
  boost::json::object figures;
  for (const prove::Figure& figure : outcome.proof.figures) figures[figure.what] = figure.value;
  return {{"proof", outcome.proof.name},
          {"holds", outcome.proof.holds()},
          {"seconds", outcome.seconds},
          {"figures", figures},
          {"faults", boost::json::array(outcome.proof.faults.begin(), outcome.proof.faults.end())}};
}

void prove_all(const ProveArguments& arguments) {
  bool all_hold = true;
  boost::json::array list;
  for (const Kind& kind : kKinds) {
    if (!arguments.names.empty() && std::find(arguments.names.begin(), arguments.names.end(),
                                              kind.name) == arguments.names.end())
      continue;
    const Outcome outcome = run(kind, arguments);
    all_hold = all_hold && outcome.proof.holds();
    if (arguments.json)
      list.push_back(to_json(outcome));
    else
      print(kind, outcome);
    std::fflush(stdout);
  }
  if (arguments.json) fmt::print("{}\n", boost::json::serialize(list));
  if (!all_hold) throw Exit{kExitFailure};
}

}  // namespace

void add_prove_command(CLI::App& program) {
  CLI::App* command = program.add_subcommand(
      "prove", "Try out on this machine what Daybreak promises, and print the figures");
  const auto arguments = std::make_shared<ProveArguments>();
  std::vector<std::string> names;
  for (const Kind& kind : kKinds) names.emplace_back(kind.name);
  command->add_option("what", arguments->names, "wall, crash, power, restore, audit; all of them")
      ->check(CLI::IsMember(names));
  command->add_flag("--full", arguments->full, "The large sizes: hours instead of minutes");
  command->add_option("--seed", arguments->seed, "Another course of chance")->capture_default_str();
  command->add_flag("--json", arguments->json, "Print JSON");
  command->callback([arguments] { prove_all(*arguments); });
}

}  // namespace daybreak::cli
