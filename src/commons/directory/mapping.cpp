// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/mapping.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "base/unicode.hpp"
#include "commons/directory/mapping_values.hpp"
#include "embedded/directory_mappings.hpp"

namespace daybreak::directory {
namespace {

Result<ColumnTarget> parse_target(std::string_view text) {
  ColumnTarget target;
  const std::size_t bar = text.find('|');
  if (bar != text.npos) {
    const std::string_view transform = text.substr(bar + 1);
    const std::size_t colon = transform.find(':');
    target.transform = transform.substr(0, colon);
    if (colon != transform.npos) target.argument = transform.substr(colon + 1);
  }
  for (std::string_view part : split(text.substr(0, bar), '.')) {
    ColumnTarget::Segment segment;
    if (const std::size_t open = part.find('['); open != part.npos) {
      if (!part.ends_with(']'))
        return fail(ErrorKind::kInvalid, "is no target of a column", std::string(text));
      segment.is_list = true;
      segment.tag = part.substr(open + 1, part.size() - open - 2);
      part = part.substr(0, open);
    }
    if (part.empty())
      return fail(ErrorKind::kInvalid, "is no target of a column", std::string(text));
    segment.name = part;
    target.path.push_back(std::move(segment));
  }
  return target;
}

// Checks that the path leads through entities of the schema; the last name may be any field.
Result<void> check_target(Entity entity, const ColumnTarget& target, const std::string& text) {
  const EntityInfo* at = &info(entity);
  for (std::size_t i = 0; i + 1 < target.path.size(); ++i) {
    const Child* child = at->child(target.path[i].name);
    if (!child)
      return fail(ErrorKind::kInvalid,
                  "has no \"" + target.path[i].name + "\" in " + std::string(at->name), text,
                  "See the names of HSDS 3.1");
    at = &info(child->entity);
  }
  const std::string& last = target.path.back().name;
  if (at->field(last) || at->child(last)) return {};
  return fail(ErrorKind::kInvalid, "has no field \"" + last + "\" in " + std::string(at->name),
              text, "See the names of HSDS 3.1");
}

Result<TableMapping> parse_table(const Json& json) {
  TableMapping table;
  table.file = text_of(json, "file");
  const EntityInfo* entity = find_entity(text_of(json, "entity"));
  if (!entity)
    return fail(ErrorKind::kInvalid, "names no entity", "mapping " + table.file,
                "Use \"service\", \"organization\" or \"location\"");
  table.entity = entity->entity;
  if (const Json* key = json.find("key"); key && key->if_array())
    for (const Json& one : *key->if_array())
      if (one.if_string()) table.key.push_back(*one.if_string());
  if (const Json* columns = json.find("columns"); columns && columns->if_object()) {
    for (const JsonMember& column : *columns->if_object()) {
      const Json several = column.value.is_array() ? column.value : Json::array({column.value});
      for (const Json& one : *several.if_array()) {
        if (!one.if_string())
          return fail(ErrorKind::kInvalid, "has a target that is no text", "column " + column.key);
        ColumnTarget target = TRY(parse_target(*one.if_string()));
        TRY(check_target(table.entity, target, *one.if_string()));
        table.columns.emplace(column.key, std::move(target));
      }
    }
  }
  if (const Json* constants = json.find("constants"); constants && constants->if_object()) {
    for (const JsonMember& constant : *constants->if_object()) {
      ColumnTarget target = TRY(parse_target(constant.key));
      TRY(check_target(table.entity, target, constant.key));
      table.constants.emplace_back(std::move(target), constant.value);
    }
  }
  return table;
}

// Where a target's last name lives in the value; makes what is missing unless `must_exist`.
Json* holder_of(Json& root, const ColumnTarget& target, bool must_exist,
                std::map<std::string, std::size_t>& tagged) {
  Json* at = &root;
  std::string path;
  for (std::size_t i = 0; i + 1 < target.path.size(); ++i) {
    const auto& segment = target.path[i];
    path += "." + segment.name + "[" + segment.tag + "]";
    Json* next = at->find(segment.name);
    if (!next) {
      if (must_exist) return nullptr;
      next = &at->set(segment.name, segment.is_list ? Json::array() : Json::object());
    }
    if (segment.is_list) {
      const auto known = tagged.find(path);
      if (known == tagged.end()) {
        if (must_exist) return nullptr;
        tagged.emplace(path, next->size());
        next = &next->append(Json::object());
      } else {
        next = &(*next->if_array())[known->second];
      }
    }
    at = next;
  }
  return at;
}

// Adds a text to a field; what is there already stays before it.
void add_text(Json& holder, const std::string& name, std::string_view text) {
  const std::string_view old = text_of(holder, name);
  holder.set(name, old.empty() ? std::string(text) : std::string(old) + "\n" + std::string(text));
}

// For list targets such as "service_areas[].name|split:;": one entry for each part.
void add_parts(Json& root, const ColumnTarget& target, const std::vector<std::string>& parts,
               std::map<std::string, std::size_t>& tagged) {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    ColumnTarget one = target;
    for (auto segment = one.path.rbegin(); segment != one.path.rend(); ++segment) {
      if (!segment->is_list) continue;
      segment->tag += "#" + std::to_string(i) + parts[i];
      break;
    }
    holder_of(root, one, false, tagged)->set(one.path.back().name, parts[i]);
  }
}

void put_value(Json& root, const ColumnTarget& target, std::string_view text,
               std::map<std::string, std::size_t>& tagged) {
  const std::string& how = target.transform;
  if (how == "split" || how == "lines") {
    add_parts(root, target, parts_of(text, how == "lines" ? "\n" : target.argument), tagged);
    return;
  }
  const std::string& last = target.path.back().name;
  if (how == "us_address" || how == "phones" || how == "hours") {
    Json* holder = holder_of(root, target, false, tagged);
    JsonArray items = how == "us_address" ? address_from(text)
                      : how == "phones"   ? phones_from(text)
                                          : schedules_from(text);
    Json* list = holder->find(last);
    if (!list && !items.empty()) list = &holder->set(last, Json::array());
    for (Json& item : items) list->append(std::move(item));
    return;
  }
  Json* holder = holder_of(root, target, false, tagged);
  if (how == "point") {
    if (const auto point = point_from(text)) {
      holder->set("latitude", point->first);
      holder->set("longitude", point->second);
    }
  } else if (how == "private") {
    if (is_yes(text)) holder->set("visibility", "confidential");
  } else if (how == "lower") {
    holder->set(last, to_lower_ascii(text));
  } else if (how == "replace") {
    holder->set(last, replaced(text, target.argument));
  } else {
    add_text(*holder, last, text);
  }
}

}  // namespace

