// SPDX-License-Identifier: AGPL-3.0-or-later
// Releases: what a survivor allows to be told, to whom, what for and until when. A draft is a
// conversation with nothing ticked; signed, it is never changed, only ended (revoked, superseded,
// expired); another wish is another release. Nothing leaves by this room: that is the release gate.
// Each act asks decide() and is recorded. Made for one request; used by its thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vault/clients/clients.hpp"
#include "vault/notes/notes.hpp"

namespace daybreak::vault::releases {

using ReleaseId = Id<struct ReleaseTag>;
using DisclosureId = Id<struct DisclosureTag>;
using ProjectionId = Id<struct ProjectionTag>;

inline constexpr int kDefaultDays = 14, kMostDays = 90;

enum class ItemKind : std::uint8_t { kAnswer, kNote, kServices, kTopic, kAttachment, kGoal };
// One exact item: a question's id, a note's id, "2026-10-01..2026-10-31", a code of list "topic",
// an attachment's id, or a goal's id.
struct Item {
  ItemKind kind = ItemKind::kAnswer;
  std::string subject;
  bool operator==(const Item&) const = default;
};
std::string write_item(const Item& item);  // "answer:phone"
std::optional<Item> item_from(std::string_view text);

enum class Signer : std::uint8_t {
  kAdult,
  kMinorAndGuardian,  // unemancipated: both
  kMinorAlone,        // where a law lets a minor receive these services alone
  kCourtGuardian,     // for a person under guardianship
};
std::string_view code_of(Signer signer);
std::optional<Signer> signer_from(std::string_view code);

// What was asked and said: the elements of a release (NNEDV template, 28 CFR 94.115).
struct Terms {
  // 3. One recipient: organisation, and a person or a role in it.
  std::optional<trust::OrganizationId> recipient_organization;  // one of this node, or
  std::string recipient_elsewhere;                              // another's name
  std::optional<trust::MemberId> recipient_member;
  std::optional<trust::Role> recipient_role;
  std::string recipient_person;  // by name or function, in words
  // 2. Dependants whose information is in it.
  std::vector<clients::RelativeId> dependants;
  std::vector<Item> items;         // 4.
  std::string purpose;             // 5. in her words
  bool risks_told = false;         // 5.
  std::string other_ways;          // 12. "could she do this herself?"
  std::string method = "copy";     // 6. list "method"; always one way
  bool single_use = false;         // 7.
  int days = kDefaultDays;         // 7. 1 to 90
  std::string until_event;         // 7. or when this happens, whichever is first
  std::optional<Date> starts_on;   // 7. a later day; at once when not given
  bool rights_told = false;        // 8., 9. refuse, limit, stop; services do not depend on it
  Signer signer = Signer::kAdult;  // 10., 11.
  std::string guardian;            // name
  bool guardian_is_not_abuser = false;
  std::string minor_law;        // which law lets the minor sign alone
  std::string interpreter;      // 10. name
  std::string language = "en";  // the form was read in
  // Issued again: the same recipient and no item that this one did not have.
  std::optional<ReleaseId> again_of;
};

enum class SignatureKind : std::uint8_t { kOnScreen, kPaper };
struct Signature {
  SignatureKind kind = SignatureKind::kOnScreen;
  std::string name;           // as the survivor signs; never shown outside of this vault
  std::string guardian_name;  // when a guardian signs too
  std::string witness;
  bool took_copy = false;     // a copy was offered; it may be unsafe to keep
  std::optional<Uuid> paper;  // the attachment that is the signed paper; on paper never without
};

enum class ReleaseState : std::uint8_t {
  kDraft,
  kWaiting,
  kActive,
  kExpired,
  kExhausted,
  kRevoked,
  kSuperseded
};
std::string_view code_of(ReleaseState state);

// What the gate needs to know, without any key.
struct ReleaseRow {
  ReleaseId id;
  std::int64_t number = 0;
  clients::ClientId client;
  std::string stored_state;
  std::int64_t version = 0;
  std::optional<trust::OrganizationId> recipient_organization;
  std::optional<trust::MemberId> recipient_member;
  std::optional<trust::Role> recipient_role;
  std::string method;
  bool single_use = false;
  std::optional<Instant> starts_at, expires_at, signed_at, ended_at;
  std::string form_version, form_hash;
  std::optional<trust::MemberId> signed_by;  // who explained it
  std::string ended_how;                     // "spoken", "written", "replaced", "event", "expired"

