// SPDX-License-Identifier: AGPL-3.0-or-later
// A table becomes part of the register in three steps: send it, say what its columns mean and look
// at what would become of each row, import it.
#include <cstdlib>
#include <fstream>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "commons/network/pages/pages.hpp"

namespace daybreak::network::pages {
namespace {

using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using http::Status;
using language::MessageId;
using language::to_translate;
using language::Words;

constexpr std::size_t kLargestFile = 8 * 1024 * 1024;
const Href kImport("/network-desk/import");

MessageId words_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::kAdded:
      return to_translate("Added");
    case Outcome::kChanged:
      return to_translate("Changed");
    case Outcome::kUnchanged:
      return to_translate("As it was");
    case Outcome::kJoined:
      return to_translate("Further award of one above");
    case Outcome::kOther:
      return to_translate("Not a task force");
    case Outcome::kRejected:
      return to_translate("Not taken");
  }
  return to_translate("Not taken");
}

MessageId words_of_field(std::string_view field) {
  constexpr std::pair<std::string_view, MessageId> kWords[] = {
      {"name", to_translate("Name")},
      {"state", to_translate("State or territory")},
      {"model", to_translate("Model")},
      {"area", to_translate("Where it works")},
      {"disciplines", to_translate("Who takes part")},
      {"languages", to_translate("Languages")},
      {"line", to_translate("Line that is answered day and night")},
      {"website", to_translate("Website")},
      {"about", to_translate("About it")},
      {"ends", to_translate("Works until")},
      {"contact_role", to_translate("Role of the contact")},
      {"contact_phone", to_translate("Telephone of the contact")},
      {"contact_email", to_translate("E-mail of the contact")},
  };
  for (const auto& [code, words] : kWords)
    if (code == field) return words;
  return to_translate("Name");
}

void write_report(Markup& out, const ImportReport& report, std::string_view caption) {
  const Words t = out.words();
  html::description_list(out, [&](html::Descriptions& list) {
    for (std::size_t i = 0; i < kOutcomes; ++i)
      if (report.counts[i] > 0)
        list.add(t(words_of(static_cast<Outcome>(i))), t.number(report.counts[i]));
    list.add(t("Rows in all"), t.number(static_cast<std::int64_t>(report.rows.size())));
  });
  html::table(out,
              {.caption = caption, .columns = {{t("Row")}, {t("What became of it")}, {t("Words")}}},
              [&](html::Rows& rows) {
                for (const RowOutcome& row : report.rows) {
                  rows.row();
                  rows.cell(row.place);
                  rows.cell([&] {
                    html::tag(out, t(words_of(row.outcome)),
                              row.outcome == Outcome::kRejected ? html::TagTone::kBad
                                                                : html::TagTone::kPlain);
                  });
                  rows.cell(row.words.empty() ? "–" : row.words);
                }
              });
}

Response send_page(const Desk& desk, const Request& request, std::string_view error = {}) {
  const Words t(visit::language_of(request));
  if (!desk.network.may(visit::actor_of(request), "edit"))
    return desk.visits.refusal(request, Status::kNotFound);
  const std::vector<html::FieldError> errors =
      error.empty() ? std::vector<html::FieldError>()
                    : std::vector<html::FieldError>{{"file", std::string(error)}};
  return desk.visits.page(
      request, staff_page(t, t("Import a table")),
      [&](Markup& out) {
        html::error_summary(out, errors);
        html::paragraph(out,
                        t("An Excel workbook, a CSV file, or an extract of USAspending awards. "
                          "Nothing changes before you have seen what would become of each "
                          "row."));
        html::post_form(out,
                        {.action = kImport,
                         .csrf_token = visit::csrf_of(request),
                         .with_files = true,
                         .label = t("Import a table")},
                        [&] {
                          html::file_input(out, {.words = {.name = "file",
                                                           .label = t("File"),
                                                           .error = html::error_of(errors, "file")},
                                                 .accept = ".csv,.xlsx"});
                          html::button(out, {.text = t("Send and look")});
                        });
      },
      error.empty() ? Status::kOk : Status::kUnprocessable);
}

// The upload as a file of its own for as long as it is read.
class PassingFile {
 public:
  static Result<PassingFile> write(std::string_view content) {
    std::string folder = (std::filesystem::temp_directory_path() / "table-XXXXXX").string();
    if (::mkdtemp(folder.data()) == nullptr)
      return fail(ErrorKind::kUnavailable, "the file cannot be kept for reading");
    PassingFile file{std::filesystem::path(folder)};
    std::ofstream out(file.path(content), std::ios::binary);
    out << content;
    out.close();
    if (!out) return fail(ErrorKind::kUnavailable, "the file cannot be kept for reading");
    return file;
  }
  // A workbook is a zip archive.
  std::filesystem::path path(std::string_view content) const {
    return folder_ / (content.starts_with("PK") ? "table.xlsx" : "table.csv");
  }
  PassingFile(PassingFile&& other) noexcept : folder_(std::exchange(other.folder_, {})) {}
  ~PassingFile() {
    std::error_code error;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, error);
  }

 private:
  explicit PassingFile(std::filesystem::path folder) : folder_(std::move(folder)) {}
  std::filesystem::path folder_;
};

Result<Uuid> keep(const Desk& desk, const Request& request, const http::Upload& file) {
  const PassingFile passing = TRY(PassingFile::write(file.content));
  std::string table = TRY(to_plain_table(passing.path(file.content)));
  TRY(look_at(table));  // that it can be read again
  return desk.network.keep_upload(visit::actor_of(request), "table", std::move(table));
}

