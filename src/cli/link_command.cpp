// SPDX-License-Identifier: AGPL-3.0-or-later
// `daybreak link`: which rows of one or two tables are the same firm or person, how likely, and
// why.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <optional>
#include <thread>
#include <unistd.h>

#include "base/byte_source.hpp"
#include "base/csv.hpp"
#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/link_output.hpp"
#include "stats/linkage/link.hpp"

namespace daybreak::cli {
namespace {

using namespace daybreak::linkage;

struct LinkArguments {
  std::vector<std::string> files;
  std::vector<std::string> columns, columns_b;
  std::string score_pairs;
  bool paired = false, one_to_one = false, everything = false, json = false, no_reasons = false;
  bool quiet = false;
  std::size_t draws = 0;
  LinkOptions options;
};

struct ColumnChoice {
  std::string name;
  std::optional<FieldKind> kind;
};

Result<std::vector<ColumnChoice>> parse_columns(const std::vector<std::string>& words) {
  std::vector<ColumnChoice> out;
  for (const std::string& word : words) {
    const std::size_t colon = word.rfind(':');
    ColumnChoice choice{std::string(trim(std::string_view(word).substr(0, colon))), std::nullopt};
    if (colon != std::string::npos) {
      choice.kind = TRY(parse_kind(trim(std::string_view(word).substr(colon + 1))));
    }
    out.push_back(std::move(choice));
  }
  return out;
}

// Reads the chosen columns (all of them when none is chosen). Warns of rows that are not as the
// header says; they stay, so that rows keep their numbers.
Result<Table> read_table(const std::string& path, const std::vector<ColumnChoice>& choices) {
  auto reader = TRY(CsvReader::open(TRY(open_file(path))));
  Table table;
  std::vector<std::size_t> positions;
  if (choices.empty()) {
    for (std::size_t i = 0; i < reader.header().size(); ++i) {
      positions.push_back(i);
      table.columns.emplace_back(reader.header()[i], FieldKind::kText);
    }
  }
  for (const ColumnChoice& choice : choices) {
    positions.push_back(TRY(reader.require_column(choice.name)));
    table.columns.emplace_back(choice.name, choice.kind.value_or(FieldKind::kText));
  }
  while (const CsvRow* row = TRY(reader.next())) {
    for (std::size_t i = 0; i < positions.size(); ++i) {
      table.columns[i].append((*row)[positions[i]]);
    }
  }
  const CsvNotes& notes = reader.notes();
  if (notes.bad_rows > 0) {
    fmt::print(stderr,
               "daybreak: {}: {} rows are damaged; what could be read of them is compared\n", path,
               notes.bad_rows);
  }
  if (notes.rows_in_windows_1252 > 0) {
    fmt::print(stderr, "daybreak: {}: {} rows are not UTF-8 and were read as Windows-1252\n", path,
               notes.rows_in_windows_1252);
  }
  return table;
}

void settle_kinds(Table& table, const std::vector<ColumnChoice>& choices) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const bool chosen = i < choices.size() && choices[i].kind.has_value();
    if (!chosen) table.columns[i].set_kind(infer_kind(table.columns[i]));
  }
  if (table.columns.size() == 1 && table.columns[0].kind() == FieldKind::kText) {
    table.columns[0].set_kind(FieldKind::kName);  // one column of anything is a list of names
  }
}

// Says what is going on, at most once a second on a terminal and in tenths elsewhere.
StageReport make_progress(bool quiet) {
  if (quiet) return [](std::string_view, double) {};
  auto last = std::make_shared<std::string>();
  return [last, terminal = isatty(STDERR_FILENO) != 0](std::string_view stage, double share) {
    std::string line = share > 0 ? fmt::format("{}: {} %", stage, static_cast<int>(share * 10) * 10)
                                 : std::string(stage);
    if (line == *last) return;
    *last = line;
    if (terminal) {
      fmt::print(stderr, "\r\x1b[K{}", line);
    } else if (share == 0) {
      fmt::print(stderr, "{}\n", line);
    }
    std::fflush(stderr);
  };
}

Result<std::vector<RowPair>> read_pairs(const std::string& path, const Linkage& linkage) {
  auto reader = TRY(CsvReader::open(TRY(open_file(path))));
  const std::size_t first = reader.column("a").value_or(0), second = reader.column("b").value_or(1);
  const auto& corpus = linkage.corpus();
  const std::size_t rows_a = corpus.rows[0], rows_b = corpus.rows[corpus.two_tables ? 1 : 0];
  std::vector<RowPair> out;
  while (const CsvRow* row = TRY(reader.next())) {
    const auto a = to_integer(trim((*row)[first])), b = to_integer(trim((*row)[second]));
    if (!a || !b || *a < 1 || *b < 1 || static_cast<std::size_t>(*a) > rows_a ||
        static_cast<std::size_t>(*b) > rows_b) {
      return fail(ErrorKind::kInvalid, "this is not a pair of row numbers of the tables",
                  row->place(),
                  fmt::format("give rows 1 to {} and 1 to {} in columns a and b", rows_a, rows_b));
    }
    out.push_back(
        linkage.score(static_cast<std::uint32_t>(*a - 1), static_cast<std::uint32_t>(*b - 1)));
  }
  return out;
}

