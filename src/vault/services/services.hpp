// SPDX-License-Identifier: AGPL-3.0-or-later
// Service events: what was done for whom, in codes and minutes, written in seconds. "The same
// again", a day sheet, and one event for a whole group. A correction is a new event in the place of
// the old one. Made for one request; used by its thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "vault/clients/clients.hpp"
#include "vault/plans/plans.hpp"

namespace daybreak::vault::services {

using EventId = Id<struct ServiceEventTag>;

struct ServiceEvent {
  EventId id;
  clients::ClientId client;
  Date day{};
  std::string category;                         // list service_category
  std::int64_t minutes = 0;                     // 0 to 1440
  std::string mode = "in_person";               // list mode
  std::string funder = "none";                  // the organisation's own code
  std::string language = "en";                  // list language
  bool for_family = false;                      // a family member was served
  std::optional<clients::RelativeId> relative;  // which one
  std::optional<plans::GoalId> goal;            // of this client, which it was for
  trust::MemberId worker;
  std::optional<Uuid> together;  // events of one group have it in common
};

// Who was there: a client, or a family member of the client.
struct Attendee {
  clients::ClientId client;
  std::optional<clients::RelativeId> relative;
  auto operator<=>(const Attendee&) const = default;
};

// Each person once, however many services there were.
std::size_t people_in(std::span<const ServiceEvent> events);

class Services {
 public:
  explicit Services(const Work& work) : work_(work) {}

  // The worker is the actor. kInvalid names the field; kNotFound when a client is not in this
  // vault.
  Result<EventId> add(const ServiceEvent& event);
  // One event for each client; all or none.
  Result<std::vector<EventId>> add_group(const ServiceEvent& event,
                                         std::span<const clients::ClientId> all);
  // The same with family members; who is named twice is written once.
  Result<std::vector<EventId>> add_group(const ServiceEvent& event, std::span<const Attendee> all);
  // A day's lines; all or none. A wrong field is named with its line: "field minutes_3".
  Result<void> add_many(std::span<const ServiceEvent> events);
  Result<ServiceEvent> read(EventId id);
  // By its writer alone; kConflict when it was corrected already. The old one stays in the store.
  Result<EventId> correct(EventId wrong, const ServiceEvent& right);
  // What this worker wrote last, for "the same again".
  Result<std::optional<ServiceEvent>> last(const std::optional<clients::ClientId>& client);
  // Newest first, without what was corrected.
  Result<std::vector<ServiceEvent>> of_client(clients::ClientId client);
  Result<std::vector<ServiceEvent>> day_sheet(Date day);
  // Whom this worker served last, in the last 90 days, newest first.
  Result<std::vector<clients::ClientId>> my_people(std::int64_t most);
  // The codes of funders that were written before.
  Result<std::vector<std::string>> funders();

 private:
  const Work& work_;
};

db::ModuleMigrations migrations();

}  // namespace daybreak::vault::services