Result<Mapping> Mapping::parse(const Json& json) {
  Mapping mapping;
  mapping.name = text_of(json, "name");
  mapping.licence = text_of(json, "licence");
  mapping.url = text_of(json, "url");
  const Json* tables = json.find("tables");
  if (mapping.name.empty() || !tables || !tables->if_array())
    return fail(ErrorKind::kInvalid, "is no mapping: it needs a name and tables",
                "mapping " + mapping.name);
  for (const Json& table : *tables->if_array()) mapping.tables.push_back(TRY(parse_table(table)));
  return mapping;
}

const TableMapping* Mapping::table_for(std::string_view file_name) const {
  for (const TableMapping& table : tables)
    if (table.file.empty() || file_name.ends_with(table.file)) return &table;
  return nullptr;
}

Json map_row(const TableMapping& mapping, std::span<const std::string> header,
             std::span<const std::string_view> fields) {
  Json root = Json::object(), aside = Json::object();
  std::map<std::string, std::size_t> tagged;
  std::string key;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::string_view text = mapping.spaces == Spaces::kTrim ? trim(fields[i]) : fields[i];
    const std::string name =
        i < header.size() && !header[i].empty() ? header[i] : "column " + std::to_string(i + 1);
    if (std::ranges::find(mapping.key, name) != mapping.key.end())
      key += (key.empty() ? "" : "|") + search_key(text);
    if (text.empty()) continue;
    const auto [begin, end] = mapping.columns.equal_range(name);
    if (begin == end) aside.set(name, text);
    for (auto target = begin; target != end; ++target)
      put_value(root, target->second, text, tagged);
  }
  for (const auto& [target, value] : mapping.constants) {
    Json* holder = holder_of(root, target, true, tagged);
    if (holder && !holder->find(target.path.back().name))
      holder->set(target.path.back().name, value);
  }
  if (!root.find("id") && !key.empty()) root.set("id", key);
  if (aside.size() > 0) root.set("source_fields", std::move(aside));
  return root;
}

std::vector<Mapping> built_in_mappings() {
  std::vector<Mapping> mappings;
  for (const EmbeddedFile& file : embedded::directory_mappings().files()) {
    auto json = parse_json(file.content, {}, file.name);
    auto mapping =
        json ? Mapping::parse(*json) : Result<Mapping>(tl::make_unexpected(json.error()));
    if (!mapping) throw std::logic_error(file.name + ": " + mapping.error().describe());
    mappings.push_back(std::move(*mapping));
  }
  return mappings;
}

}  // namespace daybreak::directory
