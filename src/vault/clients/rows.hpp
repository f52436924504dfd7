// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside vault/clients/ only: rows as values, and sealing them.
#pragma once

#include "trust/keys/blind_index.hpp"
#include "vault/clients/clients.hpp"

namespace daybreak::vault::clients {

// With what a line says of the answers, so that a list is one question to the store.
inline constexpr std::string_view kLineColumns =
    "id, number, state, opened_on, wrapped_key,"
    " (SELECT sealed FROM clients_answer WHERE client = clients_client.id"
    "  AND question = 'preferred_name'),"
    " (SELECT version FROM clients_answer WHERE client = clients_client.id"
    "  AND question = 'preferred_name'),"
    " (SELECT codes FROM clients_answer WHERE client = clients_client.id"
    "  AND question = 'language')";
inline constexpr std::size_t kLineColumnCount = 8;

// Opens only what initials and language need.
Result<ClientLine> line_of(const Work& work, const db::Row& row);
// kInvalid names the question: unknown, no such code or none that counts on this day, or a date
// that does not exist. `told`: the codes of the answer before, which may stay.
Result<void> check_answer(const Answer& answer, Date on, std::string_view told = {});
Result<void> put_answer(db::Connection& connection, const Work& work, const trust::keys::Key& key,
                        ClientId id, const Answer& answer);
Result<Answered> answered_of(const Work& work, const trust::keys::Key& key, ClientId id,
                             const db::Row& row);
inline constexpr std::string_view kAnswerColumns =
    "question, skip, codes, sealed, version, answered_at";

// The same answer for what is not there and what is not for the actor.
inline tl::unexpected<Error> absent() {
  return fail(ErrorKind::kNotFound, "there is no such record, or it is not for you");
}

inline trust::keys::Place relative_place(const Work& work, RelativeId id, std::int64_t version) {
  return work.vault.place("clients_relative", id.uuid(), "name", version);
}

Result<trust::keys::Key> unwrap_client(const Work& work, ClientId id, std::string_view wrapped);
std::string wrap_client(const Work& work, ClientId id, const trust::keys::Key& key);

}  // namespace daybreak::vault::clients
