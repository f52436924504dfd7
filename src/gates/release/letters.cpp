// SPDX-License-Identifier: AGPL-3.0-or-later
#include "gates/release/letters.hpp"

#include "base/text.hpp"

namespace daybreak::gates::letters {

namespace keys = trust::keys;
using trust::OrganizationId;

tl::unexpected<Error> damaged() {
  return fail(ErrorKind::kCorrupt, "a letter of another vault is damaged");
}

std::int64_t number_in(const Json& json, std::string_view key) {
  const Json* found = json.find(key);
  return found != nullptr && found->is_integer() ? *found->if_integer() : 0;
}
Result<keys::PublicKey> key_in(const Json& json, std::string_view key) {
  return keys::PublicKey::from(from_hex(json.text_of(key)).value_or(""));
}

// JSON on one line, then the bytes, then spaces.
std::string padded(const Json& json, std::size_t step, std::string_view bytes) {
  std::string text = to_text(json) + "\n";
  text.append(bytes);
  text.append((step - text.size() % step) % step, ' ');
  return text;
}
Result<Said> read_padded(std::string_view text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return damaged();
  return Said{TRY(parse_json(text.substr(0, end))), std::string(text.substr(end + 1))};
}

std::string pointer_context(OrganizationId from, OrganizationId to) {
  return "release pointer " + from.to_string() + " " + to.to_string();
}
std::string question_context(const Uuid& id, OrganizationId from, OrganizationId to) {
  return "release question " + id.to_string() + " " + from.to_string() + " " + to.to_string();
}
std::string answer_context(const Uuid& id) { return "release answer " + id.to_string(); }

Result<Said> ask(const Asking& asking, const JsonObject& more) {
  const vault::Vault& vault = asking.vault;
  const vault::inbox::Pointer& pointer = asking.pointer;
  const OrganizationId own = vault.organization();
  const Uuid id = Uuid::generate(vault.clock(), vault.random());
  const keys::KeyPair once = keys::KeyPair::generate(vault.random());
  std::vector<std::string> roles;
  for (const trust::Role role : asking.actor.roles.list()) roles.emplace_back(code_of(role));
  Json question = Json::object({{"projection", pointer.projection.to_string()},
                                {"member", asking.actor.member.to_string()},
                                {"roles", join(roles, ",")},
                                {"once", to_hex(once.public_key().view())}});
  for (const JsonMember& member : more) question.set(member.key, member.value);
  const std::string sealed = TRY(asking.beyond.ask(
      id, own, pointer.sender,
      keys::write_letter(asking.keyring->pair(), pointer.far->box, padded(question, kSmallStep),
                         question_context(id, own, pointer.sender), vault.random())));
  const auto answer = TRY(keys::read_letter(once, pointer.far->box, sealed, answer_context(id)));
  Said said = TRY(read_padded(answer.reveal()));
  const std::string refused = said.json.text_of("refused");
  if (refused.empty()) return said;
  if (refused == "ended")
    TRY(vault.database().write([&](db::Connection& connection) {
      return vault::inbox::remove(connection, pointer.projection);
    }));
  return absent();
}

}  // namespace daybreak::gates::letters
