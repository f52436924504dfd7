// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside gates/release/ only: opening a projection in the releasing vault, and reading it at the
// recipient's, whether the two are on one machine or not.
#pragma once

#include "base/json.hpp"
#include "gates/release/release_gate.hpp"
#include "vault/outward/outward.hpp"

namespace daybreak::gates {

tl::unexpected<Error> absent();
std::string letter_context(ProjectionId projection, const vault::releases::ReleaseRow& release);

// What a look at a pointer came to: whose it is, under which release, and what the letter says.
struct ReleaseGate::Opened {
  vault::inbox::Pointer pointer;
  vault::Vault* sender = nullptr;  // nullptr: on another machine
  vault::outward::Projection projection;
  Json letter;
  std::string ticket;  // for a file on another machine
};

// How a look is recorded: at all that was told, or at a file of it.
inline std::string_view look_at(const Uuid& file) { return file.is_nil() ? "view" : "open_file"; }

struct Decided {
  std::optional<vault::outward::Projection> projection;  // nothing: refused
  bool has_ended = false;                                // for everyone
};
// Decision, record and copy in one transaction of the releasing vault: after a revocation has
// returned there is no view, and there is no view without its record.
Result<Decided> open_for(const vault::Vault& sender, const trust::Actor& actor, const Uuid& id,
                         std::string_view action,
                         const std::function<Result<void>(db::Connection&)>& also = {});

// Piece `number` of a file, from 1; nothing after the last.
using PieceSource = std::function<Result<std::optional<std::string>>(std::int64_t number)>;

}  // namespace daybreak::gates
