// SPDX-License-Identifier: AGPL-3.0-or-later
// Releases between vaults on different nodes. Three letters, all sealed from end to end:
//
//   pointer    from the releasing organisation to the recipient: which projection, for whom, until
//              when, and the key of the releasing node
//   question   from the recipient organisation to that node: who wants to see it now, with a key
//              for this one answer
//   answer     from the releasing node to that key: the projection, itself a letter between the two
//              organisations, or pieces of a file, sealed with a key in that letter, or that there
//              is none
//
// Whoever carries them learns the two organisations, the time, and sizes that were rounded up.
#include "base/text.hpp"
#include "gates/release/letters.hpp"
#include "line/outbox.hpp"
#include "vault/known_keys.hpp"

namespace daybreak::gates {
namespace {

namespace keys = trust::keys;
namespace inbox = vault::inbox;
using letters::damaged;
using letters::key_in;
using letters::number_in;
using letters::padded;
using trust::OrganizationId;
using vault::releases::ReleaseRow;

constexpr std::string_view kPointerKind = "release.pointer";
constexpr std::int64_t kMostPieces = 1'000'000;

Result<inbox::Pointer> read_pointer(const inbox::Arrival& arrival, std::string_view text,
                                    Instant now) {
  const Json json = TRY(letters::read_padded(text)).json;
  inbox::Far far{.box = TRY(key_in(json, "box")), .member = {}, .role = {}};
  if (const std::string member = json.text_of("member"); !member.empty())
    far.member = TRY(trust::MemberId::parse(member));
  far.role = trust::role_from(json.text_of("role"));
  if (!far.member && !far.role) return damaged();
  return inbox::Pointer{TRY(Uuid::parse(json.text_of("projection"))),
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
  actor.member = TRY(trust::MemberId::parse(json.text_of("member")));
  actor.organization = asker.id;
  actor.organization_kind = asker.kind;
  actor.standing = asker.standing;
  actor.source = "line";
  for (const std::string_view code : split(json.text_of("roles"), ','))
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

// A question is answered once.
Result<void> take_question(const vault::Vault& vault, db::Connection& connection,
                           const Uuid& question) {
  if (TRY(line::is_new(connection, question, vault.now()))) return {};
  return fail(ErrorKind::kConflict, "this question was answered already");
}

// What has ended meanwhile is refused as a look is.
Result<std::string> next_pieces(const vault::Vault& vault, const letters::OpenedFile& file,
                                std::int64_t number,
                                const std::function<Result<void>(db::Connection&)>& take) {
  if (number < 1 || number > kMostPieces)
    return fail(ErrorKind::kInvalid, "a file has no such piece");
  const auto pieces =
      vault.database().write([&](db::Connection& connection) -> Result<std::vector<std::string>> {
        TRY(take(connection));
        return vault::outward::sealed_pieces(connection, vault, file.projection, file.attachment,
                                             number, letters::kPiecesAtOnce);
      });
  if (pieces) return letters::pieces_answer(*pieces);
  if (pieces.error().kind != ErrorKind::kNotFound) return tl::make_unexpected(pieces.error());
  return padded(Json::object({{"refused", "ended"}}), letters::kAnswerStep);
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
  TRY(line::enqueue(
      connection,
      {Uuid::generate(work.vault.clock(), work.vault.random()),
       std::string(kPointerKind),
       from,
       to,
       keys::write_letter(work.keyring->pair(), recipient, padded(json, letters::kSmallStep),
                          letters::pointer_context(from, to), work.vault.random()),
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
    const auto text =
        keys::read_letter(work.keyring->pair(), *key, arrival.letter,
                          letters::pointer_context(arrival.sender, work.vault.organization()));
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
                                                  const inbox::Pointer& pointer, const Uuid& file) {
  if (beyond_ == nullptr || !is_for(*pointer.far, work.actor)) return absent();
  const auto sender_key = TRY(beyond_->key_of(pointer.sender));
  if (!sender_key) return absent();
  const letters::Asking asking{*beyond_, work.vault, work.keyring, work.actor, pointer};
  const Json json =
      TRY(letters::ask(asking,
                       file.is_nil() ? JsonObject() : JsonObject{{"file", file.to_string()}}))
          .json;
  ReleaseRow release;
  release.id = TRY(ReleaseId::parse(json.text_of("release")));
  release.number = number_in(json, "number");
  release.recipient_organization = work.vault.organization();
  release.expires_at = Instant(std::chrono::milliseconds(number_in(json, "ends_at")));
  const auto letter = from_hex(json.text_of("letter"));
  if (!letter) return damaged();
  const auto met = work.vault.database().write([&](db::Connection& connection) -> Result<void> {
    TRY(vault::meet_key(work.vault, connection, work.actor, pointer.sender, *sender_key));
    return work.vault.note(connection, work.actor, "released_item", look_at(file),
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
                TRY(parse_json(text.reveal())),
                from_hex(json.text_of("ticket")).value_or("")};
}

Result<std::string> ReleaseGate::answer(vault::Vault& vault, const Uuid& question,
                                        const trust::Organization& asker, std::string_view letter) {
  if (beyond_ == nullptr) return absent();
  const auto key = TRY(vault.database().read(
      [&](db::Connection& connection) { return vault::known_key(connection, asker.id); }));
  if (!key) return absent();  // nothing was ever released to them
  const auto text =
      TRY(keys::read_letter(beyond_->box(), *key, letter,
                            letters::question_context(question, asker.id, vault.organization())));
  const Json json = TRY(letters::read_padded(text.reveal())).json;
  const trust::Actor actor = TRY(actor_in(json, asker));
  const auto once = TRY(key_in(json, "once"));
  const ProjectionId projection(TRY(Uuid::parse(json.text_of("projection"))));
  const std::string name = json.text_of("file"), ticket = json.text_of("ticket");
  const Uuid file = name.empty() ? Uuid() : TRY(Uuid::parse(name));
  const letters::OpenedFile opened{projection, file, asker.id, actor.member};
  const auto take = [&](db::Connection& connection) {
    return take_question(vault, connection, question);
  };
  std::string body;
  if (ticket.empty()) {
    Json answer = answer_json(TRY(open_for(vault, actor, projection.uuid(), look_at(file), take)));
    if (answer.find("refused") == nullptr && !file.is_nil())
      answer.set("ticket", to_hex(letters::write_ticket(beyond_->box(), opened, vault.now(),
                                                        vault.random())));
    body = padded(answer, letters::kAnswerStep);
  } else {
    TRY(letters::check_ticket(beyond_->box(), opened, from_hex(ticket).value_or(""), vault.now()));
    body = TRY(next_pieces(vault, opened, number_in(json, "number"), take));
  }
  return keys::write_letter(beyond_->box(), once, body, letters::answer_context(question),
                            vault.random());
}

}  // namespace daybreak::gates