Response send(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  const http::Upload* file = request.form().find_file("file");
  if (file == nullptr || file->content.empty())
    return send_page(desk, request, t("Choose a file."));
  const auto id = keep(desk, request, *file);
  if (id) return visit::redirect(request, kImport / id->to_string());
  if (id.error().kind == ErrorKind::kNotFound || id.error().kind == ErrorKind::kUnavailable)
    return desk.visits.failure(request, id.error(), kImport);
  return send_page(desk, request, t("This file cannot be read: {0}.", {id.error().message}));
}

ImportOptions options_in(const Request& request, const PlainTable& table, bool posted) {
  ImportOptions options{.kind = table.is_usaspending ? ImportKind::kUsaSpending
                                                     : ImportKind::kSpreadsheet};
  if (table.is_usaspending) return options;
  for (const std::string_view field : import_fields()) {
    const auto usual = table.mapping.find(std::string(field));
    std::string column = posted ? visit::text_of(request, field) : request.query().get(field).raw();
    if (!posted && !request.query().has(field) && usual != table.mapping.end())
      column = usual->second;
    options.mapping[std::string(field)] = column;
  }
  return options;
}

void write_mapping(Markup& out, const Href& here, const PlainTable& table,
                   const ImportOptions& options) {
  const Words t = out.words();
  html::accordion_item(
      out,
      {.title = t("What the columns mean"),
       .open = options.mapping.at("name").empty() || options.mapping.at("state").empty(),
       .heading_level = 2},
      [&] {
        html::get_form(out, {.action = here, .label = t("What the columns mean")}, [&] {
          for (const std::string_view field : import_fields()) {
            std::vector<html::Option> columns;
            for (const std::string& column : table.columns)
              columns.push_back({.value = column,
                                 .label = column,
                                 .selected = options.mapping.at(std::string(field)) == column});
            html::select(out, {.words = {.name = field, .label = t(words_of_field(field))},
                               .options = columns,
                               .empty_choice = t("Not in this table")});
          }
          html::button(out, {.text = t("Look again"), .kind = html::ButtonKind::kOutline});
        });
      });
}

Response look(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  const trust::Actor actor = visit::actor_of(request);
  const auto upload = desk.network.find_upload(actor, request.uuid_parameter("upload"));
  if (!upload) return desk.visits.failure(request, upload.error(), kImport);
  const auto table = look_at(upload->content);
  if (!table) return desk.visits.failure(request, table.error(), kImport);
  ImportOptions options = options_in(request, *table, /*posted=*/false);
  options.only_look = true;
  const Href here = kImport / upload->id.to_string();
  const auto report =
      import_table(desk.network, actor, open_memory(upload->content, "table"), options);
  html::Page page = staff_page(t, t("Look before it is imported"));
  page.crumbs.push_back({std::string(t("Import a table")), kImport});
  page.wide = true;
  return desk.visits.page(request, page, [&](Markup& out) {
    if (table->is_usaspending)
      html::paragraph(out, t("This is an extract of USAspending awards: its columns are known."));
    else
      write_mapping(out, here, *table, options);
    if (!report)
      return html::alert(out, {.kind = html::AlertKind::kWarning,
                               .text = t("Say which column holds the name and which the state.")});
    html::post_form(
        out, {.action = here, .csrf_token = visit::csrf_of(request), .label = t("Import")}, [&] {
          for (const auto& [field, column] : options.mapping)
            html::hidden_field(out, field, column);
          html::button(out, {.text = t("Import these rows")});
        });
    write_report(out, *report,
                 t("What would become of {0} rows",
                   {t.number(static_cast<std::int64_t>(report->rows.size()))}));
  });
}

Response take(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  const trust::Actor actor = visit::actor_of(request);
  const auto upload = desk.network.find_upload(actor, request.uuid_parameter("upload"));
  if (!upload) return desk.visits.failure(request, upload.error(), kImport);
  const auto table = look_at(upload->content);
  if (!table) return desk.visits.failure(request, table.error(), kImport);
  const auto report = import_table(desk.network, actor, open_memory(upload->content, "table"),
                                   options_in(request, *table, /*posted=*/true));
  if (!report) return desk.visits.failure(request, report.error(), kImport);
  const auto dropped = desk.network.drop_upload(actor, upload->id);
  if (!dropped) return desk.visits.failure(request, dropped.error(), kImport);
  return desk.visits.page(request, staff_page(t, t("Imported")), [&](Markup& out) {
    html::link(out, t("To the register"), Href("/network-desk"));
    write_report(
        out, *report,
        t("What became of {0} rows", {t.number(static_cast<std::int64_t>(report->rows.size()))}));
  });
}

}  // namespace

void add_import_routes(http::Router& router, const Desk& desk) {
  router.get("/network-desk/import", Access::signed_in(),
             [desk](Request& request) { return send_page(desk, request); },
             {.summary = "Sends a table of task forces"});
  router.post("/network-desk/import", Access::signed_in(),
              [desk](Request& request) { return send(desk, request); },
              {.body_limit = kLargestFile, .summary = "Keeps a table to look at"});
  router.get("/network-desk/import/{upload:uuid}", Access::signed_in(),
             [desk](Request& request) { return look(desk, request); },
             {.summary = "What would become of each row of a table"});
  router.post("/network-desk/import/{upload:uuid}", Access::signed_in(),
              [desk](Request& request) { return take(desk, request); },
              {.summary = "Imports a table of task forces"});
}

}  // namespace daybreak::network::pages
