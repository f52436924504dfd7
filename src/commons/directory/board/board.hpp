// SPDX-License-Identifier: AGPL-3.0-or-later
// The capacity board: which services can take someone now, as far as anybody said and not longer
// than it holds. For members of the task force; who keeps a service (its organisation's people, or
// those who keep the directory) says how it is. Safe to use from any thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "commons/directory/catalogue/catalogue.hpp"
#include "trust/gatekeeper.hpp"

namespace daybreak::directory::board {

db::ModuleMigrations migrations();

// What the board is filtered by; empty members do not restrict.
struct Filter {
  std::string need = "housing";  // code of the need tree
  std::uint32_t county = 0;
  bool with_room = false;
  bool open_24_hours = false;
};
enum class Order : std::uint8_t { kRoom, kName };

struct Line {
  Uuid service;
  std::string name, name_spanish, organization, phone, city;
  Uuid organization_id;          // where it is known
  trust::OrganizationId keeper;  // the member organisation that speaks for it, or nil
  bool open_24_hours = false;
  search::Capacity now = search::Capacity::kUnknown;  // decayed: what it says at this moment
  Capacity said;            // the last that was said, whether it still holds or not
  bool is_own = false;      // of the organisation of the one who asks: stands first
  bool may_update = false;  // by the one who asks
};

// One page of the board.
struct Board {
  std::vector<Line> lines;
  std::size_t total = 0;
  bool cut = false;  // more matched than the board sorts; narrow the filter
};

class Boards {
 public:
  Boards(Catalogue& task_force, const Clock& clock)
      : catalogue_(task_force),
        gatekeeper_(task_force.directory().database(), clock),
        clock_(clock) {}

  // kNotFound for whoever is no member of the task force.
  Result<Board> list(const trust::Actor& actor, const Filter& filter, Order order,
                     std::size_t offset, std::size_t limit);
  // One service as the board shows it; kNotFound when the actor may not update it.
  Result<Line> line_to_update(const trust::Actor& actor, const Uuid& service);
  // Holds for `lifetime`, or as long as is usual for its kind.
  Result<void> update(const trust::Actor& actor, const Uuid& service, CapacityStatus status,
                      std::optional<std::chrono::hours> lifetime);

  // Says which member organisation keeps an organisation of the directory; nobody when nil.
  Result<void> set_keeper(const trust::Actor& actor, const Uuid& organization,
                          trust::OrganizationId keeper);
  Result<std::map<Uuid, trust::OrganizationId>> keepers();

 private:
  Result<void> fill(const trust::Actor& actor, std::vector<Line>& lines);
  trust::Object object_for(const Bundle& bundle,
                           const std::map<Uuid, trust::OrganizationId>& keepers) const;
  Result<Bundle> bundle_of(const Uuid& service);

  Catalogue& catalogue_;
  trust::Gatekeeper gatekeeper_;
  const Clock& clock_;
};

// For a demonstration: unless this member organisation keeps something, it is given the first
// organisation, by the name of its service, that answers this need and that nobody keeps.
Result<void> seed_keeper(Directory& directory, trust::OrganizationId keeper, std::string_view need);

}  // namespace daybreak::directory::board