Result<std::vector<RowPair>> score_rows(const Linkage& linkage) {
  const auto& rows = linkage.corpus().rows;
  if (!linkage.corpus().two_tables || rows[0] != rows[1]) {
    return fail(ErrorKind::kInvalid, "--paired needs two tables with equally many rows", {},
                fmt::format("these have {} and {}", rows[0], rows[1]));
  }
  std::vector<RowPair> out;
  for (std::uint32_t row = 0; row < rows[0]; ++row) out.push_back(linkage.score(row, row));
  return out;
}

Result<void> run(LinkArguments& arguments) {
  const auto choices = TRY(parse_columns(arguments.columns));
  auto choices_b = TRY(parse_columns(arguments.columns_b));
  if (choices_b.empty()) choices_b = choices;
  Table a = TRY(read_table(arguments.files[0], choices));
  settle_kinds(a, choices);
  std::optional<Table> b;
  if (arguments.files.size() == 2) {
    b = TRY(read_table(arguments.files[1], choices_b));
    for (std::size_t i = 0; i < std::min(a.columns.size(), b->columns.size()); ++i) {
      b->columns[i].set_kind(a.columns[i].kind());
    }
  }
  LinkOptions& options = arguments.options;
  options.shape = arguments.one_to_one ? Shape::kOneToOne : Shape::kAny;
  if (arguments.everything) options.keep = 0;
  options.progress = make_progress(arguments.quiet);
  const Linkage linkage = TRY(link(a, b ? &*b : nullptr, options));
  if (!arguments.quiet && isatty(STDERR_FILENO) != 0) fmt::print(stderr, "\r\x1b[K");
  LinkOutput output{linkage, a, options, arguments.json, !arguments.no_reasons};
  if (arguments.paired) return output.print_scores(TRY(score_rows(linkage)));
  if (!arguments.score_pairs.empty()) {
    return output.print_scores(TRY(read_pairs(arguments.score_pairs, linkage)));
  }
  return output.print_links(arguments.everything, arguments.draws);
}

}  // namespace

void add_link_command(CLI::App& program) {
  CLI::App* command = program.add_subcommand(
      "link", "Find the rows of one or two tables that are the same firm or person");
  auto arguments = std::make_shared<LinkArguments>();
  LinkOptions& options = arguments->options;
  options.threads = static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 64U));
  command->add_option("tables", arguments->files, "A.csv, and B.csv to link two tables")
      ->required()
      ->expected(1, 2);
  command
      ->add_option(
          "--columns", arguments->columns,
          "Columns to compare, such as name,street,city,state,dob:date. Kinds: name, given, "
          "surname, street, city, state, zip, date, number, id, phone, category, text")
      ->delimiter(',');
  command->add_option("--columns-b", arguments->columns_b, "The same columns' names in B.csv")
      ->delimiter(',');
  command->add_option("--threshold", options.threshold, "Least probability of a link")
      ->capture_default_str();
  command->add_flag("--one-to-one", arguments->one_to_one,
                    "Neither table repeats anyone: at most one partner for a row");
  command
      ->add_option("--cannot-link", options.cannot_link,
                   "Columns whose differing values forbid a link, such as ein")
      ->delimiter(',');
  command->add_flag("--all", arguments->everything,
                    "Print every pair that was compared, links or not");
  command->add_flag("--paired", arguments->paired,
                    "Score row i of A with row i of B, for every i, instead of searching");
  command->add_option("--score-pairs", arguments->score_pairs,
                      "Score the pairs of rows in this file (columns a, b) instead of searching");
  command->add_option("--draws", arguments->draws,
                      "Also print this many draws of the clusters from the posterior");
  command->add_option("--size-alarm", options.size_alarm, "Mark clusters of more rows than this")
      ->capture_default_str();
  command->add_option("--threads", options.threads,
                      "Threads (default: all); the result does not depend on it");
  command->add_option("--seed", options.seed, "Seed of the pair sample and of the draws")
      ->capture_default_str();
  command->add_flag("--no-reasons", arguments->no_reasons, "Leave the reasons out");
  command->add_flag("--quiet", arguments->quiet, "No progress on standard error");
  command->add_flag("--json", arguments->json, "Print JSON instead of CSV");
  command->callback([arguments] { value_or_exit(run(*arguments)); });
}

}  // namespace daybreak::cli
