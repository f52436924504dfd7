// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/row_documents.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

namespace daybreak::threat {
namespace {

std::string text_of(const Json* value) {
  if (!value) return {};
  if (const std::string* text = value->if_string()) return *text;
  return to_text(*value);
}

Result<DocumentTable> read_map(const Json& json, const std::string& name) {
  DocumentTable table{{"shape_layer", "shape_code", "shape_kind"}, {}};
  const Json* objects = json.find("objects");
  if (!objects || !objects->if_object())
    return fail(ErrorKind::kInvalid, "is a map without objects", name);
  for (const JsonMember& layer : *objects->if_object()) {
    const Json* shapes = layer.value.find("geometries");
    if (!shapes || !shapes->if_array()) continue;
    for (const Json& shape : *shapes->if_array())
      table.rows.push_back({layer.key, text_of(shape.find("id")), text_of(shape.find("type"))});
  }
  return table;
}

Result<DocumentTable> read_headers(const Json& json, const std::string& name) {
  DocumentTable table{{"header_file", "header_columns"}, {}};
  for (const JsonMember& file : *json.if_object()) {
    if (!file.value.if_array())
      return fail(ErrorKind::kInvalid, "is no list of headers", name + ":" + file.key,
                  "Give a table, a TopoJSON map or a list of headers");
    table.rows.push_back({file.key, std::to_string(file.value.size())});
  }
  return table;
}

// CREATE TABLE … "name" ( "column" TYPE …, … );
Result<DocumentTable> read_definitions(std::string_view text, const std::string& name) {
  DocumentTable table{{"schema_table", "schema_column", "schema_type"}, {}};
  std::string current;
  for (std::string_view line : split(text, '\n')) {
    line = trim(line);
    const auto open = line.find('"');
    const auto close = open == line.npos ? line.npos : line.find('"', open + 1);
    if (close == line.npos) continue;
    const std::string word(line.substr(open + 1, close - open - 1));
    if (line.starts_with("CREATE TABLE")) {
      current = word;
    } else if (open == 0 && !current.empty()) {
      const std::string_view rest = trim(line.substr(close + 1));
      table.rows.push_back({current, word, std::string(rest.substr(0, rest.find_first_of(" ,")))});
    }
  }
  if (table.rows.empty()) return fail(ErrorKind::kInvalid, "defines no tables", name);
  return table;
}

}  // namespace

std::optional<DocumentKind> document_kind(std::string_view first_bytes) {
  const std::string_view text = trim(first_bytes);
  if (text.starts_with('{')) return DocumentKind::kJson;
  if (text.starts_with("CREATE TABLE")) return DocumentKind::kSql;
  return std::nullopt;
}

Result<DocumentTable> read_document(DocumentKind kind, std::string_view text,
                                    const std::string& name) {
  if (kind == DocumentKind::kSql) return read_definitions(text, name);
  const Json json = TRY(parse_json(text, {}, name));
  if (!json.if_object()) return fail(ErrorKind::kInvalid, "is no object of JSON", name);
  return text_of(json.find("type")) == "Topology" ? read_map(json, name) : read_headers(json, name);
}

}  // namespace daybreak::threat
