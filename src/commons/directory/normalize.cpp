// SPDX-License-Identifier: AGPL-3.0-or-later
#include <algorithm>

#include "base/text.hpp"
#include "base/unicode.hpp"
#include "commons/directory/record.hpp"

namespace daybreak::directory {
namespace {

bool is_blank(const Json& value) {
  if (value.is_null()) return true;
  if (const std::string* text = value.if_string()) return trim(*text).empty();
  return value.size() == 0 && (value.is_array() || value.is_object());
}

// A scalar as text, for types that are written as text.
std::optional<std::string> as_text(const Json& value) {
  if (const std::string* text = value.if_string()) return *text;
  if (value.is_number() || value.is_bool()) return to_text(value);
  return std::nullopt;
}

std::optional<double> as_number(const Json& value) {
  if (const auto number = value.if_number()) return number;
  const std::string* text = value.if_string();
  if (!text) return std::nullopt;
  std::string digits;
  for (const char c : trim(*text))
    if (c != '$' && c != ',' && c != ' ') digits += c;
  return to_number(digits);
}

bool looks_like_email(std::string_view text) {
  const std::size_t at = text.find('@');
  return at != text.npos && at > 0 && text.find('.', at) != text.npos &&
         text.find('@', at + 1) == text.npos && text.find_first_of(" ,;<>()") == text.npos &&
         !text.ends_with('.');
}

bool has_scheme(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == text.npos || colon == 0) return false;
  return std::ranges::all_of(text.substr(0, colon), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '.' || c == '-';
  });
}

// A web address as HSDS wants it, or nothing. "www.example.org" gets its scheme.
std::optional<std::string> to_uri(std::string_view text) {
  text = trim(text);
  if (text.empty() || text.find_first_of(" \t\r\n<>\"{}|\\^`") != text.npos) return std::nullopt;
  if (has_scheme(text) && text.find("://") != text.npos) return std::string(text);
  if (text.starts_with("mailto:") || text.starts_with("tel:") || text.starts_with("urn:"))
    return std::string(text);
  if (text.find('.') == text.npos || text.front() == '.' || has_scheme(text)) return std::nullopt;
  return "https://" + std::string(text);
}

std::optional<std::string> choose(std::string_view text, std::string_view choices) {
  const std::string wanted = replace_all(to_lower_ascii(trim(text)), "_", " ");
  for (const std::string_view choice : split(choices, '|')) {
    if (equals_ignoring_case_ascii(choice, trim(text))) return std::string(choice);
    if (replace_all(to_lower_ascii(choice), "_", " ") == wanted) return std::string(choice);
  }
  return std::nullopt;
}

std::optional<bool> as_flag(const Json& value) {
  if (const bool* flag = value.if_bool()) return *flag;
  const std::string word = to_lower_ascii(trim(as_text(value).value_or("")));
  if (word == "true" || word == "yes" || word == "y" || word == "1" || word == "x") return true;
  if (word == "false" || word == "no" || word == "n" || word == "0") return false;
  return std::nullopt;
}

// Whether normalising may refuse a part, so that it has to be kept to be told and set aside.
bool may_be_refused(const Json& part, Entity entity) {
  if (!part.is_object()) return true;
  if (entity == Entity::kPhone) return !part.find("number") || is_blank(*part.find("number"));
  if (entity == Entity::kUrl) return !part.find("url") || is_blank(*part.find("url"));
  return info(entity).is_record && entity != Entity::kLocation &&
         entity != Entity::kServiceAtLocation &&
         (!part.find("name") || is_blank(*part.find("name")));
}

// A flag such as "PhysicalAddressIsPrivate: Yes" that HSDS has no field for: the safe reading
// counts.
bool says_private(const JsonMember& member) {
  const std::string name = to_lower_ascii(member.key);
  if (name.find("private") == std::string::npos && name.find("confidential") == std::string::npos)
    return false;
  return as_flag(member.value).value_or(false);
}

}  // namespace

void Normalizer::notice(Notice::Kind kind, const EntityInfo& entity, std::string_view field,
                        std::string reason) {
  notices_.push_back({kind, std::string(place_),
                      std::string(entity.name) + "." + std::string(field), std::move(reason)});
}

Uuid Normalizer::id_for(const EntityInfo& entity, std::string_view field, std::string_view text,
                        const Json& whole) const {
  if (field == "link_id") return ids_.id_for(text_of(whole, "link_entity"), text);
  if (field == "resource_id") return ids_.id_for(text_of(whole, "resource_type"), text);
  const auto target = link_target(entity.entity, field);
  return ids_.id_for(target ? info(*target).name : entity.name, text);
}

// Brings one value to its type in place; false when it does not fit.
bool Normalizer::fix(Json& value, const Field& field, const EntityInfo& entity, const Json& whole) {
  if (field.type == FieldType::kObject) {
    if (const std::string* text = value.if_string()) {
      auto parsed = parse_json(*text);
      if (!parsed) return false;
      value = std::move(*parsed);
    }
    return true;
  }
  if (field.type == FieldType::kNumber) {
    if (value.is_number()) return true;
    const auto number = as_number(value);
    if (!number) return false;
    const auto whole_number = static_cast<std::int64_t>(*number);
    value = static_cast<double>(whole_number) == *number ? Json(whole_number) : Json(*number);
    return true;
  }
  if (field.type == FieldType::kFlag) {
    const auto flag = as_flag(value);
    if (flag) value = *flag;
    return flag.has_value();
  }
  std::optional<std::string> text = as_text(value);
  if (!text) return false;
  const std::string before = *text;
  switch (field.type) {
    case FieldType::kUuid:
      text = id_for(entity, field.name, trim(*text), whole).to_string();
      break;
    case FieldType::kUri:
      text = to_uri(*text);
      if (text && *text != trim(before))
        notice(Notice::Kind::kRepaired, entity, field.name, "the web address had no https://");
      break;
    case FieldType::kEmail:
      text = looks_like_email(trim(*text)) ? std::optional(std::string(trim(*text))) : std::nullopt;
      break;
    case FieldType::kDate:
      text = to_date_text(*text);
      break;
    case FieldType::kDateTime:
      if (!parse_instant(trim(*text))) {
        const auto date = to_date_text(*text);
        text = date ? std::optional(*date + "T00:00:00Z") : std::nullopt;
      }
      break;
    case FieldType::kTime:
      text = to_time_text(*text);
      break;
    case FieldType::kChoice:
      text = choose(*text, field.choices);
      break;
    default:
      break;
  }
  if (text) value = std::move(*text);
  return text.has_value();
}

