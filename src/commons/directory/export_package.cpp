// SPDX-License-Identifier: AGPL-3.0-or-later
// The descriptor says what is true of this very package: a column is required where every row has
// it, a foreign key is one where every link resolves. The official descriptor of HSDS 3.1 has no
// fields for units and two for service_capacity; here they come from the schema like all others.
#include "commons/directory/export_package.hpp"

#include <algorithm>
#include <set>

#include "base/byte_source.hpp"
#include "base/csv.hpp"
#include "base/text.hpp"

namespace daybreak::directory {
namespace {

using Ids = std::array<std::set<std::string, std::less<>>, kEntityCount>;

std::string cell(const Json* value, const Field& field) {
  if (!value) return {};
  const std::string* text = value->if_string();
  if (!text) return to_text(*value);
  if (field.type ==
      FieldType::kDateTime) {  // readers of data packages know whole seconds in UTC only
    if (const auto instant = parse_instant(*text))
      return format_instant(*instant).substr(0, 19) + "Z";
  }
  return *text;
}

Json describe_type(const Field& field) {
  Json out = Json::object({{"name", field.name}});
  switch (field.type) {
    case FieldType::kNumber:
      out.set("type", "number");
      break;
    case FieldType::kDate:
      out.set("type", "date");
      break;
    case FieldType::kDateTime:
      out.set("type", "datetime");
      break;
    case FieldType::kFlag:
      out.set("type", "boolean");
      break;
    default:
      out.set("type", "string");
  }
  if (field.type == FieldType::kUuid) out.set("format", "uuid");
  if (field.type == FieldType::kUri) out.set("format", "uri");
  if (field.type == FieldType::kEmail) out.set("format", "email");
  return out;
}

struct Column {
  const Field* field;
  bool everywhere = true, somewhere = false;
};

std::vector<Column> columns_of(const EntityInfo& entity, const std::vector<TableRowValue>& rows) {
  std::vector<Column> columns;
  for (const Field& field : entity.fields) {
    Column column{&field};
    for (const TableRowValue& row : rows) {
      const Json* value = row.value.find(field.name);
      const bool has = value && !(value->if_string() && value->if_string()->empty());
      column.everywhere = column.everywhere && has;
      column.somewhere = column.somewhere || has;
    }
    if (field.origin == Origin::kHsds || column.somewhere) columns.push_back(column);
  }
  return columns;
}

Json foreign_keys(const EntityInfo& entity, const std::vector<Column>& columns,
                  const Tables& tables, const Ids& ids) {
  Json keys = Json::array();
  for (const Column& column : columns) {
    const auto target = link_target(entity.entity, column.field->name);
    if (!target || !column.somewhere || *target == entity.entity) continue;
    const auto& known = ids[static_cast<std::size_t>(*target)];
    const bool resolves =
        std::ranges::all_of(tables.of(entity.entity), [&](const TableRowValue& row) {
          const std::string_view id = text_of(row.value, column.field->name);
          return id.empty() || known.find(id) != known.end();
        });
    if (!resolves) continue;
    keys.append(Json::object(
        {{"fields", column.field->name},
         {"reference", Json::object({{"resource", info(*target).name}, {"fields", "id"}})}}));
  }
  return keys;
}

Json resource(const EntityInfo& entity, const std::vector<Column>& columns, Json keys) {
  Json fields = Json::array();
  for (const Column& column : columns) {
    Json field = describe_type(*column.field);
    Json constraints = Json::object();
    if (column.everywhere && column.field->need != Need::kOptional)
      constraints.set("required", true);
    if (column.field->name == "id") constraints.set("unique", true);
    if (column.field->type == FieldType::kChoice) {
      Json choices = Json::array();
      for (const std::string_view choice : split(column.field->choices, '|'))
        choices.append(choice);
      constraints.set("enum", std::move(choices));
    }
    if (constraints.size() > 0) field.set("constraints", std::move(constraints));
    fields.append(std::move(field));
  }
  Json schema = Json::object({{"fields", std::move(fields)}, {"primaryKey", "id"}});
  if (keys.size() > 0) schema.set("foreignKeys", std::move(keys));
  return Json::object({{"name", entity.name},
                       {"path", entity.file},
                       {"profile", "tabular-data-resource"},
                       {"encoding", "utf-8"},
                       {"schema", std::move(schema)}});
}

}  // namespace

Result<void> write_package(const Tables& tables, const std::filesystem::path& folder,
                           const std::string& title, ExportReport& report) {
  Ids ids;
  for (const EntityInfo& entity : entities())
    for (const TableRowValue& row : tables.of(entity.entity))
      ids[static_cast<std::size_t>(entity.entity)].emplace(text_of(row.value, "id"));
  Json resources = Json::array();
  for (const EntityInfo& entity : entities()) {
    const auto& rows = tables.of(entity.entity);
    if (rows.empty()) continue;
    const std::vector<Column> columns = columns_of(entity, rows);
    std::string text;
    CsvWriter writer(text);
    for (const Column& column : columns) writer.field(column.field->name);
    writer.end_row();
    for (const TableRowValue& row : rows) {
      for (const Column& column : columns)
        writer.field(cell(row.value.find(column.field->name), *column.field));
      writer.end_row();
    }
    TRY(write_file(folder / entity.file, text));
    report.files.emplace_back(entity.file, rows.size());
    resources.append(resource(entity, columns, foreign_keys(entity, columns, tables, ids)));
  }
  const Json package = Json::object({{"name", "human_services_data"},
                                     {"title", title},
                                     {"profile", "tabular-data-package"},
                                     {"version", kHsdsVersion},
                                     {"homepage", "https://docs.openreferral.org"},
                                     {"resources", std::move(resources)}});
  TRY(write_file(folder / "datapackage.json", to_text(package, JsonLayout::kIndented) + "\n"));
  return {};
}

}  // namespace daybreak::directory