  ReleaseState state_at(Instant now) const;
  // Something may be disclosed; what was disclosed may be seen.
  bool may_disclose(Instant now) const { return state_at(now) == ReleaseState::kActive; }
  bool may_view(Instant now) const {
    const ReleaseState state = state_at(now);
    return state == ReleaseState::kActive || state == ReleaseState::kExhausted;
  }
  // The actor is the organisation, person and role that it names.
  bool is_for(const trust::Actor& actor) const;
};

struct Release {
  ReleaseRow row;
  Terms terms;
  std::optional<Signature> signature;
};

struct Disclosure {
  DisclosureId id;
  ReleaseId release;
  std::int64_t release_number = 0;
  Instant made_at;
  trust::MemberId made_by;
  std::string method;
  std::optional<trust::OrganizationId> recipient_organization;
  std::vector<Item> items;
};

// "Who opened my file": from the log of this vault.
struct Look {
  Instant at;
  trust::MemberId member;
  trust::OrganizationId organization;
  std::string action;  // "client.read", "released_item.view", …
};
struct RecordOfDisclosures {
  std::vector<Disclosure> disclosures;
  std::vector<Look> looks;
};

class Releases {
 public:
  explicit Releases(const Work& work) : work_(work) {}

  Result<ReleaseId> draft(clients::ClientId client);
  // A draft with the words of a signed one, living or ended, and its signature asked anew. It is
  // never wider: check_again() holds at saving and signing. A living one is replaced by it.
  Result<ReleaseId> draft_again(ReleaseId of);
  // Replaces a draft's terms; checks only what is there. kConflict when it was signed meanwhile.
  Result<void> save(ReleaseId id, const Terms& terms);
  // Checks that every element is there (kInvalid names the first field that is missing) and signs,
  // after a fresh confirmation.
  // What the file says of age counts: an adult signs for herself, a minor never alone as an adult;
  // what a minor signed with a guardian ends on the eighteenth birthday.
  Result<void> sign(ReleaseId id, const Signature& signature);
  // At once, by any advocate who hears "stop"; projections are destroyed in the same transaction.
  // `how`: "spoken", "written" or "replaced"; "event" when what the release waits for has happened,
  // which ends it as its day does.
  Result<void> revoke(ReleaseId id, const std::string& how);
  Result<Release> read(ReleaseId id);
  Result<std::vector<ReleaseRow>> of_client(clients::ClientId client);
  Result<RecordOfDisclosures> record_of(clients::ClientId client);

 private:
  const Work& work_;
};

// kInvalid names the first field that a signed release must have and this one has not.
Result<void> check_complete(const Terms& terms, const Signature& signature);

// The words that were read, in "en" or "es", and their SHA-256.
std::string_view form_text(std::string_view language);

// For the gate, inside its transaction.
Result<std::optional<ReleaseRow>> find_release(db::Connection& connection, ReleaseId id);
Result<std::vector<Item>> items_of(db::Connection& connection, ReleaseId id);
// Whether something of this client may be told or seen now.
Result<bool> has_living(db::Connection& connection, clients::ClientId client, Instant now);
// Destroys what was sealed to recipients of releases that do not live any more; returns how many.
Result<std::int64_t> destroy_ended(const Vault& vault, db::Connection& connection);
// A store that comes back from a backup does not know which releases were stopped since: ends all,
// so that each survivor is asked again; returns how many.
Result<std::int64_t> end_restored(const Vault& vault, db::Connection& connection);
// The same for a store that says so itself: one that has fewer endings than were known outside of
// it (vault/endings.hpp: an old file or a snapshot put back in its place), and a PostgreSQL store
// that is not where it was (pg_restore into another database, a server that was set back to an
// earlier moment). One row is read. First in every write that ends, tells or shows something, so
// that a store that was put back never counts up to what is known; destroy_ended() begins with it.
// What brings back the data folder with the store cannot be told apart and returns 0.
Result<std::int64_t> end_if_restored(const Vault& vault, db::Connection& connection);
// Each ending is counted, with the write that ends; what the store has after the commit is known
// outside of it before that write is answered. The ending stands when its file cannot be written:
// that is logged, and the memory of this process knows.
Result<void> count_endings(const Vault& vault, db::Connection& connection, std::int64_t more);
// For Vaults::when_opened(): ends what is restored; else writes down what the store has, which may
// be more than is known after a crash.
Result<void> check_opened(const Vault& vault);

db::ModuleMigrations migrations();

}  // namespace daybreak::vault::releases
