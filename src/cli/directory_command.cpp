// SPDX-License-Identifier: AGPL-3.0-or-later
// `daybreak directory`: import other directories, export this one, check it, make mappings and
// fictional directories. Works on the commons of a data directory, whether the server runs or not.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>

#include "base/progress.hpp"
#include "base/table.hpp"
#include "base/text.hpp"
#include "cli/command.hpp"
#include "commons/directory/check.hpp"
#include "commons/directory/export.hpp"
#include "commons/directory/import.hpp"
#include "commons/directory/synthesize.hpp"

namespace daybreak::cli {
namespace {

namespace fs = std::filesystem;
using namespace directory;

struct Place {
  std::string data = "daybreak-data";
  std::string database;
};

// The commons, brought to the newest form, and the directory in it.
struct Opened {
  SystemClock clock;
  SystemRandom random;
  std::unique_ptr<db::Database> database;
  std::unique_ptr<Directory> directory;

  explicit Opened(const Place& place) {
    std::error_code ignored;
    if (place.database.empty()) fs::create_directories(place.data, ignored);
    const std::string url = place.database.empty()
                                ? "sqlite:" + (fs::path(place.data) / "commons.db").string()
                                : place.database;
    database = value_or_exit(db::Database::open(url));
    const db::ModuleMigrations migrations = store::migrations();
    value_or_exit(db::migrate(*database, std::span(&migrations, 1), clock));
    directory = std::make_unique<Directory>(*database, clock, random);
  }
};

void add_place(CLI::App* command, const std::shared_ptr<Place>& place) {
  command->add_option("--data", place->data, "The data directory")->capture_default_str();
  command->add_option("--database", place->database,
                      "The commons instead: sqlite:FILE or postgres://…");
}

Audience audience_named(const std::string& name) {
  if (name == "public") return Audience::everyone();
  if (name == "task_force") return Audience::task_force();
  if (name == "staff") return Audience::staff();
  if (name.starts_with("partner:")) return Audience::partner(name.substr(8));
  exit_with(
      {ErrorKind::kInvalid, "is no audience", name, "Use public, task_force, partner:ID or staff"});
}

struct ImportArguments {
  std::string path, source, licence, url, mapping, entity, rejects;
  bool dry_run = false, json = false;
};

std::string_view name_of(Notice::Kind kind) {
  constexpr std::array<std::string_view, 3> kNames = {"repaired", "kept beside", "rejected"};
  return kNames[static_cast<std::size_t>(kind)];
}

void print_report(const ImportReport& report, const ImportArguments& arguments) {
  if (arguments.json) {
    Json notices = Json::array(), notes = Json::array();
    for (const Notice& n : report.notices)
      notices.append(Json::object({{"kind", name_of(n.kind)},
                                   {"place", n.place},
                                   {"field", n.field},
                                   {"reason", n.reason}}));
    for (const std::string& note : report.notes) notes.append(note);
    const Json out = Json::object({{"rows", report.rows},
                                   {"created", report.counts.created},
                                   {"updated", report.counts.updated},
                                   {"unchanged", report.counts.unchanged},
                                   {"edits_kept", report.counts.kept_edits},
                                   {"rejected", report.rejected},
                                   {"repaired", report.repaired},
                                   {"kept_beside", report.set_aside},
                                   {"dry_run", arguments.dry_run},
                                   {"notes", notes},
                                   {"notices", notices}});
    fmt::print("{}\n", to_text(out, JsonLayout::kIndented));
    return;
  }
  for (const std::string& note : report.notes) fmt::print("{}\n", note);
  constexpr std::size_t kShown = 20;
  for (std::size_t i = 0; i < std::min(report.notices.size(), kShown); ++i) {
    const Notice& n = report.notices[i];
    fmt::print("{}: {}{}{} ({})\n", n.place, n.field, n.field.empty() ? "" : " ", n.reason,
               name_of(n.kind));
  }
  if (report.notices.size() > kShown)
    fmt::print("… and {} more; --json lists them\n", report.notices.size() - kShown);
  fmt::print(
      "{}{} rows: {} records new, {} updated, {} as they were; {} edits of yours kept and the "
      "source's words proposed; {} rows rejected\n",
      arguments.dry_run ? "Nothing was changed. " : "", with_commas(report.rows),
      with_commas(report.counts.created), with_commas(report.counts.updated),
      with_commas(report.counts.unchanged), report.counts.kept_edits, report.rejected);
  if (report.rejected > 0 && !arguments.rejects.empty())
    fmt::print("The rejected rows are in {}\n", arguments.rejects);
}

std::optional<Mapping> chosen_mapping(Opened& opened, const std::string& name) {
  if (name.empty()) return std::nullopt;
  if (fs::exists(name)) {
    const Json json = value_or_exit(parse_json(value_or_exit(read_text_file(name)), {}, name));
    Mapping mapping = value_or_exit(Mapping::parse(json));
    value_or_exit(opened.database->write([&](db::Connection& c) {
      return store::put_mapping(c, mapping.name, json, opened.clock.now());
    }));
    return mapping;
  }
  const auto saved = value_or_exit(
      opened.database->read([&](db::Connection& c) { return store::mapping(c, name); }));
  if (!saved)
    exit_with({ErrorKind::kNotFound, "is neither a file nor a saved mapping", name,
               "Make one with `daybreak directory mapping FILE`"});
  return value_or_exit(Mapping::parse(*saved));
}

void run_import(const Place& place, const ImportArguments& arguments) {
  Opened opened(place);
  ImportOptions options{.source = arguments.source.empty()
                                      ? fs::path(arguments.path).filename().string()
                                      : arguments.source,
                        .licence = arguments.licence,
                        .url = arguments.url,
                        .mode = arguments.dry_run ? ImportMode::kDryRun : ImportMode::kApply,
                        .rejects = arguments.rejects};
  options.mapping = chosen_mapping(opened, arguments.mapping);
  if (!arguments.entity.empty()) {
    const EntityInfo* entity = find_entity(arguments.entity);
    if (!entity)
      exit_with({ErrorKind::kInvalid, "is no entity of HSDS", arguments.entity,
                 "For example service or organization"});
    options.entity = entity->entity;
  }
  Progress progress(stderr, opened.clock, {.label = "Importing", .unit = "records"},
                    arguments.json ? ProgressStyle::kNone : progress_style_for(stderr));
  options.progress = [&](std::uint64_t records) { progress.set(records); };
  const ImportReport report =
      value_or_exit(import_path(*opened.directory, arguments.path, options));
  progress.finish();
  if (!arguments.dry_run) value_or_exit(opened.directory->find_duplicates());
  print_report(report, arguments);
  if (report.rejected > 0) throw Exit{kExitPartial};
}

void add_import(CLI::App* group) {
  CLI::App* command = group->add_subcommand(
      "import",
      "Take in another directory: HSDS JSON or CSV (folder, zip, file), or a spreadsheet");
  const auto place = std::make_shared<Place>();
  const auto a = std::make_shared<ImportArguments>();
  command->add_option("path", a->path, "The file or folder")->required();
  command->add_option("--source", a->source,
                      "What the source is called; the same name updates its records");
  command->add_option("--licence", a->licence, "The licence under which the source gives its data");
  command->add_option("--url", a->url, "Where the source is");
  command->add_option("--mapping", a->mapping,
                      "A mapping file, which is then saved, or the name of a saved one");
  command->add_option("--entity", a->entity,
                      "What the JSON objects are, where they do not show it");
  command->add_option("--rejects", a->rejects,
                      "Write rejected rows to this CSV file, with the reasons");
  command->add_flag("--dry-run", a->dry_run, "Only report what would happen");
  command->add_flag("--json", a->json, "Print the report as JSON");
  add_place(command, place);
  command->callback([place, a] { run_import(*place, *a); });
}

void add_export(CLI::App* group) {
  CLI::App* command = group->add_subcommand("export", "Give the directory to others as HSDS 3.1");
  struct Arguments {
    std::string folder, format = "json", audience = "public";
    bool strict = false, json = false;
  };
  const auto place = std::make_shared<Place>();
  const auto a = std::make_shared<Arguments>();
  command->add_option("folder", a->folder, "Where the files go")->required();
  command->add_option("--format", a->format, "json, ndjson or csv (data package)")
      ->check(CLI::IsMember({"json", "ndjson", "csv"}))
      ->capture_default_str();
  command->add_option("--audience", a->audience, "public, task_force, partner:ID or staff")
      ->capture_default_str();
  command->add_flag("--strict", a->strict,
                    "Only what plain HSDS 3.1 knows, without the profile's fields");
  command->add_flag("--json", a->json, "Print the list of files as JSON");
  add_place(command, place);
  command->callback([place, a] {
    Opened opened(*place);
    ExportOptions options{.audience = audience_named(a->audience)};
    options.format = a->format == "csv"    ? ExportFormat::kCsv
                     : a->format == "json" ? ExportFormat::kJson
                                           : ExportFormat::kNdjson;
    if (a->strict) options.conformance = Conformance::kStrict;
    Progress progress(stderr, opened.clock, {.label = "Exporting", .unit = "records"},
                      a->json ? ProgressStyle::kNone : progress_style_for(stderr));
    options.progress = [&](std::uint64_t records) { progress.set(records); };
    const ExportReport report = value_or_exit(export_to(*opened.directory, a->folder, options));
    progress.finish();
    Json files = Json::object();
    for (const auto& [name, count] : report.files) files.set(name, count);
    if (a->json) {
      fmt::print("{}\n", to_text(Json::object({{"audience", a->audience}, {"files", files}}),
                                 JsonLayout::kIndented));
    } else {
      for (const auto& [name, count] : report.files)
        fmt::print("{:>9}  {}\n", with_commas(count), name);
    }
  });
}

void add_check(CLI::App* group) {
  CLI::App* command =
      group->add_subcommand("check", "Say what is stale, missing, doubtful or would leak");
  const auto place = std::make_shared<Place>();
  const auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "Print the findings as JSON");
  add_place(command, place);
  command->callback([place, json] {
    Opened opened(*place);
    const CheckReport report =
        value_or_exit(check_directory(*opened.directory, opened.clock.now()));
    if (*json) {
      fmt::print("{}\n", to_text(to_json(report), JsonLayout::kIndented));
    } else {
      for (const auto& [what, count] : report.counts)
        fmt::print("{:>9}  {}\n", with_commas(count), what);
      for (const std::string& leak : report.leaks) fmt::print("LEAK {}\n", leak);
    }
    if (!report.leaks.empty()) throw Exit{kExitFailure};
  });
}

void add_mapping(CLI::App* group) {
  CLI::App* command = group->add_subcommand(
      "mapping",
      "Guess what the columns of a spreadsheet mean; check the result, then import with it");
  const auto path = std::make_shared<std::string>();
  command->add_option("file", *path, "A CSV or Excel file with a header row")->required();
  command->callback([path] {
    const auto table = value_or_exit(TableReader::open(*path));
    fmt::print("{}\n", to_text(suggest_mapping(table->header(), fs::path(*path).stem().string()),
                               JsonLayout::kIndented));
  });
}

void add_synthesize(CLI::App* group) {
  CLI::App* command =
      group->add_subcommand("synthesize", "Fill the directory with obviously fictional services");
  struct Arguments {
    std::size_t services = 300;
    std::uint64_t seed = 1;
    bool demonstration = false;
  };
  const auto place = std::make_shared<Place>();
  const auto a = std::make_shared<Arguments>();
  command->add_option("--services", a->services, "How many")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command->add_option("--seed", a->seed, "The same seed gives the same directory")
      ->capture_default_str();
  command->add_flag("--demonstration", a->demonstration,
                    "The task force of the 17 counties of western New York, not the whole state");
  add_place(command, place);
  command->callback([place, a] {
    Opened opened(*place);
    Progress progress(stderr, opened.clock,
                      {.label = "Making services", .unit = "services", .total = a->services});
    const ImportCounts counts = value_or_exit(
        synthesize_into(*opened.directory,
                        {.scene = a->demonstration ? Scene::kDemonstration : Scene::kBenchmark,
                         .services = a->services,
                         .seed = a->seed,
                         .now = opened.clock.now()},
                        [&](std::uint64_t services) { progress.set(services); }));
    progress.finish();
    fmt::print("{} records new, {} updated, {} as they were\n", with_commas(counts.created),
               with_commas(counts.updated), with_commas(counts.unchanged));
  });
}

}  // namespace

void add_directory_command(CLI::App& program) {
  CLI::App* group =
      program.add_subcommand("directory", "Import, export and check the resource directory");
  group->require_subcommand(1);
  add_import(group);
  add_export(group);
  add_check(group);
  add_mapping(group);
  add_synthesize(group);
}

}  // namespace daybreak::cli
