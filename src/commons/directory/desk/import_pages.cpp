// SPDX-License-Identifier: AGPL-3.0-or-later
// Importing a file: upload, what its columns mean (kept for the next time), a trial that changes
// nothing, the import itself, and what was not taken as a file. A field that a person changed here
// keeps the person's value; what the source says instead waits among the proposals.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/byte_source.hpp"
#include "base/table.hpp"
#include "base/text.hpp"
#include "commons/directory/desk/form.hpp"
#include "commons/directory/desk/merge_records.hpp"
#include "commons/directory/desk/parts.hpp"
#include "commons/directory/desk/store.hpp"
#include "commons/directory/import.hpp"

namespace daybreak::directory::desk {
namespace {

namespace fs = std::filesystem;
using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using language::Words;

constexpr std::size_t kMostMegabytes = 64;
constexpr std::size_t kNoticesKept = 500, kColumnsShown = 150;

Href address_of_import(const Uuid& id) { return Href("/directory/imports") / id.to_string(); }

fs::path folder_of(const Office& office, const Uuid& id) {
  return office.folder / "imports" / id.to_string();
}
fs::path file_of(const Office& office, const papers::Import& import) {
  return folder_of(office, import.id) / import.file_name;
}
fs::path rejects_of(const Office& office, const papers::Import& import) {
  return folder_of(office, import.id) / "rejects.csv";
}

// A name that is safe as a file's, with the ending that tells what it is.
std::string safe_name(std::string_view name) {
  std::string safe;
  for (const char c : name.substr(name.find_last_of("/\\") + 1))
    safe += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    c == '-' || c == '_' || (c == '.' && !safe.empty())
                ? c
                : '_';
  if (safe.size() > 80) safe = safe.substr(safe.size() - 80);
  return safe.empty() || safe == "rejects.csv" ? "file.csv" : safe;
}

Json report_json(const ImportReport& report) {
  Json notices = Json::array();
  for (std::size_t i = 0; i < std::min(report.notices.size(), kNoticesKept); ++i) {
    const Notice& one = report.notices[i];
    notices.append(
        Json::object({{"place", one.place}, {"field", one.field}, {"reason", one.reason}}));
  }
  Json notes = Json::array();
  for (const std::string& note : report.notes) notes.append(note);
  return Json::object({{"rows", report.rows},
                       {"created", report.counts.created},
                       {"updated", report.counts.updated},
                       {"unchanged", report.counts.unchanged},
                       {"kept_edits", report.counts.kept_edits},
                       {"rejected", report.rejected},
                       {"notices", std::move(notices)},
                       {"notes", std::move(notes)}});
}

Result<std::optional<Mapping>> mapping_of(const Office& office, const papers::Import& import) {
  if (import.mapping.empty()) return std::nullopt;
  const auto json = TRY(office.directory.database().read(
      [&](db::Connection& c) { return store::mapping(c, import.mapping); }));
  if (!json) return std::nullopt;
  return TRY(Mapping::parse(*json));
}

Result<void> keep(const Office& office, const trust::Actor& actor, const papers::Import& import,
                  std::string_view action) {
  return office.directory.database().write([&](db::Connection& c) -> Result<void> {
    TRY(papers::put_import(c, import));
    return trust::append_audit(c, actor,
                               {.action = "directory_import." + std::string(action),
                                .object_type = "directory_import",
                                .object = import.id.to_string()},
                               office.clock.now());
  });
}

// Reads the whole file; the report says what happened, or would.
Result<void> run(const Office& office, const trust::Actor& actor, papers::Import& import,
                 ImportMode mode) {
  ImportOptions options{.source = import.source, .licence = import.licence, .mode = mode};
  options.mapping = TRY(mapping_of(office, import));
  options.rejects = rejects_of(office, import);
  std::error_code ignored;
  fs::remove(options.rejects, ignored);
  const auto report = import_path(office.directory, file_of(office, import), options);
  if (!report) {
    import.state = "failed";
    import.report = Json::object({{ "error", report.error().describe() }});
    return keep(office, actor, import, "run");
  }
  import.state = mode == ImportMode::kDryRun ? "tried" : "done";
  import.report = report_json(*report);
  TRY(keep(office, actor, import, mode == ImportMode::kDryRun ? "try" : "run"));
  if (mode == ImportMode::kDryRun) return {};
  fs::remove(file_of(office, import), ignored);  // what was read is in the store now
  TRY(find_candidates(office.directory));
  return {};
}

Result<papers::Import> import_in(const Office& office, const Request& request) {
  TRY(permit(office, visit::actor_of(request), "directory_import", "run"));
  auto found = TRY(office.directory.database().read(
      [&](db::Connection& c) { return papers::import(c, request.uuid_parameter("id")); }));
  if (!found) return fail(ErrorKind::kNotFound, "there is no such import");
  return std::move(*found);
}

// A table that nobody has explained yet: a question to the person, not a failure.
bool waits_for_columns(const papers::Import& import) {
  return import.state == "failed" && import.mapping.empty() &&
         text_of(import.report, "error").find(kUnknownTable) != std::string_view::npos;
}

std::string_view state_words(Words t, const papers::Import& import) {
  const std::string_view state = import.state;
  if (waits_for_columns(import)) return t("Columns to be explained");
  if (state == "tried") return t("Tried");
  if (state == "done") return t("Imported");
  if (state == "failed") return t("Failed");
  return t("Uploaded");
}

void write_upload(Markup& out, const Request& request, std::span<const html::FieldError> errors) {
  const Words t = out.words();
  html::post_form(
      out,
      {.action = "/directory/imports",
       .csrf_token = visit::csrf_of(request),
       .with_files = true,
       .label = t("Import a file")},
      [&] {
        html::file_input(out, {.words = {.name = "file",
                                         .label = t("File"),
                                         .hint = t("CSV, XLSX, HSDS JSON or a zipped HSDS package, "
                                                   "at most {0} MB",
                                                   {std::to_string(kMostMegabytes)}),
                                         .error = html::error_of(errors, "file")},
                               .accept = ".csv,.tsv,.txt,.xlsx,.json,.ndjson,.zip"});
        html::text_input(out, {.words = {.name = "source",
                                         .label = t("What the source is called"),
                                         .hint = t("The same name again updates its records."),
                                         .error = html::error_of(errors, "source")},
                               .autocomplete = "off",
                               .max_length = 200});
        html::text_input(out, {.words = {.name = "licence", .label = t("Licence of the data")},
                               .autocomplete = "off",
                               .max_length = 200});
        html::button(out, {.text = t("Upload")});
      });
}

Response list_page(const Office& office, const Request& request,
                   std::span<const html::FieldError> errors) {
  const Words t(visit::language_of(request));
  const auto imports =
      office.directory.database().read([](db::Connection& c) { return papers::imports(c, 100); });
  if (!imports) return refuse(office, request, imports.error(), "/directory");
  return staff_page(
      office, request, t("Imports"), {},
      [&](Markup& out) {
        html::error_summary(out, errors);
        write_upload(out, request, errors);
        if (imports->empty()) return;
        html::table(out,
                    {.caption = t("Imports"),
                     .columns = {{t("File")},
                                 {t("What the source is called")},
                                 {t("State")},
                                 {t("Since")}}},
                    [&](html::Rows& rows) {
                      for (const papers::Import& one : *imports) {
                        rows.row();
                        rows.link(one.file_name, address_of_import(one.id));
                        rows.cell(one.source);
                        rows.cell(state_words(t, one));
                        rows.cell(date_words(t, one.created));
                      }
                    });
      },
      errors.empty() ? http::Status::kOk : http::Status::kUnprocessable);
}

Response list(const Office& office, Request& request) {
  if (const auto allowed = permit(office, visit::actor_of(request), "directory_import", "run");
      !allowed)
    return refuse(office, request, allowed.error(), "/directory");
  return list_page(office, request, {});
}

Response upload(const Office& office, Request& request) {
  const Words t(visit::language_of(request));
  const trust::Actor actor = visit::actor_of(request);
  if (const auto allowed = permit(office, actor, "directory_import", "run"); !allowed)
    return refuse(office, request, allowed.error(), "/directory");
  const http::Upload* file = request.form().find_file("file");
  papers::Import import{.id = Uuid::generate(office.clock, office.random),
                        .source = said(request.form().fields, "source"),
                        .licence = said(request.form().fields, "licence"),
                        .state = "uploaded",
                        .who = who_of(actor),
                        .created = office.clock.now(),
                        .report = Json::object()};
  std::vector<html::FieldError> errors;
  if (file == nullptr || file->content.empty())
    errors.push_back({"file", std::string(t("Choose a file."))});
  if (import.source.empty())
    errors.push_back({"source", std::string(t("Say what the source is called."))});
  if (!errors.empty()) return list_page(office, request, errors);
  import.file_name = safe_name(file->file_name.raw());
  std::error_code error;
  fs::create_directories(folder_of(office, import.id), error);
  fs::permissions(office.folder / "imports", fs::perms::owner_all, error);
  if (const auto written = write_file(file_of(office, import), file->content); !written)
    return refuse(office, request, written.error(), "/directory/imports");
  auto kept = keep(office, actor, import, "upload");
  if (kept) kept = run(office, actor, import, ImportMode::kDryRun);
  if (!kept) return refuse(office, request, kept.error(), "/directory/imports");
  return visit::redirect(request, address_of_import(import.id));
}

std::int64_t number_in(const Json& report, std::string_view name) {
  const Json* value = report.find(name);
  return value && value->if_integer() ? *value->if_integer() : 0;
}

void write_report(Markup& out, const papers::Import& import) {
  const Words t = out.words();
  const Json& report = import.report;
  if (waits_for_columns(import)) {
    html::alert(out, {.text = t("We do not know this table yet. Say below what each column means. "
                                "Nothing is changed until you have seen what would happen.")});
    return;
  }
  if (const std::string_view error = text_of(report, "error"); !error.empty()) {
    html::alert(out, {.kind = html::AlertKind::kWarning, .text = error});
    return;
  }
  if (report.size() == 0) return;
  html::section(out, 2, import.state == "done" ? t("What happened") : t("What would happen"), [&] {
    html::description_list(out, [&](html::Descriptions& list) {
      const auto add = [&](std::string_view label, std::string_view name) {
        list.add(label, t.number(number_in(report, name)));
      };
      add(t("Rows read"), "rows");
      add(t("New records"), "created");
      add(t("Changed records"), "updated");
      add(t("Unchanged records"), "unchanged");
      add(t("Edits here that stand against the source"), "kept_edits");
      add(t("Rows not taken"), "rejected");
    });
    if (number_in(report, "kept_edits") > 0 && import.state == "done")
      html::paragraph(out, [&] { html::link(out, t("Proposals"), "/directory/proposals"); });
    const Json* notes = report.find("notes");
    if (const JsonArray* items = notes ? notes->if_array() : nullptr)
      for (const Json& note : *items)
        if (note.if_string()) html::note(out, *note.if_string());
    if (number_in(report, "rejected") > 0)
      html::paragraph(out, [&] {
        html::link(out, t("Download what was not taken"),
                   address_of_import(import.id) / "rejects.csv");
      });
  });
  const Json* notices = report.find("notices");
  const JsonArray* items = notices ? notices->if_array() : nullptr;
  if (items == nullptr || items->empty()) return;
  html::table(out,
              {.caption = t("Row by row"),
               .columns = {{t("Place")}, {t("Field")}, {t("Reason")}},
               .compact = true},
              [&](html::Rows& rows) {
                for (const Json& one : *items) {
                  rows.row();
                  rows.cell(text_of(one, "place"));
                  rows.cell(text_of(one, "field"));
                  rows.cell(text_of(one, "reason"));
                }
              });
}

// What the file's columns are, with a value of each; nothing for what is no table.
struct Columns {
  std::vector<std::string> names, examples, targets;
  Json guess;  // a mapping that was suggested
};

// Several fields of one column stand with "&" between them.
std::string targets_text(const Json& target) {
  if (target.if_string()) return *target.if_string();
  std::vector<std::string> parts;
  if (const JsonArray* items = target.if_array())
    for (const Json& item : *items)
      if (item.if_string()) parts.push_back(*item.if_string());
  return join(parts, " & ");
}

Json targets_json(std::string_view text) {
  Json list = Json::array();
  for (const std::string_view part : split(text, '&'))
    if (!trim(part).empty()) list.append(trim(part));
  return list.size() == 1 ? list.if_array()->front() : list;
}

std::optional<Columns> columns_of(const Office& office, const papers::Import& import) {
  auto reader = TableReader::open(file_of(office, import));
  if (!reader) return std::nullopt;
  Columns columns{.names = (*reader)->header()};
  if (columns.names.empty() || columns.names.size() > kColumnsShown) return std::nullopt;
  columns.examples.resize(columns.names.size());
  columns.targets.resize(columns.names.size());
  if (const auto row = (*reader)->next(); row && *row)
    for (std::size_t i = 0; i < columns.names.size(); ++i)
      columns.examples[i] = shorten((**row)[i], 60);
  columns.guess = suggest_mapping(columns.names, import.file_name);
  const Json* tables = columns.guess.find("tables");
  const JsonArray* all = tables ? tables->if_array() : nullptr;
  const Json* known = all && !all->empty() ? all->front().find("columns") : nullptr;
  for (std::size_t i = 0; known && i < columns.names.size(); ++i)
    if (const Json* target = known->find(columns.names[i]))
      columns.targets[i] = targets_text(*target);
  return columns;
}

bool is_table(const papers::Import& import) {
  const std::string name = to_lower_ascii(import.file_name);
  return !name.ends_with(".json") && !name.ends_with(".ndjson") && !name.ends_with(".zip");
}

void write_mapping(Markup& out, const Office& office, const Request& request,
                   const papers::Import& import) {
  const Words t = out.words();
  const auto columns = columns_of(office, import);
  if (!columns) return;
  html::accordion_item(
      out,
      {.title = t("What the columns mean"), .open = import.state == "failed", .heading_level = 2},
      [&] {
        html::post_form(
            out,
            {.action = address_of_import(import.id) / "mapping",
             .csrf_token = visit::csrf_of(request),
             .label = t("What the columns mean")},
            [&] {
              const std::string name = import.mapping.empty() ? import.source : import.mapping;
              html::text_input(out,
                               {.words = {.name = "name",
                                          .label = t("Name to save the mapping under"),
                                          .hint = t("A mapping of that name is replaced; the next "
                                                    "file of this source can use it again.")},
                                .value = name,
                                .autocomplete = "off",
                                .max_length = 200});
              for (std::size_t i = 0; i < columns->names.size(); ++i) {
                const std::string field = "column-" + std::to_string(i);
                const std::string label =
                    columns->names[i].empty() ? std::to_string(i + 1) : columns->names[i];
                const std::string hint = t("Example: {0}", {columns->examples[i]});
                html::text_input(out, {.words = {.name = field, .label = label, .hint = hint},
                                       .value = columns->targets[i],
                                       .autocomplete = "off",
                                       .max_length = 300});
              }
              html::note(out, t("A field such as name, description, organization.name or "
                                "phones[main].number; empty keeps the column beside the record."));
              html::button(out, {.text = t("Save and try it")});
            });
      });
}

Response import_page(const Office& office, Request& request) {
  const Words t(visit::language_of(request));
  const auto import = import_in(office, request);
  if (!import) return refuse(office, request, import.error(), "/directory/imports");
  return staff_page(office, request, import->file_name,
                    {{std::string(t("Imports")), Href("/directory/imports")}}, [&](Markup& out) {
                      html::paragraph(out, [&] {
                        out.text(import->source + " ");
                        html::tag(out, state_words(t, *import), html::TagTone::kInfo);
                      });
                      write_report(out, *import);
                      if (import->state == "done") return;
                      if (is_table(*import)) write_mapping(out, office, request, *import);
                      if (import->state == "tried")
                        html::action_button(out, {.action = address_of_import(import->id) / "run",
                                                  .csrf_token = visit::csrf_of(request),
                                                  .text = t("Import it now")});
                    });
}

// The suggested mapping with the columns that the form says. Without an id, the columns of the
// names are what a record is known by.
Json mapping_json(const Columns& columns, const http::Fields& form, const std::string& name,
                  const std::string& licence) {
  Json targets = Json::object(), key = Json::array();
  bool has_id = false;
  for (std::size_t i = 0; i < columns.names.size(); ++i) {
    const std::string target = said(form, "column-" + std::to_string(i));
    if (target.empty() || columns.names[i].empty()) continue;
    targets.set(columns.names[i], targets_json(target));
    has_id = has_id || target == "id";
    if (target == "name" || target.starts_with("organization.name")) key.append(columns.names[i]);
  }
  Json mapping = columns.guess;
  mapping.set("name", name);
  mapping.set("licence", licence);
  Json& table = mapping.find("tables")->if_array()->front();
  table.erase("key");
  if (!has_id) table.set("key", std::move(key));
  table.set("columns", std::move(targets));
  return mapping;
}

Response save_mapping(const Office& office, Request& request) {
  auto import = import_in(office, request);
  if (!import) return refuse(office, request, import.error(), "/directory/imports");
  const Href here = address_of_import(import->id);
  const auto columns = columns_of(office, *import);
  const std::string name = shorten(said(request.form().fields, "name"), 200);
  if (!columns || name.empty() || import->state == "done")
    return office.visits.error_page(request, http::Status::kNotFound, "");
  const Json json = mapping_json(*columns, request.form().fields, name, import->licence);
  if (const auto parsed = Mapping::parse(json); !parsed)
    return refuse(office, request, parsed.error(), here);
  const auto saved = office.directory.database().write([&](db::Connection& c) -> Result<void> {
    TRY(store::put_mapping(c, name, json, office.clock.now()));
    return trust::append_audit(c, visit::actor_of(request),
                               {.action = "directory_words.edit",
                                .object_type = "directory_words",
                                .object = import->id.to_string(),
                                .detail = "mapping"},
                               office.clock.now());
  });
  if (!saved) return refuse(office, request, saved.error(), here);
  import->mapping = name;
  const auto tried = run(office, visit::actor_of(request), *import, ImportMode::kDryRun);
  if (!tried) return refuse(office, request, tried.error(), here);
  return visit::redirect(request, here);
}

Response commit(const Office& office, Request& request) {
  auto import = import_in(office, request);
  if (!import) return refuse(office, request, import.error(), "/directory/imports");
  const Href here = address_of_import(import->id);
  if (import->state != "tried") return visit::redirect(request, here);
  const auto done = run(office, visit::actor_of(request), *import, ImportMode::kApply);
  if (!done) return refuse(office, request, done.error(), here);
  return visit::redirect(request, here);
}

Response rejects(const Office& office, Request& request) {
  const auto import = import_in(office, request);
  if (!import) return refuse(office, request, import.error(), "/directory/imports");
  std::ifstream file(rejects_of(office, *import), std::ios::binary);
  if (!file) return office.visits.error_page(request, http::Status::kNotFound, "");
  std::ostringstream text;
  text << file.rdbuf();
  Response response = Response::of("text/csv; charset=utf-8", std::move(text).str());
  response.as_download("not-taken.csv");
  return response;
}

}  // namespace

void add_import_routes(http::Router& router, const Office& office) {
  const std::string import = "/directory/imports/{id:uuid}";
  router.get("/directory/imports", Access::signed_in(), for_keepers(office, list),
             {.summary = "Files that were imported"});
  router.post("/directory/imports", Access::signed_in(), for_keepers(office, upload),
              {.body_limit = kMostMegabytes << 20, .summary = "Uploads a file and tries it"});
  router.get(import, Access::signed_in(), for_keepers(office, import_page),
             {.summary = "One import with its report"});
  router.post(import + "/mapping", Access::signed_in(), for_keepers(office, save_mapping),
              {.summary = "Saves what the columns mean and tries it"});
  router.post(import + "/run", Access::signed_in(), for_keepers(office, commit),
              {.summary = "Imports the file"});
  router.get(import + "/rejects.csv", Access::signed_in(), for_keepers(office, rejects),
             {.summary = "What was not taken"});
}

}  // namespace daybreak::directory::desk
