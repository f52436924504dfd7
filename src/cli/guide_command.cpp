// SPDX-License-Identifier: AGPL-3.0-or-later
// `daybreak directory guide`: prints the resource guide from services that were published for its
// readers, or prints a kept edition again.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <set>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/guide_source.hpp"
#include "commons/guide/guide.hpp"
#include "commons/guide/hidden.hpp"
#include "doc/docx.hpp"
#include "doc/pdf.hpp"
#include "doc/pdf_check.hpp"
#include "doc/plain_text.hpp"

namespace daybreak::cli {
namespace {

using guide::GuideEdition;

struct GuideArguments {
  std::string data, database, from, snapshot, last, keep, out;
  std::string audience = "public", language = "en", format = "pdf", paper = "letter";
  std::string title, publisher, region, site, corrections, notice, crisis, date;
  std::vector<std::string> hotlines, needs, counties, services;
  int cards = 8;
  bool large_print = false, no_qr_codes = false, demonstration = false, json = false;
};

Result<std::string> read_text_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return fail(ErrorKind::kNotFound, "cannot be read", path, "Check the name and the rights.");
  return std::string{std::istreambuf_iterator<char>(file), {}};
}

Result<void> write_file(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << bytes;
  file.close();
  if (!file)
    return fail(ErrorKind::kUnavailable, "cannot be written", path,
                "Check the folder and the space.");
  return {};
}

// "Name|Number|Note|Card label"
Result<guide::Hotline> parse_hotline(const std::string& words) {
  const auto parts = split(words, '|');
  if (parts.size() < 2 || parts.size() > 4 || trim(parts[0]).empty() || trim(parts[1]).empty()) {
    return fail(ErrorKind::kInvalid, "\"" + words + "\" is not \"Name|Number|Note|Card label\"",
                "--hotline");
  }
  const auto part = [&](std::size_t i) {
    return i < parts.size() ? std::string(trim(parts[i])) : std::string();
  };
  return guide::Hotline{.name = part(0), .number = part(1), .note = part(2), .card_label = part(3)};
}

bool matches(const guide::GuideEntry& entry, const GuideArguments& arguments) {
  const auto any = [](const std::vector<std::string>& wanted, const auto& test) {
    return wanted.empty() || std::any_of(wanted.begin(), wanted.end(), test);
  };
  return any(arguments.services,
             [&](const auto& id) { return entry.id.to_string() == to_lower_ascii(id); }) &&
         any(arguments.counties,
             [&](const auto& county) {
               return entry.counties.empty() ||
                      std::find(entry.counties.begin(), entry.counties.end(), county) !=
                          entry.counties.end();
             }) &&
         any(arguments.needs, [&](const auto& need) {
           return std::any_of(entry.needs.begin(), entry.needs.end(),
                              [&](const guide::NeedLabel& label) {
                                return label.group == need || label.label == need;
                              });
         });
}

std::string database_of(const GuideArguments& arguments) {
  if (!arguments.database.empty() || arguments.data.empty()) return arguments.database;
  return "sqlite:" + (std::filesystem::path(arguments.data) / "commons.db").string();
}

Result<GuideEdition> make_edition(const GuideArguments& arguments, Date today,
                                  std::vector<std::string>& hidden) {
  if (!arguments.snapshot.empty()) {
    return guide::from_snapshot(TRY(read_text_file(arguments.snapshot)));
  }
  GuideEdition edition;
  const auto language = language::parse_language(arguments.language);
  if (!language) return fail(ErrorKind::kInvalid, "the guide is made in en or es", "--language");
  edition.language = *language;
  const bool spanish = *language == language::Language::kSpanish;
  edition.title = !arguments.title.empty() ? arguments.title
                  : spanish                ? "Guía de recursos"
                                           : "Resource guide";
  edition.publisher = arguments.publisher;
  edition.region = arguments.region;
  edition.audience = arguments.audience;
  edition.date = arguments.date.empty() ? today : TRY(parse_date(arguments.date));
  edition.site = arguments.site;
  edition.corrections = arguments.corrections;
  edition.notice = arguments.notice;
  edition.crisis_reason = arguments.crisis;
  edition.demonstration = arguments.demonstration;
  for (const std::string& line : arguments.hotlines)
    edition.hotlines.push_back(TRY(parse_hotline(line)));
  StoredServices services = TRY(read_services({.file = arguments.from,
                                               .database = database_of(arguments),
                                               .audience = arguments.audience,
                                               .language = *language,
                                               .date = edition.date,
                                               .site = arguments.site}));
  edition.entries = std::move(services.entries);
  hidden = std::move(services.hidden);
  std::erase_if(edition.entries,
                [&](const guide::GuideEntry& entry) { return !matches(entry, arguments); });
  return edition;
}

guide::GuideForm form_of(const GuideArguments& arguments) {
  return {.paper = arguments.paper == "half-letter" ? doc::Paper::kHalfLetter
                   : arguments.paper == "a4"        ? doc::Paper::kA4
                                                    : doc::Paper::kLetter,
          .print = arguments.large_print ? doc::Print::kLarge : doc::Print::kRegular,
          .qr_codes = !arguments.no_qr_codes,
          .cards = arguments.cards};
}

Result<std::string> render(const GuideEdition& edition, const GuideArguments& arguments,
                           const std::optional<guide::GuideChanges>& changes) {
  const guide::GuideForm form = form_of(arguments);
  if (arguments.format == "html") return guide::guide_as_html(edition, changes);
  if (arguments.format == "snapshot") return guide::to_snapshot(edition);
  if (arguments.format == "pdf") return guide::guide_as_pdf(edition, form, changes);
  const doc::Document document = TRY(guide::compose_guide(edition, form, changes));
  if (arguments.format == "docx")
    return doc::to_docx(document, doc::page_setup(form.paper, form.print));
  return doc::to_plain_text(document);
}

void report(const GuideArguments& arguments, const GuideEdition& edition, const std::string& bytes,
            const std::optional<guide::GuideChanges>& changes) {
  Json result = Json::object({{"file", arguments.out},
                              {"services", static_cast<std::int64_t>(edition.entries.size())},
                              {"fingerprint", guide::fingerprint_of(edition)}});
  if (arguments.format == "pdf") {
    const doc::PdfReport checked = value_or_exit(doc::check_pdf(bytes));
    result.set("pages", checked.pages);
    result.set("accessible", checked.passes());
  }
  if (changes) {
    result.set("added", static_cast<std::int64_t>(changes->added.size()));
    result.set("changed", static_cast<std::int64_t>(changes->changed.size()));
    result.set("removed", static_cast<std::int64_t>(changes->removed.size()));
  }
  if (arguments.json) {
    fmt::print("{}\n", to_text(result));
    return;
  }
  fmt::print("{}: {} services", arguments.out, edition.entries.size());
  if (const Json* pages = result.find("pages")) fmt::print(", {} pages", *pages->if_integer());
  if (changes) {
    fmt::print("; since the last edition {} new, {} changed, {} removed", changes->added.size(),
               changes->changed.size(), changes->removed.size());
  }
  fmt::print("\nfingerprint {}\n", guide::fingerprint_of(edition));
}

Result<void> run(const GuideArguments& arguments) {
  const Date today{std::chrono::floor<std::chrono::days>(SystemClock().now())};
  std::vector<std::string> hidden;
  const GuideEdition edition = TRY(make_edition(arguments, today, hidden));
  if (edition.entries.empty()) {
    return fail(ErrorKind::kInvalid, "no service is left for this guide", "selection",
                "Widen --need, --county or --service, or check the input.");
  }
  std::optional<guide::GuideChanges> changes;
  if (!arguments.last.empty()) {
    changes = guide::changes_between(TRY(guide::from_snapshot(TRY(read_text_file(arguments.last)))),
                                     edition);
  }
  TRY(guide::check_nothing_hidden(TRY(guide::compose_guide(edition, form_of(arguments), changes)),
                                  hidden));
  const std::string bytes = TRY(render(edition, arguments, changes));
  TRY(write_file(arguments.out, bytes));
  if (!arguments.keep.empty()) TRY(write_file(arguments.keep, guide::to_snapshot(edition)));
  report(arguments, edition, bytes, changes);
  return {};
}

void add_words_options(CLI::App* command, GuideArguments& arguments) {
  command->add_option("--title", arguments.title, "Title on the cover");
  command->add_option("--publisher", arguments.publisher, "Who publishes the guide");
  command->add_option("--region", arguments.region, "The region it is for, in one line");
  command->add_option("--site", arguments.site, "Address of the live directory, for the QR codes");
  command->add_option("--corrections", arguments.corrections, "Where to report an error");
  command->add_option("--notice", arguments.notice, "Your own disclaimer, added to the guide's");
  command->add_option(
      "--hotline", arguments.hotlines,
      "\"Name|Number|Note|Card label\", as often as needed; only those with a card label are on "
      "the pocket card");
  command->add_option("--crisis", arguments.crisis, "Make a crisis edition: why, in a sentence");
  command->add_option("--date", arguments.date,
                      "Date of the edition, YYYY-MM-DD (default: today, UTC)");
  command->add_flag("--demonstration", arguments.demonstration,
                    "Say on every page that nothing in it is real");
}

}  // namespace

