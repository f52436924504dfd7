// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/retention/shred_list.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "vault/attachments/attachments.hpp"
#include "vault/clients/purge.hpp"
#include "vault/retention/retention.hpp"

namespace daybreak::vault::retention {
namespace {

constexpr std::array<std::string_view, 3> kWhat = {"file", "narrative", "attachment"};

Result<std::int64_t> forget_narrative(db::Connection& connection, const Vault& vault,
                                      const trust::Actor& actor, clients::ClientId client) {
  std::int64_t count = 0;
  for (const Room& room : rooms()) count += TRY(room.forget(connection, vault, actor, client));
  return count;
}

// 1 when the store had it alive.
Result<std::int64_t> one_again(db::Connection& connection, const Vault& vault,
                               const trust::Actor& actor, const ShreddedThing& thing) {
  if (thing.what == Shredded::kAttachment)
    return attachments::shred_again(connection, vault, actor, attachments::AttachmentId(thing.id));
  const clients::ClientId client(thing.id);
  const auto state = clients::state_of(connection, client);
  if (!state && state.error().kind == ErrorKind::kNotFound) return 0;  // came after the backup
  if (!state) return tl::make_unexpected(state.error());
  const auto revived = TRY(forget_narrative(connection, vault, actor, client));
  if (thing.what == Shredded::kNarrative) return revived > 0 ? 1 : 0;
  TRY(
      connection.execute("UPDATE retention_hold SET lifted_by = 'shred list', lifted_at = $2"
                         " WHERE client = $1 AND lifted_at IS NULL",
                         {client, vault.now()}));
  TRY(clients::forget_key(connection, client));
  return state->state == clients::ClientState::kShredded ? 0 : 1;
}

}  // namespace

Result<std::vector<ShreddedThing>> shred_list(const Vault& vault) {
  return vault.database().read([&](db::Connection& connection)
                                   -> Result<std::vector<ShreddedThing>> {
    std::vector<ShreddedThing> list;
    const auto add = [&](Shredded what, const Uuid& id) {
      list.push_back({vault.organization(), what, id});
    };
    for (const auto& id : TRY(clients::shredded(connection))) add(Shredded::kFile, id.uuid());
    for (const db::Row& row : TRY(connection.query(
             "SELECT DISTINCT client FROM retention_purge WHERE state = 'done' ORDER BY client")))
      add(Shredded::kNarrative, row.uuid(0));
    for (const auto& id : TRY(attachments::shredded(connection)))
      add(Shredded::kAttachment, id.uuid());
    return list;
  });
}

std::string write_shred_list(std::span<const ShreddedThing> list) {
  std::string text;
  for (const ShreddedThing& one : list)
    text += one.organization.to_string() + " " +
            std::string(kWhat.at(static_cast<std::size_t>(one.what))) + " " + one.id.to_string() +
            "\n";
  return text;
}

Result<std::vector<ShreddedThing>> read_shred_list(std::string_view text) {
  std::vector<ShreddedThing> list;
  std::size_t number = 0;
  for (const std::string_view line : split(text, '\n')) {
    ++number;
    if (trim(line).empty()) continue;
    const auto parts = split(trim(line), ' ');
    const auto what =
        parts.size() == 3 ? std::find(kWhat.begin(), kWhat.end(), parts[1]) : kWhat.end();
    const auto wrong = [&] {
      return fail(ErrorKind::kInvalid, "this is not a line of a shred list",
                  "line " + std::to_string(number), "Give the file that `vault shred-list` wrote");
    };
    if (what == kWhat.end()) return wrong();
    const auto organization = trust::OrganizationId::parse(parts[0]);
    const auto id = Uuid::parse(parts[2]);
    if (!organization || !id) return wrong();
    list.push_back({*organization, static_cast<Shredded>(what - kWhat.begin()), *id});
  }
  return list;
}

Result<std::int64_t> shred_again(const Vault& vault, const trust::Actor& actor,
                                 std::span<const ShreddedThing> list) {
  return vault.database().write([&](db::Connection& connection) -> Result<std::int64_t> {
    std::int64_t revived = 0, own = 0;
    for (const ShreddedThing& one : list) {
      if (one.organization != vault.organization()) continue;
      ++own;
      revived += TRY(one_again(connection, vault, actor, one));
    }
    TRY(vault.note(connection, actor, "retention", "shred_again", vault.organization().to_string(),
                   "listed=" + std::to_string(own) + ",revived=" + std::to_string(revived)));
    return revived;
  });
}

}  // namespace daybreak::vault::retention
