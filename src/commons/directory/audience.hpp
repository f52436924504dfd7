// SPDX-License-Identifier: AGPL-3.0-or-later
// What each audience may see of a record. for_audience is the only way by which a record leaves the
// directory's store for a page, an answer, an index, an export, a guide or a feed: the functions
// that write those take Published records, and only this file makes them. Pure functions, any
// thread.
#pragma once

#include <optional>
#include <string>

#include "commons/directory/record.hpp"

namespace daybreak::directory {

class Audience {
 public:
  enum class Kind : std::uint8_t {
    kPublic,
    kTaskForce,
    kPartner,
    kOutsidePartner,
    kKeepers,
    kStaff
  };
  static Audience everyone() { return Audience(Kind::kPublic, {}); }
  static Audience task_force() { return Audience(Kind::kTaskForce, {}); }
  // A named partner organisation of the task force: its id as it stands in a record's "partners".
  static Audience partner(std::string id) { return Audience(Kind::kPartner, std::move(id)); }
  // A named partner outside the task force: what is public, and what names it.
  static Audience outside_partner(std::string id) {
    return Audience(Kind::kOutsidePartner, std::move(id));
  }
  // Those who keep the directory without being cleared for confidential places: every field, but
  // of no part that is confidential.
  static Audience keepers() { return Audience(Kind::kKeepers, {}); }
  // Those who keep the directory and are cleared: everything, as it is.
  static Audience staff() { return Audience(Kind::kStaff, {}); }

  Kind kind() const { return kind_; }
  // Whether `part` (a record, phone, contact or address) may be seen as it is. What has no
  // visibility is public; one that is not known counts as confidential.
  bool sees(const Json& part) const;
  std::string name() const;  // "public", "task_force", "partner:…", "keepers", "staff"

 private:
  Audience(Kind kind, std::string partner) : kind_(kind), partner_(std::move(partner)) {}
  Kind kind_;
  std::string partner_;
};

// A record as one audience may see it.
class Published {
 public:
  Entity entity() const { return entity_; }
  const Uuid& id() const { return id_; }
  const Json& body() const { return body_; }
  Json take() && { return std::move(body_); }

 private:
  friend std::optional<Published> for_audience(Record record, const Audience& audience);
  friend std::optional<Published> for_audience(Record place, const Json* location,
                                               const Audience& audience);
  Entity entity_ = Entity::kService;
  Uuid id_;
  Json body_;
};

// Nothing when the audience may not know that the record exists. A location that it may not see
// becomes a redacted one: its public point and address, and nothing else that leads to it.
std::optional<Published> for_audience(Record record, const Audience& audience);

// For a service's place (service_at_location) with the location it is at: where the location is
// hidden, its phones, hours and contacts there are hidden too. The function above has no location
// to look at and always hides them.
std::optional<Published> for_audience(Record place, const Json* location, const Audience& audience);

// The texts that must not appear for a lower audience: address lines and phone numbers of parts
// hidden from it. For the leak check of exports and guides.
std::vector<std::string> hidden_texts(const Record& record, const Audience& audience);

}  // namespace daybreak::directory
