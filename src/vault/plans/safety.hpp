// SPDX-License-Identifier: AGPL-3.0-or-later
// A safety plan: what helps a survivor to stay safe, part by part (data/vault/safety_plan.toml),
// each one sealed and each one skippable. Every save is another version. It leaves the vault only
// on paper or on a screen in the room: never to a device of hers, and in no release. Made for one
// request; used by its thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "vault/clients/clients.hpp"

namespace daybreak::vault::plans {

struct SafetyPart {
  std::string section;
  std::optional<codes::Skip> skip;
  Secret<std::string> words;
};

struct SafetyVersion {
  std::int64_t version = 0;
  Instant written_at;
  trust::MemberId written_by;
};

struct SafetyPlan {
  SafetyVersion written;
  std::vector<SafetyPart> parts;
  const SafetyPart* find(std::string_view section) const;
};

enum class Looking : std::uint8_t { kOnScreen, kToPrint };

class SafetyPlans {
 public:
  explicit SafetyPlans(const Work& work) : work_(work) {}

  // `version`: the one it was written from, 0 for none; kConflict when there is a newer one.
  // kInvalid names the part. Returns the new version.
  Result<std::int64_t> save(clients::ClientId client, std::int64_t version,
                            std::span<const SafetyPart> parts);
  // The newest, or this version; nothing when there is none. A look that stands in the record.
  Result<std::optional<SafetyPlan>> read(clients::ClientId client, Looking looking,
                                         std::optional<std::int64_t> version = {});
  // Newest first, without words.
  Result<std::vector<SafetyVersion>> versions(clients::ClientId client);

 private:
  const Work& work_;
};

}  // namespace daybreak::vault::plans
