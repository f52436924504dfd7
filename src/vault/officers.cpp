// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/officers.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "trust/keys/device_secret.hpp"
#include "trust/keys/open_locked.hpp"
#include "trust/keys/passphrase.hpp"
#include "trust/keys/shares.hpp"

namespace daybreak::vault {
namespace {

namespace keys = trust::keys;

constexpr std::chrono::minutes kFailureWindow{15};
constexpr int kFailures = 5;

// What lies under the passphrase: the member's secret, then the organisation's public key once the
// member has met it (zeros before). A key that was exchanged in the store is found by it.
struct Own {
  keys::KeyPair pair;
  keys::PublicKey known;
};

std::string own_context(const Vault& vault, trust::MemberId member) {
  return "vault_member own " + vault.organization().to_string() + " " + member.to_string();
}
std::string letter_context(const Vault& vault, trust::MemberId member, std::int64_t generation) {
  return "vault_member letter " + vault.organization().to_string() + " " + member.to_string() +
         " " + std::to_string(generation);
}

std::string passkey_context(const Vault& vault, trust::MemberId member,
                            std::string_view credential) {
  return "vault_passkey own " + vault.organization().to_string() + " " + member.to_string() + " " +
         std::string(credential);
}

keys::LockedBytes write_own(const Own& own) {
  keys::LockedBytes plain(2 * keys::Key::kBytes);
  std::copy_n(own.pair.secret().data(), keys::Key::kBytes, plain.data());
  std::copy_n(own.known.bytes.data(), keys::Key::kBytes, plain.data() + keys::Key::kBytes);
  return plain;
}

Result<Own> read_own(const keys::LockedBytes& plain) {
  if (plain.size() != 2 * keys::Key::kBytes)
    return fail(ErrorKind::kCorrupt, "a member's key is damaged");
  return Own{keys::KeyPair::of(keys::Key::copy_of(plain.view().substr(0, keys::Key::kBytes))),
             TRY(keys::PublicKey::from(plain.view().substr(keys::Key::kBytes)))};
}

std::string wrap_own(const Vault& vault, trust::MemberId member, const Own& own,
                     const Secret<std::string>& passphrase) {
  return keys::wrap_under_passphrase(passphrase, write_own(own).view(), own_context(vault, member),
                                     vault.random());
}

Result<Own> unwrap_own(const Vault& vault, trust::MemberId member, std::string_view wrapped,
                       const Secret<std::string>& passphrase) {
  return read_own(
      TRY(keys::unwrap_under_passphrase(passphrase, wrapped, own_context(vault, member))));
}

Result<void> put_member(db::Connection& connection, const Vault& vault, trust::MemberId member,
                        const Own& own, const std::string& wrapped, const keys::Keyring* ring) {
  const auto known =
      TRY(connection.query_one("SELECT generation FROM vault_member WHERE member = $1", {member}));
  const std::int64_t generation = known ? known->integer(0) + 1 : 1;
  connection.leave_no_trace();
  TRY(connection.execute("DELETE FROM vault_member WHERE member = $1", {member}));
  TRY(connection.execute("DELETE FROM vault_passkey WHERE member = $1", {member}));
  db::Value letter;
  if (ring != nullptr)
    letter =
        db::Blob{keys::write_letter(ring->pair(), own.pair.public_key(), ring->write().view(),
                                    letter_context(vault, member, generation), vault.random())};
  TRY(connection.execute(
      "INSERT INTO vault_member (member, public_key, own, letter, generation, key_names, joined_at)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7)",
      {member, db::Blob{std::string(own.pair.public_key().view())}, db::Blob{wrapped}, letter,
       generation, ring == nullptr ? std::string() : join(ring->names(), ","), vault.now()}));
  return {};
}

tl::unexpected<Error> not_founded() {
  return fail(ErrorKind::kConflict, "this vault has no keys yet", {},
              "An account steward of the organization founds it first");
}

keys::Place recovery_place(const Vault& vault, std::uint32_t set) {
  return vault.place("vault_recovery", Uuid(), "sealed", set);
}

}  // namespace

Result<bool> Officers::is_founded() const { return TRY(vault_.public_key()).has_value(); }

Result<std::vector<Secret<std::string>>> Officers::found(const trust::Actor& actor,
                                                         const Secret<std::string>& passphrase) {
  TRY(vault_.require(actor, "vault", "found"));
  TRY(keys::check_new_passphrase(passphrase.reveal()));
  keys::Keyring ring = keys::Keyring::found(vault_.organization().uuid(), vault_.random());
  for (const std::string_view name : kNoteKeys)
    ring.add(name, keys::Key::generate(vault_.random()));
  const Own own{keys::KeyPair::generate(vault_.random()), ring.pair().public_key()};
  const keys::Key recovery = keys::Key::generate(vault_.random());
  const auto shares = keys::split(recovery, kSharesNeeded, kSharesMade, vault_.random());
  const std::uint32_t set = shares.front().set;
  const std::string wrapped = wrap_own(vault_, actor.member, own, passphrase);
  TRY(vault_.database().write([&](db::Connection& connection) -> Result<void> {
    if (TRY(connection.query_one("SELECT 1 FROM vault_identity")))
      return fail(ErrorKind::kConflict, "this vault has keys already", {},
                  "Join it, and let an officer let you in");
    TRY(connection.execute(
        "INSERT INTO vault_identity (id, organization, public_key, founded_at, founded_by)"
        " VALUES (1, $1, $2, $3, $4)",
        {vault_.organization(), db::Blob{std::string(ring.pair().public_key().view())},
         vault_.now(), actor.member}));
    TRY(put_member(connection, vault_, actor.member, own, wrapped, &ring));
    TRY(connection.execute(
        "INSERT INTO vault_recovery (share_set, threshold, shares, sealed, made_at)"
        " VALUES ($1, $2, $3, $4, $5)",
        {set, kSharesNeeded, kSharesMade,
         db::Blob{keys::seal(recovery, ring.write().view(), recovery_place(vault_, set),
                             vault_.random())},
         vault_.now()}));
    return vault_.note(connection, actor, "vault", "found", vault_.organization().to_string(),
                       "key=" + ring.pair().public_key().fingerprint());
  }));
  std::vector<Secret<std::string>> lines;
  for (const keys::Share& share : shares)
    lines.push_back(Secret<std::string>(keys::write_share(share)));
  return lines;
}

Result<void> Officers::join(const trust::Actor& actor, const Secret<std::string>& passphrase) {
  TRY(vault_.require(actor, "vault", "unlock"));
  TRY(keys::check_new_passphrase(passphrase.reveal()));
  if (!TRY(is_founded())) return not_founded();
  const Own own{keys::KeyPair::generate(vault_.random()), {}};
  const std::string wrapped = wrap_own(vault_, actor.member, own, passphrase);
  return vault_.database().write([&](db::Connection& connection) -> Result<void> {
    TRY(put_member(connection, vault_, actor.member, own, wrapped, nullptr));
    return vault_.note(connection, actor, "vault", "join", actor.member.to_string(),
                       "key=" + own.pair.public_key().fingerprint());
  });
}

Result<std::vector<VaultMember>> Officers::members(const trust::Actor& actor) const {
  TRY(vault_.require(actor, "vault", "unlock"));
  const auto rows = TRY(vault_.database().read([](db::Connection& connection) {
    return connection.query(
        "SELECT member, public_key, key_names, CASE WHEN letter IS NULL THEN 0 ELSE 1 END"
        " FROM vault_member"
        " ORDER BY joined_at, member");
  }));
  std::vector<VaultMember> all;
  for (const db::Row& row : rows) {
    VaultMember member{row.id<trust::MemberId>(0),
                       TRY(keys::PublicKey::from(row.blob(1))).fingerprint(),
                       {},
                       row.boolean(3)};
    for (const std::string_view name : split(row.text(2), ','))
      if (!name.empty()) member.key_names.emplace_back(name);
    all.push_back(std::move(member));
  }
  return all;
}

Result<void> Officers::let_in(const Work& work, trust::MemberId member,
                              std::string_view fingerprint,
                              const std::vector<std::string>& key_names) {
  TRY(vault_.require(work.actor, "vault", "grant", member.to_string()));
  for (const std::string& name : key_names)
    if (work.keyring->find(name) == nullptr)
      return fail(ErrorKind::kDenied, "nobody can give a key that they do not hold",
                  "field key_names");
  const keys::Keyring given = work.keyring->limited_to(key_names);
  return vault_.database().write([&](db::Connection& connection) -> Result<void> {
    const auto row = TRY(connection.query_one(
        "SELECT public_key, generation FROM vault_member WHERE member = $1", {member}));
    if (!row)
      return fail(ErrorKind::kNotFound, "this member has not chosen a passphrase yet", {},
                  "Ask the member to open the vault's page");
    const auto key = TRY(keys::PublicKey::from(row->blob(0)));
    if (key.fingerprint() != fingerprint)
      return fail(ErrorKind::kConflict, "the member's key is not the one that you compared", {},
                  "Compare the fingerprint again");
    const std::int64_t generation = row->integer(1) + 1;
    TRY(connection.execute(
        "UPDATE vault_member SET letter = $2, generation = $3, key_names = $4 WHERE member = $1",
        {member,
         db::Blob{keys::write_letter(given.pair(), key, given.write().view(),
                                     letter_context(vault_, member, generation), vault_.random())},
         generation, daybreak::join(given.names(), ",")}));
    return vault_.note(
        connection, work.actor, "vault", "grant", member.to_string(),
        "keys=" + daybreak::join(given.names(), ",") + ",generation=" + std::to_string(generation));
  });
}

Result<void> Officers::put_out(const Work& work, trust::MemberId member) {
  TRY(vault_.require(work.actor, "vault", "grant", member.to_string()));
  if (member == work.actor.member)
    return fail(ErrorKind::kConflict, "nobody takes the own keys away", {}, "Ask another officer");
  return vault_.database().write([&](db::Connection& connection) -> Result<void> {
    if (TRY(connection.execute(
            "UPDATE vault_member SET letter = NULL, key_names = '', generation = generation + 1"
            " WHERE member = $1",
            {member})) == 0)
      return fail(ErrorKind::kNotFound, "there is no such record, or it is not for you");
    return vault_.note(connection, work.actor, "vault", "put_out", member.to_string());
  });
}

namespace {

struct MemberRow {
  std::string own;
  std::optional<std::string> letter;
  std::int64_t generation = 0;
};

Result<MemberRow> member_row(const Vault& vault, trust::MemberId member) {
  return vault.database().read([&](db::Connection& connection) -> Result<MemberRow> {
    const auto failures =
        TRY(connection.query_one("SELECT count(*) FROM vault_failure WHERE member = $1 AND at > $2",
                                 {member, vault.now() - kFailureWindow}));
    if (failures->integer(0) >= kFailures)
      return fail(ErrorKind::kDenied, "too many wrong passphrases", "field passphrase",
                  "Wait a quarter of an hour, or ask an officer");
    const auto row = TRY(connection.query_one(
        "SELECT own, letter, generation FROM vault_member WHERE member = $1", {member}));
    if (!row)
      return fail(ErrorKind::kConflict, "you have not chosen a passphrase for this vault", {},
                  "Choose one");
    MemberRow found{row->blob(0), std::nullopt, row->integer(2)};
    if (!row->is_null(1)) found.letter = row->blob(1);
    return found;
  });
}

// Counts and records a wrong passphrase or passkey.
Result<void> count_failure(const Vault& vault, const trust::Actor& actor, std::string_view reason) {
  return vault.database().write([&](db::Connection& connection) -> Result<void> {
    TRY(connection.execute("INSERT INTO vault_failure (member, at) VALUES ($1, $2)",
                           {actor.member, vault.now()}));
    return trust::append_audit(connection, actor,
                               {.action = "vault.unlock",
                                .object_type = "vault",
                                .object = vault.organization().to_string(),
                                .owner = vault.organization(),
                                .outcome = trust::Outcome::kFailed,
                                .detail = "reason=" + std::string(reason)},
                               vault.now());
  });
}

Result<Own> own_of(const Vault& vault, const trust::Actor& actor, const MemberRow& row,
                   const Secret<std::string>& passphrase) {
  auto own = unwrap_own(vault, actor.member, row.own, passphrase);
  if (!own && own.error().kind == ErrorKind::kDenied)
    TRY(count_failure(vault, actor, "passphrase"));
  return own;
}

// The keyring from the letter that `own` opens; its key must be the one that was met, if one was.
Result<keys::Keyring> keyring_of(const Vault& vault, trust::MemberId member, const MemberRow& row,
                                 const Own& own, const keys::PublicKey& shown) {
  if (!row.letter)
    return fail(ErrorKind::kConflict, "nobody has let you into this vault yet", {},
                "Read your fingerprint to an officer: " + own.pair.public_key().fingerprint());
  if (own.known != keys::PublicKey() && own.known != shown)
    return fail(ErrorKind::kCorrupt, "the key of this vault is not the one that you have met", {},
                "Stop, and speak with the organization's officers");
  const auto plain = TRY(keys::read_letter_locked(own.pair, shown, *row.letter,
                                                  letter_context(vault, member, row.generation)));
  keys::Keyring ring = TRY(keys::Keyring::read(plain.view()));
  if (ring.organization() != vault.organization().uuid() || ring.pair().public_key() != shown)
    return fail(ErrorKind::kCorrupt, "the keys are of another vault");
  return ring;
}

}  // namespace

Result<keys::Keyring> Officers::unlock(const trust::Actor& actor,
                                       const Secret<std::string>& passphrase) {
  TRY(vault_.require(actor, "vault", "unlock"));
  const auto shown = TRY(vault_.public_key());
  if (!shown) return not_founded();
  const MemberRow row = TRY(member_row(vault_, actor.member));
  Own own = TRY(own_of(vault_, actor, row, passphrase));
  keys::Keyring ring = TRY(keyring_of(vault_, actor.member, row, own, *shown));
  const bool met = own.known != keys::PublicKey();
  own.known = *shown;
  const std::string pinned = met ? row.own : wrap_own(vault_, actor.member, own, passphrase);
  TRY(vault_.database().write([&](db::Connection& connection) -> Result<void> {
    TRY(connection.execute("DELETE FROM vault_failure WHERE member = $1", {actor.member}));
    TRY(connection.execute("UPDATE vault_member SET own = $2 WHERE member = $1 AND generation = $3",
                           {actor.member, db::Blob{pinned}, row.generation}));
    return vault_.note(connection, actor, "vault", "unlock", vault_.organization().to_string());
  }));
  return ring;
}

Result<keys::Keyring> Officers::unlock_with_passkey(const trust::Actor& actor,
                                                    const std::string& credential,
                                                    const Secret<std::string>& secret) {
  TRY(vault_.require(actor, "vault", "unlock"));
  const auto shown = TRY(vault_.public_key());
  if (!shown) return not_founded();
  const MemberRow row = TRY(member_row(vault_, actor.member));
  const auto wrapped = TRY(vault_.database().read([&](db::Connection& connection) {
    return connection.query_one(
        "SELECT wrapped FROM vault_passkey WHERE member = $1 AND credential = $2",
        {actor.member, db::Blob{credential}});
  }));
  if (!wrapped)
    return fail(ErrorKind::kDenied, "this passkey does not open the vault", "passkey secret",
                "Use the passphrase");
  const auto plain = keys::unwrap_under_device_secret(
      secret, wrapped->blob(0), passkey_context(vault_, actor.member, credential));
  if (!plain) {
    if (plain.error().kind == ErrorKind::kDenied) TRY(count_failure(vault_, actor, "passkey"));
    return tl::make_unexpected(plain.error());
  }
  keys::Keyring ring = TRY(keyring_of(vault_, actor.member, row, TRY(read_own(*plain)), *shown));
  TRY(vault_.database().write([&](db::Connection& connection) -> Result<void> {
    TRY(connection.execute("DELETE FROM vault_failure WHERE member = $1", {actor.member}));
    return vault_.note(connection, actor, "vault", "unlock", vault_.organization().to_string(),
                       "passkey=1");
  }));
  return ring;
}

Result<void> Officers::add_passkey(const trust::Actor& actor, const Secret<std::string>& passphrase,
                                   const std::string& credential,
                                   const Secret<std::string>& secret) {
  TRY(vault_.require(actor, "vault", "unlock"));
  const auto shown = TRY(vault_.public_key());
  if (!shown) return not_founded();
  const MemberRow row = TRY(member_row(vault_, actor.member));
  Own own = TRY(own_of(vault_, actor, row, passphrase));
  TRY(keyring_of(vault_, actor.member, row, own, *shown));
  own.known = *shown;
  const std::string wrapped = TRY(keys::wrap_under_device_secret(
      secret, write_own(own).view(), passkey_context(vault_, actor.member, credential),
      vault_.random()));
  return vault_.database().write([&](db::Connection& connection) -> Result<void> {
    TRY(connection.execute("DELETE FROM vault_passkey WHERE member = $1 AND credential = $2",
                           {actor.member, db::Blob{credential}}));
    TRY(connection.execute(
        "INSERT INTO vault_passkey (member, credential, wrapped, made_at) VALUES ($1, $2, $3, $4)",
        {actor.member, db::Blob{credential}, db::Blob{wrapped}, vault_.now()}));
    return vault_.note(connection, actor, "vault", "add_passkey", actor.member.to_string());
  });
}

Result<void> Officers::remove_passkey(const trust::Actor& actor, const std::string& credential) {
  TRY(vault_.require(actor, "vault", "unlock"));
  return vault_.database().write([&](db::Connection& connection) -> Result<void> {
    if (TRY(connection.execute("DELETE FROM vault_passkey WHERE member = $1 AND credential = $2",
                               {actor.member, db::Blob{credential}})) == 0)
      return {};
    return vault_.note(connection, actor, "vault", "remove_passkey", actor.member.to_string());
  });
}

Result<std::vector<std::string>> Officers::passkeys(const trust::Actor& actor) const {
  TRY(vault_.require(actor, "vault", "unlock"));
  return vault_.database().read([&](db::Connection& connection)
                                    -> Result<std::vector<std::string>> {
    std::vector<std::string> all;
    for (const db::Row& row : TRY(connection.query(
             "SELECT credential FROM vault_passkey WHERE member = $1 ORDER BY made_at, credential",
             {actor.member})))
      all.push_back(row.blob(0));
    return all;
  });
}

Result<void> Officers::change_passphrase(const trust::Actor& actor,
                                         const Secret<std::string>& old_one,
                                         const Secret<std::string>& new_one) {
  TRY(vault_.require(actor, "vault", "unlock"));
  TRY(keys::check_new_passphrase(new_one.reveal()));
  const MemberRow row = TRY(member_row(vault_, actor.member));
  const Own own = TRY(own_of(vault_, actor, row, old_one));
  const std::string wrapped = wrap_own(vault_, actor.member, own, new_one);
  return vault_.database().write([&](db::Connection& connection) -> Result<void> {
    TRY(connection.execute("UPDATE vault_member SET own = $2 WHERE member = $1",
                           {actor.member, db::Blob{wrapped}}));
    return vault_.note(connection, actor, "vault", "change_passphrase", actor.member.to_string());
  });
}

Result<void> Officers::recover(const trust::Actor& actor,
                               const std::vector<std::string>& share_lines,
                               const Secret<std::string>& passphrase) {
  TRY(vault_.require(actor, "vault", "recover"));
  TRY(keys::check_new_passphrase(passphrase.reveal()));
  std::vector<keys::Share> shares;
  for (const std::string& line : share_lines) shares.push_back(TRY(keys::parse_share(line)));
  const keys::Key recovery = TRY(keys::combine(shares));
  const std::uint32_t set = shares.front().set;
  const auto row = TRY(vault_.database().read([&](db::Connection& connection) {
    return connection.query_one("SELECT sealed FROM vault_recovery WHERE share_set = $1", {set});
  }));
  if (!row)
    return fail(ErrorKind::kInvalid, "these shares are not of this vault", "field share",
                "Bring the papers of this organization");
  const auto plain = TRY(keys::open_locked(recovery, row->blob(0), recovery_place(vault_, set)));
  const keys::Keyring ring = TRY(keys::Keyring::read(plain.view()));
  const Own own{keys::KeyPair::generate(vault_.random()), ring.pair().public_key()};
  const std::string wrapped = wrap_own(vault_, actor.member, own, passphrase);
  return vault_.database().write([&](db::Connection& connection) -> Result<void> {
    TRY(put_member(connection, vault_, actor.member, own, wrapped, &ring));
    return vault_.note(connection, actor, "vault", "recover", actor.member.to_string(),
                       "shares=" + std::to_string(share_lines.size()));
  });
}

}  // namespace daybreak::vault
