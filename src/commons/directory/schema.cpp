// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/schema.hpp"

#include <algorithm>
#include <array>

namespace daybreak::directory {
namespace {

// Field names, types and required fields of HSDS 3.1 (CC-BY-SA 4.0, Open Referral); then the fields
// of the profile. "source_fields" keeps what a source said and HSDS has no field for.
constexpr Field kOrganizationFields[] = {
    {"id", FieldType::kUuid, Need::kRequired},
    {"name", FieldType::kText, Need::kRequired},
    {"alternate_name"},
    {"description", FieldType::kText, Need::kRequired},
    {"email", FieldType::kEmail},
    {"website", FieldType::kUri},
    {"tax_status"},
    {"tax_id"},
    {"year_incorporated", FieldType::kNumber},
    {"legal_status"},
    {"logo"},
    {"uri", FieldType::kUri},
    {"parent_organization_id", FieldType::kUuid},
    {"visibility", FieldType::kChoice, Need::kOptional, "public|task_force|partner|confidential",
     Origin::kProfile},
    {"partners", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
    {"translations", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
    {"source_fields", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
};
constexpr Child kOrganizationChildren[] = {
    {"additional_websites", Entity::kUrl, Holds::kList, "organization_id"},
    {"funding", Entity::kFunding, Holds::kList, "organization_id"},
    {"contacts", Entity::kContact, Holds::kList, "organization_id"},
    {"phones", Entity::kPhone, Holds::kList, "organization_id"},
    {"locations", Entity::kLocation, Holds::kList, "organization_id"},
    {"programs", Entity::kProgram, Holds::kList, "organization_id"},
    {"organization_identifiers", Entity::kOrganizationIdentifier, Holds::kList, "organization_id"},
    {"attributes", Entity::kAttribute, Holds::kList, "link_id"},
    {"metadata", Entity::kMetadata, Holds::kList, "resource_id"},
    {"services", Entity::kService, Holds::kList, "organization_id"},
};

constexpr Field kProgramFields[] = {
    {"id", FieldType::kUuid, Need::kRequired},
    {"organization_id", FieldType::kUuid, Need::kRequiredInTables},
    {"name", FieldType::kText, Need::kRequired},
    {"alternate_name"},
    {"description", FieldType::kText, Need::kRequired},
    {"visibility", FieldType::kChoice, Need::kOptional, "public|task_force|partner|confidential",
     Origin::kProfile},
    {"partners", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
    {"source_fields", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
};
constexpr Child kProgramChildren[] = {
    {"attributes", Entity::kAttribute, Holds::kList, "link_id"},
    {"metadata", Entity::kMetadata, Holds::kList, "resource_id"},
};

constexpr Field kServiceFields[] = {
    {"id", FieldType::kUuid, Need::kRequired},
    {"organization_id", FieldType::kUuid, Need::kRequiredInTables},
    {"program_id", FieldType::kUuid},
    {"name", FieldType::kText, Need::kRequired},
    {"alternate_name"},
    {"description"},
    {"url", FieldType::kUri},
    {"email", FieldType::kEmail},
    {"status", FieldType::kChoice, Need::kRequired, "active|inactive|defunct|temporarily closed"},
    {"interpretation_services"},
    {"application_process"},
    {"fees_description"},
    {"wait_time"},
    {"fees"},
    {"accreditations"},
    {"eligibility_description"},
    {"minimum_age", FieldType::kNumber},
    {"maximum_age", FieldType::kNumber},
    {"assured_date", FieldType::kDate},
    {"assurer_email", FieldType::kEmail},
    {"licenses"},
    {"alert"},
    {"last_modified", FieldType::kDateTime},
    {"visibility", FieldType::kChoice, Need::kOptional, "public|task_force|partner|confidential",
     Origin::kProfile},
    {"partners", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
    {"level", FieldType::kChoice, Need::kOptional, "local|regional|statewide|national",
     Origin::kProfile},
    {"open_24_hours", FieldType::kFlag, Need::kOptional, "", Origin::kProfile},
    {"capacity_status", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
    {"ineligibility_description", FieldType::kText, Need::kOptional, "", Origin::kProfile},
    {"eligibility_rule", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
    {"intake", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
    {"suitability", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
    {"needs", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
    {"counties", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
    {"states", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
    {"verifications", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
    {"translations", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
    {"source_fields", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
};
constexpr Child kServiceChildren[] = {
    {"additional_urls", Entity::kUrl, Holds::kList, "service_id"},
    {"phones", Entity::kPhone, Holds::kList, "service_id"},
    {"schedules", Entity::kSchedule, Holds::kList, "service_id"},
    {"service_areas", Entity::kServiceArea, Holds::kList, "service_id"},
    {"service_at_locations", Entity::kServiceAtLocation, Holds::kList, "service_id"},
    {"languages", Entity::kLanguage, Holds::kList, "service_id"},
    {"organization", Entity::kOrganization, Holds::kOne, "organization_id"},
    {"funding", Entity::kFunding, Holds::kList, "service_id"},
    {"cost_options", Entity::kCostOption, Holds::kList, "service_id"},
    {"program", Entity::kProgram, Holds::kOne, "program_id"},
    {"required_documents", Entity::kRequiredDocument, Holds::kList, "service_id"},
    {"contacts", Entity::kContact, Holds::kList, "service_id"},
    {"capacities", Entity::kServiceCapacity, Holds::kList, "service_id"},
    {"attributes", Entity::kAttribute, Holds::kList, "link_id"},
    {"metadata", Entity::kMetadata, Holds::kList, "resource_id"},
};

constexpr Field kServiceAtLocationFields[] = {
    {"id", FieldType::kUuid, Need::kRequired},
    {"service_id", FieldType::kUuid, Need::kRequiredInTables},
    {"location_id", FieldType::kUuid, Need::kRequiredInTables},
    {"description"},
    {"visibility", FieldType::kChoice, Need::kOptional, "public|task_force|partner|confidential",
     Origin::kProfile},
    {"partners", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
    {"source_fields", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
};
constexpr Child kServiceAtLocationChildren[] = {
    {"service_areas", Entity::kServiceArea, Holds::kList, "service_at_location_id"},
    {"contacts", Entity::kContact, Holds::kList, "service_at_location_id"},
    {"phones", Entity::kPhone, Holds::kList, "service_at_location_id"},
    {"schedules", Entity::kSchedule, Holds::kList, "service_at_location_id"},
    {"location", Entity::kLocation, Holds::kOne, "location_id"},
    {"attributes", Entity::kAttribute, Holds::kList, "link_id"},
    {"metadata", Entity::kMetadata, Holds::kList, "resource_id"},
    {"service", Entity::kService, Holds::kOne, "service_id"},
};

constexpr Field kLocationFields[] = {
    {"id", FieldType::kUuid, Need::kRequired},
    {"location_type", FieldType::kChoice, Need::kRequired, "physical|postal|virtual|redacted"},
    {"url", FieldType::kUri},
    {"organization_id", FieldType::kUuid},
    {"name"},
    {"alternate_name"},
    {"description"},
    {"transportation"},
    {"latitude", FieldType::kNumber},
    {"longitude", FieldType::kNumber},
    {"external_identifier"},
    {"external_identifier_type"},
    {"visibility", FieldType::kChoice, Need::kOptional, "public|task_force|partner|confidential",
     Origin::kProfile},
    {"partners", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
    {"public_latitude", FieldType::kNumber, Need::kOptional, "", Origin::kProfile},
    {"public_longitude", FieldType::kNumber, Need::kOptional, "", Origin::kProfile},
    {"public_addresses", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
    {"translations", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
    {"source_fields", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
};
constexpr Child kLocationChildren[] = {
    {"languages", Entity::kLanguage, Holds::kList, "location_id"},
    {"addresses", Entity::kAddress, Holds::kList, "location_id"},
    {"contacts", Entity::kContact, Holds::kList, "location_id"},
    {"accessibility", Entity::kAccessibility, Holds::kList, "location_id"},
    {"phones", Entity::kPhone, Holds::kList, "location_id"},
    {"schedules", Entity::kSchedule, Holds::kList, "location_id"},
    {"attributes", Entity::kAttribute, Holds::kList, "link_id"},
    {"metadata", Entity::kMetadata, Holds::kList, "resource_id"},
};

constexpr Field kPhoneFields[] = {
    {"id", FieldType::kUuid, Need::kRequired},
    {"location_id", FieldType::kUuid},
    {"service_id", FieldType::kUuid},
    {"organization_id", FieldType::kUuid},
    {"contact_id", FieldType::kUuid},
    {"service_at_location_id", FieldType::kUuid},
    {"number", FieldType::kText, Need::kRequired},
    {"extension", FieldType::kNumber},
    {"type"},
    {"description"},
    {"visibility", FieldType::kChoice, Need::kOptional, "public|task_force|partner|confidential",
     Origin::kProfile},
    {"partners", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
    {"source_fields", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
};
constexpr Child kPhoneChildren[] = {
    {"languages", Entity::kLanguage, Holds::kList, "phone_id"},
    {"attributes", Entity::kAttribute, Holds::kList, "link_id"},
    {"metadata", Entity::kMetadata, Holds::kList, "resource_id"},
};

constexpr Field kContactFields[] = {
    {"id", FieldType::kUuid, Need::kRequired},
    {"organization_id", FieldType::kUuid},
    {"service_id", FieldType::kUuid},
    {"service_at_location_id", FieldType::kUuid},
    {"location_id", FieldType::kUuid},
    {"name"},
    {"title"},
    {"department"},
    {"email", FieldType::kEmail},
    {"visibility", FieldType::kChoice, Need::kOptional, "public|task_force|partner|confidential",
     Origin::kProfile},
    {"partners", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
    {"source_fields", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
};
constexpr Child kContactChildren[] = {
    {"phones", Entity::kPhone, Holds::kList, "contact_id"},
    {"attributes", Entity::kAttribute, Holds::kList, "link_id"},
    {"metadata", Entity::kMetadata, Holds::kList, "resource_id"},
};

constexpr Field kAddressFields[] = {
    {"id", FieldType::kUuid, Need::kRequired},
    {"location_id", FieldType::kUuid},
    {"attention"},
    {"address_1", FieldType::kText, Need::kRequired},
    {"address_2"},
    {"city", FieldType::kText, Need::kRequired},
    {"region"},
    {"state_province", FieldType::kText, Need::kRequired},
    {"postal_code", FieldType::kText, Need::kRequired},
    {"country", FieldType::kText, Need::kRequired},
    {"address_type", FieldType::kChoice, Need::kRequired, "physical|postal|virtual"},
    {"visibility", FieldType::kChoice, Need::kOptional, "public|task_force|partner|confidential",
     Origin::kProfile},
    {"partners", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
    {"source_fields", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
};
constexpr Child kAddressChildren[] = {
    {"attributes", Entity::kAttribute, Holds::kList, "link_id"},
    {"metadata", Entity::kMetadata, Holds::kList, "resource_id"},
};

constexpr Field kScheduleFields[] = {
    {"id", FieldType::kUuid, Need::kRequired},
    {"service_id", FieldType::kUuid},
    {"location_id", FieldType::kUuid},
    {"service_at_location_id", FieldType::kUuid},
    {"valid_from", FieldType::kDate},
    {"valid_to", FieldType::kDate},
    {"dtstart", FieldType::kDate},
    {"timezone", FieldType::kNumber},
    {"until", FieldType::kDate},
    {"count", FieldType::kNumber},
    {"wkst", FieldType::kChoice, Need::kOptional, "MO|TU|WE|TH|FR|SA|SU"},
    {"freq", FieldType::kChoice, Need::kOptional, "WEEKLY|MONTHLY"},
    {"interval", FieldType::kNumber},
    {"byday"},
    {"byweekno"},
    {"bymonthday"},
    {"byyearday"},
    {"description"},
    {"opens_at", FieldType::kTime},
    {"closes_at", FieldType::kTime},
    {"schedule_link", FieldType::kUri},
    {"attending_type"},
    {"notes"},
    {"source_fields", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
};
constexpr Child kScheduleChildren[] = {
    {"attributes", Entity::kAttribute, Holds::kList, "link_id"},
    {"metadata", Entity::kMetadata, Holds::kList, "resource_id"},
};

constexpr Field kFundingFields[] = {
    {"id", FieldType::kUuid, Need::kRequired},
    {"organization_id", FieldType::kUuid},
    {"service_id", FieldType::kUuid},
    {"source"},
    {"source_fields", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
};
constexpr Child kFundingChildren[] = {
    {"attributes", Entity::kAttribute, Holds::kList, "link_id"},
    {"metadata", Entity::kMetadata, Holds::kList, "resource_id"},
};

constexpr Field kServiceAreaFields[] = {
    {"id", FieldType::kUuid, Need::kRequired},
    {"service_id", FieldType::kUuid},
    {"service_at_location_id", FieldType::kUuid},
    {"name"},
    {"description"},
    {"extent"},
    {"extent_type"},
    {"uri"},
    {"source_fields", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
};
constexpr Child kServiceAreaChildren[] = {
    {"attributes", Entity::kAttribute, Holds::kList, "link_id"},
    {"metadata", Entity::kMetadata, Holds::kList, "resource_id"},
};

constexpr Field kRequiredDocumentFields[] = {
    {"id", FieldType::kUuid, Need::kRequired},
    {"service_id", FieldType::kUuid},
    {"document"},
    {"uri", FieldType::kUri},
    {"source_fields", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
};
constexpr Child kRequiredDocumentChildren[] = {
    {"attributes", Entity::kAttribute, Holds::kList, "link_id"},
    {"metadata", Entity::kMetadata, Holds::kList, "resource_id"},
};

constexpr Field kLanguageFields[] = {
    {"id", FieldType::kUuid, Need::kRequired},
    {"service_id", FieldType::kUuid},
    {"location_id", FieldType::kUuid},
    {"phone_id", FieldType::kUuid},
    {"name"},
    {"code"},
    {"note"},
    {"source_fields", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
};
constexpr Child kLanguageChildren[] = {
    {"attributes", Entity::kAttribute, Holds::kList, "link_id"},
    {"metadata", Entity::kMetadata, Holds::kList, "resource_id"},
};

constexpr Field kAccessibilityFields[] = {
    {"id", FieldType::kUuid, Need::kRequired},
    {"location_id", FieldType::kUuid},
    {"description"},
    {"details"},
    {"url", FieldType::kUri},
    {"source_fields", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
};
constexpr Child kAccessibilityChildren[] = {
    {"attributes", Entity::kAttribute, Holds::kList, "link_id"},
    {"metadata", Entity::kMetadata, Holds::kList, "resource_id"},
};

constexpr Field kCostOptionFields[] = {
    {"id", FieldType::kUuid, Need::kRequired},
    {"service_id", FieldType::kUuid, Need::kRequiredInTables},
    {"valid_from", FieldType::kDate},
    {"valid_to", FieldType::kDate},
    {"option"},
    {"currency"},
    {"amount", FieldType::kNumber},
    {"amount_description"},
    {"source_fields", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
};
constexpr Child kCostOptionChildren[] = {
    {"attributes", Entity::kAttribute, Holds::kList, "link_id"},
    {"metadata", Entity::kMetadata, Holds::kList, "resource_id"},
};

constexpr Field kOrganizationIdentifierFields[] = {
    {"id", FieldType::kUuid, Need::kRequired},
    {"organization_id", FieldType::kUuid, Need::kRequiredInTables},
    {"identifier_scheme"},
    {"identifier_type", FieldType::kText, Need::kRequired},
    {"identifier", FieldType::kText, Need::kRequired},
    {"source_fields", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
};
constexpr Child kOrganizationIdentifierChildren[] = {
    {"attributes", Entity::kAttribute, Holds::kList, "link_id"},
    {"metadata", Entity::kMetadata, Holds::kList, "resource_id"},
};

constexpr Field kUrlFields[] = {
    {"id", FieldType::kUuid, Need::kRequired},
    {"label"},
    {"url", FieldType::kUri, Need::kRequired},
    {"organization_id", FieldType::kUuid},
    {"service_id", FieldType::kUuid},
    {"source_fields", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
};
constexpr Child kUrlChildren[] = {
    {"attributes", Entity::kAttribute, Holds::kList, "link_id"},
    {"metadata", Entity::kMetadata, Holds::kList, "resource_id"},
};

constexpr Field kServiceCapacityFields[] = {
    {"id", FieldType::kUuid, Need::kRequired},
    {"service_id", FieldType::kUuid, Need::kRequiredInTables},
    {"unit_id", FieldType::kUuid, Need::kRequiredInTables},
    {"available", FieldType::kNumber, Need::kRequired},
    {"maximum", FieldType::kNumber},
    {"description"},
    {"updated", FieldType::kDateTime, Need::kRequired},
    {"source_fields", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
};
constexpr Child kServiceCapacityChildren[] = {
    {"unit", Entity::kUnit, Holds::kOne, "unit_id"},
    {"attributes", Entity::kAttribute, Holds::kList, "link_id"},
    {"metadata", Entity::kMetadata, Holds::kList, "resource_id"},
};

constexpr Field kUnitFields[] = {
    {"id", FieldType::kUuid, Need::kRequired},
    {"name", FieldType::kText, Need::kRequired},
    {"scheme"},
    {"identifier"},
    {"uri", FieldType::kUri},
    {"source_fields", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
};
constexpr Child kUnitChildren[] = {
    {"attributes", Entity::kAttribute, Holds::kList, "link_id"},
    {"metadata", Entity::kMetadata, Holds::kList, "resource_id"},
};

constexpr Field kAttributeFields[] = {
    {"id", FieldType::kUuid, Need::kRequired},
    {"link_id", FieldType::kUuid, Need::kRequiredInTables},
    {"taxonomy_term_id", FieldType::kUuid, Need::kRequiredInTables},
    {"link_type"},
    {"link_entity", FieldType::kText, Need::kRequiredInTables},
    {"value"},
    {"label"},
    {"source_fields", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
};
constexpr Child kAttributeChildren[] = {
    {"taxonomy_term", Entity::kTaxonomyTerm, Holds::kOne, "taxonomy_term_id"},
    {"metadata", Entity::kMetadata, Holds::kList, "resource_id"},
};

constexpr Field kTaxonomyTermFields[] = {
    {"id", FieldType::kUuid, Need::kRequired},
    {"code"},
    {"name", FieldType::kText, Need::kRequired},
    {"description", FieldType::kText, Need::kRequired},
    {"parent_id", FieldType::kUuid},
    {"taxonomy"},
    {"language"},
    {"taxonomy_id", FieldType::kUuid},
    {"term_uri", FieldType::kUri},
    {"source_fields", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
};
constexpr Child kTaxonomyTermChildren[] = {
    {"taxonomy_detail", Entity::kTaxonomy, Holds::kOne, "taxonomy_id"},
    {"metadata", Entity::kMetadata, Holds::kList, "resource_id"},
};

constexpr Field kTaxonomyFields[] = {
    {"id", FieldType::kUuid, Need::kRequired},
    {"name", FieldType::kText, Need::kRequired},
    {"description", FieldType::kText, Need::kRequired},
    {"uri", FieldType::kUri},
    {"version"},
    {"source_fields", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
};
constexpr Child kTaxonomyChildren[] = {
    {"metadata", Entity::kMetadata, Holds::kList, "resource_id"},
};

constexpr Field kMetadataFields[] = {
    {"id", FieldType::kUuid, Need::kRequired},
    {"resource_id", FieldType::kUuid, Need::kRequiredInTables},
    {"resource_type", FieldType::kText, Need::kRequiredInTables},
    {"last_action_date", FieldType::kDate, Need::kRequired},
    {"last_action_type", FieldType::kText, Need::kRequired},
    {"field_name", FieldType::kText, Need::kRequired},
    {"previous_value", FieldType::kText, Need::kRequired},
    {"replacement_value", FieldType::kText, Need::kRequired},
    {"updated_by", FieldType::kText, Need::kRequired},
    {"source_fields", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
};

constexpr Field kMetaTableDescriptionFields[] = {
    {"id", FieldType::kUuid, Need::kRequired},
    {"name"},
    {"language"},
    {"character_set"},
    {"source_fields", FieldType::kObject, Need::kOptional, "", Origin::kProfile},
};
constexpr Child kMetaTableDescriptionChildren[] = {
    {"attributes", Entity::kAttribute, Holds::kList, "link_id"},
    {"metadata", Entity::kMetadata, Holds::kList, "resource_id"},
};

constexpr std::array<EntityInfo, kEntityCount> kEntities = {{
    {Entity::kOrganization, "organization", "organizations.csv", true, kOrganizationFields,
     kOrganizationChildren},
    {Entity::kProgram, "program", "programs.csv", true, kProgramFields, kProgramChildren},
    {Entity::kService, "service", "services.csv", true, kServiceFields, kServiceChildren},
    {Entity::kServiceAtLocation, "service_at_location", "service_at_location.csv", true,
     kServiceAtLocationFields, kServiceAtLocationChildren},
    {Entity::kLocation, "location", "locations.csv", true, kLocationFields, kLocationChildren},
    {Entity::kPhone, "phone", "phones.csv", false, kPhoneFields, kPhoneChildren},
    {Entity::kContact, "contact", "contacts.csv", false, kContactFields, kContactChildren},
    {Entity::kAddress, "address", "addresses.csv", false, kAddressFields, kAddressChildren},
    {Entity::kSchedule, "schedule", "schedules.csv", false, kScheduleFields, kScheduleChildren},
    {Entity::kFunding, "funding", "funding.csv", false, kFundingFields, kFundingChildren},
    {Entity::kServiceArea, "service_area", "service_areas.csv", false, kServiceAreaFields,
     kServiceAreaChildren},
    {Entity::kRequiredDocument, "required_document", "required_documents.csv", false,
     kRequiredDocumentFields, kRequiredDocumentChildren},
    {Entity::kLanguage, "language", "languages.csv", false, kLanguageFields, kLanguageChildren},
    {Entity::kAccessibility, "accessibility", "accessibility.csv", false, kAccessibilityFields,
     kAccessibilityChildren},
    {Entity::kCostOption, "cost_option", "cost_options.csv", false, kCostOptionFields,
     kCostOptionChildren},
    {Entity::kOrganizationIdentifier, "organization_identifier", "organization_identifiers.csv",
     false, kOrganizationIdentifierFields, kOrganizationIdentifierChildren},
    {Entity::kUrl, "url", "url.csv", false, kUrlFields, kUrlChildren},
    {Entity::kServiceCapacity, "service_capacity", "service_capacity.csv", false,
     kServiceCapacityFields, kServiceCapacityChildren},
    {Entity::kUnit, "unit", "units.csv", true, kUnitFields, kUnitChildren},
    {Entity::kAttribute, "attribute", "attributes.csv", false, kAttributeFields,
     kAttributeChildren},
    {Entity::kTaxonomyTerm, "taxonomy_term", "taxonomy_terms.csv", true, kTaxonomyTermFields,
     kTaxonomyTermChildren},
    {Entity::kTaxonomy, "taxonomy", "taxonomies.csv", true, kTaxonomyFields, kTaxonomyChildren},
    {Entity::kMetadata, "metadata", "metadata.csv", false, kMetadataFields, {}},
    {Entity::kMetaTableDescription, "meta_table_description", "meta_table_descriptions.csv", true,
     kMetaTableDescriptionFields, kMetaTableDescriptionChildren},
}};

}  // namespace

const Field* EntityInfo::field(std::string_view field_name) const {
  const auto found = std::ranges::find(fields, field_name, &Field::name);
  return found == fields.end() ? nullptr : &*found;
}

const Child* EntityInfo::child(std::string_view child_name) const {
  const auto found = std::ranges::find(children, child_name, &Child::name);
  return found == children.end() ? nullptr : &*found;
}

std::span<const EntityInfo> entities() { return kEntities; }

const EntityInfo& info(Entity entity) { return kEntities[static_cast<std::size_t>(entity)]; }

const EntityInfo* find_entity(std::string_view name) {
  const auto found = std::ranges::find(kEntities, name, &EntityInfo::name);
  return found == kEntities.end() ? nullptr : &*found;
}

const EntityInfo* find_entity_by_file(std::string_view file_name) {
  const auto found = std::ranges::find(kEntities, file_name, &EntityInfo::file);
  return found == kEntities.end() ? nullptr : &*found;
}

std::optional<Entity> link_target(Entity entity, std::string_view field) {
  if (field == "id" || !field.ends_with("_id") || field == "tax_id") return std::nullopt;
  if (field == "parent_id") return entity;
  if (field == "parent_organization_id") return Entity::kOrganization;
  const EntityInfo* target = find_entity(field.substr(0, field.size() - 3));
  return target ? std::optional(target->entity) : std::nullopt;
}

}  // namespace daybreak::directory
