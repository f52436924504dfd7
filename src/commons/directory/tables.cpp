// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/tables.hpp"

#include <algorithm>

namespace daybreak::directory {
namespace {

// From the innermost to the outermost, so that a row is complete before it is put into another.
constexpr Entity kInsideOut[] = {Entity::kMetadata,
                                 Entity::kAttribute,
                                 Entity::kLanguage,
                                 Entity::kPhone,
                                 Entity::kContact,
                                 Entity::kAccessibility,
                                 Entity::kAddress,
                                 Entity::kSchedule,
                                 Entity::kFunding,
                                 Entity::kServiceArea,
                                 Entity::kRequiredDocument,
                                 Entity::kCostOption,
                                 Entity::kOrganizationIdentifier,
                                 Entity::kUrl,
                                 Entity::kServiceCapacity};

using Index = std::unordered_map<std::string, TableRowValue*>;

bool is_link(const EntityInfo& entity, const Field& field) {
  return field.type == FieldType::kUuid && field.name != "id" &&
         (field.name == "link_id" || field.name == "resource_id" ||
          link_target(entity.entity, field.name).has_value());
}

// The name under which a parent entity holds a child by this link, if it does.
const Child* holder(const EntityInfo& parent, Entity child, std::string_view link) {
  for (const Child& one : parent.children)
    if (one.entity == child && one.link == link && one.holds == Holds::kList) return &one;
  return nullptr;
}

class Assembler {
 public:
  Assembler(Tables& tables, std::vector<Notice>& notices) : tables_(tables), notices_(notices) {
    for (const EntityInfo& entity : entities())
      for (TableRowValue& row : tables.of(entity.entity))
        index_[static_cast<std::size_t>(entity.entity)].emplace(
            std::string(text_of(row.value, "id")), &row);
  }

  // Puts every row of this entity into the rows it points to; keeps those that point nowhere.
  void place_all(Entity child) {
    std::vector<TableRowValue> loose;
    for (TableRowValue& row : tables_.of(child))
      if (!place(info(child), row)) loose.push_back(std::move(row));
    for (TableRowValue& row : loose)
      notices_.push_back({Notice::Kind::kSetAside, row.place, std::string(info(child).name),
                          "points to no record of this package and was kept on its own"});
    tables_.of(child) = std::move(loose);
  }

 private:
  TableRowValue* find(Entity entity, std::string_view id) {
    const Index& index = index_[static_cast<std::size_t>(entity)];
    const auto found = index.find(std::string(id));
    return found == index.end() ? nullptr : found->second;
  }

  // The row a link points to, with the entity it is of.
  std::pair<const EntityInfo*, TableRowValue*> target(const EntityInfo& child,
                                                      std::string_view link, const Json& row) {
    const std::string_view id = text_of(row, link);
    if (id.empty()) return {};
    if (const auto entity = link_target(child.entity, link))
      return {&info(*entity), find(*entity, id)};
    const std::string_view named =
        text_of(row, link == "link_id" ? "link_entity" : "resource_type");
    if (const EntityInfo* entity = find_entity(named)) {
      if (TableRowValue* found = find(entity->entity, id)) return {entity, found};
    }
    for (const EntityInfo& entity : entities())
      if (TableRowValue* found = find(entity.entity, id)) return {&entity, found};
    return {};
  }

  bool place(const EntityInfo& child, const TableRowValue& row) {
    struct Parent {
      std::string_view list;
      TableRowValue* row;
    };
    std::vector<Parent> parents;
    Json inner = row.value;
    for (const Field& field : child.fields) {
      if (!is_link(child, field)) continue;
      const auto [entity, parent] = target(child, field.name, row.value);
      if (!parent || parent == &row) continue;
      const Child* held = holder(*entity, child.entity, field.name);
      if (!held) continue;
      parents.push_back({held->name, parent});
      inner.erase(field.name);
      if (field.name == "link_id" && text_of(inner, "link_entity") == entity->name)
        inner.erase("link_entity");
      if (field.name == "resource_id" && text_of(inner, "resource_type") == entity->name)
        inner.erase("resource_type");
    }
    for (const Parent& parent : parents) {
      Json* list = parent.row->value.find(parent.list);
      if (!list) list = &parent.row->value.set(parent.list, Json::array());
      list->append(inner);
    }
    return !parents.empty();
  }

  Tables& tables_;
  std::vector<Notice>& notices_;
  std::array<Index, kEntityCount> index_;
};

}  // namespace

std::vector<Record> records_from(Tables tables, std::vector<Notice>& notices) {
  Assembler assembler(tables, notices);
  for (const Entity entity : kInsideOut) assembler.place_all(entity);
  std::vector<Record> records;
  for (const EntityInfo& entity : entities()) {
    for (TableRowValue& row : tables.of(entity.entity)) {
      std::vector<Record> parts =
          split_records(std::move(row.value), entity.entity, row.place, Completeness::kWhole);
      std::ranges::move(parts, std::back_inserter(records));
    }
  }
  return records;
}

void Flattener::add(Entity entity, const Json& body) { flatten(info(entity), body, {}, {}, {}); }

void Flattener::flatten(const EntityInfo& entity, const Json& value, std::string_view link,
                        std::string_view parent_id, std::string_view parent_entity) {
  if (!value.is_object()) return;
  const std::string id(text_of(value, "id"));
  Json row = Json::object();
  for (const JsonMember& member : *value.if_object()) {
    const Child* child = entity.child(member.key);
    if (!child) {
      row.set(member.key, member.value);
    } else if (child->holds == Holds::kOne) {
      row.set(child->link, std::string(text_of(member.value, "id")));
      flatten(info(child->entity), member.value, {}, {}, {});
    } else if (const JsonArray* items = member.value.if_array()) {
      for (const Json& item : *items)
        flatten(info(child->entity), item, child->link, id, entity.name);
    }
  }
  if (!link.empty()) {
    row.set(link, parent_id);
    if (link == "link_id" && text_of(row, "link_entity").empty())
      row.set("link_entity", parent_entity);
    if (link == "resource_id" && text_of(row, "resource_type").empty())
      row.set("resource_type", parent_entity);
  }
  add_row(entity, std::move(row), parent_id);
}

// A row that is there already under its id gets the new link; where it says something else, the new
// row gets an id of its own, which is the same every time.
void Flattener::add_row(const EntityInfo& entity, Json row, std::string_view parent) {
  auto& rows = tables_.of(entity.entity);
  auto& seen = seen_[static_cast<std::size_t>(entity.entity)];
  const std::string id(text_of(row, "id"));
  const auto [found, is_new] = seen.emplace(id, rows.size());
  if (is_new) {
    rows.push_back({std::move(row), {}});
    return;
  }
  Json& old = rows[found->second].value;
  bool fits = true;
  for (const JsonMember& member : *row.if_object()) {
    const Json* before = old.find(member.key);
    const Field* field = entity.field(member.key);
    const bool link = field && is_link(entity, *field);
    fits = fits && (before ? *before == member.value : link);
  }
  for (const JsonMember& member : *old.if_object()) {
    const Field* field = entity.field(member.key);
    fits = fits && (row.find(member.key) || (field && is_link(entity, *field)));
  }
  if (fits) {
    for (const JsonMember& member : *row.if_object()) old.set(member.key, member.value);
  } else {
    const Uuid space = Uuid::parse(id).value_or(Uuid());
    row.set("id", Uuid::from_name(space, parent).to_string());
    if (text_of(row, "id") != id) add_row(entity, std::move(row), std::string(parent) + "+");
  }
}

}  // namespace daybreak::directory
