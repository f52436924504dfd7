// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/audience.hpp"

#include <algorithm>

namespace daybreak::directory {
namespace {

// Profile fields that anyone may see. What is not named here or in HSDS stays inside: a field that
// somebody adds later is hidden until somebody decides.
constexpr std::string_view kOpenProfileFields[] = {"level",
                                                   "open_24_hours",
                                                   "capacity_status",
                                                   "ineligibility_description",
                                                   "eligibility_rule",
                                                   "intake",
                                                   "suitability",
                                                   "needs",
                                                   "counties",
                                                   "states",
                                                   "translations"};

// HSDS fields that tell how the directory is kept rather than what a service is.
constexpr std::string_view kInsideFields[] = {"assurer_email", "metadata", "external_identifier",
                                              "external_identifier_type"};

bool is_open(const EntityInfo& entity, std::string_view name, const Audience& audience) {
  // Earlier values may be of a time when the part was hidden.
  if (audience.kind() == Audience::Kind::kKeepers) return name != "metadata";
  if (std::ranges::find(kInsideFields, name) != std::end(kInsideFields)) return false;
  if (entity.child(name)) return true;
  const Field* field = entity.field(name);
  if (!field) return false;
  return field->origin == Origin::kHsds ||
         std::ranges::find(kOpenProfileFields, name) != std::end(kOpenProfileFields);
}

Json copy_members(const Json& value, std::initializer_list<std::string_view> names) {
  Json copy = Json::object();
  for (const std::string_view name : names)
    if (const Json* found = value.find(name)) copy.set(name, *found);
  return copy;
}

Json open_part(const Json& part, const EntityInfo& entity, const Audience& audience);

Json open_list(const Json& list, Entity entity, const Audience& audience) {
  Json kept = Json::array();
  if (const JsonArray* items = list.if_array()) {
    for (const Json& one : *items)
      if (audience.sees(one)) kept.append(open_part(one, info(entity), audience));
  }
  return kept;
}

// A part without what stays inside and without the parts of it that are hidden.
Json open_part(const Json& part, const EntityInfo& entity, const Audience& audience) {
  Json out = Json::object();
  if (!part.is_object()) return out;
  for (const JsonMember& member : *part.if_object()) {
    if (!is_open(entity, member.key, audience)) continue;
    const Child* child = entity.child(member.key);
    if (!child) {
      out.set(member.key, member.value);
    } else if (child->holds == Holds::kOne) {
      if (audience.sees(member.value))
        out.set(member.key, open_part(member.value, info(child->entity), audience));
    } else if (Json list = open_list(member.value, child->entity, audience); list.size() > 0) {
      out.set(member.key, std::move(list));
    }
  }
  return out;
}

// An address that may be shown in place of the real one: town and area, and a line only if staff
// wrote one for the public.
Json public_addresses(const Json& location) {
  Json list = Json::array();
  const Json* given = location.find("public_addresses");
  const JsonArray* items = given ? given->if_array() : nullptr;
  if (!items) return list;
  for (const Json& one : *items) {
    Json address = copy_members(one, {"id", "attention", "address_1", "address_2", "city", "region",
                                      "state_province", "postal_code", "country", "address_type"});
    if (text_of(address, "id").empty()) continue;
    // HSDS demands a first line; a confidential place has none to give.
    if (text_of(address, "address_1").empty()) address.set("address_1", "Not public: call first");
    list.append(std::move(address));
  }
  return list;
}

Json redacted_location(const Json& location, const Audience& audience) {
  Json out = copy_members(location, {"id", "organization_id"});
  if (audience.kind() == Audience::Kind::kKeepers) out.set("visibility", "confidential");
  out.set("location_type", "redacted");
  if (const Json* latitude = location.find("public_latitude")) out.set("latitude", *latitude);
  if (const Json* longitude = location.find("public_longitude")) out.set("longitude", *longitude);
  if (Json addresses = public_addresses(location); addresses.size() > 0)
    out.set("addresses", std::move(addresses));
  return out;
}

void collect(const Json& part, const EntityInfo& entity, bool hidden, const Audience& audience,
             std::vector<std::string>& out) {
  hidden = hidden || !audience.sees(part);
  if (hidden) {
    for (const std::string_view field : {"address_1", "address_2", "number"})
      if (const auto text = text_of(part, field); text.size() >= 6) out.emplace_back(text);
  }
  for (const Child& child : entity.children) {
    const Json* held = part.find(child.name);
    if (!held) continue;
    if (const JsonArray* items = held->if_array()) {
      for (const Json& one : *items) collect(one, info(child.entity), hidden, audience, out);
    } else {
      collect(*held, info(child.entity), hidden, audience, out);
    }
  }
}

}  // namespace

bool Audience::sees(const Json& part) const {
  if (kind_ == Kind::kStaff) return true;
  const Json* visibility = part.find("visibility");
  if (!visibility) return true;
  const std::string_view word = text_of(part, "visibility");
  if (word == "public") return true;
  if (kind_ == Kind::kKeepers) return word == "task_force" || word == "partner";
  if (word == "task_force") return kind_ == Kind::kTaskForce || kind_ == Kind::kPartner;
  if (word != "partner" || (kind_ != Kind::kPartner && kind_ != Kind::kOutsidePartner))
    return false;
  const Json* partners = part.find("partners");
  const JsonArray* ids = partners ? partners->if_array() : nullptr;
  return ids && std::ranges::any_of(*ids, [&](const Json& id) {
           return id.if_string() && *id.if_string() == partner_;
         });
}

std::string Audience::name() const {
  switch (kind_) {
    case Kind::kPublic:
      return "public";
    case Kind::kTaskForce:
      return "task_force";
    case Kind::kPartner:
    case Kind::kOutsidePartner:
      return "partner:" + partner_;
    case Kind::kKeepers:
      return "keepers";
    default:
      return "staff";
  }
}

std::optional<Published> for_audience(Record place, const Json* location,
                                      const Audience& audience) {
  const bool hidden =
      audience.kind() != Audience::Kind::kStaff && (!location || !audience.sees(*location));
  if (hidden) {
    if (!audience.sees(place.body)) return std::nullopt;
    place.body = copy_members(place.body, {"id", "service_id", "location_id"});
  }
  Published published;
  published.entity_ = place.entity;
  published.id_ = place.id;
  if (audience.kind() == Audience::Kind::kStaff) {
    published.body_ = std::move(place.body);
    return published;
  }
  if (!audience.sees(place.body)) return std::nullopt;
  published.body_ = open_part(place.body, info(place.entity), audience);
  return published;
}

std::optional<Published> for_audience(Record record, const Audience& audience) {
  if (record.entity == Entity::kServiceAtLocation)
    return for_audience(std::move(record), nullptr, audience);
  Published published;
  published.entity_ = record.entity;
  published.id_ = record.id;
  if (audience.kind() == Audience::Kind::kStaff) {
    published.body_ = std::move(record.body);
    return published;
  }
  if (!audience.sees(record.body)) {
    if (record.entity != Entity::kLocation) return std::nullopt;
    published.body_ = redacted_location(record.body, audience);
    return published;
  }
  if (record.entity == Entity::kMetadata) return std::nullopt;
  published.body_ = open_part(record.body, info(record.entity), audience);
  return published;
}

std::vector<std::string> hidden_texts(const Record& record, const Audience& audience) {
  std::vector<std::string> texts;
  collect(record.body, info(record.entity), false, audience, texts);
  return texts;
}

}  // namespace daybreak::directory
