// SPDX-License-Identifier: AGPL-3.0-or-later
// What the end of retention does to this room. Only vault/retention/ calls these, inside its own
// reads and writes; whether it may is asked there.
#pragma once

#include "vault/clients/clients.hpp"

namespace daybreak::vault::clients {

struct ClosedFile {
  ClientId id;
  std::int64_t number = 0;
  Date closed_on;
};
// Files closed on `last` or before and not shredded, the longest closed first.
Result<std::vector<ClosedFile>> closed_until(db::Connection& connection, Date last,
                                             std::int64_t most);
struct FileState {
  ClientState state = ClientState::kOpen;
  std::int64_t number = 0;
  std::optional<Date> closed_on;
};
// kNotFound when there is no such client.
Result<FileState> state_of(db::Connection& connection, ClientId id);

// Sealed answers, names of relatives and search words go; codes stay. Returns how many answers had
// words.
Result<std::int64_t> forget_words(db::Connection& connection, ClientId id);
// The client's key goes, with forget_words().
Result<void> forget_key(db::Connection& connection, ClientId id);
Result<std::vector<ClientId>> shredded(db::Connection& connection);

}  // namespace daybreak::vault::clients
