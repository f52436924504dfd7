// SPDX-License-Identifier: AGPL-3.0-or-later
// `daybreak threat fetch`: the official files from where the agencies keep them.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>

#include "base/byte_source.hpp"
#include "base/progress.hpp"
#include "cli/command.hpp"
#include "cli/threat_options.hpp"
#include "commons/threat/fetch.hpp"

namespace daybreak::cli {
namespace {

namespace fs = std::filesystem;
using namespace threat;

struct Arguments {
  std::vector<std::string> names;
  std::string folder = ".", list;
};

void show(const SourceList& list) {
  fmt::print("Sources as of {}; name them, or a kind (whd, osha, oflc, qcew, geography), or all:\n",
             list.as_of);
  for (const OfficialSource& source : list.sources)
    fmt::print("  {:<18} {:<10} {}\n", source.name, source.kind, source.address);
}

void run_fetch(const Arguments& a) {
  const SourceList list =
      a.list.empty() ? official_sources()
                     : value_or_exit(read_sources(value_or_exit(read_text_file(a.list)), a.list));
  if (a.names.empty()) return show(list);
  std::error_code ignored;
  fs::create_directories(a.folder, ignored);
  const SystemClock clock;
  bool failed = false;
  for (const OfficialSource& source : value_or_exit(choose_sources(list, a.names))) {
    Progress progress(stderr, clock, {.label = "Downloading " + source.name, .unit = "bytes"});
    FetchOptions options;
    options.progress = [&](std::uint64_t bytes, std::uint64_t) {
      progress.set(bytes);
      return true;
    };
    const auto done = fetch(source, a.folder, options);
    if (!done) {
      failed = true;
      fmt::print(stderr, "daybreak: {}\n", done.error().describe());
      continue;
    }
    progress.finish();
    fmt::print("{}: {}\n", done->file.string(),
               done->download.unchanged ? "nothing newer is there"
                                        : with_commas(done->download.bytes) + " bytes");
    fmt::print("  daybreak threat import {} '{}'\n", source.kind, done->file.string());
  }
  if (failed) throw Exit{kExitInput};
}

}  // namespace

void add_threat_fetch(CLI::App* group) {
  CLI::App* command = group->add_subcommand(
      "fetch",
      "Download the official files; without names, show where they are. Run again to go on after a "
      "break");
  const auto a = std::make_shared<Arguments>();
  command->add_option("names", a->names,
                      "Sources or kinds: whd, osha, oflc, qcew, h2a_2024, all …");
  command->add_option("--to", a->folder, "The folder for the files")->capture_default_str();
  command->add_option("--list", a->list, "Your own list of sources, as data/threat/sources.json");
  command->callback([a] { run_fetch(*a); });
}

}  // namespace daybreak::cli
