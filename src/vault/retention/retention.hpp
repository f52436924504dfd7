// SPDX-License-Identifier: AGPL-3.0-or-later
// The end of what a vault keeps: periods counted from closing, what is due, holds, and purges by
// two persons. A partial purge takes the narrative (names, contact, free text, notes, attachments)
// and leaves codes, minutes and releases; a full one takes the client's key. Each purge leaves a
// certificate without a name. Nothing is purged by itself: the list says what is due. Each act asks
// decide() and is recorded. Made for one request; used by its thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "vault/clients/clients.hpp"
#include "vault/retention/periods.hpp"

namespace daybreak::vault::retention {

using HoldId = Id<struct HoldTag>;
using PurgeId = Id<struct PurgeTag>;

// A room of the vault with narrative of clients: forgets a client's inside the write that it is
// given, without any key, and returns how many records it forgot.
struct Room {
  std::string_view name;  // "notes": a code, in certificates and the log
  std::function<Result<std::int64_t>(db::Connection&, const Vault&, const trust::Actor&,
                                     clients::ClientId)>
      forget;
};
const std::vector<Room>& rooms();

struct Hold {
  HoldId id;
  std::string reason;         // list hold_reason
  Secret<std::string> words;  // sealed under the client's key
  trust::MemberId placed_by;
  Instant placed_at;
  std::optional<Instant> lifted_at;
};

enum class PurgeKind : std::uint8_t { kPartial, kFull };
std::string_view code_of(PurgeKind kind);
std::optional<PurgeKind> purge_kind_from(std::string_view code);

struct Purge {
  PurgeId id;
  clients::ClientId client;
  PurgeKind kind = PurgeKind::kPartial;
  bool is_done = false;  // else it waits for a second person
  trust::MemberId asked_by;
  std::string asked_role, ended_role;  // codes
  Instant asked_at;
  std::optional<Instant> ended_at;
  std::vector<std::pair<std::string, std::int64_t>> counts;  // by room
  // The day on which the last backup that holds the destroyed key is gone.
  std::optional<Instant> backups_until;
};

struct Due {
  clients::ClientId id;
  std::int64_t number = 0;
  Date closed_on{};
  Date partial_on{}, full_on{};  // when each became or becomes due
  bool is_partly_purged = false, is_held = false, is_asked = false;
};

struct FileRetention {
  clients::ClientState state = clients::ClientState::kOpen;
  std::optional<Date> closed_on, partial_on, full_on;
  std::vector<Hold> holds;    // newest first
  std::vector<Purge> purges;  // newest first; those that were dropped are not in it
  bool is_held() const;
  const Purge* waiting() const;
};

class Retention {
 public:
  explicit Retention(const Work& work) : work_(work) {}

  // The organisation's own days, by period.
  Result<std::vector<std::pair<const Period*, int>>> days();
  // 1 to 3650; kInvalid names the field "days".
  Result<void> set_days(const std::string& period, int days);
  // Files of which something is due today, the longest closed first, at most 500.
  Result<std::vector<Due>> due(Date today);
  Result<FileRetention> of_client(clients::ClientId client);

  Result<HoldId> hold(clients::ClientId client, const std::string& reason,
                      const Secret<std::string>& words);
  Result<void> lift(clients::ClientId client, HoldId hold);

  // kConflict while a hold stands, a release lives, or the file is open or in another purge.
  Result<PurgeId> ask(clients::ClientId client, PurgeKind kind);
  Result<void> drop(clients::ClientId client, PurgeId purge);
  // By a second person (kConflict else). In one transaction: what goes, the certificate, the leaf.
  Result<void> carry_out(clients::ClientId client, PurgeId purge);
  Result<Purge> certificate(clients::ClientId client, PurgeId purge);

 private:
  const Work& work_;
};

// A hold stands: nothing of this file is destroyed, by whatever room.
Result<bool> is_held(db::Connection& connection, clients::ClientId client);

db::ModuleMigrations migrations();

}  // namespace daybreak::vault::retention
