// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside vault/clients/ only: rows as values, and sealing them.
#pragma once

#include <map>

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
// What a file has of a question: its version, and its codes, which may stay when they no longer
// count.
struct Told {
  std::int64_t version = 0;
  std::string codes;
};
using ToldBefore = std::map<std::string, Told, std::less<>>;
Result<ToldBefore> told_before(db::Connection& connection, ClientId id);
// kInvalid names the question: unknown, answered twice, no such code or none that counts on this
// day, a date that does not exist.
Result<void> check_answers(std::span<const Answer> answers, Date on, const ToldBefore& told = {});

// An answer as it is stored. Sealing it needs no store, so a new file's answers are sealed before
// its write begins.
struct SealedAnswer {
  std::string question;
  db::Value skip, codes, sealed;
  std::int64_t version = 1;
  bool searchable = false;
  std::vector<std::string> terms;
};
SealedAnswer seal_answer(const Work& work, const trust::keys::Key& key, ClientId id,
                         const Answer& answer, std::int64_t version);
struct FileOf {
  ClientId id;
  std::int64_t number = 0;
};
// Answers and the words to find them by: those of a new file, together with all that is new in the
// group of writes; or new ones, or in the place of the version before, in few statements.
Result<void> put_first_answers(db::Connection& connection, const Work& work, const FileOf& file,
                               std::span<const SealedAnswer> answers);
Result<void> put_answers(db::Connection& connection, const Work& work, const FileOf& file,
                         std::span<const SealedAnswer> answers);

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
