// SPDX-License-Identifier: AGPL-3.0-or-later
// The way out of a vault: opening the items of a release and writing disclosures and projections.
// Only targets of gates/ link this (cmake/wall.cmake fails the build otherwise). Every function
// runs inside the gate's transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "vault/releases/releases.hpp"

namespace daybreak::vault::outward {

// The items as what the recipient will read; kInvalid when one cannot be told any more (skipped,
// not signed, gone).
Result<Json> open_items(db::Connection& connection, const Work& work,
                        const releases::ReleaseRow& release,
                        const std::vector<releases::Item>& items);

Result<void> insert_disclosure(db::Connection& connection, const Work& work,
                               const releases::ReleaseRow& release, releases::DisclosureId id,
                               const std::vector<releases::Item>& items);

struct Projection {
  releases::ProjectionId id;
  releases::ReleaseRow release;
  std::string letter;  // empty when destroyed
};
Result<void> insert_projection(db::Connection& connection, releases::ProjectionId id,
                               releases::DisclosureId disclosure,
                               const releases::ReleaseRow& release, std::string_view letter);
Result<std::optional<Projection>> find_projection(db::Connection& connection,
                                                  releases::ProjectionId id);
// Those that the recipient's inbox has not been told of.
Result<std::vector<Projection>> undelivered(db::Connection& connection,
                                            trust::OrganizationId recipient);
// Those that live for an organisation, whoever there may open them; without their letters.
Result<std::vector<Projection>> living(db::Connection& connection, trust::OrganizationId recipient,
                                       Instant now);
Result<void> mark_delivered(db::Connection& connection, releases::ProjectionId id, Instant now);
Result<void> mark_exhausted(db::Connection& connection, releases::ReleaseId id);

}  // namespace daybreak::vault::outward