void add_guide_command(CLI::App& program) {
  CLI::App* directory = nullptr;
  for (CLI::App* group :
       program.get_subcommands([](CLI::App* app) { return app->get_name() == "directory"; })) {
    directory = group;
  }
  if (!directory) directory = program.add_subcommand("directory", "The resource directory");
  directory->require_subcommand(1);
  CLI::App* command = directory->add_subcommand("guide", "Print the resource guide");
  const auto arguments = std::make_shared<GuideArguments>();
  auto* from = command->add_option(
      "--from", arguments->from,
      "Services as HSDS JSON, published for the guide's audience (list, page or ndjson)");
  command->add_option("--snapshot", arguments->snapshot, "Print this kept edition again")
      ->excludes(from);
  command->add_option("--data", arguments->data, "The data directory whose directory is printed")
      ->excludes(from);
  command
      ->add_option("--database", arguments->database,
                   "The commons instead: sqlite:FILE or postgres://…")
      ->excludes(from);
  command->add_option("--last", arguments->last,
                      "Snapshot of the last edition, for the list of changes");
  command->add_option("--keep", arguments->keep, "Also write this edition's snapshot here");
  command->add_option("--out", arguments->out, "The file to write")->required();
  command->add_option("--audience", arguments->audience, "Whom the services were published for")
      ->check(CLI::IsMember({"public", "task_force"}))
      ->capture_default_str();
  command->add_option("--language", arguments->language, "Language of the guide")
      ->check(CLI::IsMember({"en", "es"}))
      ->capture_default_str();
  command->add_option("--format", arguments->format, "What to write")
      ->check(CLI::IsMember({"pdf", "html", "docx", "text", "snapshot"}))
      ->capture_default_str();
  command->add_option("--paper", arguments->paper, "Paper of the PDF")
      ->check(CLI::IsMember({"letter", "half-letter", "a4"}))
      ->capture_default_str();
  command->add_flag("--large-print", arguments->large_print, "Nothing smaller than 18 points");
  command->add_flag("--no-qr-codes", arguments->no_qr_codes,
                    "Leave the codes to the live entries out");
  command->add_option("--cards", arguments->cards, "Pocket cards at the end")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  command->add_option("--need", arguments->needs,
                      "Only services for this need, in the guide's words");
  command->add_option("--county", arguments->counties,
                      "Only services for this county (and wider ones)");
  command->add_option("--service", arguments->services, "Only the service with this id");
  add_words_options(command, *arguments);
  command->add_flag("--json", arguments->json, "Print what was made as JSON");
  command->callback([arguments] { value_or_exit(run(*arguments)); });
}

}  // namespace daybreak::cli
