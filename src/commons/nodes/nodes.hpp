// SPDX-License-Identifier: AGPL-3.0-or-later
// The register of nodes on other machines that hold organisations' vaults: who may use the line to
// this commons, and for which organisations each speaks. Every change and refusal is audited; a
// node taken off is refused from its next message on. Safe to use from any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "db/migration.hpp"
#include "line/outbox.hpp"
#include "trust/gatekeeper.hpp"

namespace daybreak::nodes {

using line::NodeId;

struct Node {
  NodeId id;
  std::string name;
  std::string pin;
  std::vector<trust::OrganizationId> organizations;
  Instant added_at;
  std::optional<Instant> last_seen_at;
  std::int64_t waiting = 0;  // messages for it

  bool speaks_for(trust::OrganizationId organization) const;
};

class Register {
 public:
  Register(db::Database& commons, const Clock& clock, Random& random)
      : commons_(commons), clock_(clock), random_(random) {}

  // kConflict when name, pin or an organisation is another node's already; kInvalid for a pin that
  // is none, no organisation, or one that is not in the commons.
  Result<NodeId> add(const trust::Actor& actor, const std::string& name, std::string_view pin,
                     const std::vector<trust::OrganizationId>& organizations);
  Result<std::vector<Node>> list(const trust::Actor& actor);
  // What waits for it goes with it. kNotFound when there is none of this name.
  Result<void> remove(const trust::Actor& actor, const std::string& name);

  // For the line itself: no act of anyone, so nothing is decided or recorded.
  Result<std::optional<Node>> find_by_pin(const std::string& pin);
  Result<std::optional<NodeId>> node_of(trust::OrganizationId organization);
  Result<void> was_seen(NodeId node);

 private:
  Result<void> write(const trust::Actor& actor, std::string_view action, NodeId node,
                     std::string detail,
                     const std::function<Result<void>(db::Connection&)>& change);
  db::Database& commons_;
  const Clock& clock_;
  Random& random_;
};

// Inside a transaction: which node speaks for an organisation.
Result<std::optional<NodeId>> node_of(db::Connection& connection,
                                      trust::OrganizationId organization);

db::ModuleMigrations migrations();

}  // namespace daybreak::nodes
