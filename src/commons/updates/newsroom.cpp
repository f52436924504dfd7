// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/updates/newsroom.hpp"

#include "base/text.hpp"
#include "embedded/commons_updates_migrations.hpp"

namespace daybreak::updates {
namespace {

std::string context_of(std::string_view owner) { return "updates:" + std::string(owner); }

}  // namespace

db::ModuleMigrations migrations() { return {"updates", &embedded::commons_updates_migrations()}; }

std::string seal(const Newsroom& room, const Sealed& plain, std::string_view owner) {
  return to_hex(
      room.key.seal(plain.address + "\n" + plain.token.reveal(), context_of(owner), room.random));
}

Result<Sealed> open(const Newsroom& room, std::string_view sealed, std::string_view owner) {
  const auto bytes = from_hex(sealed);
  if (!bytes) return fail(ErrorKind::kCorrupt, "is not sealed text", "subscriber");
  const Secret<std::string> plain = TRY(room.key.open(*bytes, context_of(owner)));
  const std::string& text = plain.reveal();
  const std::size_t at = text.find('\n');
  if (at == std::string::npos) return fail(ErrorKind::kCorrupt, "is not an address", "subscriber");
  return Sealed{text.substr(0, at), Secret<std::string>(text.substr(at + 1))};
}

std::string hash_of_address(const Newsroom& room, std::string_view address) {
  return room.key.pseudonym("mail address " + to_lower_ascii(address));
}

}  // namespace daybreak::updates
