// SPDX-License-Identifier: AGPL-3.0-or-later
// Releases between vaults on different nodes. Three letters, all sealed from end to end:
//
//   pointer    from the releasing organisation to the recipient: which projection, for whom, until
//              when, and the key of the releasing node
//   question   from the recipient organisation to that node: who wants to see it now, with a key
//   for
//              this one answer
//   answer     from the releasing node to that key: the projection, itself a letter between the two
//              organisations, or that there is none
//
// Whoever carries them learns the two organisations, the time, and sizes that were rounded up.
#include "base/text.hpp"
#include "gates/release/opening.hpp"
#include "line/outbox.hpp"
#include "vault/known_keys.hpp"

namespace daybreak::gates {
namespace {

namespace keys = trust::keys;
namespace inbox = vault::inbox;
using trust::OrganizationId;
using vault::releases::ReleaseRow;

constexpr std::string_view kPointerKind = "release.pointer";
constexpr std::size_t kSmallStep = 512, kAnswerStep = 4096;

std::string pointer_context(OrganizationId from, OrganizationId to) {
  return "release pointer " + from.to_string() + " " + to.to_string();
}
std::string question_context(const Uuid& id, OrganizationId from, OrganizationId to) {
  return "release question " + id.to_string() + " " + from.to_string() + " " + to.to_string();
}
std::string answer_context(const Uuid& id) { return "release answer " + id.to_string(); }

// JSON with spaces after it, so that its length tells little.
std::string padded(const Json& json, std::size_t step) {
  std::string text = to_text(json);
  text.append((step - text.size() % step) % step, ' ');
  return text;
}

std::string text_in(const Json& json, std::string_view key) {
  const Json* found = json.find(key);
  return found != nullptr && found->is_string() ? *found->if_string() : std::string();
}
std::int64_t number_in(const Json& json, std::string_view key) {
  const Json* found = json.find(key);
  return found != nullptr && found->is_integer() ? *found->if_integer() : 0;
}
Result<keys::PublicKey> key_in(const Json& json, std::string_view key) {
  return keys::PublicKey::from(from_hex(text_in(json, key)).value_or(""));
}

tl::unexpected<Error> damaged() {
  return fail(ErrorKind::kCorrupt, "a letter of another vault is damaged");
}

Result<inbox::Pointer> read_pointer(const inbox::Arrival& arrival, std::string_view text,
                                    Instant now) {
  const Json json = TRY(parse_json(text));
  inbox::Far far{.box = TRY(key_in(json, "box")), .member = {}, .role = {}};
  if (const std::string member = text_in(json, "member"); !member.empty())
    far.member = TRY(trust::MemberId::parse(member));
  far.role = trust::role_from(text_in(json, "role"));
  if (!far.member && !far.role) return damaged();
  return inbox::Pointer{TRY(Uuid::parse(text_in(json, "projection"))),
                        arrival.sender,
                        number_in(json, "number"),
                        now,
                        Instant(std::chrono::milliseconds(number_in(json, "ends_at"))),
                        far};
}

// Who asks, as that organisation's key vouches for it; roles beyond an organisation are not its to
// give.
Result<trust::Actor> actor_in(const Json& json, const trust::Organization& asker) {
  trust::Actor actor;
  actor.kind = trust::Actor::Kind::kMember;
  actor.member = TRY(trust::MemberId::parse(text_in(json, "member")));
  actor.organization = asker.id;
  actor.organization_kind = asker.kind;
  actor.standing = asker.standing;
  actor.source = "line";
  for (const std::string_view code : split(text_in(json, "roles"), ','))
    if (const auto role = trust::role_from(code); role && !trust::is_shared(*role))
      actor.roles.add(*role);
  return actor;
}

Json answer_json(const Decided& opened) {
  if (!opened.projection) return Json::object({{"refused", opened.has_ended ? "ended" : "no"}});
  const ReleaseRow& release = opened.projection->release;
  return Json::object({{"release", release.id.to_string()},
                       {"number", release.number},
                       {"ends_at", release.expires_at->time_since_epoch().count()},
                       {"letter", to_hex(opened.projection->letter)}});
}

}  // namespace

bool is_for(const inbox::Far& far, const trust::Actor& actor) {
  if (far.member) return *far.member == actor.member;
  return far.role && actor.roles.has(*far.role);
}

Result<void> ReleaseGate::send_pointer(db::Connection& connection, const vault::Work& work,
                                       ProjectionId projection, const ReleaseRow& release,
                                       const keys::PublicKey& recipient) {
  const OrganizationId from = work.vault.organization(), to = *release.recipient_organization;
  const Json json = Json::object(
      {{"projection", projection.to_string()},
       {"number", release.number},
       {"ends_at", release.expires_at->time_since_epoch().count()},
       {"member", release.recipient_member ? release.recipient_member->to_string() : std::string()},
       {"role", release.recipient_role ? std::string(trust::code_of(*release.recipient_role))
                                       : std::string()},
       {"box", to_hex(beyond_->box().public_key().view())}});
  TRY(line::enqueue(connection,
                    {Uuid::generate(work.vault.clock(), work.vault.random()),
                     std::string(kPointerKind),
                     from,
                     to,
                     keys::write_letter(work.keyring->pair(), recipient, padded(json, kSmallStep),
                                        pointer_context(from, to), work.vault.random()),
                     {}},
                    work.now()));
  return vault::outward::mark_delivered(connection, projection, work.now());
}

Result<void> ReleaseGate::receive(vault::Vault& vault, const Uuid& message, OrganizationId from,
                                  std::string_view letter) {
  return vault.database().write([&](db::Connection& connection) -> Result<void> {
    if (!TRY(line::is_new(connection, message, vault.now()))) return {};
    return inbox::arrive(vault, connection, {message, from, std::string(letter)});
  });
}

// A letter that cannot be read is let go and noted; one under a changed key waits until an officer
// has compared it.
Result<void> ReleaseGate::open_arrivals(const vault::Work& work) {
  const auto waiting = TRY(work.vault.database().read(
      [](db::Connection& connection) { return inbox::arrivals(connection); }));
  for (const inbox::Arrival& arrival : waiting) {
    const auto key = TRY(beyond_->key_of(arrival.sender));
    if (!key) continue;
    const auto text = keys::read_letter(work.keyring->pair(), *key, arrival.letter,
                                        pointer_context(arrival.sender, work.vault.organization()));
    const auto pointer = text ? read_pointer(arrival, text->reveal(), work.now())
                              : Result<inbox::Pointer>(tl::make_unexpected(text.error()));
    const auto done = work.vault.database().write([&](db::Connection& connection) -> Result<void> {
      TRY(vault::meet_key(work.vault, connection, work.actor, arrival.sender, *key));
      TRY(inbox::forget_arrival(connection, arrival.id));
      if (pointer) return inbox::deliver(work.vault, connection, *pointer);
      return work.vault.note(connection, work.actor, "released_item", "let_go",
                             arrival.id.to_string(), "sender=" + arrival.sender.to_string());
    });
    if (!done) {
      const Error error =
          vault::note_refused_key(work.vault, work.actor, arrival.sender, done.error());
      if (error.place != vault::kKeyChanged) return tl::make_unexpected(error);
    }
  }
  return {};
}

Result<ReleaseGate::Opened> ReleaseGate::open_far(const vault::Work& work,
                                                  const inbox::Pointer& pointer,
                                                  std::string_view action) {
  if (beyond_ == nullptr || !is_for(*pointer.far, work.actor)) return absent();
  const auto sender_key = TRY(beyond_->key_of(pointer.sender));
  if (!sender_key) return absent();
  const OrganizationId own = work.vault.organization();
  const Uuid id = Uuid::generate(work.vault.clock(), work.vault.random());
  const keys::KeyPair once = keys::KeyPair::generate(work.vault.random());
  std::vector<std::string> roles;
  for (const trust::Role role : work.actor.roles.list()) roles.emplace_back(trust::code_of(role));
  const Json question = Json::object({{"projection", pointer.projection.to_string()},
                                      {"member", work.actor.member.to_string()},
                                      {"roles", join(roles, ",")},
                                      {"once", to_hex(once.public_key().view())}});
  const std::string sealed = TRY(beyond_->ask(
      id, own, pointer.sender,
      keys::write_letter(work.keyring->pair(), pointer.far->box, padded(question, kSmallStep),
                         question_context(id, own, pointer.sender), work.vault.random())));
  const auto answer = TRY(keys::read_letter(once, pointer.far->box, sealed, answer_context(id)));
  const Json json = TRY(parse_json(answer.reveal()));
  if (const std::string refused = text_in(json, "refused"); !refused.empty()) {
    if (refused == "ended")
      TRY(work.vault.database().write([&](db::Connection& connection) {
        return inbox::remove(connection, pointer.projection);
      }));
    return absent();
  }
  ReleaseRow release;
  release.id = TRY(ReleaseId::parse(text_in(json, "release")));
  release.number = number_in(json, "number");
  release.recipient_organization = own;
  release.expires_at = Instant(std::chrono::milliseconds(number_in(json, "ends_at")));
  const auto letter = from_hex(text_in(json, "letter"));
  if (!letter) return damaged();
  const auto met = work.vault.database().write([&](db::Connection& connection) -> Result<void> {
    TRY(vault::meet_key(work.vault, connection, work.actor, pointer.sender, *sender_key));
    return work.vault.note(connection, work.actor, "released_item", action,
                           pointer.projection.to_string());
  });
  if (!met)
    return tl::make_unexpected(
        vault::note_refused_key(work.vault, work.actor, pointer.sender, met.error()));
  const auto text =
      TRY(keys::read_letter(work.keyring->pair(), *sender_key, *letter,
                            letter_context(ProjectionId(pointer.projection), release)));
  return Opened{pointer,
                nullptr,
                {ProjectionId(pointer.projection), release, {}},
                TRY(parse_json(text.reveal()))};
}

Result<std::string> ReleaseGate::answer(vault::Vault& vault, const Uuid& question,
                                        const trust::Organization& asker, std::string_view letter) {
  if (beyond_ == nullptr) return absent();
  const auto key = TRY(vault.database().read(
      [&](db::Connection& connection) { return vault::known_key(connection, asker.id); }));
  if (!key) return absent();  // nothing was ever released to them
  const auto text = TRY(keys::read_letter(
      beyond_->box(), *key, letter, question_context(question, asker.id, vault.organization())));
  const Json json = TRY(parse_json(text.reveal()));
  const trust::Actor actor = TRY(actor_in(json, asker));
  const auto once = TRY(key_in(json, "once"));
  const Decided opened =
      TRY(open_for(vault, actor, TRY(Uuid::parse(text_in(json, "projection"))), "view",
                   [&](db::Connection& connection) -> Result<void> {
                     if (TRY(line::is_new(connection, question, vault.now()))) return {};
                     return fail(ErrorKind::kConflict, "this question was answered already");
                   }));
  return keys::write_letter(beyond_->box(), once, padded(answer_json(opened), kAnswerStep),
                            answer_context(question), vault.random());
}

}  // namespace daybreak::gates
