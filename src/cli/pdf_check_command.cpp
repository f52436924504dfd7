// SPDX-License-Identifier: AGPL-3.0-or-later
// `daybreak pdf-check`: says whether a PDF file is accessible, and where it is not.
#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fstream>
#include <iterator>

#include "base/json.hpp"
#include "cli/command.hpp"
#include "doc/pdf_check.hpp"

namespace daybreak::cli {
namespace {

void print_json(const doc::PdfReport& report) {
  Json findings = Json::array();
  for (const doc::PdfFinding& finding : report.findings) {
    findings.append(Json::object(
        {{"rule", finding.rule}, {"place", finding.place}, {"message", finding.message}}));
  }
  fmt::print("{}\n", to_text(Json::object({{"title", report.title},
                                           {"language", report.language},
                                           {"pages", report.pages},
                                           {"claims_pdf_ua", report.claims_ua},
                                           {"passes", report.passes()},
                                           {"findings", std::move(findings)}})));
}

void check(const std::string& path, bool json, bool structure) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    exit_with({ErrorKind::kNotFound, "cannot be read", path, "Check the name and the rights."});
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  const doc::PdfReport report = value_or_exit(doc::check_pdf(bytes));
  if (json) {
    print_json(report);
  } else {
    for (const doc::PdfFinding& finding : report.findings) {
      fmt::print("{}: {}: {} [{}]\n", path, finding.place, finding.message, finding.rule);
    }
    fmt::print(
        "{}: {} pages, {} headings, {} figures, {} tables, {} links: {}\n", path, report.pages,
        report.headings, report.figures, report.tables, report.links,
        report.passes() ? "nothing found" : fmt::format("{} findings", report.findings.size()));
  }
  if (structure) {
    for (const std::string& line : report.structure) fmt::print("{}\n", line);
  }
  if (!report.passes()) throw Exit{kExitFailure};
}

}  // namespace

void add_pdf_check_command(CLI::App& program) {
  CLI::App* command = program.add_subcommand("pdf-check", "Check whether a PDF file is accessible");
  struct Arguments {
    std::string file;
    bool json = false, structure = false;
  };
  const auto arguments = std::make_shared<Arguments>();
  command->add_option("file", arguments->file, "The PDF file")->required();
  command->add_flag("--structure", arguments->structure,
                    "Also print the structure tree in reading order");
  command->add_flag("--json", arguments->json, "Print JSON");
  command->callback([arguments] { check(arguments->file, arguments->json, arguments->structure); });
}

}  // namespace daybreak::cli
