// SPDX-License-Identifier: AGPL-3.0-or-later
// A record of the directory: an organisation, program, service, place of a service, location,
// taxonomy, term or unit, with everything that belongs to it alone (phones, hours, addresses …) as
// one JSON value in HSDS names. Records point to each other by id. Pure functions, any thread.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/id.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "commons/directory/schema.hpp"

namespace daybreak::directory {

// What a source says of a record, which matters when it says nothing of a field.
enum class Completeness : std::uint8_t {
  kPartial,  // a mention inside another record: what is missing is not said
  kFields,   // a record without some of its lists: a missing list is not said, a missing field is
             // empty
  kWhole,    // everything
};

struct Record {
  Entity entity = Entity::kService;
  Uuid id;
  Json body;  // an object; its "id" is `id`
  Completeness completeness = Completeness::kWhole;
  std::string place;  // where it was read: "guide.csv:17"
};

// Something to tell the person who imports.
struct Notice {
  enum class Kind : std::uint8_t { kRepaired, kSetAside, kRejected };
  Kind kind = Kind::kRepaired;
  std::string place;   // "guide.csv:17"
  std::string field;   // "services.phones.extension" or the column
  std::string reason;  // a sentence
};

// Makes ids of what a source calls its records: UUIDs stay, anything else gives the same UUIDv5 for
// ever for the same source, entity and name.
class IdSpace {
 public:
  explicit IdSpace(std::string_view source_name);
  Uuid id_for(std::string_view entity, std::string_view text) const;

 private:
  Uuid space_;
};

// Brings a value of any quality into the form of its entity: names, types, ids, required fields.
// What does not fit is kept in "source_fields" and noticed; nothing is lost. Returns false when the
// record cannot stand at all (a service without a name).
class Normalizer {
 public:
  Normalizer(const IdSpace& ids, std::vector<Notice>& notices) : ids_(ids), notices_(notices) {}
  bool normalize(Json& value, Entity entity, std::string_view place);

 private:
  bool object(Json& value, const EntityInfo& entity, std::string_view parent);
  bool fix(Json& value, const Field& field, const EntityInfo& entity, const Json& whole);
  void take_id(Json& value, const EntityInfo& entity, std::string_view parent);
  bool require(Json& value, const EntityInfo& entity);
  void notice(Notice::Kind kind, const EntityInfo& entity, std::string_view field,
              std::string reason);
  Uuid id_for(const EntityInfo& entity, std::string_view field, std::string_view text,
              const Json& whole) const;

  const IdSpace& ids_;
  std::vector<Notice>& notices_;
  std::string_view place_;
};

// Takes a normalised nested value apart into records; the first is the outermost.
std::vector<Record> split_records(Json value, Entity entity, std::string_view place,
                                  Completeness completeness);

// The text forms of types, shared with the table readers.
std::optional<std::string> to_date_text(std::string_view text);  // "12/24/2015" gives "2015-12-24"
std::optional<std::string> to_time_text(std::string_view text);  // "4:30 PM" gives "16:30"

// Members in the order of the schema, so that equal records have equal text.
void sort_members(Json& value, const EntityInfo& entity);
Uuid id_of(const Json& value);
// The ids of the taxonomy that the need tree is for other systems, and of its terms by need code.
Uuid need_taxonomy_id();
Uuid need_term_id(std::string_view code);
// The text of a member, or empty.
std::string_view text_of(const Json& value, std::string_view member);

}  // namespace daybreak::directory
