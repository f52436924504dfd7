// SPDX-License-Identifier: AGPL-3.0-or-later
// The survivors whom this organisation serves: intake with every question skippable, search inside
// this vault, family members served, closure, shredding. Each act asks decide() and is recorded in
// this vault's log. Made for one request; used by its thread.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "base/secret.hpp"
#include "vault/codes/codes.hpp"
#include "vault/vault.hpp"

namespace daybreak::vault::clients {

using ClientId = Id<struct ClientTag>;
using RelativeId = Id<struct RelativeTag>;

enum class ClientState : std::uint8_t { kOpen, kClosed, kShredded };
std::string_view code_of(ClientState state);

// What a person said to one question: text, or codes, or why there is no answer.
struct Answer {
  std::string question;
  std::optional<codes::Skip> skip;
  std::vector<std::string> codes;
  Secret<std::string> text;
};

struct Answered {
  Answer answer;
  std::int64_t version = 0;
  Instant at;
};

// A line of a list: never a name, only initials, until the file is opened.
struct ClientLine {
  ClientId id;
  std::int64_t number = 0;  // "C-12": this vault's own count
  ClientState state = ClientState::kOpen;
  Date opened_on;
  std::string initials;
  std::string language;  // code, or empty
};

struct Relative {
  RelativeId id;
  std::string relation, age_group;  // codes
  Secret<std::string> name;
};

// A file that was closed or opened again.
struct Turn {
  bool closes = true;
  Date day{};
  std::string reason;  // list closure_reason or reopening_reason
  trust::MemberId by;
};

struct ClientFile {
  ClientLine line;
  std::optional<Date> closed_on;
  std::string closure_reason;
  std::vector<Answered> answers;
  std::vector<Relative> relatives;
  std::vector<Turn> turns;  // newest first
  std::optional<trust::MemberId> shred_asked_by;
  const Answered* find(std::string_view question) const;
};

struct ClientFilter {
  std::optional<ClientState> state = ClientState::kOpen;
  std::string words;  // names or telephone numbers; whole words, or the first three letters
  std::int64_t skip = 0, most = 50;
  bool oldest_first = false;
};
struct ClientPage {
  std::vector<ClientLine> lines;
  std::int64_t all = 0;
};

class Clients {
 public:
  explicit Clients(const Work& work) : work_(work) {}

  // Questions not named stay unasked. kInvalid names the question that is wrong.
  Result<ClientId> open(std::span<const Answer> answers, Date today);
  // Asked again, the newest answer stands. kConflict when the client is shredded.
  Result<void> answer(ClientId id, std::span<const Answer> answers);
  Result<ClientPage> list(const ClientFilter& filter);
  // The whole file; who opened it stands in the log. kNotFound for what is not in this vault.
  Result<ClientFile> read(ClientId id);
  // Only the line, for headings; not a look at the file.
  Result<ClientLine> line(ClientId id);
  // The lines of those of `ids` that are open, in their order; as a look at a list.
  Result<std::vector<ClientLine>> open_lines(std::span<const ClientId> ids);
  // "C-12" or "12"; only of an open file. Nothing when there is none.
  Result<std::optional<ClientId>> by_number(std::string_view number);
  // The lines of those of `ids` that are not shredded, whatever their order, in one question.
  Result<std::map<ClientId, ClientLine>> lines_of(std::span<const ClientId> ids);
  // The families of all these clients, in one question; who has none is not there.
  Result<std::map<ClientId, std::vector<Relative>>> households(std::span<const ClientId> ids);
  // Family members as codes, without their names.
  Result<std::vector<Relative>> household(ClientId id);

  Result<RelativeId> add_relative(ClientId id, const std::string& relation,
                                  const std::string& age_group, const Secret<std::string>& name);
  // kNotFound unless this relative belongs to this client.
  Result<void> edit_relative(ClientId id, RelativeId relative, const std::string& relation,
                             const std::string& age_group, const Secret<std::string>& name);
  Result<void> remove_relative(ClientId id, RelativeId relative);
  // `reason` is a code of closure_reason, or of reopening_reason. kConflict in another state.
  Result<void> close(ClientId id, const std::string& reason, Date today);
  Result<void> reopen(ClientId id, const std::string& reason, Date today);
  // Two persons: the first asks, a second does it. Then the client's key is gone, with names, terms
  // and sealed values; codes, minutes and the log stay. Backups of the store made before still hold
  // the wrapped key until they are removed.
  Result<void> ask_to_shred(ClientId id);
  // Anyone who could shred may say no. kConflict when nobody asked.
  Result<void> keep(ClientId id);
  Result<void> shred(ClientId id);

 private:
  const Work& work_;
};

// For the other rooms of the same vault, inside their own reads and writes: the client's key.
// kNotFound when the client is not in this vault, kConflict when it was shredded.
Result<trust::keys::Key> client_key(db::Connection& connection, const Work& work, ClientId id);
// The same for a write that begins with it: what is asked, and the key that the answer holds.
db::Question key_question(ClientId id);
Result<trust::keys::Key> key_from(const Work& work, ClientId id, const db::Rows& answer);

// One answer as text, for a release: opened under the client's key. Nothing when it was skipped.
Result<std::optional<std::string>> open_answer(db::Connection& connection, const Work& work,
                                               const trust::keys::Key& key, ClientId id,
                                               std::string_view question);

db::ModuleMigrations migrations();

}  // namespace daybreak::vault::clients
