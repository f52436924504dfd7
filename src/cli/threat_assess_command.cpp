// SPDX-License-Identifier: AGPL-3.0-or-later
// `daybreak threat assess` and `reproduce`.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>

#include "base/byte_source.hpp"
#include "base/json.hpp"
#include "cli/command.hpp"
#include "cli/threat_options.hpp"
#include "commons/threat/assess.hpp"
#include "commons/threat/report.hpp"
#include "commons/threat/words.hpp"
#include "doc/html_edition.hpp"
#include "doc/pdf.hpp"
#include "trust/document_signer.hpp"

namespace daybreak::cli {
namespace {

namespace fs = std::filesystem;
using namespace threat;

struct AssessArguments {
  std::string counties, region, from = "2005-01-01", to = "2025-12-31";
  std::string html, pdf, csv, geojson, notice, lens = "any";
  std::uint32_t replications = 0;
  std::uint64_t seed = 1;
  unsigned threads = 2;
  bool json = false, analyst = false;
};

void write_reports(const Assessment& found, const AssessArguments& a, Date today) {
  if (!a.csv.empty()) value_or_exit(write_file(a.csv, to_csv(found)));
  if (!a.geojson.empty()) value_or_exit(write_file(a.geojson, to_geojson(found)));
  if (a.html.empty() && a.pdf.empty()) return;
  const doc::Document document = to_document(found, today, a.notice);
  if (!a.html.empty()) value_or_exit(write_file(a.html, value_or_exit(doc::to_html(document))));
  if (!a.pdf.empty()) value_or_exit(write_file(a.pdf, value_or_exit(doc::to_pdf(document))));
}

void run_assess(const ThreatPlace& place, const AssessArguments& a) {
  ThreatStore opened(place);
  AssessRequest request;
  request.counties = counties_named(a.counties);
  request.region = a.region.empty() ? a.counties : a.region;
  request.from = value_or_exit(parse_date(a.from));
  request.to = value_or_exit(parse_date(a.to));
  request.replications =
      a.replications > 0 ? a.replications : usual_copies(request.counties.size());
  request.seed = a.seed;
  request.threads = a.threads;
  request.lens = value_or_exit(opened.database->read(
      [&](db::Connection& c) { return find_lens(c, a.lens); }));
  if (a.analyst) request.readers = Readers::kAnalyst;
  Assessment found = value_or_exit(assess(*opened.database, request));
  value_or_exit(register_run(*opened.database, found, opened.clock.now()));
  write_reports(found, a, std::chrono::floor<std::chrono::days>(opened.clock.now()));
  if (a.json) {
    Json report = to_json(found);
    // Where the data directory is a node's, the node signs.
    if (const auto key = trust::NodeKey::load(place.data); place.database.empty() && key) {
      const trust::DocumentSigner signer(*key);
      report.set("signature", Json::object({{"key", signer.public_key()},
                                            {"value", signer.sign(fingerprint_of(report))}}));
    }
    fmt::print("{}\n", to_text(report, JsonLayout::kIndented));
    return;
  }
  const language::Words t(language::Language::kEnglish);
  for (const std::string& sentence : summary_words(found, t)) fmt::print("{}\n", sentence);
  for (const DenominatorReport& report : found.denominators)
    fmt::print("  {}: {}. {}\n", name_of(report.denominator), source_words(report, found.request.lens, t),
               missing_words(report, found.request.lens, t));
  std::size_t rank = 0;
  for (const Finding& finding : found.findings) {
    fmt::print("\n{}.\n", ++rank);
    for (const std::string& sentence : finding.words) fmt::print("  {}\n", sentence);
  }
}

void add_assess(CLI::App* group) {
  CLI::App* command = group->add_subcommand(
      "assess",
      "Which industries, where, since when show more violations than their size explains");
  const auto place = std::make_shared<ThreatPlace>();
  const auto a = std::make_shared<AssessArguments>();
  command->add_option("--counties", a->counties, "FIPS codes with commas, states, wny or nation")
      ->required();
  command->add_option("--region", a->region, "What the counties are called together");
  command->add_option("--from", a->from, "First day")->capture_default_str();
  command->add_option("--to", a->to, "Last day")->capture_default_str();
  command->add_option("--lens", a->lens, "Whose records count, and which: any, h2a, child_labor, …, osha_any, "
                  "osha_serious, h2a_denied, or one that analysts made")
      ->capture_default_str();
  command
      ->add_option("--replications", a->replications,
                   "Random copies; 999, or 199 for more than 500 counties")
      ->check(CLI::Range(99, 99'999));
  command->add_option("--seed", a->seed, "The same seed gives the same report")
      ->capture_default_str();
  command->add_option("--threads", a->threads, "Threads")->capture_default_str();
  command->add_flag("--analyst", a->analyst, "Show cells of few employers too");
  command->add_option("--notice", a->notice, "Words on top of the report");
  command->add_option("--html", a->html, "Write the report as a page");
  command->add_option("--pdf", a->pdf, "Write the report as PDF");
  command->add_option("--csv", a->csv, "Write the findings as CSV");
  command->add_option("--geojson", a->geojson, "Write the counties of the findings");
  command->add_flag("--json", a->json, "Print all numbers as JSON");
  add_place(command, place);
  command->callback([place, a] { run_assess(*place, *a); });
}

void run_reproduce(const ThreatPlace& place, const std::string& file) {
  ThreatStore opened(place);
  const Json report = value_or_exit(parse_json(value_or_exit(read_text_file(file)), {}, file));
  const Json* request = report.find("request");
  const Json* fingerprint = report.find("fingerprint");
  if (!request || !fingerprint || !fingerprint->if_string())
    exit_with({ErrorKind::kInvalid, "is no report", file,
               "Give what `daybreak threat assess --json` printed"});
  if (fingerprint_of(report) != *fingerprint->if_string())
    exit_with({ErrorKind::kInvalid, "was changed since it was made", file,
               "Its fingerprint does not fit its numbers"});
  if (const Json* signature = report.find("signature")) {
    const Json *key = signature->find("key"), *value = signature->find("value");
    if (!key || !key->if_string() || !value || !value->if_string() ||
        !trust::DocumentSigner::is_signed(*fingerprint->if_string(), *key->if_string(),
                                          *value->if_string()))
      exit_with({ErrorKind::kInvalid, "carries a signature that does not fit", file,
                 "Ask whoever gave it to you for the report as it was made"});
    fmt::print("The signature of the node {} fits.\n", *key->if_string());
  }
  const Json again =
      to_json(value_or_exit(assess(*opened.database, value_or_exit(parse_request(*request)))));
  if (fingerprint_of(again) == *fingerprint->if_string()) {
    fmt::print("The report is reproduced: {}\n", *fingerprint->if_string());
    return;
  }
  for (const JsonMember& member : *report.if_object()) {
    const Json* now = again.find(member.key);
    if (member.key != "fingerprint" && member.key != "family" && member.key != "signature" && (!now || !(*now == member.value)))
      fmt::print("differs: {}\n", member.key);
  }
  exit_with({ErrorKind::kConflict, "is not reproduced", file,
             "Compare data_versions: the files in the store may be others"});
}

void add_reproduce(CLI::App* group) {
  CLI::App* command =
      group->add_subcommand("reproduce", "Make a report again and say whether it is the same");
  const auto place = std::make_shared<ThreatPlace>();
  const auto file = std::make_shared<std::string>();
  command->add_option("report", *file, "What `assess --json` printed")->required();
  add_place(command, place);
  command->callback([place, file] { run_reproduce(*place, *file); });
}

}  // namespace

void add_threat_assessment(CLI::App* group) {
  add_assess(group);
  add_reproduce(group);
}

}  // namespace daybreak::cli