void Normalizer::take_id(Json& value, const EntityInfo& entity, std::string_view parent) {
  const Json* given = value.find("id");
  const std::string text = given ? as_text(*given).value_or("") : "";
  if (!trim(text).empty()) {
    const Uuid id = ids_.id_for(entity.name, trim(text));
    if (!Uuid::parse(trim(text))) {  // what the source calls it is kept, to find it again
      Json* aside = value.find("source_fields");
      if (!aside) aside = &value.set("source_fields", Json::object());
      if (aside->is_object()) aside->set("id", text);
    }
    value.set("id", id.to_string());
    return;
  }
  // An organisation is known by its name and a location by what is said of it, wherever they stand.
  std::string content(entity.is_record && entity.entity != Entity::kServiceAtLocation
                          ? std::string_view()
                          : parent);
  if (entity.entity == Entity::kOrganization) {
    content = search_key(text_of(value, "name"));
  } else {
    append_json(content, value);
  }
  value.set("id", ids_.id_for(entity.name, content).to_string());
}

// Fills what the standard requires; false when the record cannot stand without it.
bool Normalizer::require(Json& value, const EntityInfo& entity) {
  const auto missing = [&](std::string_view field) { return value.find(field) == nullptr; };
  switch (entity.entity) {
    case Entity::kOrganization:
    case Entity::kService:
    case Entity::kProgram:
    case Entity::kTaxonomy:
    case Entity::kTaxonomyTerm:
    case Entity::kUnit:
      if (missing("name")) {
        notice(Notice::Kind::kRejected, entity, "name", "has no name");
        return false;
      }
      if (entity.entity == Entity::kService && missing("status")) value.set("status", "active");
      return true;
    case Entity::kLocation:
      if (missing("location_type"))
        value.set("location_type", missing("addresses") && missing("latitude") && !missing("url")
                                       ? "virtual"
                                       : "physical");
      return true;
    case Entity::kAddress:
      if (missing("address_type")) value.set("address_type", "physical");
      if (missing("country")) value.set("country", "US");
      return true;
    case Entity::kPhone:
      if (!missing("number")) return true;
      notice(Notice::Kind::kRejected, entity, "number", "has no number");
      return false;
    case Entity::kUrl:
      if (!missing("url")) return true;
      notice(Notice::Kind::kRejected, entity, "url", "has no address");
      return false;
    default:
      return true;
  }
}

bool Normalizer::object(Json& value, const EntityInfo& entity, std::string_view parent) {
  JsonObject* members = value.if_object();
  if (!members) {
    notice(Notice::Kind::kRejected, entity, "",
           "is " + std::string(value.kind_name()) + ", not an object");
    return false;
  }
  take_id(value, entity, parent);
  const std::string own_id(text_of(value, "id"));
  Json result = Json::object(), aside = Json::object();
  members = value.if_object();
  for (JsonMember& member : *members) {
    if (is_blank(member.value)) continue;
    const Field* field = entity.field(member.key);
    if (field && fix(member.value, *field, entity, value)) {
      if (field->name == "source_fields" && member.value.is_object()) {
        for (JsonMember& old : *member.value.if_object()) aside.set(old.key, std::move(old.value));
      } else {
        result.set(member.key, std::move(member.value));
      }
      continue;
    }
    const Child* child = entity.child(member.key);
    if (child && (member.value.is_array() || member.value.is_object())) {
      const EntityInfo& inner = info(child->entity);
      if (child->holds == Holds::kOne) {
        if (object(member.value, inner, own_id)) {
          result.set(member.key, std::move(member.value));
          continue;
        }
      } else if (JsonArray* items = member.value.if_array()) {
        Json kept = Json::array(), refused = Json::array();
        for (Json& item : *items) {
          Json copy = may_be_refused(item, child->entity) ? item : Json();
          object(item, inner, own_id) ? kept.append(std::move(item))
                                      : refused.append(std::move(copy));
        }
        if (kept.size() > 0) result.set(member.key, std::move(kept));
        if (refused.size() > 0) aside.set(member.key, std::move(refused));
        continue;
      }
    }
    if (field || child) {
      notice(Notice::Kind::kSetAside, entity, member.key,
             "does not fit the field and was kept beside the record: " +
                 shorten(to_text(member.value), 80));
    }
    if (!field && !child && says_private(member)) {
      result.set("visibility", "confidential");
      notice(Notice::Kind::kRepaired, entity, member.key,
             "is marked private at the source and is kept confidential here");
    }
    aside.set(member.key, std::move(member.value));
  }
  if (!require(result, entity)) return false;
  if (aside.size() > 0) result.set("source_fields", std::move(aside));
  value = std::move(result);
  return true;
}

bool Normalizer::normalize(Json& value, Entity entity, std::string_view place) {
  place_ = place;
  return object(value, info(entity), "");
}

}  // namespace daybreak::directory
