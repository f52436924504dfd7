// SPDX-License-Identifier: AGPL-3.0-or-later
// The entities of HSDS 3.1 and of Daybreak's profile of it, as one table. Everything that has to
// know fields reads them from here: checking, JSON, CSV, differences, history, the data package
// descriptor. Read-only data, safe to use from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace daybreak::directory {

enum class Entity : std::uint8_t {
  kOrganization,
  kProgram,
  kService,
  kServiceAtLocation,
  kLocation,
  kPhone,
  kContact,
  kAddress,
  kSchedule,
  kFunding,
  kServiceArea,
  kRequiredDocument,
  kLanguage,
  kAccessibility,
  kCostOption,
  kOrganizationIdentifier,
  kUrl,
  kServiceCapacity,
  kUnit,
  kAttribute,
  kTaxonomyTerm,
  kTaxonomy,
  kMetadata,
  kMetaTableDescription,
};
inline constexpr std::size_t kEntityCount = 24;

enum class FieldType : std::uint8_t {
  kText,
  kUuid,
  kUri,
  kEmail,
  kNumber,
  kDate,
  kDateTime,
  kTime,
  kChoice,  // one of `choices`
  kFlag,    // true or false (profile fields only)
  kObject,  // a JSON value kept as it is (profile fields only); JSON text in CSV
};

enum class Need : std::uint8_t { kOptional, kRequired, kRequiredInTables };
enum class Origin : std::uint8_t { kHsds, kProfile };

struct Field {
  std::string_view name;
  FieldType type = FieldType::kText;
  Need need = Need::kOptional;
  std::string_view choices = {};  // separated by '|'
  Origin origin = Origin::kHsds;
};

// Where an entity's JSON holds others. A list is linked by `link` in the child's table row, a
// single one by `link` in the parent's own row.
enum class Holds : std::uint8_t { kList, kOne };
struct Child {
  std::string_view name;
  Entity entity;
  Holds holds;
  std::string_view link;
};

struct EntityInfo {
  Entity entity;
  std::string_view name;  // "service_at_location"
  std::string_view file;  // "service_at_location.csv"
  // A record of its own in the store; the others live inside the record that holds them.
  bool is_record;
  std::span<const Field> fields;
  std::span<const Child> children;

  const Field* field(std::string_view field_name) const;
  const Child* child(std::string_view child_name) const;
};

std::span<const EntityInfo> entities();
const EntityInfo& info(Entity entity);
const EntityInfo* find_entity(std::string_view name);               // "service"
const EntityInfo* find_entity_by_file(std::string_view file_name);  // "services.csv"

// The entity a link field points to: "location_id" gives location, "parent_id" of a term the term.
std::optional<Entity> link_target(Entity entity, std::string_view field);

inline constexpr std::string_view kHsdsVersion = "3.1.3";

}  // namespace daybreak::directory
